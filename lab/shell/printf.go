package shell

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// unescape reads backslash sequences; stop tells that \c ended the text. In
// echo's dialect octal numbers begin with \0.
func unescape(text string, echo bool) (out string, stop bool) {
	if !strings.Contains(text, `\`) {
		return text, false
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		i++
		if text[i] == 'c' {
			return b.String(), true
		}
		i += escape(&b, text[i:], echo) - 1
	}
	return b.String(), false
}

var plainEscapes = map[byte]byte{
	'a': 7, 'b': 8, 'e': 27, 'E': 27, 'f': 12, 'n': 10, 'r': 13, 't': 9, 'v': 11, '\\': '\\', '"': '"', '\'': '\'',
}

// escape writes the sequence at the start of text (after the backslash) and
// tells its length.
func escape(b *strings.Builder, text string, echo bool) int {
	c := text[0]
	if plain, ok := plainEscapes[c]; ok && !(echo && (c == '"' || c == '\'')) {
		b.WriteByte(plain)
		return 1
	}
	base, most, start := 0, 0, 1
	switch {
	case c == 'x':
		base, most = 16, 2
	case c == 'u':
		base, most = 16, 4
	case c == 'U':
		base, most = 16, 8
	case c == '0' && echo:
		base, most = 8, 3
	case c >= '0' && c <= '7' && !echo:
		base, most, start = 8, 3, 0
	}
	end := start
	for end < len(text) && end-start < most && isDigit(text[end], base) {
		end++
	}
	if base == 0 || end == start && base == 16 {
		b.WriteByte('\\')
		b.WriteByte(c)
		return 1
	}
	n, _ := strconv.ParseUint("0"+text[start:end], base, 64)
	if c == 'u' || c == 'U' {
		b.WriteString(string(rune(n)))
	} else {
		b.WriteByte(byte(n))
	}
	return end
}

func isDigit(c byte, base int) bool {
	if base == 8 {
		return c >= '0' && c <= '7'
	}
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// printfUtility reuses the format until the arguments are used up.
func printfUtility(p *Process) int {
	args := p.Args[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return p.Misuse("usage: printf format [arguments]")
	}
	f := &formatter{args: args[1:]}
	code := 0
	for {
		before := len(f.args)
		text, err := f.once(args[0])
		_, _ = io.WriteString(p.Stdout, text)
		if err != nil {
			code = p.Fail("%v", err)
		}
		if f.stop || len(f.args) == 0 || len(f.args) == before {
			return code
		}
		p.step()
	}
}

// formatter expands one printf format. Numbers that are none count as 0 and are
// told by the error.
type formatter struct {
	args []string
	stop bool
}

// maxWidth bounds a field's width and precision.
const maxWidth = 4096

func (f *formatter) next() string {
	if len(f.args) == 0 {
		return ""
	}
	arg := f.args[0]
	f.args = f.args[1:]
	return arg
}

func (f *formatter) once(format string) (string, error) {
	var b strings.Builder
	var wrong error
	for i := 0; i < len(format); i++ {
		switch {
		case format[i] == '\\' && i+1 < len(format):
			if format[i+1] == 'c' {
				f.stop = true
				return b.String(), wrong
			}
			i += escape(&b, format[i+1:], false)
		case format[i] != '%':
			b.WriteByte(format[i])
		case i+1 < len(format) && format[i+1] == '%':
			b.WriteByte('%')
			i++
		default:
			n, err := f.directive(&b, format[i:])
			if err != nil {
				wrong = err
			}
			i += n - 1
		}
	}
	return b.String(), wrong
}

// directive expands the directive at the start of format and tells its length.
func (f *formatter) directive(b *strings.Builder, format string) (int, error) {
	end := 1
	spec := "%"
	for end < len(format) && strings.IndexByte("-+ #0", format[end]) >= 0 {
		spec += format[end : end+1]
		end++
	}
	number := func() error {
		digits := ""
		if end < len(format) && format[end] == '*' {
			digits = f.next()
			end++
		}
		for end < len(format) && format[end] >= '0' && format[end] <= '9' {
			digits += format[end : end+1]
			end++
		}
		if n, _ := strconv.Atoi(digits); n > maxWidth || len(digits) > 5 {
			return fmt.Errorf("the width %s is larger than %d", digits, maxWidth)
		}
		spec += digits
		return nil
	}
	if err := number(); err != nil {
		return len(format), err
	}
	if end < len(format) && format[end] == '.' {
		spec += "."
		end++
		if err := number(); err != nil {
			return len(format), err
		}
	}
	for end < len(format) && strings.IndexByte("lhLjzt", format[end]) >= 0 && end+1 < len(format) {
		end++
	}
	if end == len(format) {
		return end, fmt.Errorf("`%s': missing format character", format)
	}
	return end + 1, f.convert(b, spec, format[end])
}

func (f *formatter) convert(b *strings.Builder, spec string, verb byte) error {
	arg := f.next()
	switch verb {
	case 's':
		fmt.Fprintf(b, spec+"s", arg)
	case 'q':
		b.WriteString(backslashed(arg))
	case 'b':
		text, stop := unescape(arg, true)
		f.stop = f.stop || stop
		fmt.Fprintf(b, spec+"s", text)
	case 'c':
		_, size := utf8.DecodeRuneInString(arg)
		fmt.Fprintf(b, spec+"s", arg[:size])
	case 'd', 'i':
		n, err := printfInteger(arg)
		fmt.Fprintf(b, spec+"d", n)
		return err
	case 'u':
		n, err := printfInteger(arg)
		fmt.Fprintf(b, spec+"d", uint64(n))
		return err
	case 'o', 'x', 'X':
		n, err := printfInteger(arg)
		fmt.Fprintf(b, spec+string(verb), uint64(n))
		return err
	case 'e', 'E', 'f', 'F', 'g', 'G':
		n, err := strconv.ParseFloat(orZero(arg), 64)
		fmt.Fprintf(b, spec+string(verb), n)
		if err != nil {
			return fmt.Errorf("%s: invalid number", arg)
		}
	default:
		return fmt.Errorf("`%c': invalid format character", verb)
	}
	return nil
}

func orZero(s string) string {
	if s == "" {
		return "0"
	}
	return s
}

// printfInteger reads a number in C's way, or the code of a character after a quote.
func printfInteger(arg string) (int64, error) {
	if len(arg) > 1 && (arg[0] == '\'' || arg[0] == '"') {
		r, _ := utf8.DecodeRuneInString(arg[1:])
		return int64(r), nil
	}
	n, err := strconv.ParseInt(orZero(strings.TrimSpace(arg)), 0, 64)
	if err != nil {
		return n, fmt.Errorf("%s: invalid number", arg)
	}
	return n, nil
}

// backslashed quotes a text as %q does.
func backslashed(s string) string {
	if s == "" {
		return "''"
	}
	if strings.IndexFunc(s, func(r rune) bool { return r < ' ' }) >= 0 {
		return quote(s)
	}
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune(" !\"#$&'()*,;<>?[\\]^`{|}~", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
