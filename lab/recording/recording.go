// Package recording defines the one artifact that is a run: what went in, and
// when. Together with the lab.wasm whose hash it names it is the submission,
// the share link, the bug report and the replay.
package recording

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Format is the version of the recording's own layout.
const Format = 1

// The limits every reader of a recording holds it to, so that a hostile one
// costs nobody more than a learner's own hour.
const (
	MaxBytes  = 4 << 20   // of JSON text
	MaxInputs = 20_000    // inputs of one run
	MaxTicks  = 720_000   // two hours of virtual time at 10 ms a tick
	MaxSeed   = 1<<53 - 1 // the largest integer that JavaScript's numbers keep exact
)

// TickMicros is the length of one tick in microseconds of virtual time.
const TickMicros = 10_000

// DefaultEpoch is the wall clock of a world that names none.
const DefaultEpoch = "2026-11-23T12:00:00Z"

// World says what to boot. Zero fields take the defaults named here.
type World struct {
	Members       int    `json:"members"`                 // 1 to 9 (3)
	Seed          uint64 `json:"seed,omitempty"`          // set by hosts at boot; a recording keeps it beside the world
	Epoch         string `json:"epoch,omitempty"`         // RFC 3339 (DefaultEpoch)
	Shell         string `json:"shell,omitempty"`         // workstation, or the member the shell is on (workstation)
	Token         string `json:"token,omitempty"`         // --initial-cluster-token (etcd-cluster)
	LatencyMicros int64  `json:"latencyMicros,omitempty"` // one way, between members (5000)
	FsyncMicros   int64  `json:"fsyncMicros,omitempty"`   // of every disk (1000)
	SnapshotCount uint64 `json:"snapshotCount,omitempty"` // entries between two raft snapshots (10000)

	// Machines are where the members run; those listed beyond the members have
	// none at boot (m1 at 10.0.0.11, m2 at 10.0.0.12, …).
	Machines []Machine `json:"machines,omitempty"`

	// TLS makes members speak TLS with each other and with clients; so do
	// machines whose URLs begin with https.
	TLS *TLS `json:"tls,omitempty"`

	// Data names what the key space holds at first: nothing, or "kubernetes",
	// the keys below /registry of a small cluster (package lab/registry).
	Data string `json:"data,omitempty"`
}

// Kubernetes is the Data of a world that holds a /registry.
const Kubernetes = "kubernetes"

// TLS says which of the world's certificates members show at first: files of
// the folder certs, without .crt.
type TLS struct {
	Server string `json:"server,omitempty"` // to clients (server)
	Peer   string `json:"peer,omitempty"`   // to each other (peer)
}

// Exercise names the exercise a run was about.
type Exercise struct {
	ID     string `json:"id"`
	SHA256 string `json:"sha256"` // hex, of the exercise compiled to JSON
}

// Input is one thing that entered the world, after Tick ticks had completed.
// It is written as a pair: [tick, {...}].
type Input struct {
	Tick int
	Data json.RawMessage
}

// MarshalJSON writes the pair.
func (in Input) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{in.Tick, in.Data})
}

// UnmarshalJSON reads the pair.
func (in *Input) UnmarshalJSON(b []byte) error {
	var pair []json.RawMessage
	if err := json.Unmarshal(b, &pair); err != nil || len(pair) != 2 {
		return fmt.Errorf("an input is a pair [tick, {…}], not %.60s", b)
	}
	if err := json.Unmarshal(pair[0], &in.Tick); err != nil {
		return fmt.Errorf("an input's tick is a whole number, not %.60s", pair[0])
	}
	in.Data = bytes.Clone(pair[1])
	return nil
}

// Recording is a whole run.
type Recording struct {
	Format   int       `json:"format"`
	Lab      string    `json:"lab"` // hex SHA-256 of lab.wasm
	World    World     `json:"world"`
	Exercise *Exercise `json:"exercise,omitempty"`
	Seed     uint64    `json:"seed"`
	Inputs   []Input   `json:"inputs"`
	Ticks    int       `json:"ticks"`
}

// Read parses and checks a recording; name is used in errors only.
func Read(r io.Reader, name string) (*Recording, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(text) > MaxBytes {
		return nil, fmt.Errorf("%s: a recording has at most %d bytes", name, MaxBytes)
	}
	rec, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return rec, nil
}

