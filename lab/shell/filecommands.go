package shell

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"quorumlab/lab/files"
)

func mkdirUtility(p *Process) int {
	o, names, err := parseOptions(p.Args[1:], "pv", "m", "p=parents", "m=mode")
	if err != nil {
		return p.Misuse("%v", err)
	}
	if len(names) == 0 {
		return p.Fail("missing operand")
	}
	mode, code := fs.FileMode(0o755), 0
	if m, ok := o.value('m'); ok {
		n, err := strconv.ParseUint(m, 8, 12)
		if err != nil {
			return p.Fail("invalid mode ‘%s’", m)
		}
		mode = fs.FileMode(n)
	}
	make := p.FS.Mkdir
	if o.has('p') {
		make = p.FS.MkdirAll
	}
	for _, name := range names {
		if err := make(p.Path(name), mode); err != nil {
			code = p.Fail("cannot create directory ‘%s’: %s", name, files.Reason(err))
		}
	}
	return code
}

func rmdirUtility(p *Process) int {
	code := 0
	for _, name := range p.Args[1:] {
		entry, err := p.FS.Stat(p.Path(name))
		if err == nil && !entry.IsDir() {
			err = files.ErrNotDirectory
		}
		if err == nil {
			err = p.FS.Remove(p.Path(name))
		}
		if err != nil {
			code = p.Fail("failed to remove '%s': %s", name, files.Reason(err))
		}
	}
	return code
}

func rmUtility(p *Process) int {
	o, names, err := parseOptions(p.Args[1:], "rRfvid", "", "r=recursive", "f=force")
	if err != nil {
		return p.Misuse("%v", err)
	}
	if len(names) == 0 && !o.has('f') {
		return p.Fail("missing operand")
	}
	code := 0
	for _, name := range names {
		if err := rmOne(p, name, o.has('r') || o.has('R'), o.has('f')); err != nil {
			code = p.Fail("cannot remove '%s': %s", name, files.Reason(err))
		} else if o.has('v') {
			fmt.Fprintf(p.Stdout, "removed '%s'\n", name)
		}
	}
	return code
}

func rmOne(p *Process, name string, recursive, force bool) error {
	full := p.Path(name)
	entry, err := p.FS.Stat(full)
	switch {
	case errors.Is(err, fs.ErrNotExist) && force:
		return nil
	case err != nil:
		return err
	case full == "/" || full == p.Dir || strings.HasPrefix(p.Dir, full+"/"):
		return fmt.Errorf("refusing to remove the current directory or one above it")
	case entry.IsDir() && !recursive:
		return files.ErrIsDirectory
	case recursive:
		return p.FS.RemoveAll(full)
	}
	return p.FS.Remove(full)
}

func touchUtility(p *Process) int {
	o, names, err := parseOptions(p.Args[1:], "cam", "dt")
	if err != nil {
		return p.Misuse("%v", err)
	}
	if len(names) == 0 {
		return p.Fail("missing file operand")
	}
	code := 0
	for _, name := range names {
		if _, err := p.FS.Stat(p.Path(name)); err != nil && o.has('c') {
			continue
		}
		if err := p.FS.Touch(p.Path(name)); err != nil {
			code = p.Fail("cannot touch '%s': %s", name, files.Reason(err))
		}
	}
	return code
}

func chmodUtility(p *Process) int {
	if len(p.Args) < 3 {
		return p.Fail("missing operand")
	}
	code := 0
	for _, name := range p.Args[2:] {
		entry, err := p.FS.Stat(p.Path(name))
		if err != nil {
			code = p.Fail("cannot access '%s': %s", name, files.Reason(err))
			continue
		}
		mode, err := newMode(p.Args[1], entry.Mode.Perm())
		if err != nil {
			return p.Fail("invalid mode: ‘%s’", p.Args[1])
		}
		if err := p.FS.Chmod(p.Path(name), mode); err != nil {
			code = p.Fail("changing permissions of '%s': %s", name, files.Reason(err))
		}
	}
	return code
}

