package prove

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"quorumlab/server/host"
)

const labFile = "../../dist/lab.wasm"

// seeds is how many worlds the tests provoke; `make prove` takes a thousand.
const seeds = 20

func compile(t *testing.T, file string) *host.Module {
	wasm, err := os.ReadFile(file)
	if err != nil {
		t.Fatal("no lab.wasm: `make lab` builds it: ", err)
	}
	module, err := host.Compile(context.Background(), wasm, "")
	if err != nil {
		t.Fatal(err)
	}
	return module
}

func judged(t *testing.T, module *host.Module, seed uint64) *Verdict {
	t.Helper()
	v, err := Seed(context.Background(), module, seed, Options{Time: 15 * time.Second})
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	return v
}

func TestHistoriesAreLinearizable(t *testing.T) {
	module := compile(t, labFile)
	var sum struct {
		sync.Mutex
		granted, renewed, gone, changes int
	}
	for seed := range uint64(seeds) {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			v := judged(t, module, seed+1)
			if v.Result != porcupine.Ok {
				t.Errorf("seed %d: %s; quorumlab prove --first %d --seeds 1 --time 15s --keep failures", v.Seed, v.Reason, v.Seed)
			}
			if v.Operations < 50 || v.Swapped < 3 || v.Faults < 5 {
				t.Errorf("seed %d: %d operations, %d transactions that held and %d faults prove little", v.Seed, v.Operations, v.Swapped, v.Faults)
			}
			sum.Lock()
			defer sum.Unlock()
			sum.granted, sum.renewed, sum.gone, sum.changes = sum.granted+v.Granted, sum.renewed+v.Renewed, sum.gone+v.Gone, sum.changes+v.Changes
		})
	}
	t.Cleanup(func() {
		if sum.granted < 5*seeds || sum.renewed < 10*seeds || sum.gone < seeds || sum.changes < 2 {
			t.Errorf("in all seeds, %d leases, %d renewals, %d ends noticed and %d changes of the cluster prove little", sum.granted, sum.renewed, sum.gone, sum.changes)
		}
	})
}

