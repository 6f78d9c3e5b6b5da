package shell

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"quorumlab/lab/files"
)

func headUtility(p *Process) int {
	o, names, err := parseOptions(dashNumber(p.Args[1:]), "q", "nc", "n=lines", "c=bytes")
	if err != nil {
		return p.Misuse("%v", err)
	}
	count, letter := "10", byte('n')
	if n, ok := o.value('n'); ok {
		count = n
	}
	if c, ok := o.value('c'); ok {
		count, letter = c, 'c'
	}
	n, err := strconv.Atoi(count)
	if err != nil {
		return p.Fail("invalid number of lines: ‘%s’", count)
	}
	first := true
	return p.eachInput(names, func(name string, r io.Reader) {
		title(p, names, name, &first, o)
		switch {
		case letter == 'c':
			_, _ = io.CopyN(p.Stdout, r, int64(max(n, 0)))
		case n < 0:
			lines := strings.SplitAfter(string(p.slurp(r)), "\n")
			lines = lines[:len(lines)-oneIf(lines[len(lines)-1] == "")]
			_, _ = io.WriteString(p.Stdout, strings.Join(lines[:max(0, len(lines)+n)], ""))
		default:
			headLines(p, r, n)
		}
	})
}

// dashNumber turns head's and tail's old -5 into -n5.
func dashNumber(args []string) []string {
	args = slices.Clone(args)
	for i, arg := range args {
		valued := i > 0 && (args[i-1] == "-n" || args[i-1] == "-c")
		if !valued && len(arg) > 1 && arg[0] == '-' && strings.Trim(arg[1:], "0123456789") == "" {
			args[i] = "-n" + arg[1:]
		}
	}
	return args
}

func title(p *Process, names []string, name string, first *bool, o optionSet) {
	if len(names) > 1 && !o.has('q') {
		if !*first {
			fmt.Fprintln(p.Stdout)
		}
		fmt.Fprintf(p.Stdout, "==> %s <==\n", name)
	}
	*first = false
}

func headLines(p *Process, r io.Reader, n int) {
	if n == 0 {
		return
	}
	out := p.buffer()
	for line := range p.lines(r) {
		fmt.Fprintln(out, line)
		if n--; n == 0 {
			break
		}
	}
	_ = out.Flush()
}

func tailUtility(p *Process) int {
	o, names, err := parseOptions(dashNumber(p.Args[1:]), "qfF", "nc", "n=lines", "c=bytes", "f=follow")
	if err != nil {
		return p.Misuse("%v", err)
	}
	count, byBytes := "10", o.has('c')
	if n, ok := o.value('n'); ok {
		count = n
	}
	if c, ok := o.value('c'); ok {
		count = c
	}
	n, err := strconv.Atoi(strings.TrimLeft(count, "+-"))
	if err != nil {
		return p.Fail("invalid number of lines: ‘%s’", count)
	}
	first := true
	code := p.eachInput(names, func(name string, r io.Reader) {
		title(p, names, name, &first, o)
		switch {
		case byBytes:
			data := p.slurp(r)
			if strings.HasPrefix(count, "+") {
				data = data[min(len(data), max(0, n-1)):]
			} else {
				data = data[max(0, len(data)-n):]
			}
			_, _ = p.Stdout.Write(data)
		case strings.HasPrefix(count, "+"):
			tailFrom(p, r, n)
		default:
			tailLines(p, r, n)
		}
	})
	if o.has('f') && len(names) == 1 && code == 0 {
		return follow(p, names[0])
	}
	return code
}

func tailFrom(p *Process, r io.Reader, from int) {
	out, number := p.buffer(), 0
	for line := range p.lines(r) {
		if number++; number >= from {
			fmt.Fprintln(out, line)
		}
	}
	_ = out.Flush()
}

func tailLines(p *Process, r io.Reader, n int) {
	var kept []string
	held := 0
	for line := range p.lines(r) {
		kept = append(kept, line)
		if held += len(line); len(kept) > n {
			held -= len(kept[0])
			kept = kept[1:]
		}
		if held > MaxSlurpBytes {
			p.die(1, "memory exhausted")
		}
	}
	out := p.buffer()
	for _, line := range kept {
		fmt.Fprintln(out, line)
	}
	_ = out.Flush()
}

