package content

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const glossary = `---
title: Glossary
summary: Words.
---

## Quorum

More than half.

## Election timeout

How long.

## Apply

To carry out.

## Watch

Too common to be marked.
`

func TestTermsAreMarkedOnTheirFirstUseInASection(t *testing.T) {
	lessons, err := Load(fstest.MapFS{
		"reference/glossary.md": {Data: []byte(glossary)},
		"x/lesson.md": {Data: []byte(predictHead + "A **quorum**, the quorum. Watch it.\n\n## Quorum\n\n" +
			"Quorums and an Election Timeout: [a quorum](/lab/), `quorum`.\nIt is applied.\n\n> [!NOTE] A quorum\n> More quorum.\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	html := lessons[0].HTML
	mark := func(id, text string) string {
		return `<a class="term" href="/reference/glossary/#` + id + `" data-term="` + id + `">` + text + "</a>"
	}
	for _, part := range []string{
		"<p>A <strong>" + mark("quorum", "quorum") + "</strong>, the quorum. Watch it.</p>",
		"<p>" + mark("quorum", "Quorums") + " and an " + mark("election-timeout", "Election Timeout") + `: <a href="/lab/">a quorum</a>, <code>quorum</code>.` + "\nIt is " + mark("apply", "applied") + ".</p>",
		"<p>More quorum.</p>",
	} {
		if !strings.Contains(html, part) {
			t.Errorf("the page lacks %s:\n%s", part, html)
		}
	}
	if want := []string{"quorum", "election-timeout", "apply"}; !slices.Equal(lessons[0].Terms, want) {
		t.Errorf("terms: got %q, expected %q", lessons[0].Terms, want)
	}
}

func TestForms(t *testing.T) {
	for word, want := range map[string]string{
		"quorum": "quorum quorums quorumed",
		"apply":  "apply applies applied",
		"commit": "commit commits committed",
		"lease":  "lease leases leased",
		"key":    "key keys keyed",
		"wal":    "wal wals waled",
		"stress": "stress stresses",
	} {
		if got := strings.Join(forms(word), " "); got != want {
			t.Errorf("%s: got %s, expected %s", word, got, want)
		}
	}
}
