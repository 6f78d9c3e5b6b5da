package shell

import (
	"bufio"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// utilities are the commands that need no more than a process: streams, files
// and time. They behave as GNU's for their common flags.
var utilities = map[string]Command{
	"awk":       awkUtility,
	"base64":    base64Utility,
	"basename":  basenameUtility,
	"cat":       catUtility,
	"chmod":     chmodUtility,
	"cmp":       cmpUtility,
	"cp":        cpUtility,
	"cut":       cutUtility,
	"date":      dateUtility,
	"diff":      diffUtility,
	"dirname":   dirnameUtility,
	"echo":      echoUtility,
	"find":      findUtility,
	"grep":      grepUtility,
	"egrep":     grepUtility,
	"fgrep":     grepUtility,
	"head":      headUtility,
	"hostname":  hostnameUtility,
	"ls":        lsUtility,
	"md5sum":    func(p *Process) int { return sumUtility(p, md5.New) },
	"mkdir":     mkdirUtility,
	"mv":        mvUtility,
	"nl":        nlUtility,
	"od":        odUtility,
	"paste":     pasteUtility,
	"printf":    printfUtility,
	"rm":        rmUtility,
	"rmdir":     rmdirUtility,
	"sed":       sedUtility,
	"seq":       seqUtility,
	"sha256sum": func(p *Process) int { return sumUtility(p, sha256.New) },
	"sleep":     sleepUtility,
	"sort":      sortUtility,
	"tac":       tacUtility,
	"tail":      tailUtility,
	"tee":       teeUtility,
	"touch":     touchUtility,
	"tr":        trUtility,
	"uname":     unameUtility,
	"uniq":      uniqUtility,
	"wc":        wcUtility,
	"whoami":    whoamiUtility,
	"xxd":       xxdUtility,
	"yes":       yesUtility,
}

// usages are what `help NAME` and completion know of our own commands.
var usages = map[string]string{
	"awk":       "awk [-F SEPARATOR] [-v NAME=VALUE] 'PROGRAM' [FILE]...",
	"base64":    "base64 [-d] [-w COLUMNS] [FILE]",
	"cat":       "cat [-n] [FILE]...",
	"cd":        "cd [DIRECTORY | -]",
	"chmod":     "chmod MODE FILE...",
	"cmp":       "cmp [-s] FILE1 FILE2",
	"cp":        "cp [-r] SOURCE... TARGET",
	"cut":       "cut -f LIST [-d DELIMITER] [-s] [FILE]... | cut -c LIST [FILE]...",
	"date":      "date [-u] [-d @SECONDS] [+FORMAT]",
	"diff":      "diff [-u] [-q] FILE1 FILE2",
	"echo":      "echo [-n] [-e] [TEXT]...",
	"find":      "find [PATH]... [-maxdepth N] [-type f|d] [-name PATTERN] [-size +N] [-delete]",
	"grep":      "grep [-qvicnEFowrlhHx] [-m N] [-A N] [-B N] [-C N] PATTERN [FILE]...",
	"head":      "head [-n LINES | -c BYTES] [FILE]...",
	"history":   "history [N | -c]",
	"ls":        "ls [-l] [-a] [-1] [-d] [-h] [-R] [-t] [-r] [FILE]...",
	"mkdir":     "mkdir [-p] DIRECTORY...",
	"mv":        "mv SOURCE... TARGET",
	"od":        "od [-c] [-x] [FILE]",
	"printf":    "printf FORMAT [ARGUMENT]...",
	"read":      "read [-r] [-p PROMPT] [-t SECONDS] [NAME]...",
	"rm":        "rm [-r] [-f] FILE...",
	"sed":       "sed [-n] [-E] [-i] 'SCRIPT' [FILE]...   (s, p, d, q, y, a, i, c, =, addresses, !)",
	"seq":       "seq [-s SEPARATOR] [-w] [FIRST [STEP]] LAST",
	"sha256sum": "sha256sum [-c] [FILE]...",
	"sleep":     "sleep SECONDS   (virtual time; 500ms, 2s, 1m and 1h are understood)",
	"sort":      "sort [-n] [-r] [-u] [-k N[,M]] [-t SEPARATOR] [FILE]...",
	"tail":      "tail [-n LINES | -n +LINE] [FILE]...",
	"tee":       "tee [-a] [FILE]...",
	"test":      "test EXPRESSION   ([ EXPRESSION ]; -f -d -e -s -z -n = != -eq -ne -lt -le -gt -ge)",
	"timeout":   "timeout SECONDS COMMAND [ARGUMENT]...",
	"tr":        "tr [-d] [-s] [-c] SET1 [SET2]",
	"uniq":      "uniq [-c] [-d] [-u] [FILE]",
	"wait":      "wait [PID | %JOB]...",
	"watch":     "watch [-n SECONDS] COMMAND [ARGUMENT]...   (ends by Ctrl-C)",
	"wc":        "wc [-l] [-w] [-c] [-m] [FILE]...",
	"xargs":     "xargs [-n MAX] [-I TEXT] [-r] [-0] [COMMAND [ARGUMENT]...]",
	"xxd":       "xxd [-p] [-l BYTES] [FILE]",
}

func catUtility(p *Process) int {
	o, names, err := parseOptions(p.Args[1:], "nAu", "")
	if err != nil {
		return p.Misuse("%v", err)
	}
	n := 0
	return p.eachInput(names, func(_ string, r io.Reader) {
		if !o.has('n') {
			_, _ = io.Copy(p.Stdout, r)
			return
		}
		for line := range p.lines(r) {
			n++
			fmt.Fprintf(p.Stdout, "%6d\t%s\n", n, line)
		}
	})
}

func tacUtility(p *Process) int {
	lines, code := p.allLines(p.Args[1:])
	out := p.buffer()
	for _, line := range slices.Backward(lines) {
		fmt.Fprintln(out, line)
	}
	_ = out.Flush()
	return code
}

func nlUtility(p *Process) int {
	out, n := p.buffer(), 0
	code := p.eachInput(p.Args[1:], func(_ string, r io.Reader) {
		for line := range p.lines(r) {
			if line == "" {
				fmt.Fprintln(out, "       ")
				continue
			}
			n++
			fmt.Fprintf(out, "%6d\t%s\n", n, line)
		}
	})
	_ = out.Flush()
	return code
}

func echoUtility(p *Process) int {
	args, newline, escapes := p.Args[1:], true, false
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' && strings.Trim(args[0][1:], "neE") == "" {
		for _, letter := range args[0][1:] {
			switch letter {
			case 'n':
				newline = false
			case 'e':
				escapes = true
			case 'E':
				escapes = false
			}
		}
		args = args[1:]
	}
	text := strings.Join(args, " ")
	if escapes {
		var stop bool
		if text, stop = unescape(text, true); stop {
			newline = false
		}
	}
	if newline {
		text += "\n"
	}
	_, _ = io.WriteString(p.Stdout, text)
	return 0
}

