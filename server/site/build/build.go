// Package build makes the site out of its parts: lessons and exercises, the
// templates, TypeScript and styles of static/, and lab.wasm. It writes two
// folders: one for any static host, and one that package site embeds.
//
// The work is a pure function of what it reads: the same commit gives the same
// names and bytes.
package build

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"quorumlab/server/headers"
	"quorumlab/server/licenses"
	"quorumlab/server/site"
)

// Options say where things are. Paths are files of this machine.
type Options struct {
	Root  string // of the repository
	Lab   string // lab.wasm
	Out   string // the folder for static hosts, replaced whole
	Embed string // the folder that package site embeds, replaced but for .keep; empty: none
	Cache string // keeps compressed files by hash from one build to the next
	URL   string // where the site will be, without a slash at the end; only the sitemap needs it

	// Notices are those of all that is handed on, the npm packages named
	// among it.
	Notices func(packages []string) ([]licenses.Notice, error)
	Log     func(format string, args ...any)
}

// Site builds it all.
func Site(options Options) error {
	b := &builder{Options: options, files: map[string]*file{}}
	for _, step := range []func() error{
		b.addLab, b.addExercises, b.loadLessons, b.loadReferences, b.loadTemplates, b.bundle, b.addNotices,
		b.addPages, b.addPublic, b.addFurniture, b.checkLinks, b.compress, b.write,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// builder is one build; not for concurrent use.
type builder struct {
	Options
	files map[string]*file // by path from the root, with its slash
	parts
}

// file is one file of the site.
type file struct {
	site.File
	data   []byte
	br, gz []byte // nil if compressing does not pay
}

// add puts a file into the site.
func (b *builder) add(name string, data []byte) *file {
	sum := sha256.Sum256(data)
	f := &file{
		File: site.File{Path: name, Type: mediaType(name), SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(data))},
		data: data,
	}
	b.files[name] = f
	return f
}

// addHashed puts a file under /assets/, its name holding its hash, and gives
// its path.
func (b *builder) addHashed(name string, data []byte) *file {
	sum := sha256.Sum256(data)
	ext := path.Ext(name)
	hashed := fmt.Sprintf("%s%s-%s%s", headers.AssetPrefix, strings.TrimSuffix(name, ext), hex.EncodeToString(sum[:5]), ext)
	return b.add(hashed, data)
}

// mediaTypes are told by us and not by the machine, whose own list may differ.
var mediaTypes = map[string]string{
	".css":         "text/css; charset=utf-8",
	".html":        "text/html; charset=utf-8",
	".ico":         "image/x-icon",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".map":         "application/json",
	".md":          "text/markdown; charset=utf-8",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".txt":         "text/plain; charset=utf-8",
	".wasm":        "application/wasm",
	".webmanifest": "application/manifest+json",
	".woff2":       "font/woff2",
	".xml":         "application/xml; charset=utf-8",
}

func mediaType(name string) string {
	if kind, ok := mediaTypes[path.Ext(name)]; ok {
		return kind
	}
	return cmp.Or(mime.TypeByExtension(path.Ext(name)), "application/octet-stream")
}

func (b *builder) path(parts ...string) string {
	return filepath.Join(append([]string{b.Root}, parts...)...)
}

func (b *builder) sorted() []*file {
	var all []*file
	for _, f := range b.files {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, c *file) int { return cmp.Compare(a.Path, c.Path) })
	return all
}

func (b *builder) addLab() error {
	wasm, err := os.ReadFile(b.Lab)
	if os.IsNotExist(err) {
		return fmt.Errorf("%s is missing: `make lab` builds it", b.Lab)
	}
	if err != nil {
		return err
	}
	f := b.addHashed("lab.wasm", wasm)
	b.lab = site.Lab{Path: f.Path, SHA256: f.SHA256, Bytes: f.Bytes}
	return nil
}

// addPublic copies static/public as it is: files whose address is fixed.
func (b *builder) addPublic() error {
	root := b.path("static", "public")
	if _, err := os.Stat(root); os.IsNotExist(err) {
		return nil
	}
	return filepath.WalkDir(root, func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		address := "/" + filepath.ToSlash(relative)
		if data, err = minifyFile(address, data); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		b.add(address, data)
		return nil
	})
}
