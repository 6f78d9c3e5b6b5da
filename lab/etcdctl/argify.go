package etcdctl

import (
	"errors"
	"fmt"
	"regexp"

	"quorumlab/lab/internal/tool"
)

// words of a line that a command reads: in double quotes, in single quotes, or
// neither. A quote that nothing closes is passed over.
var wordPattern = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'[^']*'|[^'"\s]\S*`)

// argify splits a line as the real one does. That takes a wrong length for what
// is in single quotes, the number of words on the line: `put k 'single'` puts
// "s".
func argify(line string) ([]string, error) {
	args := wordPattern.FindAllString(line, -1)
	for i, word := range args {
		switch word[0] {
		case '\'':
			end := len(args) - 1
			if end < 1 || end > len(word) {
				return nil, fmt.Errorf("%w: slice bounds out of range [1:%d] with length %d", errPanic, end, len(word))
			}
			args[i] = word[1:end]
		case '"':
			if _, err := fmt.Sscanf(word, "%q", &args[i]); err != nil {
				return nil, &tool.Exit{Code: tool.ExitInvalidInput, Err: err}
			}
		}
	}
	return args, nil
}

// errPanic is a mistake in the real one, which ends it: it is told like any bad
// input, but with the exit code of a program in Go that panics.
var errPanic = errors.New("panic")
