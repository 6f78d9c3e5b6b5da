package lab

import (
	"io/fs"
	"path"
	"time"

	"quorumlab/lab/disk"
	"quorumlab/lab/files"
	"quorumlab/lab/member"
)

// dataDir shows a member's data directory in the world's filesystem, with the
// names etcd gives its files. What the files hold is made when they are read.
type dataDir struct {
	files.Refuse
	w    *World
	path string
}

func (w *World) mountDir(dir string) {
	if err := w.files.Mount(dir, &dataDir{w: w, path: dir}); err != nil {
		panic("mounting a data directory: " + err.Error())
	}
}

const (
	walFile = "0000000000000000-0000000000000000.wal"
	dbFile  = "db"
)

// content lists the directory's files by name; nil if it does not exist.
func (d *dataDir) content() map[string]func() []byte {
	d.w.mu.Lock()
	dir := d.w.dirs[d.path]
	d.w.mu.Unlock()
	if dir == nil || dir.Empty() {
		return nil
	}
	all := map[string]func() []byte{
		"member/wal/" + walFile: func() []byte { return dir.EncodeLog() },
		"member/snap/" + dbFile: func() []byte { return d.w.database(d.path, dir) },
	}
	if s := dir.LatestSnapshot(); s != nil {
		all["member/snap/"+s.Meta.ID+".snap"] = func() []byte { return s.State.Encode() }
	}
	return all
}

// database is the key space in the form of a snapshot file: of the process
// that has the directory open, else of the newest raft snapshot in it.
func (w *World) database(at string, dir *disk.Dir) []byte {
	for _, n := range w.machines() {
		if p := w.process(n); p != nil && n.dataDir == at {
			return p.Database()
		}
	}
	return member.DatabaseOf(dir)
}

var dirs = map[string][]string{
	".":           {"member"},
	"member":      {"snap", "wal"},
	"member/snap": nil,
	"member/wal":  nil,
}

func (d *dataDir) Stat(name string) (files.Entry, error) {
	all := d.content()
	if all == nil {
		return files.Entry{}, fs.ErrNotExist
	}
	if _, ok := dirs[name]; ok {
		return files.Entry{Name: path.Base(name), Mode: fs.ModeDir | 0o700, Time: time.Now()}, nil
	}
	if make := all[name]; make != nil {
		return files.Entry{Name: path.Base(name), Mode: 0o600, Bytes: int64(len(make())), Time: time.Now()}, nil
	}
	return files.Entry{}, fs.ErrNotExist
}

func (d *dataDir) List(name string) ([]files.Entry, error) {
	all := d.content()
	subs, ok := dirs[name]
	if all == nil || !ok {
		return nil, fs.ErrNotExist
	}
	var entries []files.Entry
	for _, sub := range subs {
		e, _ := d.Stat(path.Join(name, sub))
		entries = append(entries, e)
	}
	for file := range all {
		if path.Dir(file) == name {
			e, err := d.Stat(file)
			if err != nil {
				return nil, err
			}
			entries = append(entries, e)
		}
	}
	return entries, nil
}

func (d *dataDir) Read(name string) ([]byte, error) {
	if make := d.content()[name]; make != nil {
		return make(), nil
	}
	return nil, fs.ErrNotExist
}

// RemoveAll removes the whole directory; parts of it are not for hands.
func (d *dataDir) RemoveAll(name string) error {
	if name != "." && name != "member" {
		return files.ErrNotPermitted
	}
	return d.w.removeDir(d.path)
}
