package tool

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
)

// Field is one key of a log line. Values are strings, numbers, booleans or
// lists of strings.
type Field struct {
	Key   string
	Value any
}

// Entry is one line of etcd's log. Caller is its place in etcd's source.
type Entry struct {
	Level, Logger, Caller, Text string
	Fields                      []Field
}

// JSON writes the entry as one line of JSON, as etcdctl and etcd do.
func (e Entry) JSON(w io.Writer, now time.Time) {
	line := []Field{{"level", e.Level}, {"ts", now.UTC().Format("2006-01-02T15:04:05.000000Z")}}
	if e.Logger != "" {
		line = append(line, Field{"logger", e.Logger})
	}
	line = append(line, Field{"caller", e.Caller}, Field{"msg", e.Text})
	line = append(line, e.Fields...)
	var b strings.Builder
	b.WriteByte('{')
	for i, f := range line {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(quote(f.Key) + ":" + quote(f.Value))
	}
	b.WriteString("}\n")
	_, _ = io.WriteString(w, b.String())
}

// Console writes the entry as etcdutl does: tab separated, fields as JSON.
func (e Entry) Console(w io.Writer, now time.Time) {
	parts := []string{now.UTC().Format("2006-01-02T15:04:05Z"), e.Level}
	if e.Logger != "" {
		parts = append(parts, e.Logger)
	}
	parts = append(parts, e.Caller, e.Text)
	if len(e.Fields) > 0 {
		fields := make([]string, len(e.Fields))
		for i, f := range e.Fields {
			fields[i] = quote(f.Key) + ": " + spaced(f.Value)
		}
		parts = append(parts, "{"+strings.Join(fields, ", ")+"}")
	}
	_, _ = fmt.Fprintln(w, strings.Join(parts, "\t"))
}

// spaced is quote with a blank after each comma of a list, as zap's console has.
func spaced(v any) string {
	list, ok := v.([]string)
	if !ok {
		return quote(v)
	}
	items := make([]string, len(list))
	for i, s := range list {
		items[i] = quote(s)
	}
	return "[" + strings.Join(items, ", ") + "]"
}

// quote is a value in JSON, without the escapes that only HTML needs.
func quote(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // strings, numbers and lists of strings cannot fail
	return strings.TrimSuffix(b.String(), "\n")
}
