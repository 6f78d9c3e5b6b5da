package lab

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// input is the union of the inputs the world itself takes.
type input struct {
	Type    string `json:"type"`
	Session int    `json:"session"`
	Text    string `json:"text"`
	Cursor  int    `json:"cursor"`
	Host    string `json:"host"`
}

// maxInputBytes bounds one input; an exercise is the largest.
const maxInputBytes = 256 << 10

// parseInput says what an input does, or why it is refused.
func (w *World) parseInput(raw []byte) (func(), error) {
	if len(raw) > maxInputBytes {
		return nil, fmt.Errorf("input: %d bytes are over the limit of %d", len(raw), maxInputBytes)
	}
	var kind struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(raw, &kind); err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	if handle := w.Extra[kind.Type]; handle != nil {
		kept := bytes.Clone(raw)
		return func() { w.refuse(handle(kept)) }, nil
	}
	var in input
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return nil, fmt.Errorf("input %q: %w", kind.Type, err)
	}
	if in.Type != "lab" && in.Session == 0 {
		in.Session = 1
	}
	return w.action(in)
}

func (w *World) action(in input) (func(), error) {
	switch in.Type {
	case "line":
		return func() { w.refuse(w.shell.Line(in.Session, in.Text)) }, nil
	case "interrupt":
		return func() { w.refuse(w.shell.Interrupt(in.Session)) }, nil
	case "eof":
		return func() { w.refuse(w.shell.EOF(in.Session)) }, nil
	case "complete":
		return func() { w.refuse(w.complete(in)) }, nil
	case "open":
		return func() { w.refuse(w.open(in)) }, nil
	case "lab":
		return func() { go w.click(in.Text) }, nil
	}
	return nil, fmt.Errorf("input: type %q is not known; expected line, interrupt, eof, complete, open, lab, exercise, hint or reveal", in.Type)
}

func (w *World) open(in input) error {
	if in.Host == "" {
		in.Host = workstation
	}
	if in.Host != workstation && w.node(in.Host) == nil {
		return fmt.Errorf("open: there is no machine %q", in.Host)
	}
	return w.shell.Open(in.Session, in.Host)
}
