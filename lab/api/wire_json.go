package api

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// This file is the JSON of etcd's HTTP gateway: names as in the .proto files,
// 64-bit numbers as strings, enums by name (tag `enum:"A,B"`), bytes in
// base64, zero values left out. `-w json` is another form: encoding/json of
// the same structs.

// MarshalGateway gives the gateway's JSON of the message m points to.
func MarshalGateway(m any) []byte {
	v := reflect.ValueOf(m).Elem()
	return planOf(v.Type()).appendJSON(nil, v)
}

func (p *plan) appendJSON(dst []byte, v reflect.Value) []byte {
	dst = append(dst, '{')
	start := len(dst)
	for i := range p.fields {
		f := &p.fields[i]
		x := v.Field(f.index)
		if f.absent(x) {
			continue
		}
		if len(dst) > start {
			dst = append(dst, ',')
		}
		dst = appendString(dst, f.name)
		dst = append(dst, ':')
		dst = f.appendJSON(dst, x)
	}
	return append(dst, '}')
}

// absent tells whether JSON leaves a field out. A header is always there.
func (f *field) absent(v reflect.Value) bool {
	switch f.shape {
	case shapeMessage:
		return false
	case shapeBytes, shapePacked, shapeList:
		return v.Len() == 0
	}
	return v.IsZero()
}

func (f *field) appendJSON(dst []byte, v reflect.Value) []byte {
	switch f.shape {
	case shapeVarint:
		return f.appendNumber(dst, v)
	case shapeBool:
		return strconv.AppendBool(dst, v.Bool())
	case shapeBytes:
		return append(base64.StdEncoding.AppendEncode(append(dst, '"'), v.Bytes()), '"')
	case shapeString:
		return appendString(dst, v.String())
	case shapeMessage:
		return planOf(f.typ).appendJSON(dst, v)
	case shapePointer, shapeOneof:
		if v.IsNil() {
			return append(dst, "null"...)
		}
		return f.elem.appendJSON(dst, v.Elem())
	}
	dst = append(dst, '[')
	for i := range v.Len() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = f.elem.appendJSON(dst, v.Index(i))
	}
	return append(dst, ']')
}

func (f *field) appendNumber(dst []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Int64:
		return append(strconv.AppendInt(append(dst, '"'), v.Int(), 10), '"')
	case reflect.Uint64:
		return append(strconv.AppendUint(append(dst, '"'), v.Uint(), 10), '"')
	case reflect.Uint32:
		return strconv.AppendUint(dst, v.Uint(), 10)
	}
	if n := v.Int(); n >= 0 && n < int64(len(f.enum)) {
		return appendString(dst, f.enum[n])
	}
	return strconv.AppendInt(dst, v.Int(), 10)
}

func appendString(dst []byte, s string) []byte {
	b, _ := json.Marshal(s) // a string cannot fail
	return append(dst, b...)
}

// maxDepth bounds messages within messages: a txn within a txn takes three.
const maxDepth = 100

// UnmarshalGateway reads the gateway's JSON into the struct m points to. Names
// may also be spelt as Go or protobuf JSON does (rangeEnd for range_end);
// numbers may be numbers or strings. Unknown names are ignored, as etcd's
// gateway does, and so is what follows the object. Errors are in protobuf's
// words.
func UnmarshalGateway(b []byte, m any) error {
	d, err := gatewayDecoder(b)
	if err != nil {
		return err
	}
	return readGateway(d, m)
}

