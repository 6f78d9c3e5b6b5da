package content

import (
	"os"
	"strings"
	"testing"
)

func fixture(t *testing.T) *Lesson {
	t.Helper()
	lessons, err := Load(os.DirFS("testdata"))
	if err != nil {
		t.Fatal(err)
	}
	if len(lessons) != 1 {
		t.Fatalf("expected the one lesson of testdata, not %d", len(lessons))
	}
	return lessons[0]
}

func TestLessonIsRendered(t *testing.T) {
	lesson := fixture(t)
	for _, part := range []string{
		`<h2 id="write-a-key">Write a key <a`,
		`href="#write-a-key">#</a>`,
		`<figure class="run" data-run><pre class="chroma" tabindex="0"><code>`,
		`<div class="callout tip" role="note">`,
		`<p class="callout-title">The word <code>put</code> answers <strong>OK</strong></p>`,
		"<p>It does so when a majority has it on disk.\nNot earlier.</p>",
		`<p class="callout-title">Danger</p>`,
		"<blockquote>\n<p>An ordinary quotation.</p>\n</blockquote>",
		"<div class=\"table\" tabindex=\"0\"><table>\n<thead>\n<tr>\n<th>column</th>",
		"plain &lt; text",
	} {
		if !strings.Contains(lesson.HTML, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	if n := strings.Count(lesson.HTML, "data-run"); n != 1 {
		t.Errorf("expected one block with a Run button, not %d", n)
	}
	if strings.Contains(lesson.HTML, "style=") || strings.Contains(lesson.HTML, "[!") {
		t.Errorf("a style attribute or a callout's mark was left:\n%s", lesson.HTML)
	}
}

func TestLessonIsRenderedTheSameEachTime(t *testing.T) {
	first := fixture(t).HTML
	for range 20 {
		if again := fixture(t).HTML; again != first {
			t.Fatalf("two renderings differ:\n%s\n%s", first, again)
		}
	}
}

func TestLessonTellsOfItself(t *testing.T) {
	lesson := fixture(t)
	if lesson.ID != "first-steps" || lesson.Title != "First steps" || lesson.Minutes != 4 || lesson.Exercise != "kill-the-leader" {
		t.Errorf("front matter: %+v", lesson.Meta)
	}
	if len(lesson.Contents) != 2 || lesson.Contents[0].Title != "Write a key" || len(lesson.Contents[0].Children) != 1 {
		t.Errorf("contents: %+v", lesson.Contents)
	}
	if len(lesson.Links) != 1 || lesson.Links[0] != (Link{"/lab/", 10}) {
		t.Errorf("links: %+v", lesson.Links)
	}
}

func TestBlocksCarryTheirLine(t *testing.T) {
	lesson := fixture(t)
	blocks := Blocks(lesson)
	if len(blocks) != 1 || blocks[0].Line != 15 || !strings.HasPrefix(blocks[0].Text, "etcdctl put name") {
		t.Errorf("runnable blocks: %+v", blocks)
	}
	if len(lesson.Code) != 4 || lesson.Code[3].Line != 47 {
		t.Errorf("all blocks: %+v", lesson.Code)
	}
}

func TestMistakesNameFileAndLine(t *testing.T) {
	const head = "---\ntitle: T\norder: 1\nminutes: 1\nsummary: S\n---\n"
	for _, test := range []struct{ name, text, want string }{
		{"no front matter", "Hello.\n", "x.md:1: expected front matter"},
		{"unknown field", "---\ntitle: T\ntitel: T\n---\n", "x.md:3: front matter: field titel not found"},
		{"not a number", "---\ntitle: T\norder: one\n---\n", "x.md:3: front matter: cannot unmarshal"},
		{"no summary", "---\ntitle: T\norder: 1\nminutes: 1\n---\n", "x.md:1: summary: expected"},
		{"callout", head + "\n> [!HINT] Look\n", "x.md:8: [!HINT]: expected NOTE, TIP"},
		{"HTML", head + "\nA <b>bold</b> word\n", "x.md:8: HTML has no place"},
		{"HTML block", head + "\n<div>\nx\n</div>\n", "x.md:8: HTML has no place"},
		{"title twice", head + "\n# T\n", "x.md:8: a heading begins with ##"},
		{"language", head + "\n```klingon\nx\n```\n", "x.md:8: ```klingon: this language is not known"},
		{"word after sh", head + "\n```sh nurun\nx\n```\n", "x.md:8: after ``` expected a language"},
		{"empty block", head + "\n```sh\n```\n", "x.md:8: an empty block"},
		{"image", head + "\n![](a.png)\n", "x.md:8: an image needs words"},
		{"link", head + "\n[a]()\n", "x.md:8: a link without an address"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Read("x", "x.md", []byte(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, expected %s", err, test.want)
			}
		})
	}
}

func TestTwoLessonsCannotShareAPlace(t *testing.T) {
	a := &Lesson{ID: "a", File: "a.md", Meta: Meta{Order: 2}}
	b := &Lesson{ID: "b", File: "b.md", Meta: Meta{Order: 2}}
	if problems := sameOrder([]*Lesson{a, b}); len(problems) != 1 || problems[0].Error() != "b.md:1: order: 2 is taken by a" {
		t.Errorf("got %v", problems)
	}
}

func TestTaskIsRenderedWithoutFrontMatter(t *testing.T) {
	page, err := Markdown("task.md", []byte("Kill it.\n\n```sh\nlab kill m1\n```\n"))
	if err != nil || !strings.Contains(page.HTML, "data-run") {
		t.Errorf("got %v, %v", page, err)
	}
}

func TestStyleSheetIsLightAndDark(t *testing.T) {
	css := CSS()
	for _, part := range []string{"\n.chroma .nb { color", "prefers-color-scheme: dark", `:root[data-theme="dark"] .chroma`} {
		if !strings.Contains(css, part) {
			t.Errorf("the style sheet lacks %s", part)
		}
	}
	if strings.Contains(css, "background") {
		t.Error("the style sheet sets backgrounds: they are the page's")
	}
}

func TestEmbeddedLessonsHaveNoMistakes(t *testing.T) {
	if _, err := Load(Embedded()); err != nil {
		t.Fatal(err)
	}
}
