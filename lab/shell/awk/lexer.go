// Package awk runs AWK programs: POSIX awk without pipes and system(), bounded
// in time, strings, arrays and recursion so that no program can stop the world.
package awk

import (
	"fmt"
	"strconv"
	"strings"
)

type token int

const (
	tokEnd token = iota
	tokNewline
	tokNumber
	tokString
	tokRegex
	tokName
	tokCall // a name that an opening bracket follows at once
	tokWord // a keyword
	tokMark // an operator or bracket
)

var keywords = map[string]bool{
	"BEGIN": true, "END": true, "function": true, "func": true, "if": true, "else": true, "while": true, "for": true,
	"do": true, "break": true, "continue": true, "next": true, "exit": true, "return": true, "delete": true, "in": true,
	"print": true, "printf": true, "getline": true, "nextfile": true,
}

// marks are the operators, the longest first.
var marks = []string{
	"**=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "**", "==", "<=", ">=", "!=", ">>", "!~",
	"{", "}", "(", ")", "[", "]", ";", ",", "+", "-", "*", "/", "%", "^", "!", ">", "<", "|", "?", ":", "~", "$", "=",
}

type lexer struct {
	text string
	at   int
	line int

	kind   token
	word   string // text of a name, keyword, mark, string or regex
	number float64
	before token // kind of the token before: decides whether / begins a regex
	lastW  string
}

// syntaxError is thrown by panic inside this package and caught by Parse.
type syntaxError struct{ error }

func (l *lexer) fail(format string, args ...any) {
	panic(syntaxError{fmt.Errorf("line %d: %s", l.line, fmt.Sprintf(format, args...))})
}

func (l *lexer) skip() {
	for l.at < len(l.text) {
		switch c := l.text[l.at]; {
		case c == ' ' || c == '\t' || c == '\r':
			l.at++
		case c == '\\' && strings.HasPrefix(l.text[l.at:], "\\\n"):
			l.at += 2
			l.line++
		case c == '#':
			for l.at < len(l.text) && l.text[l.at] != '\n' {
				l.at++
			}
		default:
			return
		}
	}
}

func (l *lexer) next() {
	l.before, l.lastW = l.kind, l.word
	l.skip()
	if l.at >= len(l.text) {
		l.kind, l.word = tokEnd, "end of program"
		return
	}
	c := l.text[l.at]
	switch {
	case c == '\n':
		l.at++
		l.line++
		l.kind, l.word = tokNewline, "newline"
	case c >= '0' && c <= '9' || c == '.' && l.at+1 < len(l.text) && l.text[l.at+1] >= '0' && l.text[l.at+1] <= '9':
		l.lexNumber()
	case isLetter(c):
		l.lexName()
	case c == '"':
		l.lexString()
	case c == '/' && l.regexHere():
		l.lexRegex()
	default:
		l.lexMark()
	}
}

func isLetter(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func isAlnum(c byte) bool { return isLetter(c) || c >= '0' && c <= '9' }

// regexHere tells whether a slash begins a regular expression: not after an operand.
func (l *lexer) regexHere() bool {
	switch l.before {
	case tokNumber, tokString, tokName, tokRegex:
		return false
	case tokMark:
		return l.lastW != ")" && l.lastW != "]" && l.lastW != "$" && l.lastW != "++" && l.lastW != "--"
	case tokWord:
		return true
	}
	return true
}

func (l *lexer) lexNumber() {
	n, size := leadingNumber(l.text[l.at:], true)
	l.kind, l.number, l.word = tokNumber, n, l.text[l.at:l.at+size]
	l.at += size
}

func (l *lexer) lexName() {
	start := l.at
	for l.at < len(l.text) && isAlnum(l.text[l.at]) {
		l.at++
	}
	l.word = l.text[start:l.at]
	switch {
	case keywords[l.word]:
		l.kind = tokWord
		if l.word == "func" {
			l.word = "function"
		}
	case l.at < len(l.text) && l.text[l.at] == '(':
		l.kind = tokCall
	default:
		l.kind = tokName
	}
}

func (l *lexer) lexString() {
	var b strings.Builder
	l.at++
	for {
		if l.at >= len(l.text) || l.text[l.at] == '\n' {
			l.fail("a string is not closed")
		}
		c := l.text[l.at]
		l.at++
		if c == '"' {
			break
		}
		if c == '\\' && l.at < len(l.text) {
			l.at += unescape(&b, l.text[l.at:])
			continue
		}
		b.WriteByte(c)
	}
	l.kind, l.word = tokString, b.String()
}

// unescape writes the escape sequence whose backslash was read and tells its length.
func unescape(b *strings.Builder, text string) int {
	plain := map[byte]byte{'n': 10, 't': 9, 'r': 13, '\\': '\\', '"': '"', '/': '/', 'a': 7, 'b': 8, 'f': 12, 'v': 11}
	c := text[0]
	if p, ok := plain[c]; ok {
		b.WriteByte(p)
		return 1
	}
	if c >= '0' && c <= '7' {
		n := 1
		for n < 3 && n < len(text) && text[n] >= '0' && text[n] <= '7' {
			n++
		}
		code, _ := strconv.ParseUint(text[:n], 8, 16)
		b.WriteByte(byte(code))
		return n
	}
	b.WriteByte('\\')
	b.WriteByte(c)
	return 1
}

func (l *lexer) lexRegex() {
	var b strings.Builder
	l.at++
	class := false
	for {
		if l.at >= len(l.text) || l.text[l.at] == '\n' {
			l.fail("a regular expression is not closed")
		}
		c := l.text[l.at]
		l.at++
		switch {
		case c == '\\' && l.at < len(l.text):
			if l.text[l.at] != '/' {
				b.WriteByte('\\')
			}
			c = l.text[l.at]
			l.at++
		case c == '/' && !class:
			l.kind, l.word = tokRegex, b.String()
			return
		case c == '[':
			class = true
		case c == ']':
			class = false
		}
		b.WriteByte(c)
	}
}

func (l *lexer) lexMark() {
	for _, mark := range marks {
		if strings.HasPrefix(l.text[l.at:], mark) {
			l.at += len(mark)
			l.kind, l.word = tokMark, mark
			if mark == "**" {
				l.word = "^"
			}
			if mark == "**=" {
				l.word = "^="
			}
			return
		}
	}
	l.fail("unexpected %q", l.text[l.at])
}

// leadingNumber reads the number at the start of a text; in a program it has no sign.
func leadingNumber(s string, program bool) (n float64, size int) {
	end := 0
	if !program {
		for end < len(s) && (s[end] == ' ' || s[end] == '\t' || s[end] == '\n') {
			end++
		}
		if end < len(s) && (s[end] == '-' || s[end] == '+') {
			end++
		}
	}
	digits := func() int {
		from := end
		for end < len(s) && s[end] >= '0' && s[end] <= '9' {
			end++
		}
		return end - from
	}
	whole := digits()
	if end < len(s) && s[end] == '.' {
		end++
		whole += digits()
	}
	if whole == 0 {
		return 0, 0
	}
	if end < len(s) && (s[end] == 'e' || s[end] == 'E') {
		mark := end
		end++
		if end < len(s) && (s[end] == '-' || s[end] == '+') {
			end++
		}
		if digits() == 0 {
			end = mark
		}
	}
	n, _ = strconv.ParseFloat(strings.TrimLeft(s[:end], " \t\n"), 64)
	return n, end
}
