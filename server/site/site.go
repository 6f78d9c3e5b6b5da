// Package site is the built site, as it lies in this binary: the files that
// `make site` wrote, compressed, with a list that says of each what it is. It
// serves them by HTTP and gives the command line its lab.wasm.
//
// The package server/site/build makes what is embedded here. A binary built
// without it has an empty site and says so.
package site

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// ListName is the file, beside the site's own folder, that describes them.
const ListName = "site.json"

// ErrEmpty is the answer of a binary that was built without its site.
var ErrEmpty = errors.New("this binary was built without its site and lab.wasm: `make build` puts them in")

// List describes a built site.
type List struct {
	Lab   Lab    `json:"lab"`
	Files []File `json:"files"` // by path
}

// Lab names the lab.wasm of a site.
type Lab struct {
	Path   string `json:"path"`   // of the file, as in File.Path
	SHA256 string `json:"sha256"` // hex: the lab's version
	Bytes  int64  `json:"bytes"`  // uncompressed
}

// File is one file of the site.
type File struct {
	Path   string `json:"path"` // as asked for, from the root: /lab/index.html
	Type   string `json:"type"` // media type
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`            // uncompressed
	Packed bool   `json:"packed,omitempty"` // there is a .br and a .gz; when embedded then nothing else
}

// Site is a list with the files it describes. Safe for concurrent use.
type Site struct {
	List  List
	files fs.FS
	paths map[string]*File
}

// Embedded is the site in this binary, or ErrEmpty.
func Embedded() (*Site, error) {
	root, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	return Open(root)
}

// Open reads a site from a folder that holds its list and, under files/, its
// files; ErrEmpty if there is no list.
func Open(root fs.FS) (*Site, error) {
	text, err := fs.ReadFile(root, ListName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrEmpty
	}
	if err != nil {
		return nil, err
	}
	s := &Site{paths: map[string]*File{}}
	if err := json.Unmarshal(text, &s.List); err != nil {
		return nil, fmt.Errorf("%s: %w", ListName, err)
	}
	if s.files, err = fs.Sub(root, "files"); err != nil {
		return nil, err
	}
	for i := range s.List.Files {
		s.paths[s.List.Files[i].Path] = &s.List.Files[i]
	}
	return s, nil
}

// Read gives a file whole and uncompressed.
func (s *Site) Read(path string) ([]byte, error) {
	file := s.paths[path]
	if file == nil {
		return nil, fmt.Errorf("the site has no %s: %w", path, fs.ErrNotExist)
	}
	if !file.Packed {
		return fs.ReadFile(s.files, path[1:])
	}
	packed, err := fs.ReadFile(s.files, path[1:]+".gz")
	if err != nil {
		return nil, err
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	text := bytes.NewBuffer(make([]byte, 0, file.Bytes))
	_, err = io.Copy(text, r)
	return text.Bytes(), err
}

// LabWasm is the lab that this site's pages run.
func (s *Site) LabWasm() ([]byte, error) { return s.Read(s.List.Lab.Path) }

// PackedBytes is the size of a file in an encoding: gzip or br.
func (s *Site) PackedBytes(path, encoding string) (int64, error) {
	info, err := fs.Stat(s.files, path[1:]+suffixes[encoding])
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
