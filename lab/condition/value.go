package condition

import (
	"fmt"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// memberValue is a member as a condition sees it. It stands for the member,
// not for a moment: its attributes are those of now, also when it was found
// through first.leader.
type memberValue struct {
	model *Model
	*member
}

var (
	_ starlark.HasAttrs   = memberValue{}
	_ starlark.Comparable = memberValue{}
	_ starlark.HasAttrs   = record{}
)

func (v memberValue) String() string       { return v.name }
func (v memberValue) Type() string         { return "member" }
func (v memberValue) Freeze()              {}
func (v memberValue) Truth() starlark.Bool { return true }

// Hash lets a member be a key.
func (v memberValue) Hash() (uint32, error) { return starlark.String(v.name).Hash() }

// CompareSameType compares members by name.
func (v memberValue) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	c := strings.Compare(v.name, y.(memberValue).name)
	switch op {
	case syntax.EQL:
		return c == 0, nil
	case syntax.NEQ:
		return c != 0, nil
	}
	return false, fmt.Errorf("members have no order")
}

// Attr answers from memberAttributes; nil, nil means there is no such one.
func (v memberValue) Attr(name string) (starlark.Value, error) {
	if attribute, ok := memberAttributes[name]; ok {
		return attribute.of(v.model, v.member), nil
	}
	return nil, nil
}

// AttrNames lists the attributes, for error messages.
func (v memberValue) AttrNames() []string { return sortedKeys(memberAttributes) }

// memberOrNone turns "nobody" into None.
func (m *Model) memberOrNone(mb *member) starlark.Value {
	if mb == nil {
		return starlark.None
	}
	return memberValue{m, mb}
}

func (m *Model) memberList(members []*member) starlark.Value {
	values := make([]starlark.Value, len(members))
	for i, mb := range members {
		values[i] = memberValue{m, mb}
	}
	return starlark.NewList(values)
}

// record is a value with a few named fields.
type record struct {
	kind   string
	fields starlark.StringDict
}

func (r record) String() string {
	var words []string
	for _, name := range r.fields.Keys() {
		words = append(words, name+" "+words1(r.fields[name]))
	}
	return strings.Join(words, ", ")
}

func (r record) Type() string          { return r.kind }
func (r record) Freeze()               {}
func (r record) Truth() starlark.Bool  { return true }
func (r record) Hash() (uint32, error) { return 0, fmt.Errorf("a %s cannot be a key", r.kind) }

// Attr answers a field; nil, nil means there is no such one.
func (r record) Attr(name string) (starlark.Value, error) { return r.fields[name], nil }

// AttrNames lists the fields, for error messages.
func (r record) AttrNames() []string { return r.fields.Keys() }

func stringOrNone(s string, ok bool) starlark.Value {
	if !ok {
		return starlark.None
	}
	return starlark.String(s)
}

func stringList(all []string) starlark.Value {
	values := make([]starlark.Value, len(all))
	for i, s := range all {
		values[i] = starlark.String(s)
	}
	return starlark.NewList(values)
}

func seconds(micros int64) starlark.Value { return starlark.Float(float64(micros) / 1e6) }

func number[N int | int64 | uint64](n N) starlark.Value { return starlark.MakeInt64(int64(n)) }
