package shell

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"quorumlab/lab/event"
	"quorumlab/lab/files"
)

// builtin is a command that works on the shell that runs it.
type builtin func(r *runner, p *Process) int

var builtins map[string]builtin

func init() {
	builtins = map[string]builtin{
		":":        func(*runner, *Process) int { return 0 },
		"true":     func(*runner, *Process) int { return 0 },
		"false":    func(*runner, *Process) int { return 1 },
		"[":        testBuiltin,
		"test":     testBuiltin,
		".":        dotBuiltin,
		"source":   dotBuiltin,
		"break":    loopBuiltin,
		"continue": loopBuiltin,
		"cd":       cdBuiltin,
		"command":  commandBuiltin,
		"builtin":  commandBuiltin,
		"eval":     evalBuiltin,
		"exec":     execBuiltin,
		"exit":     exitBuiltin,
		"getopts":  getoptsBuiltin,
		"history":  historyBuiltin,
		"jobs":     jobsBuiltin,
		"kill":     killBuiltin,
		"pwd":      pwdBuiltin,
		"read":     readBuiltin,
		"return":   returnBuiltin,
		"set":      setBuiltin,
		"shift":    shiftBuiltin,
		"type":     typeBuiltin,
		"unset":    unsetBuiltin,
		"wait":     waitBuiltin,
		"env":      envBuiltin,
		"printenv": printenvBuiltin,
		"timeout":  timeoutBuiltin,
		"watch":    watchBuiltin,
		"xargs":    xargsBuiltin,
		"sh":       shBuiltin,
		"bash":     shBuiltin,
		"clear":    clearBuiltin,
		"which":    whichBuiltin,
		"help":     helpBuiltin,
	}
}

func cdBuiltin(r *runner, p *Process) int {
	target := r.variables.get("HOME").String()
	switch {
	case len(p.Args) > 2:
		return p.Fail("too many arguments")
	case len(p.Args) == 2 && p.Args[1] == "-":
		if target = r.variables.get("OLDPWD").String(); target == "" {
			return p.Fail("OLDPWD not set")
		}
		fmt.Fprintln(p.Stdout, target)
	case len(p.Args) == 2:
		target = p.Args[1]
	}
	if target == "" {
		return p.Fail("HOME not set")
	}
	if err := r.chdir(target); err != nil {
		return p.fileFail(target, err)
	}
	return 0
}

func pwdBuiltin(r *runner, p *Process) int {
	fmt.Fprintln(p.Stdout, r.dir)
	return 0
}

func evalBuiltin(r *runner, p *Process) int {
	r.sourced(strings.Join(p.Args[1:], " "))
	return r.status
}

func dotBuiltin(r *runner, p *Process) int {
	if len(p.Args) < 2 {
		return p.Misuse("filename argument required")
	}
	data, err := p.FS.ReadFile(p.Path(p.Args[1]))
	if err != nil {
		return p.fileFail(p.Args[1], err)
	}
	params := r.params
	if len(p.Args) > 2 {
		r.params = p.Args[2:]
	}
	r.sourced(string(data))
	r.params = params
	r.flow.ret = false
	return r.status
}

func loopBuiltin(r *runner, p *Process) int {
	n := 1
	if len(p.Args) > 1 {
		var err error
		if n, err = strconv.Atoi(p.Args[1]); err != nil || n < 1 {
			return p.Fail("%s: loop count out of range", p.Args[1])
		}
	}
	if r.loops == 0 {
		return p.Fail("only meaningful in a `for', `while', or `until' loop") * 0
	}
	if p.Args[0] == "break" {
		r.flow.brk = min(n, r.loops)
	} else {
		r.flow.cont = min(n, r.loops)
	}
	return 0
}

// statusArgument reads the optional number of exit and return.
func statusArgument(r *runner, p *Process) int {
	if len(p.Args) < 2 {
		return r.status
	}
	n, err := strconv.Atoi(p.Args[1])
	if err != nil {
		p.Fail("%s: numeric argument required", p.Args[1])
		return 2
	}
	return n & 0xff
}

func exitBuiltin(r *runner, p *Process) int {
	r.flow.exit = true
	return statusArgument(r, p)
}

