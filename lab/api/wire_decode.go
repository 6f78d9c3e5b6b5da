package api

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
)

// Wire types.
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireGroup   = 3
	wireEnd     = 4
	wireFixed32 = 5
)

// depthMax bounds nested messages, so that no input can exhaust the stack.
const depthMax = 100

// How input can be malformed.
var (
	ErrTruncated = errors.New("api: message ends early")
	ErrMalformed = errors.New("api: malformed message")
	ErrDepth     = errors.New("api: message nested too deep")
)

// Unmarshal reads a message in wire format into the struct m points to, which
// keeps no part of b. Unknown fields are skipped; a field that occurs twice
// takes its last value, lists grow. It never panics on bad input; after an
// error m holds what was read before it.
func Unmarshal(b []byte, m any) error {
	if hot, ok := m.(reader); ok && hot.readWire(b) {
		return nil
	}
	v := reflect.ValueOf(m).Elem()
	if err := planOf(v.Type()).read(b, v, 0); err != nil {
		return fmt.Errorf("%w (%s)", err, v.Type().Name())
	}
	return nil
}

func (p *plan) read(b []byte, v reflect.Value, depth int) error {
	if depth > depthMax {
		return ErrDepth
	}
	for len(b) > 0 {
		tag, n := binary.Uvarint(b)
		if n <= 0 {
			return ErrTruncated
		}
		b = b[n:]
		number, wire := tag>>3, tag&7
		if number == 0 {
			return ErrMalformed
		}
		f := p.find(number)
		if f == nil {
			rest, err := skip(b, wire, depth)
			if err != nil {
				return err
			}
			b = rest
			continue
		}
		rest, err := f.read(b, wire, v.Field(f.index), depth)
		if err != nil {
			return err
		}
		b = rest
	}
	return nil
}

// read takes one record off b and stores it in v.
func (f *field) read(b []byte, wire uint64, v reflect.Value, depth int) ([]byte, error) {
	switch f.shape {
	case shapePointer, shapeOneof:
		if v.IsNil() {
			fresh := reflect.New(f.elem.typ)
			v.Set(fresh)
			if hot, ok := fresh.Interface().(reader); ok && wire == wireBytes {
				if body, rest, err := cut(b); err == nil && hot.readWire(body) {
					return rest, nil
				}
			}
		}
		return f.elem.read(b, wire, v.Elem(), depth)
	case shapePacked:
		if wire == wireBytes {
			return f.readPacked(b, v)
		}
		return f.readElement(b, wire, v, depth)
	case shapeList:
		return f.readElement(b, wire, v, depth)
	case shapeVarint, shapeBool:
		if wire != wireVarint {
			return nil, ErrMalformed
		}
		n, size := binary.Uvarint(b)
		if size <= 0 {
			return nil, ErrTruncated
		}
		setScalar(v, n)
		return b[size:], nil
	}
	if wire != wireBytes {
		return nil, ErrMalformed
	}
	body, rest, err := cut(b)
	if err != nil {
		return nil, err
	}
	switch f.shape {
	case shapeBytes:
		v.SetBytes(append(make([]byte, 0, len(body)), body...))
	case shapeString:
		v.SetString(string(body))
	default:
		err = planOf(f.typ).read(body, v, depth+1)
	}
	return rest, err
}

func (f *field) readElement(b []byte, wire uint64, v reflect.Value, depth int) ([]byte, error) {
	n := v.Len()
	grow(v)
	rest, err := f.elem.read(b, wire, v.Index(n), depth)
	if err != nil {
		v.SetLen(n)
	}
	return rest, err
}

func (f *field) readPacked(b []byte, v reflect.Value) ([]byte, error) {
	body, rest, err := cut(b)
	if err != nil {
		return nil, err
	}
	for len(body) > 0 {
		n, size := binary.Uvarint(body)
		if size <= 0 {
			return nil, ErrTruncated
		}
		grow(v)
		setScalar(v.Index(v.Len()-1), n)
		body = body[size:]
	}
	return rest, nil
}

// grow adds one zero element to the slice v.
func grow(v reflect.Value) {
	n := v.Len()
	if n == v.Cap() {
		v.Grow(1)
	}
	v.SetLen(n + 1)
	v.Index(n).SetZero()
}

// cut splits a length-delimited record off b.
func cut(b []byte) (body, rest []byte, err error) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size) {
		return nil, nil, ErrTruncated
	}
	return b[size : size+int(n)], b[size+int(n):], nil
}

// skip passes over a record of an unknown field.
func skip(b []byte, wire uint64, depth int) ([]byte, error) {
	switch wire {
	case wireVarint:
		_, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, ErrTruncated
		}
		return b[n:], nil
	case wireFixed64:
		return skipFixed(b, 8)
	case wireFixed32:
		return skipFixed(b, 4)
	case wireBytes:
		_, rest, err := cut(b)
		return rest, err
	case wireGroup:
		return skipGroup(b, depth+1)
	}
	return nil, ErrMalformed
}

func skipFixed(b []byte, n int) ([]byte, error) {
	if len(b) < n {
		return nil, ErrTruncated
	}
	return b[n:], nil
}

func skipGroup(b []byte, depth int) ([]byte, error) {
	if depth > depthMax {
		return nil, ErrDepth
	}
	for {
		tag, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, ErrTruncated
		}
		b = b[n:]
		if tag&7 == wireEnd {
			return b, nil
		}
		rest, err := skip(b, tag&7, depth)
		if err != nil {
			return nil, err
		}
		b = rest
	}
}

func setScalar(v reflect.Value, n uint64) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(n != 0)
	case reflect.Uint64, reflect.Uint32:
		v.SetUint(n)
	case reflect.Int32:
		v.SetInt(int64(int32(n)))
	default:
		v.SetInt(int64(n))
	}
}
