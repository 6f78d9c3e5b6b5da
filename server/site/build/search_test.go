package build

import (
	"encoding/json"
	"reflect"
	"regexp"
	"testing"
)

func TestSearchParts(t *testing.T) {
	const page = `<p>Above <code>a &lt; b</code>,<br>two lines.</p>
<h2 id="one">Part <em>one</em> <a class="anchor" aria-label="Link to this part" href="#one">#</a></h2>
<p>A <a class="term" href="/x" data-term="q">quorum</a>.</p><table><tr><td>1</td><td>2</td></tr></table>
<h3 id="two">Two <a class="anchor" href="#two">#</a></h3>
<pre class="chroma"><code><span class="n">etcdctl</span> <span>get</span></code></pre>`
	want := []searchPart{
		{Text: "Summary. Above a < b, two lines."},
		{Anchor: "one", Heading: "Part one", Text: "A quorum. 1 2"},
		{Anchor: "two", Heading: "Two", Text: "etcdctl get"},
	}
	if got := searchParts("Summary.", page); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestEveryPageNamesTheIndex(t *testing.T) {
	o := options(t, map[string]string{
		"static/templates/home.html": `{{template "top" .}}{{range .Parts}}{{.Name}} {{.Minutes}} {{.ExerciseCount}}{{end}} {{.Totals.Lessons}}<b data-search="{{.Search}}">`,
	})
	if err := Site(o); err != nil {
		t.Fatal(err)
	}
	address := regexp.MustCompile(`data-search="([^"]+)"`).FindStringSubmatch(read(t, o.Out, "index.html"))
	if address == nil {
		t.Fatal("the home page names no index")
	}
	var pages []searchPage
	if err := json.Unmarshal([]byte(read(t, o.Out, address[1])), &pages); err != nil {
		t.Fatal(err)
	}
	if len(pages) != 1 || pages[0].URL != "/lessons/one/" || pages[0].Parts[1].Text != "The lab, here ls" {
		t.Errorf("got %+v", pages)
	}
}
