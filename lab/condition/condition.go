package condition

import (
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

const (
	maxSource = 4096   // bytes of one condition
	maxSteps  = 20_000 // of Starlark's machine, for one evaluation
)

// modelLocal is where a thread keeps the model for the functions.
const modelLocal = "model"

// Position is where a condition's text begins, so that a mistake in it can be
// found. Lines and columns count from 1; Line 0 means that the condition is a
// text of its own, named by File.
type Position struct {
	File      string
	Line, Col int
	Indent    int // columns that each further line of the text was moved by
}

// Error is a mistake in a condition: where it is, and what was meant.
type Error struct {
	File      string
	Line, Col int
	Text      string
}

func (e *Error) Error() string {
	switch {
	case e.File == "":
		return fmt.Sprintf("column %d: %s", e.Col, e.Text)
	case e.Line == 0:
		return fmt.Sprintf("%s: column %d: %s", e.File, e.Col, e.Text)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Text)
}

// Condition is a compiled expression, to be asked of any number of models.
type Condition struct {
	source string
	at     Position
	main   program
	terms  []*term
	timed  bool
	texts  []string
	uses   []string // members named: m1 to m9
}

// program is one compiled expression with the environment it reads.
type program struct {
	fn    *starlark.Function
	env   starlark.StringDict
	names []string // of env that must be filled in before each run
}

var options = &syntax.FileOptions{}

// Compile checks and compiles a condition. Its errors are *Error: a name that
// is not known (with the nearest that is), a call with the wrong number of
// arguments, a slip of syntax.
func Compile(source string, at Position) (*Condition, error) {
	c := &Condition{source: source, at: at}
	flat := strings.ReplaceAll(strings.TrimRight(source, "\n"), "\n", " ")
	if strings.TrimSpace(flat) == "" {
		return nil, c.errorAt(syntax.MakePosition(nil, 1, 1), "expected a condition, such as: leader and leader != first.leader")
	}
	if len(flat) > maxSource {
		return nil, c.errorAt(syntax.MakePosition(nil, 1, 1), fmt.Sprintf("a condition has at most %d characters", maxSource))
	}
	lead := len(flat) - len(strings.TrimLeft(flat, " "))
	expr, err := options.ParseExpr(at.File, flat[lead:], 0)
	if err != nil {
		return nil, c.syntaxError(err, flat[lead:], lead)
	}
	check := checker{condition: c, lead: lead}
	check.expr(expr)
	if len(check.problems) > 0 {
		return nil, check.problems[0]
	}
	if c.main, err = assemble(flat[lead:]); err != nil {
		return nil, c.errorAt(syntax.MakePosition(nil, 1, 1), err.Error())
	}
	c.terms = findTerms(expr, flat[lead:])
	return c, c.rehearse()
}

// rehearse evaluates a condition on a small world: what fails there would fail
// in a learner's.
func (c *Condition) rehearse() error {
	if _, err := c.Holds(sampleModel()); err != nil {
		return c.errorAt(syntax.MakePosition(nil, 1, 1), "in a world where nothing has happened yet: "+err.Error())
	}
	return nil
}

// assemble compiles checked source; the environment is filled in by run.
func assemble(source string) (program, error) {
	p := program{env: starlark.StringDict{}}
	for name := range names {
		p.env[name] = starlark.None
	}
	for name := range memberNames {
		p.env[name] = starlark.None
	}
	for name, f := range functions {
		p.env[name] = f.builtin(name)
	}
	fn, err := starlark.ExprFuncOptions(options, "condition", source, p.env)
	if err != nil {
		return p, err
	}
	p.fn = fn
	p.keepUsed(source)
	return p, nil
}

// keepUsed finds which names have to be worked out for this expression.
func (p *program) keepUsed(source string) {
	expr, err := options.ParseExpr("", source, 0)
	if err != nil {
		return
	}
	used := map[string]bool{}
	syntax.Walk(expr, func(n syntax.Node) bool {
		if ident, ok := n.(*syntax.Ident); ok && isValueName(ident.Name) && !used[ident.Name] {
			used[ident.Name] = true
			p.names = append(p.names, ident.Name)
		}
		return true
	})
}

func (p *program) run(m *Model) (starlark.Value, error) {
	for _, name := range p.names {
		p.env[name] = m.valueOf(name)
	}
	thread := &starlark.Thread{Name: "condition", Print: func(*starlark.Thread, string) {}}
	thread.SetMaxExecutionSteps(maxSteps)
	thread.SetLocal(modelLocal, m)
	v, err := starlark.Call(thread, p.fn, nil, nil)
	if err != nil {
		return nil, plainError(err)
	}
	return v, nil
}

func (m *Model) valueOf(name string) starlark.Value {
	if memberNames[name] {
		if known := m.byName[name]; known != nil {
			return memberValue{m, known}
		}
		return memberValue{m, &member{name: name, state: "down"}} // a machine that is not there yet
	}
	return names[name].of(m)
}

// plainError takes Starlark's own words off an error.
func plainError(err error) error {
	var eval *starlark.EvalError
	if errors.As(err, &eval) {
		text := eval.Msg
		if strings.Contains(text, "too many steps") {
			text = fmt.Sprintf("it takes more than %d steps to evaluate", maxSteps)
		}
		text = strings.ReplaceAll(text, "NoneType", "None")
		return errors.New(text)
	}
	return err
}

// Source is the condition as its author wrote it, on one line.
func (c *Condition) Source() string { return strings.Join(strings.Fields(c.source), " ") }

// Timed tells whether the answer can change by the passing of time alone, so
// that Model.Version does not announce it.
func (c *Condition) Timed() bool { return c.timed }

// Texts are the texts in quotes that name something of the learner's: keys,
// values, paths. An exercise's task must tell all of them.
func (c *Condition) Texts() []string { return c.texts }

// Members are the members that the condition names.
func (c *Condition) Members() []string { return c.uses }

// At is where the condition stands.
func (c *Condition) At() Position { return c.at }

// Holds evaluates the condition. An error means that it has no answer in this
// world, as `saved("a.db").rev` has none before anything was saved.
func (c *Condition) Holds(m *Model) (bool, error) {
	v, err := c.main.run(m)
	if err != nil {
		return false, err
	}
	return bool(v.Truth()), nil
}

// Eval is Holds, and says in words what was seen (see Seen).
func (c *Condition) Eval(m *Model) (holds bool, seen string, err error) {
	holds, err = c.Holds(m)
	return holds, c.Seen(m), err
}

// Seen says in words what the names in the condition stand for in this world:
// "m2 leads; m1 is down (killed)". It costs more than Holds.
func (c *Condition) Seen(m *Model) string { return describe(c.terms, m) }

// errorAt turns a position in the flattened text into one in the file.
func (c *Condition) errorAt(pos syntax.Position, text string) *Error {
	line, col := int(pos.Line), int(pos.Col)
	if line == 1 {
		line, col = c.place(col)
	}
	if c.at.Line == 0 {
		return &Error{File: c.at.File, Col: col, Text: text}
	}
	if line == 1 {
		return &Error{c.at.File, c.at.Line, c.at.Col + col - 1, text}
	}
	return &Error{c.at.File, c.at.Line + line - 1, c.at.Indent + col, text}
}

// place finds the line and column of a column of the flattened text.
func (c *Condition) place(col int) (line, column int) {
	line, column = 1, 1
	for i, r := range []rune(c.source) {
		if i == col-1 {
			break
		}
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return line, column
}

// syntaxError says what a slip of syntax probably was.
func (c *Condition) syntaxError(err error, flat string, lead int) error {
	var slip syntax.Error
	if !errors.As(err, &slip) {
		return c.errorAt(syntax.MakePosition(nil, 1, 1), err.Error())
	}
	slip.Pos.Col += int32(lead)
	text := strings.NewReplacer("want primary expression", "expected a name or a value here",
		" after expression, want EOF", " after the end of the condition").Replace(slip.Msg)
	for _, habit := range habits {
		if strings.Contains(flat, habit.has) {
			text += "; " + habit.hint
			break
		}
	}
	return c.errorAt(slip.Pos, text)
}

// habits are what people write who come from other languages.
var habits = []struct{ has, hint string }{
	{"&&", "write and, not &&"},
	{"||", "write or, not ||"},
	{"!leader", "write not, not !"},
	{"!up", "write not, not !"},
	{"! ", "write not, not !"},
	{" = ", "to compare write ==, not ="},
	{"“", "use straight quotes: \""},
}
