package shell

import (
	"bufio"
	"fmt"
	"slices"
	"strings"
	"time"
)

// diffUtility compares two texts by lines: normal output, or -u.
func diffUtility(p *Process) int {
	o, names, err := parseOptions(p.Args[1:], "uqsNwr", "U", "q=brief", "u=unified", "U=context")
	if err != nil {
		return p.Misuse("%v", err)
	}
	a, b, code := twoFiles(p, names)
	switch {
	case code != 0:
		return code
	case string(a) == string(b):
		if o.has('s') {
			fmt.Fprintf(p.Stdout, "Files %s and %s are identical\n", names[0], names[1])
		}
		return 0
	case o.has('q'):
		fmt.Fprintf(p.Stdout, "Files %s and %s differ\n", names[0], names[1])
		return 1
	}
	d := &diff{a: diffLines(a), b: diffLines(b), out: p.buffer()}
	changes := d.changes(p)
	if o.has('u') || o.has('U') {
		d.unified(changes, diffTitle(p, names[0]), diffTitle(p, names[1]))
	} else {
		d.normal(changes)
	}
	_ = d.out.Flush()
	return 1
}

func diffTitle(p *Process, name string) string {
	at := p.Now()
	if entry, err := p.FS.Stat(p.Path(name)); err == nil && name != "-" {
		at = entry.Time
	}
	return name + "\t" + at.UTC().Format(time.DateTime+".000000000 -0700")
}

// diffLines splits a text; a last line without a newline says so.
func diffLines(data []byte) []string {
	lines := strings.SplitAfter(string(data), "\n")
	if last := len(lines) - 1; lines[last] == "" {
		lines = lines[:last]
	} else {
		lines[last] += "\n\\ No newline at end of file\n"
	}
	return lines
}

type diff struct {
	a, b []string
	out  *bufio.Writer
}

// change replaces a[a0:a1] by b[b0:b1].
type change struct{ a0, a1, b0, b1 int }

// maxEdits bounds the search; texts that differ more are replaced as a whole.
const maxEdits = 1000

// changes finds a shortest edit script by Myers' algorithm between what the
// texts have in common at their ends.
func (d *diff) changes(p *Process) []change {
	start := 0
	for start < len(d.a) && start < len(d.b) && d.a[start] == d.b[start] {
		start++
	}
	enda, endb := len(d.a), len(d.b)
	for enda > start && endb > start && d.a[enda-1] == d.b[endb-1] {
		enda, endb = enda-1, endb-1
	}
	a, b := d.a[start:enda], d.b[start:endb]
	var list []change
	for _, c := range myers(p, a, b) {
		list = append(list, change{c.a0 + start, c.a1 + start, c.b0 + start, c.b1 + start})
	}
	return list
}

func myers(p *Process, a, b []string) []change {
	most := min(len(a)+len(b), maxEdits)
	furthest := map[int]int{1: 0}
	var history []map[int]int
	for edits := 0; edits <= most; edits++ {
		p.step()
		row := make(map[int]int, edits+1)
		for k := -edits; k <= edits; k += 2 {
			x := furthest[k-1] + 1
			if k == -edits || k != edits && furthest[k-1] < furthest[k+1] {
				x = furthest[k+1]
			}
			y := x - k
			for x < len(a) && y < len(b) && y >= 0 && a[x] == b[y] {
				x, y = x+1, y+1
			}
			row[k] = x
			if x >= len(a) && y >= len(b) {
				return backtrack(append(history, row), len(a), len(b))
			}
		}
		history = append(history, row)
		furthest = row
	}
	return []change{{0, len(a), 0, len(b)}}
}

// backtrack walks the rows of Myers' search from the end and joins single edits.
func backtrack(history []map[int]int, x, y int) []change {
	var list []change
	for edits := len(history) - 1; edits > 0; edits-- {
		before := history[edits-1]
		k := x - y
		down := k == -edits || k != edits && before[k-1] < before[k+1]
		fromK := k - 1
		if down {
			fromK = k + 1
		}
		fromX := before[fromK]
		fromY := fromX - fromK
		one := change{fromX, fromX + 1, fromY, fromY}
		if down {
			one = change{fromX, fromX, fromY, fromY + 1}
		}
		if n := len(list); n > 0 && list[n-1].a0 == one.a1 && list[n-1].b0 == one.b1 {
			list[n-1].a0, list[n-1].b0 = one.a0, one.b0
		} else {
			list = append(list, one)
		}
		x, y = fromX, fromY
	}
	slices.Reverse(list)
	return list
}

func (d *diff) normal(list []change) {
	for _, c := range list {
		verb := "c"
		switch {
		case c.a0 == c.a1:
			verb = "a"
		case c.b0 == c.b1:
			verb = "d"
		}
		fmt.Fprintf(d.out, "%s%s%s\n", normalRange(c.a0, c.a1), verb, normalRange(c.b0, c.b1))
		d.lines("< ", d.a[c.a0:c.a1])
		if verb == "c" {
			fmt.Fprintln(d.out, "---")
		}
		d.lines("> ", d.b[c.b0:c.b1])
	}
}

func normalRange(from, to int) string {
	if to-from <= 1 {
		return fmt.Sprint(to)
	}
	return fmt.Sprintf("%d,%d", from+1, to)
}

func (d *diff) lines(mark string, lines []string) {
	for _, line := range lines {
		fmt.Fprint(d.out, mark, line)
	}
}

// contextLines is how much -u shows around a change.
const contextLines = 3

func (d *diff) unified(list []change, from, to string) {
	fmt.Fprintf(d.out, "--- %s\n+++ %s\n", from, to)
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].a0-list[n-1].a1 <= 2*contextLines {
			n++
		}
		d.hunk(list[:n])
		list = list[n:]
	}
}

func (d *diff) hunk(list []change) {
	first, last := list[0], list[len(list)-1]
	lead := min(contextLines, first.a0)
	trail := min(contextLines, len(d.a)-last.a1)
	fmt.Fprintf(d.out, "@@ -%s +%s @@\n", unifiedRange(first.a0-lead, last.a1+trail), unifiedRange(first.b0-lead, last.b1+trail))
	at := first.a0 - lead
	for _, c := range list {
		d.lines(" ", d.a[at:c.a0])
		d.lines("-", d.a[c.a0:c.a1])
		d.lines("+", d.b[c.b0:c.b1])
		at = c.a1
	}
	d.lines(" ", d.a[at:at+trail])
}

func unifiedRange(from, to int) string {
	switch to - from {
	case 0:
		return fmt.Sprintf("%d,0", from)
	case 1:
		return fmt.Sprint(to)
	}
	return fmt.Sprintf("%d,%d", from+1, to-from)
}
