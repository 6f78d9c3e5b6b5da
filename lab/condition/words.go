package condition

import (
	"fmt"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// seenMax bounds what Seen says, in bytes.
const seenMax = 480

// term is a part of a condition that a reader wants to know the value of.
type term struct {
	source string
	fn     string   // the function called, if it is a call
	args   []string // sources of its arguments
	each   string   // an attribute, or a function of one member, asked of every member
	value  program
	argOf  []program
}

// findTerms collects the largest parts that stand for something seen: names,
// attributes and calls that do not depend on a comprehension's variable, and
// what a comprehension asks of each member.
func findTerms(expr syntax.Expr, source string) []*term {
	f := termFinder{source: []rune(source), have: map[string]bool{}}
	f.walk(expr)
	return f.terms
}

type termFinder struct {
	source []rune
	bound  []string
	have   map[string]bool
	terms  []*term
}

func (f *termFinder) text(e syntax.Expr) string {
	start, end := e.Span()
	return string(f.source[start.Col-1 : end.Col-1])
}

func (f *termFinder) walk(n syntax.Node) {
	syntax.Walk(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Comprehension:
			f.comprehension(n)
			return false
		case *syntax.CallExpr:
			return f.call(n)
		case *syntax.DotExpr:
			return f.dot(n)
		case *syntax.Ident:
			f.ident(n)
		}
		return true
	})
}

func (f *termFinder) isBound(e syntax.Expr) bool {
	found := false
	syntax.Walk(e, func(n syntax.Node) bool {
		if id, ok := n.(*syntax.Ident); ok {
			for _, name := range f.bound {
				found = found || id.Name == name
			}
		}
		return !found
	})
	return found
}

func (f *termFinder) ident(id *syntax.Ident) {
	if isValueName(id.Name) && !memberNames[id.Name] && id.Name != "members" && id.Name != "first" {
		f.add(&term{source: id.Name})
	}
}

// dot takes a chain such as first.leader or leader.term whole.
func (f *termFinder) dot(e *syntax.DotExpr) bool {
	switch {
	case f.isBound(e):
		if _, ok := memberAttributes[e.Name.Name]; ok && !isCall(e.X) {
			f.add(&term{source: "m." + e.Name.Name, each: e.Name.Name})
		}
		return isCall(e.X)
	case isCall(e.X):
		return true // saved(path).rev: what saved(path) is says it
	}
	f.add(&term{source: f.text(e)})
	return false
}

func isCall(e syntax.Expr) bool {
	_, ok := e.(*syntax.CallExpr)
	return ok
}

func (f *termFinder) call(e *syntax.CallExpr) bool {
	fn, ok := e.Fn.(*syntax.Ident)
	if !ok || functions[fn.Name].call == nil || fn.Name == "count" {
		return true
	}
	if f.isBound(e) {
		if takes := functions[fn.Name].takes; len(takes) == 1 && takes[0] == aMember {
			f.add(&term{source: fn.Name + "(m)", each: fn.Name})
		}
		return false
	}
	t := &term{source: f.text(e), fn: fn.Name}
	for _, arg := range e.Args {
		t.args = append(t.args, f.text(arg))
	}
	f.add(t)
	return false
}

func (f *termFinder) comprehension(e *syntax.Comprehension) {
	depth := len(f.bound)
	for _, clause := range e.Clauses {
		switch clause := clause.(type) {
		case *syntax.ForClause:
			f.walk(clause.X)
			syntax.Walk(clause.Vars, func(n syntax.Node) bool {
				if id, ok := n.(*syntax.Ident); ok {
					f.bound = append(f.bound, id.Name)
				}
				return true
			})
		case *syntax.IfClause:
			f.walk(clause.Cond)
		}
	}
	f.walk(e.Body)
	f.bound = f.bound[:depth]
}

func (f *termFinder) add(t *term) {
	if f.have[t.source] {
		return
	}
	f.have[t.source] = true
	f.terms = append(f.terms, t)
}

// describe says what the terms stand for.
func describe(terms []*term, m *Model) string {
	var words []string
	length := 0
	for _, t := range terms {
		said := t.describe(m)
		if said == "" {
			continue
		}
		if length += len(said); length > seenMax {
			words = append(words, "…")
			break
		}
		words = append(words, said)
	}
	return strings.Join(words, "; ")
}

func (t *term) describe(m *Model) string {
	if t.each != "" {
		return describeEach(m, t.each)
	}
	value, err := t.evaluate(m)
	if err != nil {
		return t.source + " has no value: " + err.Error()
	}
	if t.fn != "" {
		args, err := t.arguments(m)
		if err == nil && phrases[t.fn] != nil {
			return phrases[t.fn](m, args, value)
		}
	}
	if say := sayings[t.source]; say != nil {
		return say(value)
	}
	return t.source + " is " + words1(value)
}

