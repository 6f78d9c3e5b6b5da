// Package event defines what leaves the world: one flat struct, one JSON
// object a line. Everything a learner sees, a grader judges or a server
// verifies is a fold over these events.
package event

import (
	"encoding/json"
	"fmt"
)

// Event is one thing that happened. Type says which fields have a meaning;
// a field that is zero is absent from the JSON. Times are microseconds of
// virtual time since boot. Events are values: nobody changes one after it was
// emitted.
type Event struct {
	T    int64  `json:"t"`
	Type Type   `json:"type"`
	ID   uint64 `json:"id,omitempty"` // of a message or a request; pairs send with deliver, request with reply

	Member string `json:"member,omitempty"`
	Peer   string `json:"peer,omitempty"`
	From   string `json:"from,omitempty"`
	To     string `json:"to,omitempty"`
	Msg    string `json:"msg,omitempty"`
	Client string `json:"client,omitempty"`
	Method string `json:"method,omitempty"`

	State string `json:"state,omitempty"`
	Role  string `json:"role,omitempty"`
	What  string `json:"what,omitempty"`
	Verb  string `json:"verb,omitempty"`
	Why   string `json:"why,omitempty"`
	Text  string `json:"text,omitempty"`
	Error string `json:"error,omitempty"`

	Term    uint64 `json:"term,omitempty"`
	Index   uint64 `json:"index,omitempty"`
	First   uint64 `json:"first,omitempty"`
	LogTerm uint64 `json:"logTerm,omitempty"`
	Entries int    `json:"entries,omitempty"`
	Commit  uint64 `json:"commit,omitempty"`
	Granted bool   `json:"granted,omitempty"`
	OK      bool   `json:"ok,omitempty"`
	Unknown bool   `json:"unknown,omitempty"` // the outcome is not known: it may have happened
	Bytes   int64  `json:"bytes,omitempty"`
	Used    int64  `json:"used,omitempty"` // of Bytes

	Rev          int64  `json:"rev,omitempty"`
	Key          string `json:"key,omitempty"`
	Value        string `json:"value,omitempty"`
	Hash         string `json:"hash,omitempty"`
	Keys         int64  `json:"keys,omitempty"`
	Serializable bool   `json:"serializable,omitempty"`
	Ops          []Op   `json:"ops,omitempty"`

	LatencyMicros int64  `json:"latencyMicros,omitempty"`
	JitterMicros  int64  `json:"jitterMicros,omitempty"`
	LossPermille  int64  `json:"lossPermille,omitempty"`
	FsyncMicros   int64  `json:"fsyncMicros,omitempty"`
	TimeoutMicros int64  `json:"timeoutMicros,omitempty"` // of elections
	Port          int    `json:"port,omitempty"`
	Full          bool   `json:"full,omitempty"`
	Corrupt       bool   `json:"corrupt,omitempty"`
	Wiped         bool   `json:"wiped,omitempty"`
	Path          string `json:"path,omitempty"`

	Session int      `json:"session,omitempty"`
	N       int      `json:"n,omitempty"`
	Code    int      `json:"code,omitempty"`
	Stream  string   `json:"stream,omitempty"`
	Cwd     string   `json:"cwd,omitempty"`
	Cursor  int      `json:"cursor,omitempty"`
	Start   int      `json:"start,omitempty"` // of a completion: text[start:cursor] is replaced
	Offers  []string `json:"candidates,omitempty"`

	Members   []string          `json:"members,omitempty"`
	Learners  []string          `json:"learners,omitempty"`
	Addresses map[string]string `json:"addresses,omitempty"`
	Epoch     string            `json:"epoch,omitempty"`
	Seed      uint64            `json:"seed,omitempty"`
	Leader    string            `json:"leader,omitempty"`

	Title         string `json:"title,omitempty"`
	Step          string `json:"step,omitempty"`
	Steps         []Step `json:"steps,omitempty"`
	Expected      string `json:"expected,omitempty"`
	Seen          string `json:"seen,omitempty"`
	At            int64  `json:"at,omitempty"` // when a step was decided, in the unit of T
	Passed        bool   `json:"passed,omitempty"`
	Points        int    `json:"points,omitempty"`
	Of            int    `json:"of,omitempty"`
	Seconds       int64  `json:"seconds,omitempty"`
	Commands      int    `json:"commands,omitempty"`
	UnavailableMs int64  `json:"unavailableMs,omitempty"`
	Revealed      bool   `json:"revealed,omitempty"`
}

// Op is one change of one key inside a committed entry.
type Op struct {
	Op      string `json:"op"` // put or delete
	Key     string `json:"key"`
	Value   string `json:"value,omitempty"` // cut at 1 KiB; then Bytes is the true length
	Bytes   int64  `json:"bytes,omitempty"`
	Create  int64  `json:"create,omitempty"`
	Mod     int64  `json:"mod,omitempty"`
	Version int64  `json:"version,omitempty"`
	Lease   string `json:"lease,omitempty"` // its ID in hexadecimal
}

// Step is one line of an exercise's checklist.
type Step struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	Points int      `json:"points,omitempty"`
	Hints  []string `json:"hints,omitempty"`
}

// Type names what happened.
type Type string

// The types of events; ARCHITECTURE.md lists the fields of each.
const (
	World      Type = "world"
	Ready      Type = "ready"
	Member     Type = "member"
	Role       Type = "role"
	Term       Type = "term"
	Vote       Type = "vote"
	Leader     Type = "leader"
	Send       Type = "send"
	Deliver    Type = "deliver"
	Drop       Type = "drop"
	Resend     Type = "resend"
	Delay      Type = "delay"
	Append     Type = "append"
	Truncate   Type = "truncate"
	Compact    Type = "compact"
	Commit     Type = "commit"
	Apply      Type = "apply"
	KV         Type = "kv"
	Lease      Type = "lease"
	Watch      Type = "watch"
	DB         Type = "db"
	Alarm      Type = "alarm"
	Membership Type = "membership"
	Request    Type = "request"
	Reply      Type = "reply"
	Fault      Type = "fault"
	Link       Type = "link"
	Disk       Type = "disk"
	Firewall   Type = "firewall"
	Timeouts   Type = "timeouts"
	Snapshot   Type = "snapshot"
	File       Type = "file"
	Log        Type = "log"
	Prompt     Type = "prompt"
	Echo       Type = "echo"
	Typing     Type = "typing"
	Command    Type = "command"
	Output     Type = "output"
	Exit       Type = "exit"
	Clear      Type = "clear"
	Completion Type = "completion"
	Exercise   Type = "exercise"
	StepState  Type = "step"
	Violation  Type = "violation"
	Verdict    Type = "verdict"
	Error      Type = "error"
	Crash      Type = "crash" // made by the host, not hashed
)

// Decode reads one event from one line of JSON.
func Decode(line []byte) (Event, error) {
	var e Event
	if err := json.Unmarshal(line, &e); err != nil {
		return e, fmt.Errorf("event: %w", err)
	}
	if e.Type == "" {
		return e, fmt.Errorf("event: no type in %.80q", line)
	}
	return e, nil
}
