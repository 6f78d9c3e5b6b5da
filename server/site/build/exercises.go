package build

import (
	"cmp"
	"fmt"
	"html/template"
	"os"
	"slices"

	"quorumlab/content"
	"quorumlab/exercises"
	"quorumlab/grader"
)

// exercise is one that the site hands out.
type exercise struct {
	Exercise
	lesson string
	config ConfigExercise
}

// addExercises puts each exercise, compiled, into a file of its own: they are
// no part of lab.wasm. The bytes are those that its hash names.
func (b *builder) addExercises() error {
	all, err := exercises.Load(os.DirFS(b.path("exercises")))
	if err != nil {
		return fmt.Errorf("exercises: %w", err)
	}
	b.exercises = map[string]*exercise{}
	for _, source := range all {
		if err := b.addExercise(source); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) addExercise(source *exercises.Exercise) error {
	file := "exercises/" + source.ID + "/task.md"
	task, err := content.Markdown(file, []byte(source.Task))
	if err != nil {
		return err
	}
	explain, err := content.Markdown("exercises/"+source.ID+"/exercise.yaml: explain", []byte(source.Explain))
	if err != nil {
		return err
	}
	e := &exercise{
		Exercise: Exercise{
			ID: source.ID, Title: source.Title, Anchor: "exercise-" + source.ID, Minutes: source.Minutes,
			Task: template.HTML(task.HTML), Explain: template.HTML(explain.HTML),
		},
		lesson: source.Lesson,
		config: ConfigExercise{
			ID: source.ID, SHA256: source.SHA256, Title: source.Title, Minutes: source.Minutes, World: source.World,
			URL:      b.addHashed("exercise-"+source.ID+".json", source.JSON).Path,
			Solution: b.addHashed("solution-"+source.ID+".txt", []byte(source.Solution)).Path,
		},
	}
	if par := source.Spec.Par; par != (grader.Par{}) {
		e.config.Par = &ConfigPar{par.Commands, par.UnavailableMs}
	}
	for _, step := range source.Spec.Steps {
		e.Steps = append(e.Steps, Step{step.ID, step.Title, step.Points})
	}
	b.exercises[source.ID] = e
	b.texts = append(b.texts, text{file, "/lessons/" + source.Lesson + "/", task})
	return nil
}

// ofLesson are the exercises of a lesson: the one that it names first.
func (b *builder) ofLesson(lesson *content.Lesson) []*exercise {
	var all []*exercise
	for _, e := range b.exercises {
		if e.lesson == lesson.ID || e.ID == lesson.Exercise {
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, c *exercise) int {
		if a.ID == lesson.Exercise || c.ID == lesson.Exercise {
			return cmp.Compare(b2i(c.ID == lesson.Exercise), b2i(a.ID == lesson.Exercise))
		}
		return cmp.Compare(a.ID, c.ID)
	})
	return all
}

func b2i(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// checkExercises holds every exercise to a lesson that there is.
func (b *builder) checkExercises() error {
	for _, e := range b.exercises {
		if !slices.ContainsFunc(b.lessons, func(l *content.Lesson) bool { return l.ID == e.lesson }) {
			return fmt.Errorf("exercises/%s/exercise.yaml: lesson: there is no %q", e.ID, e.lesson)
		}
	}
	return nil
}
