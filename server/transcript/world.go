package transcript

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"quorumlab/lab/event"
	"quorumlab/lab/recording"
	"quorumlab/lab/scenario"
	"quorumlab/server/host"
	"quorumlab/server/judge"
)

// The sessions that are always there; those of commands in the background
// follow.
const (
	foreground = 1 // where commands are typed
	control    = 2 // where faults are
)

// world is a world that is looked at from outside.
type world struct {
	run        *host.Run
	rec        recording.Recording
	terminals  map[int]*terminal
	members    map[string]*member
	logs       []logLine
	ready      bool
	bootLeader string
	refused    string // the last input that was, and why
}

// member is what is known of one member.
type member struct {
	id     string
	state  string
	why    string
	leads  bool
	leader string // whom it takes for the leader
}

type logLine struct {
	at     int64
	member string
	text   string
}

// worldOf says what to boot for a scenario: its members at their addresses,
// and a machine for each member that is started later.
func worldOf(s *scenario.Scenario) (recording.World, error) {
	c := s.Header.Cluster
	w := recording.World{Members: max(c.Members, 1), Token: c.Token}
	if _, shown, found := strings.Cut(s.Header.TLSSetup, "server cert: "); found {
		w.TLS = &recording.TLS{}
		w.TLS.Server, _, _ = strings.Cut(shown, ";")
	}
	for _, name := range c.Names {
		w.Machines = append(w.Machines, recording.Machine{Name: name, Client: c.Addresses[name].Client, Peer: c.Addresses[name].Peer})
	}
	if c.Members == 0 {
		w.Machines = []recording.Machine{machineNamed("m1", false)}
	}
	for i := range s.Steps {
		name := s.Steps[i].Member
		if s.Steps[i].Fault != "start" || hasMachine(w, name) {
			continue
		}
		m := machineNamed(name, c.TLS)
		if m.Client == "" {
			return w, fmt.Errorf("line %d: a member that the header does not list is called m<i>, not %q", s.Steps[i].Line, name)
		}
		w.Machines = append(w.Machines, m)
	}
	return w, w.Check()
}

func hasMachine(w recording.World, name string) bool {
	for _, m := range w.Machines {
		if m.Name == name {
			return true
		}
	}
	return false
}

// machineNamed is where the recorder's member m<i> lives: at 127.0.0.<i>.
func machineNamed(name string, tls bool) recording.Machine {
	digit, found := strings.CutPrefix(name, "m")
	if !found || len(digit) != 1 || digit[0] < '1' || digit[0] > '9' {
		return recording.Machine{Name: name}
	}
	scheme := "http"
	if tls {
		scheme = "https"
	}
	url := func(port int) string { return fmt.Sprintf("%s://127.0.0.%s:%d", scheme, digit, port) }
	return recording.Machine{Name: name, Client: url(recording.ClientPort), Peer: url(recording.PeerPort)}
}

// bootPatience is how long a world may take to be ready, of virtual time.
const bootPatience = time.Minute

func bootWorld(ctx context.Context, module *host.Module, config recording.World, seed uint64) (*world, error) {
	w := &world{terminals: map[int]*terminal{}, members: map[string]*member{}}
	w.rec = recording.Recording{
		Format: recording.Format, Lab: module.SHA256(), World: config, Seed: seed, Inputs: []recording.Input{},
	}
	w.terminals[foreground] = &terminal{}
	run, err := module.Start(ctx, config, seed, host.Options{OnEvent: w.see})
	if err != nil {
		return nil, err
	}
	w.run = run
	done := func() bool { return w.ready && w.terminals[foreground].idle }
	if err := w.wait(bootPatience, done); err != nil {
		run.Close()
		return nil, err
	}
	if !done() {
		run.Close()
		return nil, fmt.Errorf("the world was not ready after %s", bootPatience)
	}
	return w, nil
}

// kinds are the events that a replay has to see. The others are most of all.
var kinds = judge.Types(event.Ready, event.Prompt, event.Command, event.Output, event.Exit, event.Error,
	event.Member, event.Role, event.Leader, event.Log)

func (w *world) see(line []byte) {
	if !judge.Is(line, kinds) {
		return
	}
	e, err := event.Decode(line)
	if err != nil {
		return
	}
	switch e.Type {
	case event.Ready:
		w.ready, w.bootLeader = true, e.Leader
	case event.Error:
		w.refused = e.Text
	case event.Member, event.Role, event.Leader:
		w.seeMember(&e)
	case event.Log:
		w.logs = append(w.logs, logLine{e.T, e.Member, e.Text})
	default:
		if t := w.terminals[e.Session]; t != nil {
			t.see(&e)
		}
	}
}

func (w *world) seeMember(e *event.Event) {
	m := w.members[e.Member]
	if m == nil {
		m = &member{}
		w.members[e.Member] = m
	}
	switch e.Type {
	case event.Member:
		m.id, m.state, m.why = e.Text, e.State, e.Why
		if e.State == "down" || e.State == "starting" {
			m.leads, m.leader = false, ""
		}
	case event.Role:
		m.leads = e.Role == "leader"
		if m.leads {
			m.leader = e.Member
		}
	case event.Leader:
		m.leader = e.Peer
	}
}

// input gives the world one input; one that it refuses is an error.
func (w *world) input(value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	w.rec.Inputs = append(w.rec.Inputs, recording.Input{Tick: w.run.Ticks(), Data: text})
	return w.run.Input(text)
}

// tick is the step in which virtual time moves.
const tick = recording.TickMicros * time.Microsecond

// wait lets virtual time pass until one of the conditions holds, or for so
// long.
func (w *world) wait(atMost time.Duration, until ...func() bool) error {
	for range int(atMost / tick) {
		for _, done := range until {
			if done() {
				return nil
			}
		}
		if err := w.run.Tick(); err != nil {
			return err
		}
	}
	return nil
}

// open opens a session on the workstation.
func (w *world) open(session int) error {
	t := &terminal{}
	w.terminals[session] = t
	if err := w.input(map[string]any{"type": "open", "session": session}); err != nil {
		return err
	}
	if err := w.wait(time.Second, t.isIdle); err != nil {
		return err
	}
	if !t.idle {
		return fmt.Errorf("session %d did not open: %s", session, w.refused)
	}
	return nil
}

// send types a line and does not wait for its end.
func (w *world) send(session int, line string) error {
	t := w.terminals[session]
	t.idle, t.job = false, nil
	return w.input(map[string]any{"type": "line", "session": session, "text": line})
}

// errStuck says that the harness's own line did not end.
var errStuck = errors.New("the shell did not come back")

// type_ types a line of the harness's own and waits for its end.
func (w *world) type_(session int, line string) (*job, error) {
	if err := w.send(session, line); err != nil {
		return nil, err
	}
	t := w.terminals[session]
	if err := w.wait(time.Minute, t.isIdle); err != nil {
		return nil, err
	}
	if !t.idle || t.job == nil {
		return nil, fmt.Errorf("%w from %.200q", errStuck, line)
	}
	return t.job, nil
}

func (w *world) interrupt(session int) error {
	return w.input(map[string]any{"type": "interrupt", "session": session})
}

func (w *world) recording() *recording.Recording {
	rec := w.rec
	rec.Ticks = w.run.Ticks()
	return &rec
}
