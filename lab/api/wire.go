package api

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// This file writes messages in protobuf's wire format
// (https://protobuf.dev/programming-guides/encoding/), driven by the `pb:"N"`
// tags: scalars are varints, and zero values are left out as proto3 says.
// A pointer to a scalar is a member of a oneof: written whenever it is set.

// shape is how one field stands on the wire.
type shape uint8

const (
	shapeVarint  shape = iota // int64, int32, uint64, uint32: two's complement, sign extended
	shapeBool                 // one byte varint
	shapeBytes                // []byte
	shapeString               //
	shapeMessage              // a nested struct; left out if it would be empty
	shapePointer              // a pointer to a struct; nil is left out, empty is not
	shapeOneof                // a pointer to a scalar, bytes or string
	shapePacked               // a slice of numbers
	shapeList                 // a slice of anything else, one record an element
)

// field is one step of a plan.
type field struct {
	index  int // in the struct
	number int
	shape  shape
	elem   *field // of a pointer, packed or list: how one element stands
	typ    reflect.Type
	name   string   // in JSON
	enum   []string // names of an enum's values, from the tag `enum:"A,B"`
}

// plan is how one struct type stands on the wire, in field-number order.
type plan struct {
	fields   []field
	byNumber []int16 // field number -> index into fields, or -1
}

var plans sync.Map // reflect.Type of a struct -> *plan

func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	p := newPlan(t)
	plans.Store(t, p)
	return p
}

func newPlan(t reflect.Type) *plan {
	p := &plan{}
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("pb")
		if tag == "" {
			continue
		}
		number, err := strconv.Atoi(tag)
		if err != nil || number < 1 || number > 1000 {
			panic(fmt.Sprintf("api: %s.%s: bad tag pb:%q", t, f.Name, tag))
		}
		x := newField(f.Type)
		x.index = i
		x.setNumber(number)
		x.name, _, _ = strings.Cut(f.Tag.Get("json"), ",")
		if names := f.Tag.Get("enum"); names != "" {
			x.setEnum(strings.Split(names, ","))
		}
		p.insert(x)
	}
	for i, f := range p.fields {
		for len(p.byNumber) <= f.number {
			p.byNumber = append(p.byNumber, -1)
		}
		p.byNumber[f.number] = int16(i)
	}
	return p
}

// insert keeps fields in field-number order.
func (p *plan) insert(x field) {
	i := len(p.fields)
	for i > 0 && p.fields[i-1].number > x.number {
		i--
	}
	p.fields = append(p.fields, field{})
	copy(p.fields[i+1:], p.fields[i:])
	p.fields[i] = x
}

func (p *plan) find(number uint64) *field {
	if number >= uint64(len(p.byNumber)) || p.byNumber[number] < 0 {
		return nil
	}
	return &p.fields[p.byNumber[number]]
}

func newField(t reflect.Type) field {
	x := field{typ: t}
	switch t.Kind() {
	case reflect.Int64, reflect.Int32, reflect.Uint64, reflect.Uint32:
		x.shape = shapeVarint
	case reflect.Bool:
		x.shape = shapeBool
	case reflect.String:
		x.shape = shapeString
	case reflect.Struct:
		x.shape = shapeMessage
	case reflect.Pointer:
		e := newField(t.Elem())
		x.elem, x.shape = &e, shapeOneof
		if e.shape == shapeMessage {
			x.shape = shapePointer
		}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			x.shape = shapeBytes
			return x
		}
		e := newField(t.Elem())
		x.elem, x.shape = &e, shapeList
		if e.shape == shapeVarint || e.shape == shapeBool {
			x.shape = shapePacked
		}
	default:
		panic(fmt.Sprintf("api: %s has no place on the wire", t))
	}
	return x
}

// Marshal gives the wire form of the message m points to. A type with a field
// that cannot stand on the wire is a programming error: it panics. Safe for
// concurrent use, as long as nobody changes m meanwhile.
func Marshal(m any) []byte { return Append(make([]byte, 0, usualBytes), m) }

