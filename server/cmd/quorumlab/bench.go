package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/spf13/cobra"

	"quorumlab/lab/recording"
	"quorumlab/server/host"
	"quorumlab/server/site"
)

// figures are what bench prints. "PerS" means per second of real time; an "x"
// is virtual seconds per real second.
type figures struct {
	Host      string             `json:"host"`
	Go        string             `json:"go"`
	Machine   string             `json:"machine"`
	CPUs      int                `json:"cpus"`
	Lab       labFigures         `json:"lab"`
	CompileMs int64              `json:"compile_ms"`   // with the machine code cached on disk, if it was
	StartMs   int64              `json:"start_ms"`     // instantiate and boot, 3 members
	IdleX     map[string]float64 `json:"idle_x"`       // by members, all events on
	Writes    map[string]float64 `json:"writes_per_s"` // by clients, one in flight each
	Replay    map[string]replay  `json:"replay"`       // of a 10-minute recording, by members
	Memory    map[string]uint64  `json:"memory_bytes"` // linear, at the end of each of the above
}

type labFigures struct {
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	Gzip   int64  `json:"gzip_bytes"`
	Brotli int64  `json:"brotli_bytes"`
}

type replay struct {
	Seconds float64 `json:"seconds"`
	X       float64 `json:"x"`
	Events  int     `json:"events"`
	SHA256  string  `json:"sha256"`
}

// measured says how a kept recording is measured by another host: Amount, per
// real second that passes from tick From to the end, is the figure Key of
// Group.
type measured struct {
	File   string  `json:"file"`
	Group  string  `json:"group"` // idle_x, writes_per_s, replay_x or hour_x
	Key    string  `json:"key"`
	From   int     `json:"from"`
	Amount float64 `json:"amount"`
}

type bench struct {
	module     *host.Module
	runs       []measured
	figures    figures
	recordings string // folder; empty: not kept
	long       bool
}

func benchCommand(source *labSource) *cobra.Command {
	b := &bench{}
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure the lab on this machine and print JSON",
		Long: `bench measures, under wazero and with all events on: virtual seconds per real
second of idle clusters, writes per second, the replay of ten minutes, sizes and
linear memory. It takes about two minutes; nothing else should run meanwhile.`,
		Example: `  quorumlab bench > bench.json
  quorumlab bench --long                           also an hour of 7 members at 10 writes/s`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := b.prepare(cmd.Context(), source); err != nil {
				return err
			}
			if err := b.measure(cmd.Context()); err != nil {
				return err
			}
			if err := b.keepRuns(); err != nil {
				return err
			}
			enc := json.NewEncoder(cmd.OutOrStdout())
			enc.SetIndent("", "  ")
			return enc.Encode(b.figures)
		},
	}
	cmd.Flags().StringVar(&b.recordings, "recordings", "", "keep the recordings of each run in this `FOLDER`, for another host to measure")
	cmd.Flags().BoolVar(&b.long, "long", false, "also run an hour of 7 members at 10 writes/s, for its memory")
	return cmd
}

func (b *bench) prepare(ctx context.Context, source *labSource) error {
	wasm, err := source.wasm()
	if err != nil {
		return err
	}
	start := time.Now()
	if b.module, err = host.Compile(ctx, wasm, cacheDir()); err != nil {
		return err
	}
	b.figures = figures{
		Host: "wazero", Go: runtime.Version(), Machine: runtime.GOOS + "/" + runtime.GOARCH, CPUs: runtime.NumCPU(),
		Lab:       labFigures{SHA256: b.module.SHA256(), Bytes: int64(len(wasm))},
		CompileMs: time.Since(start).Milliseconds(),
		IdleX:     map[string]float64{}, Writes: map[string]float64{}, Replay: map[string]replay{}, Memory: map[string]uint64{},
	}
	if b.recordings != "" {
		if err := os.MkdirAll(b.recordings, 0o777); err != nil {
			return err
		}
	}
	return b.sizes(wasm)
}

