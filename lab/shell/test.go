package shell

import (
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"quorumlab/lab/files"
)

// testClause runs `[[ ... ]]`.
func (r *runner) testClause(c *syntax.TestClause) {
	if !r.step() {
		return
	}
	holds, err := r.testExpr(c.X)
	switch {
	case r.stopped():
	case err != nil:
		r.errorf("[[: %v", err)
		r.status = 2
	default:
		r.status = oneIf(!holds)
	}
}

func (r *runner) testExpr(x syntax.TestExpr) (bool, error) {
	switch x := x.(type) {
	case *syntax.ParenTest:
		return r.testExpr(x.X)
	case *syntax.Word:
		text, _ := r.literal(x)
		return text != "", nil
	case *syntax.UnaryTest:
		if x.Op == syntax.TsNot {
			holds, err := r.testExpr(x.X)
			return !holds, err
		}
		text, _ := r.literal(x.X.(*syntax.Word))
		return r.testUnary(x.Op.String(), text)
	case *syntax.BinaryTest:
		return r.testBinaryExpr(x)
	}
	return false, fmt.Errorf("this kind of test is not supported")
}

func (r *runner) testBinaryExpr(x *syntax.BinaryTest) (bool, error) {
	switch x.Op {
	case syntax.AndTest, syntax.OrTest:
		left, err := r.testExpr(x.X)
		if err != nil || left == (x.Op == syntax.OrTest) {
			return left, err
		}
		return r.testExpr(x.Y)
	}
	left, _ := r.literal(x.X.(*syntax.Word))
	switch x.Op {
	case syntax.TsMatch, syntax.TsMatchShort, syntax.TsNoMatch:
		pat, _ := r.pattern(x.Y.(*syntax.Word))
		return matches(pat, left) == (x.Op != syntax.TsNoMatch), nil
	case syntax.TsReMatch:
		expr, _ := r.one(x.Y.(*syntax.Word), expand.Literal) // a backslash is the expression's
		return r.testRegexp(left, expr)
	}
	right, _ := r.literal(x.Y.(*syntax.Word))
	return r.testBinary(left, x.Op.String(), right)
}

func (r *runner) testRegexp(text, expr string) (bool, error) {
	rx, err := compile(expr)
	if err != nil {
		return false, err
	}
	found := rx.FindStringSubmatch(text)
	_ = r.set("BASH_REMATCH", expand.Variable{Set: true, Kind: expand.Indexed, List: found})
	return found != nil, nil
}

// compile compiles a regular expression a learner typed.
func compile(expr string) (*regexp.Regexp, error) {
	if len(expr) > maxPatternBytes {
		return nil, fmt.Errorf("the regular expression is longer than %d KiB", maxPatternBytes>>10)
	}
	rx, err := regexp.Compile(expr)
	if err != nil {
		return nil, fmt.Errorf("invalid regular expression: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return rx, nil
}

func (r *runner) testUnary(op, text string) (bool, error) {
	switch op {
	case "-z":
		return text == "", nil
	case "-n":
		return text != "", nil
	case "-t":
		n, err := strconv.Atoi(text)
		return err == nil && n >= 0 && n < len(r.fds) && r.fds[n].terminal, nil
	case "-v":
		return environment{r}.Get(text).IsSet(), nil
	case "-o":
		return r.options.named(text), nil
	}
	entry, err := r.shell.config.Files.Stat(absolute(r.dir, text))
	exists := err == nil && text != ""
	switch op {
	case "-e", "-a", "-r", "-w", "-O", "-G":
		return exists, nil
	case "-f":
		return exists && entry.Mode.IsRegular(), nil
	case "-d":
		return exists && entry.IsDir(), nil
	case "-s":
		return exists && (entry.Bytes > 0 || entry.IsDir()), nil
	case "-x":
		return exists && entry.Mode.Perm()&0o111 != 0, nil
	case "-c":
		return exists && entry.Mode&fs.ModeCharDevice != 0, nil
	case "-L", "-h", "-p", "-S", "-b", "-g", "-u", "-k", "-N", "-R":
		return false, nil
	}
	return false, fmt.Errorf("%s: unary operator expected", op)
}

func (r *runner) testBinary(left, op, right string) (bool, error) {
	switch op {
	case "=", "==":
		return left == right, nil
	case "!=":
		return left != right, nil
	case "<":
		return left < right, nil
	case ">":
		return left > right, nil
	case "-nt", "-ot", "-ef":
		return r.testFiles(left, op, right), nil
	}
	a, errA := integer(left)
	b, errB := integer(right)
	switch op {
	case "-eq", "-ne", "-lt", "-le", "-gt", "-ge":
		if errA != nil {
			return false, errA
		}
		if errB != nil {
			return false, errB
		}
	}
	switch op {
	case "-eq":
		return a == b, nil
	case "-ne":
		return a != b, nil
	case "-lt":
		return a < b, nil
	case "-le":
		return a <= b, nil
	case "-gt":
		return a > b, nil
	case "-ge":
		return a >= b, nil
	}
	return false, fmt.Errorf("%s: binary operator expected", op)
}

func (r *runner) testFiles(left, op, right string) bool {
	fsys := r.shell.config.Files
	a, errA := fsys.Stat(absolute(r.dir, left))
	b, errB := fsys.Stat(absolute(r.dir, right))
	switch {
	case op == "-nt":
		return errA == nil && (errB != nil || a.Time.After(b.Time))
	case op == "-ot":
		return errB == nil && (errA != nil || a.Time.Before(b.Time))
	}
	return errA == nil && files.Clean(absolute(r.dir, left)) == files.Clean(absolute(r.dir, right))
}

func integer(s string) (int64, error) {
	n, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(s), "+"), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s: integer expression expected", s)
	}
	return n, nil
}

