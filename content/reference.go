package content

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"gopkg.in/yaml.v3"
)

// Reference is one page to look things up in: not a part of the course's
// order, and without a lab of its own.
type Reference struct {
	ID      string // the file's name, and the last part of the page's address
	File    string
	Title   string `yaml:"title"`
	Summary string `yaml:"summary"`
	Page    Page   `yaml:"-"`
}

// Address is where a site has the page.
func (r *Reference) Address() string { return "/reference/" + r.ID + "/" }

// References reads the pages of reference/*.md in a folder of lessons, in the
// order of their names. The error, if any, is of type [Problems] or that of
// reading.
func References(lessons fs.FS) ([]*Reference, error) {
	files, err := fs.Glob(lessons, "reference/*.md")
	if err != nil {
		return nil, err
	}
	var all []*Reference
	var problems Problems
	for _, file := range files {
		text, err := fs.ReadFile(lessons, file)
		if err != nil {
			return nil, err
		}
		reference, err := readReference(file, text)
		problems = problems.join(err)
		all = append(all, reference)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return all, nil
}

func readReference(file string, text []byte) (*Reference, error) {
	r := &Reference{ID: strings.TrimSuffix(path.Base(file), ".md"), File: file}
	head, rest, found := bytes.Cut(bytes.TrimPrefix(text, []byte("---\n")), []byte("\n---\n"))
	if !found {
		return r, Problems{{file, 1, "expected front matter between two lines of --- at the top: title, summary"}}
	}
	dec := yaml.NewDecoder(bytes.NewReader(head))
	dec.KnownFields(true)
	if err := dec.Decode(&struct {
		Title   *string `yaml:"title"`
		Summary *string `yaml:"summary"`
	}{&r.Title, &r.Summary}); err != nil {
		line, problem := metaProblem(err.Error())
		return r, Problems{{file, line, problem}}
	}
	if r.Title == "" || r.Summary == "" {
		return r, Problems{{file, 1, "title, summary: expected both"}}
	}
	above := bytes.Count(text[:len(text)-len(rest)], []byte("\n"))
	page, err := Markdown(file, append(bytes.Repeat([]byte("\n"), above), rest...))
	if err != nil {
		return r, err
	}
	r.Page = *page
	return r, nil
}

// Term is one word of the glossary.
type Term struct {
	ID   string // of its heading: the page's #quorum
	Name string
	Text string // one paragraph of markdown
}

// Glossary takes the words out of reference/glossary.md: each heading of level
// two and the paragraph below it.
func Glossary(lessons fs.FS) ([]Term, error) {
	text, err := fs.ReadFile(lessons, glossaryFile)
	if err != nil {
		return nil, err
	}
	r, err := readReference(glossaryFile, text)
	if err != nil {
		return nil, err
	}
	parts := strings.Split("\n"+body(string(text)), "\n## ")[1:]
	terms := make([]Term, len(parts))
	for i, part := range parts {
		name, paragraph, _ := strings.Cut(part, "\n")
		terms[i] = Term{ID: r.Page.Contents[i].ID, Name: name, Text: strings.TrimSpace(paragraph)}
	}
	return terms, nil
}

// CheckReferences holds links of reference pages to what is there.
func CheckReferences(references []*Reference, lessons []*Lesson, pages ...string) Problems {
	var problems Problems
	for _, r := range references {
		pages = append(pages, r.Address())
	}
	for _, r := range references {
		own := &Lesson{File: r.File, Page: r.Page}
		problems = append(problems, brokenLinks(own, lessons, pages)...)
		if len(r.Summary) > 160 {
			problems = append(problems, Problem{r.File, 1, fmt.Sprintf("summary: expected one sentence, not %d characters", len(r.Summary))})
		}
	}
	return problems
}
