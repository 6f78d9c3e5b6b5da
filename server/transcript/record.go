package transcript

import (
	"slices"

	"quorumlab/lab/scenario"
)

// record adds the lab's own record of a step: the fields of the input's in the
// same order, with what came of it here.
func (p *player) record(s *scenario.Step, o *outcome) {
	out := *s
	out.Record = slices.Clone(s.Record)
	if s.Prints() {
		out.Stdout, out.Stderr, out.Exit, out.Capture = o.Stdout, o.Stderr, o.Exit, o.capture
		p.printed(&out, s, o)
	}
	switch {
	case s.Do == "wait_leader":
		out.Record.Set("observed", o.observed)
	case s.Record.Has("server_log"):
		out.Record.Set("found", o.found)
		out.Record.Set("lines", orEmpty(o.lines))
	case s.Record.Has("server_exit"):
		out.Record.Set("exit", o.exited)
		if s.Record.Has("log_tail") {
			out.Record.Set("log_tail", orEmpty(o.lines))
		}
	}
	p.out.Steps = append(p.out.Steps, out)
}

func orEmpty(list []any) []any {
	if list == nil {
		return []any{}
	}
	return list
}

// printed sets the fields that say what a command printed, in the order of the
// recordings: those that an input's record lacks, and this one needs, follow
// the field that they follow there.
func (p *player) printed(out, s *scenario.Step, o *outcome) {
	var r scenario.Object
	hits := p.volatile(out)
	for _, f := range s.Record {
		switch f.Name {
		case "stdout":
			f.Value = o.Stdout
		case "stderr":
			f.Value = o.Stderr
		case "exit":
			f.Value = o.Exit
		case "ms":
			f.Value = o.ms
		case "interrupted":
			f.Value = o.interrupted
		case "cmd_expanded":
			f.Value = o.expanded
		case "capture":
			f.Value = o.capture
		case "volatile":
			f.Value = hits
			if len(hits) == 0 {
				continue
			}
		case "merged", "stderr_cut":
			continue
		}
		r = append(r, f)
		if f.Name == "ms" && o.merged != nil {
			r = append(r, scenario.Field{Name: "merged", Value: o.merged})
		}
	}
	if len(hits) > 0 && !r.Has("volatile") {
		r = append(r, scenario.Field{Name: "volatile", Value: hits})
	}
	out.Record = r
}

// volatile lists the rules that change something in the record.
func (p *player) volatile(out *scenario.Step) []any {
	_, hits := runRules.Normal(out.Cmd, out.Env, out.Output(), &p.captured)
	list := make([]any, len(hits))
	for i, hit := range hits {
		list[i] = hit
	}
	return list
}

// runRules are those of the class run, by which the recordings say what is
// volatile.
var runRules = must(scenario.LoadRules(scenario.ClassRun))

func must(r *scenario.Rules, err error) *scenario.Rules {
	if err != nil {
		panic(err) // the rules are in the program
	}
	return r
}

// Text is a scenario in the form of the recordings: JSON lines.
func Text(s *scenario.Scenario) []byte {
	text := scenario.Encode(s.Line) + "\n"
	for i := range s.Steps {
		text += scenario.Encode(s.Steps[i].Record) + "\n"
	}
	return []byte(text)
}
