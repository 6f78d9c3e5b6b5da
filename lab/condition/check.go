package condition

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

var memberNames = map[string]bool{"m1": true, "m2": true, "m3": true, "m4": true, "m5": true, "m6": true, "m7": true, "m8": true, "m9": true}

// universal are the parts of Starlark that conditions may use. What can build
// large values in one step (range, list, repetition) is left out: whatever a
// learner types, a condition is cheap.
var universal = map[string]bool{
	"None": true, "True": true, "False": true,
	"all": true, "any": true, "len": true, "min": true, "max": true, "sorted": true,
	"abs": true, "int": true, "float": true, "str": true, "bool": true,
}

// stringMethods are the methods that texts keep.
var stringMethods = map[string]bool{"startswith": true, "endswith": true}

// enumerations are texts that are part of the vocabulary and name nothing of
// the learner's.
var enumerations = map[string]bool{
	pending: true, acknowledged: true, failed: true, unknown: true,
	"up": true, "down": true, "paused": true, "starting": true,
	"follower": true, "pre-candidate": true, "candidate": true, "leader": true, "": true,
	"started": true, "killed": true, "stopped": true, "resumed": true,
	"NOSPACE": true, "CORRUPT": true,
	"Put": true, "Range": true, "DeleteRange": true, "Txn": true, "Compact": true, "Snapshot": true, "Defragment": true, "Status": true,
	"HashKV": true, "Alarm": true, "MoveLeader": true, "LeaseGrant": true, "LeaseRevoke": true, "LeaseTimeToLive": true, "LeaseLeases": true,
	"MemberAdd": true, "MemberRemove": true, "MemberPromote": true, "MemberUpdate": true, "MemberList": true,
	"kill": true, "stop": true, "pause": true, "wipe": true, "partition": true, "cut": true, "heal": true, "start": true, "firewall": true, "disk": true,
}

var looksLikeMember = regexp.MustCompile(`^m[1-9]$`)

func isValueName(s string) bool {
	_, ok := names[s]
	return ok || memberNames[s]
}

// checker reads the syntax tree and refuses what cannot be meant.
type checker struct {
	condition *Condition
	lead      int      // columns cut off in front
	bound     []string // variables of the comprehensions around
	problems  []*Error
}

func (ck *checker) problem(pos syntax.Position, format string, args ...any) {
	pos.Col += int32(ck.lead)
	ck.problems = append(ck.problems, ck.condition.errorAt(pos, fmt.Sprintf(format, args...)))
}

func (ck *checker) all(exprs []syntax.Expr) {
	for _, e := range exprs {
		ck.expr(e)
	}
}