func gatewayDecoder(b []byte) (*json.Decoder, error) {
	if depth(b) > maxDepth {
		return nil, errors.New("proto: exceeded max recursion depth")
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return d, nil
}

func readGateway(d *json.Decoder, m any) error {
	var x any
	if err := d.Decode(&x); err != nil {
		return err
	}
	v := reflect.ValueOf(m).Elem()
	return planOf(v.Type()).readJSON(x, v)
}

// UnmarshalWatch reads the requests of a stream of watches, which lie one after
// the other.
func UnmarshalWatch(b []byte, first *WatchRequest) error {
	d, err := gatewayDecoder(b)
	if err != nil {
		return err
	}
	if err := readGateway(d, first); err != nil {
		return err
	}
	for {
		next := new(WatchRequest)
		switch err := readGateway(d, next); err {
		case nil:
			first.Then = append(first.Then, next)
		case io.EOF:
			return nil
		default:
			return err
		}
	}
}

// depth is how deep arrays and objects are nested, before a parser walks them.
func depth(b []byte) (deepest int) {
	now, quoted := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			now++
			deepest = max(deepest, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return deepest
}

// errValue is a value of the wrong kind; readJSON says of which field.
var errValue = errors.New("proto: invalid value")

func (p *plan) readJSON(x any, v reflect.Value) error {
	o, ok := x.(map[string]any)
	if !ok {
		return fmt.Errorf("proto: syntax error (line 1:1): unexpected token %s", raw(x))
	}
	for name, y := range o {
		f := p.named(name)
		if f == nil || y == nil {
			continue
		}
		err := f.readJSON(y, v.Field(f.index))
		if errors.Is(err, errValue) {
			return fmt.Errorf("proto: invalid value for %s field %s: %s", f.kind(), camel(f.name), raw(y))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// raw is a value as it stood in the JSON, shortened.
func raw(x any) string {
	b, _ := json.Marshal(x) // it came from JSON
	return string(b[:min(len(b), 64)])
}

// kind is protobuf's name for a field's type.
func (f *field) kind() string {
	switch {
	case f.elem != nil:
		return f.elem.kind()
	case f.shape == shapeBytes:
		return "bytes"
	case f.enum != nil:
		return "enum"
	}
	return f.typ.Kind().String()
}

func (p *plan) named(name string) *field {
	for i := range p.fields {
		if f := &p.fields[i]; f.name == name || camel(f.name) == name {
			return f
		}
	}
	return nil
}

// camel turns range_end into rangeEnd.
func camel(s string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '_' && i+1 < len(s) {
			i++
			c = s[i]
			if 'a' <= c && c <= 'z' {
				c -= 'a' - 'A'
			}
		}
		b = append(b, c)
	}
	return string(b)
}

func (f *field) readJSON(x any, v reflect.Value) error {
	switch f.shape {
	case shapeMessage:
		return planOf(f.typ).readJSON(x, v)
	case shapePointer, shapeOneof:
		v.Set(reflect.New(f.elem.typ))
		return f.elem.readJSON(x, v.Elem())
	case shapePacked, shapeList:
		return f.readArray(x, v)
	case shapeVarint:
		return f.readNumber(x, v)
	case shapeBool:
		b, ok := x.(bool)
		if !ok {
			return errValue
		}
		v.SetBool(b)
		return nil
	}
	s, ok := x.(string)
	if !ok {
		return errValue
	}
	if f.shape == shapeString {
		v.SetString(s)
		return nil
	}
	b, err := decodeBase64(s)
	if err != nil {
		return errValue
	}
	v.SetBytes(b)
	return nil
}

// decodeBase64 takes either alphabet, with padding or without, as protobuf's
// JSON does.
func decodeBase64(s string) ([]byte, error) {
	enc := base64.StdEncoding
	if strings.ContainsAny(s, "-_") {
		enc = base64.URLEncoding
	}
	if len(s)%4 != 0 {
		enc = enc.WithPadding(base64.NoPadding)
	}
	return enc.DecodeString(s)
}

func (f *field) readArray(x any, v reflect.Value) error {
	a, ok := x.([]any)
	if !ok {
		return errValue
	}
	for _, y := range a {
		grow(v)
		if y == nil {
			return errValue
		}
		if err := f.elem.readJSON(y, v.Index(v.Len()-1)); err != nil {
			return err
		}
	}
	return nil
}

func (f *field) readNumber(x any, v reflect.Value) error {
	s, ok := x.(string)
	if n, is := x.(json.Number); is {
		s, ok = n.String(), true
	}
	if !ok {
		return errValue
	}
	if i := slices.Index(f.enum, s); i >= 0 {
		v.SetInt(int64(i))
		return nil
	}
	size := f.typ.Bits()
	switch v.Kind() {
	case reflect.Uint64, reflect.Uint32:
		n, err := strconv.ParseUint(s, 10, size)
		if err != nil {
			return errValue
		}
		v.SetUint(n)
		return nil
	}
	n, err := strconv.ParseInt(s, 10, size)
	if err != nil {
		return errValue
	}
	v.SetInt(n)
	return nil
}
