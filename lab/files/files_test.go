package files

import (
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"time"
)

func newFS() *FS {
	return New(func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) })
}

func TestErrorsReadLikeLinux(t *testing.T) {
	f := newFS()
	if err := f.WriteFile("/tmp/file", []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := f.MkdirAll("/tmp/full/inner", 0o755); err != nil {
		t.Fatal(err)
	}
	open := func(name string) error { _, err := f.Open(name); return err }
	for _, c := range []struct {
		err  error
		want string
		is   error
	}{
		{open("/tmp/no"), "open /tmp/no: no such file or directory", fs.ErrNotExist},
		{open("/tmp/file/no"), "open /tmp/file/no: not a directory", ErrNotDirectory},
		{open(""), "open : no such file or directory", fs.ErrNotExist},
		{f.Mkdir("/tmp", 0o755), "mkdir /tmp: file exists", fs.ErrExist},
		{f.Mkdir("/a/b", 0o755), "mkdir /a/b: no such file or directory", fs.ErrNotExist},
		{f.Remove("/tmp/full"), "remove /tmp/full: directory not empty", ErrNotEmpty},
		{f.Remove("/tmp/no"), "remove /tmp/no: no such file or directory", fs.ErrNotExist},
		{f.Remove("/dev/null"), "remove /dev/null: operation not permitted", fs.ErrPermission},
		{f.Rename("/tmp/full", "/tmp/full/inner/x"), "rename /tmp/full: invalid argument", fs.ErrInvalid},
		{f.Rename("/tmp/full", "/tmp/file"), "rename /tmp/full: not a directory", ErrNotDirectory},
		{f.Rename("/tmp/file", "/tmp/full"), "rename /tmp/file: is a directory", ErrIsDirectory},
		{f.WriteFile("/tmp", nil, 0), "open /tmp: is a directory", ErrIsDirectory},
		{f.WriteFile("/tmp/"+strings.Repeat("n", 256), nil, 0), "", ErrNameTooLong},
		{f.WriteFile("/tmp/big", make([]byte, MaxFileBytes+1), 0o600), "write /tmp/big: file too large", ErrTooLarge},
	} {
		if c.err == nil || !errors.Is(c.err, c.is) || c.want != "" && c.err.Error() != c.want {
			t.Errorf("got %v, want %s", c.err, c.want)
		}
	}
	if got := Reason(open("/tmp/no")); got != "No such file or directory" {
		t.Errorf("Reason: %s", got)
	}
}

func TestFullDisk(t *testing.T) {
	f := newFS()
	piece := make([]byte, MaxFileBytes)
	for _, name := range []string{"/a", "/b", "/c", "/d"} {
		if err := f.WriteFile(name, piece, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.WriteFile("/e", []byte("x"), 0o600); !errors.Is(err, ErrNoSpace) {
		t.Fatalf("on a full disk: %v", err)
	}
	if _, err := f.Stat("/e"); err == nil {
		t.Error("a file that did not fit was left behind")
	}
	if err := f.Rename("/a", "/b"); err != nil {
		t.Fatal(err)
	}
	if f.Usage() != 3*MaxFileBytes {
		t.Errorf("after replacing one of four: %d bytes", f.Usage())
	}
	if err := f.RemoveAll("/b"); err != nil || f.Usage() != 2*MaxFileBytes {
		t.Errorf("after removing: %v, %d bytes", err, f.Usage())
	}
}

func TestNodesAreBounded(t *testing.T) {
	f := newFS()
	var err error
	for i := 0; err == nil && i <= MaxNodes; i++ {
		err = f.WriteFile("/tmp/"+strings.Repeat("a", i%200+1)+string(rune('a'+i/200)), nil, 0o644)
	}
	if !errors.Is(err, ErrNoSpace) {
		t.Fatalf("after %d files: %v", MaxNodes, err)
	}
}

func TestPartThenRename(t *testing.T) {
	f := newFS()
	file, err := f.Create("/tmp/snap.db.part", 0o600)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := io.WriteString(file, "piece"); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(file.Sync(), file.Close(), f.Rename("/tmp/snap.db.part", "/tmp/snap.db")); err != nil {
		t.Fatal(err)
	}
	entry, err := f.Stat("/tmp/snap.db")
	if err != nil || entry.Mode != 0o600 || entry.Bytes != 15 {
		t.Errorf("%+v, %v", entry, err)
	}
	if got := f.Glob("/t*/*.db"); len(got) != 1 || got[0] != "/tmp/snap.db" {
		t.Errorf("Glob: %q", got)
	}
}

func TestReadSeekAppend(t *testing.T) {
	f := newFS()
	for _, line := range []string{"one\n", "two\n"} {
		file, err := f.Append("/log", 0o644)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(file, line); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	file, _ := f.Open("/log")
	if _, err := file.Seek(-4, io.SeekEnd); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(file)
	if string(rest) != "two\n" || err != nil {
		t.Errorf("%q %v", rest, err)
	}
	if _, err := file.Write(nil); !errors.Is(err, ErrBadFile) {
		t.Errorf("write to a file opened for reading: %v", err)
	}
	null, err := f.Create("/dev/null", 0)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := null.Write(make([]byte, 1<<20)); n != 1<<20 || err != nil || f.Usage() != 8 {
		t.Errorf("/dev/null: %d %v, %d bytes used", n, err, f.Usage())
	}
}

// member is a tree as the engine makes it: member/snap/db, until it is removed.
type member struct {
	Refuse
	gone bool
}

func (m *member) Stat(name string) (Entry, error) {
	switch {
	case m.gone:
		return Entry{}, fs.ErrNotExist
	case name == "." || name == "member" || name == "member/snap":
		return Entry{Mode: fs.ModeDir | 0o700}, nil
	case name == "member/snap/db":
		return Entry{Mode: 0o600, Bytes: 4}, nil
	}
	return Entry{}, fs.ErrNotExist
}

func (m *member) List(name string) ([]Entry, error) {
	next := map[string]string{".": "member", "member": "snap", "member/snap": "db"}[name]
	entry, err := m.Stat(strings.TrimPrefix(name+"/"+next, "./"))
	entry.Name = next
	return []Entry{entry}, err
}

func (m *member) Read(string) ([]byte, error) { return []byte("data"), nil }
func (m *member) RemoveAll(name string) error { m.gone = name == "."; return nil }
func (m *member) Mkdir(name string) error     { m.gone = name != "."; return nil }

func TestMountedTree(t *testing.T) {
	f := newFS()
	m := &member{}
	if err := f.MkdirAll("/home/learner/m1.etcd/hidden", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := f.Mount("/home/learner/m1.etcd", m); err != nil {
		t.Fatal(err)
	}
	data, err := f.ReadFile("/home/learner/m1.etcd/member/snap/db")
	if err != nil || string(data) != "data" {
		t.Fatalf("%q %v", data, err)
	}
	if got := f.Glob("/home/learner/m*/*/*/db"); len(got) != 1 {
		t.Errorf("Glob: %q", got)
	}
	entries, err := f.ReadDir("/home/learner")
	if err != nil || len(entries) != 1 || entries[0].Name != "m1.etcd" || !entries[0].IsDir() {
		t.Errorf("%+v %v", entries, err)
	}
	if err := f.WriteFile("/home/learner/m1.etcd/member/snap/db", nil, 0); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("write: %v", err)
	}
	if err := f.Rename("/home/learner/m1.etcd", "/home/learner/old"); !errors.Is(err, ErrCrossDevice) {
		t.Errorf("rename: %v", err)
	}
	if err := f.Remove("/home/learner/m1.etcd"); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("remove: %v", err)
	}
	if err := f.RemoveAll("/home/learner/m1.etcd"); err != nil || !m.gone {
		t.Errorf("remove all: %v", err)
	}
	if entries, _ := f.ReadDir("/home/learner"); len(entries) != 0 {
		t.Errorf("a removed tree is listed: %+v", entries)
	}
	if err := f.MkdirAll("/home/learner/m1.etcd", 0o700); err != nil || m.gone {
		t.Errorf("made again: %v", err)
	}
}
