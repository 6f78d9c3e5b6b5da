package awk

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Config is what a program runs with.
type Config struct {
	Vars   [][2]string // NAME, VALUE: set before BEGIN
	Args   []string    // files, and NAME=VALUE between them; stdin if there is no file
	Env    map[string]string
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Now    func() time.Time
	// Open opens a file to read; Create one to write.
	Open   func(name string) (io.ReadCloser, error)
	Create func(name string, appending bool) (io.WriteCloser, error)
	// Step is called every thousand steps or so; a panic in it passes through.
	Step func()
}

// The bounds of one program.
const (
	maxString = 1 << 20  // bytes of one string
	maxMemory = 16 << 20 // bytes of all variables and array elements, about
	maxFields = 100_000
)

// runError is thrown by panic inside this package and caught by Run.
type runError struct{ error }

// flow is how statements end early.
type flow int

const (
	goOn flow = iota
	brk
	cont
	nextRecord
	nextFile
	exit
	ret
)

type array map[string]value

// cell is a variable: a value or an array. A parameter without a value has the
// caller's variable as its owner: if it becomes an array, that does too.
type cell struct {
	v     value
	array array
	owner *cell
}

type interp struct {
	Config
	program *Program
	globals map[string]*cell
	locals  map[string]*cell
	depth   int
	steps   int
	memory  int
	code    int
	result  value

	fields []string // $1...; valid if split
	record string
	split  bool
	nf     int

	out     *bufio.Writer
	files   map[string]io.WriteCloser
	readers map[string]*source
	main    *source
	args    []string
	sawFile bool
	ranges  []bool
	regexes map[string]*regexp.Regexp
	random  *rand.Rand
	seed    float64
}

type source struct {
	r     *bufio.Reader
	close func()
}

// Run runs a program and gives its exit code; an error is one line.
func (p *Program) Run(c Config) (code int, err error) {
	in := &interp{
		Config: c, program: p, globals: map[string]*cell{}, out: bufio.NewWriterSize(c.Stdout, 4096), files: map[string]io.WriteCloser{},
		readers: map[string]*source{}, args: c.Args, ranges: make([]bool, len(p.rules)), regexes: map[string]*regexp.Regexp{},
	}
	in.random = rand.New(rand.NewPCG(0, 0))
	defer in.closeAll()
	defer func() {
		switch cause := recover().(type) {
		case nil:
		case runError:
			_ = in.out.Flush()
			code, err = 2, cause.error
		default:
			panic(cause)
		}
	}()
	for name, s := range map[string]string{"FS": " ", "OFS": " ", "ORS": "\n", "RS": "\n", "SUBSEP": "\x1c", "CONVFMT": "%.6g", "OFMT": "%.6g"} {
		in.global(name).v = text(s)
	}
	env := array{}
	for name, s := range c.Env {
		env[name] = input(s)
	}
	in.global("ENVIRON").array = env
	for _, one := range c.Vars {
		in.assignArgument(one[0], one[1])
	}
	if in.leaves(in.run) {
		in.leaves(in.finish)
	}
	_ = in.out.Flush()
	return in.code, nil
}

func (in *interp) closeAll() {
	for _, f := range in.files {
		_ = f.Close()
	}
	for _, r := range in.readers {
		r.close()
	}
	if in.main != nil {
		in.main.close()
	}
}

func (in *interp) fail(format string, args ...any) {
	panic(runError{fmt.Errorf(format, args...)})
}

func (in *interp) step() {
	if in.steps++; in.steps%1000 == 0 {
		in.Step()
	}
}

// leaves runs a part of the program and tells whether exit left it from inside a
// function.
func (in *interp) leaves(part func()) (left bool) {
	defer func() {
		cause := recover()
		if _, left = cause.(exitNow); !left && cause != nil {
			panic(cause)
		}
	}()
	part()
	return false
}

func (in *interp) run() {
	for _, list := range in.program.begin {
		if in.statements(list) == exit {
			in.finish()
			return
		}
	}
	if len(in.program.rules) > 0 || len(in.program.end) > 0 {
		if in.records() == exit {
			in.finish()
			return
		}
	}
	in.finish()
}

