package condition

import (
	"fmt"
	"strings"
	"testing"

	"quorumlab/lab/internal/reference"
)

// TestReferenceIsUpToDate: the page of conditions lists the vocabulary.
func TestReferenceIsUpToDate(t *testing.T) {
	reference.Check(t, "../../content/reference/conditions.md", reference.Page{
		Title:   "Conditions",
		Summary: "What exercises ask of the world, and what you can let time run for: every name with its meaning.",
		Intro: "A condition is an expression as in Python that is true or false of the whole cluster. Exercises are made of them; " +
			"`lab until 'CONDITION'` lets virtual time pass until one holds, and so does *Run until… a condition* above the terminal. " +
			"`m1` to `m9` are members; what is true of each of them is asked in a list.",
		Body: vocabularyTables(),
	})
}

func vocabularyTables() string {
	kinds := []struct {
		title, text string
		words       []Word
	}{
		{title: "Examples", text: strings.Join([]string{
			"| condition | holds when |", "| --- | --- |",
			"| `leader == m2` | m2 leads, and can commit |",
			"| `leader and leader != first.leader` | somebody else leads than at the beginning |",
			"| `len([m for m in members if m.up]) < quorum` | too few are up to decide anything |",
			"| `all([m.applied == leader.applied for m in voters])` | every voter has applied what the leader has |",
			"| `committed(\"name\") == \"Jane\"` | this value is the newest that is committed |",
			"| `writes.unknown > 0` | somebody does not know whether a write happened |",
		}, "\n")},
		{title: "Of the whole world"}, {title: "Functions"}, {title: "Of a member"}, {title: "Fields of other values"},
	}
	for _, word := range Vocabulary() {
		at := 1
		_, recorded := recordFields[word.Name]
		switch {
		case recorded:
			at = 4
		case strings.HasPrefix(word.Name, "m."):
			at = 3
		case strings.Contains(word.Name, "("):
			at = 2
		}
		kinds[at].words = append(kinds[at].words, word)
	}
	var b strings.Builder
	for _, kind := range kinds {
		fmt.Fprintf(&b, "## %s\n\n%s", kind.title, kind.text)
		if len(kind.words) > 0 {
			b.WriteString("| name | meaning |\n| --- | --- |\n")
		}
		for _, word := range kind.words {
			fmt.Fprintf(&b, "| `%s` | %s |\n", word.Name, strings.ReplaceAll(word.Doc, "|", "\\|"))
		}
		b.WriteString("\n\n")
	}
	return b.String()
}
