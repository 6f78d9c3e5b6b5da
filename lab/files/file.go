package files

import (
	"bytes"
	"io"
	"io/fs"
	"path"
)

// How a file is opened.
type openMode int

const (
	writable openMode = 1 << iota
	create
	truncate
	appending
	exclusive
)

// File is an open file. It is safe for concurrent use as far as its calls are
// independent; reads and writes share one position. A file in a mounted tree is
// read as it was when opened, and written to its owner by Sync and Close.
type File struct {
	fs     *FS
	name   string // as given to Open
	clean  string
	mode   openMode
	node   *node // nil in a mounted tree
	offset int64
	closed bool

	tree   Tree // of a mounted file
	inside string
	data   []byte
	perm   fs.FileMode
	dirty  bool
}

// Open opens a file for reading.
func (f *FS) Open(name string) (*File, error) {
	file, err := f.open(name, 0, 0)
	return file, wrap("open", name, err)
}

// Create opens a file for writing and empties it; mode counts if it is new.
func (f *FS) Create(name string, mode fs.FileMode) (*File, error) {
	file, err := f.open(name, writable|create|truncate, mode)
	return file, wrap("open", name, err)
}

// CreateNew opens a new file for writing; it fails with ErrExist if there is one.
func (f *FS) CreateNew(name string, mode fs.FileMode) (*File, error) {
	file, err := f.open(name, writable|create|exclusive, mode)
	return file, wrap("open", name, err)
}

// Append opens a file for writing at its end, wherever that is at each write.
func (f *FS) Append(name string, mode fs.FileMode) (*File, error) {
	file, err := f.open(name, writable|create|appending, mode)
	return file, wrap("open", name, err)
}

func (f *FS) open(name string, mode openMode, perm fs.FileMode) (*File, error) {
	file := &File{fs: f, name: name, clean: Clean(name), mode: mode, perm: perm.Perm()}
	if name == "" {
		return nil, ErrNotExist
	}
	var err error
	if tree, inside, ok := f.mounted(file.clean); ok {
		err = file.openMounted(tree, inside)
	} else {
		err = file.openNode()
	}
	if err != nil {
		return nil, err
	}
	return file, nil
}

func (o *File) openMounted(tree Tree, inside string) error {
	o.tree, o.inside = tree, inside
	entry, err := tree.Stat(inside)
	switch {
	case err == nil && entry.IsDir():
		if o.mode&writable != 0 {
			return ErrIsDirectory
		}
		return nil
	case err == nil && o.mode&exclusive != 0:
		return ErrExist
	case err != nil && o.mode&create == 0:
		return err
	case err != nil:
		o.dirty = true
		return tree.Write(inside, nil, o.perm)
	}
	o.perm = entry.Mode.Perm()
	if o.mode&truncate != 0 {
		o.dirty = true
		return tree.Write(inside, nil, o.perm)
	}
	data, err := tree.Read(inside)
	o.data = bytes.Clone(data)
	return err
}

func (o *File) openNode() error {
	f := o.fs
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.lookup(o.clean)
	if err == ErrNotExist && o.mode&create != 0 {
		return o.createNode()
	}
	if err != nil {
		return err
	}
	o.node = n
	switch {
	case o.mode&exclusive != 0:
		return ErrExist
	case o.mode&writable == 0:
		return nil
	case n.children != nil:
		return ErrIsDirectory
	case o.mode&truncate != 0:
		f.resize(n, 0)
	}
	return nil
}

func (o *File) createNode() error {
	dir, base, err := o.fs.parent(o.clean)
	if err != nil {
		return err
	}
	o.node = &node{mode: o.perm, time: o.fs.now()}
	return o.fs.add(dir, base, o.node)
}

// resize cuts or fills a file with zeros; f.mu is held and the limits are kept
// by the caller.
func (f *FS) resize(n *node, size int) {
	if n.mode&unlinked == 0 {
		f.bytes += int64(size - len(n.data))
	}
	if size <= len(n.data) {
		n.data = n.data[:size:size]
		if size == 0 {
			n.data = nil
		}
	} else {
		n.data = append(n.data, make([]byte, size-len(n.data))...)
	}
	n.time = f.now()
}

// Name gives the name the file was opened with.
func (o *File) Name() string { return o.name }

// content gives what a read sees; o.fs.mu is held.
func (o *File) content() ([]byte, error) {
	if o.closed {
		return nil, ErrClosed
	}
	if o.node == nil {
		if entry, err := o.tree.Stat(o.inside); err == nil && entry.IsDir() {
			return nil, ErrIsDirectory
		}
		return o.data, nil
	}
	if o.node.children != nil {
		return nil, ErrIsDirectory
	}
	return o.node.data, nil
}

// Read reads on from the position.
func (o *File) Read(p []byte) (int, error) {
	n, err := o.ReadAt(p, o.offset)
	o.offset += int64(n)
	if n > 0 && err == io.EOF {
		err = nil
	}
	return n, err
}