func returnBuiltin(r *runner, p *Process) int {
	if r.inside == 0 && r.depth == 0 {
		return p.Fail("can only `return' from a function or sourced script")
	}
	r.flow.ret = true
	return statusArgument(r, p)
}

func shiftBuiltin(r *runner, p *Process) int {
	n := 1
	if len(p.Args) > 1 {
		var err error
		if n, err = strconv.Atoi(p.Args[1]); err != nil || n < 0 {
			return p.Fail("%s: shift count out of range", p.Args[1])
		}
	}
	if n > len(r.params) {
		return 1
	}
	r.params = r.params[n:]
	return 0
}

func setBuiltin(r *runner, p *Process) int {
	args := p.Args[1:]
	if len(args) == 0 {
		r.variables.each(func(name string, v expand.Variable) bool {
			fmt.Fprintf(p.Stdout, "%s=%s\n", name, quote(v.String()))
			return true
		})
		return 0
	}
	defer r.configure()
	for len(args) > 0 {
		word := args[0]
		switch {
		case word == "--":
			r.params = args[1:]
			return 0
		case word == "-o" || word == "+o":
			if len(args) < 2 {
				return p.Misuse("%s: option name required", word)
			}
			on := r.options.find(args[1])
			if on == nil || len(args[1]) == 1 {
				return p.Misuse("%s: invalid option name", args[1])
			}
			*on = word == "-o"
			args = args[2:]
		case len(word) > 1 && (word[0] == '-' || word[0] == '+'):
			for i, letter := range word[1:] {
				if letter == 'o' && i == len(word)-2 && len(args) > 1 {
					on := r.options.find(args[1])
					if on == nil {
						return p.Misuse("%s: invalid option name", args[1])
					}
					*on = word[0] == '-'
					args = args[1:]
					continue
				}
				on := r.options.find(string(letter))
				if on == nil {
					return p.Misuse("%c%c: invalid option", word[0], letter)
				}
				*on = word[0] == '-'
			}
			args = args[1:]
		default:
			r.params = args
			return 0
		}
	}
	return 0
}

func unsetBuiltin(r *runner, p *Process) int {
	functions, code := false, 0
	for _, name := range p.Args[1:] {
		switch {
		case name == "-f":
			functions = true
		case name == "-v":
		case functions:
			r.forget(name)
		case strings.HasSuffix(name, "]") && strings.Contains(name, "["):
			if err := r.unsetElement(name); err != nil {
				code = p.Fail("%v", err)
			}
		case r.variables.get(name).ReadOnly:
			code = p.Fail("%s: cannot unset: readonly variable", name)
		case r.variables.get(name).Declared():
			r.variables.home(name).drop(name)
		default:
			r.forget(name)
		}
	}
	return code
}

// unsetElement takes one element out of an array: unset 'a[1]'.
func (r *runner) unsetElement(text string) error {
	name, key, _ := strings.Cut(strings.TrimSuffix(text, "]"), "[")
	v := r.variables.get(name)
	switch v.Kind {
	case expand.Associative:
		v.Map = maps.Clone(v.Map)
		delete(v.Map, key)
	case expand.Indexed:
		n, err := strconv.Atoi(key)
		if err != nil {
			return fmt.Errorf("%s: bad array subscript", text)
		}
		v = setElement(v, key, "")
		if v.Indexes == nil {
			v.Indexes = make([]int, len(v.List))
			for i := range v.Indexes {
				v.Indexes[i] = i
			}
		}
		at := slices.Index(v.Indexes, n)
		v.Indexes, v.List = slices.Delete(v.Indexes, at, at+1), slices.Delete(v.List, at, at+1)
	default:
		return nil
	}
	return r.set(name, v)
}

func (r *runner) forget(name string) {
	if f, ok := r.functions[name]; ok {
		r.variables.ledger.bytes.Add(-f.bytes)
		delete(r.functions, name)
	}
}

