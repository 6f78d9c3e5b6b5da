package content

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
	"go.abhg.dev/goldmark/anchor"
	"go.abhg.dev/goldmark/frontmatter"
	"go.abhg.dev/goldmark/toc"
)

// Page is markdown made into HTML.
type Page struct {
	HTML     string    // safe to put into a page: raw HTML in the source is a problem
	Contents []Heading // of level two and three, nested
	Code     []Block   // every fenced block, in order
	Links    []Link    // every link and image, in order
	Terms    []string  // IDs of the glossary's words that are marked in it
}

// Heading is one line of a table of contents.
type Heading struct {
	ID, Title string
	Children  []Heading
}

// Link is an address the text points to.
type Link struct {
	URL  string
	Line int // from 1
}

// Markdown renders a text that is not a lesson, such as an exercise's task:
// the same rules but for the front matter, which it must not have.
func Markdown(file string, source []byte) (*Page, error) {
	page, _, problems := render(file, source, false, terms{})
	if len(problems) > 0 {
		return nil, problems
	}
	return &page, nil
}

func render(file string, source []byte, lesson bool, words terms) (Page, Meta, Problems) {
	run := &rendering{file: file, source: source, terms: words}
	md := run.markdown(lesson)
	pc := parser.NewContext()
	doc := md.Parser().Parse(text.NewReader(source), parser.WithContext(pc))
	var meta Meta
	if lesson {
		meta = run.meta(frontmatter.Get(pc))
	}
	run.inspect(doc)
	run.page.Contents = contents(doc, source)
	var out bytes.Buffer
	if err := md.Renderer().Render(&out, source, doc); err != nil {
		run.problem(1, "%v", err)
	}
	run.page.HTML = inOrder(out.String())
	slices.SortStableFunc(run.problems, func(a, b Problem) int { return a.Line - b.Line })
	return run.page, meta, run.problems
}

// rendering is the work on one text; not for concurrent use.
type rendering struct {
	file     string
	source   []byte
	terms    terms
	page     Page
	problems Problems
}

func (r *rendering) markdown(lesson bool) goldmark.Markdown {
	extensions := []goldmark.Extender{
		extension.Table,
		extension.Strikethrough,
		&anchor.Extender{Texter: anchor.Text("#"), Attributer: anchorAttributes{}},
	}
	if lesson {
		extensions = append(extensions, &frontmatter.Extender{Formats: []frontmatter.Format{strictYAML}})
	}
	return goldmark.New(
		goldmark.WithExtensions(extensions...),
		goldmark.WithParserOptions(
			parser.WithAutoHeadingID(),
			parser.WithInlineParsers(util.Prioritized(extension.NewTaskCheckBoxParser(), 0)),
			parser.WithASTTransformers(
				util.Prioritized(calloutTransformer{r}, 200),
				util.Prioritized(predictTransformer{r}, 210),
				util.Prioritized(termTransformer{r}, 220),
			),
		),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(
			util.Prioritized(codeRenderer{r}, 100),
			util.Prioritized(calloutRenderer{}, 100),
			util.Prioritized(termRenderer{}, 100),
			util.Prioritized(tableRenderer{}, 100),
		)),
	)
}

// anchorAttributes name the link of a heading for people who do not see it.
type anchorAttributes struct{}

func (anchorAttributes) AnchorAttributes(h *anchor.HeaderInfo) map[string]string {
	return map[string]string{"class": "anchor", "aria-label": "Link to this part"}
}

// inOrder makes a page the same each time it is rendered: goldmark-anchor writes
// the attributes of a link as they come out of a map.
func inOrder(html string) string {
	return strings.ReplaceAll(html, `aria-label="Link to this part" class="anchor"`, `class="anchor" aria-label="Link to this part"`)
}

func (r *rendering) problem(line int, format string, args ...any) {
	r.problems = append(r.problems, Problem{r.file, line, fmt.Sprintf(format, args...)})
}

// lineAt is the number of the line that holds byte offset.
func (r *rendering) lineAt(offset int) int {
	return 1 + bytes.Count(r.source[:min(offset, len(r.source))], []byte("\n"))
}

// lineOf is the line a node begins on, or that of what stands around it.
func (r *rendering) lineOf(n ast.Node) int {
	for ; n != nil; n = n.Parent() {
		if t, ok := n.(*ast.Text); ok {
			return r.lineAt(t.Segment.Start)
		}
		if n.Type() != ast.TypeInline && n.Lines() != nil && n.Lines().Len() > 0 {
			return r.lineAt(n.Lines().At(0).Start)
		}
	}
	return 1
}

// inspect collects links and finds what a page must not have.
func (r *rendering) inspect(doc ast.Node) {
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			r.inspectNode(n)
		}
		return ast.WalkContinue, nil
	})
}

func (r *rendering) inspectNode(n ast.Node) {
	switch n := n.(type) {
	case *ast.RawHTML, *ast.HTMLBlock:
		r.problem(r.lineOf(n), "HTML has no place in a text: write markdown, or put <angle brackets> into `code`")
	case *ast.Heading:
		if n.Level == 1 {
			r.problem(r.lineOf(n), "a heading begins with ## here: the page's one # is its title")
		}
	case *ast.Image:
		if n.ChildCount() == 0 {
			r.problem(r.lineOf(n), "an image needs words for those who do not see it: ![words](address)")
		}
		r.link(n.Destination, n)
	case *ast.Link:
		r.link(n.Destination, n)
	case *ast.AutoLink:
		r.link(n.URL(r.source), n)
	}
}

func (r *rendering) link(destination []byte, n ast.Node) {
	line := r.lineOf(n)
	if len(destination) == 0 {
		r.problem(line, "a link without an address")
	}
	r.page.Links = append(r.page.Links, Link{string(destination), line})
}

func contents(doc ast.Node, source []byte) []Heading {
	tree, err := toc.Inspect(doc, source, toc.MinDepth(2), toc.MaxDepth(3), toc.Compact(true))
	if err != nil {
		return nil // no walker of ours returns an error
	}
	return headings(tree.Items)
}

func headings(items toc.Items) []Heading {
	var hs []Heading
	for _, item := range items {
		title := strings.TrimSpace(string(item.Title))
		hs = append(hs, Heading{ID: string(item.ID), Title: title, Children: headings(item.Items)})
	}
	return hs
}