// newMode reads 0640 or u+x,go-w.
func newMode(text string, mode fs.FileMode) (fs.FileMode, error) {
	if n, err := strconv.ParseUint(text, 8, 12); err == nil {
		return fs.FileMode(n), nil
	}
	for _, clause := range strings.Split(text, ",") {
		at := strings.IndexAny(clause, "+-=")
		if at < 0 {
			return 0, fs.ErrInvalid
		}
		who, bits := fs.FileMode(0), fs.FileMode(0)
		for _, letter := range clause[:at] {
			who |= map[rune]fs.FileMode{'u': 0o700, 'g': 0o070, 'o': 0o007, 'a': 0o777}[letter]
		}
		if at == 0 {
			who = 0o777
		}
		for _, letter := range clause[at+1:] {
			bit, ok := map[rune]fs.FileMode{'r': 0o444, 'w': 0o222, 'x': 0o111}[letter]
			if !ok {
				return 0, fs.ErrInvalid
			}
			bits |= bit
		}
		switch clause[at] {
		case '+':
			mode |= bits & who
		case '-':
			mode &^= bits & who
		case '=':
			mode = mode&^who | bits&who
		}
	}
	return mode, nil
}

// targets pairs each source of cp or mv with where it goes.
func targets(p *Process, names []string) (pairs [][2]string, err error) {
	if len(names) == 0 {
		return nil, fmt.Errorf("missing file operand")
	}
	if len(names) == 1 {
		return nil, fmt.Errorf("missing destination file operand after '%s'", names[0])
	}
	sources, target := names[:len(names)-1], names[len(names)-1]
	entry, err := p.FS.Stat(p.Path(target))
	into := err == nil && entry.IsDir()
	if len(sources) > 1 && !into {
		return nil, fmt.Errorf("target '%s': Not a directory", target)
	}
	for _, source := range sources {
		to := target
		if into {
			to = strings.TrimRight(target, "/") + "/" + path.Base(p.Path(source))
		}
		pairs = append(pairs, [2]string{source, to})
	}
	return pairs, nil
}

func cpUtility(p *Process) int {
	o, names, err := parseOptions(p.Args[1:], "rRapfv", "", "r=recursive")
	if err != nil {
		return p.Misuse("%v", err)
	}
	pairs, err := targets(p, names)
	if err != nil {
		return p.Fail("%v", err)
	}
	code := 0
	for _, pair := range pairs {
		code = max(code, copyTree(p, pair[0], pair[1], o.has('r') || o.has('R') || o.has('a')))
	}
	return code
}

// copyTree copies a file, or a directory with what is in it.
func copyTree(p *Process, from, to string, recursive bool) int {
	p.step()
	source, target := p.Path(from), p.Path(to)
	entry, err := p.FS.Stat(source)
	switch {
	case err != nil:
		return p.Fail("cannot stat '%s': %s", from, files.Reason(err))
	case source == target:
		return p.Fail("'%s' and '%s' are the same file", from, to)
	case entry.IsDir() && !recursive:
		return p.Fail("-r not specified; omitting directory '%s'", from)
	case entry.IsDir() && strings.HasPrefix(target+"/", source+"/"):
		return p.Fail("cannot copy a directory, '%s', into itself, '%s'", from, to)
	case entry.IsDir():
		return copyDirectory(p, from, to, entry.Mode.Perm())
	}
	if err := copyFile(p, source, target, entry.Mode.Perm()); err != nil {
		return p.Fail("cannot create regular file '%s': %s", to, files.Reason(err))
	}
	return 0
}

func copyDirectory(p *Process, from, to string, mode fs.FileMode) int {
	if err := p.FS.MkdirAll(p.Path(to), mode); err != nil {
		return p.Fail("cannot create directory '%s': %s", to, files.Reason(err))
	}
	entries, err := p.FS.ReadDir(p.Path(from))
	if err != nil {
		return p.Fail("cannot access '%s': %s", from, files.Reason(err))
	}
	code := 0
	for _, entry := range entries {
		code = max(code, copyTree(p, path.Join(from, entry.Name), path.Join(to, entry.Name), true))
	}
	return code
}

func copyFile(p *Process, from, to string, mode fs.FileMode) error {
	in, err := p.FS.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := p.FS.Create(to, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, &fatalReader{p: p, r: in})
	if closed := out.Close(); err == nil {
		err = closed
	}
	return err
}