func (t *term) evaluate(m *Model) (starlark.Value, error) {
	if t.value.fn == nil {
		p, err := assemble(t.source)
		if err != nil {
			return nil, err
		}
		t.value = p
	}
	return t.value.run(m)
}

func (t *term) arguments(m *Model) (arguments, error) {
	if t.argOf == nil {
		for _, source := range t.args {
			p, err := assemble(source)
			if err != nil {
				return nil, err
			}
			t.argOf = append(t.argOf, p)
		}
	}
	var args arguments
	for i := range t.argOf {
		v, err := t.argOf[i].run(m)
		if err != nil {
			return nil, err
		}
		args = append(args, v)
	}
	return args, nil
}

// sayings put plain names into a sentence.
var sayings = map[string]func(starlark.Value) string{
	"leader": func(v starlark.Value) string {
		if v == starlark.None {
			return "no member leads a quorum"
		}
		return words1(v) + " leads"
	},
	"first.leader":   func(v starlark.Value) string { return "at first " + words1(v) + " led" },
	"first.term":     func(v starlark.Value) string { return "at first the term was " + words1(v) },
	"first.revision": func(v starlark.Value) string { return "at first the revision was " + words1(v) },
	"first.acked":    func(v starlark.Value) string { return "at first " + words1(v) + " writes were acknowledged" },
	"leaders": func(v starlark.Value) string {
		if v.Truth() {
			return "in the role of leader: " + words1(v)
		}
		return "nobody is in the role of leader"
	},
	"quorum_lost": func(v starlark.Value) string {
		if v.Truth() {
			return "no member is connected to a quorum"
		}
		return "a quorum is connected"
	},
	"partitioned": func(v starlark.Value) string {
		if v.Truth() {
			return "the network is partitioned"
		}
		return "the network is whole"
	},
	"alarms": func(v starlark.Value) string {
		if v.Truth() {
			return "alarms: " + words1(v)
		}
		return "no alarm is raised"
	},
	"lost": func(v starlark.Value) string {
		if v.Truth() {
			return "acknowledged and lost: " + words1(v)
		}
		return "no acknowledged write is lost"
	},
}

// phrases put calls into a sentence.
var phrases = map[string]func(*Model, arguments, starlark.Value) string{
	"up": func(_ *Model, a arguments, _ starlark.Value) string { return stateOf(a.member(0)) },
	"connected": func(_ *Model, a arguments, v starlark.Value) string {
		return a.member(0).name + yesNo(v, " and ", " cannot talk to ") + a.member(1).name + yesNo(v, " can talk", "")
	},
	"groups": func(_ *Model, _ arguments, v starlark.Value) string { return "groups that can talk: " + words1(v) },
	"committed": func(_ *Model, a arguments, v starlark.Value) string {
		if v == starlark.None {
			return fmt.Sprintf("nothing is committed under %q", a.text(0))
		}
		return fmt.Sprintf("%q is %s", a.text(0), words1(v))
	},
	"term_of": func(m *Model, a arguments, v starlark.Value) string {
		if _, ok := m.keys.committed(a.text(0)); !ok {
			return fmt.Sprintf("nothing is committed under %q", a.text(0))
		}
		return fmt.Sprintf("%q was written in term %s", a.text(0), v)
	},
	"acked": func(_ *Model, a arguments, v starlark.Value) string {
		if v == starlark.None {
			return fmt.Sprintf("no write to %q was acknowledged", a.text(0))
		}
		return fmt.Sprintf("%s was acknowledged for %q", words1(v), a.text(0))
	},
	"outcome": func(_ *Model, a arguments, v starlark.Value) string {
		if v == starlark.None {
			return fmt.Sprintf("nobody wrote to %q", a.text(0))
		}
		return fmt.Sprintf("the write to %q: %s", a.text(0), outcomeWords[words0(v)])
	},
	"called": func(_ *Model, a arguments, v starlark.Value) string {
		return fmt.Sprintf("%s was answered %s times", a.text(0), words1(v))
	},
	"watched": func(_ *Model, a arguments, v starlark.Value) string {
		if !v.Truth() {
			return fmt.Sprintf("no watch on %q told anything", a.text(0))
		}
		return fmt.Sprintf("a watch on %q told of changes up to revision %s", a.text(0), words1(v))
	},
	"read": func(_ *Model, a arguments, v starlark.Value) string {
		if v == starlark.None {
			return fmt.Sprintf("nobody read %q", a.text(0))
		}
		return fmt.Sprintf("the newest read of %q: %s", a.text(0), outcomeWords[words0(v)])
	},
	"stale": func(_ *Model, a arguments, v starlark.Value) string {
		return fmt.Sprintf("%q was%s read from before its newest change", a.text(0), yesNo(v, "", " not"))
	},
	"saved": func(m *Model, a arguments, v starlark.Value) string {
		if v == starlark.None {
			return "there is no snapshot " + a.text(0)
		}
		s := m.saved(a.text(0))
		return fmt.Sprintf("%s is a snapshot of revision %d, with %d keys", a.text(0), s.rev, s.keys)
	},
	"verified": func(m *Model, a arguments, v starlark.Value) string {
		return a.text(0) + yesNo(v, " is verified", " is not verified")
	},
	"restored": func(_ *Model, a arguments, v starlark.Value) string {
		if v == starlark.None {
			return a.member(0).name + " was not restored"
		}
		return fmt.Sprintf("%s was restored to revision %d", a.member(0).name, a.member(0).restored.rev)
	},
}