// finish runs END; exit in it ends it.
func (in *interp) finish() {
	for _, list := range in.program.end {
		if in.statements(list) == exit {
			return
		}
	}
}

func (in *interp) records() flow {
	for {
		line, ok := in.mainLine()
		if !ok {
			return goOn
		}
		in.setRecord(line)
		in.count("NR")
		in.count("FNR")
		switch in.rules() {
		case exit:
			return exit
		case nextFile:
			in.main.close()
			in.main = nil
		}
	}
}

func (in *interp) count(name string) {
	c := in.global(name)
	c.v = number(c.v.number() + 1)
}

func (in *interp) rules() flow {
	for i, r := range in.program.rules {
		in.step()
		if !in.selected(i, r) {
			continue
		}
		if r.print {
			in.write(in.out, in.record+in.special("ORS"))
			continue
		}
		switch f := in.statements(r.body); f {
		case nextRecord:
			return goOn
		case exit, nextFile:
			return f
		}
	}
	return goOn
}

func (in *interp) selected(i int, r *rule) bool {
	switch {
	case r.from == nil:
		return true
	case r.to == nil:
		return in.eval(r.from).true()
	}
	if !in.ranges[i] && !in.eval(r.from).true() {
		return false
	}
	in.ranges[i] = !in.eval(r.to).true()
	return true
}

// mainLine reads the next record of the main input.
func (in *interp) mainLine() (string, bool) {
	for {
		if in.main == nil && !in.openNext() {
			return "", false
		}
		if line, ok := in.line(in.main.r); ok {
			return line, true
		}
		in.main.close()
		in.main = nil
	}
}

func (in *interp) openNext() bool {
	for len(in.args) > 0 {
		arg := in.args[0]
		in.args = in.args[1:]
		if name, s, ok := strings.Cut(arg, "="); ok && isName(name) {
			in.assignArgument(name, s)
			continue
		}
		in.sawFile = true
		if arg == "-" {
			in.main = &source{bufio.NewReader(in.Stdin), func() {}}
			return true
		}
		f, err := in.Open(arg)
		if err != nil {
			fmt.Fprintf(in.Stderr, "awk: cannot open %q (%v)\n", arg, err)
			in.code = 2
			continue
		}
		in.main = &source{bufio.NewReader(f), func() { _ = f.Close() }}
		in.global("FILENAME").v = text(arg)
		in.global("FNR").v = number(0)
		return true
	}
	if in.sawFile {
		return false
	}
	in.sawFile = true
	in.main = &source{bufio.NewReader(in.Stdin), func() {}}
	return true
}

func isName(s string) bool {
	return s != "" && isLetter(s[0]) && strings.IndexFunc(s, func(r rune) bool { return r > 127 || !isAlnum(byte(r)) }) < 0
}

func (in *interp) assignArgument(name, s string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i += unescape(&b, s[i+1:])
			continue
		}
		b.WriteByte(s[i])
	}
	in.setVariable(name, input(b.String()))
}