// readBuiltin reads one line into variables: read [-rs] [-p PROMPT] [-t SECONDS] [NAME...].
func readBuiltin(r *runner, p *Process) int {
	o, names, err := parseOptions(p.Args[1:], "rs", "ptdn")
	if err != nil {
		return p.Misuse("%v", err)
	}
	if prompt, ok := o.value('p'); ok && r.fds[0].terminal {
		fmt.Fprint(p.Stderr, prompt)
	}
	if o.has('s') {
		p.HideTyping(true)
		defer p.HideTyping(false)
	}
	ctx, cancel := r.ctx, context.CancelFunc(func() {})
	if limit, ok := o.value('t'); ok {
		d, err := seconds(limit)
		if err != nil {
			return p.Fail("%s: invalid timeout specification", limit)
		}
		ctx, cancel = context.WithTimeout(ctx, d)
	}
	defer cancel()
	line, ended := readLine(r, ctx, o.has('r'))
	if r.ctx.Err() != nil {
		return codeInterrupted
	}
	if ctx.Err() != nil {
		return 142
	}
	if len(names) == 0 {
		names = []string{"REPLY"}
	}
	fields := expand.ReadFields(r.expansion, line, len(names), o.has('r'))
	if names[0] == "REPLY" && len(names) == 1 {
		fields = []string{line}
	}
	for i, name := range names {
		if !syntax.ValidName(name) {
			return p.Fail("`%s': not a valid identifier", name)
		}
		value := ""
		if i < len(fields) {
			value = fields[i]
		}
		if err := r.set(name, text(value)); err != nil {
			return p.Fail("%v", err)
		}
	}
	return oneIf(ended)
}

// readLine reads byte by byte, so that nothing beyond the line is taken from
// the input; a backslash joins lines unless raw.
func readLine(r *runner, ctx context.Context, raw bool) (line string, ended bool) {
	in := r.fds[0].reader()
	if k, ok := in.(*keyboard); ok {
		in = &keyboard{tty: k.tty, ctx: ctx, rest: k.rest}
		defer func() { k.rest = in.(*keyboard).rest }()
	}
	var text []byte
	one := make([]byte, 1)
	for len(text) <= MaxValueBytes {
		n, err := in.Read(one)
		if n == 0 && err != nil {
			return string(text), true
		}
		if one[0] == '\n' {
			if !raw && len(text) > 0 && text[len(text)-1] == '\\' {
				text = text[:len(text)-1]
				continue
			}
			return string(text), false
		}
		text = append(text, one[0])
	}
	return string(text), false
}