// testBuiltin is `test` and `[`.
func testBuiltin(r *runner, p *Process) int {
	args := p.Args[1:]
	if p.Args[0] == "[" {
		if len(args) == 0 || args[len(args)-1] != "]" {
			return p.Misuse("missing `]'")
		}
		args = args[:len(args)-1]
	}
	t := &tester{r: r, args: args}
	holds, err := t.all()
	if err != nil {
		return p.Misuse("%v", err)
	}
	return oneIf(!holds)
}

// tester reads the words of a `test`: -o binds weakest, then -a, then !.
type tester struct {
	r     *runner
	args  []string
	depth int
}

var testBinaries = map[string]bool{
	"=": true, "==": true, "!=": true, "<": true, ">": true, "-eq": true, "-ne": true, "-lt": true,
	"-le": true, "-gt": true, "-ge": true, "-nt": true, "-ot": true, "-ef": true,
}

func (t *tester) all() (bool, error) {
	if len(t.args) == 0 {
		return false, nil
	}
	holds, err := t.or()
	if err == nil && len(t.args) > 0 {
		err = fmt.Errorf("too many arguments")
	}
	return holds, err
}

func (t *tester) or() (bool, error) {
	holds, err := t.and()
	for err == nil && len(t.args) > 0 && t.args[0] == "-o" {
		t.args = t.args[1:]
		var right bool
		right, err = t.and()
		holds = holds || right
	}
	return holds, err
}

func (t *tester) and() (bool, error) {
	holds, err := t.not()
	for err == nil && len(t.args) > 0 && t.args[0] == "-a" {
		t.args = t.args[1:]
		var right bool
		right, err = t.not()
		holds = holds && right
	}
	return holds, err
}

func (t *tester) not() (bool, error) {
	if t.depth++; t.depth > MaxNesting {
		return false, fmt.Errorf("the expression is nested too deep")
	}
	if len(t.args) > 1 && t.args[0] == "!" && !(len(t.args) > 2 && testBinaries[t.args[1]]) {
		t.args = t.args[1:]
		holds, err := t.not()
		return !holds, err
	}
	return t.primary()
}

func (t *tester) primary() (bool, error) {
	if len(t.args) == 0 {
		return false, fmt.Errorf("argument expected")
	}
	if len(t.args) >= 3 && testBinaries[t.args[1]] {
		left, op, right := t.args[0], t.args[1], t.args[2]
		t.args = t.args[3:]
		return t.r.testBinary(left, op, right)
	}
	if t.args[0] == "(" && len(t.args) > 1 {
		t.args = t.args[1:]
		holds, err := t.or()
		if err == nil && (len(t.args) == 0 || t.args[0] != ")") {
			err = fmt.Errorf("`)' expected")
		}
		if err == nil {
			t.args = t.args[1:]
		}
		return holds, err
	}
	if len(t.args) >= 2 && len(t.args[0]) == 2 && t.args[0][0] == '-' && t.args[1] != "-a" && t.args[1] != "-o" {
		op, text := t.args[0], t.args[1]
		t.args = t.args[2:]
		return t.r.testUnary(op, text)
	}
	word := t.args[0]
	t.args = t.args[1:]
	return word != "", nil
}

func (o options) named(name string) bool {
	if on := o.find(name); on != nil {
		return *on
	}
	return false
}

func (o *options) find(name string) *bool {
	switch name {
	case "errexit", "e":
		return &o.errexit
	case "nounset", "u":
		return &o.nounset
	case "xtrace", "x":
		return &o.xtrace
	case "noglob", "f":
		return &o.noglob
	case "allexport", "a":
		return &o.allexport
	case "pipefail":
		return &o.pipefail
	}
	return nil
}
