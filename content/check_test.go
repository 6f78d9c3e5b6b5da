package content

import (
	"os"
	"strings"
	"testing"
)

// sample is the lesson that the guide for authors tells them to copy.
func sample(t *testing.T) string {
	t.Helper()
	guide, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(guide), "## A lesson that passes\n")
	part, _, _ := strings.Cut(rest, "\n## Front matter")
	var text strings.Builder
	for line := range strings.Lines(part) {
		if indented, ok := strings.CutPrefix(line, "    "); ok {
			text.WriteString(indented)
		} else if strings.TrimSpace(line) == "" && text.Len() > 0 {
			text.WriteString("\n")
		}
	}
	return text.String()
}

func check(t *testing.T, text string) Problems {
	t.Helper()
	lesson, err := Read("sample", "sample/lesson.md", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return Check([]*Lesson{lesson}, Pages...)
}

func TestTheGuidesSamplePasses(t *testing.T) {
	for _, problem := range check(t, sample(t)) {
		t.Error(problem)
	}
}

// TestEveryRequirementIsLookedFor breaks the sample in one way after the other.
func TestEveryRequirementIsLookedFor(t *testing.T) {
	covered := map[string]bool{}
	for _, test := range []struct{ requirement, old, new string }{
		{"part", "part: Kubernetes\n", ""},
		{"minutes", "minutes: 5", "minutes: 4"},
		{"minutes", "minutes: 5", "minutes: 13"},
		{"objectives", "After this lesson you can", "We will now"},
		{"first action", "Begin with one:", "\n\n## Begin with one"},
		{"first action", "Begin with one:", strings.Repeat("word ", wordsToFirstBlock)},
		{"prediction", "[!PREDICT]", "[!NOTE]"},
		{"check", "2. Another one?", ""},
		{"check", "[!SUCCESS] Answers", "[!SUCCESS] Well done"},
		{"production", "## In production", "## Elsewhere"},
		{"sources", "<https://etcd.io/docs/v3.6/learning/data_model/>", "a book"},
		{"link to /lessons/none/", "a real cluster", "[a real cluster](/lessons/none/)"},
		{"link to /lessons/sample/#none", "a real cluster", "[a real cluster](/lessons/sample/#none)"},
	} {
		name, _, _ := strings.Cut(test.requirement, ":")
		covered[name] = true
		problems := check(t, strings.Replace(sample(t), test.old, test.new, 1))
		if len(problems) != 1 || !strings.HasPrefix(problems[0].Text, test.requirement+": ") {
			t.Errorf("%s, with %q for %q: got %v", test.requirement, test.new, test.old, problems)
		}
	}
	for _, r := range requirements {
		if !covered[r.name] {
			t.Errorf("%s: nothing shows that it is looked for", r.name)
		}
	}
}

func TestLinksThatLeadSomewhere(t *testing.T) {
	text := strings.Replace(sample(t), "a real cluster",
		"[a](/lab/), [b](/lessons/sample/), [c](/lessons/sample/#check-yourself), [d](#sources), [e](https://etcd.io/)", 1)
	for _, problem := range check(t, text) {
		t.Error(problem)
	}
}

func TestPartsStandTogether(t *testing.T) {
	first := &Lesson{ID: "a", File: "a.md", Meta: Meta{Part: "Operations", Order: 1}}
	second := &Lesson{ID: "b", File: "b.md", Meta: Meta{Part: "Agreement", Order: 2}}
	found := false
	for _, problem := range Check([]*Lesson{first, second}) {
		found = found || problem.Error() == "b.md:1: part: Agreement comes before Operations, which lesson 1 belongs to"
	}
	if !found {
		t.Error("a part that comes back was not noticed")
	}
}

func TestOutputBelongsToTheBlockBeforeIt(t *testing.T) {
	const head = "---\ntitle: T\norder: 1\nminutes: 5\nsummary: S\n---\n\n"
	for _, test := range []struct {
		name, text string
		want       bool
	}{
		{"right behind", "```sh\ntrue\n```\n```text\nx\n```\n", true},
		{"an empty line between", "```sh\ntrue\n```\n\n```text\nx\n```\n", true},
		{"words between", "```sh\ntrue\n```\n\nIt says:\n\n```text\nx\n```\n", false},
		{"of a block that is not run", "```sh norun\ntrue\n```\n```text\nx\n```\n", false},
		{"another language", "```sh\ntrue\n```\n```yaml\nx: 1\n```\n", false},
	} {
		lesson, err := Read("x", "x.md", []byte(head+test.text))
		if err != nil {
			t.Fatal(err)
		}
		if got := lesson.Code[0].Output != nil; got != test.want {
			t.Errorf("%s: it is taken for output: %v", test.name, got)
		}
	}
}

func TestOutputAndAnswersAreFolded(t *testing.T) {
	lesson, err := Read("sample", "sample/lesson.md", []byte(sample(t)))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		"<details class=\"shown\"><summary>What it prints</summary>\n<pre",
		"<details class=\"callout success\">\n<summary class=\"callout-title\">Answers</summary>\n<ol>",
		"</ol>\n</details>",
	} {
		if !strings.Contains(lesson.HTML, part) {
			t.Errorf("the page lacks %s:\n%s", part, lesson.HTML)
		}
	}
	if strings.Count(lesson.HTML, "<details") != 3 {
		t.Errorf("expected two outputs and the answers to be folded:\n%s", lesson.HTML)
	}
}
