package content

import (
	"slices"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/formatters/html"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// Block is one fenced block of a text.
type Block struct {
	Lang string // sh, console, yaml, …; empty for plain text
	Text string
	Line int  // of its first line of text, from 1
	Run  bool // a learner can run it: ```sh without norun

	// Output is what running it shows, as the ```text block right behind it has
	// it: … stands for anything within a line, and on a line of its own for any
	// lines. Nil if the lesson shows none.
	Output *Block
}

// codeRenderer writes fenced blocks: highlighted by class names, and those
// that can be run in a figure that the page gives a Run button.
type codeRenderer struct{ *rendering }

// RegisterFuncs implements renderer.NodeRenderer.
func (cr codeRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindFencedCodeBlock, cr.render)
}

func (cr codeRenderer) render(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	block := cr.block(n.(*ast.FencedCodeBlock))
	cr.page.Code = append(cr.page.Code, block)
	open, closing := "", "\n"
	switch {
	case block.Run:
		open, closing = `<figure class="run" data-run>`, "</figure>\n"
	case cr.showsOutput(n):
		open, closing = "<details class=\"shown\"><summary>What it prints</summary>\n", "</details>\n"
	}
	_, _ = w.WriteString(open)
	if err := highlight(w, block); err != nil {
		return ast.WalkStop, err
	}
	_, err := w.WriteString(closing)
	return ast.WalkSkipChildren, err
}

// fenceWords are those behind the opening fence.
func fenceWords(n *ast.FencedCodeBlock, source []byte) []string {
	if n.Info == nil {
		return nil
	}
	return strings.Fields(string(n.Info.Segment.Value(source)))
}

// runs says whether a learner can run a block.
func runs(n *ast.FencedCodeBlock, source []byte) bool {
	words := fenceWords(n, source)
	return len(words) > 0 && words[0] == "sh" && !slices.Contains(words, "norun")
}

func (cr codeRenderer) block(n *ast.FencedCodeBlock) Block {
	block := Block{Line: cr.fenceLine(n) + 1, Text: string(n.Lines().Value(cr.source)), Run: runs(n, cr.source)}
	words := fenceWords(n, cr.source)
	if len(words) > 0 {
		block.Lang = words[0]
	}
	cr.checkBlock(block, words)
	return block
}

// showsOutput gives the newest block to the one before it, if it stands right
// behind one that runs and is ```text. Such a block is folded on the page: it
// would answer a prediction before the learner has run anything.
func (cr codeRenderer) showsOutput(n ast.Node) bool {
	last := len(cr.page.Code) - 1
	if _, fenced := n.PreviousSibling().(*ast.FencedCodeBlock); !fenced || last < 1 {
		return false
	}
	block := cr.page.Code[last]
	if block.Lang != "text" || !cr.page.Code[last-1].Run {
		return false
	}
	cr.page.Code[last-1].Output = &block
	return true
}

// fenceLine is the line of the opening fence.
func (cr codeRenderer) fenceLine(n *ast.FencedCodeBlock) int {
	if n.Info != nil {
		return cr.lineAt(n.Info.Segment.Start)
	}
	return cr.lineOf(n) - 1
}

func (cr codeRenderer) checkBlock(block Block, words []string) {
	fence := block.Line - 1
	if len(words) > 1 && (len(words) > 2 || words[1] != "norun" || block.Lang != "sh") {
		cr.problem(fence, "after ``` expected a language, or `sh norun`, not %q", strings.Join(words, " "))
	}
	if block.Lang != "" && lexers.Get(block.Lang) == nil {
		cr.problem(fence, "```%s: this language is not known; sh, console, yaml, json and text are", block.Lang)
	}
	if block.Run && strings.TrimSpace(block.Text) == "" {
		cr.problem(fence, "an empty block cannot be run")
	}
}

var formatter = html.New(html.WithClasses(true), html.WithPreWrapper(preWrapper{}))

func highlight(w util.BufWriter, block Block) error {
	lexer := lexers.Get(block.Lang)
	if lexer == nil || block.Lang == "" {
		lexer = lexers.Fallback
	}
	tokens, err := chroma.Coalesce(lexer).Tokenise(nil, block.Text)
	if err != nil {
		return err
	}
	return formatter.Format(w, lightStyle, tokens)
}

// preWrapper makes a block reachable with the keyboard, since a long line
// scrolls inside it.
type preWrapper struct{}

func (preWrapper) Start(bool, string) string { return `<pre class="chroma" tabindex="0"><code>` }
func (preWrapper) End(bool) string           { return `</code></pre>` }
