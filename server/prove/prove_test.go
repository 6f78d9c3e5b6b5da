package prove

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
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
	for seed := range uint64(seeds) {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			v := judged(t, module, seed+1)
			if v.Result != porcupine.Ok {
				t.Errorf("seed %d: %s; quorumlab prove --first %d --seeds 1 --time 15s --keep failures", v.Seed, v.Result, v.Seed)
			}
			if v.Operations < 50 || v.Swapped < 3 || v.Faults < 5 {
				t.Errorf("seed %d: %d operations, %d transactions that held and %d faults prove little", v.Seed, v.Operations, v.Swapped, v.Faults)
			}
		})
	}
}

// A build whose members answer reads without asking a quorum is found out.
func TestReadsWithoutQuorumAreFound(t *testing.T) {
	file := filepath.Join(t.TempDir(), "unsafe.wasm")
	build := exec.Command("go", "build", "-tags", "unsafereads", "-buildmode=c-shared", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", file, "./wasm")
	build.Dir = "../.."
	build.Env = append(build.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	module := compile(t, file)
	for seed := range uint64(seeds) {
		if judged(t, module, seed+1).Result == porcupine.Illegal {
			return
		}
	}
	t.Errorf("%d seeds found nothing wrong with a lab that skips the quorum check", seeds)
}

// The model itself: what it lets pass and what it does not.
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
