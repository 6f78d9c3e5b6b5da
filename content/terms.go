package content

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// glossaryFile holds the words that texts explain in passing.
const glossaryFile = "reference/glossary.md"

// GlossaryAddress is where a site has that page.
const GlossaryAddress = "/reference/glossary/"

// plainWords are in the glossary and too common in plain English to be marked
// wherever they stand.
var plainWords = []string{"log", "unknown", "version", "watch"}

// terms finds the glossary's words in a text. The zero value finds none.
type terms struct {
	pattern *regexp.Regexp
	byForm  map[string]string // from a form in lower case to a term's ID
}

// readTerms gives the terms of a folder of lessons; none if it has no glossary.
func readTerms(lessons fs.FS) (terms, error) {
	if _, err := fs.Stat(lessons, glossaryFile); err != nil {
		return terms{}, nil
	}
	glossary, err := Glossary(lessons)
	return newTerms(glossary), err
}

func newTerms(glossary []Term) terms {
	t := terms{byForm: map[string]string{}}
	var all []string
	for _, term := range glossary {
		if slices.Contains(plainWords, strings.ToLower(term.Name)) {
			continue
		}
		for _, form := range forms(strings.ToLower(term.Name)) {
			t.byForm[form] = term.ID
			all = append(all, regexp.QuoteMeta(form))
		}
	}
	if len(all) == 0 {
		return t
	}
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) }) // the longest wins
	t.pattern = regexp.MustCompile(`(?i)\b(?:` + strings.Join(all, "|") + `)\b`)
	return t
}

// forms are how a word may stand in a sentence: quorum, quorums; apply,
// applies, applied; commit, committed.
func forms(word string) []string {
	all := []string{word}
	switch last := word[len(word)-1]; {
	case last == 'y' && !strings.ContainsAny(word[len(word)-2:len(word)-1], "aeiou"):
		stem := word[:len(word)-1]
		all = append(all, stem+"ies", stem+"ied")
	case last == 'e':
		all = append(all, word+"s", word+"d")
	case strings.HasSuffix(word, "it"):
		all = append(all, word+"s", word+"ted")
	case last == 'x' || last == 's':
		all = append(all, word+"es")
	case last >= 'a' && last <= 'z':
		all = append(all, word+"s", word+"ed")
	}
	return all
}

// termMark is a word that the glossary explains, on its first use in a section.
type termMark struct {
	ast.BaseInline
	id string
}

var kindTermMark = ast.NewNodeKind("TermMark")

func (m *termMark) Kind() ast.NodeKind { return kindTermMark }

func (m *termMark) Dump(source []byte, level int) {
	ast.DumpHelper(m, source, level, map[string]string{"id": m.id}, nil)
}

// termTransformer marks the first use of each term below each heading of level
// two, and above the first of them.
type termTransformer struct{ *rendering }

// Transform implements parser.ASTTransformer.
func (tt termTransformer) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	if tt.terms.pattern == nil {
		return
	}
	seen := map[string]bool{}
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if heading, ok := n.(*ast.Heading); ok && heading.Level == 2 {
			seen = map[string]bool{}
		}
		for _, t := range plainTexts(n) {
			tt.mark(t, seen)
		}
	}
}

// plainTexts are the texts below a node that are neither code nor a link, nor
// a heading.
func plainTexts(n ast.Node) []*ast.Text {
	var texts []*ast.Text
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.CodeSpan, *ast.Link, *ast.AutoLink, *ast.Image, *ast.Heading, *ast.FencedCodeBlock, *calloutTitle:
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			if entering {
				texts = append(texts, n)
			}
		}
		return ast.WalkContinue, nil
	})
	return texts
}

// mark splits a text at each term that was not seen before.
func (tt termTransformer) mark(t *ast.Text, seen map[string]bool) {
	for _, at := range tt.terms.pattern.FindAllIndex(t.Segment.Value(tt.source), -1) {
		start, stop := t.Segment.Start+at[0], t.Segment.Start+at[1]
		id := tt.terms.byForm[strings.ToLower(string(tt.source[start:stop]))]
		if seen[id] {
			continue
		}
		seen[id] = true
		tt.use(id)
		t = splitOut(t, start, stop, id)
		tt.mark(t, seen)
		return
	}
}

// use notes that a page has a term.
func (r *rendering) use(id string) {
	if !slices.Contains(r.page.Terms, id) {
		r.page.Terms = append(r.page.Terms, id)
	}
}

// splitOut puts bytes start to stop of a text into a mark and gives the text
// behind it.
func splitOut(t *ast.Text, start, stop int, id string) *ast.Text {
	rest := ast.NewTextSegment(text.NewSegment(stop, t.Segment.Stop))
	rest.SetSoftLineBreak(t.SoftLineBreak())
	rest.SetHardLineBreak(t.HardLineBreak())
	t.SetSoftLineBreak(false)
	t.SetHardLineBreak(false)
	t.Segment.Stop = start
	mark := &termMark{id: id}
	mark.AppendChild(mark, ast.NewTextSegment(text.NewSegment(start, stop)))
	parent := t.Parent()
	parent.InsertAfter(parent, t, mark)
	parent.InsertAfter(parent, mark, rest)
	return rest
}

// termRenderer writes a mark as a link to the glossary, which the page turns
// into a pop-up.
type termRenderer struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (termRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(kindTermMark, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		id := n.(*termMark).id
		return writeTag(w, fmt.Sprintf(`<a class="term" href="%s#%s" data-term="%s">`, GlossaryAddress, id, id), "</a>", entering)
	})
}
