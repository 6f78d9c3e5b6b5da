package http1

import (
	"slices"
	"strings"
)

// Field is one line of a header.
type Field struct{ Name, Value string }

// Header is the fields of a message in the order in which they stand.
type Header []Field

// Get gives the first field of that name, whatever its case, or "".
func (h Header) Get(name string) string {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Has tells whether there is a field of that name.
func (h Header) Has(name string) bool {
	return slices.ContainsFunc(h, func(f Field) bool { return strings.EqualFold(f.Name, name) })
}

// Set replaces the fields of that name by one, or adds it.
func (h *Header) Set(name, value string) {
	for i, f := range *h {
		if strings.EqualFold(f.Name, name) {
			(*h)[i].Value = value
			return
		}
	}
	*h = append(*h, Field{name, value})
}

// Delete removes the fields of that name.
func (h *Header) Delete(name string) {
	*h = slices.DeleteFunc(*h, func(f Field) bool { return strings.EqualFold(f.Name, name) })
}

// sorted is the header as Go's own server writes it: by name.
func (h Header) sorted() Header {
	s := slices.Clone(h)
	for i := range s { // a handful
		for j := i; j > 0 && s[j].Name < s[j-1].Name; j-- {
			s[j], s[j-1] = s[j-1], s[j]
		}
	}
	return s
}

// Append writes the fields as lines.
func (h Header) Append(dst []byte) []byte {
	for _, f := range h {
		dst = append(dst, f.Name...)
		dst = append(dst, ": "...)
		dst = append(dst, f.Value...)
		dst = append(dst, "\r\n"...)
	}
	return dst
}

// says tells whether a field with a list of words holds one.
func (h Header) says(name, word string) bool {
	for part := range strings.SplitSeq(h.Get(name), ",") {
		if strings.EqualFold(strings.TrimSpace(part), word) {
			return true
		}
	}
	return false
}
