package play

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"testing"

	"quorumlab/content"
	"quorumlab/server/host"
)

// labFile is what `make lab` builds.
const labFile = "../../dist/lab.wasm"

func module(t *testing.T) *host.Module {
	t.Helper()
	wasm, err := os.ReadFile(labFile)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatal("no dist/lab.wasm: `make lab` builds it")
	}
	if err != nil {
		t.Fatal(err)
	}
	m, err := host.Compile(context.Background(), wasm, "../../dist/cache/wazero")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close(context.Background()) })
	return m
}

// TestLessonsHoldToTheirForm is what `quorumlab lesson check` says without a
// world: parts, minutes, links.
func TestLessonsHoldToTheirForm(t *testing.T) {
	for _, problem := range content.Check(lessons(t), content.Pages...) {
		t.Error(problem)
	}
}

func lessons(t *testing.T) []*content.Lesson {
	t.Helper()
	all, err := content.Load(content.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// lessonSeeds are more than one, so that what a lesson shows is not the luck
// of one world.
var lessonSeeds = []uint64{1, 2, 3}

// TestEveryBlockOfEveryLessonRuns types the blocks of each lesson, in order,
// into one world of its size, and compares what they show.
func TestEveryBlockOfEveryLessonRuns(t *testing.T) {
	m := module(t)
	for _, lesson := range lessons(t) {
		t.Run(lesson.ID, func(t *testing.T) {
			t.Parallel()
			for _, seed := range lessonSeeds {
				problems, err := Lesson(t.Context(), m, lesson, seed)
				if err != nil {
					t.Errorf("seed %d: %v", seed, err)
				}
				for _, problem := range problems {
					t.Error(problem)
				}
			}
		})
	}
}

// TestReferenceBlocksRun types what the pages to look things up in offer for
// running, such as the cheat sheet.
func TestReferenceBlocksRun(t *testing.T) {
	references, err := content.References(content.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	m := module(t)
	for _, r := range references {
		page := &content.Lesson{ID: r.ID, File: r.File, Meta: content.Meta{Members: 3}, Page: r.Page}
		problems, err := Lesson(t.Context(), m, page, 1)
		if err != nil {
			t.Error(err)
		}
		for _, problem := range problems {
			t.Error(problem)
		}
	}
}

func TestOutputIsComparedWithWhatALessonShows(t *testing.T) {
	for _, test := range []struct {
		output, shown string
		want          bool
	}{
		{"OK\n", "OK\n", true},
		{"OK\n", "OK", true},
		{"name\nJohn\n", "name\nJane\n", false},
		{"name\nJohn\nx\n", "name\nJohn\n", false},
		{"term: 2 \n", "term: …\n", true},
		{"a\nb\nc\n", "…\nc\n", true},
		{"a\nb\nc\n", "…\nb\n", false},
		{"a+b (c)\n", "a+b (c)\n", true},
		{"", "OK\n", false},
	} {
		if got := shows(test.output, test.shown); got != test.want {
			t.Errorf("%q shown as %q: %v", test.output, test.shown, got)
		}
	}
}
