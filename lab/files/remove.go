package files

import (
	"errors"
	"io/fs"
	"path"
	"strings"
)

// Remove removes a file or an empty directory.
func (f *FS) Remove(name string) error {
	return wrap("remove", name, f.remove(Clean(name)))
}

func (f *FS) remove(clean string) error {
	if tree, inside, ok := f.mounted(clean); ok {
		return removeMounted(tree, inside)
	}
	if f.holdsVisibleMount(clean) {
		return ErrNotEmpty
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	dir, base, err := f.parent(clean)
	if err != nil {
		return err
	}
	n := dir.children[base]
	if n == nil {
		return ErrNotExist
	}
	if len(n.children) > 0 {
		return ErrNotEmpty
	}
	return f.unlink(dir, base)
}

func removeMounted(tree Tree, inside string) error {
	entry, err := tree.Stat(inside)
	if err != nil {
		return err
	}
	if entry.IsDir() {
		if entries, err := tree.List(inside); err == nil && len(entries) > 0 {
			return ErrNotEmpty
		}
	}
	return tree.Remove(inside)
}

// RemoveAll removes name and everything below it, mounted trees included. A
// name that does not exist is no error.
func (f *FS) RemoveAll(name string) error {
	clean := Clean(name)
	err := f.removeAll(clean)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return wrap("unlinkat", name, err)
}

func (f *FS) removeAll(clean string) error {
	if tree, inside, ok := f.mounted(clean); ok {
		return tree.RemoveAll(inside)
	}
	if f.holdsMount(clean) {
		return f.removeEach(clean)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	dir, base, err := f.parent(clean)
	if err != nil {
		return err
	}
	if dir.children[base] == nil {
		return ErrNotExist
	}
	return f.unlink(dir, base)
}

// removeEach goes down a directory that holds a mount: the directory itself
// stays, as the mount keeps it busy.
func (f *FS) removeEach(clean string) error {
	entries, err := f.list(clean)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := f.removeAll(path.Join(clean, entry.Name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return ErrBusy
}

// unlink takes a node and all below it out of dir; f.mu is held.
func (f *FS) unlink(dir *node, base string) error {
	n := dir.children[base]
	if n.mode&fs.ModeDevice != 0 {
		return ErrNotPermitted
	}
	f.release(n)
	delete(dir.children, base)
	dir.time = f.now()
	return nil
}

// release gives the space of a node and all below it back. An open handle keeps
// its content readable, but it no longer counts.
func (f *FS) release(n *node) {
	f.nodes--
	f.bytes -= int64(len(n.data))
	n.mode |= unlinked
	for _, child := range n.children {
		f.release(child)
	}
}

// unlinked marks a node that is in no directory any more; it is never shown.
const unlinked = fs.ModeIrregular

// Rename moves a file or directory. A file at the target is replaced, and so is
// an empty directory by a directory. Between a mounted tree and the rest, and
// between two trees, it fails with ErrCrossDevice.
func (f *FS) Rename(from, to string) error {
	return wrap("rename", from, f.rename(Clean(from), Clean(to)))
}

func (f *FS) rename(from, to string) error {
	fromTree, fromInside, fromMounted := f.mounted(from)
	_, toInside, toMounted := f.mounted(to)
	switch {
	case fromMounted && toMounted && f.sameMount(from, to):
		if fromInside == "." || toInside == "." {
			return ErrBusy
		}
		return fromTree.Rename(fromInside, toInside)
	case fromMounted:
		if _, err := fromTree.Stat(fromInside); err != nil {
			return err
		}
		return ErrCrossDevice
	case toMounted:
		if _, err := f.Stat(from); err != nil {
			return err
		}
		return ErrCrossDevice
	case f.holdsMount(from):
		return ErrBusy
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.renameNode(from, to)
}

func (f *FS) sameMount(a, b string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.mounts {
		inA := a == m.path || strings.HasPrefix(a, m.path+"/")
		inB := b == m.path || strings.HasPrefix(b, m.path+"/")
		if inA || inB {
			return inA && inB
		}
	}
	return false
}

// renameNode moves between directories; f.mu is held.
func (f *FS) renameNode(from, to string) error {
	fromDir, fromBase, err := f.parent(from)
	if err != nil {
		return err
	}
	moved := fromDir.children[fromBase]
	if moved == nil {
		return ErrNotExist
	}
	if moved.mode&fs.ModeDevice != 0 {
		return ErrNotPermitted
	}
	toDir, toBase, err := f.parent(to)
	if err != nil {
		return err
	}
	if from == to {
		return nil
	}
	if strings.HasPrefix(to, from+"/") {
		return ErrInvalid
	}
	if err := f.replaceable(moved, toDir.children[toBase]); err != nil {
		return err
	}
	if old := toDir.children[toBase]; old != nil {
		f.release(old)
	}
	delete(fromDir.children, fromBase)
	toDir.children[toBase] = moved
	fromDir.time, toDir.time = f.now(), f.now()
	return nil
}

func (f *FS) replaceable(moved, old *node) error {
	switch {
	case old == nil:
		return nil
	case old.mode&fs.ModeDevice != 0:
		return ErrNotPermitted
	case moved.children != nil && old.children == nil:
		return ErrNotDirectory
	case moved.children == nil && old.children != nil:
		return ErrIsDirectory
	case len(old.children) > 0:
		return ErrNotEmpty
	}
	return nil
}

func (f *FS) holdsVisibleMount(clean string) bool {
	return len(f.mountsIn(clean)) > 0
}
