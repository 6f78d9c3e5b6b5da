package shell

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"quorumlab/lab/files"
)

// call runs a simple command.
func (r *runner) call(c *syntax.CallExpr) {
	if !r.step() {
		return
	}
	r.subst = -1
	args, ok := r.fields(c.Args)
	if !ok {
		return
	}
	if len(args) == 0 {
		r.assignments(c.Assigns)
		return
	}
	r.trace(args)
	if len(c.Assigns) == 0 {
		r.execute(args)
		return
	}
	local := newScope(r.variables, r.variables.ledger)
	if !r.prefix(local, c.Assigns) {
		local.free()
		return
	}
	r.variables = local
	r.execute(args)
	if r.variables == local {
		r.variables = local.outer
	}
	local.free()
}

// assignments runs a command that is nothing but assignments.
func (r *runner) assignments(list []*syntax.Assign) {
	for _, one := range list {
		if !r.assign(r.variables.home(one.Name.Value), one, nil) {
			return
		}
	}
	r.status = max(0, r.subst)
}

// prefix makes the variables of one command: `NAME=VALUE command`.
func (r *runner) prefix(local *scope, list []*syntax.Assign) bool {
	for _, one := range list {
		exported := func(v *expand.Variable) { v.Exported = true }
		if !r.assign(local, one, exported) {
			return false
		}
	}
	return true
}

// assign evaluates one assignment into a scope; change may add attributes.
func (r *runner) assign(at *scope, a *syntax.Assign, change func(*expand.Variable)) bool {
	name := a.Name.Value
	v := r.variables.get(name)
	var ok bool
	switch {
	case a.Array != nil:
		v, ok = r.array(v, a)
	case a.Index != nil:
		v, ok = r.element(v, a)
	default:
		v, ok = r.scalar(v, a)
	}
	if !ok {
		return false
	}
	if change != nil {
		change(&v)
	}
	if err := r.setIn(at, name, v); err != nil {
		if !errors.As(err, new(*limitError)) {
			r.abandon("%v", err)
		}
		return false
	}
	if r.options.xtrace && a.Array == nil {
		r.say("+ %s=%s\n", name, quote(v.String()))
	}
	return true
}

func (r *runner) scalar(old expand.Variable, a *syntax.Assign) (expand.Variable, bool) {
	value, ok := r.literal(a.Value)
	if !ok {
		return old, false
	}
	switch {
	case old.Kind == expand.Indexed || old.Kind == expand.Associative:
		if a.Append {
			value = old.String() + value
		}
		return setElement(old, "0", value), true
	case a.Append:
		value = old.Str + value
	}
	old.Set, old.Kind, old.Str = true, expand.String, value
	return old, true
}

// element evaluates `name[index]=value`.
func (r *runner) element(old expand.Variable, a *syntax.Assign) (expand.Variable, bool) {
	key, ok := r.index(old, a.Index)
	if !ok {
		return old, false
	}
	value, ok := r.literal(a.Value)
	if !ok {
		return old, false
	}
	if a.Append {
		value = elementOf(old, key) + value
	}
	return setElement(old, key, value), true
}

// index evaluates an index: a key, or a number counted from the end if negative.
func (r *runner) index(v expand.Variable, x syntax.ArithmExpr) (string, bool) {
	if word, ok := x.(*syntax.Word); ok && v.Kind == expand.Associative {
		return r.literal(word)
	}
	n, ok := r.arithmeticValue(x)
	if ok && n < 0 {
		if n += lastIndex(v) + 1; n < 0 {
			r.abandon("bad array subscript")
			return "", false
		}
	}
	return strconv.Itoa(n), ok
}

func lastIndex(v expand.Variable) int {
	if n := len(v.Indexes); n > 0 {
		return v.Indexes[n-1]
	}
	return len(v.List) - 1
}

func elementOf(v expand.Variable, key string) string {
	if v.Kind == expand.Associative {
		return v.Map[key]
	}
	n, _ := strconv.Atoi(key)
	if v.Kind == expand.String && n == 0 {
		return v.Str
	}
	at := n
	if v.Indexes != nil {
		at = slices.Index(v.Indexes, n)
	}
	if at < 0 || at >= len(v.List) {
		return ""
	}
	return v.List[at]
}

