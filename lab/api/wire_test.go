package api

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// all is every kind of field, and a message inside itself.
type all struct {
	I64    int64     `pb:"1" json:"i64,omitempty"`
	I32    int32     `pb:"2" json:"i32,omitempty" enum:"NONE,ONE"`
	U64    uint64    `pb:"3" json:"u64,omitempty"`
	U32    uint32    `pb:"4" json:"u32,omitempty"`
	Bool   bool      `pb:"5" json:"a_bool,omitempty"`
	Bytes  []byte    `pb:"6" json:"bytes,omitempty"`
	Text   string    `pb:"7" json:"text,omitempty"`
	Head   Header    `pb:"8" json:"header"`
	Next   *all      `pb:"9" json:"next,omitempty"`
	One    *int64    `pb:"10" json:"one,omitempty"`
	Words  []string  `pb:"11" json:"words,omitempty"`
	Blobs  [][]byte  `pb:"12" json:"blobs,omitempty"`
	Nums   []uint64  `pb:"13" json:"nums,omitempty"`
	Heads  []Header  `pb:"14" json:"heads,omitempty"`
	Heads2 []*Header `pb:"150" json:"heads2,omitempty"`
}

func sample() *all {
	zero := int64(0)
	return &all{
		I64: -1, I32: -2, U64: 1<<64 - 1, U32: 1<<32 - 1, Bool: true, Bytes: []byte{0, 1}, Text: "ä",
		Head: Header{Revision: 300}, Next: &all{I32: 1, Next: &all{}}, One: &zero,
		Words: []string{"", "x"}, Blobs: [][]byte{{}, {7}}, Nums: []uint64{0, 300},
		Heads: []Header{{}, {MemberID: 1}}, Heads2: []*Header{{RaftTerm: 2}, {}},
	}
}

func TestWireRoundTrip(t *testing.T) {
	want := sample()
	b := Marshal(want)
	var got all
	if err := Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(&got, want) {
		t.Errorf("got  %+v\nwant %+v", &got, want)
	}
	if again := Marshal(&got); !bytes.Equal(again, b) {
		t.Errorf("a second writing differs: %x, %x", again, b)
	}
}

// The bytes protoc's own encoders write for the same values.
func TestWireBytes(t *testing.T) {
	one := int64(0)
	for _, c := range []struct {
		m    any
		want string
	}{
		{&PutRequest{}, ""},
		{&PutRequest{Key: []byte("foo"), Value: []byte("bar"), Lease: 1, PrevKv: true}, "0a03666f6f120362617218012001"},
		{&RangeRequest{Key: []byte("a"), Limit: 300, SortOrder: 1}, "0a016118ac022801"},
		{&RangeRequest{Revision: -1}, "20ffffffffffffffffff01"},
		{&RangeResponse{Header: Header{Revision: 2}, Kvs: []*KeyValue{{Key: []byte("k")}}, Count: 1}, "0a02180212030a016b2001"},
		{&KeyValue{Key: []byte("foo"), CreateRevision: 2, ModRevision: 2, Version: 1, Value: []byte("bar")}, "0a03666f6f1002180220012a03626172"},
		{&Member{ID: 1, PeerURLs: []string{"a", ""}}, "08011a01611a00"},
		{&all{One: &one}, "5000"},
		{&all{Nums: []uint64{1, 300}}, "6a0301ac02"},
	} {
		if got := hex.EncodeToString(Marshal(c.m)); got != c.want {
			t.Errorf("%+v: %s, want %s", c.m, got, c.want)
		}
	}
}

