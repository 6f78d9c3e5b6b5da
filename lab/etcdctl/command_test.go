package etcdctl

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/event"
	"quorumlab/lab/files"
	"quorumlab/lab/internal/tool"
	"quorumlab/lab/shell"
	"quorumlab/lab/snapfile"
)

// silent is a client whose members never answer, until they do.
type silent struct {
	client.Client
	config  client.Config
	answers bool
	file    []byte
	seen    func(client.Config)
}

func (s silent) dial(c client.Config) client.Client {
	if s.seen != nil {
		s.seen(c)
	}
	s.config = c
	return s
}

func (s silent) Close() {}

func (s silent) wait(ctx context.Context) error {
	if s.answers {
		return nil
	}
	<-ctx.Done()
	err := &client.Error{Code: client.DeadlineExceeded, Desc: "context deadline exceeded"}
	s.config.Retry(client.Attempt{Target: "x", Method: "/etcdserverpb.KV/Put", Err: err})
	return err
}

func (s silent) Put(ctx context.Context, _ *api.PutRequest) (*api.PutResponse, error) {
	return &api.PutResponse{}, s.wait(ctx)
}

func (s silent) Range(ctx context.Context, _ *api.RangeRequest) (*api.RangeResponse, error) {
	return &api.RangeResponse{}, s.wait(ctx)
}

func (s silent) Snapshot(ctx context.Context, chunk func(*api.SnapshotResponse) error) error {
	if err := s.wait(ctx); err != nil {
		return err
	}
	return chunk(&api.SnapshotResponse{Header: api.Header{MemberID: 7}, Blob: s.file, Version: "3.6.0"})
}

// process is a process with nothing around it.
func process(ctx context.Context, fs *files.FS, args ...string) (p *tool.Process, stdout, stderr *bytes.Buffer) {
	stdout, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	return &tool.Process{
		Ctx: ctx, Args: args, Stdin: strings.NewReader(""), Stdout: stdout, Stderr: stderr,
		Files: fs, Path: files.Clean, Now: time.Now,
	}, stdout, stderr
}

// A write that times out may have happened: etcd's text does not deny it.
func TestTimeoutIsVirtual(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for args, want := range map[string]time.Duration{"put a b": 5 * time.Second, "put a b --command-timeout=90s": 90 * time.Second} {
			start := time.Now()
			p, out, errs := process(t.Context(), files.New(time.Now), strings.Fields(args)...)
			code := Run(p, silent{}.dial, nil)
			if took := time.Since(start); code != 1 || took != want {
				t.Errorf("%s: exit %d after %v", args, code, took)
			}
			if out.Len() != 0 || !strings.HasSuffix(errs.String(), "\nError: context deadline exceeded\n") {
				t.Errorf("%s: %s%s", args, out, errs)
			}
		}
	})
}

// Ctrl-C kills a process: 130, and not another word.
func TestInterrupt(t *testing.T) {
	for _, args := range []string{"put a b", "get a", "endpoint health", "snapshot save s.db", "del a b", "endpoint status --cluster"} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			p, out, errs := process(ctx, files.New(time.Now), strings.Fields(args)...)
			time.AfterFunc(time.Second, cancel)
			start := time.Now()
			code := Run(p, silent{Client: never{}}.dial, nil)
			if code != tool.ExitSignal || time.Since(start) != time.Second {
				t.Errorf("%s: exit %d after %v", args, code, time.Since(start))
			}
			if text := errs.String(); out.Len() != 0 || strings.Contains(text, "Error") || strings.Contains(text, "retrying") {
				t.Errorf("%s: %s%s", args, out, text)
			}
		})
	}
}

// never answers what silent does not.
type never struct{ client.Client }

