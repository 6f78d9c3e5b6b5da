package shell

import (
	"errors"
	"fmt"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// errIncomplete asks for another line.
var errIncomplete = errors.New("incomplete")

func isIncomplete(err error) bool { return err == errIncomplete }

// parse reads shell text. If it is typed, a text that more lines may complete
// gives errIncomplete; otherwise errors are one line that says where.
func parse(text string, typed bool) (*syntax.File, error) {
	if len(text) > MaxLineBytes {
		return nil, fmt.Errorf("the command is longer than %d KiB", MaxLineBytes>>10)
	}
	if err := tooDeep(text); err != nil {
		return nil, err
	}
	parser := syntax.NewParser(syntax.Variant(syntax.LangBash), syntax.KeepComments(true))
	file, err := parser.Parse(strings.NewReader(text), "")
	switch {
	case err == nil && typed && continued(text, file):
		return nil, errIncomplete
	case err == nil:
		return file, nil
	case typed && (syntax.IsIncomplete(err) || isOpenHeredoc(err)):
		return nil, errIncomplete
	}
	return nil, describe(err, strings.Count(strings.TrimRight(text, "\n"), "\n") > 0)
}

// isOpenHeredoc tells an unclosed here-document, which the parser does not call
// incomplete if its end is quoted.
func isOpenHeredoc(err error) bool {
	var wrong syntax.ParseError
	return errors.As(err, &wrong) && strings.HasPrefix(wrong.Text, "unclosed here-document")
}

// describe makes one line of a parser's error; the line number is told if there
// are several lines.
func describe(err error, lines bool) error {
	var wrong syntax.ParseError
	if !errors.As(err, &wrong) {
		var dialect syntax.LangError
		if errors.As(err, &dialect) {
			return fmt.Errorf("syntax error at column %d: %s is not supported here", dialect.Pos.Col(), dialect.Feature)
		}
		return fmt.Errorf("syntax error: %v", err)
	}
	if lines {
		return fmt.Errorf("syntax error at line %d, column %d: %s", wrong.Pos.Line(), wrong.Pos.Col(), wrong.Text)
	}
	return fmt.Errorf("syntax error at column %d: %s", wrong.Pos.Col(), wrong.Text)
}

// continued tells whether a text that parses ends with a backslash that joins
// the next line (not one in a comment).
func continued(text string, file *syntax.File) bool {
	text = strings.TrimSuffix(text, "\n")
	bare := strings.TrimRight(text, `\`)
	if (len(text)-len(bare))%2 == 0 {
		return false
	}
	comment := false
	syntax.Walk(file, func(node syntax.Node) bool {
		if c, ok := node.(*syntax.Comment); ok && int(c.End().Offset()) >= len(bare) {
			comment = true
		}
		return true
	})
	return !comment
}

// maxOperators bounds the operators of one text. A chain of them (a + b + c …,
// a && b && c …) is a tree as deep as it is long.
const maxOperators = 4000

// tooDeep refuses what would nest so deep that a parser that calls itself runs
// out of stack. It counts brackets, compound commands and operators as they
// come, quoted or not.
func tooDeep(text string) error {
	brackets, operators := 0, 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == '(' || c == '{':
			brackets++
		case c == ')' || c == '}':
			brackets = max(0, brackets-1)
		case strings.IndexByte("+-*/%^~!<>=&|?:,", c) >= 0:
			operators++
		}
		if brackets > MaxNesting {
			return fmt.Errorf("syntax error: brackets are nested deeper than %d", MaxNesting)
		}
	}
	if operators > maxOperators {
		return fmt.Errorf("syntax error: more than %d operators in one command", maxOperators)
	}
	return tooCompound(text)
}

// tooCompound counts if, for, while, until, case and select against their ends.
func tooCompound(text string) error {
	depth := 0
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return !('a' <= c && c <= 'z') }) {
		switch word {
		case "if", "for", "while", "until", "case", "select":
			depth++
		case "fi", "done", "esac":
			depth = max(0, depth-1)
		}
		if depth > MaxNesting {
			return fmt.Errorf("syntax error: commands are nested deeper than %d", MaxNesting)
		}
	}
	return nil
}
