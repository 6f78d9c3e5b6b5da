package awk

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// value is a string, a number, or a string that came from input and looks like
// a number.
type value struct {
	s    string
	n    float64
	kind kind
}

type kind uint8

const (
	unset kind = iota
	str
	num
	strnum
)

func number(n float64) value { return value{n: n, kind: num} }

func text(s string) value { return value{s: s, kind: str} }

func truth(b bool) value {
	if b {
		return number(1)
	}
	return number(0)
}

// input makes a value of what was read: a number if it looks like one.
func input(s string) value {
	n, size := leadingNumber(s, false)
	if size > 0 && strings.TrimRight(s[size:], " \t\r\n") == "" {
		return value{s: s, n: n, kind: strnum}
	}
	return text(s)
}

func (v value) number() float64 {
	if v.kind == str {
		n, _ := leadingNumber(v.s, false)
		return n
	}
	return v.n
}

func (v value) true() bool {
	switch v.kind {
	case str:
		return v.s != ""
	case unset:
		return false
	}
	return v.n != 0
}

func (v value) text(format string) string {
	if v.kind != num {
		return v.s
	}
	switch {
	case v.n == math.Trunc(v.n) && math.Abs(v.n) < 1e16:
		return strconv.FormatInt(int64(v.n), 10)
	case math.IsNaN(v.n):
		return "nan"
	case math.IsInf(v.n, 1):
		return "inf"
	case math.IsInf(v.n, -1):
		return "-inf"
	}
	s, _ := sprintf(format, []value{v}, format)
	return s
}

// compare orders two values: as numbers if both are, else as strings.
func compare(a, b value, format string) int {
	if a.kind != str && b.kind != str {
		x, y := a.number(), b.number()
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	}
	return strings.Compare(a.text(format), b.text(format))
}

// maxRegexBytes bounds a regular expression.
const maxRegexBytes = 8 << 10

func compile(expr string) (*regexp.Regexp, error) {
	if len(expr) > maxRegexBytes {
		return nil, fmt.Errorf("the regular expression is too long")
	}
	rx, err := regexp.Compile(brackets(expr))
	if err != nil {
		return nil, fmt.Errorf("invalid regular expression: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	rx.Longest()
	return rx, nil
}

// brackets escapes what Go takes for special inside bracket expressions and
// POSIX does not, and a brace that begins no repetition.
func brackets(expr string) string {
	var b strings.Builder
	for i := 0; i < len(expr); i++ {
		switch c := expr[i]; {
		case c == '\\' && i+1 < len(expr):
			b.WriteString(expr[i : i+2])
			i++
		case c == '{' && (i == 0 || i+1 == len(expr) || expr[i+1] < '0' || expr[i+1] > '9'):
			b.WriteString(`\{`)
		case c == '[':
			i = bracket(&b, expr, i)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func bracket(b *strings.Builder, expr string, i int) int {
	b.WriteByte('[')
	j := i + 1
	if j < len(expr) && expr[j] == '^' {
		b.WriteByte('^')
		j++
	}
	if j < len(expr) && expr[j] == ']' {
		b.WriteString(`\]`)
		j++
	}
	for ; j < len(expr); j++ {
		switch {
		case expr[j] == ']':
			b.WriteByte(']')
			return j
		case strings.HasPrefix(expr[j:], "[:"):
			if n := strings.Index(expr[j:], ":]"); n > 0 {
				b.WriteString(expr[j : j+n+2])
				j += n + 1
				continue
			}
			b.WriteString(`\[`)
		case expr[j] == '[':
			b.WriteString(`\[`)
		case expr[j] == '\\' && j+1 < len(expr):
			b.WriteString(expr[j : j+2])
			j++
		default:
			b.WriteByte(expr[j])
		}
	}
	return j
}

// maxWidth bounds a field's width and precision.
const maxWidth = 4096

// sprintf formats values by a printf format.
func sprintf(format string, args []value, convfmt string) (string, error) {
	var b strings.Builder
	next := func() value {
		if len(args) == 0 {
			return value{}
		}
		v := args[0]
		args = args[1:]
		return v
	}
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		if i+1 < len(format) && format[i+1] == '%' {
			b.WriteByte('%')
			i++
			continue
		}
		spec := "%"
		for i++; i < len(format) && strings.IndexByte("-+ #0123456789.*lh", format[i]) >= 0; i++ {
			switch format[i] {
			case '*':
				spec += strconv.Itoa(int(max(-maxWidth, min(maxWidth, next().number()))))
			case 'l', 'h':
			default:
				spec += string(format[i])
			}
		}
		if i == len(format) {
			b.WriteString(spec)
			break
		}
		if tooWide(spec) {
			return "", fmt.Errorf("a width in the format %q is larger than %d", format, maxWidth)
		}
		writeDirective(&b, spec, format[i], next, convfmt)
	}
	return b.String(), nil
}

func tooWide(spec string) bool {
	for part := range strings.SplitSeq(strings.TrimLeft(spec, "%-+ #0"), ".") {
		if n, _ := strconv.Atoi(part); n > maxWidth || len(part) > 5 {
			return true
		}
	}
	return false
}

func writeDirective(b *strings.Builder, spec string, verb byte, next func() value, convfmt string) {
	switch verb {
	case 'd', 'i':
		fmt.Fprintf(b, spec+"d", integer(next().number()))
	case 'o', 'x', 'X', 'u':
		if verb == 'u' {
			verb = 'd'
		}
		fmt.Fprintf(b, spec+string(verb), uint64(integer(next().number())))
	case 'e', 'E', 'f', 'F', 'g', 'G':
		fmt.Fprintf(b, spec+string(verb), next().number())
	case 'c':
		v := next()
		s := v.s
		if v.kind == num {
			s = string(rune(integer(v.n)))
		}
		_, size := utf8.DecodeRuneInString(s)
		fmt.Fprintf(b, spec+"s", s[:size])
	case 's':
		v := next()
		fmt.Fprintf(b, spec+"s", v.text(convfmt))
	default:
		b.WriteString(spec)
		b.WriteByte(verb)
	}
}

func integer(n float64) int64 {
	switch {
	case n != n:
		return math.MinInt64
	case n >= math.MaxInt64:
		return math.MaxInt64
	case n <= math.MinInt64:
		return math.MinInt64
	}
	return int64(n)
}
