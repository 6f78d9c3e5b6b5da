package awk

import (
	"fmt"
	"regexp"
)

// Program is a parsed program; runs of it may change only its own caches.
type Program struct {
	begin, end [][]stmt
	rules      []*rule
	functions  map[string]*function
}

type rule struct {
	from, to expr // nil if absent
	body     []stmt
	print    bool // no action: print the record
}

type function struct {
	name   string
	params []string
	body   []stmt
}

type (
	stmt interface{}
	expr interface{}
)

// Expressions.
type (
	numberExpr struct{ n float64 }
	stringExpr struct{ s string }
	regexExpr  struct{ rx *regexp.Regexp }
	nameExpr   struct{ name string }
	fieldExpr  struct{ index expr }
	indexExpr  struct {
		name string
		keys []expr
	}
	assignExpr struct {
		to    expr
		op    string
		value expr
	}
	condExpr   struct{ test, yes, no expr }
	binaryExpr struct {
		op   string
		x, y expr
	}
	unaryExpr struct {
		op string
		x  expr
	}
	incExpr struct {
		x     expr
		delta float64
		post  bool
	}
	matchExpr struct {
		x, y    expr
		negated bool
	}
	inExpr struct {
		keys []expr
		name string
	}
	groupExpr struct{ list []expr }
	callExpr  struct {
		name string
		args []expr
		line int
	}
	getlineExpr struct {
		to   expr
		file expr
	}
)

// Statements.
type (
	exprStmt  struct{ x expr }
	printStmt struct {
		args    []expr
		format  bool
		target  expr
		append_ bool
	}
	ifStmt struct {
		test     expr
		yes, no_ []stmt
	}
	loopStmt struct {
		init, post stmt
		test       expr
		body       []stmt
		bodyFirst  bool
	}
	eachStmt struct {
		name, array string
		body        []stmt
	}
	deleteStmt struct {
		name string
		keys []expr
	}
	returnStmt struct{ x expr }
	exitStmt   struct{ x expr }
	flowStmt   struct{ word string }
	blockStmt  struct{ body []stmt }
)

type parser struct {
	lexer
	program *Program
	depth   int
	noGT    int // inside print: > is a redirection
}

// maxBytes bounds a program's text: a chain of terms is a tree as deep as it is
// long.
const maxBytes = 8 << 10

// maxDepth bounds how deep a program nests and calls.
const maxDepth = 200

// Parse reads a program; an error is one line that names the line.
func Parse(text string) (program *Program, err error) {
	if len(text) > maxBytes {
		return nil, fmt.Errorf("the program is longer than %d KiB", maxBytes>>10)
	}
	p := &parser{lexer: lexer{text: text, line: 1}, program: &Program{functions: map[string]*function{}}}
	defer func() {
		switch cause := recover().(type) {
		case nil:
		case syntaxError:
			err = cause
		default:
			panic(cause)
		}
	}()
	p.next()
	p.all()
	p.check()
	return p.program, nil
}

func (p *parser) deeper() func() {
	if p.depth++; p.depth > maxDepth {
		p.fail("the program nests too deep")
	}
	return func() { p.depth-- }
}

func (p *parser) isMark(word string) bool { return p.kind == tokMark && p.word == word }

func (p *parser) isWord(word string) bool { return p.kind == tokWord && p.word == word }

func (p *parser) want(mark string) {
	if !p.isMark(mark) {
		p.fail("expected %s, found %s", mark, p.word)
	}
	p.next()
}

func (p *parser) newlines() {
	for p.kind == tokNewline {
		p.next()
	}
}

func (p *parser) separators() {
	for p.kind == tokNewline || p.isMark(";") {
		p.next()
	}
}

func (p *parser) all() {
	for p.separators(); p.kind != tokEnd; p.separators() {
		switch {
		case p.isWord("BEGIN"):
			p.next()
			p.program.begin = append(p.program.begin, p.block())
		case p.isWord("END"):
			p.next()
			p.program.end = append(p.program.end, p.block())
		case p.isWord("function"):
			p.function()
		default:
			p.rule()
		}
	}
}

func (p *parser) function() {
	p.next()
	f := &function{name: p.word}
	if p.kind != tokCall && p.kind != tokName {
		p.fail("expected the name of a function, found %s", p.word)
	}
	p.next()
	p.want("(")
	for !p.isMark(")") {
		if p.kind != tokName {
			p.fail("expected a parameter, found %s", p.word)
		}
		f.params = append(f.params, p.word)
		p.next()
		if p.isMark(",") {
			p.next()
			p.newlines()
		}
	}
	p.next()
	p.newlines()
	p.program.functions[f.name] = f
	f.body = p.block()
}

