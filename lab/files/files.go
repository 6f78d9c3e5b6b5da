// Package files is the filesystem of a world: directories and regular files in
// memory, and mounted trees whose listing and content are made by their owner
// (a member's data directory). Everything on it is deterministic: times come
// from the clock it is given, listings are sorted, and sizes are bounded, so
// that a full disk is an error and never the end of the world.
package files

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// The limits of a filesystem.
const (
	MaxBytes     = 64 << 20 // all regular files together
	MaxFileBytes = 16 << 20 // one regular file
	MaxNodes     = 16384    // files and directories together
	MaxNameBytes = 255      // one element of a path
	MaxDepth     = 64       // elements of a path
)

// FS is one filesystem. Paths are slash separated and absolute; a relative one
// is taken from the root. Errors are *fs.PathError with Linux's texts, and
// match io/fs's sentinels and this package's. An FS is safe for concurrent
// use; an operation on it takes no virtual time.
type FS struct {
	now func() time.Time

	mu     sync.Mutex
	root   *node
	bytes  int64
	nodes  int
	mounts []mount // longest path first
}

// node is a directory (children is not nil), the null device or a regular file.
type node struct {
	mode     fs.FileMode
	time     time.Time
	data     []byte
	children map[string]*node
}

type mount struct {
	path string
	tree Tree
}

// New makes an empty filesystem with /dev/null and /tmp; now gives the times of
// its files.
func New(now func() time.Time) *FS {
	f := &FS{now: now}
	f.root = f.directory(0o755)
	dev := f.directory(0o755)
	dev.children["null"] = &node{mode: fs.ModeDevice | fs.ModeCharDevice | 0o666, time: now()}
	f.root.children["dev"] = dev
	f.root.children["tmp"] = f.directory(0o777)
	return f
}

func (f *FS) directory(mode fs.FileMode) *node {
	return &node{mode: fs.ModeDir | mode.Perm(), time: f.now(), children: map[string]*node{}}
}

// Entry describes a file or a directory.
type Entry struct {
	Name  string // the last element of its path
	Bytes int64
	Mode  fs.FileMode
	Time  time.Time
}

// IsDir tells a directory from a file.
func (e Entry) IsDir() bool { return e.Mode.IsDir() }

// Info gives e as io/fs has it.
func (e Entry) Info() fs.FileInfo { return entryInfo{e} }

type entryInfo struct{ entry Entry }

func (i entryInfo) Name() string       { return i.entry.Name }
func (i entryInfo) Size() int64        { return i.entry.Bytes }
func (i entryInfo) Mode() fs.FileMode  { return i.entry.Mode }
func (i entryInfo) ModTime() time.Time { return i.entry.Time }
func (i entryInfo) IsDir() bool        { return i.entry.IsDir() }
func (i entryInfo) Sys() any           { return nil }

func (n *node) entry(name string) Entry {
	return Entry{Name: name, Bytes: int64(len(n.data)), Mode: n.mode, Time: n.time}
}

// Clean makes name absolute and shortest.
func Clean(name string) string { return path.Clean("/" + name) }

// Usage tells how many bytes of MaxBytes are taken.
func (f *FS) Usage() (bytes int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.bytes
}

// lookup finds the node at a clean path; f.mu is held.
func (f *FS) lookup(clean string) (*node, error) {
	at := f.root
	for _, element := range elements(clean) {
		if at.children == nil {
			return nil, ErrNotDirectory
		}
		next := at.children[element]
		if next == nil {
			return nil, ErrNotExist
		}
		at = next
	}
	return at, nil
}

// parent finds the directory that holds (or would hold) clean; f.mu is held.
func (f *FS) parent(clean string) (dir *node, base string, err error) {
	if clean == "/" {
		return nil, "", ErrBusy
	}
	if err := checkNames(clean); err != nil {
		return nil, "", err
	}
	dir, err = f.lookup(path.Dir(clean))
	if err != nil {
		return nil, "", err
	}
	if dir.children == nil {
		return nil, "", ErrNotDirectory
	}
	return dir, path.Base(clean), nil
}

func checkNames(clean string) error {
	parts := elements(clean)
	if len(parts) > MaxDepth {
		return ErrNameTooLong
	}
	for _, part := range parts {
		if len(part) > MaxNameBytes {
			return ErrNameTooLong
		}
	}
	return nil
}

