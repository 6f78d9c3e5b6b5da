package etcdctl

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"quorumlab/lab/api"
)

func TestArgify(t *testing.T) {
	for line, want := range map[string][]string{
		`put a 1`:               {"put", "a", "1"},
		`  put	a   1 `:          {"put", "a", "1"},
		`put "a b" "c\"d\n"`:    {"put", "a b", "c\"d\n"},
		`put "" x`:              {"put", "", "x"},
		`del --prefix 'abc'`:    {"del", "--prefix", "a"}, // the real one's mistake: as long as there are words
		`put k1 'four' 'words'`: {"put", "k1", "fo", "wo"},
		`get a"b`:               {"get", `a"b`},
		`get "open`:             {"get", "open"},
		``:                      nil,
	} {
		if got, err := argify(line); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v; want %q", line, got, err, want)
		}
	}
	for _, line := range []string{`'alone'`, `a b c d e f 'x'`} {
		if _, err := argify(line); !errors.Is(err, errPanic) {
			t.Errorf("%s: %v; the real one panics", line, err)
		}
	}
}

func TestParseCompare(t *testing.T) {
	for line, want := range map[string]string{
		`mod("a") > "0"`:       "2 1 a 0",
		`m("a") < "7"`:         "2 2 a 7",
		`version("a") = "1"`:   "0 0 a 1",
		`ver("a") != "1"`:      "0 3 a 1",
		`create("a b") = "0"`:  "1 0 a b 0",
		`c("a") = "0"`:         "1 0 a 0",
		`value("a") = "x \"y"`: `3 0 a x "y`,
		`val("(") > ""`:        "3 1 ( ",
		`balance = 70`:         "malformed comparison: balance = 70",
		`value(a) = "1"`:       `malformed comparison: value(a) = "1"; got value("")  ""`,
		`value("a") = 1`:       `malformed comparison: value("a") = 1; got value("a") = ""`,
		`size("a") = "1"`:      `malformed comparison: size("a") = "1" (unknown target size)`,
		`mod("a") = "abc"`:     `invalid txn compare request: mod("a") = "abc"`,
		`mod("a") >= "1"`:      "panic: Unknown result op",
		`lease("a") = "1"`:     "panic: bad value",
	} {
		if got := compareText(parseCompare(line)); got != want {
			t.Errorf("%s: %s, want %s", line, got, want)
		}
	}
}

func compareText(c *api.Compare, err error) string {
	if err != nil {
		return err.Error()
	}
	var value any
	switch {
	case c.Version != nil:
		value = *c.Version
	case c.CreateRevision != nil:
		value = *c.CreateRevision
	case c.ModRevision != nil:
		value = *c.ModRevision
	case c.Value != nil:
		value = string(*c.Value)
	}
	return fmt.Sprint(c.Target, " ", c.Result, " ", string(c.Key), " ", value)
}

func TestWatchArguments(t *testing.T) {
	for line, want := range map[string]string{
		"a":                     "[a] []",
		"a b":                   "[a b] []",
		"a -- echo x":           "[a] [echo x]",
		"a b -- echo -- x":      "[a b] [echo -- x]",
		"a --":                  errWatchNoCommand.Error(),
		"":                      errWatchArgs.Error(),
		"-- echo":               "[] [echo]", // refused later, for want of a key
		"KEY=k":                 "[k] []",
		"KEY=k END=m":           "[k m] []",
		"KEY=k -- echo x":       "[k] [echo x]",
		"KEY=k a":               errWatchKeyTwice.Error(),
		"KEY=k a -- echo":       errWatchKeyTwice.Error(),
		"KEY=k END=m --prev-kv": "[k m] []",
		"--rev=3 a --prefix":    "[a] []",
		"a --prefix -- sh -c :": "[a] [sh -c :]",
		"a -- etcdctl --prefix": "[a] [etcdctl --prefix]",
		"a --prefix=false b":    "[a b] []",
		"KEY=k -- ":             errWatchNoCommand.Error(),
		"a b c":                 "[a b c] []",
		"a --progress-notify":   "[a] []",
	} {
		var keys watchKeys
		args := strings.Fields(line)
		for len(args) > 0 && strings.Contains(args[0], "=") && args[0][0] != '-' {
			name, value, _ := strings.Cut(args[0], "=")
			if name == "KEY" {
				keys.key = value
			} else {
				keys.end = value
			}
			args = args[1:]
		}
		command, _ := newWatchCommand()
		if err := command.Flags().Parse(args); err != nil {
			t.Fatal(err)
		}
		watched, exec, err := keys.split(command.Flags().Args(), command.Flags().ArgsLenAtDash())
		got := fmt.Sprint(watched, " ", exec)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("watch %s: %s, want %s", line, got, want)
		}
	}
}
