package shell

import (
	"errors"
	"io"
	"strings"

	"quorumlab/lab/files"
	"quorumlab/lab/shell/awk"
)

// awkUtility is awk [-F SEPARATOR] [-v NAME=VALUE]... (-f FILE | PROGRAM) [FILE]...
func awkUtility(p *Process) int {
	args := p.Args[1:]
	var vars [][2]string
	var program string
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' && args[0] != "--" {
		word := args[0]
		value := word[2:]
		args = args[1:]
		if value == "" {
			if len(args) == 0 {
				return p.Misuse("option requires an argument -- '%c'", word[1])
			}
			value, args = args[0], args[1:]
		}
		switch word[1] {
		case 'F':
			if value == "t" {
				value = "\t"
			}
			vars = append(vars, [2]string{"FS", value})
		case 'v':
			name, text, ok := strings.Cut(value, "=")
			if !ok {
				return p.Misuse("-v needs NAME=VALUE, not %q", value)
			}
			vars = append(vars, [2]string{name, text})
		case 'f':
			data, err := p.FS.ReadFile(p.Path(value))
			if err != nil {
				p.fileFail(value, err)
				return 2
			}
			program += string(data) + "\n"
		default:
			return p.Misuse("invalid option -- '%c'", word[1])
		}
	}
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if program == "" {
		if len(args) == 0 {
			return p.Misuse("usage: %s", usages["awk"])
		}
		program, args = args[0], args[1:]
	}
	parsed, err := awk.Parse(program)
	if err != nil {
		return p.Misuse("syntax error at %v", err)
	}
	code, err := parsed.Run(awkConfig(p, vars, args))
	if err != nil {
		return p.Misuse("%v", err)
	}
	return code
}

func awkConfig(p *Process, vars [][2]string, args []string) awk.Config {
	env := map[string]string{}
	for _, one := range p.Environ() {
		name, value, _ := strings.Cut(one, "=")
		env[name] = value
	}
	reason := func(err error) error { return errors.New(files.Reason(err)) }
	return awk.Config{
		Vars: vars, Args: args, Env: env, Stdin: p.Stdin, Stdout: p.Stdout, Stderr: p.Stderr, Now: p.Now, Step: p.step,
		Open: func(name string) (io.ReadCloser, error) {
			r, done, err := p.input(name)
			if err != nil {
				return nil, reason(err)
			}
			return readCloser{r, done}, nil
		},
		Create: func(name string, appending bool) (io.WriteCloser, error) {
			create := p.FS.Create
			if appending {
				create = p.FS.Append
			}
			file, err := create(p.Path(name), 0o644)
			if err != nil {
				return nil, reason(err)
			}
			return file, nil
		},
	}
}

type readCloser struct {
	io.Reader
	done func()
}

func (r readCloser) Close() error { r.done(); return nil }
