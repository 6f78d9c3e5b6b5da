package play

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"quorumlab/content"
	"quorumlab/lab/recording"
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

// Statuses of a command that a reader must never see, whatever the cluster is
// going through: a syntax error, and a command that is not there.
const (
	statusSyntax   = 2
	statusNotFound = 127
)

// TestEveryBlockOfEveryLessonRuns types the blocks of each lesson, in order,
// into one world of its size. What a command answers is the lesson's business
// (some are meant to fail); that it is there, and ends, is ours.
func TestEveryBlockOfEveryLessonRuns(t *testing.T) {
	lessons, err := content.Load(content.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	m := module(t)
	for _, lesson := range lessons {
		t.Run(lesson.ID, func(t *testing.T) { runLesson(t, m, lesson) })
	}
}

func runLesson(t *testing.T, m *host.Module, lesson *content.Lesson) {
	line := 0
	player, err := Start(context.Background(), m, Options{
		World: recording.World{Members: lesson.Members}, Seed: 1,
		OnCommand: func(c Command) {
			syntax := c.Exit == statusSyntax && strings.Contains(c.Stderr, "syntax error")
			if syntax || c.Exit == statusNotFound {
				t.Errorf("%s:%d: %s\nexit %d: %s", lesson.File, line, c.Cmd, c.Exit, c.Stderr)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer player.Close()
	for _, block := range content.Blocks(lesson) {
		line = block.Line
		for text := range strings.Lines(block.Text) {
			if err := player.Line(strings.TrimSuffix(text, "\n")); err != nil {
				t.Fatalf("%s:%d: %v", lesson.File, line, err)
			}
			line++
		}
		if player.Incomplete() {
			t.Fatalf("%s:%d: the block ends in the middle of a command", lesson.File, line)
		}
	}
}
