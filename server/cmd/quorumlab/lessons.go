package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/spf13/cobra"

	"quorumlab/content"
	"quorumlab/server/host"
	"quorumlab/server/play"
)

type lessonChecking struct {
	module *host.Module
	seeds  int
	jobs   int
	links  bool
	out    io.Writer
}

func lessonCommand(source *labSource) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "lesson",
		Short:   "Work on lessons",
		Example: "  quorumlab lesson check content/leader-and-followers",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(lessonCheckCommand(source))
	return cmd
}

func lessonCheckCommand(source *labSource) *cobra.Command {
	c := &lessonChecking{}
	cmd := &cobra.Command{
		Use:   "check [flags] [DIR...]",
		Short: "Prove lessons: their form, their links, and every shell block",
		Long: `check reads lessons, holds each to what a lesson must have (objectives, something to
run early, a prediction, a check of understanding, production, sources), follows
the links between them, and types every shell block into a fresh world, once for
each seed, comparing what it shows with the ` + "```text" + ` block right behind it.
DIR is a lesson or a folder of lessons; without one, the lessons in this binary are
checked.`,
		Example: `  quorumlab lesson check
  quorumlab lesson check --seeds 20 content/quorum-table
  quorumlab lesson check --links`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if c.seeds < 1 {
				return fmt.Errorf("--seeds: expected 1 or more, not %d", c.seeds)
			}
			lessons, course, err := lessonsToCheck(args)
			if err != nil {
				return err
			}
			c.out = cmd.OutOrStdout()
			if c.links {
				return c.listLinks(lessons)
			}
			if c.module, err = source.module(cmd.Context()); err != nil {
				return err
			}
			return c.run(cmd.Context(), lessons, course)
		},
	}
	cmd.Flags().IntVar(&c.seeds, "seeds", 3, "how many seeds to run each lesson with: 1, 2, 3, …")
	cmd.Flags().IntVar(&c.jobs, "jobs", runtime.NumCPU(), "worlds at the same time")
	cmd.Flags().BoolVar(&c.links, "links", false, "only list the links that leave the site")
	return cmd
}

// lessonsToCheck gives the lessons asked for, and the course they belong to:
// themselves, and those of this binary, which they may link to.
func lessonsToCheck(folders []string) (lessons, course []*content.Lesson, err error) {
	embedded, err := content.Load(content.Embedded())
	if err != nil || len(folders) == 0 {
		return embedded, embedded, err
	}
	var problems []error
	for _, folder := range folders {
		some, err := loadLessons(folder)
		lessons, problems = append(lessons, some...), append(problems, err)
	}
	own := func(l *content.Lesson) bool {
		return slices.ContainsFunc(lessons, func(o *content.Lesson) bool { return o.ID == l.ID })
	}
	course = append(slices.DeleteFunc(embedded, own), lessons...)
	slices.SortStableFunc(course, func(a, b *content.Lesson) int { return cmp.Compare(a.Order, b.Order) })
	return lessons, course, errors.Join(problems...)
}

func loadLessons(folder string) ([]*content.Lesson, error) {
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(absolute, "lesson.md"))
	if err == nil {
		one, err := content.Read(filepath.Base(absolute), filepath.Join(folder, "lesson.md"), text)
		return []*content.Lesson{one}, err
	}
	many, err := content.Load(os.DirFS(absolute))
	if err == nil && len(many) == 0 {
		err = fmt.Errorf("%s: expected a lesson (lesson.md) here or one folder down", folder)
	}
	return many, err
}

func (c *lessonChecking) listLinks(lessons []*content.Lesson) error {
	for _, l := range lessons {
		for _, link := range content.External(l) {
			fmt.Fprintf(c.out, "%s:%d\t%s\n", l.File, link.Line, link.URL)
		}
	}
	return nil
}

func (c *lessonChecking) run(ctx context.Context, lessons, course []*content.Lesson) error {
	form := map[string]content.Problems{}
	for _, problem := range content.Check(course, content.Pages...) {
		form[problem.File] = append(form[problem.File], problem)
	}
	ran := c.runAll(ctx, lessons)
	failed := 0
	for i, l := range lessons {
		problems := append(form[l.File], ran[i]...)
		failed += min(len(problems), 1)
		blocks, shown := c.count(l)
		fmt.Fprintf(c.out, "%-28s %2d min  %2d blocks, %2d outputs  %d seeds  %s\n", l.ID, l.Minutes, blocks, shown, c.seeds, outcome(problems))
		for _, problem := range problems {
			fmt.Fprintln(c.out, problem)
		}
	}
	if failed > 0 {
		return &failure{"some lessons are not as they should be"}
	}
	return nil
}

func (c *lessonChecking) count(l *content.Lesson) (blocks, shown int) {
	for _, block := range content.Blocks(l) {
		blocks++
		if block.Output != nil {
			shown++
		}
	}
	return blocks, shown
}

func outcome(problems content.Problems) string {
	if len(problems) == 0 {
		return "ok"
	}
	return fmt.Sprintf("%d problems", len(problems))
}

// runAll types every lesson with every seed, several worlds at a time, and
// gives the problems of each lesson.
func (c *lessonChecking) runAll(ctx context.Context, lessons []*content.Lesson) []content.Problems {
	found := make([]content.Problems, len(lessons))
	next := make(chan int)
	var workers sync.WaitGroup
	for range c.jobs {
		workers.Go(func() {
			for i := range next {
				found[i] = c.runOne(ctx, lessons[i])
			}
		})
	}
	for i := range lessons {
		next <- i
	}
	close(next)
	workers.Wait()
	return found
}

func (c *lessonChecking) runOne(ctx context.Context, l *content.Lesson) (all content.Problems) {
	for seed := range uint64(c.seeds) {
		problems, err := play.Lesson(ctx, c.module, l, seed+1)
		all = append(all, problems...)
		if err != nil {
			return append(all, content.Problem{File: l.File, Line: 1, Text: fmt.Sprintf("seed %d: %v", seed+1, err)})
		}
	}
	return all
}