// setElement gives an array with one element set; the old one is not changed.
func setElement(v expand.Variable, key, value string) expand.Variable {
	v.Set = true
	if v.Kind == expand.Associative {
		v.Map = maps.Clone(v.Map)
		if v.Map == nil {
			v.Map = map[string]string{}
		}
		v.Map[key] = value
		return v
	}
	if v.Kind == expand.String {
		v.List, v.Str = []string{v.Str}, ""
	}
	v.Kind = expand.Indexed
	n, _ := strconv.Atoi(key)
	v.List, v.Indexes = slices.Clone(v.List), slices.Clone(v.Indexes)
	if v.Indexes == nil && n <= len(v.List) {
		if n == len(v.List) {
			v.List = append(v.List, "")
		}
		v.List[n] = value
		return v
	}
	if v.Indexes == nil {
		v.Indexes = make([]int, len(v.List))
		for i := range v.Indexes {
			v.Indexes[i] = i
		}
	}
	at, found := slices.BinarySearch(v.Indexes, n)
	if !found {
		v.Indexes = slices.Insert(v.Indexes, at, n)
		v.List = slices.Insert(v.List, at, "")
	}
	v.List[at] = value
	return v
}

// array evaluates `name=(...)` and `name+=(...)`.
func (r *runner) array(old expand.Variable, a *syntax.Assign) (expand.Variable, bool) {
	v := old
	if !a.Append {
		v.List, v.Map, v.Indexes, v.Str = nil, nil, nil, ""
	}
	if v.Kind != expand.Associative {
		if v.Kind == expand.String && a.Append {
			v.List = []string{v.Str}
			v.Str = ""
		}
		v.Kind = expand.Indexed
	}
	v.Set = true
	for _, elem := range a.Array.Elems {
		if elem.Index != nil {
			one := &syntax.Assign{Index: elem.Index, Value: elem.Value}
			var ok bool
			if v, ok = r.element(v, one); !ok {
				return old, false
			}
			continue
		}
		list, ok := r.fields([]*syntax.Word{elem.Value})
		if !ok {
			return old, false
		}
		for _, s := range list {
			v = setElement(v, strconv.Itoa(lastIndex(v)+1), s)
		}
		if valueSize(v) > MaxValueBytes {
			break // the assignment will tell
		}
	}
	return v, true
}

// trace prints a command for `set -x`.
func (r *runner) trace(args []string) {
	if r.options.xtrace {
		r.say("+ %s\n", quoteAll(args))
	}
}

func quoteAll(args []string) string {
	quoted := make([]string, len(args))
	for i, arg := range args {
		quoted[i] = quote(arg)
	}
	return strings.Join(quoted, " ")
}