func teeUtility(p *Process) int {
	o, names, err := parseOptions(p.Args[1:], "ai", "")
	if err != nil {
		return p.Misuse("%v", err)
	}
	open, code := p.FS.Create, 0
	if o.has('a') {
		open = p.FS.Append
	}
	outs := []io.Writer{p.Stdout}
	for _, name := range names {
		file, err := open(p.Path(name), 0o644)
		if err != nil {
			code = p.fileFail(name, err)
			continue
		}
		defer file.Close()
		outs = append(outs, file)
	}
	if _, err := io.Copy(io.MultiWriter(outs...), p.Stdin); err != nil {
		return p.Fail("%v", err)
	}
	return code
}

func basenameUtility(p *Process) int {
	if len(p.Args) < 2 {
		return p.Fail("missing operand")
	}
	base := path.Base(p.Args[1])
	if len(p.Args) > 2 && base != p.Args[2] {
		base = strings.TrimSuffix(base, p.Args[2])
	}
	fmt.Fprintln(p.Stdout, base)
	return 0
}

func dirnameUtility(p *Process) int {
	if len(p.Args) < 2 {
		return p.Fail("missing operand")
	}
	for _, name := range p.Args[1:] {
		fmt.Fprintln(p.Stdout, path.Dir(strings.TrimRight(name, "/")+strings.Repeat("/", oneIf(strings.Trim(name, "/") == ""))))
	}
	return 0
}

func sleepUtility(p *Process) int {
	if len(p.Args) < 2 {
		return p.Fail("missing operand")
	}
	var total time.Duration
	for _, arg := range p.Args[1:] {
		d, err := seconds(arg)
		if err != nil {
			return p.Fail("%v", err)
		}
		total = min(total+d, 1<<61)
	}
	if p.Sleep(total) != nil {
		return codeInterrupted
	}
	return 0
}

