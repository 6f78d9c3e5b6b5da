package shell

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"mvdan.cc/sh/v3/expand"
)

// scope is the variables of a shell, or those local to a function or to one
// command; what is not in it is looked up further out.
type scope struct {
	outer  *scope
	vars   map[string]held
	ledger *ledger
}

// held is a variable with what it counts in the ledger: a subshell's copy of a
// variable shares its text and counts little.
type held struct {
	expand.Variable
	cost int64
}

// ledger counts the memory of all variables of a session, its subshells' too.
type ledger struct{ bytes atomic.Int64 }

func newScope(outer *scope, l *ledger) *scope {
	return &scope{outer: outer, vars: map[string]held{}, ledger: l}
}

// variableBytes is what a variable costs beside its name and value.
const variableBytes = 128

func sizeOf(name string, v expand.Variable) int64 {
	size := variableBytes + len(name) + valueSize(v)
	return int64(size)
}

func valueSize(v expand.Variable) int {
	size := len(v.Str)
	for _, s := range v.List {
		size += len(s) + 32
	}
	for k, s := range v.Map {
		size += len(k) + len(s) + 64
	}
	return size
}

func (s *scope) get(name string) expand.Variable {
	for at := s; at != nil; at = at.outer {
		if v, ok := at.vars[name]; ok {
			return v.Variable
		}
	}
	return expand.Variable{}
}

// home finds the scope that holds a name; the outermost one if none does.
func (s *scope) home(name string) *scope {
	at := s
	for ; at.outer != nil; at = at.outer {
		if _, ok := at.vars[name]; ok {
			return at
		}
	}
	return at
}

// put sets a variable in this very scope.
func (s *scope) put(name string, v expand.Variable) error {
	if valueSize(v) > MaxValueBytes {
		return &limitError{fmt.Sprintf("%s: the value is larger than %d KiB: the command was ended", name, MaxValueBytes>>10)}
	}
	return s.hold(name, v, sizeOf(name, v))
}

func (s *scope) hold(name string, v expand.Variable, cost int64) error {
	more := cost - s.vars[name].cost
	if s.ledger.bytes.Add(more) > MaxVariablesBytes && more > 0 {
		s.ledger.bytes.Add(-more)
		return &limitError{fmt.Sprintf("%s: the variables take more than %d MiB: the command was ended", name, MaxVariablesBytes>>20)}
	}
	s.vars[name] = held{v, cost}
	return nil
}

func (s *scope) drop(name string) {
	if old, ok := s.vars[name]; ok {
		s.ledger.bytes.Add(-old.cost)
		delete(s.vars, name)
	}
}

// free gives the memory of a scope that ends back.
func (s *scope) free() {
	for name := range s.vars {
		s.drop(name)
	}
}

// each visits the visible variables in the order of their names.
func (s *scope) each(do func(name string, v expand.Variable) bool) {
	seen := map[string]expand.Variable{}
	for at := s; at != nil; at = at.outer {
		for name, v := range at.vars {
			if _, ok := seen[name]; !ok {
				seen[name] = v.Variable
			}
		}
	}
	names := make([]string, 0, len(seen))
	for name := range seen {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if !do(name, seen[name]) {
			return
		}
	}
}

// flat copies all that is visible into one scope for a subshell.
func (s *scope) flat() (*scope, error) {
	copied := newScope(nil, s.ledger)
	var err error
	s.each(func(name string, v expand.Variable) bool {
		err = copied.hold(name, v, variableBytes)
		return err == nil
	})
	if err != nil {
		copied.free()
	}
	return copied, err
}

func text(value string) expand.Variable {
	return expand.Variable{Set: true, Kind: expand.String, Str: value}
}

// environment shows a runner's variables and special parameters to package
// expand.
type environment struct{ r *runner }

// Get implements expand.Environ.
func (e environment) Get(name string) expand.Variable {
	r := e.r
	switch name {
	case "?":
		return text(strconv.Itoa(r.status))
	case "#":
		return text(strconv.Itoa(len(r.params)))
	case "@", "*":
		return expand.Variable{Set: true, Kind: expand.Indexed, List: r.params}
	case "$":
		return text(strconv.FormatInt(r.pid, 10))
	case "!":
		if r.lastJob == 0 {
			return expand.Variable{}
		}
		return text(strconv.FormatInt(r.lastJob, 10))
	case "-":
		return text(r.options.letters())
	case "0":
		return text(r.name)
	case "PWD":
		v := text(r.dir)
		v.Exported = true
		return v
	case "PPID":
		return text("1")
	case "RANDOM":
		return text(strconv.Itoa(rand.IntN(32768)))
	case "SECONDS":
		return text(strconv.Itoa(int(r.shell.config.Now().Sub(r.started).Seconds())))
	case "EPOCHSECONDS":
		return text(strconv.FormatInt(r.shell.config.Now().Unix(), 10))
	}
	if n, err := strconv.Atoi(name); err == nil && n > 0 {
		if n > len(r.params) {
			return expand.Variable{}
		}
		return text(r.params[n-1])
	}
	if user, ok := strings.CutPrefix(name, "HOME "); ok {
		return text("~" + user)
	}
	return r.variables.get(name)
}

// Each implements expand.Environ.
func (e environment) Each(do func(name string, v expand.Variable) bool) { e.r.variables.each(do) }

// Set implements expand.WriteEnviron.
func (e environment) Set(name string, v expand.Variable) error { return e.r.set(name, v) }

// set assigns a variable where it lives, keeping its attributes.
func (r *runner) set(name string, v expand.Variable) error {
	return r.setIn(r.variables.home(name), name, v)
}

func (r *runner) setIn(at *scope, name string, v expand.Variable) error {
	old := at.vars[name]
	if r.variables.get(name).ReadOnly {
		return fmt.Errorf("%s: readonly variable", name)
	}
	if name == "PWD" || name == "RANDOM" || name == "SECONDS" {
		return nil
	}
	v.Exported = v.Exported || old.Exported || r.options.allexport
	v.Local = v.Local || old.Local
	err := at.put(name, v)
	if _, ok := err.(*limitError); ok && r.group != nil {
		r.group.cancel(err)
	}
	return err
}

func (r *runner) environ() []string {
	var list []string
	r.variables.each(func(name string, v expand.Variable) bool {
		if v.Exported && v.IsSet() && name != "PWD" {
			list = append(list, name+"="+v.String())
		}
		return true
	})
	list = append(list, "PWD="+r.dir)
	slices.Sort(list)
	return list
}

func (r *runner) names() []string {
	var names []string
	r.variables.each(func(name string, _ expand.Variable) bool {
		names = append(names, name)
		return true
	})
	return names
}