func (p *parser) rule() {
	r := &rule{}
	if !p.isMark("{") {
		r.from = p.expr()
		if p.isMark(",") {
			p.next()
			p.newlines()
			r.to = p.expr()
		}
	}
	if p.isMark("{") {
		r.body = p.block()
	} else {
		r.print = true
	}
	p.program.rules = append(p.program.rules, r)
}

func (p *parser) block() []stmt {
	defer p.deeper()()
	p.want("{")
	var list []stmt
	for p.separators(); !p.isMark("}"); p.separators() {
		if p.kind == tokEnd {
			p.fail("expected }, found %s", p.word)
		}
		list = append(list, p.statement())
	}
	p.next()
	return list
}

// body reads the statement (or block) of an if or a loop.
func (p *parser) body() []stmt {
	p.newlines()
	if p.isMark("{") {
		return p.block()
	}
	if p.isMark(";") {
		p.next()
		return nil
	}
	return []stmt{p.statement()}
}

func (p *parser) statement() stmt {
	defer p.deeper()()
	if p.isMark("{") {
		return &blockStmt{p.block()}
	}
	if p.kind == tokWord {
		switch p.word {
		case "if":
			return p.ifStatement()
		case "while":
			p.next()
			p.want("(")
			s := &loopStmt{test: p.expr()}
			p.want(")")
			s.body = p.body()
			return s
		case "do":
			return p.doStatement()
		case "for":
			return p.forStatement()
		}
	}
	s := p.simple()
	if p.kind != tokNewline && p.kind != tokEnd && !p.isMark(";") && !p.isMark("}") {
		p.fail("unexpected %s", p.word)
	}
	if p.kind == tokNewline || p.isMark(";") {
		p.next()
	}
	return s
}

func (p *parser) ifStatement() stmt {
	p.next()
	p.want("(")
	s := &ifStmt{test: p.expr()}
	p.want(")")
	s.yes = p.body()
	mark, line := p.lexer, p.line
	p.separators()
	if p.isWord("else") {
		p.next()
		s.no_ = p.body()
		return s
	}
	p.lexer, p.line = mark, line
	return s
}

func (p *parser) doStatement() stmt {
	p.next()
	s := &loopStmt{bodyFirst: true, body: p.body()}
	p.separators()
	if !p.isWord("while") {
		p.fail("expected while, found %s", p.word)
	}
	p.next()
	p.want("(")
	s.test = p.expr()
	p.want(")")
	return s
}

func (p *parser) forStatement() stmt {
	p.next()
	p.want("(")
	if p.kind == tokName {
		mark, line := p.lexer, p.line
		name := p.word
		p.next()
		if p.isWord("in") {
			p.next()
			array := p.word
			if p.kind == tokName {
				p.next()
				if p.isMark(")") {
					p.next()
					return &eachStmt{name, array, p.body()}
				}
			}
		}
		p.lexer, p.line = mark, line
	}
	s := &loopStmt{}
	if !p.isMark(";") {
		s.init = p.simple()
	}
	p.want(";")
	p.newlines()
	if !p.isMark(";") {
		s.test = p.expr()
	}
	p.want(";")
	p.newlines()
	if !p.isMark(")") {
		s.post = p.simple()
	}
	p.want(")")
	s.body = p.body()
	return s
}

func (p *parser) simple() stmt {
	if p.kind != tokWord {
		return &exprStmt{p.expr()}
	}
	word := p.word
	switch word {
	case "print", "printf":
		p.next()
		return p.printStatement(word == "printf")
	case "next", "nextfile", "break", "continue":
		p.next()
		return &flowStmt{word}
	case "exit", "return":
		p.next()
		var x expr
		if p.kind != tokNewline && p.kind != tokEnd && !p.isMark(";") && !p.isMark("}") {
			x = p.expr()
		}
		if word == "exit" {
			return &exitStmt{x}
		}
		return &returnStmt{x}
	case "delete":
		p.next()
		s := &deleteStmt{name: p.word}
		if p.kind != tokName {
			p.fail("expected an array, found %s", p.word)
		}
		p.next()
		if p.isMark("[") {
			s.keys = p.subscript()
		}
		return s
	}
	return &exprStmt{p.expr()}
}

func (p *parser) printStatement(format bool) stmt {
	s := &printStmt{format: format}
	p.noGT++
	if !p.printEnds() {
		s.args = append(s.args, p.expr())
		for p.isMark(",") {
			p.next()
			p.newlines()
			s.args = append(s.args, p.expr())
		}
		if g, ok := s.args[0].(*groupExpr); ok && len(s.args) == 1 {
			s.args = g.list
		}
	}
	p.noGT--
	switch {
	case p.isMark(">") || p.isMark(">>"):
		s.append_ = p.word == ">>"
		p.next()
		p.noGT++
		s.target = p.concat()
		p.noGT--
	case p.isMark("|"):
		p.fail("pipes to commands are not supported here: use a pipe of the shell")
	}
	if format && len(s.args) == 0 {
		p.fail("printf needs a format")
	}
	return s
}