// ReadAt reads at an offset and leaves the position.
func (o *File) ReadAt(p []byte, offset int64) (int, error) {
	if o.node != nil {
		o.fs.mu.Lock()
		defer o.fs.mu.Unlock()
	}
	data, err := o.content()
	if err != nil {
		return 0, wrap("read", o.name, err)
	}
	if offset < 0 {
		return 0, wrap("read", o.name, ErrInvalid)
	}
	if len(p) == 0 {
		return 0, nil
	}
	if offset >= int64(len(data)) {
		return 0, io.EOF
	}
	n := copy(p, data[offset:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Write writes at the position, or at the end of a file opened by Append. What
// does not fit is not written at all: ErrNoSpace or ErrTooLarge.
func (o *File) Write(p []byte) (int, error) {
	switch {
	case o.closed:
		return 0, wrap("write", o.name, ErrClosed)
	case o.mode&writable == 0:
		return 0, wrap("write", o.name, ErrBadFile)
	case o.node == nil:
		return o.writeMounted(p)
	}
	f := o.fs
	f.mu.Lock()
	defer f.mu.Unlock()
	if o.node.mode&fs.ModeDevice != 0 {
		return len(p), nil
	}
	if o.mode&appending != 0 {
		o.offset = int64(len(o.node.data))
	}
	end := o.offset + int64(len(p))
	if err := f.room(o.node, end); err != nil {
		return 0, wrap("write", o.name, err)
	}
	if end > int64(len(o.node.data)) {
		f.resize(o.node, int(end))
	}
	copy(o.node.data[o.offset:], p)
	o.node.time = f.now()
	o.offset = end
	return len(p), nil
}

// room tells whether a file may grow to size; f.mu is held.
func (f *FS) room(n *node, size int64) error {
	if size > MaxFileBytes {
		return ErrTooLarge
	}
	if f.bytes+size-int64(len(n.data)) > MaxBytes {
		return ErrNoSpace
	}
	return nil
}

func (o *File) writeMounted(p []byte) (int, error) {
	if o.mode&appending != 0 {
		o.offset = int64(len(o.data))
	}
	end := o.offset + int64(len(p))
	if end > MaxFileBytes {
		return 0, wrap("write", o.name, ErrTooLarge)
	}
	if grow := int(end) - len(o.data); grow > 0 {
		o.data = append(o.data, make([]byte, grow)...)
	}
	copy(o.data[o.offset:], p)
	o.offset, o.dirty = end, true
	return len(p), nil
}

// Seek sets the position.
func (o *File) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += o.offset
	case io.SeekEnd:
		entry, err := o.Stat()
		if err != nil {
			return 0, err
		}
		offset += entry.Bytes
	}
	if offset < 0 || offset > MaxFileBytes {
		return 0, wrap("seek", o.name, ErrInvalid)
	}
	o.offset = offset
	return offset, nil
}

// Truncate cuts or fills the file with zeros to a size.
func (o *File) Truncate(size int64) error {
	if o.mode&writable == 0 || size < 0 {
		return wrap("truncate", o.name, ErrInvalid)
	}
	if o.node == nil {
		data := make([]byte, min(size, MaxFileBytes))
		copy(data, o.data)
		o.data, o.dirty = data, true
		return nil
	}
	o.fs.mu.Lock()
	defer o.fs.mu.Unlock()
	if err := o.fs.room(o.node, size); err != nil {
		return wrap("truncate", o.name, err)
	}
	o.fs.resize(o.node, int(size))
	return nil
}

// Stat describes the open file.
func (o *File) Stat() (Entry, error) {
	if o.node == nil {
		entry, err := o.tree.Stat(o.inside)
		if err != nil {
			return Entry{}, wrap("stat", o.name, err)
		}
		entry.Name = path.Base(o.clean)
		if o.dirty {
			entry.Bytes = int64(len(o.data))
		}
		return entry, nil
	}
	o.fs.mu.Lock()
	defer o.fs.mu.Unlock()
	return o.node.entry(path.Base(o.clean)), nil
}

// Sync hands what was written in a mounted tree to its owner.
func (o *File) Sync() error {
	if !o.dirty {
		return nil
	}
	if err := o.tree.Write(o.inside, bytes.Clone(o.data), o.perm); err != nil {
		return wrap("write", o.name, err)
	}
	o.dirty = false
	return nil
}

// Close ends the use of the file; a second Close is an error.
func (o *File) Close() error {
	if o.closed {
		return wrap("close", o.name, ErrClosed)
	}
	o.closed = true
	return o.Sync()
}

// ReadFile gives the whole content of a file; it is the caller's own.
func (f *FS) ReadFile(name string) ([]byte, error) {
	file, err := f.Open(name)
	if err != nil {
		return nil, err
	}
	if file.node != nil {
		f.mu.Lock()
		defer f.mu.Unlock()
	}
	data, err := file.content()
	if err != nil {
		return nil, wrap("read", name, err)
	}
	return bytes.Clone(data), nil
}

// WriteFile replaces the content of a file; mode counts if it is new. Nothing is
// left behind if the content does not fit.
func (f *FS) WriteFile(name string, data []byte, mode fs.FileMode) error {
	_, before := f.Stat(name)
	file, err := f.Create(name, mode)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil && before != nil {
		_ = f.Remove(name)
	}
	return err
}
