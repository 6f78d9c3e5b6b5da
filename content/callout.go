package content

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// calloutNames are the kinds of callout, with what each is called when its
// author gives it no title.
var calloutNames = map[string]string{
	"NOTE":    "Note",
	"TIP":     "Tip",
	"WARNING": "Warning",
	"DANGER":  "Danger",
	"SUCCESS": "Success",
	"PREDICT": "", // depends on what stands behind it
}

var calloutMark = regexp.MustCompile(`^\[!([A-Za-z]*)\][ \t]*`)

// callout is a block quote whose first line is `[!KIND] Title`; its first
// child is the title.
type callout struct {
	ast.BaseBlock
	kind   string // lower case, of calloutNames
	line   int    // of its mark
	folded bool   // the page shows its title only, until somebody opens it
}

var kindCallout = ast.NewNodeKind("Callout")

func (c *callout) Kind() ast.NodeKind { return kindCallout }

func (c *callout) Dump(source []byte, level int) {
	ast.DumpHelper(c, source, level, map[string]string{"kind": c.kind}, nil)
}

type calloutTitle struct {
	ast.BaseBlock
	folded bool // of its callout
}

var kindCalloutTitle = ast.NewNodeKind("CalloutTitle")

func (t *calloutTitle) Kind() ast.NodeKind { return kindCalloutTitle }

func (t *calloutTitle) Dump(source []byte, level int) { ast.DumpHelper(t, source, level, nil, nil) }

// calloutTransformer turns marked block quotes into callouts.
type calloutTransformer struct{ *rendering }

// Transform implements parser.ASTTransformer.
func (ct calloutTransformer) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	var quotes []*ast.Blockquote
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if quote, ok := n.(*ast.Blockquote); ok && entering {
			quotes = append(quotes, quote)
		}
		return ast.WalkContinue, nil
	})
	for _, quote := range quotes {
		ct.transformQuote(quote)
	}
}

func (ct calloutTransformer) transformQuote(quote *ast.Blockquote) {
	first, ok := quote.FirstChild().(*ast.Paragraph)
	if !ok || first.Lines().Len() == 0 {
		return
	}
	line := first.Lines().At(0)
	mark := calloutMark.FindSubmatch(line.Value(ct.source))
	if mark == nil {
		return
	}
	name := strings.ToUpper(string(mark[1]))
	usual, known := calloutNames[name]
	if !known {
		ct.problem(ct.lineAt(line.Start), "[!%s]: expected NOTE, TIP, WARNING, DANGER, SUCCESS or PREDICT", mark[1])
		return
	}
	title := takeTitle(first, line.Start+len(mark[0]))
	if title.ChildCount() == 0 && usual != "" {
		title.AppendChild(title, ast.NewString([]byte(usual)))
	}
	rest := string(line.Value(ct.source))[len(mark[0]):]
	title.folded = name == "SUCCESS" && strings.HasPrefix(rest, foldedTitle)
	replaceQuote(quote, &callout{kind: strings.ToLower(name), line: ct.lineAt(line.Start), folded: title.folded}, title)
}

// foldedTitle begins the callout that answers questions: it opens when the
// learner has thought about them.
const foldedTitle = "Answers"

// takeTitle moves the first line of a paragraph, from byte offset start on,
// into a title of its own; what stands before start is thrown away, and so is
// a paragraph that has no second line.
func takeTitle(from *ast.Paragraph, start int) *calloutTitle {
	title := &calloutTitle{}
	for n := from.FirstChild(); n != nil; {
		next := n.NextSibling()
		t, isText := n.(*ast.Text)
		if isText && t.Segment.Stop <= start {
			from.RemoveChild(from, n)
		} else {
			if isText {
				t.Segment.Start = max(t.Segment.Start, start)
			}
			title.AppendChild(title, n) // takes it from the paragraph
		}
		if isText && (t.SoftLineBreak() || t.HardLineBreak()) {
			t.SetSoftLineBreak(false)
			t.SetHardLineBreak(false)
			break
		}
		n = next
	}
	if from.ChildCount() == 0 {
		from.Parent().RemoveChild(from.Parent(), from)
	}
	return title
}

func replaceQuote(quote *ast.Blockquote, c *callout, title *calloutTitle) {
	c.AppendChild(c, title)
	for n := quote.FirstChild(); n != nil; {
		next := n.NextSibling()
		c.AppendChild(c, n)
		n = next
	}
	quote.Parent().ReplaceChild(quote.Parent(), quote, c)
}

// calloutRenderer writes callouts as asides.
type calloutRenderer struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (cr calloutRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(kindCallout, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		c := n.(*callout)
		if c.folded {
			return writeTag(w, fmt.Sprintf("<details class=\"callout %s\">\n", c.kind), "</details>\n", entering)
		}
		return writeTag(w, fmt.Sprintf("<div class=\"callout %s\" role=\"note\"%s>\n", c.kind, attributes(c)), "</div>\n", entering)
	})
	reg.Register(kindCalloutTitle, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if n.(*calloutTitle).folded {
			return writeTag(w, "<summary class=\"callout-title\">", "</summary>\n", entering)
		}
		return writeTag(w, "<p class=\"callout-title\">", "</p>\n", entering)
	})
}

func writeTag(w util.BufWriter, open, closing string, entering bool) (ast.WalkStatus, error) {
	tag := open
	if !entering {
		tag = closing
	}
	_, err := w.WriteString(tag)
	return ast.WalkContinue, err
}