func (p *parser) printEnds() bool {
	return p.kind == tokNewline || p.kind == tokEnd || p.isMark(";") || p.isMark("}") || p.isMark(">") || p.isMark(">>") || p.isMark("|")
}

func (p *parser) expr() expr {
	defer p.deeper()()
	x := p.ternary()
	if p.kind != tokMark {
		return x
	}
	switch p.word {
	case "=", "+=", "-=", "*=", "/=", "%=", "^=":
		if !isTarget(x) {
			p.fail("%s needs a variable, a field or an element to its left", p.word)
		}
		op := p.word[:len(p.word)-1]
		p.next()
		p.newlines()
		return &assignExpr{x, op, p.expr()}
	}
	return x
}

func isTarget(x expr) bool {
	switch x.(type) {
	case *nameExpr, *fieldExpr, *indexExpr:
		return true
	}
	return false
}

func (p *parser) ternary() expr {
	x := p.or()
	if !p.isMark("?") {
		return x
	}
	p.next()
	p.newlines()
	yes := p.expr()
	p.newlines()
	p.want(":")
	p.newlines()
	return &condExpr{x, yes, p.expr()}
}

func (p *parser) or() expr {
	x := p.and()
	for p.isMark("||") {
		p.next()
		p.newlines()
		x = &binaryExpr{"||", x, p.and()}
	}
	return x
}

func (p *parser) and() expr {
	x := p.in()
	for p.isMark("&&") {
		p.next()
		p.newlines()
		x = &binaryExpr{"&&", x, p.in()}
	}
	return x
}

func (p *parser) in() expr {
	x := p.match()
	for p.isWord("in") {
		p.next()
		keys := []expr{x}
		if g, ok := x.(*groupExpr); ok {
			keys = g.list
		}
		if p.kind != tokName {
			p.fail("expected an array after in, found %s", p.word)
		}
		x = &inExpr{keys, p.word}
		p.next()
	}
	return x
}

func (p *parser) match() expr {
	x := p.comparison()
	for p.isMark("~") || p.isMark("!~") {
		negated := p.word == "!~"
		p.next()
		x = &matchExpr{x, p.comparison(), negated}
	}
	return x
}

func (p *parser) comparison() expr {
	x := p.concat()
	if p.kind != tokMark {
		return x
	}
	switch p.word {
	case ">":
		if p.noGT > 0 {
			return x
		}
		fallthrough
	case "<", "<=", ">=", "==", "!=":
		op := p.word
		p.next()
		return &binaryExpr{op, x, p.concat()}
	}
	return x
}

func (p *parser) concat() expr {
	x := p.additive()
	for p.startsOperand() {
		x = &binaryExpr{" ", x, p.additive()}
	}
	return x
}

// startsOperand tells whether what comes is concatenated.
func (p *parser) startsOperand() bool {
	switch p.kind {
	case tokNumber, tokString, tokName, tokCall, tokRegex:
		return true
	case tokMark:
		return p.word == "$" || p.word == "!" || p.word == "(" || p.word == "-" || p.word == "+" || p.word == "++" || p.word == "--"
	}
	return false
}

func (p *parser) additive() expr {
	x := p.product()
	for p.isMark("+") || p.isMark("-") {
		op := p.word
		p.next()
		x = &binaryExpr{op, x, p.product()}
	}
	return x
}

func (p *parser) product() expr {
	x := p.unary()
	for p.isMark("*") || p.isMark("/") || p.isMark("%") {
		op := p.word
		p.next()
		x = &binaryExpr{op, x, p.unary()}
	}
	return x
}

func (p *parser) unary() expr {
	defer p.deeper()()
	if p.isMark("!") || p.isMark("-") || p.isMark("+") {
		op := p.word
		p.next()
		return &unaryExpr{op, p.unary()}
	}
	return p.power()
}

func (p *parser) power() expr {
	x := p.postfix()
	if p.isMark("^") {
		p.next()
		return &binaryExpr{"^", x, p.unary()}
	}
	return x
}

func (p *parser) postfix() expr {
	if p.isMark("++") || p.isMark("--") {
		delta := 1.0
		if p.word == "--" {
			delta = -1
		}
		p.next()
		x := p.primary()
		if !isTarget(x) {
			p.fail("++ and -- need a variable, a field or an element")
		}
		return &incExpr{x, delta, false}
	}
	x := p.primary()
	if isTarget(x) && (p.isMark("++") || p.isMark("--")) {
		delta := 1.0
		if p.word == "--" {
			delta = -1
		}
		p.next()
		return &incExpr{x, delta, true}
	}
	return x
}