// sizes takes those of the embedded lab from the site, where it lies
// compressed, and compresses any other.
func (b *bench) sizes(wasm []byte) error {
	lab := &b.figures.Lab
	if embedded, err := site.Embedded(); err == nil && embedded.List.Lab.SHA256 == lab.SHA256 {
		if lab.Gzip, err = embedded.PackedBytes(embedded.List.Lab.Path, "gzip"); err != nil {
			return err
		}
		lab.Brotli, err = embedded.PackedBytes(embedded.List.Lab.Path, "br")
		return err
	}
	var gz, br bytes.Buffer
	g, _ := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	w := brotli.NewWriterLevel(&br, brotli.BestCompression)
	_, _ = g.Write(wasm)
	_, _ = w.Write(wasm)
	_, _ = g.Close(), w.Close()
	lab.Gzip, lab.Brotli = int64(gz.Len()), int64(br.Len())
	return nil
}

func (b *bench) measure(ctx context.Context) error {
	for _, members := range []int{1, 3, 5, 7} {
		if err := b.idle(ctx, members); err != nil {
			return fmt.Errorf("idle, %d members: %w", members, err)
		}
	}
	for _, writers := range []int{1, 64} {
		if err := b.writes(ctx, writers); err != nil {
			return fmt.Errorf("writes, %d in flight: %w", writers, err)
		}
	}
	for _, members := range []int{3, 7} {
		if err := b.replay(ctx, members); err != nil {
			return fmt.Errorf("replay, %d members: %w", members, err)
		}
	}
	if b.long {
		return b.hour(ctx)
	}
	return nil
}

const (
	ticksPerSecond = 100
	idleSeconds    = 60 // virtual, measured
	warmSeconds    = 10 // virtual, before: boot and election
	benchSeed      = 1
)

// idle measures a cluster that nobody touches.
func (b *bench) idle(ctx context.Context, members int) error {
	t, err := b.begin(ctx, members)
	if err != nil {
		return err
	}
	defer t.run.Close()
	if members == 3 {
		b.figures.StartMs = time.Since(t.began).Milliseconds()
	}
	if err := t.ticks(warmSeconds * ticksPerSecond); err != nil {
		return err
	}
	start := time.Now()
	if err := t.ticks(idleSeconds * ticksPerSecond); err != nil {
		return err
	}
	name := strconv.Itoa(members)
	b.figures.IdleX[name] = round(idleSeconds / time.Since(start).Seconds())
	return b.keep(t, measured{Group: "idle_x", Key: name, From: warmSeconds * ticksPerSecond, Amount: idleSeconds})
}

// benchWrites is how many writes are measured.
const benchWrites = 6400

// writes measures acknowledged writes of so many clients, each with one in
// flight.
func (b *bench) writes(ctx context.Context, clients int) error {
	t, err := b.begin(ctx, 3)
	if err != nil {
		return err
	}
	defer t.run.Close()
	if err := t.ticks(warmSeconds * ticksPerSecond); err != nil {
		return err
	}
	t.input(map[string]any{"type": "line", "session": 1, "text": fmt.Sprintf("lab load --clients %d --writes %d", clients, benchWrites)})
	start := time.Now()
	for t.exits == 0 && t.err == nil {
		t.tick()
	}
	if t.err != nil {
		return t.err
	}
	name := strconv.Itoa(clients)
	b.figures.Writes[name] = round(benchWrites / time.Since(start).Seconds())
	return b.keep(t, measured{Group: "writes_per_s", Key: name, From: warmSeconds * ticksPerSecond, Amount: benchWrites})
}

// replaySeconds is the length of the recording whose replay is measured.
const replaySeconds = 600