func seqUtility(p *Process) int {
	o, args, err := parseSeq(p.Args[1:])
	if err != nil {
		return p.Misuse("%v", err)
	}
	numbers := make([]float64, len(args))
	decimals := 0
	for i, arg := range args {
		if numbers[i], err = strconv.ParseFloat(arg, 64); err != nil || numbers[i]-numbers[i] != 0 {
			return p.Fail("invalid floating point argument: ‘%s’", arg)
		}
		if dot := strings.IndexByte(arg, '.'); dot >= 0 && i < 2 {
			decimals = max(decimals, len(arg)-dot-1)
		}
	}
	first, step, last := 1.0, 1.0, 0.0
	switch len(numbers) {
	case 1:
		last = numbers[0]
	case 2:
		first, last = numbers[0], numbers[1]
	case 3:
		first, step, last = numbers[0], numbers[1], numbers[2]
	default:
		return p.Fail("expected one to three numbers")
	}
	if step == 0 {
		return p.Fail("invalid Zero increment value: ‘%s’", args[1])
	}
	separator, ok := o.value('s')
	if !ok {
		separator = "\n"
	}
	width := 0
	if o.has('w') {
		width = max(len(strconv.FormatFloat(first, 'f', decimals, 64)), len(strconv.FormatFloat(last, 'f', decimals, 64)))
	}
	printSequence(p, first, step, last, func(n float64) string {
		return fmt.Sprintf("%0*s", width, strconv.FormatFloat(n, 'f', decimals, 64))
	}, separator)
	return 0
}

func printSequence(p *Process, first, step, last float64, format func(float64) string, separator string) {
	out, round := p.buffer(), 0
	for i := 0; ; i++ {
		n := first + float64(i)*step
		if step > 0 && n > last+step/1e9 || step < 0 && n < last+step/1e9 {
			break
		}
		if i > 0 {
			_, _ = out.WriteString(separator)
		}
		_, _ = out.WriteString(format(n))
		p.tick(&round)
	}
	if round > 0 {
		_, _ = out.WriteString("\n")
	}
	_ = out.Flush()
}

// parseSeq keeps negative numbers from being options.
func parseSeq(args []string) (optionSet, []string, error) {
	for i, arg := range args {
		if len(arg) > 1 && arg[0] == '-' && (arg[1] >= '0' && arg[1] <= '9' || arg[1] == '.') {
			args = slices.Insert(slices.Clone(args), i, "--")
			break
		}
	}
	return parseOptions(args, "w", "sf")
}

func yesUtility(p *Process) int {
	text := "y"
	if len(p.Args) > 1 {
		text = strings.Join(p.Args[1:], " ")
	}
	for {
		p.step()
		_, _ = io.WriteString(p.Stdout, strings.Repeat(text+"\n", 1+1024/(len(text)+1)))
	}
}

func whoamiUtility(p *Process) int {
	fmt.Fprintln(p.Stdout, "learner")
	return 0
}

func hostnameUtility(p *Process) int {
	fmt.Fprintln(p.Stdout, p.Host)
	return 0
}

func unameUtility(p *Process) int {
	o, _, err := parseOptions(p.Args[1:], "asnrvmpio", "")
	switch {
	case err != nil:
		return p.Misuse("%v", err)
	case o.has('a'):
		fmt.Fprintf(p.Stdout, "Linux %s 6.12.0-quorumlab wasm32 GNU/Linux\n", p.Host)
	case o.has('n'):
		fmt.Fprintln(p.Stdout, p.Host)
	case o.has('r'):
		fmt.Fprintln(p.Stdout, "6.12.0-quorumlab")
	case o.has('m'):
		fmt.Fprintln(p.Stdout, "wasm32")
	default:
		fmt.Fprintln(p.Stdout, "Linux")
	}
	return 0
}

func base64Utility(p *Process) int {
	o, names, err := parseOptions(p.Args[1:], "di", "w", "d=decode", "w=wrap")
	if err != nil {
		return p.Misuse("%v", err)
	}
	columns := 76
	if w, ok := o.value('w'); ok {
		if columns, err = strconv.Atoi(w); err != nil || columns < 0 {
			return p.Fail("invalid wrap size: ‘%s’", w)
		}
	}
	bad := false
	code := p.eachInput(names, func(_ string, r io.Reader) {
		data := p.slurp(r)
		if o.has('d') {
			text := strings.Join(strings.Fields(string(data)), "")
			decoded, err := base64.StdEncoding.DecodeString(text)
			_, _ = p.Stdout.Write(decoded)
			if err != nil {
				p.Fail("invalid input")
				bad = true
			}
			return
		}
		writeWrapped(p.Stdout, base64.StdEncoding.EncodeToString(data), columns)
	})
	return max(code, oneIf(bad))
}

