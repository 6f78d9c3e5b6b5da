package shell

import (
	"fmt"
	"regexp"
	"strings"
)

// posix compiles a POSIX regular expression, basic or extended: the leftmost
// longest match, bracket expressions without escapes. Back-references are an
// error.
func posix(expr string, extended, ignoreCase bool) (*regexp.Regexp, error) {
	converted, err := convertRegex(expr, extended)
	if err != nil {
		return nil, err
	}
	if ignoreCase {
		converted = "(?i)" + converted
	}
	rx, err := compile(converted)
	if err != nil {
		return nil, err
	}
	rx.Longest()
	return rx, nil
}

func convertRegex(expr string, extended bool) (string, error) {
	var b strings.Builder
	start := true // where * is itself and ^ is an anchor
	for i := 0; i < len(expr); i++ {
		c := expr[i]
		switch {
		case c == '\\' && i+1 < len(expr):
			i++
			if expr[i] >= '1' && expr[i] <= '9' {
				return "", fmt.Errorf("back-references (\\%c) are not supported", expr[i])
			}
			b.WriteString(escaped(expr[i], extended))
			start = !extended && (expr[i] == '(' || expr[i] == '|')
			continue
		case c == '[':
			end, class := bracket(expr, i)
			if end < 0 {
				return "", fmt.Errorf("unmatched [ in %.40q", expr)
			}
			b.WriteString(class)
			i = end
		case c == '*' && start && !extended:
			b.WriteString(`\*`)
		case extended:
			b.WriteByte(c)
		case strings.IndexByte("(){}|+?", c) >= 0:
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '^' && !start, c == '$' && i+1 < len(expr) && !strings.HasPrefix(expr[i+1:], `\)`) && !strings.HasPrefix(expr[i+1:], `\|`):
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
			if c == '^' {
				continue
			}
		}
		start = false
	}
	return b.String(), nil
}

// escaped gives what a backslash and a character stand for.
func escaped(c byte, extended bool) string {
	switch c {
	case '<', '>':
		return `\b`
	case 'w', 'W', 's', 'S', 'b', 'B', 'n', 't', 'd', 'D':
		return `\` + string(c)
	case '`':
		return `\A`
	case '\'':
		return `\z`
	}
	if !extended && strings.IndexByte("(){}|+?", c) >= 0 {
		return string(c)
	}
	return regexp.QuoteMeta(string(c))
}

// bracket converts the bracket expression at i and tells where it ends.
func bracket(expr string, i int) (end int, class string) {
	j := i + 1
	if j < len(expr) && expr[j] == '^' {
		j++
	}
	if j < len(expr) && expr[j] == ']' {
		j++
	}
	for j < len(expr) && expr[j] != ']' {
		if strings.HasPrefix(expr[j:], "[:") {
			if n := strings.Index(expr[j:], ":]"); n > 0 {
				j += n + 1
			}
		}
		j++
	}
	if j >= len(expr) {
		return -1, ""
	}
	inner := expr[i+1 : j]
	negated := strings.HasPrefix(inner, "^")
	inner = strings.TrimPrefix(inner, "^")
	inner = strings.ReplaceAll(inner, `\`, `\\`)
	if strings.HasPrefix(inner, "]") {
		inner = `\]` + inner[1:]
	}
	var b strings.Builder
	b.WriteByte('[')
	if negated {
		b.WriteString(`^`)
	}
	for k := 0; k < len(inner); k++ {
		if inner[k] == '[' && !strings.HasPrefix(inner[k:], "[:") {
			b.WriteByte('\\')
		}
		if strings.HasPrefix(inner[k:], "[:") {
			if n := strings.Index(inner[k:], ":]"); n > 0 {
				b.WriteString(inner[k : k+n+2])
				k += n + 1
				continue
			}
			b.WriteByte('\\')
		}
		b.WriteByte(inner[k])
	}
	b.WriteByte(']')
	return j, b.String()
}