func (ck *checker) expr(e syntax.Expr) {
	switch e := e.(type) {
	case *syntax.Ident:
		ck.ident(e)
	case *syntax.Literal:
		ck.literal(e)
	case *syntax.ParenExpr:
		ck.expr(e.X)
	case *syntax.UnaryExpr:
		ck.expr(e.X)
	case *syntax.BinaryExpr:
		ck.binary(e)
	case *syntax.CondExpr:
		ck.all([]syntax.Expr{e.Cond, e.True, e.False})
	case *syntax.ListExpr:
		ck.all(e.List)
	case *syntax.TupleExpr:
		ck.all(e.List)
	case *syntax.IndexExpr:
		ck.all([]syntax.Expr{e.X, e.Y})
	case *syntax.DotExpr:
		ck.dot(e)
	case *syntax.CallExpr:
		ck.call(e)
	case *syntax.Comprehension:
		ck.comprehension(e)
	default:
		start, _ := e.Span()
		ck.problem(start, "conditions have no %s", strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", e), "*syntax.")))
	}
}

func (ck *checker) ident(id *syntax.Ident) {
	switch {
	case slices.Contains(ck.bound, id.Name) || universal[id.Name]:
	case memberNames[id.Name]:
		ck.condition.uses = append(ck.condition.uses, id.Name)
	case isValueName(id.Name):
		ck.condition.timed = ck.condition.timed || names[id.Name].timed
	case functions[id.Name].call != nil:
		ck.problem(id.NamePos, "%s is a function: write %s", id.Name, functions[id.Name].usage)
	default:
		ck.problem(id.NamePos, "%s is not known here%s", id.Name, ck.suggest(id.Name))
	}
}

func (ck *checker) suggest(wrong string) string {
	candidates := append(sortedKeys(names), sortedKeys(functions)...)
	candidates = append(append(candidates, sortedKeys(universal)...), ck.bound...)
	if near := nearest(wrong, candidates); near != "" {
		return "; did you mean " + near + "?"
	}
	if _, ok := starlark.Universe[wrong]; ok {
		return ": conditions do without it"
	}
	return "; a text needs quotes: \"" + wrong + "\""
}

func (ck *checker) literal(lit *syntax.Literal) {
	s, ok := lit.Value.(string)
	if ok && !enumerations[s] && !slices.Contains(ck.condition.texts, s) {
		ck.condition.texts = append(ck.condition.texts, s)
	}
}

func (ck *checker) binary(e *syntax.BinaryExpr) {
	switch e.Op {
	case syntax.STAR, syntax.LTLT, syntax.GTGT, syntax.AMP, syntax.PIPE, syntax.CIRCUMFLEX:
		ck.problem(e.OpPos, "conditions have no %s%s", e.Op, operatorHint(e.Op))
	case syntax.EQL, syntax.NEQ, syntax.IN, syntax.NOT_IN:
		ck.noMemberInQuotes(e.X)
		ck.noMemberInQuotes(e.Y)
	}
	ck.expr(e.X)
	ck.expr(e.Y)
}

func operatorHint(op syntax.Token) string {
	switch op {
	case syntax.AMP:
		return ": write and"
	case syntax.PIPE:
		return ": write or"
	}
	return ""
}

// noMemberInQuotes refuses leader == "m1", which Starlark would answer with
// False for ever.
func (ck *checker) noMemberInQuotes(e syntax.Expr) {
	lit, ok := e.(*syntax.Literal)
	if !ok {
		return
	}
	if s, _ := lit.Value.(string); looksLikeMember.MatchString(s) {
		ck.problem(lit.TokenPos, "a member is written without quotes: %s", s)
	}
}

func (ck *checker) dot(e *syntax.DotExpr) {
	ck.expr(e.X)
	field := e.Name.Name
	if id, ok := e.X.(*syntax.Ident); ok && !slices.Contains(ck.bound, id.Name) {
		if fields := fieldsOf(id.Name); fields != nil {
			ck.knownField(e, id.Name, fields)
			return
		}
	}
	if _, ok := memberAttributes[field]; ok || stringMethods[field] || slices.Contains(allFields(), field) {
		return
	}
	ck.problem(e.Name.NamePos, ".%s is not known here%s", field, didYouMean(field, append(sortedKeys(memberAttributes), allFields()...)))
}

func (ck *checker) knownField(e *syntax.DotExpr, of string, fields []string) {
	if !slices.Contains(fields, e.Name.Name) {
		ck.problem(e.Name.NamePos, "%s has no %s%s", of, e.Name.Name, didYouMean(e.Name.Name, fields))
	}
}

// fieldsOf are the fields of a plain name; nil if it has none of its own.
func fieldsOf(name string) []string {
	if memberNames[name] || name == "leader" {
		return sortedKeys(memberAttributes)
	}
	var fields []string
	for _, full := range sortedKeys(recordFields) {
		if field, ok := strings.CutPrefix(full, name+"."); ok {
			fields = append(fields, field)
		}
	}
	return fields
}

func allFields() []string {
	var fields []string
	for _, full := range sortedKeys(recordFields) {
		fields = append(fields, full[strings.LastIndex(full, ".")+1:])
	}
	return fields
}

func (ck *checker) call(e *syntax.CallExpr) {
	switch fn := e.Fn.(type) {
	case *syntax.DotExpr:
		if !stringMethods[fn.Name.Name] {
			ck.problem(fn.Name.NamePos, ".%s is not a function: leave out the parentheses", fn.Name.Name)
		}
		ck.expr(fn.X)
	case *syntax.Ident:
		ck.callName(fn, e)
	default:
		start, _ := e.Span()
		ck.problem(start, "expected the name of a function before the parentheses")
	}
	ck.all(e.Args)
}

func (ck *checker) callName(fn *syntax.Ident, e *syntax.CallExpr) {
	f, known := functions[fn.Name]
	switch {
	case known:
		ck.arity(fn, f, e)
	case isValueName(fn.Name):
		ck.problem(fn.NamePos, "%s is not a function: leave out the parentheses", fn.Name)
	case !universal[fn.Name]:
		ck.problem(fn.NamePos, "%s is not known here%s", fn.Name, didYouMean(fn.Name, append(sortedKeys(functions), sortedKeys(universal)...)))
	}
}

func (ck *checker) arity(fn *syntax.Ident, f function, e *syntax.CallExpr) {
	least := f.least
	if least == 0 {
		least = len(f.takes)
	}
	if len(e.Args) < least || len(e.Args) > len(f.takes) {
		ck.problem(fn.NamePos, "expected %s, not %d arguments", f.usage, len(e.Args))
		return
	}
	for i, arg := range e.Args {
		ck.argument(f, f.takes[i], arg)
	}
}

func (ck *checker) argument(f function, want argument, arg syntax.Expr) {
	lit, isLiteral := arg.(*syntax.Literal)
	if want == aMember && isLiteral {
		ck.problem(lit.TokenPos, "%s: expected a member, such as m1 or first.leader, not %s", f.usage, lit.Raw)
	}
	if id, ok := arg.(*syntax.Ident); want == aString && ok && !slices.Contains(ck.bound, id.Name) {
		ck.problem(id.NamePos, "%s: a text needs quotes: %q", f.usage, id.Name)
	}
}

func (ck *checker) comprehension(e *syntax.Comprehension) {
	depth := len(ck.bound)
	if e.Curly {
		ck.problem(e.Lbrack, "write [...], not {...}")
	}
	for _, clause := range e.Clauses {
		switch clause := clause.(type) {
		case *syntax.ForClause:
			ck.expr(clause.X)
			ck.bind(clause.Vars)
		case *syntax.IfClause:
			ck.expr(clause.Cond)
		}
	}
	ck.expr(e.Body)
	ck.bound = ck.bound[:depth]
}

func (ck *checker) bind(vars syntax.Expr) {
	syntax.Walk(vars, func(n syntax.Node) bool {
		id, ok := n.(*syntax.Ident)
		if ok && (isValueName(id.Name) || functions[id.Name].call != nil) {
			ck.problem(id.NamePos, "%s has a meaning already: choose another name for the variable", id.Name)
		}
		if ok {
			ck.bound = append(ck.bound, id.Name)
		}
		return true
	})
}

func didYouMean(wrong string, candidates []string) string {
	if near := nearest(wrong, candidates); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

// nearest finds the candidate with the smallest edit distance, if that is
// small for the length of the word.
func nearest(wrong string, candidates []string) string {
	best, bestDistance := "", max(2, len(wrong)/3+1)
	for _, candidate := range candidates {
		if d := distance(strings.ToLower(wrong), candidate); d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	return best
}

// distance is Levenshtein's, with two neighbours swapped as one slip.
func distance(a, b string) int {
	var before []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next := make([]int, len(b)+1)
		next[0] = i
		for j := 1; j <= len(b); j++ {
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+slip(a[i-1] != b[j-1]))
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}

func slip(is bool) int {
	if is {
		return 1
	}
	return 0
}
