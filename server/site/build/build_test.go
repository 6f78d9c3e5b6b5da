package build

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"quorumlab/server/headers"
	"quorumlab/server/licenses"
	"quorumlab/server/site"
)

// tree is a small repository: one lesson, no exercise, one script.
var tree = map[string]string{
	"content/one/lesson.md": "---\ntitle: One\norder: 1\nminutes: 2\nsummary: First.\n---\n\n## Part\n\n[The lab](/lab/), [here](#part)\n\n```sh\nls\n```\n",
	"static/templates/layout.html": `{{define "top"}}<!doctype html><title>{{.Title}}</title><script src="{{asset "page/first.ts"}}"></script>` +
		`<link rel="stylesheet" href="{{asset "css/site.css"}}">{{end}}` +
		`{{define "config"}}{{with .Config}}<script type="application/json" id="lab-config">{{.}}</script>{{end}}{{end}}`,
	"static/templates/home.html":         `{{template "top" .}}{{range .Lessons}}<a href="{{.URL}}">{{.Title}}</a>{{end}}`,
	"static/templates/lesson.html":       `{{template "top" .}}{{.Lesson.HTML}}{{template "config" .}}<link rel="stylesheet" href="{{asset "code.css"}}">`,
	"static/templates/lab.html":          `{{template "top" .}}{{template "config" .}}<script type="module" src="{{asset "page/main.ts"}}"></script>`,
	"static/templates/404.html":          `{{template "top" .}}none`,
	"content/reference/words.md":         "---\ntitle: Words\nsummary: All.\n---\n\n[One](/lessons/one/)\n",
	"static/templates/reference.html":    `{{template "top" .}}{{range .References}}<a href="{{.URL}}">{{.Title}}</a>{{end}}{{.Reference.HTML}}`,
	"static/templates/licenses.html":     `{{template "top" .}}{{range .Notices}}{{.Name}}{{end}}`,
	"static/src/page/first.ts":           "document.documentElement.dataset.first = `yes`;",
	"static/src/page/main.ts":            "import { two } from './two.ts'; console.log(two as number);",
	"static/src/page/two.ts":             "export const two: number = 2;",
	"static/src/worker/lab.worker.ts":    "self.onmessage = () => { postMessage(1); };",
	"static/css/site.css":                "body { color: red }\n",
	"static/public/favicon.svg":          `<svg xmlns="http://www.w3.org/2000/svg"> <g/> </svg>`,
	"static/public/manifest.webmanifest": `{ "name": "Quorum Lab" }`,
	"dist/lab.wasm":                      strings.Repeat("wasm", 1000),
}

func options(t *testing.T, change map[string]string) Options {
	t.Helper()
	root := t.TempDir()
	for name, text := range tree {
		if other, ok := change[name]; ok {
			text = other
		}
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(root, "exercises"), 0o777); err != nil {
		t.Fatal(err)
	}
	return Options{
		Root: root, Lab: filepath.Join(root, "dist/lab.wasm"), Out: filepath.Join(root, "dist/site"),
		Embed: filepath.Join(root, "embed"), Cache: filepath.Join(root, "cache"), URL: "https://lab.example", Log: t.Logf,
		Notices: func([]string) ([]licenses.Notice, error) {
			return []licenses.Notice{{Name: "a module", Text: "its words"}}, nil
		},
	}
}

