package etcdutl

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"quorumlab/lab/api"
	"quorumlab/lab/event"
	"quorumlab/lab/files"
	"quorumlab/lab/internal/tool"
	"quorumlab/lab/shell"
	"quorumlab/lab/snapfile"
)

// Ids that real clusters have.
func TestIDs(t *testing.T) {
	for url, want := range map[string]uint64{
		"http://127.0.0.1:2380": 0xb71f75320dc06a6c,
		"http://localhost:2380": 0x8e9e05c52164694d,
	} {
		if got := api.MemberID([]string{url}, "etcd-cluster"); got != want {
			t.Errorf("%s: %x, want %x", url, got, want)
		}
	}
	var ids []uint64
	for _, url := range []string{"http://127.0.0.3:2380", "http://127.0.0.1:2380", "http://127.0.0.2:2380"} {
		ids = append(ids, api.MemberID([]string{url}, "etcd-cluster"))
	}
	if got := api.ClusterID(ids); got != 0x6d05ff0701ee2767 {
		t.Errorf("cluster %x", got)
	}
}

// world keeps what it is told to restore.
type world struct {
	dir  string
	plan RestorePlan
}

func (w *world) RestoreDataDir(dir string, plan RestorePlan) error {
	w.dir, w.plan = dir, plan
	return nil
}

func (w *world) DataDirExists(dir string) bool { return dir == "/taken.etcd" }

func run(t *testing.T, w *world, fs *files.FS, line string) (code int, text string, told []event.Event) {
	t.Helper()
	var out bytes.Buffer
	p := &tool.Process{
		Ctx: t.Context(), Args: strings.Fields(line)[1:], Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out,
		Files: fs, Path: files.Clean, Now: time.Now,
	}
	code = Run(p, w, func(e event.Event) { told = append(told, e) })
	return code, out.String(), told
}

func snapshot(t *testing.T) *files.FS {
	t.Helper()
	fs := files.New(time.Now)
	var b bytes.Buffer
	_, err := snapfile.Write(&b, snapfile.Meta{Version: "3.6.0", Removed: []uint64{1}, Members: []*api.Member{{ID: 2}}},
		slices.Values([]snapfile.Revision{{Main: 2, KV: &api.KeyValue{Key: []byte("a"), Value: []byte("1")}}}))
	if err != nil {
		t.Fatal(err)
	}
	if err := fs.WriteFile("s.db", b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return fs
}

func TestRestorePlan(t *testing.T) {
	fs, w := snapshot(t), &world{}
	code, text, told := run(t, w, fs, "etcdutl snapshot restore s.db --name m1 --data-dir r1.etcd --initial-cluster-token t2 "+
		"--initial-cluster m1=http://10.0.0.11:2380,m2=http://10.0.0.12:2380 --initial-advertise-peer-urls http://10.0.0.11:2380")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, text)
	}
	p := w.plan
	if w.dir != "/r1.etcd" || p.Name != "m1" || p.Token != "t2" || p.WALDir != "/r1.etcd/member/wal" || p.Revision != 2 || p.Compact != -1 || p.Keys != 1 {
		t.Errorf("%s: %+v", w.dir, p)
	}
	if len(p.Members) != 2 || p.Members[0].ID > p.Members[1].ID || p.ID != api.MemberID([]string{"http://10.0.0.11:2380"}, "t2") || p.Meta.Removed != nil {
		t.Errorf("%+v", p)
	}
	if got := slices.Collect(p.Revisions); len(got) != 1 || got[0].Main != 2 {
		t.Errorf("%+v", got)
	}
	if len(told) != 1 || told[0].What != "restored" || told[0].Path != "/r1.etcd" || told[0].Member != "m1" || told[0].Rev != 2 {
		t.Errorf("%+v", told)
	}
}

func TestBumpedRestore(t *testing.T) {
	fs, w := snapshot(t), &world{}
	if code, text, _ := run(t, w, fs, "etcdutl snapshot restore s.db --bump-revision 100 --mark-compacted"); code != 0 {
		t.Fatalf("exit %d: %s", code, text)
	}
	got := slices.Collect(w.plan.Revisions)
	if w.plan.Revision != 102 || w.plan.Compact != 102 || len(got) != 2 || got[1].Main != 102 || len(got[1].KV.Key) != 0 {
		t.Errorf("%+v, %+v", w.plan, got)
	}
}

func TestRefusals(t *testing.T) {
	fs := snapshot(t)
	for line, want := range map[string]string{
		"etcdutl snapshot restore s.db --data-dir taken.etcd":                             `Error: data-dir "taken.etcd" not empty or could not be read`,
		"etcdutl snapshot restore s.db --wal-dir tmp --data-dir w.etcd":                   `Error: wal-dir "tmp" exists`,
		"etcdutl snapshot restore s.db --initial-cluster default=http://a:1,b=http://a:1": "Error: initial cluster b=http://a:1,default=http://a:1 has duplicate url",
		"etcdutl snapshot restore s.db --initial-advertise-peer-urls http://a":            `Error: URL address does not have the form "host:port": http://a`,
		"etcdutl snapshot restore s.db --initial-advertise-peer-urls http://a:1/x":        "Error: URL must not contain a path: http://a:1/x",
		"etcdutl hashkv s.db --rev 9":                                                     "Error: mvcc: required revision is a future revision",
		"etcdutl completion bash":                                                         "Error: this lab's shell completes etcdutl by itself: press Tab",
		"etcdutl migrate --data-dir nosuch --target-version 3.5":                          "Error: stat nosuch/member/snap/db: no such file or directory",
		"etcdutl snapshot restore tmp --data-dir d.etcd":                                  "Error: read tmp: is a directory",
	} {
		code, text, told := run(t, &world{}, fs, line)
		lines := strings.Split(strings.TrimSpace(text), "\n")
		if code != 1 || lines[len(lines)-1] != want || len(told) > 0 {
			t.Errorf("%s: exit %d, %s", line, code, text)
		}
	}
}

func TestVerifiedIsTold(t *testing.T) {
	fs := snapshot(t)
	_, text, told := run(t, &world{}, fs, "etcdutl snapshot status s.db")
	if len(told) != 1 || told[0].What != "verified" || told[0].Bytes != 20512 || told[0].Keys != 1 || !strings.HasPrefix(text, told[0].Hash+", 2, 1, 20 kB, 3.6.0") {
		t.Errorf("%s: %+v", text, told)
	}
}

func TestComplete(t *testing.T) {
	for line, want := range map[string]string{
		"etcdutl |":                            "snapshot",
		"etcdutl snapshot |":                   "restore status",
		"etcdutl snap status |b":               shell.FileHere,
		"etcdutl snapshot restore x |--":       "--data-dir --name --write-out",
		"etcdutl snapshot status x -w |":       "table",
		"etcdutl snapshot restore --data-dir|": "",
	} {
		before, word, _ := strings.Cut(line, "|")
		got := Completer{}.Complete(strings.Fields(before), word)
		for _, w := range strings.Fields(want) {
			if !slices.Contains(got, w) {
				t.Errorf("%s: %q is not in %q", line, w, got)
			}
		}
	}
}