func mvUtility(p *Process) int {
	o, names, err := parseOptions(p.Args[1:], "fnvi", "")
	if err != nil {
		return p.Misuse("%v", err)
	}
	pairs, err := targets(p, names)
	if err != nil {
		return p.Fail("%v", err)
	}
	code := 0
	for _, pair := range pairs {
		if _, err := p.FS.Stat(p.Path(pair[1])); err == nil && o.has('n') {
			continue
		}
		code = max(code, move(p, pair[0], pair[1]))
	}
	return code
}

// move renames, or copies and removes where a rename cannot reach.
func move(p *Process, from, to string) int {
	err := p.FS.Rename(p.Path(from), p.Path(to))
	switch {
	case err == nil:
		return 0
	case !errors.Is(err, files.ErrCrossDevice):
		if _, missing := p.FS.Stat(p.Path(from)); missing != nil {
			return p.Fail("cannot stat '%s': %s", from, files.Reason(missing))
		}
		return p.Fail("cannot move '%s' to '%s': %s", from, to, files.Reason(err))
	}
	if code := copyTree(p, from, to, true); code != 0 {
		return code
	}
	if err := p.FS.RemoveAll(p.Path(from)); err != nil {
		return p.Fail("cannot remove '%s': %s", from, files.Reason(err))
	}
	return 0
}

// lsUtility lists: columns on a terminal, one a line elsewhere.
func lsUtility(p *Process) int {
	o, names, err := parseOptions(p.Args[1:], "la1dhRtrAFS", "", "a=all", "R=recursive")
	if err != nil {
		return p.Misuse("%v", err)
	}
	if len(names) == 0 {
		names = []string{"."}
	}
	l := &lister{p: p, o: o}
	var plain, dirs []files.Entry
	for _, name := range names {
		entry, err := p.FS.Stat(p.Path(name))
		if err != nil {
			p.Fail("cannot access '%s': %s", name, files.Reason(err))
			l.code = 2
			continue
		}
		entry.Name = name
		if entry.IsDir() && !o.has('d') {
			dirs = append(dirs, entry)
		} else {
			plain = append(plain, entry)
		}
	}
	l.print(plain)
	for i, dir := range dirs {
		if i > 0 || len(plain) > 0 {
			fmt.Fprintln(p.Stdout)
		}
		l.directory(dir.Name, len(names) > 1 || o.has('R'))
	}
	return l.code
}

type lister struct {
	p    *Process
	o    optionSet
	code int
}

func (l *lister) directory(name string, titled bool) {
	p := l.p
	p.step()
	entries, err := p.FS.ReadDir(p.Path(name))
	if err != nil {
		p.Fail("cannot open directory '%s': %s", name, files.Reason(err))
		l.code = 2
		return
	}
	if titled {
		fmt.Fprintf(p.Stdout, "%s:\n", name)
	}
	if !l.o.has('a') && !l.o.has('A') {
		entries = slices.DeleteFunc(entries, func(e files.Entry) bool { return strings.HasPrefix(e.Name, ".") })
	}
	if l.o.has('a') {
		here, _ := p.FS.Stat(p.Path(name))
		above := here
		here.Name, above.Name = ".", ".."
		entries = append([]files.Entry{here, above}, entries...)
	}
	if l.o.has('l') {
		blocks := int64(0)
		for _, e := range entries {
			blocks += (e.Bytes + 4095) / 4096 * 4
		}
		fmt.Fprintf(p.Stdout, "total %d\n", blocks)
	}
	l.print(entries)
	if !l.o.has('R') {
		return
	}
	for _, e := range entries {
		if e.IsDir() && e.Name != "." && e.Name != ".." {
			fmt.Fprintln(p.Stdout)
			l.directory(path.Join(name, e.Name), true)
		}
	}
}