// line reads one record by RS: a newline, one character, or "" for paragraphs.
func (in *interp) line(r *bufio.Reader) (string, bool) {
	rs := in.special("RS")
	end := byte('\n')
	if len(rs) > 0 {
		end = rs[0]
	}
	var b []byte
	for {
		piece, err := r.ReadSlice(end)
		b = append(b, piece...)
		if len(b) > maxString {
			in.fail("a record is longer than %d KiB", maxString>>10)
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if rs == "" && err == nil {
			if len(b) == 1 {
				b = b[:0]
				continue
			}
			if !strings.HasSuffix(string(b), "\n\n") {
				continue
			}
		}
		if err != nil && len(b) == 0 {
			return "", false
		}
		s := strings.TrimSuffix(string(b), string(end))
		if rs == "" {
			s = strings.TrimRight(s, "\n")
		}
		return s, true
	}
}

func (in *interp) global(name string) *cell {
	c := in.globals[name]
	if c == nil {
		c = &cell{}
		in.globals[name] = c
	}
	return c
}

func (in *interp) cell(name string) *cell {
	if c, ok := in.locals[name]; ok {
		return c
	}
	return in.global(name)
}

func (in *interp) special(name string) string { return in.global(name).v.text("%.6g") }

func (in *interp) arrayOf(name string) array {
	c := in.cell(name)
	if c.array == nil {
		if c.v.kind != unset {
			in.fail("%s is a variable, not an array", name)
		}
		c.array = array{}
		for at := c; at.owner != nil && at.owner.array == nil; at = at.owner {
			at.owner.array = c.array
		}
	}
	return c.array
}

func (in *interp) setVariable(name string, v value) {
	if name == "NF" {
		in.setNF(int(v.number()))
		return
	}
	c := in.cell(name)
	if c.array != nil {
		in.fail("%s is an array, not a variable", name)
	}
	in.charge(len(v.s) - len(c.v.s))
	c.v = v
}

func (in *interp) charge(bytes int) {
	if in.memory += bytes; in.memory > maxMemory && bytes > 0 {
		in.fail("the variables take more than %d MiB", maxMemory>>20)
	}
}

// setRecord makes $0.
func (in *interp) setRecord(line string) {
	in.record, in.split = line, false
}

func (in *interp) splitRecord() {
	if in.split {
		return
	}
	in.fields = in.splitBy(in.record, in.special("FS"))
	in.nf, in.split = len(in.fields), true
}

// splitBy splits as FS does: blanks, one character, or a regular expression.
func (in *interp) splitBy(s, by string) []string {
	var parts []string
	switch {
	case s == "":
		return nil
	case by == " ":
		parts = strings.Fields(s)
	case by == "":
		parts = strings.Split(s, "")
	case utf8.RuneCountInString(by) == 1 && by != "\\":
		parts = strings.Split(s, by)
	default:
		parts = in.regex(by).Split(s, -1)
	}
	if len(parts) > maxFields {
		in.fail("more than %d fields", maxFields)
	}
	return parts
}

func (in *interp) field(i int) value {
	switch {
	case i < 0:
		in.fail("there is no field %d", i)
	case i == 0:
		return input(in.record)
	}
	in.splitRecord()
	if i > len(in.fields) {
		return value{}
	}
	return input(in.fields[i-1])
}

func (in *interp) setField(i int, s string) {
	if i == 0 {
		in.setRecord(s)
		return
	}
	if i < 0 || i > maxFields {
		in.fail("there is no field %d", i)
	}
	in.splitRecord()
	for len(in.fields) < i {
		in.fields = append(in.fields, "")
	}
	in.fields = slices.Clone(in.fields)
	in.fields[i-1] = s
	in.join()
}

func (in *interp) setNF(n int) {
	if n < 0 || n > maxFields {
		in.fail("NF cannot be %d", n)
	}
	in.splitRecord()
	for len(in.fields) < n {
		in.fields = append(in.fields, "")
	}
	in.fields = in.fields[:n]
	in.join()
}

func (in *interp) join() {
	in.nf = len(in.fields)
	in.record = in.bounded(strings.Join(in.fields, in.special("OFS")))
}

func (in *interp) bounded(s string) string {
	if len(s) > maxString {
		in.fail("a string is longer than %d KiB", maxString>>10)
	}
	return s
}

func (in *interp) regex(expr string) *regexp.Regexp {
	if rx := in.regexes[expr]; rx != nil {
		return rx
	}
	rx, err := compile(expr)
	if err != nil {
		in.fail("%v", err)
	}
	if len(in.regexes) > 100 {
		clear(in.regexes)
	}
	in.regexes[expr] = rx
	return rx
}

// regexOf gives a regular expression from an expression: a constant, or a string.
func (in *interp) regexOf(x expr) *regexp.Regexp {
	if r, ok := x.(*regexExpr); ok {
		return r.rx
	}
	return in.regex(in.text(x))
}

func (in *interp) text(x expr) string { return in.eval(x).text(in.special("CONVFMT")) }

func (in *interp) number(x expr) float64 { return in.eval(x).number() }

func (in *interp) statements(list []stmt) flow {
	for _, s := range list {
		if f := in.statement(s); f != goOn {
			return f
		}
	}
	return goOn
}

func (in *interp) statement(s stmt) flow {
	in.step()
	switch s := s.(type) {
	case *exprStmt:
		in.eval(s.x)
	case *printStmt:
		in.print(s)
	case *ifStmt:
		if in.eval(s.test).true() {
			return in.statements(s.yes)
		}
		return in.statements(s.no_)
	case *loopStmt:
		return in.loop(s)
	case *eachStmt:
		return in.each(s)
	case *blockStmt:
		return in.statements(s.body)
	case *deleteStmt:
		in.remove(s)
	case *flowStmt:
		return map[string]flow{"next": nextRecord, "nextfile": nextFile, "break": brk, "continue": cont}[s.word]
	case *exitStmt:
		if s.x != nil {
			in.code = int(integer(in.number(s.x))) & 0xff
		}
		return exit
	case *returnStmt:
		in.result = value{}
		if s.x != nil {
			in.result = in.eval(s.x)
		}
		return ret
	}
	return goOn
}

func (in *interp) loop(s *loopStmt) flow {
	if s.init != nil {
		in.statement(s.init)
	}
	for first := true; ; first = false {
		in.step()
		if !(first && s.bodyFirst) && s.test != nil && !in.eval(s.test).true() {
			return goOn
		}
		switch f := in.statements(s.body); f {
		case brk:
			return goOn
		case goOn, cont:
		default:
			return f
		}
		if s.post != nil {
			in.statement(s.post)
		}
	}
}

func (in *interp) each(s *eachStmt) flow {
	keys := make([]string, 0)
	for key := range in.arrayOf(s.array) {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, byNumber)
	for _, key := range keys {
		in.setVariable(s.name, input(key))
		switch f := in.statements(s.body); f {
		case brk:
			return goOn
		case goOn, cont:
		default:
			return f
		}
	}
	return goOn
}

// byNumber orders keys: numbers by value, then the rest.
func byNumber(a, b string) int { return compare(input(a), input(b), "%.6g") }

func (in *interp) remove(s *deleteStmt) {
	a := in.arrayOf(s.name)
	if s.keys == nil {
		for key, v := range a {
			in.memory -= elementBytes + len(key) + len(v.s)
		}
		clear(a)
		return
	}
	key := in.key(s.keys)
	if v, ok := a[key]; ok {
		in.memory -= elementBytes + len(key) + len(v.s)
		delete(a, key)
	}
}

func (in *interp) print(s *printStmt) {
	var line string
	switch {
	case s.format:
		line = in.sprintf(s.args)
	case len(s.args) == 0:
		line = in.record + in.special("ORS")
	default:
		parts := make([]string, len(s.args))
		for i, arg := range s.args {
			parts[i] = in.eval(arg).text(in.special("OFMT"))
		}
		line = strings.Join(parts, in.special("OFS")) + in.special("ORS")
	}
	if s.target == nil {
		in.write(in.out, line)
		return
	}
	in.write(in.target(in.text(s.target), s.append_), line)
}

func (in *interp) write(w io.Writer, s string) {
	if _, err := io.WriteString(w, s); err != nil {
		in.fail("%v", err)
	}
}

func (in *interp) target(name string, appending bool) io.Writer {
	switch name {
	case "/dev/stdout", "-":
		return in.out
	case "/dev/stderr":
		return in.Stderr
	}
	if f := in.files[name]; f != nil {
		return f
	}
	if len(in.files) >= 16 {
		in.fail("more than 16 files are open")
	}
	f, err := in.Create(name, appending)
	if err != nil {
		in.fail("cannot open %q (%v)", name, err)
	}
	in.files[name] = f
	return f
}

func (in *interp) sprintf(args []expr) string {
	values := make([]value, len(args))
	for i, arg := range args {
		values[i] = in.eval(arg)
	}
	s, err := sprintf(values[0].text(in.special("CONVFMT")), values[1:], in.special("CONVFMT"))
	if err != nil {
		in.fail("%v", err)
	}
	return in.bounded(s)
}

func (in *interp) key(keys []expr) string {
	if len(keys) == 1 {
		return in.text(keys[0])
	}
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = in.text(k)
	}
	return strings.Join(parts, in.special("SUBSEP"))
}