// Parse reads a recording from its JSON text and checks it; an error names the
// field and what was expected of it.
func Parse(text []byte) (*Recording, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	var rec Recording
	if err := dec.Decode(&rec); err != nil {
		return nil, fmt.Errorf("not a recording: %w", describe(err, text))
	}
	if dec.More() {
		return nil, fmt.Errorf("not a recording: more text after its end, at byte %d", dec.InputOffset())
	}
	return &rec, rec.Check()
}

func describe(err error, text []byte) error {
	if syntax, ok := err.(*json.SyntaxError); ok {
		line := 1 + bytes.Count(text[:min(int(syntax.Offset), len(text))], []byte("\n"))
		return fmt.Errorf("line %d (byte %d): %w", line, syntax.Offset, err)
	}
	return err
}

// Check holds a recording to the rules of the format.
func (rec *Recording) Check() error {
	switch {
	case rec.Format != Format:
		return fmt.Errorf("format: %d is not known here; this lab reads format %d", rec.Format, Format)
	case !isHex(rec.Lab, 64):
		return fmt.Errorf("lab: expected the 64 hex digits of lab.wasm's SHA-256, not %.80q", rec.Lab)
	case rec.Seed > MaxSeed:
		return fmt.Errorf("seed: %d is over 2^53-1", rec.Seed)
	case rec.Ticks < 0 || rec.Ticks > MaxTicks:
		return fmt.Errorf("ticks: %d is not between 0 and %d (two hours of virtual time)", rec.Ticks, MaxTicks)
	case len(rec.Inputs) > MaxInputs:
		return fmt.Errorf("inputs: %d are over the limit of %d", len(rec.Inputs), MaxInputs)
	case rec.Exercise != nil && !isHex(rec.Exercise.SHA256, 64):
		return fmt.Errorf("exercise.sha256: expected 64 hex digits, not %.80q", rec.Exercise.SHA256)
	}
	if err := rec.World.Check(); err != nil {
		return err
	}
	return rec.checkInputs()
}

func (rec *Recording) checkInputs() error {
	last := 0
	for i, in := range rec.Inputs {
		if in.Tick < last || in.Tick > rec.Ticks {
			return fmt.Errorf("inputs[%d]: tick %d is not between %d (the input before) and %d (the end)", i, in.Tick, last, rec.Ticks)
		}
		if len(in.Data) == 0 || in.Data[0] != '{' {
			return fmt.Errorf("inputs[%d]: expected an object, not %.60s", i, in.Data)
		}
		last = in.Tick
	}
	return nil
}

// Check holds a world to its limits; zero means the default.
func (w *World) Check() error {
	if w.Members < 0 || w.Members > MaxMembers {
		return fmt.Errorf("world.members: %d is not between 1 and %d", w.Members, MaxMembers)
	}
	if err := w.checkMachines(); err != nil {
		return err
	}
	switch {
	case w.Shell != "" && w.Shell != Workstation && !w.isMachine(w.Shell):
		return fmt.Errorf("world.shell: expected workstation or one of %s to %s, not %q", w.Machine(1).Name, w.Machine(w.MachineCount()).Name, w.Shell)
	case w.LatencyMicros < 0 || w.LatencyMicros > 10_000_000:
		return fmt.Errorf("world.latencyMicros: %d is not between 0 and 10000000", w.LatencyMicros)
	case w.FsyncMicros < 0 || w.FsyncMicros > 60_000_000:
		return fmt.Errorf("world.fsyncMicros: %d is not between 0 and 60000000", w.FsyncMicros)
	}
	if _, err := w.EpochTime(); err != nil {
		return err
	}
	if w.Data != "" && w.Data != Kubernetes {
		return fmt.Errorf("world.data: expected %s or nothing, not %.40q", Kubernetes, w.Data)
	}
	return w.checkTLS()
}

// EpochTime is the wall clock at boot.
func (w *World) EpochTime() (time.Time, error) {
	if w.Epoch == "" {
		w.Epoch = DefaultEpoch
	}
	t, err := time.Parse(time.RFC3339, w.Epoch)
	if err != nil {
		return t, fmt.Errorf("world.epoch: expected a time such as %s, not %q", DefaultEpoch, w.Epoch)
	}
	return t, nil
}

func isHex(s string, n int) bool {
	if len(s) != n {
		return false
	}
	for _, c := range s {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f') {
			return false
		}
	}
	return true
}
