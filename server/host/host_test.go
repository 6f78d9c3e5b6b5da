package host

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"quorumlab/lab/recording"
)

// probe is wasm/testdata/probe, a small reactor that behaves as badly as told.
var probe = sync.OnceValues(func() (*Module, error) {
	wasm, err := buildProbe()
	if err != nil {
		return nil, err
	}
	return Compile(context.Background(), wasm, "")
})

func buildProbe() ([]byte, error) {
	dir, err := os.MkdirTemp("", "probe")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "probe.wasm")
	build := exec.Command("go", "build", "-buildmode=c-shared", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", path, "../../wasm/testdata/probe")
	build.Env = append(build.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	return os.ReadFile(path)
}

func start(t *testing.T, world recording.World, seed uint64, opts Options) (*Run, error) {
	t.Helper()
	m, err := probe()
	if err != nil {
		t.Fatal(err)
	}
	run, err := m.Start(t.Context(), world, seed, opts)
	if err == nil {
		t.Cleanup(func() { run.Close() })
	}
	return run, err
}

func line(text string) json.RawMessage {
	out, _ := json.Marshal(map[string]any{"type": "line", "session": 1, "text": text})
	return out
}

// history runs the probe with inputs that touch all of WASI and gives its hash.
func history(t *testing.T, seed uint64, onEvent func([]byte)) string {
	t.Helper()
	run, err := start(t, recording.World{Members: 3}, seed, Options{OnEvent: onEvent})
	if err != nil {
		t.Fatal(err)
	}
	for tick := range 100 {
		if tick == 3 {
			if err := run.Input(line("wasi")); err != nil {
				t.Fatal(err)
			}
		}
		if err := run.Tick(); err != nil {
			t.Fatal(err)
		}
	}
	if run.Ticks() != 100 || run.Events() == 0 {
		t.Errorf("%d ticks, %d events", run.Ticks(), run.Events())
	}
	return run.Hash()
}

func TestSameSeedSameHistory(t *testing.T) {
	seen := 0
	first := history(t, 1, func([]byte) { seen++ })
	if again := history(t, 1, nil); again != first {
		t.Errorf("the same seed gave %s and %s", first, again)
	}
	if other := history(t, 2, nil); other == first {
		t.Error("another seed gave the same history")
	}
	if seen == 0 {
		t.Error("no event was seen")
	}
}

func TestConcurrentRuns(t *testing.T) {
	want := history(t, 5, nil)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if got := history(t, 5, nil); got != want {
				t.Errorf("beside others: %s, not %s", got, want)
			}
		})
	}
	group.Wait()
}