// replay records ten minutes of writes and faults, and measures them replayed.
func (b *bench) replay(ctx context.Context, members int) error {
	t, err := b.begin(ctx, members)
	if err != nil {
		return err
	}
	defer t.run.Close()
	for second := range replaySeconds {
		switch {
		case second == 0:
		case second%60 == 0:
			t.input(map[string]any{"type": "lab", "text": "kill leader"})
		case second%60 == 20:
			for m := range members {
				t.input(map[string]any{"type": "lab", "text": fmt.Sprintf("start m%d", m+1)})
			}
		case second%5 == 0:
			t.input(map[string]any{"type": "line", "session": 1, "text": fmt.Sprintf("etcdctl put key%d value%d", second%50, second)})
		}
		if err := t.ticks(ticksPerSecond); err != nil {
			return err
		}
	}
	start := time.Now()
	result, err := b.module.Replay(ctx, &t.rec, host.Options{OnEvent: func([]byte) {}})
	if err != nil {
		return err
	}
	if result.Hash != t.run.Hash() {
		return fmt.Errorf("the replay gave another history: %s, not %s", result.Hash, t.run.Hash())
	}
	took := time.Since(start).Seconds()
	name := strconv.Itoa(members)
	b.figures.Replay[name] = replay{Seconds: round(took), X: round(replaySeconds / took), Events: result.Events, SHA256: result.Hash}
	return b.keep(t, measured{Group: "replay_x", Key: name, Amount: replaySeconds})
}

// hour runs 7 members for an hour at 10 writes a second, for its memory.
func (b *bench) hour(ctx context.Context) error {
	t, err := b.begin(ctx, 7)
	if err != nil {
		return err
	}
	defer t.run.Close()
	t.input(map[string]any{"type": "line", "session": 1, "text": "while true; do etcdctl put name John >/dev/null; sleep 0.1; done"})
	if err := t.ticks(3600 * ticksPerSecond); err != nil {
		return err
	}
	return b.keep(t, measured{Group: "hour_x", Key: "7", Amount: 3600})
}

// timed is one run with its recording.
type timed struct {
	run   *host.Run
	rec   recording.Recording
	began time.Time
	exits int
	err   error
}

func (b *bench) begin(ctx context.Context, members int) (*timed, error) {
	t := &timed{began: time.Now()}
	t.rec = recording.Recording{
		Format: recording.Format, Lab: b.module.SHA256(), World: recording.World{Members: members}, Seed: benchSeed, Inputs: []recording.Input{},
	}
	var err error
	t.run, err = b.module.Start(ctx, t.rec.World, benchSeed, host.Options{OnEvent: t.see})
	return t, err
}

var exitMark = []byte(`"type":"exit"`)

func (t *timed) see(line []byte) {
	if bytes.Contains(line[:min(len(line), 64)], exitMark) {
		t.exits++
	}
}

// input gives one input; t.err keeps what went wrong.
func (t *timed) input(value any) {
	text, err := json.Marshal(value)
	if err == nil && t.err == nil {
		t.rec.Inputs = append(t.rec.Inputs, recording.Input{Tick: t.rec.Ticks, Data: text})
		t.err = t.run.Input(text)
	}
}

func (t *timed) tick() {
	if t.err == nil {
		t.err = t.run.Tick()
		t.rec.Ticks++
	}
}

func (t *timed) ticks(n int) error {
	for range n {
		t.tick()
	}
	return t.err
}

// keep notes the memory of a run that has ended, and its recording.
func (b *bench) keep(t *timed, m measured) error {
	name := m.Group + "-" + m.Key
	b.figures.Memory[name] = t.run.MemoryBytes()
	if b.recordings == "" {
		return nil
	}
	m.File = name + ".json"
	b.runs = append(b.runs, m)
	return writeRecording(filepath.Join(b.recordings, m.File), &t.rec)
}

// keepRuns writes how the recordings are measured.
func (b *bench) keepRuns() error {
	if b.recordings == "" {
		return nil
	}
	text, err := json.MarshalIndent(b.runs, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(b.recordings, "runs.json"), append(text, '\n'), 0o666)
}

// round keeps what a measurement can say.
func round(x float64) float64 {
	digits := 1
	if x >= 100 {
		digits = 0
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'f', digits, 64), 64)
	return rounded
}
