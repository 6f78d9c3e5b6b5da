package shell

import (
	"context"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"quorumlab/lab/files"
)

// runner executes syntax trees: a shell, or one of its subshells. One goroutine
// at a time uses it.
type runner struct {
	shell   *Shell
	session *session // nil for a script
	host    string
	group   *group
	ctx     context.Context // of group, or shorter (timeout)

	variables *scope
	functions map[string]function
	name      string // $0
	params    []string
	options   options
	dir       string
	fds       [10]stream
	status    int
	pid       int64
	started   time.Time

	depth    int // of functions, subshells and sourced files
	nesting  int // of compound commands
	inside   int // functions only, for return and local
	loops    int
	tolerate int // failures that `set -e` forgives
	flow     flow
	source   string

	jobs     *jobs
	children []*job // started by this very shell, not waited for yet
	lastJob  int64

	expansion *expand.Config
	budget    int // bytes that command substitutions may still give in this expansion
	subst     int // status of the last command substitution, or -1

	substituting bool // a command substitution runs
}

// flow is how a command was left before its end.
type flow struct {
	brk, cont         int
	ret, exit, abort_ bool
}

// function is a shell function with the text it was defined in.
type function struct {
	body   *syntax.Stmt
	source string
	bytes  int64
}

// options are those of `set`.
type options struct {
	errexit, nounset, xtrace, noglob, pipefail, allexport bool
}

func (o options) letters() string {
	var letters strings.Builder
	for _, one := range []struct {
		on     bool
		letter byte
	}{{o.allexport, 'a'}, {o.errexit, 'e'}, {o.noglob, 'f'}, {o.nounset, 'u'}, {o.xtrace, 'x'}} {
		if one.on {
			letters.WriteByte(one.letter)
		}
	}
	return letters.String()
}

// stream is an open file descriptor.
type stream struct {
	r        io.Reader
	w        io.Writer
	terminal bool
}

func (s stream) write(b []byte) (int, error) {
	if s.w == nil {
		return 0, files.ErrBadFile
	}
	return s.w.Write(b)
}

func (s stream) reader() io.Reader {
	if s.r == nil {
		return unreadable{}
	}
	return s.r
}

func (s stream) writer() io.Writer {
	if s.w == nil {
		return unwritable{}
	}
	return s.w
}

type unreadable struct{}

func (unreadable) Read([]byte) (int, error) { return 0, files.ErrBadFile }

type unwritable struct{}

func (unwritable) Write([]byte) (int, error) { return 0, files.ErrBadFile }