// elementBytes is what an element of an array costs beside key and value.
const elementBytes = 96

func (in *interp) setElement(a array, key string, v value) {
	if old, ok := a[key]; ok {
		in.charge(len(v.s) - len(old.s))
	} else {
		in.charge(elementBytes + len(key) + len(v.s))
	}
	a[key] = v
}

func (in *interp) assign(to expr, v value) {
	switch to := to.(type) {
	case *nameExpr:
		in.setVariable(to.name, v)
	case *fieldExpr:
		in.setField(int(integer(in.number(to.index))), v.text(in.special("CONVFMT")))
	case *indexExpr:
		in.setElement(in.arrayOf(to.name), in.key(to.keys), v)
	}
}

func (in *interp) eval(x expr) value {
	switch x := x.(type) {
	case *numberExpr:
		return number(x.n)
	case *stringExpr:
		return text(x.s)
	case *regexExpr:
		return truth(x.rx.MatchString(in.record))
	case *nameExpr:
		return in.variable(x.name)
	case *fieldExpr:
		return in.field(int(integer(in.number(x.index))))
	case *indexExpr:
		return in.element(x)
	case *groupExpr:
		if len(x.list) != 1 {
			in.fail("a list in brackets is no value")
		}
		return in.eval(x.list[0])
	case *assignExpr:
		return in.assignment(x)
	case *condExpr:
		if in.eval(x.test).true() {
			return in.eval(x.yes)
		}
		return in.eval(x.no)
	case *binaryExpr:
		return in.binary(x)
	case *unaryExpr:
		return in.unary(x)
	case *incExpr:
		before := in.number(x.x)
		in.assign(x.x, number(before+x.delta))
		if x.post {
			return number(before)
		}
		return number(before + x.delta)
	case *matchExpr:
		return truth(in.regexOf(x.y).MatchString(in.text(x.x)) != x.negated)
	case *inExpr:
		_, ok := in.arrayOf(x.name)[in.key(x.keys)]
		return truth(ok)
	case *callExpr:
		return in.call(x)
	case *getlineExpr:
		return in.getline(x)
	}
	return value{}
}

