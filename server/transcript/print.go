package transcript

import (
	"fmt"
	"io"
	"strings"

	"quorumlab/lab/scenario"
)

// shownLines bounds how much of one difference is printed.
const shownLines = 40

// Print writes the differences of a comparison for people: the command with
// its place in the file, and what was expected (-) and seen (+), line by line.
func Print(w io.Writer, file string, c *scenario.Comparison) {
	for _, d := range c.Differences {
		fmt.Fprintf(w, "%s:%d: %s\n", file, d.Line, d.Cmd)
		for _, f := range d.Fields {
			fmt.Fprintf(w, "  %s\n", f.Name)
			printLines(w, f.Want, f.Got)
		}
	}
}

func printLines(w io.Writer, want, got string) {
	lines := lineDiff(strings.Split(strings.TrimSuffix(want, "\n"), "\n"), strings.Split(strings.TrimSuffix(got, "\n"), "\n"))
	for i, line := range lines {
		if i == shownLines {
			fmt.Fprintf(w, "  … %d more lines\n", len(lines)-i)
			return
		}
		fmt.Fprintf(w, "  %s\n", line)
	}
	if len(want) > 0 && len(got) > 0 && strings.HasSuffix(want, "\n") != strings.HasSuffix(got, "\n") {
		fmt.Fprintln(w, "  (one of them does not end in a newline)")
	}
}

// maxDiffLines bounds what is compared line by line: beyond it, all of one and
// then all of the other is shown.
const maxDiffLines = 2_000

// lineDiff is the shortest edit of one list of lines to another: "- " what is
// missing, "+ " what is too much, "  " what is common.
func lineDiff(want, got []string) []string {
	if len(want) > maxDiffLines || len(got) > maxDiffLines {
		return append(prefixed("- ", want), prefixed("+ ", got)...)
	}
	common := commonLengths(want, got)
	var out []string
	i, j := 0, 0
	for i < len(want) && j < len(got) {
		switch {
		case want[i] == got[j]:
			out = append(out, "  "+want[i])
			i, j = i+1, j+1
		case common[i+1][j] >= common[i][j+1]:
			out = append(out, "- "+want[i])
			i++
		default:
			out = append(out, "+ "+got[j])
			j++
		}
	}
	return append(append(out, prefixed("- ", want[i:])...), prefixed("+ ", got[j:])...)
}

func prefixed(prefix string, lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = prefix + line
	}
	return out
}

// commonLengths[i][j] is the length of the longest common subsequence of
// a[i:] and b[j:].
func commonLengths(a, b []string) [][]int {
	n := make([][]int, len(a)+1)
	for i := range n {
		n[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			n[i][j] = max(n[i+1][j], n[i][j+1])
			if a[i] == b[j] {
				n[i][j] = n[i+1][j+1] + 1
			}
		}
	}
	return n
}
