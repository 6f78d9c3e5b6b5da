package event

import (
	"encoding/json"
	"reflect"
	"testing"
)

// fill sets every field to something that is not zero.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("a\"\\\n\t\x01é" + string(rune(v.Type().Size())))
	case reflect.Int, reflect.Int64:
		v.SetInt(-7)
	case reflect.Uint64:
		v.SetUint(1<<63 + 5)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"m2": "y", "m1": "x"}))
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	}
}

// Append writes what encoding/json writes, in another order: no field is lost.
func TestAppendLosesNothing(t *testing.T) {
	var full Event
	fill(reflect.ValueOf(&full).Elem())
	full.Type = World
	got, err := Decode(full.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, full) {
		t.Errorf("an event changed on its way:\n got %+v\nwant %+v", got, full)
	}
}

// The frequent events leave out the rarely used fields early; none of the
// fields they do carry may be among those.
func TestFrequentEvents(t *testing.T) {
	for _, e := range []Event{
		{T: 5, Type: Send, ID: 1, From: "m1", To: "m2", Msg: "append", Term: 2, Index: 3, LogTerm: 1, Entries: 4, Commit: 2, Granted: true, OK: true, Bytes: 9, Key: "k", Method: "Put"},
		{T: 5, Type: Deliver, ID: 1},
		{T: 5, Type: Resend, ID: 1},
		{T: 5, Type: Drop, ID: 1, Why: "cut"},
		{T: 5, Type: Append, Member: "m1", First: 1, Index: 2, Term: 3, Entries: 2},
		{T: 5, Type: Commit, Member: "m1", Index: 2},
		{T: 5, Type: Apply, Member: "m1", Index: 2, Rev: 3, Hash: "00ff00ff"},
		{T: 5, Type: Request, ID: 1, Client: "workstation", Member: "m1", Method: "Put", Key: "a", Value: "b", Serializable: true},
		{T: 5, Type: Reply, ID: 1, Client: "workstation", Member: "m1", Method: "Put", OK: true, Rev: 2},
		{T: 5, Type: Reply, ID: 1, Client: "workstation", Member: "m1", Method: "Put", Error: "etcdserver: request timed out", Unknown: true},
		{T: 5, Type: KV, Index: 4, Term: 2, Rev: 3, Ops: []Op{{Op: "put", Key: "a", Value: "b", Bytes: 1, Create: 2, Mod: 3, Version: 2, Lease: "07"}, {Op: "delete", Key: "b"}}},
		{T: 5, Type: KV, What: "state", Rev: 1},
	} {
		want, _ := json.Marshal(e)
		var a, b map[string]any
		if err := json.Unmarshal(want, &a); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(e.Append(nil), &b); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(a, b) {
			t.Errorf("%s: got %v, want %v", e.Type, b, a)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, line := range []string{"", "{}", `{"type":7}`, `[]`} {
		if _, err := Decode([]byte(line)); err == nil {
			t.Errorf("Decode(%q): no error", line)
		}
	}
}