// unsafe builds a lab without one of its safeguards.
func unsafe(t *testing.T, tag string) *host.Module {
	file := filepath.Join(t.TempDir(), "unsafe.wasm")
	build := exec.Command("go", "build", "-tags", tag, "-buildmode=c-shared", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", file, "./wasm")
	build.Dir = "../.."
	build.Env = append(build.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return compile(t, file)
}

// A build whose members answer reads without asking a quorum is found out, and so
// is one whose leaders end leases too soon.
func TestUnsafeBuildsAreFound(t *testing.T) {
	for tag, reason := range map[string]string{"unsafereads": "keys: not linearizable", "unsafeleases": "leases: not linearizable"} {
		t.Run(tag, func(t *testing.T) {
			module := unsafe(t, tag)
			for seed := range uint64(seeds) {
				if v := judged(t, module, seed+1); v.Result == porcupine.Illegal && v.Reason == reason {
					return
				}
			}
			t.Errorf("%d seeds found nothing wrong with a lab built with -tags %s", seeds, tag)
		})
	}
}

// The model of keys: what it lets pass and what it does not.
func TestModel(t *testing.T) {
	op := func(client int, call, end int64, in input, out output) porcupine.Operation {
		return porcupine.Operation{ClientId: client, Call: call, Return: end, Input: in, Output: out}
	}
	written := op(0, 1, 2, input{kind: put, key: "a", value: "1"}, output{})
	lost := op(0, 3, never, input{kind: put, key: "a", value: "2"}, output{unknown: true})
	reads := func(at int64, value string) porcupine.Operation {
		return op(1, at, at+1, input{kind: get, key: "a"}, output{value: value})
	}
	swaps := func(at int64, expected, value string, swapped bool) porcupine.Operation {
		return op(2, at, at+1, input{kind: swap, key: "a", expected: expected, value: value}, output{swapped: swapped})
	}
	for name, c := range map[string]struct {
		history []porcupine.Operation
		ok      bool
	}{
		"a write is read":                              {[]porcupine.Operation{written, reads(4, "1")}, true},
		"a write is lost":                              {[]porcupine.Operation{written, reads(4, "")}, false},
		"an unknown write happened":                    {[]porcupine.Operation{written, lost, reads(4, "2")}, true},
		"an unknown write happened later":              {[]porcupine.Operation{written, lost, reads(4, "1"), reads(9, "2")}, true},
		"an unknown write never happened":              {[]porcupine.Operation{written, lost, reads(4, "1")}, true},
		"an unknown write was taken back":              {[]porcupine.Operation{written, lost, reads(4, "2"), reads(9, "1")}, false},
		"a swap that holds":                            {[]porcupine.Operation{written, swaps(4, "1", "3", true), reads(9, "3")}, true},
		"a swap that does not hold says so":            {[]porcupine.Operation{written, swaps(4, "7", "3", false), reads(9, "1")}, true},
		"a swap that does not hold claims it":          {[]porcupine.Operation{written, swaps(4, "7", "3", true)}, false},
		"another key is another register":              {[]porcupine.Operation{written, op(3, 4, 5, input{kind: get, key: "b"}, output{})}, true},
		"a deletion ends a value":                      {[]porcupine.Operation{written, op(3, 4, 5, input{kind: del, key: "a"}, output{}), reads(9, "")}, true},
		"two reads at once may see a write in between": {[]porcupine.Operation{op(0, 1, 9, input{kind: put, key: "a", value: "1"}, output{}), reads(2, ""), reads(5, "1")}, true},
	} {
		if got := porcupine.CheckOperations(model, c.history); got != c.ok {
			t.Errorf("%s: judged %v", name, got)
		}
	}
}

// The model of leases. Times are seconds; the lease is granted for 3 s between 1
// and 2, and its key is put between 2 and 2.
func TestLeaseModel(t *testing.T) {
	op := func(call, end int64, kind kind, value string, out output) porcupine.Operation {
		in := input{kind: kind, key: leasePrefix + "1", ttl: 3, begin: call * 1e6}
		if kind == put {
			in.value = value
		}
		if kind == get {
			out.value = value
		}
		out.end = end * 1e6
		if out.unknown {
			out.end = never
		}
		return porcupine.Operation{ClientId: int(call), Call: in.begin, Return: out.end, Input: in, Output: out}
	}
	granted, written := op(1, 2, grant, "", output{}), op(2, 2, put, "v", output{})
	reads := func(call, end int64, value string) porcupine.Operation { return op(call, end, get, value, output{}) }
	renewed := func(call, end int64) porcupine.Operation { return op(call, end, renew, "", output{remaining: 3}) }
	gone := output{gone: true}
	for name, c := range map[string]struct {
		then []porcupine.Operation
		ok   bool
	}{
		"the key is there":                             {[]porcupine.Operation{reads(3, 3, "v")}, true},
		"it ends as soon as may be":                    {[]porcupine.Operation{reads(4, 4, "")}, true},
		"it ends too soon":                             {[]porcupine.Operation{reads(3, 3, "")}, false},
		"it lives longer":                              {[]porcupine.Operation{reads(30, 30, "v")}, true},
		"it ends while it is read":                     {[]porcupine.Operation{reads(3, 5, "")}, true},
		"it ends, and is there again":                  {[]porcupine.Operation{reads(5, 5, ""), reads(6, 6, "v")}, false},
		"it ends while another reads it":               {[]porcupine.Operation{reads(5, 8, "v"), reads(6, 7, "")}, true},
		"what is read after that cannot be before it":  {[]porcupine.Operation{reads(3, 9, ""), reads(3, 3, "v")}, true},
		"two reads, of which the later one ends first": {[]porcupine.Operation{reads(2, 9, ""), reads(3, 3, "")}, false},
		"renewed":                                        {[]porcupine.Operation{renewed(4, 4), reads(6, 6, "v")}, true},
		"renewed, and gone too soon":                     {[]porcupine.Operation{renewed(4, 4), reads(6, 6, "")}, false},
		"renewed at once, answered late":                 {[]porcupine.Operation{renewed(4, 9), reads(7, 7, "")}, true},
		"renewed at once, answered late, and gone early": {[]porcupine.Operation{renewed(4, 9), reads(6, 6, "")}, false},
		"renewed after its end":                          {[]porcupine.Operation{reads(5, 5, ""), renewed(6, 6)}, false},
		"renewed for longer than it is granted":          {[]porcupine.Operation{op(3, 3, renew, "", output{remaining: 9})}, false},
		"asked: it lives 2 s yet":                        {[]porcupine.Operation{op(3, 3, ask, "", output{remaining: 2, attached: true}), reads(5, 5, "")}, true},
		"asked: it lives 2 s yet, but did not":           {[]porcupine.Operation{op(3, 3, ask, "", output{remaining: 2, attached: true}), reads(4, 4, "")}, false},
		"asked: the key is not attached":                 {[]porcupine.Operation{op(3, 3, ask, "", output{remaining: 2})}, false},
		"said to be gone too soon":                       {[]porcupine.Operation{op(3, 3, renew, "", gone)}, false},
		"said to be gone":                                {[]porcupine.Operation{op(4, 4, ask, "", gone), reads(5, 5, "")}, true},
		"revoked":                                        {[]porcupine.Operation{op(2, 3, revoke, "", output{}), reads(3, 3, "")}, true},
		"revoked, and still there":                       {[]porcupine.Operation{op(2, 3, revoke, "", output{}), reads(4, 4, "v")}, false},
		"revoked by a try that was not answered":         {[]porcupine.Operation{op(2, 3, revoke, "", gone), reads(3, 3, "")}, true},
		"perhaps revoked":                                {[]porcupine.Operation{op(2, 3, revoke, "", output{unknown: true}), reads(3, 3, "")}, true},
		"perhaps revoked, later":                         {[]porcupine.Operation{op(2, 3, revoke, "", output{unknown: true}), reads(3, 3, "v"), renewed(4, 4)}, true},
		"put after its end":                              {[]porcupine.Operation{reads(5, 5, ""), op(6, 6, put, "w", output{})}, false},
		"put after its end, and refused":                 {[]porcupine.Operation{op(6, 6, put, "w", gone), reads(7, 7, "")}, true},
		"perhaps put":                                    {[]porcupine.Operation{op(3, 3, put, "w", output{unknown: true}), reads(4, 4, "w"), reads(5, 5, "")}, true},
		"perhaps put, after its end":                     {[]porcupine.Operation{op(3, 3, put, "w", output{unknown: true}), reads(5, 5, ""), reads(6, 6, "w")}, false},
	} {
		history := append([]porcupine.Operation{granted, written}, c.then...)
		if got := porcupine.CheckOperations(leaseModel, history); got != c.ok {
			t.Errorf("%s: judged %v", name, got)
		}
	}
}

func TestSerializableReadsAreNotInvented(t *testing.T) {
	write := porcupine.Operation{Input: input{kind: put, key: "a", value: "1", begin: 5}, Output: output{unknown: true, end: never}}
	read := func(value string, end int64) porcupine.Operation {
		return porcupine.Operation{Input: input{kind: stale, key: "a", begin: 1}, Output: output{value: value, end: end}}
	}
	for name, c := range map[string]struct {
		read porcupine.Operation
		ok   bool
	}{
		"nothing yet":          {read("", 9), true},
		"what may be written":  {read("1", 9), true},
		"what is not yet":      {read("1", 4), false},
		"what nobody ever did": {read("2", 9), false},
	} {
		if got := invented([]porcupine.Operation{write, c.read}); (got == "") != c.ok {
			t.Errorf("%s: %q", name, got)
		}
	}
}