func (never) MemberList(ctx context.Context, _ *api.MemberListRequest) (*api.MemberListResponse, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (never) DeleteRange(ctx context.Context, _ *api.DeleteRangeRequest) (*api.DeleteRangeResponse, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestSnapshotIsTold(t *testing.T) {
	var file bytes.Buffer
	_, err := snapfile.Write(&file, snapfile.Meta{Version: "3.6.0"}, slices.Values([]snapfile.Revision{{Main: 2, KV: &api.KeyValue{Key: []byte("a")}}}))
	if err != nil {
		t.Fatal(err)
	}
	fs := files.New(time.Now)
	p, out, errs := process(t.Context(), fs, "--endpoints=m1:2379", "snapshot", "save", "s.db")
	var told []event.Event
	code := Run(p, silent{answers: true, file: file.Bytes()}.dial, func(e event.Event, member uint64) {
		if member != 7 {
			t.Errorf("member %d", member)
		}
		told = append(told, e)
	})
	if code != 0 || out.String() != "Snapshot saved at s.db\nServer version 3.6.0\n" {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	if len(told) != 1 || told[0].What != "saved" || told[0].Path != "/s.db" || told[0].Bytes != 20512 || told[0].Rev != 2 || told[0].Keys != 1 || told[0].Hash == "" {
		t.Errorf("%+v", told)
	}
	if entry, err := fs.Stat("/s.db"); err != nil || entry.Mode != 0o600 {
		t.Errorf("%+v, %v", entry, err)
	}
	if _, err := fs.Stat("/s.db.part"); err == nil {
		t.Error("the part is still there")
	}
}

func TestNoEndpoints(t *testing.T) {
	p, _, errs := process(t.Context(), files.New(time.Now), "--endpoints=", "get", "a")
	if code := Run(p, silent{}.dial, nil); code != 2 || errs.String() != "Error: etcdclient: no available endpoints\n" {
		t.Errorf("exit %d: %s", code, errs)
	}
}

// Invocations share nothing.
func TestSideBySide(t *testing.T) {
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			var got client.Config
			endpoint := fmt.Sprintf("m%d:2379", i)
			p, out, _ := process(t.Context(), files.New(time.Now), "--endpoints="+endpoint, "put", "a", "b")
			code := Run(p, silent{answers: true, seen: func(c client.Config) { got = c }}.dial, nil)
			if code != 0 || out.String() != "OK\n" || !slices.Equal(got.Endpoints, []string{endpoint}) {
				t.Errorf("exit %d, %s, %v", code, out, got.Endpoints)
			}
		})
	}
	all.Wait()
}

func TestPrefixEnd(t *testing.T) {
	for key, want := range map[string]string{"a": "b", "a\xff": "b", "\xff": "\x00", "foo/": "foo0"} {
		if got := prefixEnd([]byte(key)); string(got) != want {
			t.Errorf("%q: %q, want %q", key, got, want)
		}
	}
}

func TestComplete(t *testing.T) {
	for line, want := range map[string]string{
		"etcdctl |memb":     "member",
		"etcdctl |":         "help",
		"etcdctl member |":  "list promote",
		"etcdctl mem |l":    "list",
		"etcdctl get |":     shell.KeyHere,
		"etcdctl get a b |": "",
		"etcdctl --endpoints http://m1:2379 get |fo": shell.KeyHere,
		"etcdctl get |--pre":                         "--prefix --endpoints --help",
		"etcdctl put a |":                            "",
		"etcdctl get -- |-":                          shell.KeyHere,
		"etcdctl get a -w |":                         "json table",
		"etcdctl get a |--write-out=":                "--write-out=json",
		"etcdctl get a --order |":                    "ASCEND DESCEND",
		"etcdctl endpoint status |--cl":              "--cluster",
		"etcdctl snapshot save |":                    shell.FileHere,
		"etcdctl nosuch |":                           "",
	} {
		before, word, _ := strings.Cut(line, "|")
		got := Completer{}.Complete(strings.Fields(before), word)
		if want == "" && len(got) > 0 {
			t.Errorf("%s: %q", line, got)
		}
		for _, w := range strings.Fields(want) {
			if !slices.Contains(got, w) {
				t.Errorf("%s: %q is not in %q", line, w, got)
			}
		}
	}
}

func BenchmarkPut(b *testing.B) {
	fs := files.New(time.Now)
	for b.Loop() {
		p := &tool.Process{
			Ctx: context.Background(), Args: []string{"put", "a", "b"}, Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard,
			Files: fs, Path: files.Clean, Now: time.Now,
		}
		if Run(p, silent{answers: true}.dial, nil) != 0 {
			b.Fatal("failed")
		}
	}
}