// follow shows what is added to a file until Ctrl-C.
func follow(p *Process, name string) int {
	entry, _ := p.FS.Stat(p.Path(name))
	at := entry.Bytes
	for p.Sleep(100*Step) == nil {
		data, err := p.FS.ReadFile(p.Path(name))
		if err != nil {
			return p.fileFail(name, err)
		}
		if int64(len(data)) < at {
			at = 0
		}
		_, _ = p.Stdout.Write(data[at:])
		at = int64(len(data))
	}
	return codeInterrupted
}

func wcUtility(p *Process) int {
	o, names, err := parseOptions(p.Args[1:], "lwcmL", "", "l=lines", "w=words", "c=bytes", "m=chars")
	if err != nil {
		return p.Misuse("%v", err)
	}
	var total [4]int
	type row struct {
		counts [4]int
		name   string
	}
	var rows []row
	code := p.eachInput(names, func(name string, r io.Reader) {
		counts := count(r)
		for i := range total {
			total[i] += counts[i]
		}
		rows = append(rows, row{counts, name})
	})
	if len(names) > 1 {
		rows = append(rows, row{total, "total"})
	}
	columns := []int{}
	for i, letter := range []byte("lwmc") {
		if o.has(letter) || len(o) == 0 && letter != 'm' {
			columns = append(columns, i)
		}
	}
	width := 1
	if len(columns) > 1 || len(rows) > 1 {
		width = len(strconv.Itoa(total[3]))
		if _, ok := p.runner.fds[0].r.(*files.File); len(names) == 0 && !ok {
			width = max(width, 7)
		}
	}
	for _, one := range rows {
		var cells []string
		for _, i := range columns {
			cells = append(cells, fmt.Sprintf("%*d", width, one.counts[i]))
		}
		if len(names) > 0 {
			cells = append(cells, one.name)
		}
		fmt.Fprintln(p.Stdout, strings.Join(cells, " "))
	}
	return code
}

// count gives lines, words, characters and bytes.
func count(r io.Reader) (counts [4]int) {
	buffer := make([]byte, 4096)
	inWord := false
	for {
		n, err := r.Read(buffer)
		for _, c := range buffer[:n] {
			space := c == ' ' || c >= '\t' && c <= '\r'
			counts[0] += oneIf(c == '\n')
			counts[1] += oneIf(!space && !inWord)
			counts[2] += oneIf(utf8.RuneStart(c))
			inWord = !space
		}
		counts[3] += n
		if err != nil {
			return counts
		}
	}
}

func uniqUtility(p *Process) int {
	o, names, err := parseOptions(p.Args[1:], "cdui", "", "c=count", "d=repeated", "u=unique")
	if err != nil {
		return p.Misuse("%v", err)
	}
	out := p.buffer()
	last, times := "", 0
	flush := func() {
		if times == 0 || o.has('d') && times == 1 || o.has('u') && times > 1 {
			return
		}
		if o.has('c') {
			fmt.Fprintf(out, "%7d ", times)
		}
		fmt.Fprintln(out, last)
	}
	code := p.eachInput(names[:min(1, len(names))], func(_ string, r io.Reader) {
		for line := range p.lines(r) {
			if times > 0 && (line == last || o.has('i') && strings.EqualFold(line, last)) {
				times++
				continue
			}
			flush()
			last, times = line, 1
		}
	})
	flush()
	_ = out.Flush()
	return code
}

// list is a list of cut's: 1,3-5,7-.
type list [][2]int

func parseList(text string) (list, error) {
	var l list
	for part := range strings.SplitSeq(text, ",") {
		from, to, isRange := strings.Cut(part, "-")
		low, high := 1, math.MaxInt
		var err error
		if from != "" {
			low, err = strconv.Atoi(from)
		}
		if err == nil && to != "" {
			high, err = strconv.Atoi(to)
		}
		if !isRange {
			high = low
		}
		if err != nil || low < 1 || high < low || part == "-" || part == "" {
			return nil, fmt.Errorf("invalid field value ‘%s’", part)
		}
		l = append(l, [2]int{low, high})
	}
	return l, nil
}

func (l list) has(n int) bool {
	return slices.ContainsFunc(l, func(r [2]int) bool { return n >= r[0] && n <= r[1] })
}

