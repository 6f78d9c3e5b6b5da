package shell

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// sedUtility edits line by line: s, p, d, q, Q, =, y, a, i and c with line,
// last-line, regular-expression, step and range addresses, and !.
func sedUtility(p *Process) int {
	o, scripts, args, err := sedArguments(p.Args[1:])
	if err != nil {
		return p.Fail("%v", err)
	}
	if len(scripts) == 0 {
		if len(args) == 0 {
			return p.Fail("usage: %s", usages["sed"])
		}
		scripts, args = args[:1], args[1:]
	}
	commands, err := parseSed(strings.Join(scripts, "\n"), o.has('E') || o.has('r'))
	if err != nil {
		return p.Fail("-e expression #1: %v", err)
	}
	if !o.has('i') {
		s := &sed{p: p, quiet: o.has('n'), commands: commands, out: p.buffer()}
		code := s.files(args)
		_ = s.out.Flush()
		return max(code, s.code)
	}
	code := 0
	for _, name := range args {
		code = max(code, sedInPlace(p, name, commands, o.has('n')))
	}
	return code
}

// sedArguments collects -e, which may be given several times.
func sedArguments(args []string) (o optionSet, scripts, operands []string, err error) {
	scripts, args = repeated(args, "-e")
	o, operands, err = parseOptions(args, "nErsiu", "e", "n=quiet", "E=regexp-extended", "i=in-place", "e=expression")
	if err == nil && o.has('e') {
		script, _ := o.value('e')
		scripts = append(scripts, script)
	}
	return o, scripts, operands, err
}

func sedInPlace(p *Process, name string, commands []*sedCommand, quiet bool) int {
	var edited strings.Builder
	for _, c := range commands {
		c.active = false
	}
	s := &sed{p: p, quiet: quiet, commands: commands, out: bufio.NewWriter(&edited)}
	if code := s.files([]string{name}); code != 0 {
		return code
	}
	_ = s.out.Flush()
	entry, _ := p.FS.Stat(p.Path(name))
	if err := p.FS.WriteFile(p.Path(name), []byte(edited.String()), entry.Mode.Perm()); err != nil {
		return p.fileFail(name, err)
	}
	return 0
}

// sedCommand is one command with its addresses.
type sedCommand struct {
	from, to *sedAddress
	negated  bool
	verb     byte
	rx       *regexp.Regexp
	text     string // replacement, or what a, i and c add
	global   bool
	print    bool
	nth      int
	table    map[rune]rune
	block    []*sedCommand
	active   bool // inside its range
	until    int  // last line of the range, if it is a number
}

type sedAddress struct {
	line, step int
	last       bool
	rx         *regexp.Regexp
}

// sedParser reads a script.
type sedParser struct {
	text     string
	at       int
	extended bool
	depth    int
}

func parseSed(script string, extended bool) ([]*sedCommand, error) {
	s := &sedParser{text: script, extended: extended}
	list, err := s.list(false)
	if err != nil {
		return nil, fmt.Errorf("char %d: %w", min(s.at, len(script)), err)
	}
	return list, nil
}

func (s *sedParser) peek() byte {
	if s.at < len(s.text) {
		return s.text[s.at]
	}
	return 0
}

func (s *sedParser) skip(chars string) {
	for s.at < len(s.text) && strings.IndexByte(chars, s.text[s.at]) >= 0 {
		s.at++
	}
}

