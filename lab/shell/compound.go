package shell

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/pattern"
	"mvdan.cc/sh/v3/syntax"
)

// condition runs a list whose failure is no error and tells whether it succeeded.
func (r *runner) condition(list []*syntax.Stmt) bool {
	r.tolerate++
	r.statements(list)
	r.tolerate--
	return r.status == 0 && !r.stopped()
}

func (r *runner) ifClause(c *syntax.IfClause) {
	for ; c != nil; c = c.Else {
		if len(c.Cond) == 0 || r.condition(c.Cond) {
			r.statements(c.Then)
			return
		}
		if r.stopped() {
			return
		}
	}
	r.status = 0
}

// round runs a loop's body once; it tells whether the loop goes on.
func (r *runner) round(body []*syntax.Stmt) bool {
	if !r.step() {
		return false
	}
	r.statements(body)
	return r.again()
}

// again ends one break or continue at this loop; it tells whether the loop goes on.
func (r *runner) again() bool {
	if r.flow.brk > 0 {
		r.flow.brk--
		return false
	}
	if r.flow.cont > 0 {
		r.flow.cont--
		return r.flow.cont == 0 && !r.stopped()
	}
	return !r.stopped()
}

func (r *runner) whileClause(c *syntax.WhileClause) {
	r.loops++
	defer func() { r.loops-- }()
	status := 0
	for {
		ok := r.condition(c.Cond)
		if r.stopped() {
			if !r.again() {
				break
			}
			continue
		}
		if ok == c.Until {
			break
		}
		again := r.round(c.Do)
		status = r.status
		if !again {
			break
		}
	}
	r.status = status
}

func (r *runner) forClause(c *syntax.ForClause) {
	if c.Select {
		r.fail("select is not supported")
		return
	}
	r.loops++
	defer func() { r.loops-- }()
	switch loop := c.Loop.(type) {
	case *syntax.WordIter:
		r.forWords(loop, c.Do)
	case *syntax.CStyleLoop:
		r.forArithmetic(loop, c.Do)
	}
}

func (r *runner) forWords(loop *syntax.WordIter, body []*syntax.Stmt) {
	items := r.params
	if loop.InPos.IsValid() {
		var ok bool
		if items, ok = r.fields(loop.Items); !ok {
			return
		}
	}
	r.status = 0
	for _, item := range items {
		if err := r.set(loop.Name.Value, text(item)); err != nil {
			r.abandon("%v", err)
			return
		}
		if !r.round(body) {
			return
		}
	}
}

func (r *runner) forArithmetic(loop *syntax.CStyleLoop, body []*syntax.Stmt) {
	value := func(x syntax.ArithmExpr, missing int) (int, bool) {
		if x == nil {
			return missing, true
		}
		return r.arithmeticValue(x)
	}
	if _, ok := value(loop.Init, 0); !ok {
		return
	}
	status := 0
	for {
		n, ok := value(loop.Cond, 1)
		if !ok {
			return
		}
		if n == 0 {
			break
		}
		again := r.round(body)
		status = r.status
		if !again {
			break
		}
		if _, ok := value(loop.Post, 0); !ok {
			return
		}
	}
	r.status = status
}

func (r *runner) arithmetic(x syntax.ArithmExpr) {
	if !r.step() {
		return
	}
	if n, ok := r.arithmeticValue(x); ok {
		r.status = oneIf(n == 0)
	}
}

func (r *runner) caseClause(c *syntax.CaseClause) {
	subject, ok := r.literal(c.Word)
	if !ok || !r.step() {
		return
	}
	r.status = 0
	fall := false
	for _, item := range c.Items {
		if !fall && !r.matchesAny(subject, item.Patterns) {
			continue
		}
		r.statements(item.Stmts)
		switch item.Op {
		case syntax.Fallthrough:
			fall = true
		case syntax.Resume:
			fall = false
		default:
			return
		}
		if r.stopped() {
			return
		}
	}
}

func (r *runner) matchesAny(subject string, patterns []*syntax.Word) bool {
	for _, word := range patterns {
		pat, ok := r.pattern(word)
		if !ok {
			return false
		}
		if matches(pat, subject) {
			return true
		}
	}
	return false
}

// maxPatternBytes bounds what is made into a regular expression.
const maxPatternBytes = 8 << 10

// matches tells whether a shell pattern matches all of a text.
func matches(pat, subject string) bool {
	if len(pat) > maxPatternBytes {
		return pat == subject
	}
	expr, err := pattern.Regexp(pat, pattern.EntireString|pattern.ExtendedOperators)
	if err != nil {
		return pat == subject
	}
	rx, err := regexp.Compile(expr)
	return err == nil && rx.MatchString(subject)
}

// binary runs `&&`, `||` and pipelines.
func (r *runner) binary(c *syntax.BinaryCmd) {
	switch c.Op {
	case syntax.AndStmt, syntax.OrStmt:
		r.tolerate++
		r.statement(c.X)
		r.tolerate--
		if !r.stopped() && (r.status == 0) == (c.Op == syntax.AndStmt) {
			r.statement(c.Y)
		}
	default:
		r.pipeline(stages(c))
	}
}

