package play

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"quorumlab/content"
	"quorumlab/lab/recording"
	"quorumlab/server/host"
)

// Statuses of a command that a reader must never see, whatever the cluster is
// going through: a syntax error, and a command that is not there.
const (
	statusSyntax   = 2
	statusNotFound = 127
)

// lessonRun types one lesson's blocks, in order, into one world of its size.
type lessonRun struct {
	lesson   *content.Lesson
	player   *Player
	line     int // of the lesson, being typed
	shown    strings.Builder
	problems content.Problems
}

// Lesson runs the blocks of a lesson with one seed and gives what a learner
// would stumble over: a command that is not there, a block that does not end,
// output that is not what the lesson shows. That a command fails is the
// lesson's business, for some are meant to. The error is the world's.
func Lesson(ctx context.Context, m *host.Module, lesson *content.Lesson, seed uint64) (content.Problems, error) {
	r := &lessonRun{lesson: lesson}
	world := recording.World{Members: lesson.Members}
	if lesson.TLS {
		world.TLS = &recording.TLS{}
	}
	player, err := Start(ctx, m, Options{
		World: world, Seed: seed,
		OnCommand: r.ended,
		OnOutput:  func(_, text string) { r.shown.WriteString(text) },
	})
	if player != nil {
		defer player.Close()
	}
	if err != nil {
		return nil, err
	}
	r.player = player
	for _, block := range content.Blocks(lesson) {
		if err := r.block(block); err != nil {
			return r.problems, fmt.Errorf("%s:%d: %w", lesson.File, r.line, err)
		}
	}
	return r.problems, nil
}

func (r *lessonRun) problem(line int, format string, args ...any) {
	r.problems = append(r.problems, content.Problem{File: r.lesson.File, Line: line, Text: fmt.Sprintf(format, args...)})
}

func (r *lessonRun) ended(c Command) {
	syntax := c.Exit == statusSyntax && strings.Contains(c.Stderr, "syntax error")
	if syntax || c.Exit == statusNotFound {
		r.problem(r.line, "%s\nexit %d: %s", c.Cmd, c.Exit, c.Stderr)
	}
}

func (r *lessonRun) block(block content.Block) error {
	r.line = block.Line
	r.shown.Reset()
	for text := range strings.Lines(block.Text) {
		if err := r.player.Line(strings.TrimSuffix(text, "\n")); err != nil {
			return err
		}
		r.line++
	}
	if r.player.Incomplete() {
		return fmt.Errorf("the block ends in the middle of a command")
	}
	if block.Output != nil && !shows(r.shown.String(), block.Output.Text) {
		r.problem(block.Output.Line, "the lesson shows\n%s\nand with seed %d there was\n%s",
			block.Output.Text, r.player.Recording().Seed, r.shown.String())
	}
	return nil
}

// shows tells whether an output is what a lesson shows of it: … stands for
// anything within a line, a line of … for any number of lines. Blanks at the
// ends of lines do not count.
func shows(output, shown string) bool {
	var pattern strings.Builder
	pattern.WriteString(`^`)
	for line := range strings.Lines(strings.TrimSpace(shown)) {
		line = strings.TrimRight(line, " \t\n")
		if line == "…" {
			pattern.WriteString(`(?:.*\n)*?`)
			continue
		}
		pattern.WriteString(strings.ReplaceAll(regexp.QuoteMeta(line), "…", `.*`) + `[ \t]*\n`)
	}
	pattern.WriteString(`$`)
	return regexp.MustCompile(pattern.String()).MatchString(strings.TrimSpace(output) + "\n")
}
