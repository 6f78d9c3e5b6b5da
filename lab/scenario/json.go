package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Field is one name of a JSON object with its value.
type Field struct {
	Name  string
	Value any
}

// Object is a JSON object whose fields keep their order. Values are Object,
// []any, string, json.Number, bool and nil; what Set is given may be any of Go's
// that encoding/json writes.
type Object []Field

// Get is the value of a field, and whether there is one.
func (o Object) Get(name string) (any, bool) {
	for _, f := range o {
		if f.Name == name {
			return f.Value, true
		}
	}
	return nil, false
}

// Has tells whether there is a field of this name.
func (o Object) Has(name string) bool {
	_, found := o.Get(name)
	return found
}

// Text is a field's string; "" if it has none.
func (o Object) Text(name string) string {
	value, _ := o.Get(name)
	text, _ := value.(string)
	return text
}

// Set replaces a field's value, or adds the field at the end.
func (o *Object) Set(name string, value any) {
	for i := range *o {
		if (*o)[i].Name == name {
			(*o)[i].Value = value
			return
		}
	}
	*o = append(*o, Field{name, value})
}

// Delete removes a field.
func (o *Object) Delete(name string) {
	*o = slices.DeleteFunc(*o, func(f Field) bool { return f.Name == name })
}

// Into reads the object into a Go value, as encoding/json does.
func (o Object) Into(v any) error { return json.Unmarshal([]byte(Encode(o)), v) }

// Decode reads one JSON value and keeps the order of its objects' fields.
func Decode(text []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	value, err := decode(dec)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("more text after the end of the value, at byte %d", dec.InputOffset())
	}
	return value, nil
}

func decode(dec *json.Decoder) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return decodeObject(dec)
	case json.Delim('['):
		return decodeList(dec)
	}
	return token, nil
}

func decodeObject(dec *json.Decoder) (any, error) {
	o := Object{}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		value, err := decode(dec)
		if err != nil {
			return nil, err
		}
		o = append(o, Field{name.(string), value})
	}
	_, err := dec.Token()
	return o, err
}

func decodeList(dec *json.Decoder) (any, error) {
	list := []any{}
	for dec.More() {
		value, err := decode(dec)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	_, err := dec.Token()
	return list, err
}

// Encode writes a value as the recordings are written: on one line, with a
// blank after each comma and colon, nothing escaped that need not be.
func Encode(value any) string {
	var b strings.Builder
	encode(&b, value)
	return b.String()
}

func encode(b *strings.Builder, value any) {
	switch v := value.(type) {
	case Object:
		b.WriteByte('{')
		for i, f := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			encodeScalar(b, f.Name)
			b.WriteString(": ")
			encode(b, f.Value)
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, one := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			encode(b, one)
		}
		b.WriteByte(']')
	default:
		encodeScalar(b, v)
	}
}

func encodeScalar(b *strings.Builder, value any) {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		panic(fmt.Sprintf("scenario: a value that JSON cannot hold: %v", err))
	}
	b.Write(bytes.TrimSuffix(text.Bytes(), []byte("\n")))
}
