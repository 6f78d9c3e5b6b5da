// Package content holds the lessons and turns them into pages: one folder a
// lesson, its text in lesson.md. The text is data that a teacher writes; a
// mistake in it is a [Problem] that names file and line.
//
// Nothing here knows the lab: what a shell block does when it runs is for the
// tests and the page. The package stays out of lab.wasm, and so does goldmark.
package content

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
)

//go:embed */lesson.md reference/*.md
var embedded embed.FS

// Embedded is the folder of lessons that this build was made with.
func Embedded() fs.FS { return embedded }

// Lesson is one page of the course, ready to be put beside a lab.
type Lesson struct {
	ID   string // the folder's name, and the last part of the page's address
	File string // where the text is, for messages
	Text string // as its author wrote it
	Meta
	Page
}

// Meta is what a lesson says of itself in its front matter.
type Meta struct {
	Title    string `yaml:"title"`
	Part     string `yaml:"part"`     // of the course, one of Parts; lessons of a part stand together
	Order    int    `yaml:"order"`    // place in the course, from 1; no two lessons share one
	Minutes  int    `yaml:"minutes"`  // what an average learner needs
	Exercise string `yaml:"exercise"` // id of the exercise that belongs to it; may be absent
	Members  int    `yaml:"members"`  // size of the world its blocks run in, 1 to 9 (3)
	TLS      bool   `yaml:"tls"`      // members of its world speak TLS, with the certificates in certs/
	Summary  string `yaml:"summary"`  // one sentence for the course map
}

// Parts are the parts of the course, in its order.
var Parts = []string{"Foundations", "Agreement", "Operations", "Kubernetes"}

// Load reads every lesson of a folder of lessons, in the order of the course.
// A folder without a lesson.md is not a lesson. All mistakes are told at once.
func Load(lessons fs.FS) ([]*Lesson, error) {
	files, err := fs.Glob(lessons, "*/lesson.md")
	if err != nil {
		return nil, err
	}
	words, err := readTerms(lessons)
	if err != nil {
		return nil, err
	}
	var all []*Lesson
	var problems Problems
	for _, file := range files {
		text, err := fs.ReadFile(lessons, file)
		if err != nil {
			return nil, err
		}
		lesson, err := readLesson(path.Dir(file), file, text, words)
		problems = problems.join(err)
		all = append(all, lesson)
	}
	problems = append(problems, sameOrder(all)...)
	if len(problems) > 0 {
		return nil, problems
	}
	slices.SortFunc(all, func(a, b *Lesson) int { return cmp.Compare(a.Order, b.Order) })
	return all, nil
}

// Read makes one lesson of its text, without marks of the glossary's words.
// The error, if any, is of type [Problems].
func Read(id, file string, text []byte) (*Lesson, error) {
	return readLesson(id, file, text, terms{})
}

func readLesson(id, file string, text []byte, words terms) (*Lesson, error) {
	page, meta, problems := render(file, text, true, words)
	lesson := &Lesson{ID: id, File: file, Text: string(text), Meta: meta, Page: page}
	if len(problems) > 0 {
		return lesson, problems
	}
	return lesson, nil
}

// Blocks gives the shell blocks of a lesson that a learner can run, in order.
func Blocks(lesson *Lesson) []Block {
	var blocks []Block
	for _, block := range lesson.Page.Code {
		if block.Run {
			blocks = append(blocks, block)
		}
	}
	return blocks
}

func sameOrder(lessons []*Lesson) Problems {
	var problems Problems
	seen := map[int]string{}
	for _, lesson := range lessons {
		if other, ok := seen[lesson.Order]; ok {
			problems = append(problems, Problem{lesson.File, 1, fmt.Sprintf("order: %d is taken by %s", lesson.Order, other)})
		}
		seen[lesson.Order] = lesson.ID
	}
	return problems
}
