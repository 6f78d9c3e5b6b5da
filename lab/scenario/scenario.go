// Package scenario reads recorded scenarios of a real etcd and says how what a
// command printed there compares with what it printed elsewhere.
//
// A scenario is a file of JSON lines: the cluster it begins with, then steps in
// order: commands with what came of them, faults, and what was done to files
// meanwhile. lab/testdata/etcd has the recordings, and normalize.json the rules
// of comparison.
package scenario

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Header is the first line of a scenario.
type Header struct {
	Scenario string
	Cluster  Cluster
	Env      map[string]string
	TLSSetup string `json:"tls_setup"` // "…; server cert: server; client cert auth: True"
}

// Cluster is what a scenario begins with. It has no members for one that needs
// no cluster.
type Cluster struct {
	Members     int
	TLS         bool
	Leader      string // leads when the first step runs
	Names       []string
	Token       string   `json:"initial_cluster_token"`
	ServerFlags []string `json:"server_flags"`
	Addresses   map[string]URLs
}

// URLs are those of one member.
type URLs struct{ Client, Peer string }

// Kind is what a step is.
type Kind int

// The kinds of steps.
const (
	Command    Kind = iota // runs to its end
	Background             // a command begins
	End                    // a command in the background ends
	Fault                  // the cluster is changed
	Do                     // something is waited for, or done to files
	Note                   // an illustration: a server's log, a process that ended
)

// Step is one line after the header. Record is the whole of it; the fields are
// those that say what is to be done.
type Step struct {
	Line   int    `json:"-"` // in the file, from 1: the header's is 1
	Kind   Kind   `json:"-"`
	Record Object `json:"-"`

	Cmd         string
	Env         map[string]string
	Stdin       *string
	StdinRepeat *struct {
		Text  string
		Count int
	} `json:"stdin_repeat"`
	InterruptAfter float64 `json:"interrupt_after_s"`
	Capture        Object  `json:"-"` // name -> {regex, value}
	Stdout, Stderr string
	Exit           int
	Unstable       string

	ID     string // of a command in the background
	Signal string

	Fault, Do           string
	Member              string
	Members             []string
	Groups              [][]string
	DataDir             string   `json:"data_dir"`
	InitialCluster      string   `json:"initial_cluster"`
	InitialClusterState string   `json:"initial_cluster_state"`
	ServerFlags         []string `json:"server_flags"`
	FdatasyncDelayMs    float64  `json:"fdatasync_delay_ms"`
	Seconds             float64
	From, To, File, Op  string
	At                  int
	Text, Path          string
	Containing          string
}

// Prints tells whether the step has an output to compare.
func (s *Step) Prints() bool { return s.Kind == Command || s.Kind == End }

// Scenario is a whole file.
type Scenario struct {
	Name   string // of the file, without .jsonl
	File   string
	Header Header
	Line   Object // the header's
	Steps  []Step
}

// maxLineBytes bounds one line of a file.
const maxLineBytes = 16 << 20

// Read reads a scenario from a file.
func Read(file string) (*Scenario, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Parse(f, file)
}

// Parse reads a scenario; an error names the file, the line and what was
// expected there.
func Parse(r io.Reader, file string) (*Scenario, error) {
	s := &Scenario{Name: strings.TrimSuffix(filepath.Base(file), ".jsonl"), File: file}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLineBytes)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		if err := s.add(lines.Bytes(), n); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if s.Line == nil {
		return nil, fmt.Errorf("%s: it is empty; expected a header and steps, each a line of JSON", file)
	}
	return s, nil
}

func (s *Scenario) add(text []byte, line int) error {
	value, err := Decode(text)
	if err != nil {
		return fmt.Errorf("not JSON: %w", err)
	}
	record, ok := value.(Object)
	if !ok {
		return fmt.Errorf("expected an object, not %.60s", text)
	}
	if s.Line == nil {
		s.Line = record
		return s.begin()
	}
	step, err := parseStep(record, line)
	if err == nil {
		s.Steps = append(s.Steps, *step)
	}
	return err
}

func (s *Scenario) begin() error {
	if !s.Line.Has("cluster") {
		return fmt.Errorf(`expected the header, an object with "scenario", "cluster" and "env"`)
	}
	if err := s.Line.Into(&s.Header); err != nil {
		return fmt.Errorf("header: %w", err)
	}
	c := s.Header.Cluster
	if c.Members != len(c.Names) {
		return fmt.Errorf("header: cluster.members is %d, but cluster.names has %d", c.Members, len(c.Names))
	}
	for _, name := range c.Names {
		if _, ok := c.Addresses[name]; !ok {
			return fmt.Errorf("header: cluster.addresses has none of %s", name)
		}
	}
	return nil
}

// knownFaults and knownDeeds are what a step may ask for.
var (
	knownFaults = []string{
		"kill", "stop", "stop-all", "start", "pause", "resume", "wipe", "partition", "heal",
		"blackhole-client-port", "slow-disk", "slow-disk-end",
	}
	knownDeeds = []string{"sleep", "wait_leader", "ensure_leader", "copy-file", "edit-file", "write-file", "mkdir"}
)

func parseStep(record Object, line int) (*Step, error) {
	s := &Step{Line: line, Record: record}
	if err := record.Into(s); err != nil {
		return nil, err
	}
	if value, ok := record.Get("capture"); ok {
		if s.Capture, ok = value.(Object); !ok {
			return nil, fmt.Errorf(`capture: expected {"NAME": {"regex": …}, …}`)
		}
	}
	switch bg := record.Text("bg"); {
	case bg == "start":
		s.Kind = Background
	case bg == "end":
		s.Kind = End
	case bg != "":
		return nil, fmt.Errorf(`bg: expected "start" or "end", not %q`, bg)
	case record.Has("cmd"):
		s.Kind = Command
	case record.Has("fault"):
		s.Kind = Fault
		return s, known("fault", s.Fault, knownFaults)
	case record.Has("do"):
		s.Kind = Do
		return s, known("do", s.Do, knownDeeds)
	case record.Has("server_log"), record.Has("server_exit"):
		s.Kind = Note
	default:
		return nil, fmt.Errorf(`expected a step with "cmd", "bg", "fault", "do", "server_log" or "server_exit"`)
	}
	return s, s.checkCommand()
}

func known(field, value string, all []string) error {
	for _, one := range all {
		if one == value {
			return nil
		}
	}
	return fmt.Errorf("%s: %q is not known; expected one of %s", field, value, strings.Join(all, ", "))
}

func (s *Step) checkCommand() error {
	switch {
	case s.Kind == Note:
	case (s.Kind == Background || s.Kind == End) && s.ID == "":
		return fmt.Errorf("bg: expected an id")
	case s.Kind != End && s.Cmd == "":
		return fmt.Errorf("cmd: expected a command")
	case s.Prints() && !s.Record.Has("stdout"):
		return fmt.Errorf("stdout: expected what the command printed")
	}
	return nil
}