func (in *interp) variable(name string) value {
	if name == "NF" {
		in.splitRecord()
		return number(float64(in.nf))
	}
	c := in.cell(name)
	if c.array != nil {
		in.fail("%s is an array, not a variable", name)
	}
	return c.v
}

func (in *interp) element(x *indexExpr) value {
	a, key := in.arrayOf(x.name), in.key(x.keys)
	v, ok := a[key]
	if !ok {
		in.setElement(a, key, value{})
	}
	return v
}

func (in *interp) assignment(x *assignExpr) value {
	v := in.eval(x.value)
	if x.op != "" {
		v = in.arithmetic(x.op, in.number(x.to), v.number())
	}
	if v.kind == unset {
		v = value{kind: strnum}
	}
	in.assign(x.to, v)
	return v
}

func (in *interp) arithmetic(op string, a, b float64) value {
	switch op {
	case "+":
		return number(a + b)
	case "-":
		return number(a - b)
	case "*":
		return number(a * b)
	case "^":
		return number(math.Pow(a, b))
	}
	if b == 0 {
		in.fail("division by zero")
	}
	if op == "%" {
		return number(math.Mod(a, b))
	}
	return number(a / b)
}

func (in *interp) binary(x *binaryExpr) value {
	switch x.op {
	case "&&":
		return truth(in.eval(x.x).true() && in.eval(x.y).true())
	case "||":
		return truth(in.eval(x.x).true() || in.eval(x.y).true())
	case " ":
		a := in.text(x.x)
		return text(in.bounded(a + in.text(x.y)))
	}
	a, b := in.eval(x.x), in.eval(x.y)
	order := 0
	switch x.op {
	case "<", "<=", "==", "!=", ">", ">=":
		order = compare(a, b, in.special("CONVFMT"))
	}
	switch x.op {
	case "<":
		return truth(order < 0)
	case "<=":
		return truth(order <= 0)
	case "==":
		return truth(order == 0)
	case "!=":
		return truth(order != 0)
	case ">":
		return truth(order > 0)
	case ">=":
		return truth(order >= 0)
	}
	return in.arithmetic(x.op, a.number(), b.number())
}

func (in *interp) unary(x *unaryExpr) value {
	v := in.eval(x.x)
	switch x.op {
	case "!":
		return truth(!v.true())
	case "-":
		return number(-v.number())
	}
	return number(v.number())
}