// newRunner makes a login shell on a host; g may come later by enter.
func newRunner(s *Shell, one *session, host string, g *group) *runner {
	r := &runner{
		shell: s, session: one, host: host, dir: s.config.Home,
		variables: newScope(nil, &ledger{}), functions: map[string]function{},
		name: "sh", pid: s.pids.Add(1), started: s.config.Now(), jobs: &jobs{}, subst: -1,
	}
	if entry, err := s.config.Files.Stat(r.dir); err != nil || !entry.IsDir() {
		r.dir = "/"
	}
	env := map[string]string{"HOME": s.config.Home, "USER": "learner", "HOSTNAME": host, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
	maps.Copy(env, s.config.Env)
	if s.config.HostEnv != nil {
		maps.Copy(env, s.config.HostEnv(host))
	}
	for name, value := range env {
		v := text(value)
		v.Exported = true
		_ = r.variables.put(name, v)
	}
	r.configure()
	if g != nil {
		r.enter(g)
	}
	return r
}

// enter puts the runner under a group, for one complete command.
func (r *runner) enter(g *group) {
	r.group, r.ctx = g, g.ctx
	for i := range r.fds {
		if i <= 2 {
			r.fds[i].terminal = r.session != nil
		}
	}
}

// step charges for one step; it tells whether to go on.
func (r *runner) step() bool {
	if r.ctx.Err() != nil {
		return false
	}
	r.shell.config.Sleep(Step)
	return r.ctx.Err() == nil
}

// stopped tells whether what runs is being left.
func (r *runner) stopped() bool {
	return r.flow != flow{} || r.ctx.Err() != nil
}

// file runs a whole text.
func (r *runner) file(file *syntax.File) {
	r.statements(file.Stmts)
}

func (r *runner) statements(list []*syntax.Stmt) {
	for _, one := range list {
		if r.stopped() {
			return
		}
		r.statement(one)
	}
}

// errorf prints an error of the shell's own.
func (r *runner) errorf(format string, args ...any) {
	_, _ = r.fds[2].write([]byte("sh: " + fmt.Sprintf(format, args...) + "\n"))
}

// fail prints an error and sets the status to 1.
func (r *runner) fail(format string, args ...any) {
	r.errorf(format, args...)
	r.status = 1
}

// abandon prints an error and leaves the complete command, as POSIX wants it of
// a failed expansion.
func (r *runner) abandon(format string, args ...any) {
	r.fail(format, args...)
	r.flow.abort_ = true
}

// fork makes a subshell with a copy of the state; end it with exited.
func (r *runner) fork() (*runner, error) {
	if r.depth >= MaxDepth {
		return nil, r.group.exceed("functions and subshells are nested deeper than %d: the command was ended", MaxDepth)
	}
	if err := r.group.fork(); err != nil {
		return nil, err
	}
	variables, err := r.variables.flat()
	if err != nil {
		r.group.cancel(err)
		r.group.exited()
		return nil, err
	}
	child := *r
	child.variables = variables
	child.functions = maps.Clone(r.functions)
	child.params = slices.Clone(r.params)
	child.depth++
	child.flow, child.loops, child.children = flow{}, 0, nil
	child.configure()
	return &child, nil
}

func (r *runner) exited() {
	r.variables.free()
	r.group.exited()
}

// subshell runs something in a copy of the shell and takes over its status.
func (r *runner) subshell(run func(*runner)) {
	child, err := r.fork()
	if err != nil {
		r.status = 1
		return
	}
	run(child)
	r.status = child.status
	child.exited()
}

// statement runs one complete part of a command: negation, redirections, and
// the background.
func (r *runner) statement(st *syntax.Stmt) {
	if r.nesting >= MaxNesting {
		r.group.exceed("commands are nested deeper than %d: the command was ended", MaxNesting)
		return
	}
	r.nesting++
	defer func() { r.nesting-- }()
	switch {
	case st.Coprocess || st.Disown:
		r.fail("this kind of background job is not supported")
	case st.Background:
		r.background(st)
	default:
		r.foreground(st)
	}
}

func (r *runner) foreground(st *syntax.Stmt) {
	if st.Negated {
		r.tolerate++
		r.redirected(st)
		r.tolerate--
		if !r.stopped() {
			r.status = oneIf(r.status == 0)
		}
		return
	}
	r.redirected(st)
	if r.options.errexit && r.status != 0 && r.tolerate == 0 && judged(st.Cmd) {
		r.flow.exit = true
	}
}

// judged tells whether `set -e` looks at a command's own status: not where a
// part of it was looked at already.
func judged(cmd syntax.Command) bool {
	switch cmd := cmd.(type) {
	case *syntax.BinaryCmd:
		return cmd.Op == syntax.Pipe || cmd.Op == syntax.PipeAll
	case *syntax.Block, *syntax.IfClause, *syntax.WhileClause, *syntax.ForClause, *syntax.CaseClause, *syntax.FuncDecl:
		return false
	}
	return true
}

func (r *runner) redirected(st *syntax.Stmt) {
	if len(st.Redirs) == 0 {
		r.command(st.Cmd)
		return
	}
	saved := r.fds
	closers, ok := r.redirect(st.Redirs)
	if ok && !r.stopped() {
		r.command(st.Cmd)
		if keeps(st.Cmd) {
			return
		}
	}
	r.fds = saved
	for _, done := range closers {
		if err := done(); err != nil {
			r.fail("%v", err)
		}
	}
}

// keeps tells whether redirections outlive the command: `exec >file`.
func keeps(cmd syntax.Command) bool {
	call, ok := cmd.(*syntax.CallExpr)
	return ok && len(call.Args) == 1 && call.Args[0].Lit() == "exec"
}

func (r *runner) command(cmd syntax.Command) {
	switch cmd := cmd.(type) {
	case nil:
		r.status = 0
	case *syntax.CallExpr:
		r.call(cmd)
	case *syntax.BinaryCmd:
		r.binary(cmd)
	case *syntax.Block:
		r.statements(cmd.Stmts)
	case *syntax.Subshell:
		r.subshell(func(child *runner) { child.statements(cmd.Stmts) })
	case *syntax.IfClause:
		r.ifClause(cmd)
	case *syntax.WhileClause:
		r.whileClause(cmd)
	case *syntax.ForClause:
		r.forClause(cmd)
	case *syntax.CaseClause:
		r.caseClause(cmd)
	case *syntax.FuncDecl:
		r.define(cmd)
	case *syntax.TestClause:
		r.testClause(cmd)
	case *syntax.ArithmCmd:
		r.arithmetic(cmd.X)
	case *syntax.LetClause:
		for _, x := range cmd.Exprs {
			r.arithmetic(x)
		}
	case *syntax.DeclClause:
		r.declare(cmd)
	case *syntax.TimeClause:
		r.timeClause(cmd)
	default:
		r.fail("this kind of command is not supported")
	}
}

// define keeps a function.
func (r *runner) define(decl *syntax.FuncDecl) {
	if decl.Name == nil {
		r.fail("a function needs a name")
		return
	}
	f := function{body: decl.Body, source: r.source}
	f.bytes = 16*int64(decl.End().Offset()-decl.Pos().Offset()) + 256
	ledger := r.variables.ledger
	old := r.functions[decl.Name.Value].bytes
	if ledger.bytes.Add(f.bytes-old) > MaxVariablesBytes {
		ledger.bytes.Add(old - f.bytes)
		r.group.exceed("%s: the functions take more than %d MiB: the command was ended", decl.Name.Value, MaxVariablesBytes>>20)
		return
	}
	r.functions[decl.Name.Value] = f
	r.status = 0
}

// deeper does something one level down, within MaxDepth of them.
func (r *runner) deeper(do func()) {
	if r.depth >= MaxDepth {
		r.group.exceed("functions and subshells are nested deeper than %d: the command was ended", MaxDepth)
		return
	}
	r.depth++
	do()
	r.depth--
}

// invoke calls a function with parameters.
func (r *runner) invoke(f function, args []string) {
	if r.depth >= MaxDepth {
		r.group.exceed("functions and subshells are nested deeper than %d: the command was ended", MaxDepth)
		return
	}
	params, source, loops := r.params, r.source, r.loops
	local := newScope(r.variables, r.variables.ledger)
	r.variables, r.params, r.source, r.loops = local, args, f.source, 0
	r.depth++
	r.inside++
	r.statement(f.body)
	r.inside--
	r.depth--
	local.free()
	r.variables, r.params, r.source, r.loops = local.outer, params, source, loops
	r.flow.ret = false
}

// sourced runs text in this very shell: eval, and the dot.
func (r *runner) sourced(script string) {
	if r.depth >= MaxDepth {
		r.group.exceed("functions and subshells are nested deeper than %d: the command was ended", MaxDepth)
		return
	}
	file, err := parse(script, false)
	if err != nil {
		r.errorf("%v", err)
		r.status = 2
		return
	}
	source := r.source
	r.source = script
	r.depth++
	r.status = 0
	r.file(file)
	r.depth--
	r.source = source
}

// script runs a file of commands in a subshell.
func (r *runner) script(name, text string, args []string) {
	r.subshell(func(child *runner) {
		child.name, child.params = name, args
		child.sourced(strings.TrimPrefix(text, "\ufeff"))
	})
}

// configure prepares the expansion of words.
func (r *runner) configure() {
	r.expansion = &expand.Config{
		Env:       environment{r},
		CmdSubst:  r.substitute,
		ProcSubst: noProcSubst,
		ReadDir2:  r.shell.config.Files.DirEntries,
		GlobStar:  true,
		NoUnset:   r.options.nounset,
		ExtGlob:   true,
	}
	if r.options.noglob {
		r.expansion.ReadDir2 = nil
	}
}

func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}

// chdir changes the directory.
func (r *runner) chdir(dir string) error {
	clean := absolute(r.dir, dir)
	entry, err := r.shell.config.Files.Stat(clean)
	if err != nil {
		return err
	}
	if !entry.IsDir() {
		return files.ErrNotDirectory
	}
	old := text(r.dir)
	old.Exported = true
	_ = r.set("OLDPWD", old)
	r.dir = path.Clean(clean)
	return nil
}
