package build

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// smallest is the size in bytes below which compressing is not worth a name.
const smallest = 512

// compress makes the .br and .gz of every file that gains by it. Level 11 of
// lab.wasm takes most of the whole build's time, so results are kept by hash.
func (b *builder) compress() error {
	if err := os.MkdirAll(b.Cache, 0o777); err != nil {
		return err
	}
	work := make(chan *file)
	errs := make(chan error, len(b.files))
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for f := range work {
				if err := b.compressFile(f); err != nil {
					errs <- err
				}
			}
		})
	}
	for _, f := range b.sorted() {
		work <- f
	}
	close(work)
	wg.Wait()
	close(errs)
	return <-errs
}

func (b *builder) compressFile(f *file) error {
	if len(f.data) < smallest || !compressible(f.Type) {
		return nil
	}
	br, err := b.cached(f, ".br", brotliBest)
	if err != nil {
		return err
	}
	gz, err := b.cached(f, ".gz", gzipBest)
	if err != nil {
		return err
	}
	if len(gz) < len(f.data) && len(br) < len(f.data) {
		f.br, f.gz, f.Packed = br, gz, true
	}
	return nil
}

func compressible(media string) bool {
	return !strings.HasPrefix(media, "image/") && !strings.HasPrefix(media, "font/") || strings.HasPrefix(media, "image/svg")
}

// cached gives pack(f.data), from the cache if it was made before.
func (b *builder) cached(f *file, suffix string, pack func([]byte) ([]byte, error)) ([]byte, error) {
	name := filepath.Join(b.Cache, f.SHA256+suffix)
	if data, err := os.ReadFile(name); err == nil {
		return data, nil
	}
	if len(f.data) > 1<<20 {
		b.Log("compressing %s to %s: once for each build of it", f.Path, suffix)
	}
	data, err := pack(f.data)
	if err != nil {
		return nil, err
	}
	return data, replaceFile(name, data)
}

// replaceFile writes a file whole or not at all.
func replaceFile(name string, data []byte) error {
	if err := os.WriteFile(name+".part", data, 0o666); err != nil {
		return err
	}
	return os.Rename(name+".part", name)
}

func brotliBest(data []byte) ([]byte, error) {
	var out bytes.Buffer
	w := brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: 11, LGWin: 24})
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	err := w.Close()
	return out.Bytes(), err
}

func gzipBest(data []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}