func seconds(s string) (time.Duration, error) {
	unit := time.Second
	switch {
	case strings.HasSuffix(s, "ms"):
		unit, s = time.Millisecond, strings.TrimSuffix(s, "ms")
	case strings.HasSuffix(s, "s"):
		s = strings.TrimSuffix(s, "s")
	case strings.HasSuffix(s, "m"):
		unit, s = time.Minute, strings.TrimSuffix(s, "m")
	case strings.HasSuffix(s, "h"):
		unit, s = time.Hour, strings.TrimSuffix(s, "h")
	case strings.HasSuffix(s, "d"):
		unit, s = 24*time.Hour, strings.TrimSuffix(s, "d")
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || n < 0 || n*float64(unit) > float64(1<<62) || n != n {
		return 0, fmt.Errorf("invalid time interval ‘%s’", s)
	}
	return time.Duration(n * float64(unit)), nil
}

func commandBuiltin(r *runner, p *Process) int {
	args := p.Args[1:]
	if len(args) == 0 {
		return 0
	}
	if args[0] == "-v" || args[0] == "-V" {
		code := 0
		for _, name := range args[1:] {
			if kind := r.kind(name); kind == "" {
				code = 1
			} else if args[0] == "-v" {
				fmt.Fprintln(p.Stdout, name)
			} else {
				fmt.Fprintf(p.Stdout, "%s is %s\n", name, kind)
			}
		}
		return code
	}
	r.deeper(func() { r.executeCommand(args) })
	return r.status
}

// kind says what a name runs; "" if nothing.
func (r *runner) kind(name string) string {
	switch {
	case r.functions[name].body != nil:
		return "a function"
	case syntax.IsKeyword(name):
		return "a shell keyword"
	case builtins[name] != nil:
		return "a shell builtin"
	case r.shell.utilities[name] != nil:
		return "/usr/bin/" + name
	}
	return ""
}

func typeBuiltin(r *runner, p *Process) int {
	code := 0
	for _, name := range p.Args[1:] {
		kind := r.kind(name)
		if kind == "" {
			code = p.Fail("%s: not found", name)
			continue
		}
		fmt.Fprintf(p.Stdout, "%s is %s\n", name, kind)
		if f, ok := r.functions[name]; ok {
			source := r.source
			r.source = f.source
			fmt.Fprintf(p.Stdout, "%s() %s\n", name, r.textOf(f.body))
			r.source = source
		}
	}
	return code
}

func whichBuiltin(r *runner, p *Process) int {
	code := 0
	for _, name := range p.Args[1:] {
		if r.kind(name) == "" {
			code = 1
			continue
		}
		fmt.Fprintln(p.Stdout, "/usr/bin/"+path.Base(name))
	}
	return code
}

func execBuiltin(r *runner, p *Process) int {
	if len(p.Args) > 1 {
		r.executeCommand(p.Args[1:])
		r.flow.exit = true
	}
	return r.status
}

// getoptsBuiltin is POSIX's: getopts OPTSTRING NAME [ARG...].
func getoptsBuiltin(r *runner, p *Process) int {
	if len(p.Args) < 3 {
		return p.Misuse("usage: getopts optstring name [arg ...]")
	}
	spec, name, args := p.Args[1], p.Args[2], r.params
	if len(p.Args) > 3 {
		args = p.Args[3:]
	}
	index, _ := strconv.Atoi(r.variables.get("OPTIND").String())
	index = max(index, 1)
	at, _ := strconv.Atoi(r.variables.get("OPTPOS").String())
	done := func(value, argument string, code int) int {
		_ = r.set(name, text(value))
		_ = r.set("OPTARG", text(argument))
		_ = r.set("OPTIND", text(strconv.Itoa(index)))
		_ = r.set("OPTPOS", text(strconv.Itoa(at)))
		return code
	}
	if index > len(args) || len(args[index-1]) < 2 || args[index-1][0] != '-' || args[index-1] == "--" {
		if index <= len(args) && args[index-1] == "--" {
			index++
		}
		return done("?", "", 1)
	}
	word := args[index-1]
	at = max(at, 1)
	letter := word[at]
	at++
	if at >= len(word) {
		index, at = index+1, 0
	}
	known := strings.IndexByte(spec, letter)
	if known < 0 || letter == ':' {
		if !strings.HasPrefix(spec, ":") {
			r.errorf("illegal option -- %c", letter)
			return done("?", "", 0)
		}
		return done("?", string(letter), 0)
	}
	if known+1 >= len(spec) || spec[known+1] != ':' {
		return done(string(letter), "", 0)
	}
	if at > 0 {
		argument := word[at:]
		index, at = index+1, 0
		return done(string(letter), argument, 0)
	}
	if index > len(args) {
		if strings.HasPrefix(spec, ":") {
			return done(":", string(letter), 0)
		}
		r.errorf("option requires an argument -- %c", letter)
		return done("?", "", 0)
	}
	argument := args[index-1]
	index++
	return done(string(letter), argument, 0)
}

func historyBuiltin(r *runner, p *Process) int {
	if r.session == nil {
		return 0
	}
	if len(p.Args) > 1 && p.Args[1] == "-c" {
		r.session.mu.Lock()
		r.session.history = nil
		r.session.mu.Unlock()
		return 0
	}
	r.session.mu.Lock()
	list := slices.Clone(r.session.history)
	first := r.session.n - len(list) + 1
	r.session.mu.Unlock()
	skip := 0
	if len(p.Args) > 1 {
		n, err := strconv.Atoi(p.Args[1])
		if err != nil || n < 0 {
			return p.Fail("%s: numeric argument required", p.Args[1])
		}
		skip = max(0, len(list)-n)
	}
	out := p.buffer()
	for i, line := range list[skip:] {
		fmt.Fprintf(out, "%5d  %s\n", first+skip+i, line)
	}
	_ = out.Flush()
	return 0
}

func jobsBuiltin(r *runner, p *Process) int {
	for _, one := range r.jobs.all() {
		if len(p.Args) > 1 && p.Args[1] == "-p" {
			fmt.Fprintln(p.Stdout, one.pid)
			continue
		}
		fmt.Fprintln(p.Stdout, one.line())
	}
	return 0
}

func killBuiltin(r *runner, p *Process) int {
	targets := slices.DeleteFunc(slices.Clone(p.Args[1:]), func(s string) bool { return strings.HasPrefix(s, "-") })
	if len(targets) == 0 {
		return p.Misuse("usage: kill %%JOB|PID ... (a member is killed by: lab kill m1)")
	}
	code := 0
	for _, target := range targets {
		one := r.jobs.find(target)
		switch {
		case one != nil:
			one.group.cancel(errInterrupted)
		case strings.HasPrefix(target, "%"):
			code = p.Fail("%s: no such job", target)
		case len(target) > 1 && target[0] == 'm':
			code = p.Fail("%s: arguments must be process or job IDs (a member is killed by: lab kill %s)", target, target)
		default:
			code = p.Fail("(%s) - No such process", target)
		}
	}
	return code
}

func waitBuiltin(r *runner, p *Process) int {
	status := 0
	if len(p.Args) == 1 {
		for _, one := range slices.Clone(r.children) {
			r.waitFor(one)
		}
		if r.ctx.Err() != nil {
			return codeInterrupted
		}
		return 0
	}
	for _, name := range p.Args[1:] {
		one := r.jobs.find(name)
		if one == nil {
			p.Fail("%s: no such job", name)
			status = 127
			continue
		}
		status = r.waitFor(one)
	}
	return status
}

// run runs another command from a builtin with other input, and gives its status.
func (r *runner) run(args []string, in io.Reader) int {
	saved := r.fds
	if in != nil {
		r.fds[0] = stream{r: in}
	}
	r.executeCommand(args)
	r.fds = saved
	return r.status
}

// envBuiltin is env [-i] [NAME=VALUE...] [COMMAND...].
func envBuiltin(r *runner, p *Process) int {
	args := p.Args[1:]
	local := newScope(r.variables, r.variables.ledger)
	defer local.free()
	for len(args) > 0 {
		name, value, ok := strings.Cut(args[0], "=")
		if args[0] == "-i" {
			r.variables.each(func(name string, v expand.Variable) bool {
				v.Exported = false
				return local.put(name, v) == nil
			})
		} else if ok && syntax.ValidName(name) {
			v := text(value)
			v.Exported = true
			if err := local.put(name, v); err != nil {
				return p.Fail("%v", err)
			}
		} else {
			break
		}
		args = args[1:]
	}
	r.variables = local
	defer func() { r.variables = local.outer }()
	if len(args) > 0 {
		code := 1
		r.deeper(func() { code = r.run(args, nil) })
		return code
	}
	for _, line := range r.environ() {
		fmt.Fprintln(p.Stdout, line)
	}
	return 0
}

func printenvBuiltin(r *runner, p *Process) int {
	if len(p.Args) == 1 {
		return envBuiltin(r, p)
	}
	code := 0
	for _, name := range p.Args[1:] {
		value, ok := p.Env(name)
		if !ok {
			code = 1
			continue
		}
		fmt.Fprintln(p.Stdout, value)
	}
	return code
}

// timeoutBuiltin is timeout DURATION COMMAND...; 124 if the time was up.
func timeoutBuiltin(r *runner, p *Process) int {
	if len(p.Args) < 3 {
		return p.Fail("usage: timeout DURATION COMMAND [ARG]...") * 125
	}
	limit, err := seconds(p.Args[1])
	if err != nil {
		return p.Fail("%v", err) * 125
	}
	ctx, cancel := context.WithTimeout(r.ctx, limit)
	defer cancel()
	status := 0
	r.within(ctx, func() {
		saved := r.fds
		if k, ok := r.fds[0].r.(*keyboard); ok {
			r.fds[0].r = &keyboard{tty: k.tty, ctx: ctx}
		} else if from, ok := r.fds[0].r.(*pipe); ok {
			r.fds[0].r = &limitedReader{ctx: ctx, r: from}
		}
		r.executeCommand(p.Args[2:])
		status = r.status
		r.fds = saved
	})
	if ctx.Err() != nil && r.ctx.Err() == nil {
		return 124
	}
	return status
}

// limitedReader ends a read when its context does.
type limitedReader struct {
	ctx context.Context
	r   *pipe
}

func (l *limitedReader) Read(b []byte) (int, error) {
	stop := context.AfterFunc(l.ctx, func() {
		l.r.mu.Lock()
		l.r.changed.Broadcast()
		l.r.mu.Unlock()
	})
	defer stop()
	return l.r.readUntil(b, l.ctx)
}

// watchBuiltin is watch [-n SECONDS] COMMAND...; it ends by Ctrl-C.
func watchBuiltin(r *runner, p *Process) int {
	args, every := p.Args[1:], "2"
	if len(args) > 1 && args[0] == "-n" {
		every, args = args[1], args[2:]
	}
	pause, err := seconds(every)
	if err != nil || len(args) == 0 {
		return p.Misuse("usage: watch [-n SECONDS] COMMAND [ARG]...")
	}
	for {
		clearBuiltin(r, p)
		fmt.Fprintf(p.Stdout, "Every %ss: %s    %s\n\n", every, strings.Join(args, " "), p.Now().UTC().Format(time.DateTime))
		r.sourced(strings.Join(args, " "))
		if r.flow.exit || p.Sleep(max(pause, 100*time.Millisecond)) != nil {
			return r.status
		}
	}
}

// xargsBuiltin is xargs [-n MAX] [-I TEXT] [-r] [-0] [COMMAND...].
func xargsBuiltin(r *runner, p *Process) int {
	o, command, err := parseLeading(p.Args[1:], "rt0", "nIPLd")
	if err != nil {
		return p.Misuse("%v", err)
	}
	if len(command) == 0 {
		command = []string{"echo"}
	}
	most := 1000
	if n, ok := o.value('n'); ok {
		if most, err = strconv.Atoi(n); err != nil || most < 1 {
			return p.Fail("invalid number %q for -n option", n)
		}
	}
	replace, byLine := o.value('I')
	words, err := xargsWords(p, o, byLine)
	if err != nil {
		return p.Fail("%v", err)
	}
	if byLine {
		most = 1
	}
	status := 0
	for first := true; first && !o.has('r') && !byLine || len(words) > 0; first = false {
		n := min(most, len(words))
		args := slices.Concat(command, words[:n])
		if byLine {
			args = slices.Clone(command)
			for i := range args {
				args[i] = strings.ReplaceAll(args[i], replace, words[0])
			}
		}
		words = words[n:]
		p.step()
		if o.has('t') {
			fmt.Fprintln(p.Stderr, strings.Join(args, " "))
		}
		code := r.run(args, empty{})
		if r.ctx.Err() != nil {
			return codeInterrupted
		}
		if code == 127 || code == 126 {
			return code
		}
		if code != 0 {
			status = 123
		}
	}
	return status
}

func xargsWords(p *Process, o optionSet, byLine bool) ([]string, error) {
	if o.has('0') {
		data := strings.TrimSuffix(string(p.slurp(p.Stdin)), "\x00")
		if data == "" {
			return nil, nil
		}
		return strings.Split(data, "\x00"), nil
	}
	var words []string
	kept := 0
	for line := range p.lines(p.Stdin) {
		list := []string{strings.TrimLeft(line, " \t")}
		if !byLine {
			var err error
			if list, err = splitQuoted(line); err != nil {
				return nil, err
			}
		} else if list[0] == "" {
			continue
		}
		words = append(words, list...)
		if kept += len(line) + 32; kept > MaxSlurpBytes {
			return nil, fmt.Errorf("too many arguments")
		}
	}
	return words, nil
}

// splitQuoted splits a line at blanks as xargs does: quotes and backslashes count.
func splitQuoted(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	started, quoteChar := false, byte(0)
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quoteChar != 0:
			if c == quoteChar {
				quoteChar = 0
			} else {
				word.WriteByte(c)
			}
		case c == '\'' || c == '"':
			quoteChar, started = c, true
		case c == '\\' && i+1 < len(line):
			i++
			word.WriteByte(line[i])
			started = true
		case c == ' ' || c == '\t':
			if started {
				words = append(words, word.String())
				word.Reset()
				started = false
			}
		default:
			word.WriteByte(c)
			started = true
		}
	}
	if quoteChar != 0 {
		return nil, fmt.Errorf("unmatched quote in %.40q", line)
	}
	if started {
		words = append(words, word.String())
	}
	return words, nil
}