// quote writes a text so that the shell reads it back.
func quote(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%^") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// execute runs a command by name: a function, a builtin, a utility or a script.
func (r *runner) execute(args []string) {
	if f, ok := r.functions[args[0]]; ok {
		r.invoke(f, args[1:])
		return
	}
	r.executeCommand(args)
}

// executeCommand is execute without the functions.
func (r *runner) executeCommand(args []string) {
	if run, ok := builtins[args[0]]; ok {
		r.status = r.builtin(run, args)
		return
	}
	if command, ok := r.shell.utilities[args[0]]; ok {
		r.status = r.process(command, args)
		return
	}
	r.status = r.file127(args)
}

// file127 runs a script named by its path; otherwise the command is not found.
func (r *runner) file127(args []string) int {
	name := args[0]
	if !strings.Contains(name, "/") {
		if near := r.near(name); near != "" {
			r.errorf("%s: command not found (did you mean %s?)", name, near)
		} else {
			r.errorf("%s: command not found", name)
		}
		return 127
	}
	clean := absolute(r.dir, name)
	entry, err := r.shell.config.Files.Stat(clean)
	if err != nil {
		r.errorf("%s: %s", name, files.Reason(err))
		return 127
	}
	if entry.IsDir() {
		r.errorf("%s: Is a directory", name)
		return 126
	}
	if dir := path.Dir(clean); dir == "/bin" || dir == "/usr/bin" {
		return r.process(r.shell.utilities[path.Base(clean)], args)
	}
	return r.runFile(name, args[1:])
}

// runFile runs a file of commands in a subshell.
func (r *runner) runFile(name string, args []string) int {
	data, err := r.shell.config.Files.ReadFile(absolute(r.dir, name))
	if err != nil {
		r.errorf("%s: %s", name, files.Reason(err))
		return 127
	}
	r.script(name, string(data), args)
	return r.status
}

// builtin runs a command that works on the shell itself.
func (r *runner) builtin(run builtin, args []string) int {
	return r.protected(func(p *Process) int { return run(r, p) }, args)
}

// process runs a command with the streams and variables as they are.
func (r *runner) process(command Command, args []string) int {
	if _, own := utilities[args[0]]; own {
		return r.protected(command, args)
	}
	p := r.newProcess(args)
	p.Stdin, p.Stdout, p.Stderr = r.fds[0].reader(), r.fds[1].writer(), r.fds[2].writer()
	status := command(p)
	r.group.ended(status)
	return status
}

func (r *runner) newProcess(args []string) *Process {
	p := &Process{
		Ctx: r.ctx, Args: args, Dir: r.dir, Host: r.host, FS: r.shell.config.Files,
		Terminal: r.fds[1].terminal, runner: r,
	}
	if r.session != nil {
		p.Session = r.session.number
	}
	return p
}

// protected runs one of our own utilities: a broken pipe, a cancelled context or
// a bound ends it where it stands.
func (r *runner) protected(command Command, args []string) (code int) {
	p := r.newProcess(args)
	p.Stdin = &fatalReader{p: p, r: r.fds[0].reader()}
	p.Stdout = &metered{p: p, w: stdoutWriter{p}}
	p.Stderr = fatalWriter{r.fds[2].writer()}
	defer func() {
		switch cause := recover().(type) {
		case nil:
		case killed:
			code = cause.code
		default:
			panic(cause)
		}
	}()
	return command(p)
}

// metered charges for what a utility writes.
type metered struct {
	p       *Process
	w       stdoutWriter
	written int
}

func (m *metered) Write(b []byte) (int, error) {
	n, err := m.w.Write(b)
	m.written += n
	for ; m.written >= bytesPerStep; m.written -= bytesPerStep {
		m.p.step()
	}
	return n, err
}

// near finds the command that a mistyped one resembles most.
func (r *runner) near(name string) string {
	return Nearest(name, r.commandNames())
}

func (r *runner) commandNames() []string {
	names := slices.Collect(maps.Keys(r.functions))
	names = slices.AppendSeq(names, maps.Keys(builtins))
	names = slices.AppendSeq(names, maps.Keys(r.shell.utilities))
	slices.Sort(names)
	return slices.Compact(names)
}

// Nearest finds the name that a mistyped one must have meant, or "".
func Nearest(name string, candidates []string) string {
	best, distance := "", 3
	for _, candidate := range candidates {
		d := editDistance(name, candidate)
		likely := d == 1 && len(name) > 2 || len(name) > 4 && len(candidate) > 4 && name[0] == candidate[0]
		if d < distance && likely {
			best, distance = candidate, d
		}
	}
	return best
}

// editDistance counts insertions, deletions, changes and swaps of neighbours.
func editDistance(a, b string) int {
	if len(a) > 40 || len(b) > 40 {
		return 80
	}
	before, last, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		for j := 1; j <= len(b); j++ {
			next[j] = min(last[j]+1, next[j-1]+1, last[j-1]+oneIf(a[i-1] != b[j-1]))
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, last, next = last, next, before
	}
	return last[len(b)]
}

// declare runs export, local, readonly, declare and typeset.
func (r *runner) declare(c *syntax.DeclClause) {
	if !r.step() {
		return
	}
	d := declaration{verb: c.Variant.Value, at: r.variables}
	if !d.scoped(r) {
		return
	}
	r.status = 0
	r.subst = -1
	for _, a := range c.Args {
		if a.Naked && a.Name == nil {
			words, ok := r.fields([]*syntax.Word{a.Value})
			if !ok {
				return
			}
			for _, word := range words {
				if !d.word(r, word) {
					return
				}
			}
			continue
		}
		if !d.assign(r, a) {
			return
		}
	}
	if d.print || len(c.Args) == 0 {
		d.list(r)
	}
}

// declaration is what the words of one declare (or export, ...) ask for.
type declaration struct {
	verb                                string
	at                                  *scope
	export, unexport, readonly          bool
	indexed, associative, print, global bool
}

func (d *declaration) scoped(r *runner) bool {
	switch d.verb {
	case "export":
		d.export = true
	case "readonly":
		d.readonly = true
	case "local":
		if r.inside == 0 {
			r.fail("local: can only be used in a function")
			return false
		}
	case "nameref":
		r.fail("nameref is not supported")
		return false
	}
	return true
}

func (d *declaration) word(r *runner, word string) bool {
	if strings.HasPrefix(word, "-") || strings.HasPrefix(word, "+") {
		return d.flags(r, word)
	}
	name, value, has := strings.Cut(word, "=")
	if !syntax.ValidName(name) {
		r.fail("%s: `%s': not a valid identifier", d.verb, word)
		return true
	}
	a := &syntax.Assign{Name: &syntax.Lit{Value: name}, Naked: !has}
	if has {
		a.Value = &syntax.Word{Parts: []syntax.WordPart{&syntax.SglQuoted{Value: value}}}
	}
	return d.assign(r, a)
}

func (d *declaration) flags(r *runner, word string) bool {
	for _, letter := range word[1:] {
		switch letter {
		case 'x':
			d.export = word[0] == '-'
			d.unexport = !d.export
		case 'n':
			d.unexport = true
			d.export = false
		case 'r':
			d.readonly = true
		case 'a':
			d.indexed = true
		case 'A':
			d.associative = true
		case 'p':
			d.print = true
		case 'g':
			d.global = true
		case '-':
		default:
			r.errorf("%s: -%c: invalid option", d.verb, letter)
			r.status = 2
			return false
		}
	}
	return true
}

// assign declares one name, with a value if it has one.
func (d *declaration) assign(r *runner, a *syntax.Assign) bool {
	name := a.Name.Value
	at := r.variables.home(name)
	if r.inside > 0 && !d.global && (d.verb == "local" || d.verb == "declare" || d.verb == "typeset") {
		at = r.variables
	}
	old := at.vars[name].Variable
	if a.Naked {
		if _, here := at.vars[name]; !here && at == r.variables && at.outer != nil {
			old = expand.Variable{Local: true}
		}
		d.change(&old)
		if err := at.put(name, old); err != nil {
			r.group.cancel(err)
			return false
		}
		return true
	}
	if d.associative && old.Kind != expand.Associative {
		if err := at.put(name, expand.Variable{Kind: expand.Associative}); err != nil {
			r.group.cancel(err)
			return false
		}
	}
	return r.assign(at, a, d.change)
}

func (d *declaration) change(v *expand.Variable) {
	v.Exported = (v.Exported || d.export) && !d.unexport
	v.ReadOnly = v.ReadOnly || d.readonly
	if v.Kind == expand.Unknown && d.associative {
		v.Kind = expand.Associative
	}
	if v.Kind == expand.Unknown && d.indexed {
		v.Kind = expand.Indexed
	}
}

func (d *declaration) list(r *runner) {
	r.variables.each(func(name string, v expand.Variable) bool {
		if d.export && !v.Exported || d.readonly && !v.ReadOnly {
			return true
		}
		_, err := r.fds[1].write([]byte(describeVariable(name, v) + "\n"))
		return err == nil
	})
}

// describeVariable writes a variable as `declare -p` does.
func describeVariable(name string, v expand.Variable) string {
	flags := v.Flags()
	if flags == "" {
		flags = "-"
	}
	head := fmt.Sprintf("declare -%s %s", flags, name)
	switch {
	case !v.IsSet():
		return head
	case v.Kind == expand.Indexed:
		parts := make([]string, len(v.List))
		for i, s := range v.List {
			at := i
			if v.Indexes != nil {
				at = v.Indexes[i]
			}
			parts[i] = fmt.Sprintf("[%d]=%q", at, s)
		}
		return head + "=(" + strings.Join(parts, " ") + ")"
	case v.Kind == expand.Associative:
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(v.Map)) {
			parts = append(parts, fmt.Sprintf("[%s]=%q", k, v.Map[k]))
		}
		return head + "=(" + strings.Join(parts, " ") + ")"
	}
	return fmt.Sprintf("%s=%q", head, v.Str)
}