func (s *sedParser) list(inBlock bool) ([]*sedCommand, error) {
	if s.depth++; s.depth > MaxDepth {
		return nil, fmt.Errorf("blocks are nested too deep")
	}
	defer func() { s.depth-- }()
	var list []*sedCommand
	for {
		s.skip(" \t\n;")
		switch s.peek() {
		case 0:
			if inBlock {
				return nil, fmt.Errorf("unmatched `{'")
			}
			return list, nil
		case '}':
			if !inBlock {
				return nil, fmt.Errorf("unexpected `}'")
			}
			s.at++
			return list, nil
		case '#':
			for s.peek() != 0 && s.peek() != '\n' {
				s.at++
			}
			continue
		}
		c, err := s.command()
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
}

func (s *sedParser) command() (*sedCommand, error) {
	c := &sedCommand{}
	var err error
	if c.from, err = s.address(); err != nil {
		return nil, err
	}
	if s.skip(" "); c.from != nil && s.peek() == ',' {
		s.at++
		s.skip(" ")
		if c.to, err = s.address(); err == nil && c.to == nil {
			err = fmt.Errorf("unexpected `,'")
		}
		if err != nil {
			return nil, err
		}
	}
	s.skip(" ")
	if s.peek() == '!' {
		c.negated = true
		s.at++
		s.skip(" ")
	}
	c.verb = s.peek()
	s.at++
	switch c.verb {
	case 0:
		return nil, fmt.Errorf("missing command")
	case '{':
		c.block, err = s.list(true)
		return c, err
	case 's':
		return c, s.substitution(c)
	case 'y':
		return c, s.transliteration(c)
	case 'a', 'i', 'c':
		s.addition(c)
		return c, nil
	case 'p', 'd', 'q', 'Q', '=':
		return c, s.end()
	}
	return nil, fmt.Errorf("unknown command: `%c'", c.verb)
}

// end wants the end of a command.
func (s *sedParser) end() error {
	s.skip(" \t")
	if c := s.peek(); c != 0 && c != ';' && c != '\n' && c != '}' {
		return fmt.Errorf("extra characters after command")
	}
	return nil
}

func (s *sedParser) address() (*sedAddress, error) {
	c := s.peek()
	switch {
	case c == '$':
		s.at++
		return &sedAddress{last: true}, nil
	case c >= '0' && c <= '9':
		a := &sedAddress{line: s.number()}
		if s.peek() == '~' {
			s.at++
			a.step = s.number()
		}
		return a, nil
	case c == '+':
		s.at++
		return &sedAddress{line: -s.number()}, nil
	case c == '/' || c == '\\':
		if c == '\\' {
			s.at++
		}
		expr, err := s.delimited(s.peek())
		if err != nil {
			return nil, fmt.Errorf("unterminated address regex")
		}
		ignoreCase := s.peek() == 'I'
		s.at += oneIf(ignoreCase)
		rx, err := posix(expr, s.extended, ignoreCase)
		return &sedAddress{rx: rx}, err
	}
	return nil, nil
}

func (s *sedParser) number() int {
	n := 0
	for s.peek() >= '0' && s.peek() <= '9' && n < 1<<30 {
		n = n*10 + int(s.peek()-'0')
		s.at++
	}
	return n
}

// delimited reads up to the next delimiter; the one at hand opens it.
func (s *sedParser) delimited(delimiter byte) (string, error) {
	s.at++
	return s.upTo(delimiter)
}

func (s *sedParser) upTo(delimiter byte) (string, error) {
	var b strings.Builder
	class := false
	for ; s.at < len(s.text); s.at++ {
		c := s.text[s.at]
		switch {
		case c == '\\' && s.at+1 < len(s.text):
			s.at++
			if s.text[s.at] != delimiter {
				b.WriteByte('\\')
			}
			b.WriteByte(s.text[s.at])
			continue
		case c == delimiter && !class:
			s.at++
			return b.String(), nil
		case c == '[':
			class = true
		case c == ']':
			class = false
		}
		b.WriteByte(c)
	}
	return "", fmt.Errorf("unterminated")
}

func (s *sedParser) substitution(c *sedCommand) error {
	delimiter := s.peek()
	expr, err := s.delimited(delimiter)
	if err != nil || delimiter == 0 {
		return fmt.Errorf("unterminated `s' command")
	}
	if c.text, err = s.replacement(delimiter); err != nil {
		return fmt.Errorf("unterminated `s' command")
	}
	ignoreCase := false
	for {
		switch f := s.peek(); {
		case f == 'g':
			c.global = true
		case f == 'p':
			c.print = true
		case f == 'i' || f == 'I':
			ignoreCase = true
		case f >= '1' && f <= '9':
			c.nth = s.number()
			continue
		default:
			if c.rx, err = posix(expr, s.extended, ignoreCase); err != nil {
				return err
			}
			if s.end() != nil {
				return fmt.Errorf("unknown option to `s'")
			}
			return nil
		}
		s.at++
	}
}

func (s *sedParser) replacement(delimiter byte) (string, error) {
	var b strings.Builder
	for ; s.at < len(s.text); s.at++ {
		c := s.text[s.at]
		if c == '\\' && s.at+1 < len(s.text) {
			s.at++
			if s.text[s.at] != delimiter || delimiter == '&' {
				b.WriteByte('\\')
			}
			b.WriteByte(s.text[s.at])
			continue
		}
		if c == delimiter {
			s.at++
			return b.String(), nil
		}
		b.WriteByte(c)
	}
	return "", fmt.Errorf("unterminated")
}

func (s *sedParser) transliteration(c *sedCommand) error {
	delimiter := s.peek()
	from, err := s.delimited(delimiter)
	if err != nil {
		return fmt.Errorf("unterminated `y' command")
	}
	to, err := s.upTo(delimiter)
	if err != nil {
		return fmt.Errorf("unterminated `y' command")
	}
	a, b := []rune(from), []rune(to)
	if len(a) != len(b) {
		return fmt.Errorf("strings for `y' command are different lengths")
	}
	c.table = map[rune]rune{}
	for i := range a {
		c.table[a[i]] = b[i]
	}
	return s.end()
}

// addition reads the text of a, i and c: the rest of the line.
func (s *sedParser) addition(c *sedCommand) {
	s.skip(" \t")
	if s.peek() == '\\' {
		s.at++
		s.skip(" \t")
		s.skip("\n")
	}
	end := strings.IndexByte(s.text[s.at:], '\n')
	if end < 0 {
		end = len(s.text) - s.at
	}
	c.text = s.text[s.at : s.at+end]
	s.at += end
}

// sed runs the commands over the lines of all files.
type sed struct {
	p        *Process
	quiet    bool
	commands []*sedCommand
	out      *bufio.Writer

	number int
	space  string
	isLast bool
	quit   bool
	code   int
	after  []string
}

func (s *sed) files(names []string) int {
	code := 0
	lines := func(yield func(string) bool) {
		code = s.p.eachInput(names, func(_ string, r io.Reader) {
			for line := range s.p.lines(r) {
				if s.quit || !yield(line) {
					return
				}
			}
		})
	}
	s.run(lines)
	return code
}

func (s *sed) run(lines func(func(string) bool)) {
	started := false
	flushed := func(line string, last bool) bool {
		s.number++
		s.space, s.isLast = line, last
		s.cycle()
		return !s.quit
	}
	held := ""
	lines(func(line string) bool {
		if started && !flushed(held, false) {
			return false
		}
		held, started = line, true
		return true
	})
	if started && !s.quit {
		flushed(held, true)
	}
}

func (s *sed) cycle() {
	deleted := s.execute(s.commands)
	if !deleted && !s.quiet {
		fmt.Fprintln(s.out, s.space)
	}
	for _, text := range s.after {
		fmt.Fprintln(s.out, text)
	}
	s.after = s.after[:0]
}

// execute runs commands on the line; it tells whether the line is not printed
// at the end.
func (s *sed) execute(list []*sedCommand) (deleted bool) {
	for _, c := range list {
		if s.selects(c) == c.negated {
			continue
		}
		switch c.verb {
		case '{':
			if s.execute(c.block) {
				return true
			}
		case 's':
			s.substitute(c)
		case 'y':
			s.space = strings.Map(func(r rune) rune {
				if to, ok := c.table[r]; ok {
					return to
				}
				return r
			}, s.space)
		case 'p':
			fmt.Fprintln(s.out, s.space)
		case '=':
			fmt.Fprintln(s.out, s.number)
		case 'i':
			fmt.Fprintln(s.out, c.text)
		case 'a':
			s.after = append(s.after, c.text)
		case 'c':
			if c.to == nil || !c.active {
				fmt.Fprintln(s.out, c.text)
			}
			return true
		case 'd':
			return true
		case 'q', 'Q':
			s.quit = true
			return c.verb == 'Q'
		}
		if s.quit {
			return deleted
		}
	}
	return false
}

func (s *sed) selects(c *sedCommand) bool {
	switch {
	case c.from == nil:
		return true
	case c.to == nil:
		return s.at(c.from)
	case c.active:
		if c.until > 0 {
			c.active = s.number < c.until
			return s.number <= c.until
		}
		c.active = !s.at(c.to)
		return true
	case !s.at(c.from):
		return false
	}
	c.active, c.until = true, 0
	switch {
	case c.to.rx == nil && !c.to.last && c.to.line >= 0:
		c.until = c.to.line
	case c.to.line < 0:
		c.until = s.number - c.to.line
	}
	if c.until > 0 || c.to.rx == nil && !c.to.last {
		c.active = c.until > s.number
	}
	return true
}

func (s *sed) at(a *sedAddress) bool {
	switch {
	case a.last:
		return s.isLast
	case a.rx != nil:
		return a.rx.MatchString(s.space)
	case a.step > 0:
		return s.number >= a.line && (s.number-a.line)%a.step == 0
	}
	return s.number == a.line
}

func (s *sed) substitute(c *sedCommand) {
	count, last := 0, 0
	var b strings.Builder
	for _, loc := range c.rx.FindAllStringSubmatchIndex(s.space, -1) {
		count++
		if count < c.nth || !c.global && count > max(1, c.nth) {
			continue
		}
		b.WriteString(s.space[last:loc[0]])
		expandReplacement(&b, c.text, s.space, loc)
		last = loc[1]
		if b.Len() > maxLineBytes {
			s.p.die(4, "a line is longer than %d KiB", maxLineBytes>>10)
		}
	}
	if count == 0 || count < c.nth {
		return
	}
	b.WriteString(s.space[last:])
	s.space = b.String()
	if c.print {
		fmt.Fprintln(s.out, s.space)
	}
}

// expandReplacement writes a replacement: & and \1 stand for what matched.
func expandReplacement(b *strings.Builder, text, subject string, loc []int) {
	group := func(n int) {
		if 2*n+1 < len(loc) && loc[2*n] >= 0 {
			b.WriteString(subject[loc[2*n]:loc[2*n+1]])
		}
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '&':
			group(0)
		case c != '\\' || i+1 == len(text):
			b.WriteByte(c)
		default:
			i++
			switch d := text[i]; {
			case d >= '0' && d <= '9':
				n, _ := strconv.Atoi(string(d))
				group(n)
			case d == 'n':
				b.WriteByte('\n')
			case d == 't':
				b.WriteByte('\t')
			default:
				b.WriteByte(d)
			}
		}
	}
}
