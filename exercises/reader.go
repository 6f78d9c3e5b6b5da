package exercises

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"quorumlab/grader"
)

// reader reads one folder and collects every mistake in it.
type reader struct {
	fsys     fs.FS
	dir      string
	exercise *Exercise
	texts    []namedText // that the task must tell
	named    []namedText // members in conditions
	machines int         // how many there may be in the end; members may be added
	mistakes []error

	variations []variation
	choice     choice // nil: the files stand as they are
}

// namedText is a text in quotes in a condition, and where.
type namedText struct{ where, text string }

func (r *reader) file(name string) string { return path.Join(r.dir, name) }

func (r *reader) mistake(where, format string, args ...any) {
	r.mistakes = append(r.mistakes, fmt.Errorf("%s: %s", where, fmt.Sprintf(format, args...)))
}

func (r *reader) read() {
	if !grader.ValidID(r.exercise.ID) {
		r.mistake(r.dir, "a folder's name is the exercise's id: lower-case words joined by hyphens")
	}
	text, err := r.readFile(r.file("exercise.yaml"))
	if err != nil {
		r.mistake(r.file("exercise.yaml"), "%v", err)
		return
	}
	r.readYAML(text)
	r.exercise.Task = r.text("task.md", "what the learner reads")
	r.exercise.Solution = r.text("solution.sh", "a reference solution")
	r.exercise.Alternatives = r.scripts("alternatives")
	r.exercise.Wrong = r.scripts("wrong")
	r.checkTask()
	r.checkWrong()
}

func (r *reader) text(name, what string) string {
	text, err := r.readFile(r.file(name))
	if err != nil {
		r.mistake(r.file(name), "expected %s in this file", what)
	} else if strings.TrimSpace(string(text)) == "" {
		r.mistake(r.file(name)+":1", "expected %s, but the file is empty", what)
	}
	return string(text)
}

func (r *reader) scripts(dir string) []Script {
	found, _ := fs.Glob(r.fsys, r.file(dir)+"/*.sh")
	slices.Sort(found)
	var all []Script
	for _, file := range found {
		text, err := r.readFile(file)
		if err != nil {
			r.mistake(file, "%v", err)
			continue
		}
		all = append(all, Script{Name: strings.TrimSuffix(path.Base(file), ".sh"), Text: string(text)})
	}
	return all
}

// checkTask holds the task to naming every name that counts.
func (r *reader) checkTask() {
	for _, t := range r.texts {
		if t.text != "" && !strings.Contains(r.exercise.Task, t.text) {
			r.mistake(t.where, "%q counts here, but task.md does not name it", t.text)
		}
	}
}

var stopsAt = regexp.MustCompile(`^# stops at: *(\S+) *(\n|$)`)

// checkWrong holds the wrong attempts to their rules: two or more, each says
// where it stops, and each step stops one.
func (r *reader) checkWrong() {
	steps := r.exercise.Spec.Steps
	stopped := map[string]bool{}
	for i := range r.exercise.Wrong {
		w := &r.exercise.Wrong[i]
		where := r.file("wrong/"+w.Name+".sh") + ":1"
		match := stopsAt.FindStringSubmatch(w.Text)
		if match == nil {
			r.mistake(where, "expected a first line: # stops at: STEP")
			continue
		}
		w.StopsAt = match[1]
		stopped[w.StopsAt] = true
		if len(steps) > 0 && r.exercise.Spec.StepIndex(w.StopsAt) < 0 {
			r.mistake(where, "%s is not a step; the steps are %s", w.StopsAt, stepIDs(steps))
		}
	}
	if len(r.exercise.Wrong) < 2 {
		r.mistake(r.file("wrong"), "expected at least two wrong attempts, not %d", len(r.exercise.Wrong))
	}
	for _, step := range steps {
		if !stopped[step.ID] {
			r.mistake(r.file("wrong"), "no wrong attempt stops at step %s", step.ID)
		}
	}
}

func stepIDs(steps []grader.Step) string {
	var ids []string
	for _, s := range steps {
		ids = append(ids, s.ID)
	}
	return strings.Join(ids, ", ")
}