func cutUtility(p *Process) int {
	o, names, err := parseOptions(p.Args[1:], "s", "fdcb", "f=fields", "d=delimiter", "c=characters", "b=bytes", "s=only-delimited")
	if err != nil {
		return p.Misuse("%v", err)
	}
	fields, byField := o.value('f')
	characters, byCharacter := o.value('c')
	if b, ok := o.value('b'); ok {
		characters, byCharacter = b, true
	}
	if byField == byCharacter {
		return p.Fail("you must specify a list of bytes, characters, or fields")
	}
	l, err := parseList(fields + characters)
	if err != nil {
		return p.Fail("%v", err)
	}
	delimiter, ok := o.value('d')
	if !ok {
		delimiter = "\t"
	}
	if utf8.RuneCountInString(delimiter) != 1 {
		return p.Fail("the delimiter must be a single character")
	}
	out := p.buffer()
	code := p.eachInput(names, func(_ string, r io.Reader) {
		for line := range p.lines(r) {
			if byField && !strings.Contains(line, delimiter) {
				if !o.has('s') {
					fmt.Fprintln(out, line)
				}
				continue
			}
			fmt.Fprintln(out, cutLine(line, l, byField, delimiter))
		}
	})
	_ = out.Flush()
	return code
}

func cutLine(line string, l list, byField bool, delimiter string) string {
	if !byField {
		delimiter = ""
	}
	var kept []string
	for i, part := range strings.Split(line, delimiter) {
		if l.has(i + 1) {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, delimiter)
}

func pasteUtility(p *Process) int {
	o, names, err := parseOptions(p.Args[1:], "s", "d")
	if err != nil {
		return p.Misuse("%v", err)
	}
	delimiter, ok := o.value('d')
	if !ok {
		delimiter = "\t"
	}
	delimiter, _ = unescape(delimiter, true)
	var columns [][]string
	code := p.eachInput(names, func(_ string, r io.Reader) {
		columns = append(columns, slices.Collect(p.lines(io.LimitReader(r, MaxSlurpBytes/4))))
	})
	out := p.buffer()
	rows := 0
	for _, column := range columns {
		if o.has('s') {
			fmt.Fprintln(out, strings.Join(column, delimiter))
		}
		rows = max(rows, len(column))
	}
	for row := 0; row < rows && !o.has('s'); row++ {
		cells := make([]string, len(columns))
		for i, column := range columns {
			if row < len(column) {
				cells[i] = column[row]
			}
		}
		fmt.Fprintln(out, strings.Join(cells, delimiter))
	}
	_ = out.Flush()
	return code
}

// trSet reads a set of tr: characters, escapes, ranges and classes.
func trSet(text string) ([]rune, error) {
	classes := map[string]string{
		"lower": "abcdefghijklmnopqrstuvwxyz", "upper": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "digit": "0123456789",
		"space": " \t\n\v\f\r", "blank": " \t", "punct": "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "xdigit": "0123456789ABCDEFabcdef",
	}
	classes["alpha"] = classes["upper"] + classes["lower"]
	classes["alnum"] = classes["digit"] + classes["alpha"]
	var set []rune
	for len(text) > 0 {
		if name, rest, ok := strings.Cut(text, ":]"); ok && strings.HasPrefix(name, "[:") {
			class, known := classes[name[2:]]
			if !known {
				return nil, fmt.Errorf("invalid character class ‘%s’", name[2:])
			}
			set = append(set, []rune(class)...)
			text = rest
			continue
		}
		var low rune
		low, text = trRune(text)
		if len(text) > 1 && text[0] == '-' {
			var high rune
			high, text = trRune(text[1:])
			if high < low || high-low > 1<<16 {
				return nil, fmt.Errorf("range-endpoints of '%c-%c' are in reverse collating sequence order", low, high)
			}
			for c := low; c <= high; c++ {
				set = append(set, c)
			}
			continue
		}
		set = append(set, low)
	}
	return set, nil
}

func trRune(text string) (rune, string) {
	if text[0] == '\\' && len(text) > 1 {
		var b strings.Builder
		n := escape(&b, text[1:], false)
		if one := b.String(); len(one) == 1 {
			return rune(one[0]), text[1+n:]
		}
		return rune(text[1]), text[2:]
	}
	c, size := utf8.DecodeRuneInString(text)
	return c, text[size:]
}

func trUtility(p *Process) int {
	o, args, err := parseOptions(p.Args[1:], "dscCt", "")
	if err != nil {
		return p.Misuse("%v", err)
	}
	if len(args) == 0 || len(args) == 1 && !o.has('d') && !o.has('s') || len(args) > 2 {
		return p.Fail("usage: %s", usages["tr"])
	}
	t := &translation{o: o, complement: o.has('c') || o.has('C')}
	if t.from, err = trSet(args[0]); err != nil {
		return p.Fail("%v", err)
	}
	if len(args) == 2 {
		if t.to, err = trSet(args[1]); err != nil {
			return p.Fail("%v", err)
		}
	}
	t.run(p)
	return 0
}

type translation struct {
	o          optionSet
	complement bool
	from, to   []rune
}

func (t *translation) run(p *Process) {
	table, squeezed := map[rune]rune{}, map[rune]bool{}
	for i, c := range t.from {
		if _, ok := table[c]; !ok || len(t.to) > 0 {
			table[c] = c
			if len(t.to) > 0 {
				table[c] = t.to[min(i, len(t.to)-1)]
			}
		}
	}
	squeeze := t.from
	if len(t.to) > 0 {
		squeeze = t.to
	}
	for _, c := range squeeze {
		squeezed[c] = true
	}
	out := p.buffer()
	in := make([]byte, 4096)
	var rest []byte
	last := rune(-1)
	for {
		n, err := p.Stdin.Read(in)
		rest = append(rest, in[:n]...)
		for len(rest) > 0 && (utf8.FullRune(rest) || err != nil) {
			c, size := utf8.DecodeRune(rest)
			rest = rest[size:]
			to, listed := table[c]
			if t.complement {
				if listed = !listed; listed && len(t.to) > 0 {
					to = t.to[len(t.to)-1]
				} else {
					to = c
				}
			}
			if !listed {
				to = c
			}
			if listed && t.o.has('d') {
				continue
			}
			if t.o.has('s') && to == last && (squeezed[to] || t.complement && len(t.to) == 0 && listed) {
				continue
			}
			last = to
			_, _ = out.WriteRune(to)
		}
		_ = out.Flush()
		if err != nil {
			return
		}
	}
}

// sortKey is one -k of sort.
type sortKey struct {
	from, to         int // fields from 1; to is 0 for the end of the line
	numeric, reverse bool
}

func parseKey(text string, o optionSet) (sortKey, error) {
	k := sortKey{numeric: o.has('n'), reverse: o.has('r')}
	letters := text
	first, second, two := strings.Cut(text, ",")
	number := func(s string) (int, error) {
		digits := s[:len(s)-len(strings.TrimLeft(s, "0123456789"))]
		letters = s[len(digits):]
		for _, letter := range letters {
			switch letter {
			case 'n', 'g':
				k.numeric = true
			case 'r':
				k.reverse = true
			}
		}
		return strconv.Atoi(digits)
	}
	var err error
	if k.from, err = number(first); err == nil && two {
		k.to, err = number(second)
	}
	if err != nil || k.from < 1 {
		return k, fmt.Errorf("invalid number at field start: invalid count at start of ‘%s’", text)
	}
	return k, nil
}

func sortUtility(p *Process) int {
	keys, args := repeated(p.Args[1:], "-k")
	o, names, err := parseOptions(args, "nrufgbhVsdi", "kto", "n=numeric-sort", "r=reverse", "u=unique", "k=key", "t=field-separator")
	if err != nil {
		return p.Misuse("%v", err)
	}
	if k, ok := o.value('k'); ok {
		keys = append(keys, k)
	}
	s := &sorter{o: o, numeric: o.has('n') || o.has('g') || o.has('h')}
	s.separator, _ = o.value('t')
	for _, text := range keys {
		k, err := parseKey(text, o)
		if err != nil {
			return p.Misuse("%v", err)
		}
		s.keys = append(s.keys, k)
	}
	lines, code := p.allLines(names)
	slices.SortStableFunc(lines, s.compare)
	if o.has('u') {
		lines = slices.CompactFunc(lines, func(a, b string) bool { return s.keyed(a, b) == 0 })
	}
	return max(2*code, writeLines(p, o, lines))
}

func writeLines(p *Process, o optionSet, lines []string) int {
	if name, ok := o.value('o'); ok {
		data := strings.Join(append(lines, ""), "\n")
		if err := p.FS.WriteFile(p.Path(name), []byte(data), 0o644); err != nil {
			return p.fileFail(name, err)
		}
		return 0
	}
	out := p.buffer()
	for _, line := range lines {
		fmt.Fprintln(out, line)
	}
	_ = out.Flush()
	return 0
}

type sorter struct {
	o         optionSet
	keys      []sortKey
	separator string
	numeric   bool
}

// compare orders by the keys and then by the whole line.
func (s *sorter) compare(a, b string) int {
	if order := s.keyed(a, b); order != 0 || s.o.has('s') || s.o.has('u') {
		return order
	}
	if s.o.has('r') {
		return strings.Compare(b, a)
	}
	return strings.Compare(a, b)
}

func (s *sorter) keyed(a, b string) int {
	if len(s.keys) == 0 {
		return s.order(a, b, s.numeric, s.o.has('r'))
	}
	for _, k := range s.keys {
		if order := s.order(s.field(a, k), s.field(b, k), k.numeric, k.reverse); order != 0 {
			return order
		}
	}
	return 0
}

func (s *sorter) order(a, b string, numeric, reverse bool) int {
	if s.o.has('f') {
		a, b = strings.ToUpper(a), strings.ToUpper(b)
	}
	order := strings.Compare(a, b)
	switch {
	case numeric:
		x, y := leadingNumber(a), leadingNumber(b)
		order = oneIf(x > y) - oneIf(x < y)
	case s.o.has('V'):
		order = compareVersions(a, b)
	}
	if reverse {
		return -order
	}
	return order
}

// field gives the text of a key. Fields are separated by blanks, which belong to
// the field they lead, or by one character.
func (s *sorter) field(line string, k sortKey) string {
	var fields []string
	if s.separator != "" {
		fields = strings.Split(line, s.separator)
	} else {
		fields = strings.Fields(line)
	}
	if k.from > len(fields) {
		return ""
	}
	to := len(fields)
	if k.to > 0 {
		to = min(to, max(k.to, k.from))
	}
	return strings.Join(fields[k.from-1:to], s.separator+strings.Repeat(" ", oneIf(s.separator == "")))
}

func leadingNumber(s string) float64 {
	s = strings.TrimLeft(s, " \t")
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.' || s[end] == '-' && end == 0) {
		end++
	}
	n, _ := strconv.ParseFloat(s[:end], 64)
	if end < len(s) {
		n *= map[byte]float64{'K': 1 << 10, 'k': 1 << 10, 'M': 1 << 20, 'G': 1 << 30}[s[end]] + float64(oneIf(strings.IndexByte("KkMG", s[end]) < 0))
	}
	return n
}

