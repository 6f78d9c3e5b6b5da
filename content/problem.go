package content

import (
	"errors"
	"fmt"
	"strings"
)

// Problem is one mistake in a text: where it is and what was expected.
type Problem struct {
	File string
	Line int // from 1
	Text string
}

func (p Problem) Error() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text) }

// Problems are all the mistakes found, one a line.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

func (ps Problems) join(err error) Problems {
	var more Problems
	if errors.As(err, &more) {
		return append(ps, more...)
	}
	return ps
}
