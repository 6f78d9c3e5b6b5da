package build

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"quorumlab/server/headers"
	"quorumlab/server/licenses"
)

const (
	// offlineEntry is the service worker, below static/src.
	offlineEntry = "src/offline/worker.ts"

	// offlineAddress is fixed: a service worker serves what lies below it.
	offlineAddress = "/sw.js"
)

// offlineManifest is what the service worker is told: the version of the site
// and every file that belongs to it.
type offlineManifest struct {
	Version string        `json:"version"` // of all the files together
	Files   []offlineFile `json:"files"`
}

type offlineFile struct {
	URL       string `json:"url"`       // as a browser asks for it
	Integrity string `json:"integrity"` // as fetch checks it
}

// neverOffline are files that no page asks for: what machines read, notices
// that a page has too, pictures for those who consider installing.
func neverOffline(name string) bool {
	return hostingOnly[name] || name == "/robots.txt" || name == "/sitemap.xml" || name == licenses.Address ||
		strings.HasPrefix(name, "/screenshots/")
}

// addOffline adds the service worker. It comes last, since it names all other
// files by their hashes: a browser takes a version whole or not at all.
func (b *builder) addOffline() error {
	script, err := b.bundleOffline()
	if err != nil || script == nil {
		return err
	}
	manifest := offlineManifest{}
	version := sha256.New()
	version.Write(script)
	for _, f := range b.sorted() {
		if neverOffline(f.Path) {
			continue
		}
		sum, err := hex.DecodeString(f.SHA256)
		if err != nil {
			return err
		}
		url := strings.TrimSuffix(f.Path, "index.html")
		manifest.Files = append(manifest.Files, offlineFile{url, "sha256-" + base64.StdEncoding.EncodeToString(sum)})
		fmt.Fprintln(version, url, f.SHA256)
	}
	manifest.Version = hex.EncodeToString(version.Sum(nil)[:8])
	text, err := json.Marshal(manifest)
	if err != nil {
		return err
	}
	b.add(offlineAddress, append([]byte("self.manifest="+string(text)+";\nself.assets="+quote(headers.AssetPrefix)+";\n"), script...))
	return nil
}

func quote(text string) string {
	quoted, _ := json.Marshal(text) // a string always can be
	return string(quoted)
}

// bundleOffline is the service worker's script without its manifest; nil if
// this tree has none.
func (b *builder) bundleOffline() ([]byte, error) {
	absolute, err := filepath.Abs(b.path("static"))
	if err != nil {
		return nil, err
	}
	if _, err := b.source(offlineEntry); err != nil {
		return nil, nil
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir: absolute, EntryPoints: []string{offlineEntry}, Bundle: true, Format: api.FormatIIFE, Target: api.ES2022,
		MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: true, Charset: api.CharsetUTF8,
	})
	if len(result.Errors) > 0 {
		return nil, fmt.Errorf("esbuild: %s", strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), ""))
	}
	return result.OutputFiles[0].Contents, nil
}
