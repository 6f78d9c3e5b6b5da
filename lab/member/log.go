package member

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"time"

	"quorumlab/lab/event"
)

// Levels of log lines are zap's. Callers are places in etcd 3.6.16's source, as
// recordings of its log show them; lines that were not recorded name none.

// attr is one field of a log line: a string, number, boolean, or a list of
// strings.
type attr struct {
	key   string
	value any
}

func field(key string, value any) attr { return attr{key, value} }

// line writes one line of the member's log as etcd's zap encoder does: JSON
// with level, ts, logger, caller, msg, then the fields in order. It costs an
// event; what may happen often goes through limited.
func (m *Member) line(level, logger, caller, msg string, fields ...attr) {
	if m.dead.Load() {
		return
	}
	b := make([]byte, 0, 256)
	b = append(b, `{"level":"`...)
	b = append(b, level...)
	b = append(b, `","ts":"`...)
	b = time.Now().UTC().AppendFormat(b, "2006-01-02T15:04:05.000000Z")
	b = append(b, '"')
	if logger != "" {
		b = append(append(append(b, `,"logger":"`...), logger...), '"')
	}
	if caller != "" {
		b = append(append(append(b, `,"caller":"`...), caller...), '"')
	}
	b = appendValue(append(b, `,"msg":`...), msg)
	for _, f := range fields {
		b = appendValue(append(b, ','), f.key)
		b = appendValue(append(b, ':'), f.value)
	}
	b = append(b, '}')
	m.emit(event.Event{Type: event.Log, Member: m.cfg.Name, State: level, Text: string(b)})
}

// appendValue is a value in JSON, without the escapes that only HTML needs.
func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		if plain(v) {
			return append(append(append(b, '"'), v...), '"')
		}
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case uint64:
		return strconv.AppendUint(b, v, 10)
	case bool:
		return strconv.AppendBool(b, v)
	case time.Duration:
		return append(append(append(b, '"'), v.String()...), '"')
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return append(b, `"?"`...)
	}
	return append(b, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...)
}

// plain tells whether JSON writes a string as it is.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// Log writes one line of the member's log, its fields by name; "logger" and
// "caller" have their places.
func (m *Member) Log(level, msg string, fields map[string]any) {
	var logger, caller string
	var list []attr
	for key, value := range fields {
		switch text, _ := value.(string); key {
		case "logger":
			logger = text
		case "caller":
			caller = text
		default:
			list = append(list, attr{key, value})
		}
	}
	for i := range list { // a handful, in no order
		for j := i; j > 0 && list[j].key < list[j-1].key; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
	m.line(level, logger, caller, msg, list...)
}

// burst is how many lines of one kind a member writes in a second; what is more
// is left out, as zap's sampling does.
const burst = 10

// throttle counts the lines of each kind in the current second.
type throttle struct {
	mu     sync.Mutex
	second int64
	lines  map[string]int // by message
}

func (t *throttle) allow(msg string) bool {
	now := time.Now().Unix()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.second != now || t.lines == nil {
		t.second, t.lines = now, map[string]int{}
	}
	t.lines[msg]++
	return t.lines[msg] <= burst
}

// limited is line for what requests and faults can cause at any rate.
func (m *Member) limited(level, logger, caller, msg string, fields ...attr) {
	if m.throttle.allow(msg) {
		m.line(level, logger, caller, msg, fields...)
	}
}

// id is this member's ID as log lines have it.
func (m *Member) id() string { return FormatID(m.identity.MemberID) }

// idOf is the ID of the member on a machine, or the machine's name if it is not
// known.
func (m *Member) idOf(name string) string {
	for _, member := range m.machine.roster.list() {
		if m.cfg.NameOf(ipOf(member.PeerURLs)) == name {
			return FormatID(member.ID)
		}
	}
	for _, info := range m.identity.Members {
		if m.cfg.NameOf(ipOf(info.PeerURLs)) == name {
			return FormatID(info.ID)
		}
	}
	return name
}

// raftLog writes one of raft's own lines. Levels: "info" and "warn".
func (m *Member) raftLog(level, caller string, format string, args ...any) {
	if caller != "" {
		caller = "v3@v3.6.0/" + caller
	}
	m.line(level, "raft", caller, fmt.Sprintf(format, args...))
}
