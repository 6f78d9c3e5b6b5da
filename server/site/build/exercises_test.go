package build

import (
	"strings"
	"testing"

	"quorumlab/content"
)

func TestExercisesOfALesson(t *testing.T) {
	b := &builder{parts: parts{exercises: map[string]*exercise{}}}
	for id, lesson := range map[string]string{"c": "one", "a": "one", "b": "one", "z": "two"} {
		b.exercises[id] = &exercise{Exercise: Exercise{ID: id}, lesson: lesson}
	}
	for named, want := range map[string]string{"": "a b c", "b": "b a c", "z": "z a b c"} {
		var got []string
		for _, e := range b.ofLesson(&content.Lesson{ID: "one", Meta: content.Meta{Exercise: named}}) {
			got = append(got, e.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("exercise: %q: got %q, expected %s", named, got, want)
		}
	}
	b.lessons = []*content.Lesson{{ID: "one"}}
	if err := b.checkExercises(); err == nil || !strings.Contains(err.Error(), `exercises/z/exercise.yaml: lesson: there is no "two"`) {
		t.Errorf("got %v", err)
	}
}

func TestCourseMap(t *testing.T) {
	exercises := []CardExercise{{ID: "a", Minutes: 5}, {ID: "b", Minutes: 6}}
	parts, totals := courseMap([]Card{{ID: "1", Part: "Foundations", Minutes: 10}, {ID: "2", Part: "Foundations", Minutes: 10, Exercises: exercises}, {ID: "3", Part: "Agreement", Minutes: 60}})
	if len(parts) != 2 || parts[0].Minutes != 31 || parts[0].ExerciseCount != 2 || len(parts[0].Lessons) != 2 || parts[1].Number != 2 || parts[1].Summary == "" {
		t.Errorf("parts: %+v", parts)
	}
	if totals != (Totals{Lessons: 3, Exercises: 2, Hours: 2}) {
		t.Errorf("totals: %+v", totals)
	}
}
