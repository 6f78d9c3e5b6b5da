package content

import (
	"cmp"
	"slices"
	"strings"
	"testing"
)

func TestReferencePagesAreSound(t *testing.T) {
	references, err := References(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	lessons, err := Load(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range CheckReferences(references, lessons, Pages...) {
		t.Error(problem)
	}
	for _, want := range []string{"cheat-sheet", "etcdctl", "etcdutl", "glossary", "lab", "quorum"} {
		if !slices.ContainsFunc(references, func(r *Reference) bool { return r.ID == want }) {
			t.Errorf("there is no page %s", want)
		}
	}
}

// A term is one paragraph, short enough for a note beside the text, and the
// terms stand in the order of the alphabet.
func TestGlossaryHasOneShortParagraphEach(t *testing.T) {
	terms, err := Glossary(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	for _, term := range terms {
		if words := len(strings.Fields(term.Text)); words < 5 || words > 70 || strings.Contains(term.Text, "\n\n") {
			t.Errorf("%s: expected one paragraph of 5 to 70 words, not %d", term.Name, words)
		}
	}
	byName := func(a, b Term) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) }
	if !slices.IsSortedFunc(terms, byName) {
		t.Error("the terms are not in the order of the alphabet")
	}
}

func TestReferenceMistakesNameFileAndLine(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"no front matter", "Hello.\n", "reference/x.md:1: expected front matter"},
		{"unknown field", "---\ntitle: T\ntitel: T\n---\n", "reference/x.md:3: front matter: field titel not found"},
		{"no summary", "---\ntitle: T\n---\nText.\n", "reference/x.md:1: title, summary"},
		{"HTML", "---\ntitle: T\nsummary: S\n---\n\nA <b>bold</b> word\n", "reference/x.md:6: HTML has no place"},
	} {
		_, err := readReference("reference/x.md", []byte(test.text))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, expected %s", test.name, err, test.want)
		}
	}
}
