package main

import (
	"fmt"
	"os"
	"path/filepath"

	"quorumlab/exercises"
	"quorumlab/server/judge"
)

// loadExercises gives the embedded exercises, and then those of folders: each
// is an exercise, or holds exercises.
func loadExercises(folders []string) ([]*exercises.Exercise, error) {
	all, err := exercises.All()
	if err != nil {
		return nil, err
	}
	for _, folder := range folders {
		more, err := loadFolder(folder)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

func loadFolder(folder string) ([]*exercises.Exercise, error) {
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(absolute, "exercise.yaml")); err == nil {
		one, err := exercises.LoadOne(os.DirFS(filepath.Dir(absolute)), filepath.Base(absolute))
		return []*exercises.Exercise{one}, err
	}
	if _, err := os.Stat(absolute); err != nil {
		return nil, err
	}
	many, err := exercises.Load(os.DirFS(absolute))
	if err == nil && len(many) == 0 {
		err = fmt.Errorf("%s: expected an exercise (exercise.yaml) here or one folder down", folder)
	}
	return many, err
}

// knownExercises are those that a recording may be about; one of a folder
// takes the place of an embedded one with its id.
func knownExercises(folders []string) ([]judge.Exercise, error) {
	all, err := loadExercises(folders)
	if err != nil {
		return nil, err
	}
	var known []judge.Exercise
	for _, e := range all {
		for _, variant := range e.Variants {
			known = append(known, judgeable(variant))
		}
	}
	return known, nil
}

func judgeable(e *exercises.Exercise) judge.Exercise {
	return judge.Exercise{SHA256: e.SHA256, JSON: e.JSON, Spec: &e.Spec}
}
