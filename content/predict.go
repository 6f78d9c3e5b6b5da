package content

import (
	"fmt"
	"strconv"

	"github.com/yuin/goldmark/ast"
	extension "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// A prediction is a callout `> [!PREDICT]`: a question, and below it perhaps a
// list of choices of which one is right:
//
//	> [!PREDICT]
//	> After which one does the write fail?
//	> - [ ] after the third
//	> - [x] after the fourth
//
// Without choices the learner answers in words. The page has the learner
// commit to an answer, runs the block that stands right behind, and compares.
const predictKind = "predict"

const (
	predictRun  = "Predict before you run"
	predictRead = "Predict before you read on" // no block stands behind

	minChoices = 2
	maxChoices = 6
)

// predictTransformer numbers the predictions of a text and reads their choices.
type predictTransformer struct{ *rendering }

// Transform implements parser.ASTTransformer; callouts have been made before.
func (pt predictTransformer) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	n := 0
	for node := doc.FirstChild(); node != nil; node = node.NextSibling() {
		if c, ok := node.(*callout); ok && c.kind == predictKind {
			n++
			pt.prediction(c, n)
		}
	}
	pt.strayBoxes(doc)
}

func (pt predictTransformer) prediction(c *callout, n int) {
	c.SetAttributeString("data-predict", []byte(strconv.Itoa(n)))
	title := predictRead
	if next, ok := c.NextSibling().(*ast.FencedCodeBlock); ok && runs(next, pt.source) {
		title = predictRun
		c.SetAttributeString("data-runs", []byte(""))
	}
	if heading := c.FirstChild(); heading.ChildCount() == 0 {
		heading.AppendChild(heading, ast.NewString([]byte(title)))
	}
	if c.ChildCount() < 2 {
		pt.problem(c.line, "[!PREDICT]: expected a question below it")
	}
	for child := c.FirstChild(); child != nil; child = child.NextSibling() {
		if list, ok := child.(*ast.List); ok {
			pt.choices(list)
		}
	}
}

// choices turns the boxes of a list into attributes of its items.
func (pt predictTransformer) choices(list *ast.List) {
	list.SetAttributeString("class", []byte("choices"))
	right := 0
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		box, ok := item.FirstChild().FirstChild().(*extension.TaskCheckBox)
		if !ok {
			pt.problem(pt.lineOf(item.FirstChild()), "[!PREDICT]: each choice begins with [ ], the right one with [x]")
			continue
		}
		if box.IsChecked {
			right++
			item.SetAttributeString("data-right", []byte(""))
		}
		box.Parent().RemoveChild(box.Parent(), box)
	}
	if n := list.ChildCount(); n < minChoices || n > maxChoices || right != 1 {
		pt.problem(pt.lineOf(list.FirstChild().FirstChild()), "[!PREDICT]: expected %d to %d choices and one [x], not %d and %d", minChoices, maxChoices, n, right)
	}
}

// strayBoxes finds boxes outside of predictions, where nobody could tick them.
func (pt predictTransformer) strayBoxes(doc ast.Node) {
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if box, ok := n.(*extension.TaskCheckBox); ok && entering {
			pt.problem(pt.lineOf(box.NextSibling()), "a box to tick has its place in a [!PREDICT]")
		}
		return ast.WalkContinue, nil
	})
}

// attributes are those of a callout's tag, in the order they were set.
func attributes(n ast.Node) string {
	out := ""
	for _, a := range n.Attributes() {
		out += fmt.Sprintf(" %s=%q", a.Name, a.Value)
	}
	return out
}
