package build

import (
	"encoding/json"
	"html"
	"regexp"
	"strings"
)

// searchPage is one page of the index that the page's search loads when
// somebody searches; static/src/core/search.ts reads it. Names are short, for
// there are many.
type searchPage struct {
	URL   string       `json:"u"`
	Kind  string       `json:"k"` // lesson, exercise, reference
	Title string       `json:"t"`
	Parts []searchPart `json:"p"`
}

type searchPart struct {
	Anchor  string `json:"a,omitempty"` // empty: what stands above the first heading
	Heading string `json:"h,omitempty"`
	Text    string `json:"x"`
}

// addSearch makes the index of every lesson, exercise and reference page.
func (b *builder) addSearch() error {
	var pages []searchPage
	for _, l := range b.lessons {
		pages = append(pages, searchPage{URL: address(l), Kind: "lesson", Title: l.Title, Parts: searchParts(l.Summary, l.HTML)})
		for _, e := range b.ofLesson(l) {
			pages = append(pages, searchPage{URL: address(l) + "#" + e.Anchor, Kind: "exercise", Title: e.Title, Parts: searchParts("", string(e.Task))})
		}
	}
	for _, r := range b.references {
		pages = append(pages, searchPage{URL: r.Address(), Kind: "reference", Title: r.Title, Parts: searchParts(r.Summary, r.Page.HTML)})
	}
	text, err := json.Marshal(pages)
	if err != nil {
		return err
	}
	b.search = b.addHashed("search.json", text).Path
	return nil
}

var (
	headingTag = regexp.MustCompile(`<h([23]) id="([^"]*)">(.*?)</h[23]>`)
	anchorTag  = regexp.MustCompile(`<a class="anchor".*?</a>`)
	inlineTag  = regexp.MustCompile(`</?(?:a|code|del|em|span|strong)\b[^>]*>`)
	anyTag     = regexp.MustCompile(`<[^>]*>`)
	spaces     = regexp.MustCompile(`\s+`)
)

// searchParts cuts a page of ours at its headings.
func searchParts(summary, page string) []searchPart {
	page = anchorTag.ReplaceAllString(page, "")
	parts := []searchPart{{}}
	from := 0
	for _, at := range headingTag.FindAllStringSubmatchIndex(page, -1) {
		parts[len(parts)-1].Text = plain(page[from:at[0]])
		parts = append(parts, searchPart{Anchor: page[at[4]:at[5]], Heading: plain(page[at[6]:at[7]])})
		from = at[1]
	}
	parts[len(parts)-1].Text = plain(page[from:])
	parts[0].Text = strings.TrimSpace(summary + " " + parts[0].Text)
	return parts
}

// plain is the text of HTML that this project made itself.
func plain(page string) string {
	page = anyTag.ReplaceAllString(inlineTag.ReplaceAllString(page, ""), " ")
	return strings.TrimSpace(spaces.ReplaceAllString(html.UnescapeString(page), " "))
}
