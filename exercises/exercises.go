// Package exercises reads exercise folders, checks them, and compiles each to
// the JSON that the grader reads. The course's own folders are embedded.
//
// A folder is the exercise's id and holds
//
//	exercise.yaml        the world, the steps, what must never be
//	task.md              what the learner reads
//	solution.sh          a reference solution, in the learner's own shell
//	alternatives/*.sh    other good ways
//	wrong/*.sh           attempts that must not pass; the first line of each is
//	                     "# stops at: STEP"
package exercises

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"quorumlab/grader"
	"quorumlab/lab/recording"
)

//go:embed */exercise.yaml */task.md */*.sh */*/*.sh
var embedded embed.FS

// Exercise is one folder, read and checked.
type Exercise struct {
	ID      string
	Title   string
	Lesson  string // id of the lesson it belongs to
	Minutes int
	Level   int    // of difficulty: 1 to 4
	Kind    string // Hands, or Runbook: the learner writes a script, and it is run with many seeds
	MayLose bool   // of a runbook: acknowledged writes may be gone in the end
	Explain string // markdown, shown once it is solved
	Task    string // markdown

	Solution     string
	Alternatives []Script
	Wrong        []Script // with StopsAt

	World  recording.World
	Spec   grader.Spec
	JSON   []byte // the compiled spec: what enters the world
	SHA256 string // of JSON, in hex

	// Variants are the exercise with each combination of the words of vary:,
	// itself first. They share the id, and differ in all that a word stands in.
	Variants []*Exercise
}

// The kinds of exercise.
const (
	Hands   = ""        // done at the shell, once
	Runbook = "runbook" // a script, judged over many seeds
)

// Script is an attempt in the learner's shell.
type Script struct {
	Name    string // file name without .sh
	Text    string
	StopsAt string // of a wrong attempt: the id of the first step it must not pass
}

// All returns the course's own exercises, by id.
var All = sync.OnceValues(func() ([]*Exercise, error) { return Load(embedded) })

// Find returns one of the course's own exercises.
func Find(id string) (*Exercise, error) {
	all, err := All()
	if err != nil {
		return nil, err
	}
	for _, e := range all {
		if e.ID == id {
			return e, nil
		}
	}
	return nil, fmt.Errorf("there is no exercise %q", id)
}

// Load reads every folder of fsys that holds an exercise.yaml. Its error joins
// all mistakes, each with file and, where one is known, line and column.
func Load(fsys fs.FS) ([]*Exercise, error) {
	found, err := fs.Glob(fsys, "*/exercise.yaml")
	if err != nil {
		return nil, err
	}
	var all []*Exercise
	var mistakes []error
	for _, file := range found {
		e, err := LoadOne(fsys, path.Dir(file))
		if err != nil {
			mistakes = append(mistakes, err)
			continue
		}
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b *Exercise) int { return strings.Compare(a.ID, b.ID) })
	return all, errors.Join(mistakes...)
}

// LoadOne reads one folder of fsys; "." is fsys itself, whose exercise then
// has the id "exercise".
func LoadOne(fsys fs.FS, dir string) (*Exercise, error) {
	text, _ := fs.ReadFile(fsys, path.Join(dir, "exercise.yaml"))
	variations := readVariations(text)
	first, err := loadVariant(fsys, dir, variations, 0)
	if err != nil {
		return nil, err
	}
	first.Variants = []*Exercise{first}
	for n := 1; n < countVariants(variations); n++ {
		variant, err := loadVariant(fsys, dir, variations, n)
		if err != nil {
			return nil, fmt.Errorf("with the words %v: %w", choose(variations, n), err)
		}
		first.Variants = append(first.Variants, variant)
	}
	return first, nil
}

func loadVariant(fsys fs.FS, dir string, variations []variation, n int) (*Exercise, error) {
	r := &reader{fsys: fsys, dir: dir, exercise: &Exercise{ID: path.Base(dir)}, variations: variations}
	if len(variations) > 0 {
		r.choice = choose(variations, n)
	}
	if dir == "." {
		r.exercise.ID = "exercise"
	}
	r.read()
	if len(r.mistakes) > 0 {
		return nil, errors.Join(r.mistakes...)
	}
	return r.exercise, r.exercise.compile()
}

// keepEverything is what every runbook is held to that does not say may_lose.
var keepEverything = grader.Never{When: "lost", Say: "A write that was acknowledged is gone.", Fatal: true}

func (e *Exercise) compile() error {
	e.Spec.ID, e.Spec.Title, e.Spec.World = e.ID, e.Title, e.World
	if e.Kind == Runbook && !e.MayLose {
		e.Spec.Never = append(e.Spec.Never, keepEverything)
	}
	text, err := json.Marshal(&e.Spec)
	if err != nil {
		return err
	}
	if text, err = recording.Canonical(text); err != nil {
		return err
	}
	if _, err := grader.Parse(text); err != nil {
		return fmt.Errorf("%s: %w", e.ID, err)
	}
	sum := sha256.Sum256(text)
	e.JSON, e.SHA256 = text, hex.EncodeToString(sum[:])
	return nil
}