func writeWrapped(w io.Writer, text string, columns int) {
	out := bufio.NewWriter(w)
	for columns > 0 && len(text) > columns {
		fmt.Fprintln(out, text[:columns])
		text = text[columns:]
	}
	_, _ = out.WriteString(text)
	if columns > 0 && text != "" {
		_, _ = out.WriteString("\n")
	}
	_ = out.Flush()
}

// sumUtility is sha256sum and md5sum; -c checks a list of sums.
func sumUtility(p *Process, make func() hash.Hash) int {
	o, names, err := parseOptions(p.Args[1:], "bct", "", "c=check")
	if err != nil {
		return p.Misuse("%v", err)
	}
	if o.has('c') {
		return checkSums(p, names, make)
	}
	return p.eachInput(names, func(name string, r io.Reader) {
		h := make()
		_, _ = io.Copy(h, r)
		fmt.Fprintf(p.Stdout, "%x  %s\n", h.Sum(nil), name)
	})
}

func checkSums(p *Process, names []string, make func() hash.Hash) int {
	lists, code := p.allLines(names)
	failed := 0
	for _, line := range lists {
		want, name, ok := strings.Cut(line, " ")
		if name = strings.TrimLeft(name, " *"); !ok {
			continue
		}
		r, done, err := p.input(name)
		if err != nil {
			p.fileFail(name, err)
			fmt.Fprintf(p.Stdout, "%s: FAILED open or read\n", name)
			failed++
			continue
		}
		h := make()
		_, _ = io.Copy(h, r)
		done()
		if fmt.Sprintf("%x", h.Sum(nil)) != want {
			fmt.Fprintf(p.Stdout, "%s: FAILED\n", name)
			failed++
			continue
		}
		fmt.Fprintf(p.Stdout, "%s: OK\n", name)
	}
	if failed > 0 {
		return p.Fail("WARNING: %d computed checksum(s) did NOT match", failed)
	}
	return code
}

// dateUtility shows the virtual wall clock.
func dateUtility(p *Process) int {
	o, args, err := parseOptions(p.Args[1:], "uR", "dI", "d=date", "u=utc")
	if err != nil {
		return p.Fail("%v", err)
	}
	now := p.Now().UTC()
	if d, ok := o.value('d'); ok {
		if now, err = parseDate(d, now); err != nil {
			return p.Fail("invalid date ‘%s’", d)
		}
	}
	format := "+%a %b %e %H:%M:%S UTC %Y"
	if len(args) > 0 {
		format = args[0]
	}
	if !strings.HasPrefix(format, "+") {
		return p.Fail("invalid date ‘%s’", format)
	}
	fmt.Fprintln(p.Stdout, strftime(now, format[1:]))
	return 0
}

func parseDate(text string, now time.Time) (time.Time, error) {
	if text == "now" {
		return now, nil
	}
	if s, ok := strings.CutPrefix(text, "@"); ok {
		n, err := strconv.ParseInt(s, 10, 64)
		return time.Unix(n, 0).UTC(), err
	}
	for _, layout := range []string{time.RFC3339, time.DateTime, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return now, fmt.Errorf("invalid date")
}

// strftime formats a time by date's % sequences.
func strftime(t time.Time, format string) string {
	var out strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			out.WriteByte(format[i])
			continue
		}
		i++
		digits := ""
		for format[i] >= '1' && format[i] <= '9' && i+1 < len(format) {
			digits += string(format[i])
			i++
		}
		out.WriteString(strftimeOne(t, format[i], digits))
	}
	return out.String()
}

func strftimeOne(t time.Time, letter byte, digits string) string {
	layouts := map[byte]string{
		'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'c': "Mon Jan _2 15:04:05 2006", 'd': "02", 'D': "01/02/06",
		'e': "_2", 'F': "2006-01-02", 'H': "15", 'I': "03", 'j': "002", 'm': "01", 'M': "04", 'p': "PM", 'R': "15:04",
		'S': "05", 'T': "15:04:05", 'y': "06", 'Y': "2006", 'z': "-0700", 'Z': "MST",
	}
	switch letter {
	case 's':
		return strconv.FormatInt(t.Unix(), 10)
	case 'N':
		n := 9
		if d, err := strconv.Atoi(digits); err == nil {
			n = min(9, d)
		}
		return fmt.Sprintf("%09d", t.Nanosecond())[:n]
	case 'u':
		return strconv.Itoa((int(t.Weekday())+6)%7 + 1)
	case 'w':
		return strconv.Itoa(int(t.Weekday()))
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case '%':
		return "%"
	}
	if layout, ok := layouts[letter]; ok {
		return t.Format(layout)
	}
	return "%" + string(letter)
}
