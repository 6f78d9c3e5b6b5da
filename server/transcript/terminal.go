package transcript

import (
	"strings"

	"quorumlab/lab/event"
	"quorumlab/lab/scenario"
)

// terminal is one session as its events show it.
type terminal struct {
	idle bool // it shows its prompt
	job  *job // the command that was typed; nil until it begins
}

func (t *terminal) isIdle() bool { return t.idle }

// ended tells whether the command that was typed has ended. What it left unread
// of its input may be the shell's next command.
func (t *terminal) ended() bool { return t.job != nil && t.job.ended }

// job is one command and what it printed.
type job struct {
	n           int
	beganMicros int64
	tookMicros  int64
	ended       bool
	interrupted bool
	exit        int
	pieces      [][2]string // stream (out or err) and text, in order
}

func (t *terminal) see(e *event.Event) {
	switch e.Type {
	case event.Prompt:
		t.idle = e.Text == "$ "
	case event.Command:
		if t.idle = false; t.job == nil {
			t.job = &job{n: e.N, beganMicros: e.T}
		}
	case event.Output:
		if t.job != nil && t.job.n == e.N {
			t.job.print(e.Stream, e.Text)
		}
	case event.Exit:
		if t.job != nil && t.job.n == e.N {
			t.job.ended, t.job.exit, t.job.tookMicros = true, e.Code, e.T-t.job.beganMicros
		}
	}
}

func (j *job) print(stream, text string) {
	if n := len(j.pieces); n > 0 && j.pieces[n-1][0] == stream {
		j.pieces[n-1][1] += text
		return
	}
	j.pieces = append(j.pieces, [2]string{stream, text})
}

// outcome is what came of a step.
type outcome struct {
	scenario.Output
	ms          int64
	merged      []any  // [[stream, text], …] if both streams have something
	interrupted bool   // Ctrl-C was needed
	expanded    string // the command with captured values in it
	capture     scenario.Object
	observed    string // the leader that was waited for
	found       int    // of log lines
	lines       []any
	exited      any // a server's exit status, or nil
}

// echoedInterrupt is what the lab's terminal shows for Ctrl-C; it is no output
// of the command.
const echoedInterrupt = "^C\n"

// outcome of a command that has ended.
func (j *job) outcome() *outcome {
	if n := len(j.pieces); j.interrupted && n > 0 && j.pieces[n-1][0] == "out" {
		j.pieces[n-1][1] = strings.TrimSuffix(j.pieces[n-1][1], echoedInterrupt)
		if j.pieces[n-1][1] == "" {
			j.pieces = j.pieces[:n-1]
		}
	}
	o := &outcome{ms: j.tookMicros / 1000, interrupted: j.interrupted}
	o.Exit = j.exit
	for _, piece := range j.pieces {
		if piece[0] == "err" {
			o.Stderr += piece[1]
		} else {
			o.Stdout += piece[1]
		}
		o.merged = append(o.merged, []any{piece[0], piece[1]})
	}
	if o.Stdout == "" || o.Stderr == "" {
		o.merged = nil
	}
	return o
}