func TestWireUnknownFieldsAreSkipped(t *testing.T) {
	// 20: varint, 21: fixed64, 22: bytes, 23: group with a varint inside, 24: fixed32; then key "k".
	b, _ := hex.DecodeString("a00101" + "a9010102030405060708" + "b20102aabb" + "bb01" + "0801" + "bc01" + "c50101020304" + "0a016b")
	var m PutRequest
	if err := Unmarshal(b, &m); err != nil || string(m.Key) != "k" {
		t.Errorf("%+v, %v", m, err)
	}
	var list all // numbers of a packed field one by one
	b, _ = hex.DecodeString("68016802")
	if err := Unmarshal(b, &list); err != nil || !reflect.DeepEqual(list.Nums, []uint64{1, 2}) {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestWireBadInput(t *testing.T) {
	for in, want := range map[string]error{
		"0a":                       ErrTruncated,
		"0a05":                     ErrTruncated,
		"0affffffffffffffffff01":   ErrTruncated,
		"0affffffffffffffffffff01": ErrTruncated,
		"18":                       ErrTruncated,
		"08":                       ErrMalformed, // key as a varint
		"00":                       ErrMalformed,
		"a701":                     ErrMalformed, // wire type 7
		"a901":                     ErrTruncated,
		"a301":                     ErrTruncated,
	} {
		b, _ := hex.DecodeString(in)
		if err := Unmarshal(b, &PutRequest{}); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", in, err, want)
		}
	}
	deep := &all{}
	for range 150 {
		deep = &all{Next: deep}
	}
	if err := Unmarshal(Marshal(deep), &all{}); !errors.Is(err, ErrDepth) {
		t.Error(err)
	}
	if err := Unmarshal(bytes.Repeat([]byte{0xbb, 0x0f}, 1000), &all{}); !errors.Is(err, ErrDepth) {
		t.Error(err)
	}
}

// The two forms of JSON as recorded from a real etcd.
func TestJSON(t *testing.T) {
	h := Header{ClusterID: 7855965530579937127, MemberID: 13195394291058371180, Revision: 1, RaftTerm: 2}
	got := string(MarshalGateway(&RangeResponse{Header: h}))
	if want := `{"header":{"cluster_id":"7855965530579937127","member_id":"13195394291058371180","revision":"1","raft_term":"2"}}`; got != want {
		t.Errorf("gateway: %s", got)
	}
	b, _ := json.Marshal(&RangeResponse{Header: h, Kvs: []*KeyValue{{Key: []byte("foo"), CreateRevision: 2, ModRevision: 2, Version: 1, Value: []byte("bar")}}, Count: 1})
	if want := `{"header":{"cluster_id":7855965530579937127,"member_id":13195394291058371180,"revision":1,"raft_term":2},"kvs":[{"key":"Zm9v","create_revision":2,"mod_revision":2,"version":1,"value":"YmFy"}],"count":1}`; string(b) != want {
		t.Errorf("-w json: %s", b)
	}
}

func TestGatewayRoundTrip(t *testing.T) {
	want := sample()
	want.I32 = 1
	b := MarshalGateway(want)
	if !bytes.Contains(b, []byte(`"i32":"ONE"`)) || !bytes.Contains(b, []byte(`"i64":"-1"`)) {
		t.Errorf("%s", b)
	}
	var got all
	if err := UnmarshalGateway(b, &got); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(Marshal(&got), Marshal(want)) {
		t.Errorf("%+v", got)
	}
	var r RangeRequest
	if err := UnmarshalGateway([]byte(`{"key":"Zm9v","rangeEnd":"Zm9w","limit":5,"keys_only":true}`), &r); err != nil ||
		string(r.RangeEnd) != "fop" || r.Limit != 5 || !r.KeysOnly {
		t.Errorf("%+v, %v", r, err)
	}
	if err := UnmarshalGateway([]byte(`{"nosuch":[{}],"key":"_-8","sort_order":"DESCEND","sort_target":3} and more`), &r); err != nil ||
		string(r.Key) != "\xff\xef" || r.SortOrder != SortDescend || r.SortTarget != SortByMod {
		t.Errorf("what is not known, base64 for URLs without padding, enums by name and number: %+v, %v", r, err)
	}
}

func TestGatewayMistakes(t *testing.T) {
	for in, want := range map[string]string{
		``:                                      "EOF",
		`{"key":`:                               "unexpected EOF",
		`{key}`:                                 "invalid character 'k' looking for beginning of object key string",
		`[]`:                                    `proto: syntax error (line 1:1): unexpected token []`,
		`{"limit":"x"}`:                         `proto: invalid value for int64 field limit: "x"`,
		`{"limit":99999999999999999999}`:        `proto: invalid value for int64 field limit: 99999999999999999999`,
		`{"key":1}`:                             `proto: invalid value for bytes field key: 1`,
		`{"range_end":"?"}`:                     `proto: invalid value for bytes field rangeEnd: "?"`,
		`{"keys_only":1}`:                       `proto: invalid value for bool field keysOnly: 1`,
		`{"sort_order":"UP"}`:                   `proto: invalid value for enum field sortOrder: "UP"`,
		`{"key":` + strings.Repeat("[", 50_000): "proto: exceeded max recursion depth",
	} {
		var r RangeRequest
		if err := UnmarshalGateway([]byte(in), &r); err == nil || err.Error() != want {
			t.Errorf("%.40s: %v, want %s", in, err, want)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	f.Add(Marshal(sample()))
	f.Add([]byte{0xbb, 0x0f})
	f.Fuzz(func(t *testing.T, b []byte) {
		var x, y all
		if Unmarshal(b, &x) != nil {
			return
		}
		once := Marshal(&x)
		if err := Unmarshal(once, &y); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(Marshal(&y), once) {
			t.Errorf("%x reads back as another message", b)
		}
	})
}

func BenchmarkPutRequest(b *testing.B) {
	m := &PutRequest{Key: []byte("/registry/pods/default/web-0"), Value: bytes.Repeat([]byte("x"), 100), Lease: 7}
	wire := Marshal(m)
	b.Run("append", func(b *testing.B) {
		buf := make([]byte, 0, 256)
		for b.Loop() {
			buf = Append(buf[:0], m)
		}
	})
	b.Run("unmarshal", func(b *testing.B) {
		for b.Loop() {
			var x PutRequest
			if err := Unmarshal(wire, &x); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// What writes itself writes what its plan would.
func TestHotMessages(t *testing.T) {
	long := bytes.Repeat([]byte("v"), 300)
	kv := KeyValue{Key: []byte("k"), CreateRevision: 2, ModRevision: 300, Version: 4, Value: long, Lease: -1}
	for _, m := range []any{
		&Header{}, &Header{ClusterID: 1 << 63, MemberID: 2, Revision: 3, RaftTerm: 4}, &KeyValue{}, &kv, &PutRequest{},
		&PutRequest{Key: []byte("k"), Value: long, Lease: 7, PrevKv: true, IgnoreValue: true, IgnoreLease: true},
		&PutResponse{}, &PutResponse{Header: Header{Revision: 9}, PrevKv: &kv}, &PutResponse{PrevKv: &KeyValue{}},
	} {
		v := reflect.ValueOf(m).Elem()
		if got, want := Marshal(m), planOf(v.Type()).append(nil, v); !bytes.Equal(got, want) {
			t.Errorf("%+v: got %x, want %x", m, got, want)
		}
	}
}

// What reads itself reads what its plan would, whatever becomes of its bytes.
func TestHotReaders(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	header := Header{ClusterID: 1 << 63, MemberID: 2, Revision: 3, RaftTerm: 4}
	messages := []any{
		&PutRequest{Key: []byte("a"), Value: []byte("b"), Lease: 5, PrevKv: true, IgnoreValue: true, IgnoreLease: true},
		&PutRequest{Key: []byte("a")}, &PutRequest{},
		&header, &PutResponse{Header: header}, &PutResponse{}, &PutResponse{Header: header, PrevKv: &KeyValue{Key: []byte("a")}},
	}
	for range 20_000 {
		m := messages[chance.IntN(len(messages))]
		b := damaged(Marshal(m), chance)
		got, want := reflect.New(reflect.TypeOf(m).Elem()), reflect.New(reflect.TypeOf(m).Elem())
		err := Unmarshal(b, got.Interface())
		planned := planOf(want.Type().Elem()).read(b, want.Elem(), 0)
		if (err == nil) != (planned == nil) || !reflect.DeepEqual(got.Interface(), want.Interface()) {
			t.Fatalf("%T %x: got %+v, %v; its plan reads %+v, %v", m, b, got.Elem(), err, want.Elem(), planned)
		}
	}
}

// damaged changes, removes, doubles or adds a few bytes, or leaves them.
func damaged(b []byte, chance *rand.Rand) []byte {
	for range chance.IntN(3) {
		at := chance.IntN(len(b) + 1)
		switch chance.IntN(4) {
		case 0:
			b = slices.Insert(b, at, byte(chance.IntN(256)))
		case 1:
			b = b[:at]
		case 2:
			b = append(b, b[at:]...)
		case 3:
			if at < len(b) {
				b[at] = byte(chance.IntN(256))
			}
		}
	}
	return b
}
