package build

import (
	"fmt"
	"html/template"
	"os"

	"quorumlab/content"
	"quorumlab/exercises"
)

// exercise is one that the site hands out.
type exercise struct {
	Exercise
	sha256, url string
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
			ID: source.ID, Title: source.Title, Minutes: source.Minutes,
			Task: template.HTML(task.HTML), Explain: template.HTML(explain.HTML), Solution: source.Solution,
		},
		sha256: source.SHA256,
		url:    b.addHashed("exercise-"+source.ID+".json", source.JSON).Path,
	}
	for _, step := range source.Spec.Steps {
		e.Steps = append(e.Steps, Step{step.ID, step.Title, step.Points})
	}
	b.exercises[source.ID] = e
	b.texts = append(b.texts, text{file, "/lessons/" + source.Lesson + "/", task})
	return nil
}