func (in *interp) getline(x *getlineExpr) value {
	line, ok := "", false
	if x.file == nil {
		if line, ok = in.mainLine(); ok {
			in.count("NR")
			in.count("FNR")
		}
	} else {
		r, err := in.reader(in.text(x.file))
		if err != nil {
			return number(-1)
		}
		line, ok = in.line(r.r)
	}
	if !ok {
		return number(0)
	}
	if x.to == nil {
		in.setRecord(line)
	} else {
		in.assign(x.to, input(line))
	}
	return number(1)
}

func (in *interp) reader(name string) (*source, error) {
	if r := in.readers[name]; r != nil {
		return r, nil
	}
	if len(in.readers) >= 16 {
		in.fail("more than 16 files are open")
	}
	f, err := in.Open(name)
	if err != nil {
		return nil, err
	}
	in.readers[name] = &source{bufio.NewReader(f), func() { _ = f.Close() }}
	return in.readers[name], nil
}

// invoke calls a function of the program: arrays by reference, the rest by value.
func (in *interp) invoke(f *function, args []expr) value {
	if in.depth++; in.depth > maxDepth {
		in.fail("%s: functions call each other deeper than %d", f.name, maxDepth)
	}
	locals := make(map[string]*cell, len(f.params))
	for i, param := range f.params {
		locals[param] = &cell{}
		if i >= len(args) {
			continue
		}
		if name, ok := args[i].(*nameExpr); ok && name.name != "NF" {
			c := in.cell(name.name)
			if c.array != nil {
				locals[param] = c
				continue
			}
			if c.v.kind == unset {
				locals[param].owner = c
				continue
			}
		}
		locals[param].v = in.eval(args[i])
	}
	outer := in.locals
	in.locals = locals
	in.result = value{}
	left := in.statements(f.body)
	result := in.result
	in.result = value{}
	in.locals = outer
	in.depth--
	if left == exit {
		panic(exitNow{})
	}
	return result
}

// exitNow leaves a program from inside a function.
type exitNow struct{}

func (in *interp) call(x *callExpr) value {
	in.step()
	if f, ok := in.program.functions[x.name]; ok {
		return in.invoke(f, x.args)
	}
	return in.builtin(x.name, x.args)
}

func (in *interp) argument(args []expr, i int, otherwise string) string {
	if i < len(args) {
		return in.text(args[i])
	}
	return otherwise
}

func (in *interp) builtin(name string, args []expr) value {
	switch name {
	case "length":
		if len(args) == 1 {
			if n, ok := args[0].(*nameExpr); ok && in.cell(n.name).array != nil {
				return number(float64(len(in.cell(n.name).array)))
			}
		}
		return number(float64(utf8.RuneCountInString(in.argument(args, 0, in.record))))
	case "substr":
		return in.substr(args)
	case "index":
		s, find := in.text(args[0]), in.text(args[1])
		at := strings.Index(s, find)
		if at < 0 {
			return number(0)
		}
		return number(float64(utf8.RuneCountInString(s[:at]) + 1))
	case "split":
		return in.splitInto(args)
	case "sub", "gsub":
		return in.replace(args, name == "gsub")
	case "gensub":
		return in.gensub(args)
	case "match":
		return in.matchAt(args)
	case "sprintf":
		return text(in.sprintf(args))
	case "tolower":
		return text(strings.ToLower(in.text(args[0])))
	case "toupper":
		return text(strings.ToUpper(in.text(args[0])))
	case "systime":
		return number(float64(in.Now().Unix()))
	case "strftime":
		return text(in.Now().UTC().Format(time.RFC1123))
	case "rand":
		return number(in.random.Float64())
	case "srand":
		before := in.seed
		in.seed = float64(in.Now().Unix())
		if len(args) > 0 {
			in.seed = in.number(args[0])
		}
		in.random = rand.New(rand.NewPCG(uint64(integer(in.seed)), 0))
		return number(before)
	}
	return in.mathematics(name, args)
}

func (in *interp) mathematics(name string, args []expr) value {
	x := in.number(args[0])
	switch name {
	case "int":
		return number(math.Trunc(x))
	case "sqrt":
		return number(math.Sqrt(x))
	case "exp":
		return number(math.Exp(x))
	case "log":
		return number(math.Log(x))
	case "sin":
		return number(math.Sin(x))
	case "cos":
		return number(math.Cos(x))
	}
	return number(math.Atan2(x, in.number(args[1])))
}

