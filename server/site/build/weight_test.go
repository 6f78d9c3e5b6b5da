package build

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// heavy is a script of many bytes that do not compress.
func heavy(kilobytes int) string {
	r := rand.New(rand.NewPCG(1, 2))
	var text strings.Builder
	for text.Len() < kilobytes*1000 {
		text.WriteByte(byte('a' + r.IntN(26)))
	}
	return "export const two: number = 2; console.log('" + text.String() + "');"
}

func TestWeight(t *testing.T) {
	const main = "static/src/page/main.ts"
	const template = "static/templates/lesson.html"
	page := tree[template] + `<script type="module" src="{{asset "page/main.ts"}}"></script>`
	for _, test := range []struct {
		name   string
		change map[string]string
		want   string // of the error; empty: none
	}{
		{"light", map[string]string{template: page}, ""},
		{"too heavy at once", map[string]string{template: page, "static/src/page/two.ts": heavy(120)}, "over its budget"},
		{"the same, later", map[string]string{template: page, "static/src/page/two.ts": heavy(120), main: "void import('./two.ts');"}, ""},
		{"too heavy even later", map[string]string{template: page, "static/src/page/two.ts": heavy(500), main: "void import('./two.ts');"}, "over its budget"},
	} {
		err := Site(options(t, test.change))
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v", test.name, err)
		}
	}
}