// outcomeWords say what a client knows.
var outcomeWords = map[string]string{
	pending:      "no answer yet",
	acknowledged: "acknowledged",
	failed:       "refused",
	unknown:      "no answer in time, it may have happened",
}

func yesNo(v starlark.Value, yes, no string) string {
	if v.Truth() {
		return yes
	}
	return no
}

func stateOf(mb *member) string {
	said := mb.name + " is " + mb.state
	if mb.state == "down" && mb.why != "" {
		said += " (" + mb.why + ")"
	}
	return said
}

// describeEach says an attribute, or a function of one member, of every member.
func describeEach(m *Model, asked string) string {
	if asked == "up" || asked == "state" {
		return joinMembers(m, stateOf)
	}
	of := valueOfEach(m, asked)
	if all := m.members(); len(all) > 0 && isYesNo(of(all[0])) {
		return sortOut(m, quality(asked), of)
	}
	return joinMembers(m, func(mb *member) string {
		if phrase := phrases[asked]; phrase != nil && memberAttributes[asked].of == nil {
			return phrase(m, arguments{memberValue{m, mb}}, of(mb))
		}
		return mb.name + " " + asked + " " + words1(of(mb))
	})
}

// quality is what a member is if the attribute is true of it.
func quality(asked string) string {
	switch asked {
	case "peer_port", "client_port":
		return "open on the " + strings.ReplaceAll(asked, "_", " ")
	}
	return asked
}

func valueOfEach(m *Model, asked string) func(*member) starlark.Value {
	if attribute := memberAttributes[asked]; attribute.of != nil {
		return func(mb *member) starlark.Value { return attribute.of(m, mb) }
	}
	return func(mb *member) starlark.Value { return functions[asked].call(m, arguments{memberValue{m, mb}}) }
}

func isYesNo(v starlark.Value) bool {
	_, ok := v.(starlark.Bool)
	return ok
}

func joinMembers(m *Model, say func(*member) string) string {
	var words []string
	for _, mb := range m.members() {
		words = append(words, say(mb))
	}
	return strings.Join(words, ", ")
}

// sortOut says which members have a quality and which do not.
func sortOut(m *Model, quality string, has func(*member) starlark.Value) string {
	var yes, no []string
	for _, mb := range m.members() {
		if has(mb).Truth() {
			yes = append(yes, mb.name)
		} else {
			no = append(no, mb.name)
		}
	}
	switch {
	case len(no) == 0:
		return "all members are " + quality
	case len(yes) == 0:
		return "no member is " + quality
	}
	return quality + ": " + strings.Join(yes, ", ") + "; not " + quality + ": " + strings.Join(no, ", ")
}

// words1 is a value as a person would write it.
func words1(v starlark.Value) string {
	switch v := v.(type) {
	case starlark.NoneType:
		return "none"
	case starlark.Bool:
		return yesNo(v, "yes", "no")
	case starlark.String:
		return strconv.Quote(string(v))
	case starlark.Float:
		return strconv.FormatFloat(float64(v), 'f', -1, 64)
	case *starlark.List:
		return listWords(v)
	}
	return v.String()
}

func words0(v starlark.Value) string {
	s, _ := starlark.AsString(v)
	return s
}

// listWords joins a list by commas, a list of lists by bars.
func listWords(list *starlark.List) string {
	if list.Len() == 0 {
		return "none"
	}
	separator := ", "
	var words []string
	for i := range list.Len() {
		if _, nested := list.Index(i).(*starlark.List); nested {
			separator = " | "
		}
		words = append(words, words1(list.Index(i)))
	}
	return strings.Join(words, separator)
}