func (in *interp) substr(args []expr) value {
	s := []rune(in.text(args[0]))
	from := math.RoundToEven(in.number(args[1]))
	to := float64(len(s) + 1)
	if len(args) > 2 {
		to = min(to, from+math.RoundToEven(in.number(args[2])))
	}
	from = max(1, from)
	if !(from < to) {
		return text("")
	}
	return text(string(s[int(from)-1 : int(to)-1]))
}

func (in *interp) splitInto(args []expr) value {
	name, ok := args[1].(*nameExpr)
	if !ok {
		in.fail("split needs an array")
	}
	s := in.text(args[0])
	var parts []string
	if r, ok := lastArgument(args).(*regexExpr); ok && len(args) > 2 {
		if s != "" {
			parts = r.rx.Split(s, -1)
		}
	} else {
		parts = in.splitBy(s, in.argument(args, 2, in.special("FS")))
	}
	a := in.arrayOf(name.name)
	in.remove(&deleteStmt{name: name.name})
	for i, part := range parts {
		in.setElement(a, strconv.Itoa(i+1), input(part))
	}
	return number(float64(len(parts)))
}

func lastArgument(args []expr) expr { return args[len(args)-1] }

// replace is sub and gsub: & in the replacement is what matched.
func (in *interp) replace(args []expr, all bool) value {
	rx, with := in.regexOf(args[0]), in.text(args[1])
	var to expr = &fieldExpr{&numberExpr{0}}
	if len(args) > 2 {
		to = args[2]
	}
	s, count := in.substitute(rx, with, in.text(to), all, 0, false)
	if count > 0 {
		if !isTarget(to) {
			in.fail("sub and gsub change a variable, a field or an element")
		}
		in.assign(to, text(s))
	}
	return number(float64(count))
}

func (in *interp) gensub(args []expr) value {
	rx, with, how := in.regexOf(args[0]), in.text(args[1]), in.text(args[2])
	nth, _ := strconv.Atoi(how)
	s, _ := in.substitute(rx, with, in.argument(args, 3, in.record), how == "g" || how == "G", nth, true)
	return text(s)
}

func (in *interp) substitute(rx *regexp.Regexp, with, s string, all bool, nth int, groups bool) (string, int) {
	var b strings.Builder
	last, count, seen := 0, 0, 0
	for _, loc := range rx.FindAllStringSubmatchIndex(s, -1) {
		seen++
		if nth > 0 && seen != nth {
			continue
		}
		count++
		b.WriteString(s[last:loc[0]])
		writeReplacement(&b, with, s, loc, groups)
		last = loc[1]
		if b.Len() > maxString {
			in.bounded(b.String())
		}
		if !all {
			break
		}
	}
	b.WriteString(s[last:])
	return in.bounded(b.String()), count
}

func writeReplacement(b *strings.Builder, with, s string, loc []int, groups bool) {
	for i := 0; i < len(with); i++ {
		switch c := with[i]; {
		case c == '&':
			b.WriteString(s[loc[0]:loc[1]])
		case c == '\\' && i+1 < len(with) && (with[i+1] == '&' || with[i+1] == '\\'):
			i++
			b.WriteByte(with[i])
		case c == '\\' && groups && i+1 < len(with) && with[i+1] >= '0' && with[i+1] <= '9':
			i++
			if n := 2 * int(with[i]-'0'); n+1 < len(loc) && loc[n] >= 0 {
				b.WriteString(s[loc[n]:loc[n+1]])
			}
		default:
			b.WriteByte(c)
		}
	}
}

func (in *interp) matchAt(args []expr) value {
	s := in.text(args[0])
	start, length := 0, -1
	if loc := in.regexOf(args[1]).FindStringIndex(s); loc != nil {
		start = utf8.RuneCountInString(s[:loc[0]]) + 1
		length = utf8.RuneCountInString(s[loc[0]:loc[1]])
	}
	in.global("RSTART").v = number(float64(start))
	in.global("RLENGTH").v = number(float64(length))
	return number(float64(start))
}