func elements(clean string) []string {
	if clean == "/" {
		return nil
	}
	return strings.Split(clean[1:], "/")
}

// add puts a new node into dir; f.mu is held.
func (f *FS) add(dir *node, name string, n *node) error {
	if f.nodes >= MaxNodes {
		return ErrNoSpace
	}
	f.nodes++
	dir.children[name] = n
	dir.time = f.now()
	return nil
}

// Stat describes what is at name.
func (f *FS) Stat(name string) (Entry, error) {
	clean := Clean(name)
	if tree, inside, ok := f.mounted(clean); ok {
		entry, err := tree.Stat(inside)
		if err != nil {
			return Entry{}, wrap("stat", name, err)
		}
		entry.Name = path.Base(clean)
		return entry, nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.lookup(clean)
	if err != nil {
		return Entry{}, wrap("stat", name, err)
	}
	return n.entry(path.Base(clean)), nil
}

// ReadDir lists a directory, sorted by name.
func (f *FS) ReadDir(name string) ([]Entry, error) {
	clean := Clean(name)
	entries, err := f.list(clean)
	if err != nil {
		return nil, wrap("open", name, err)
	}
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return entries, nil
}

func (f *FS) list(clean string) ([]Entry, error) {
	if tree, inside, ok := f.mounted(clean); ok {
		entry, err := tree.Stat(inside)
		if err != nil {
			return nil, err
		}
		if !entry.IsDir() {
			return nil, ErrNotDirectory
		}
		return tree.List(inside)
	}
	entries, err := f.listNodes(clean)
	if err != nil {
		return nil, err
	}
	mounted := f.mountsIn(clean)
	entries = slices.DeleteFunc(entries, func(e Entry) bool { // hidden by a tree
		return slices.ContainsFunc(mounted, func(m Entry) bool { return m.Name == e.Name })
	})
	return append(entries, mounted...), nil
}

func (f *FS) listNodes(clean string) ([]Entry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.lookup(clean)
	if err != nil {
		return nil, err
	}
	if n.children == nil {
		return nil, ErrNotDirectory
	}
	entries := make([]Entry, 0, len(n.children))
	for name, child := range n.children {
		entries = append(entries, child.entry(name))
	}
	return entries, nil
}

// Mkdir makes one directory.
func (f *FS) Mkdir(name string, mode fs.FileMode) error {
	return wrap("mkdir", name, f.mkdir(Clean(name), mode))
}

func (f *FS) mkdir(clean string, mode fs.FileMode) error {
	if tree, inside, ok := f.mounted(clean); ok {
		if _, err := tree.Stat(inside); err == nil {
			return ErrExist
		}
		return tree.Mkdir(inside)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if clean == "/" {
		return ErrExist
	}
	dir, base, err := f.parent(clean)
	if err != nil {
		return err
	}
	if dir.children[base] != nil {
		return ErrExist
	}
	return f.add(dir, base, f.directory(mode))
}

// MkdirAll makes a directory and those above it, as far as they are missing.
func (f *FS) MkdirAll(name string, mode fs.FileMode) error {
	clean := Clean(name)
	entry, err := f.Stat(clean)
	if err == nil {
		if entry.IsDir() {
			return nil
		}
		return wrap("mkdir", name, ErrNotDirectory)
	}
	if clean != "/" {
		if err := f.MkdirAll(path.Dir(clean), mode); err != nil {
			return err
		}
	}
	return wrap("mkdir", name, f.mkdir(clean, mode))
}

// Touch sets a file's time, or makes an empty file if there is none. A directory
// is left as it is.
func (f *FS) Touch(name string) error {
	if entry, err := f.Stat(name); err == nil && entry.IsDir() {
		return nil
	}
	file, err := f.open(name, writable|create|appending, 0o644)
	if err != nil {
		return wrap("touch", name, err)
	}
	if file.node != nil {
		f.mu.Lock()
		file.node.time = f.now()
		f.mu.Unlock()
	}
	return nil
}

// Chmod sets the permission bits of a file that is not mounted.
func (f *FS) Chmod(name string, mode fs.FileMode) error {
	clean := Clean(name)
	if _, _, ok := f.mounted(clean); ok {
		return wrap("chmod", name, ErrNotPermitted)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.lookup(clean)
	if err != nil {
		return wrap("chmod", name, err)
	}
	n.mode = n.mode&^fs.ModePerm | mode.Perm()
	return nil
}