func (l *lister) print(entries []files.Entry) {
	switch {
	case l.o.has('t'):
		slices.SortStableFunc(entries, func(a, b files.Entry) int { return b.Time.Compare(a.Time) })
	case l.o.has('S'):
		slices.SortStableFunc(entries, func(a, b files.Entry) int { return int(b.Bytes - a.Bytes) })
	}
	if l.o.has('r') {
		slices.Reverse(entries)
	}
	switch {
	case l.o.has('l'):
		l.long(entries)
	case l.p.Terminal && !l.o.has('1'):
		l.columns(entries)
	default:
		out := l.p.buffer()
		for _, e := range entries {
			fmt.Fprintln(out, l.name(e))
		}
		_ = out.Flush()
	}
}

func (l *lister) name(e files.Entry) string {
	if l.o.has('F') && e.IsDir() {
		return e.Name + "/"
	}
	return e.Name
}

func (l *lister) long(entries []files.Entry) {
	width := 1
	for _, e := range entries {
		width = max(width, len(l.size(e)))
	}
	out := l.p.buffer()
	for _, e := range entries {
		fmt.Fprintf(out, "%s %d learner learner %*s %s %s\n", modeText(e.Mode), 1+oneIf(e.IsDir()), width, l.size(e),
			e.Time.UTC().Format("Jan _2 15:04"), l.name(e))
	}
	_ = out.Flush()
}

func (l *lister) size(e files.Entry) string {
	n := e.Bytes
	if e.IsDir() && n == 0 {
		n = 4096
	}
	if !l.o.has('h') {
		return strconv.FormatInt(n, 10)
	}
	return humanSize(n)
}

// humanSize writes a size as ls -h: rounded up, K M G of 1024.
func humanSize(n int64) string {
	if n < 1024 {
		return strconv.FormatInt(n, 10)
	}
	size, unit := float64(n)/1024, 0
	for size >= 1023.5 && unit < 2 {
		size, unit = size/1024, unit+1
	}
	if size < 10 {
		return fmt.Sprintf("%.1f%c", float64(int64(size*10+0.999999))/10, "KMG"[unit])
	}
	return fmt.Sprintf("%d%c", int64(size+0.999999), "KMG"[unit])
}

func modeText(mode fs.FileMode) string {
	text := []byte("-rwxrwxrwx")
	switch {
	case mode.IsDir():
		text[0] = 'd'
	case mode&fs.ModeCharDevice != 0:
		text[0] = 'c'
	}
	for i := range 9 {
		if mode&(1<<(8-i)) == 0 {
			text[i+1] = '-'
		}
	}
	return string(text)
}

// columns writes names below each other in as many columns as fit in 80.
func (l *lister) columns(entries []files.Entry) {
	if len(entries) == 0 {
		return
	}
	widest := 0
	for _, e := range entries {
		widest = max(widest, len(l.name(e))+2)
	}
	columns := min(max(1, 80/widest), len(entries))
	rows := (len(entries) + columns - 1) / columns
	out := l.p.buffer()
	for row := range rows {
		line := ""
		for i := row; i < len(entries); i += rows {
			line += fmt.Sprintf("%-*s", widest, l.name(entries[i]))
		}
		fmt.Fprintln(out, strings.TrimRight(line, " "))
	}
	_ = out.Flush()
}

// findUtility walks trees in the order of names.
func findUtility(p *Process) int {
	f := &finder{p: p, deepest: files.MaxDepth}
	paths, err := f.parse(p.Args[1:])
	if err != nil {
		return p.Fail("%v", err)
	}
	for _, start := range paths {
		entry, err := p.FS.Stat(p.Path(start))
		if err != nil {
			f.code = p.Fail("‘%s’: %s", start, files.Reason(err))
			continue
		}
		entry.Name = path.Base(start)
		f.walk(start, entry, 0)
	}
	return f.code
}

type finder struct {
	p       *Process
	tests   []func(name string, e files.Entry) bool
	shallow int
	deepest int
	remove  bool
	nulls   bool
	code    int
}

func (f *finder) parse(args []string) (paths []string, err error) {
	for len(args) > 0 && !strings.HasPrefix(args[0], "-") && args[0] != "!" {
		paths, args = append(paths, args[0]), args[1:]
	}
	if len(paths) == 0 {
		paths = []string{"."}
	}
	negated := false
	for i := 0; i < len(args); i++ {
		word := args[i]
		switch word {
		case "-print", "-a":
			continue
		case "-print0":
			f.nulls = true
			continue
		case "-delete":
			f.remove = true
			continue
		case "!", "-not":
			negated = true
			continue
		case "-empty":
			f.test(&negated, f.isEmpty)
			continue
		}
		if i+1 == len(args) {
			return nil, fmt.Errorf("missing argument to `%s'", word)
		}
		i++
		if err := f.valued(word, args[i], &negated); err != nil {
			return nil, err
		}
	}
	return paths, nil
}