func TestVirtualTime(t *testing.T) {
	var first string
	run, err := start(t, recording.World{Members: 3, Epoch: "2030-01-02T03:04:05.5+01:00"}, 1, Options{OnEvent: func(line []byte) {
		if first == "" {
			first = string(line)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(first, " at 2030-01-02T02:04:05.5Z") {
		t.Errorf("the wall clock at boot: %s", first)
	}
	for range 7 {
		if err := run.Tick(); err != nil {
			t.Fatal(err)
		}
	}
	if run.NowMicros() != 70_000 {
		t.Errorf("7 ticks took %d µs", run.NowMicros())
	}
}

func TestRefusals(t *testing.T) {
	var refused *Refused
	if _, err := start(t, recording.World{Members: 3, Token: "refuse"}, 1, Options{}); !errors.As(err, &refused) || !strings.HasPrefix(refused.Text, "refused: {") {
		t.Errorf("boot: %v", err)
	}
	run, err := start(t, recording.World{Members: 3}, 1, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Input(json.RawMessage(`{"type":"x", "a":"<"}`)); !errors.As(err, &refused) || refused.Text != `refused: {"a":"<","type":"x"}` {
		t.Errorf("input: %v", err)
	}
	if err := run.Tick(); err != nil {
		t.Errorf("after a refusal: %v", err)
	}
	if err := run.Input(json.RawMessage(`{"type":`)); err == nil || errors.As(err, &refused) {
		t.Errorf("half an input: %v", err)
	}
	if err := run.Input(line(strings.Repeat("x", MaxInputBytes))); err == nil {
		t.Error("an input of more than 1 MiB was taken")
	}
	for _, world := range []recording.World{{Members: 10}, {Members: 3, Epoch: "noon"}, {Members: 3, Epoch: "1969-12-31T23:59:59Z"}, {Members: 3, Epoch: "2262-04-12T00:00:00Z"}} {
		if _, err := start(t, world, 1, Options{}); err == nil || !strings.Contains(err.Error(), "world.") {
			t.Errorf("%+v: %v", world, err)
		}
	}
}

func TestCrashes(t *testing.T) {
	tests := []struct{ input, text string }{
		{"panic", "panic: the probe was told to panic\n\ngoroutine "},
		{"exit 3", "last words"},
		{"trap", "outside the memory"},
		{"grow 200", "out of memory"},
	}
	for _, test := range tests {
		t.Run(test.input, func(t *testing.T) {
			var last string
			run, err := start(t, recording.World{Members: 1}, 1, Options{MemoryLimitBytes: 64 << 20, OnEvent: func(line []byte) { last = string(line) }})
			if err != nil {
				t.Fatal(err)
			}
			err = run.Input(line(test.input))
			if err == nil {
				err = run.Tick()
			}
			var crash *Crash
			if !errors.As(err, &crash) || !strings.Contains(crash.Text, test.text) {
				t.Fatalf("%v", err)
			}
			if !strings.Contains(last, `"type":"crash"`) || !json.Valid([]byte(last)) {
				t.Errorf("the last event is %s", last)
			}
			if again := run.Tick(); !errors.Is(again, err) {
				t.Errorf("after the crash: %v", again)
			}
		})
	}
}

func TestDeadline(t *testing.T) {
	run, err := start(t, recording.World{Members: 1}, 1, Options{Deadline: time.Now().Add(100 * time.Millisecond)})
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		err = run.Tick()
	}
	if !errors.Is(err, ErrDeadline) {
		t.Errorf("%v", err)
	}
}

func TestInterruptible(t *testing.T) {
	wasm, err := buildProbe()
	if err != nil {
		t.Fatal(err)
	}
	m, err := CompileInterruptible(t.Context(), wasm, "")
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close(t.Context())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for want, opts := range map[error]Options{
		ErrDeadline:      {Deadline: time.Now().Add(500 * time.Millisecond)},
		context.Canceled: {},
	} {
		run, err := m.Start(ctx, recording.World{Members: 1}, 1, opts)
		if err != nil {
			t.Fatal(err)
		}
		defer run.Close()
		for _, input := range []string{"grow 1", "spin"} {
			if err := run.Input(line(input)); err != nil {
				t.Fatal(err)
			}
		}
		time.AfterFunc(2*time.Second, cancel)
		if err := run.Tick(); !errors.Is(err, want) {
			t.Errorf("a loop without an end gave %v, not %v", err, want)
		}
	}
}

func TestReplay(t *testing.T) {
	m, err := probe()
	if err != nil {
		t.Fatal(err)
	}
	rec := recording.Recording{Format: 1, Lab: m.SHA256(), World: recording.World{Members: 3}, Seed: 1, Ticks: 100,
		Inputs: []recording.Input{{Tick: 3, Data: line("wasi")}}}
	got, err := m.Replay(t.Context(), &rec, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := history(t, 1, nil); got.Hash != want || got.Ticks != 100 || got.Lab != m.SHA256() {
		t.Errorf("%+v; expected the hash %s", got, want)
	}
	rec.Inputs = append(rec.Inputs, recording.Input{Tick: 100, Data: json.RawMessage(`{"type":"last"}`)})
	last, err := m.Replay(t.Context(), &rec, Options{})
	if err != nil || last.Events != got.Events+1 {
		t.Errorf("an input at the end: %+v, %v", last, err)
	}
	rec.Lab = strings.Repeat("0", 64)
	var other *OtherLab
	if _, err := m.Replay(t.Context(), &rec, Options{}); !errors.As(err, &other) || !strings.Contains(err.Error(), rec.Lab) || !strings.Contains(err.Error(), m.SHA256()) {
		t.Errorf("another lab: %v", err)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	m, err := probe()
	if err != nil {
		t.Fatal(err)
	}
	run, err := m.Start(ctx, recording.World{Members: 1}, 1, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	cancel()
	if err := run.Tick(); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestNotALab(t *testing.T) {
	if _, err := Compile(t.Context(), []byte("\x00asm"), ""); err == nil {
		t.Error("half a module was compiled")
	}
}
