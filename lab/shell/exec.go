package shell

import (
	"fmt"
	"strings"

	"quorumlab/lab/files"
)

// Exec runs another command from within one, as a child process: with the
// environment and the streams of this one, but for what env adds (NAME=VALUE).
// It gives the exit code. The error says why the command cannot be started, in
// Go's words, since those who call it stand for programs in Go.
func (p *Process) Exec(env, args []string) (code int, err error) {
	if err := p.startable(args[0]); err != nil {
		return 0, err
	}
	child, err := p.runner.fork()
	if err != nil {
		return 0, err
	}
	defer child.exited()
	for _, one := range env {
		name, value, _ := strings.Cut(one, "=")
		v := text(value)
		v.Exported = true
		if err := child.variables.put(name, v); err != nil {
			child.group.cancel(err)
			return 0, err
		}
	}
	child.fds[0] = stream{r: empty{}}
	child.fds[1].w, child.fds[2].w = p.Stdout, p.Stderr
	child.executeCommand(args)
	return child.status & 0xff, nil
}

// startable tells whether a command can be found.
func (p *Process) startable(name string) error {
	if strings.Contains(name, "/") {
		if _, err := p.FS.Stat(p.Path(name)); err != nil {
			return fmt.Errorf("fork/exec %s: %s", name, strings.ToLower(files.Reason(err)))
		}
		return nil
	}
	if builtins[name] == nil && p.runner.shell.utilities[name] == nil {
		return fmt.Errorf("exec: %q: executable file not found in $PATH", name)
	}
	return nil
}