func (f *finder) test(negated *bool, holds func(string, files.Entry) bool) {
	not := *negated
	*negated = false
	f.tests = append(f.tests, func(name string, e files.Entry) bool { return holds(name, e) != not })
}

func (f *finder) isEmpty(name string, e files.Entry) bool {
	if !e.IsDir() {
		return e.Bytes == 0
	}
	entries, err := f.p.FS.ReadDir(f.p.Path(name))
	return err == nil && len(entries) == 0
}

func (f *finder) valued(word, value string, negated *bool) error {
	switch word {
	case "-name":
		f.test(negated, func(_ string, e files.Entry) bool { return matches(value, e.Name) })
	case "-iname":
		f.test(negated, func(_ string, e files.Entry) bool { return matches(strings.ToLower(value), strings.ToLower(e.Name)) })
	case "-path":
		f.test(negated, func(name string, _ files.Entry) bool { return matches(value, name) })
	case "-type":
		if value != "f" && value != "d" {
			return fmt.Errorf("unknown argument to -type: %s", value)
		}
		f.test(negated, func(_ string, e files.Entry) bool { return e.IsDir() == (value == "d") })
	case "-size":
		return f.size(value, negated)
	case "-maxdepth", "-mindepth":
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			return fmt.Errorf("expected a positive decimal integer argument to %s, but got ‘%s’", word, value)
		}
		if word == "-maxdepth" {
			f.deepest = n
		} else {
			f.shallow = n
		}
	default:
		return fmt.Errorf("unknown predicate `%s'", word)
	}
	return nil
}

func (f *finder) size(value string, negated *bool) error {
	digits := strings.TrimLeft(value, "+-")
	unit := int64(512)
	if n := len(digits); n > 0 {
		if u, ok := map[byte]int64{'c': 1, 'k': 1 << 10, 'M': 1 << 20, 'G': 1 << 30}[digits[n-1]]; ok {
			unit, digits = u, digits[:n-1]
		}
	}
	n, err := strconv.ParseInt(digits, 10, 32)
	if err != nil {
		return fmt.Errorf("invalid argument `%s' to `-size'", value)
	}
	f.test(negated, func(_ string, e files.Entry) bool {
		units := (e.Bytes + unit - 1) / unit
		switch value[0] {
		case '+':
			return units > n
		case '-':
			return units < n
		}
		return units == n
	})
	return nil
}

func (f *finder) walk(name string, e files.Entry, depth int) {
	if f.remove {
		f.below(name, e, depth)
		f.visit(name, e, depth)
		return
	}
	f.visit(name, e, depth)
	f.below(name, e, depth)
}

func (f *finder) visit(name string, e files.Entry, depth int) {
	if depth < f.shallow {
		return
	}
	for _, holds := range f.tests {
		if !holds(name, e) {
			return
		}
	}
	switch {
	case f.remove && name != ".":
		if err := f.p.FS.Remove(f.p.Path(name)); err != nil {
			f.code = f.p.Fail("cannot delete ‘%s’: %s", name, files.Reason(err))
		}
	case f.nulls:
		fmt.Fprint(f.p.Stdout, name+"\x00")
	case !f.remove:
		fmt.Fprintln(f.p.Stdout, name)
	}
}

func (f *finder) below(name string, e files.Entry, depth int) {
	if !e.IsDir() || depth >= f.deepest {
		return
	}
	f.p.step()
	entries, err := f.p.FS.ReadDir(f.p.Path(name))
	if err != nil {
		f.code = f.p.Fail("‘%s’: %s", name, files.Reason(err))
		return
	}
	for _, entry := range entries {
		f.walk(strings.TrimSuffix(name, "/")+"/"+entry.Name, entry, depth+1)
	}
}