func read(t *testing.T, parts ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestSiteIsWhole(t *testing.T) {
	o := options(t, nil)
	if err := os.MkdirAll(o.Embed, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := Site(o); err != nil {
		t.Fatal(err)
	}
	for name, part := range map[string]string{
		"index.html":                 `<a href="/lessons/one/">One</a>`,
		"lessons/one/index.html":     `<figure class="run" data-run>`,
		"lab/index.html":             `"worker":"/assets/lab.worker-`,
		"404.html":                   "none",
		"licenses/index.html":        "a module",
		"reference/words/index.html": `<a href="/lessons/one/">One</a>`,
		"licenses/notices.txt":       "its words",
		"robots.txt":                 "Sitemap: https://lab.example/sitemap.xml",
		"sitemap.xml":                "<loc>https://lab.example/lessons/one/</loc>",
		"favicon.svg":                "<svg",
		"manifest.webmanifest":       `{"name":"Quorum Lab"}`,
		"_headers":                   headers.Immutable,
	} {
		if !strings.Contains(read(t, o.Out, name), part) {
			t.Errorf("%s lacks %s:\n%s", name, part, read(t, o.Out, name))
		}
	}
	checkAssets(t, o)
	checkEmbedded(t, o)
}

var assetAddress = regexp.MustCompile(`/assets/[^"]+`)

// checkAssets holds every address under /assets/ in the pages to a file, and
// scripts that are no modules to having no imports.
func checkAssets(t *testing.T, o Options) {
	found := assetAddress.FindAllString(read(t, o.Out, "lab/index.html")+read(t, o.Out, "lessons/one/index.html"), -1)
	if len(found) < 7 {
		t.Errorf("expected script, style, lab and worker, not %q", found)
	}
	for _, address := range found {
		text := read(t, o.Out, address)
		if strings.Contains(address, "first-") && strings.Contains(text, "import") {
			t.Errorf("%s is no module: %s", address, text)
		}
	}
}

func checkEmbedded(t *testing.T, o Options) {
	embedded, err := site.Open(os.DirFS(o.Embed))
	if err != nil {
		t.Fatal(err)
	}
	wasm, err := embedded.LabWasm()
	if err != nil || string(wasm) != tree["dist/lab.wasm"] {
		t.Errorf("the embedded lab: %d bytes, %v", len(wasm), err)
	}
	packed := filepath.Join(o.Embed, "files", embedded.List.Lab.Path)
	gz, err := gzip.NewReader(strings.NewReader(read(t, packed+".gz")))
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]io.Reader{"gz": gz, "br": brotli.NewReader(strings.NewReader(read(t, packed+".br")))} {
		text, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(text, wasm) {
			t.Errorf("%s: %d bytes, %v", name, len(text), err)
		}
	}
	if _, err := os.Stat(packed); err == nil {
		t.Error("the embedded lab is there uncompressed too")
	}
}

func TestConfigIsData(t *testing.T) {
	o := options(t, map[string]string{
		"content/one/lesson.md": strings.Replace(tree["content/one/lesson.md"], "title: One", `title: "</script><b>"`, 1),
	})
	if err := os.MkdirAll(o.Embed, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := Site(o); err != nil {
		t.Fatal(err)
	}
	page := read(t, o.Out, "lab/index.html")
	_, rest, _ := strings.Cut(page, `id="lab-config">`)
	text, _, _ := strings.Cut(rest, "</script>")
	var config Config
	if err := json.Unmarshal([]byte(text), &config); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if config.Lessons[0].Title != "</script><b>" || config.Lab.Bytes != 4000 || config.Members != 3 {
		t.Errorf("got %+v", config)
	}
}

func TestMistakesAreTold(t *testing.T) {
	lesson := func(old, new string) map[string]string {
		return map[string]string{"content/one/lesson.md": strings.Replace(tree["content/one/lesson.md"], old, new, 1)}
	}
	for _, test := range []struct {
		name   string
		change map[string]string
		want   string
	}{
		{"link", lesson("(/lab/)", "(/lib/)"), "content/one/lesson.md:10: the link /lib/ leads nowhere"},
		{"part", lesson("(#part)", "(#port)"), "content/one/lesson.md:10: /lessons/one/index.html has no part #port"},
		{"exercise", lesson("minutes: 2", "minutes: 2\nexercise: none"), `content/one/lesson.md:1: exercise: there is no "none"`},
		{"asset", map[string]string{"static/templates/home.html": `{{asset "page/none.ts"}}`}, `the asset "page/none.ts": there is neither static/page/none.ts`},
		{"field", map[string]string{"static/templates/home.html": `{{.Titel}}`}, "can't evaluate field Titel"},
		{"script", map[string]string{"static/src/page/main.ts": "const = 1"}, "src/page/main.ts:1:6"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := Site(options(t, test.change)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, expected %s", err, test.want)
			}
		})
	}
	o := options(t, nil)
	o.Lab += ".not"
	if err := Site(o); err == nil || !strings.Contains(err.Error(), "`make lab` builds it") {
		t.Errorf("without a lab: %v", err)
	}
}

func TestLessonsAreGroupedByParts(t *testing.T) {
	parts := parted([]Card{{ID: "a", Part: "One"}, {ID: "b", Part: "One"}, {ID: "c", Part: "Two"}})
	if len(parts) != 2 || parts[0].Title != "One" || len(parts[0].Lessons) != 2 || parts[1].Lessons[0].ID != "c" {
		t.Errorf("got %+v", parts)
	}
}
