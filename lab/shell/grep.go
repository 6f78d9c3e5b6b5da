package shell

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// grepUtility prints the lines that match. Exit 0: some did, 1: none, 2: a mistake.
func grepUtility(p *Process) int {
	patterns, rest := repeated(p.Args[1:], "-e")
	o, args, err := parseOptions(rest, "qvicnEFGowrRlLhHxsz", "ABCem", "i=ignore-case", "v=invert-match", "c=count",
		"n=line-number", "q=quiet", "o=only-matching", "w=word-regexp", "E=extended-regexp", "F=fixed-strings", "A=after-context",
		"B=before-context", "C=context", "e=regexp", "m=max-count", "r=recursive", "l=files-with-matches", "x=line-regexp")
	if err != nil {
		return p.Misuse("%v", err)
	}
	if e, ok := o.value('e'); ok {
		patterns = append(patterns, e)
	}
	pattern := strings.Join(patterns, "\n")
	if len(patterns) == 0 {
		if len(args) == 0 {
			return p.Misuse("usage: %s", strings.Replace(usages["grep"], "grep", p.Args[0], 1))
		}
		pattern, args = args[0], args[1:]
	}
	g := &grep{p: p, o: o, out: p.buffer(), most: -1}
	if g.rx, err = grepPattern(p.Args[0], pattern, o); err != nil {
		return p.Misuse("%v", err)
	}
	for letter, into := range map[byte]*int{'A': &g.after, 'B': &g.before, 'm': &g.most} {
		if err := numberInto(o, letter, into); err != nil {
			return p.Misuse("%v", err)
		}
	}
	if o.has('C') {
		if err := numberInto(o, 'C', &g.after); err != nil {
			return p.Misuse("%v", err)
		}
		g.before = g.after
	}
	return g.run(args)
}

func numberInto(o optionSet, letter byte, into *int) error {
	text, ok := o.value(letter)
	if !ok {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 1<<20 {
		return fmt.Errorf("%s: invalid number for -%c", text, letter)
	}
	*into = n
	return nil
}

func grepPattern(name, pattern string, o optionSet) (*regexp.Regexp, error) {
	var parts []string
	for line := range strings.SplitSeq(pattern, "\n") {
		switch {
		case o.has('F') || name == "fgrep":
			line = regexp.QuoteMeta(line)
		default:
			var err error
			if line, err = convertRegex(line, o.has('E') || name == "egrep"); err != nil {
				return nil, err
			}
		}
		if o.has('w') {
			line = `\b(?:` + line + `)\b`
		}
		if o.has('x') {
			line = `^(?:` + line + `)$`
		}
		parts = append(parts, "(?:"+line+")")
	}
	expr := strings.Join(parts, "|")
	if o.has('i') {
		expr = "(?i)" + expr
	}
	rx, err := compile(expr)
	if err == nil {
		rx.Longest()
	}
	return rx, err
}

type grep struct {
	p                   *Process
	o                   optionSet
	rx                  *regexp.Regexp
	out                 *bufio.Writer
	after, before, most int
	named               bool
	found, failed       bool
}

func (g *grep) run(names []string) int {
	recursive := g.o.has('r') || g.o.has('R')
	if recursive && len(names) == 0 {
		names = []string{"."}
	}
	if len(names) == 0 {
		names = []string{"-"}
	}
	g.named = (len(names) > 1 || recursive || g.o.has('H')) && !g.o.has('h')
	for _, name := range names {
		if entry, err := g.p.FS.Stat(g.p.Path(name)); err == nil && entry.IsDir() && name != "-" {
			g.directory(name, recursive)
			continue
		}
		g.file(name)
	}
	_ = g.out.Flush()
	switch {
	case g.failed && !(g.found && g.o.has('q')):
		return 2
	case g.found:
		return 0
	}
	return 1
}

func (g *grep) directory(name string, recursive bool) {
	if !recursive {
		g.p.Fail("%s: Is a directory", name)
		return
	}
	g.p.step()
	entries, err := g.p.FS.ReadDir(g.p.Path(name))
	if err != nil {
		g.failed = g.p.fileFail(name, err) > 0
		return
	}
	for _, entry := range entries {
		below := path.Join(name, entry.Name)
		switch {
		case entry.IsDir():
			g.directory(below, true)
		case entry.Mode&fs.ModeDevice == 0:
			g.file(below)
		}
	}
}

func (g *grep) file(name string) {
	r, done, err := g.p.input(name)
	if err != nil {
		if !g.o.has('s') {
			g.p.fileFail(name, err)
		}
		g.failed = true
		return
	}
	defer done()
	if name == "-" {
		name = "(standard input)"
	}
	count := g.scan(name, r)
	g.found = g.found || count > 0
	switch {
	case g.o.has('q'):
	case g.o.has('L') && count == 0:
		fmt.Fprintln(g.out, name)
	case g.o.has('l') && count > 0:
		fmt.Fprintln(g.out, name)
	case g.o.has('c') && !g.o.has('l') && !g.o.has('L'):
		g.prefix(name, 0, ':')
		fmt.Fprintln(g.out, count)
	}
}

// scan looks at the lines of one file and tells how many match.
func (g *grep) scan(name string, r io.Reader) (count int) {
	quiet := g.o.has('q') || g.o.has('l') || g.o.has('L') || g.o.has('c')
	var kept []string // before a match
	number, trailing, last := 0, 0, 0
	for line := range g.p.lines(r) {
		number++
		if g.rx.MatchString(line) == g.o.has('v') {
			switch {
			case quiet:
			case trailing > 0:
				trailing--
				g.line(name, number, line, '-')
				last = number
			case g.before > 0:
				if kept = append(kept, line); len(kept) > g.before {
					kept = kept[1:]
				}
			}
			continue
		}
		if g.most >= 0 && count >= g.most {
			break
		}
		count++
		if quiet {
			if !g.o.has('c') {
				break
			}
			continue
		}
		if (g.before > 0 || g.after > 0) && last > 0 && number-len(kept) > last+1 {
			fmt.Fprintln(g.out, "--")
		}
		for i, before := range kept {
			g.line(name, number-len(kept)+i, before, '-')
		}
		kept, trailing, last = nil, g.after, number
		g.match(name, number, line)
	}
	return count
}

func (g *grep) match(name string, number int, line string) {
	if !g.o.has('o') || g.o.has('v') {
		g.line(name, number, line, ':')
		return
	}
	for _, found := range g.rx.FindAllString(line, -1) {
		if found != "" {
			g.line(name, number, found, ':')
		}
	}
}

func (g *grep) line(name string, number int, line string, mark byte) {
	g.prefix(name, number, mark)
	fmt.Fprintln(g.out, line)
}

func (g *grep) prefix(name string, number int, mark byte) {
	if g.named {
		fmt.Fprintf(g.out, "%s%c", name, mark)
	}
	if g.o.has('n') && number > 0 {
		fmt.Fprintf(g.out, "%d%c", number, mark)
	}
}
