package scenario

import "fmt"

// Difference is a step whose output is not what it should be.
type Difference struct {
	Line   int // of the step, in the file
	Cmd    string
	Fields []FieldDifference
}

// FieldDifference is one part of it, after normalisation.
type FieldDifference struct{ Name, Want, Got string }

// Comparison is what comparing two recordings of one scenario comes to.
type Comparison struct {
	Total, Matched int // commands; those that are marked unstable are left out
	Unstable       int
	Differences    []Difference
}

// Compare holds what was recorded here to a scenario, step by step.
func (r *Rules) Compare(want, got *Scenario) (*Comparison, error) {
	if len(want.Steps) != len(got.Steps) {
		return nil, fmt.Errorf("%s: %d steps, but %s has %d", got.File, len(got.Steps), want.File, len(want.Steps))
	}
	c := &Comparison{}
	var wanted, gotten Captured
	for i := range want.Steps {
		w, g := &want.Steps[i], &got.Steps[i]
		wanted.note(w)
		gotten.note(g)
		switch {
		case !w.Prints():
			continue
		case w.Unstable != "":
			c.Unstable++
			continue
		}
		c.Total++
		fields := r.differences(w, g, &wanted, &gotten)
		if len(fields) == 0 {
			c.Matched++
			continue
		}
		c.Differences = append(c.Differences, Difference{Line: w.Line, Cmd: w.Cmd, Fields: fields})
	}
	return c, nil
}

// note keeps what a step captured.
func (c *Captured) note(s *Step) {
	for _, f := range s.Capture {
		if one, ok := f.Value.(Object); ok {
			c.Set(f.Name, one.Text("value"))
		}
	}
}

func (r *Rules) differences(w, g *Step, wanted, gotten *Captured) []FieldDifference {
	a, _ := r.Normal(w.Cmd, w.Env, w.Output(), wanted)
	b, _ := r.Normal(g.Cmd, g.Env, g.Output(), gotten)
	var all []FieldDifference
	for _, f := range []FieldDifference{
		{"cmd", w.Cmd, g.Cmd},
		{"stdout", a.Stdout, b.Stdout},
		{"stderr", a.Stderr, b.Stderr},
		{"exit", fmt.Sprint(a.Exit), fmt.Sprint(b.Exit)},
	} {
		if f.Want != f.Got {
			all = append(all, f)
		}
	}
	return all
}

// Output is what the step's command printed.
func (s *Step) Output() Output { return Output{Stdout: s.Stdout, Stderr: s.Stderr, Exit: s.Exit} }