func (p *parser) subscript() []expr {
	p.want("[")
	keys := []expr{p.expr()}
	for p.isMark(",") {
		p.next()
		keys = append(keys, p.expr())
	}
	p.want("]")
	return keys
}

func (p *parser) primary() expr {
	defer p.deeper()()
	word := p.word
	switch p.kind {
	case tokNumber:
		n := p.number
		p.next()
		return &numberExpr{n}
	case tokString:
		p.next()
		return &stringExpr{word}
	case tokRegex:
		p.next()
		return &regexExpr{p.regex(word)}
	case tokName:
		p.next()
		if p.isMark("[") {
			return &indexExpr{word, p.subscript()}
		}
		if _, builtin := arities[word]; builtin {
			if word != "length" {
				p.fail("%s needs arguments in brackets", word)
			}
			return &callExpr{name: word, line: p.line}
		}
		return &nameExpr{word}
	case tokCall:
		return p.call(word)
	case tokWord:
		if word == "getline" {
			return p.getline()
		}
	case tokMark:
		switch word {
		case "$":
			p.next()
			return &fieldExpr{p.postfixOfField()}
		case "(":
			return p.group()
		}
	}
	p.fail("unexpected %s", p.word)
	return nil
}

// postfixOfField reads what $ belongs to: $i++ is ($i)++.
func (p *parser) postfixOfField() expr {
	if p.isMark("++") || p.isMark("--") {
		return p.postfix()
	}
	if p.isMark("-") || p.isMark("+") {
		op := p.word
		p.next()
		return &unaryExpr{op, p.primary()}
	}
	return p.primary()
}

func (p *parser) group() expr {
	p.next()
	noGT := p.noGT
	p.noGT = 0
	list := []expr{p.expr()}
	for p.isMark(",") {
		p.next()
		p.newlines()
		list = append(list, p.expr())
	}
	p.noGT = noGT
	p.want(")")
	return &groupExpr{list}
}

func (p *parser) call(name string) expr {
	c := &callExpr{name: name, line: p.line}
	p.next()
	p.want("(")
	noGT := p.noGT
	p.noGT = 0
	for !p.isMark(")") {
		p.newlines()
		c.args = append(c.args, p.expr())
		p.newlines()
		if p.isMark(",") {
			p.next()
			p.newlines()
		} else if !p.isMark(")") {
			p.fail("expected ) or a comma, found %s", p.word)
		}
	}
	p.noGT = noGT
	p.next()
	return c
}

func (p *parser) getline() expr {
	p.next()
	g := &getlineExpr{}
	if p.kind == tokName || p.isMark("$") {
		g.to = p.primary()
	}
	if p.isMark("<") {
		p.next()
		g.file = p.primary()
	}
	return g
}

func (p *parser) regex(text string) *regexp.Regexp {
	rx, err := compile(text)
	if err != nil {
		p.fail("%v", err)
	}
	return rx
}

// check finds calls of functions that are not there, and wrong numbers of arguments.
func (p *parser) check() {
	walk(p.program, func(c *callExpr) {
		if f, ok := p.program.functions[c.name]; ok {
			if len(c.args) > len(f.params) {
				panic(syntaxError{fmt.Errorf("line %d: %s takes %d arguments", c.line, c.name, len(f.params))})
			}
			return
		}
		arity, ok := arities[c.name]
		switch {
		case !ok && (c.name == "system" || c.name == "close" || c.name == "fflush"):
			panic(syntaxError{fmt.Errorf("line %d: %s is not supported here", c.line, c.name)})
		case !ok:
			panic(syntaxError{fmt.Errorf("line %d: there is no function %s", c.line, c.name)})
		case len(c.args) < arity[0] || len(c.args) > arity[1]:
			panic(syntaxError{fmt.Errorf("line %d: %s takes %d to %d arguments", c.line, c.name, arity[0], arity[1])})
		}
	})
}

// arities are the built-in functions with how few and many arguments they take.
var arities = map[string][2]int{
	"length": {0, 1}, "substr": {2, 3}, "index": {2, 2}, "split": {2, 3}, "sub": {2, 3}, "gsub": {2, 3}, "match": {2, 2},
	"sprintf": {1, 99}, "tolower": {1, 1}, "toupper": {1, 1}, "int": {1, 1}, "sqrt": {1, 1}, "exp": {1, 1}, "log": {1, 1},
	"sin": {1, 1}, "cos": {1, 1}, "atan2": {2, 2}, "rand": {0, 0}, "srand": {0, 1}, "systime": {0, 0}, "strftime": {0, 2},
	"gensub": {3, 4},
}