// shBuiltin is sh [-c TEXT [ARG...] | FILE [ARG...]]; without arguments it runs
// its input.
func shBuiltin(r *runner, p *Process) int {
	args := p.Args[1:]
	options := r.options
	r.options = optionsOf(&args)
	defer func() { r.options = options; r.configure() }()
	switch {
	case len(args) > 1 && args[0] == "-c":
		name, params := "sh", args[2:]
		if len(params) > 0 {
			name, params = params[0], params[1:]
		}
		r.script(name, args[1], params)
	case len(args) > 0 && args[0] == "-c":
		return p.Misuse("-c: option requires an argument")
	case len(args) > 0 && args[0] != "-":
		return r.runFile(args[0], args[1:])
	default:
		data, err := io.ReadAll(io.LimitReader(p.Stdin, MaxLineBytes+1))
		if err != nil {
			return p.Fail("%s", files.Reason(err))
		}
		r.script("sh", string(data), nil)
	}
	return r.status
}

// optionsOf takes -e, -u and -x off the front of sh's arguments.
func optionsOf(args *[]string) options {
	var o options
	for len(*args) > 0 && len((*args)[0]) > 1 && (*args)[0][0] == '-' {
		word := (*args)[0]
		rest := strings.Map(func(letter rune) rune {
			if on := o.find(string(letter)); on != nil {
				*on = true
				return -1
			}
			return letter
		}, word[1:])
		if rest != "" {
			(*args)[0] = "-" + rest
			break
		}
		*args = (*args)[1:]
	}
	return o
}

