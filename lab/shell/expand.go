package shell

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// errSubstitution tells that a command substitution was left early.
var errSubstitution = errors.New("command substitution ended")

func noProcSubst(*syntax.ProcSubst) (string, error) {
	return "", errors.New("process substitution is not supported; use a pipe or a file")
}

// expanding guards one expansion: its size is estimated before, command
// substitutions in it share a budget, and a mistake leaves the command.
func (r *runner) expanding(words []*syntax.Word, do func() error) (ok bool) {
	outer := r.budget
	r.budget = MaxValueBytes
	defer func() { r.budget = outer }()
	for _, word := range words {
		if word != nil && r.estimate(word) > 4*MaxValueBytes {
			_ = r.tooLarge()
			return false
		}
	}
	switch err := r.guarded(do); {
	case err == nil:
		return r.ctx.Err() == nil
	case errors.Is(err, errSubstitution) || r.ctx.Err() != nil:
		return false
	case errors.As(err, new(*limitError)):
		r.group.cancel(err)
		return false
	default:
		r.abandon("%s", strings.TrimPrefix(err.Error(), "sh: "))
		return false
	}
}

func (r *runner) tooLarge() error {
	return r.group.exceed("an expansion is larger than %d KiB: the command was ended", MaxValueBytes>>10)
}

// guarded turns a panic of the expander (odd operators it does not know) into
// an error. A panic of a command inside a substitution is none of it: it goes on.
func (r *runner) guarded(do func() error) (err error) {
	outer := r.substituting
	r.substituting = false
	defer func() {
		cause := recover()
		if cause != nil && r.substituting {
			panic(cause)
		}
		r.substituting = outer
		if cause != nil {
			err = fmt.Errorf("bad substitution: %v", cause)
		}
	}()
	return do()
}

// fields expands words into arguments.
func (r *runner) fields(words []*syntax.Word) (list []string, ok bool) {
	ok = r.expanding(words, func() error {
		total := 0
		for field, err := range expand.FieldsSeq(r.expansion, words...) {
			if err != nil {
				return err
			}
			if total += len(field) + 1; total > MaxValueBytes {
				return r.tooLarge()
			}
			list = append(list, field)
		}
		return nil
	})
	return list, ok
}

// literal expands a word into one text.
func (r *runner) literal(word *syntax.Word) (string, bool) {
	return r.one(unescaped(word), expand.Literal)
}

// unescaped writes the backslashes of a word that stand outside quotes as
// quotes: expand.Literal keeps them, a shell does not.
func unescaped(word *syntax.Word) *syntax.Word {
	if word == nil || !slices.ContainsFunc(word.Parts, hasBackslash) {
		return word
	}
	plain := &syntax.Word{}
	for _, part := range word.Parts {
		if hasBackslash(part) {
			plain.Parts = append(plain.Parts, quotedParts(part.(*syntax.Lit).Value)...)
		} else {
			plain.Parts = append(plain.Parts, part)
		}
	}
	return plain
}

// quotedParts makes a part in quotes of each character after a backslash; a
// newline there is a line that goes on.
func quotedParts(text string) (parts []syntax.WordPart) {
	for {
		before, after, escaped := strings.Cut(text, `\`)
		if before != "" {
			parts = append(parts, &syntax.Lit{Value: before})
		}
		if !escaped {
			return parts
		}
		_, size := utf8.DecodeRuneInString(after)
		if after[:size] != "\n" {
			parts = append(parts, &syntax.SglQuoted{Value: after[:size]})
		}
		text = after[size:]
	}
}

func hasBackslash(part syntax.WordPart) bool {
	lit, ok := part.(*syntax.Lit)
	return ok && strings.Contains(lit.Value, `\`)
}

// pattern expands a word into a pattern.
func (r *runner) pattern(word *syntax.Word) (string, bool) {
	return r.one(word, expand.Pattern)
}

func (r *runner) one(word *syntax.Word, as func(*expand.Config, *syntax.Word) (string, error)) (text string, ok bool) {
	if word == nil {
		return "", true
	}
	ok = r.expanding([]*syntax.Word{word}, func() (err error) {
		text, err = as(r.expansion, word)
		if len(text) > MaxValueBytes {
			return r.tooLarge()
		}
		return err
	})
	return text, ok
}

func (r *runner) arithmeticValue(x syntax.ArithmExpr) (n int, ok bool) {
	ok = r.expanding(nil, func() (err error) {
		n, err = expand.Arithm(r.expansion, x)
		return err
	})
	return n, ok
}

// substitute runs a command substitution.
func (r *runner) substitute(w io.Writer, cs *syntax.CmdSubst) error {
	if !r.step() {
		return errSubstitution
	}
	child, err := r.fork()
	if err != nil {
		return errSubstitution
	}
	child.fds[1] = stream{w: &substituteWriter{r, w}}
	child.subst = -1
	r.substituting = true
	child.statements(cs.Stmts)
	r.substituting = false
	r.subst = child.status
	child.exited()
	if r.ctx.Err() != nil {
		return errSubstitution
	}
	return nil
}

// substituteWriter collects a command substitution within the budget.
type substituteWriter struct {
	r *runner
	w io.Writer
}

func (s *substituteWriter) Write(b []byte) (int, error) {
	if s.r.budget -= len(b); s.r.budget < 0 {
		return 0, s.r.group.exceed("a command substitution is larger than %d KiB: the command was ended", MaxValueBytes>>10)
	}
	return s.w.Write(b)
}

// estimate tells how large a word may become, command substitutions aside: more
// rather than less.
func (r *runner) estimate(word *syntax.Word) int {
	if word == nil {
		return 0
	}
	return r.estimateParts(word.Parts)
}

// estimateCap keeps products of estimates from overflowing.
const estimateCap = 1 << 30

func (r *runner) estimateParts(parts []syntax.WordPart) int {
	size := 0
	for _, part := range parts {
		switch part := part.(type) {
		case *syntax.Lit:
			size += len(part.Value)
		case *syntax.SglQuoted:
			size += len(part.Value)
		case *syntax.DblQuoted:
			size += r.estimateParts(part.Parts)
		case *syntax.ParamExp:
			size += r.estimateParameter(part)
		default:
			size += 32
		}
		size = min(size, estimateCap)
	}
	return size
}

func (r *runner) estimateParameter(pe *syntax.ParamExp) int {
	if pe.Param == nil || pe.Length {
		return 32
	}
	v := environment{r}.Get(pe.Param.Value)
	size, count := valueSize(v), len(v.List)+1
	if pe.Excl {
		size += valueSize(environment{r}.Get(v.String()))
	}
	switch {
	case pe.Repl != nil && pe.Repl.All:
		size += (size + count) * (1 + min(r.estimate(pe.Repl.With), estimateCap>>12))
	case pe.Repl != nil:
		size += count * (1 + min(r.estimate(pe.Repl.With), estimateCap>>12))
	case pe.Exp != nil:
		size += r.estimate(pe.Exp.Word)
	}
	return min(size, estimateCap)
}