// usualBytes is room for most messages.
const usualBytes = 64

// Append is Marshal into the room behind dst.
func Append(dst []byte, m any) []byte {
	if hot, ok := m.(appender); ok {
		return hot.appendWire(dst)
	}
	v := reflect.ValueOf(m).Elem()
	return planOf(v.Type()).append(dst, v)
}

func (p *plan) append(dst []byte, v reflect.Value) []byte {
	for i := range p.fields {
		f := &p.fields[i]
		dst = f.append(dst, v.Field(f.index), false)
	}
	return dst
}

// append writes one field with its tag; always writes zero values too.
func (f *field) append(dst []byte, v reflect.Value, always bool) []byte {
	switch f.shape {
	case shapeVarint, shapeBool:
		if n := scalar(v); n != 0 || always {
			dst = binary.AppendUvarint(f.tag(dst, wireVarint), n)
		}
	case shapeBytes:
		if b := v.Bytes(); len(b) > 0 || always {
			dst = binary.AppendUvarint(f.tag(dst, wireBytes), uint64(len(b)))
			dst = append(dst, b...)
		}
	case shapeString:
		if s := v.String(); s != "" || always {
			dst = binary.AppendUvarint(f.tag(dst, wireBytes), uint64(len(s)))
			dst = append(dst, s...)
		}
	case shapeMessage:
		dst = f.appendMessage(dst, v, always)
	case shapePointer, shapeOneof:
		if !v.IsNil() {
			if hot, ok := v.Interface().(appender); ok {
				return appendMessage(dst, f.number, hot, true)
			}
			dst = f.elem.append(dst, v.Elem(), true)
		} else if always { // a nil element of a list
			dst = binary.AppendUvarint(f.tag(dst, wireBytes), 0)
		}
	case shapePacked:
		if v.Len() > 0 {
			dst = f.appendPacked(dst, v)
		}
	case shapeList:
		for i := range v.Len() {
			dst = f.elem.append(dst, v.Index(i), true)
		}
	}
	return dst
}

// setNumber gives a field and its elements their number.
func (f *field) setNumber(n int) {
	for ; f != nil; f = f.elem {
		f.number = n
	}
}

// setEnum gives a field and its elements the names of their values.
func (f *field) setEnum(names []string) {
	for ; f != nil; f = f.elem {
		f.enum = names
	}
}

func (f *field) appendMessage(dst []byte, v reflect.Value, always bool) []byte {
	start := len(dst)
	dst = f.tag(dst, wireBytes)
	body := len(dst)
	dst = planOf(f.typ).append(dst, v)
	if len(dst) == body && !always {
		return dst[:start]
	}
	return insertLength(dst, body)
}

func (f *field) appendPacked(dst []byte, v reflect.Value) []byte {
	dst = f.tag(dst, wireBytes)
	body := len(dst)
	for i := range v.Len() {
		dst = binary.AppendUvarint(dst, scalar(v.Index(i)))
	}
	return insertLength(dst, body)
}

// insertLength puts the length of dst[body:] before it.
func insertLength(dst []byte, body int) []byte {
	n := len(dst) - body
	size := uvarintLen(uint64(n))
	for range size {
		dst = append(dst, 0)
	}
	copy(dst[body+size:], dst[body:body+n])
	binary.PutUvarint(dst[body:], uint64(n))
	return dst
}

func uvarintLen(n uint64) int { return (bits.Len64(n|1) + 6) / 7 }

func (f *field) tag(dst []byte, wire uint64) []byte {
	return binary.AppendUvarint(dst, uint64(f.number)<<3|wire)
}

func scalar(v reflect.Value) uint64 {
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return 1
		}
		return 0
	case reflect.Uint64, reflect.Uint32:
		return v.Uint()
	}
	return uint64(v.Int())
}
