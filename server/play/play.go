// Package play drives a world without a browser: it types lines at the shell,
// waits for each command to end in virtual time, and keeps the recording. It
// is under `quorumlab play`, `exercise check` and the tests of lessons.
package play

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"quorumlab/lab/recording"
	"quorumlab/server/host"
	"quorumlab/server/judge"
)

// session is the shell that lines are typed at: the one every world begins
// with.
const session = 1

// bootTicks is how long a world may take to be ready: a minute.
const bootTicks = 6_000

// Command is one complete command, as typed, with what came of it.
type Command struct {
	AtMs   int64  `json:"at_ms"` // when it began, of virtual time since boot
	Cmd    string `json:"cmd"`
	Stdout string `json:"stdout"`
	Stderr string `json:"stderr"`
	Exit   int    `json:"exit"`
}

// Options say what to boot and who is told.
type Options struct {
	World    recording.World
	Seed     uint64
	Exercise *judge.Exercise // nil: none
	Host     host.Options    // its OnEvent is called before what follows

	// Patience is how much virtual time one line may take; zero is ten
	// minutes.
	Patience time.Duration

	OnStart   func(text string)         // a command begins
	OnOutput  func(stream, text string) // out or err, as it comes
	OnCommand func(Command)             // a command has ended
	OnError   func(text string)         // the world refused an input, and goes on
}

// Player is one world with somebody typing. For one goroutine at a time.
type Player struct {
	run      *host.Run
	options  Options
	rec      recording.Recording
	commands map[int]*open
	follower *judge.Follower // nil without an exercise
	ready    bool
	prompt   string // shown and not yet answered; empty while a command runs
}

// open is a command that has not ended.
type open struct {
	Command
	stdout, stderr bytes.Buffer
}

// Stuck says that a line did not end within the patience.
type Stuck struct {
	Line     string
	Patience time.Duration
}

func (e *Stuck) Error() string {
	return fmt.Sprintf("%q did not end within %s of virtual time (does it wait for input?)", e.Line, e.Patience)
}

// Start boots a world and waits until it is ready and shows its prompt. The
// error is that of host.Module.Start and host.Run.Tick.
func Start(ctx context.Context, module *host.Module, options Options) (*Player, error) {
	if options.Patience == 0 {
		options.Patience = 10 * time.Minute
	}
	p := &Player{options: options, commands: map[int]*open{}}
	if options.Exercise != nil {
		p.follower = judge.Follow(options.Exercise.Spec)
	}
	p.rec = recording.Recording{
		Format: recording.Format, Lab: module.SHA256(), World: options.World, Seed: options.Seed, Inputs: []recording.Input{},
	}
	hostOptions := options.Host
	hostOptions.OnEvent = p.see
	run, err := module.Start(ctx, options.World, options.Seed, hostOptions)
	if err != nil {
		return nil, err
	}
	p.run = run
	if err := p.boot(); err != nil {
		return p, err
	}
	return p, nil
}

func (p *Player) boot() error {
	if e := p.options.Exercise; e != nil {
		p.rec.Exercise = &recording.Exercise{ID: e.Spec.ID, SHA256: e.SHA256}
		err := p.input(map[string]any{"type": "exercise", "id": e.Spec.ID, "sha256": e.SHA256, "spec": json.RawMessage(e.JSON)})
		if err != nil {
			return err
		}
	}
	return p.until(bootTicks, func() bool { return p.ready && p.prompt != "" },
		fmt.Errorf("the world was not ready after %s", virtual(bootTicks)))
}

func virtual(ticks int) time.Duration {
	return time.Duration(ticks) * recording.TickMicros * time.Microsecond
}

// until ticks until done, at most so often; then it gives late.
func (p *Player) until(ticks int, done func() bool, late error) error {
	for range ticks {
		if done() {
			return nil
		}
		if err := p.run.Tick(); err != nil {
			return err
		}
	}
	if done() {
		return nil
	}
	return late
}

func (p *Player) input(value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	p.rec.Inputs = append(p.rec.Inputs, recording.Input{Tick: p.run.Ticks(), Data: text})
	err = p.run.Input(text)
	var refused *host.Refused
	if errors.As(err, &refused) {
		return nil // told by its event
	}
	return err
}

// Line types one line and waits until the shell shows its prompt again. A
// command that fails is no error; *Stuck is, and whatever ends the world.
func (p *Player) Line(text string) error {
	p.prompt = ""
	if err := p.input(map[string]any{"type": "line", "session": session, "text": text}); err != nil {
		return err
	}
	ticks := int(p.options.Patience.Microseconds() / recording.TickMicros)
	return p.until(ticks, func() bool { return p.prompt != "" }, &Stuck{text, p.options.Patience})
}

// Interrupt is Ctrl-C.
func (p *Player) Interrupt() error {
	return p.input(map[string]any{"type": "interrupt", "session": session})
}

// Wait lets virtual time pass until done, or for so long.
func (p *Player) Wait(atMost time.Duration, done func() bool) error {
	return p.until(int(atMost.Microseconds()/recording.TickMicros), done, nil)
}

// Incomplete says that the shell waits for the rest of a command.
func (p *Player) Incomplete() bool { return p.prompt == "> " }

// Prompt is what the shell shows while it waits for a line.
func (p *Player) Prompt() string { return p.prompt }

// Decided says that the grader has given its verdict.
func (p *Player) Decided() bool { return p.follower != nil && p.follower.Done }

// Verdict is the grader's so far; for a world with an exercise.
func (p *Player) Verdict() *judge.Verdict {
	p.follower.Report.End(int64(p.run.Ticks()) * recording.TickMicros)
	return &judge.Verdict{
		Verdict: p.follower.Report.Verdict(), ExerciseSHA256: p.options.Exercise.SHA256,
		Lab: p.rec.Lab, Ticks: p.run.Ticks(), Events: p.run.Events(), EventsSHA256: p.run.Hash(),
	}
}

// Recording is the run so far; it stays available after a crash.
func (p *Player) Recording() *recording.Recording {
	rec := p.rec
	rec.Ticks = p.run.Ticks()
	return &rec
}

// Run is the world itself, to measure it.
func (p *Player) Run() *host.Run { return p.run }

// Close ends the world.
func (p *Player) Close() error { return p.run.Close() }