// compareVersions orders runs of digits by their value.
func compareVersions(a, b string) int {
	for a != "" && b != "" {
		da, db := digitsOf(a), digitsOf(b)
		if da != "" && db != "" {
			x, y := strings.TrimLeft(da, "0"), strings.TrimLeft(db, "0")
			if len(x) != len(y) {
				return len(x) - len(y)
			}
			if order := strings.Compare(x, y); order != 0 {
				return order
			}
			a, b = a[len(da):], b[len(db):]
			continue
		}
		if a[0] != b[0] {
			return int(a[0]) - int(b[0])
		}
		a, b = a[1:], b[1:]
	}
	return len(a) - len(b)
}

func digitsOf(s string) string { return s[:len(s)-len(strings.TrimLeft(s, "0123456789"))] }

func cmpUtility(p *Process) int {
	o, names, err := parseOptions(p.Args[1:], "sl", "")
	if err != nil {
		return p.Misuse("%v", err)
	}
	a, b, code := twoFiles(p, names)
	if code != 0 {
		return code
	}
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			if !o.has('s') {
				fmt.Fprintf(p.Stdout, "%s %s differ: byte %d, line %d\n", names[0], names[1], i+1, 1+bytes.Count(a[:i], []byte("\n")))
			}
			return 1
		}
	}
	if len(a) == len(b) {
		return 0
	}
	if !o.has('s') {
		shorter := names[oneIf(len(b) < len(a))]
		p.Fail("EOF on %s after byte %d, line %d", shorter, n, bytes.Count(a[:n], []byte("\n")))
	}
	return 1
}

