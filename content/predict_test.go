package content

import (
	"strings"
	"testing"
)

const predictHead = "---\ntitle: T\norder: 1\nminutes: 1\nsummary: S\n---\n\n"

func TestPredictions(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"in words, with a block", "> [!PREDICT]\n> Where is it?\n\n```sh\nls\n```\n",
			`<div class="callout predict" role="note" data-predict="1" data-runs="">` + "\n" + `<p class="callout-title">Predict before you run</p>` + "\n<p>Where is it?</p>"},
		{"nothing to run", "> [!PREDICT]\n> Where is it?\n\nHere.\n", `<p class="callout-title">Predict before you read on</p>`},
		{"a block that does not run", "> [!PREDICT]\n> Where?\n\n```sh norun\nls\n```\n", `data-predict="1">`},
		{"a title of its own", "> [!PREDICT] Guess\n> Where?\n", `<p class="callout-title">Guess</p>`},
		{"choices", "> [!PREDICT]\n> How many?\n> - [ ] `two`\n> - [x] three\n", "<ul class=\"choices\">\n<li><code>two</code></li>\n<li data-right=\"\">three</li>\n</ul>"},
		{"two of them", "> [!PREDICT]\n> A?\n\nText.\n\n> [!PREDICT]\n> B?\n", `data-predict="2"`},
	} {
		lesson, err := Read("x", "x.md", []byte(predictHead+test.text))
		if err != nil || !strings.Contains(lesson.HTML, test.want) {
			t.Errorf("%s: %v; expected %s in\n%s", test.name, err, test.want, lesson.HTML)
		}
	}
}

func TestMistakesInPredictions(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"one choice", "> [!PREDICT]\n> How many?\n> - [x] three\n", "x.md:10: [!PREDICT]: expected 2 to 6 choices and one [x], not 1 and 1"},
		{"two right", "> [!PREDICT]\n> How many?\n> - [x] two\n> - [x] three\n", "not 2 and 2"},
		{"no box", "> [!PREDICT]\n> How many?\n> - two\n> - [x] three\n", "x.md:10: [!PREDICT]: each choice begins with [ ]"},
		{"no question", "Text.\n\n> [!PREDICT]\n", "x.md:10: [!PREDICT]: expected a question below it"},
		{"a box elsewhere", "- [ ] milk\n", "x.md:8: a box to tick has its place in a [!PREDICT]"},
	} {
		_, err := Read("x", "x.md", []byte(predictHead+test.text))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, expected %s", test.name, err, test.want)
		}
	}
}
