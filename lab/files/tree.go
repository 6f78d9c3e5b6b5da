package files

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Tree is a directory whose content is made by its owner. Names are relative to
// the place it is mounted at, "." being that place itself. A tree whose Stat(".")
// fails with ErrNotExist is invisible until Mkdir(".") brings it back; thus a
// learner can remove a member's data directory as any other.
//
// Errors may be this package's or io/fs's sentinels; the FS adds operation and
// path. A Tree is called without any lock held, possibly from several
// goroutines at once. Embed Refuse for a tree that nobody changes.
type Tree interface {
	// Stat describes a file or directory; the Name in it is not used.
	Stat(name string) (Entry, error)
	// List gives a directory's entries in any order.
	List(name string) ([]Entry, error)
	// Read gives a file's whole content; the caller does not change it.
	Read(name string) ([]byte, error)
	// Write replaces a file's content, or creates it.
	Write(name string, data []byte, mode fs.FileMode) error
	// Mkdir makes one directory, which does not exist.
	Mkdir(name string) error
	// Remove removes a file or an empty directory.
	Remove(name string) error
	// RemoveAll removes a file, or a directory with everything in it.
	RemoveAll(name string) error
	// Rename moves inside the tree, replacing a file at the target.
	Rename(from, to string) error
}

// Refuse answers every change with "operation not permitted".
type Refuse struct{}

// Write refuses.
func (Refuse) Write(string, []byte, fs.FileMode) error { return ErrNotPermitted }

// Mkdir refuses.
func (Refuse) Mkdir(string) error { return ErrNotPermitted }

// Remove refuses.
func (Refuse) Remove(string) error { return ErrNotPermitted }

// RemoveAll refuses.
func (Refuse) RemoveAll(string) error { return ErrNotPermitted }

// Rename refuses.
func (Refuse) Rename(string, string) error { return ErrNotPermitted }

// Mount puts a tree at name and makes the directories above it. A tree that was
// there is replaced; a file or directory that was there is hidden.
func (f *FS) Mount(name string, tree Tree) error {
	clean := Clean(name)
	if clean == "/" {
		return wrap("mount", name, ErrBusy)
	}
	if err := f.MkdirAll(path.Dir(clean), 0o755); err != nil {
		return err
	}
	f.Unmount(clean)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mounts = append(f.mounts, mount{clean, tree})
	slices.SortStableFunc(f.mounts, func(a, b mount) int { return len(b.path) - len(a.path) })
	return nil
}

// Unmount takes a tree away; nothing happens if there is none at name.
func (f *FS) Unmount(name string) {
	clean := Clean(name)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mounts = slices.DeleteFunc(slices.Clone(f.mounts), func(m mount) bool { return m.path == clean })
}

// Mounted finds the tree that owns name, and name inside it.
func (f *FS) Mounted(name string) (tree Tree, inside string, ok bool) {
	return f.mounted(Clean(name))
}

func (f *FS) mounted(clean string) (Tree, string, bool) {
	f.mu.Lock()
	mounts := f.mounts
	f.mu.Unlock()
	for _, m := range mounts {
		if clean == m.path {
			return m.tree, ".", true
		}
		if rest, ok := strings.CutPrefix(clean, m.path+"/"); ok {
			return m.tree, rest, true
		}
	}
	return nil, "", false
}

// mountsIn lists the visible trees mounted directly in a directory.
func (f *FS) mountsIn(clean string) []Entry {
	f.mu.Lock()
	mounts := f.mounts
	f.mu.Unlock()
	var entries []Entry
	for _, m := range mounts {
		if path.Dir(m.path) != clean {
			continue
		}
		if entry, err := m.tree.Stat("."); err == nil {
			entry.Name = path.Base(m.path)
			entries = append(entries, entry)
		}
	}
	return entries
}

// holdsMount tells whether a tree is mounted below (or at) a path.
func (f *FS) holdsMount(clean string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.ContainsFunc(f.mounts, func(m mount) bool {
		return m.path == clean || strings.HasPrefix(m.path, strings.TrimSuffix(clean, "/")+"/")
	})
}