// twoFiles reads the two files of cmp and diff; code is 2 if that fails.
func twoFiles(p *Process, names []string) (a, b []byte, code int) {
	if len(names) == 1 && p.Args[0] == "cmp" {
		names = append(names, "-")
	}
	if len(names) != 2 {
		return nil, nil, p.Misuse("missing operand")
	}
	var data [2][]byte
	for i, name := range names {
		r, done, err := p.input(name)
		if err != nil {
			p.Fail("%s: %s", name, files.Reason(err))
			return nil, nil, 2
		}
		data[i] = p.slurp(r)
		done()
	}
	return data[0], data[1], 0
}

func xxdUtility(p *Process) int {
	o, names, err := parseOptions(p.Args[1:], "p", "lsc")
	if err != nil {
		return p.Misuse("%v", err)
	}
	limit := 0
	if err := numberInto(o, 'l', &limit); err != nil {
		return p.Fail("%v", err)
	}
	return p.eachInput(names, func(_ string, r io.Reader) {
		data := p.slurp(r)
		if o.has('l') {
			data = data[:min(len(data), limit)]
		}
		if o.has('p') {
			writeWrapped(p.Stdout, fmt.Sprintf("%x", data), 60)
			return
		}
		out := p.buffer()
		for i := 0; i < len(data); i += 16 {
			row := data[i:min(len(data), i+16)]
			hex := ""
			for j := 0; j < len(row); j += 2 {
				hex += fmt.Sprintf("%x ", row[j:min(len(row), j+2)])
			}
			fmt.Fprintf(out, "%08x: %-40s %s\n", i, hex, printable(row))
		}
		_ = out.Flush()
	})
}