func clearBuiltin(r *runner, p *Process) int {
	if r.session != nil && p.Terminal {
		r.session.screen.show(event.Event{Type: event.Clear})
	}
	return 0
}

// helpBuiltin lists what there is.
func helpBuiltin(r *runner, p *Process) int {
	out := bufio.NewWriter(p.Stdout)
	defer out.Flush()
	if len(p.Args) > 1 {
		return helpOn(r, p, out)
	}
	fmt.Fprint(out, helpText)
	names := slices.DeleteFunc(r.commandNames(), func(name string) bool { return r.functions[name].body != nil })
	line := " "
	for _, name := range names {
		if len(line)+1+len(name) > 78 {
			fmt.Fprintln(out, line)
			line = " "
		}
		line += " " + name
	}
	fmt.Fprintln(out, line)
	return 0
}

const helpText = `This shell runs on the workstation of the lab, in virtual time.

  etcdctl member list -w table     who is in the cluster
  etcdctl put name John            write a key; get and del read and delete
  lab status                       what the members do, and which faults are on
  lab kill leader                  kill -9 the leader; lab help lists all faults
  lab wait 3s                      let virtual time pass
  curl -s http://m1:2379/health    the same members over HTTP; curl --help tells more

Tab completes, Ctrl-C ends what runs, Ctrl-D ends its input. Shell syntax works:
quotes, $variables, pipes, > files, for and while loops, functions, $(...).
help NAME tells about a command. Commands:

`

func helpOn(r *runner, p *Process, out io.Writer) int {
	name := p.Args[1]
	if usage, ok := usages[name]; ok {
		fmt.Fprintln(out, usage)
		return 0
	}
	if r.shell.config.Commands[name] != nil {
		return r.run([]string{name, "--help"}, empty{})
	}
	if kind := r.kind(name); kind != "" {
		fmt.Fprintf(out, "%s is %s\n", name, kind)
		return 0
	}
	return p.Fail("no help topics match `%s'", name)
}
