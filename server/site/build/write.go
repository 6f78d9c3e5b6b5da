package build

import (
	"encoding/json"
	"os"
	"path/filepath"

	"quorumlab/server/site"
)

// write puts the site into its two folders.
func (b *builder) write() error {
	if err := os.RemoveAll(b.Out); err != nil {
		return err
	}
	for _, f := range b.sorted() {
		if err := writeFile(b.Out, f, true); err != nil {
			return err
		}
	}
	if b.Embed == "" {
		return nil
	}
	return b.writeEmbedded()
}

// writeEmbedded leaves out what a .gz also holds: lab.wasm alone would make
// the binary 15 MB larger.
func (b *builder) writeEmbedded() error {
	root := filepath.Join(b.Embed, "files")
	if err := os.RemoveAll(root); err != nil {
		return err
	}
	list := site.List{Lab: b.lab}
	for _, f := range b.sorted() {
		if hostingOnly[f.Path] {
			continue
		}
		list.Files = append(list.Files, f.File)
		if err := writeFile(root, f, !f.Packed); err != nil {
			return err
		}
	}
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(b.Embed, site.ListName), text)
}

func writeFile(root string, f *file, plain bool) error {
	name := filepath.Join(root, filepath.FromSlash(f.Path))
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	if plain {
		if err := os.WriteFile(name, f.data, 0o666); err != nil {
			return err
		}
	}
	if !f.Packed {
		return nil
	}
	if err := os.WriteFile(name+".br", f.br, 0o666); err != nil {
		return err
	}
	return os.WriteFile(name+".gz", f.gz, 0o666)
}