func printable(row []byte) string {
	text := bytes.Clone(row)
	for i, c := range text {
		if c < ' ' || c > '~' {
			text[i] = '.'
		}
	}
	return string(text)
}

func odUtility(p *Process) int {
	o, names, err := parseOptions(p.Args[1:], "cxbv", "AtN")
	if err != nil {
		return p.Misuse("%v", err)
	}
	kind, _ := o.value('t')
	base, _ := o.value('A')
	return p.eachInput(names, func(_ string, r io.Reader) {
		data := p.slurp(r)
		out := p.buffer()
		for i := 0; i < len(data); i += 16 {
			fmt.Fprintf(out, "%s%s\n", odOffset(base, i), odRow(data[i:min(len(data), i+16)], o, kind))
		}
		if base != "n" {
			fmt.Fprintln(out, odOffset(base, len(data)))
		}
		_ = out.Flush()
	})
}

func odOffset(base string, n int) string {
	switch base {
	case "n":
		return ""
	case "x":
		return fmt.Sprintf("%06x", n)
	case "d":
		return fmt.Sprintf("%07d", n)
	}
	return fmt.Sprintf("%07o", n)
}

func odRow(row []byte, o optionSet, kind string) string {
	var b strings.Builder
	switch {
	case o.has('c') || kind == "c":
		names := map[byte]string{0: `\0`, 7: `\a`, 8: `\b`, 9: `\t`, 10: `\n`, 11: `\v`, 12: `\f`, 13: `\r`}
		for _, c := range row {
			text, ok := names[c]
			if !ok && (c < ' ' || c > '~') {
				text = fmt.Sprintf("%03o", c)
			} else if !ok {
				text = string(c)
			}
			fmt.Fprintf(&b, "%4s", text)
		}
	case strings.HasPrefix(kind, "x1"):
		for _, c := range row {
			fmt.Fprintf(&b, " %02x", c)
		}
	default:
		format := " %06o"
		if o.has('x') || kind == "x2" {
			format = " %04x"
		}
		for i := 0; i < len(row); i += 2 {
			n := int(row[i])
			if i+1 < len(row) {
				n |= int(row[i+1]) << 8
			}
			fmt.Fprintf(&b, format, n)
		}
	}
	return b.String()
}