// stage is one command of a pipeline.
type stage struct {
	st  *syntax.Stmt
	all bool // |&: stderr goes down the pipe too
}

func stages(c *syntax.BinaryCmd) []stage {
	var list []stage
	if x, ok := c.X.Cmd.(*syntax.BinaryCmd); ok && len(c.X.Redirs) == 0 && (x.Op == syntax.Pipe || x.Op == syntax.PipeAll) {
		list = stages(x)
	} else {
		list = []stage{{st: c.X}}
	}
	list[len(list)-1].all = c.Op == syntax.PipeAll
	return append(list, stage{st: c.Y})
}

// pipeline runs the stages at once, each in a subshell.
func (r *runner) pipeline(list []stage) {
	children := make([]*runner, 0, len(list))
	for range list {
		child, err := r.fork()
		if err != nil {
			break
		}
		child.tolerate += oneIf(r.tolerate > 0)
		children = append(children, child)
	}
	if len(children) == len(list) {
		r.connect(list, children)
		r.take(children)
	} else {
		r.status = 1
	}
	for _, child := range children {
		child.exited()
	}
}

func (r *runner) connect(list []stage, children []*runner) {
	var running sync.WaitGroup
	var before *pipe
	for i, one := range list {
		child, in := children[i], before
		var out *pipe
		if in != nil {
			child.fds[0] = stream{r: in}
		}
		if i < len(list)-1 {
			out = newPipe(r.ctx)
			child.fds[1] = stream{w: out}
			if one.all {
				child.fds[2] = stream{w: out}
			}
			before = out
		}
		run := func() {
			child.statement(one.st)
			if in != nil {
				in.closeRead()
				in.stop()
			}
			if out != nil {
				out.closeWrite()
			}
		}
		if i < len(list)-1 {
			running.Go(run)
		} else {
			run()
		}
	}
	running.Wait()
}

// take makes a pipeline's status and PIPESTATUS from its stages.
func (r *runner) take(children []*runner) {
	statuses := make([]string, len(children))
	r.status = 0
	for i, child := range children {
		statuses[i] = fmt.Sprint(child.status)
		if child.status != 0 && (r.options.pipefail || i == len(children)-1) {
			r.status = child.status
		}
	}
	_ = r.set("PIPESTATUS", expand.Variable{Set: true, Kind: expand.Indexed, List: statuses})
}

// background starts a job.
func (r *runner) background(st *syntax.Stmt) {
	if !r.step() {
		return
	}
	job, err := r.jobs.add(strings.TrimRight(r.textOf(st), " &;"), r.shell)
	if err != nil {
		r.fail("%v", err)
		return
	}
	caller := r.group
	job.group = newGroup(r.shell, r.shell.ctx)
	r.group = job.group
	child, err := r.fork()
	r.group = caller
	if err != nil {
		r.jobs.remove(job)
		r.status = 1
		return
	}
	child.group, child.ctx, child.options.errexit = job.group, job.group.ctx, false
	child.fds[0] = stream{r: empty{}}
	child.bound(job.group)
	r.children = append(r.children, job)
	r.lastJob = job.pid
	r.status = 0
	if r.session != nil && r.depth == 0 {
		r.say("[%d] %d\n", job.number, job.pid)
	}
	alone := *st
	alone.Background = false
	r.shell.all.Go(func() { child.work(job, &alone) })
}

// bound counts a job's terminal output on its own account.
func (r *runner) bound(g *group) {
	for i := 1; i <= 2; i++ {
		if b, ok := r.fds[i].w.(*boundedWriter); ok {
			r.fds[i].w = g.bounded(b.w)
		}
	}
}

// work runs a job to its end.
func (r *runner) work(job *job, st *syntax.Stmt) {
	r.statement(st)
	status := job.group.verdict(r, r.fds[2].writer())
	r.exited()
	job.group.end()
	job.finish(status)
}

// say writes to the terminal, or wherever stderr goes.
func (r *runner) say(format string, args ...any) {
	_, _ = r.fds[2].write(fmt.Appendf(nil, format, args...))
}

// textOf gives the source of a part of the running text.
func (r *runner) textOf(node syntax.Node) string {
	start, end := int(node.Pos().Offset()), int(node.End().Offset())
	if start > end || end > len(r.source) {
		return "a job"
	}
	return r.source[start:end]
}

// timeClause runs a command and tells how long it took in virtual time.
func (r *runner) timeClause(c *syntax.TimeClause) {
	begin := r.shell.config.Now()
	if c.Stmt != nil {
		r.statement(c.Stmt)
	}
	took := r.shell.config.Now().Sub(begin)
	if c.PosixFormat {
		r.say("real %.2f\nuser 0.00\nsys 0.00\n", took.Seconds())
		return
	}
	r.say("\nreal\t%s\nuser\t0m0.000s\nsys\t0m0.000s\n", minutes(took))
}

func minutes(d time.Duration) string {
	return fmt.Sprintf("%dm%.3fs", d/time.Minute, (d % time.Minute).Seconds())
}

// within runs something under a shorter context.
func (r *runner) within(ctx context.Context, run func()) {
	outer := r.ctx
	r.ctx = ctx
	run()
	r.ctx = outer
}
