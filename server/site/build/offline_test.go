package build

import (
	"encoding/json"
	"strings"
	"testing"

	"quorumlab/server/headers"
)

// manifest is what the service worker of a built site is told.
func manifest(t *testing.T, o Options) offlineManifest {
	t.Helper()
	text, _, found := strings.Cut(strings.TrimPrefix(read(t, o.Out, "sw.js"), "self.manifest="), ";\nself.assets=\"/assets/\";\n")
	var m offlineManifest
	if err := json.Unmarshal([]byte(text), &m); err != nil || !found {
		t.Fatalf("%v in %s", err, text)
	}
	return m
}

func build(t *testing.T, change map[string]string) Options {
	t.Helper()
	o := options(t, change)
	if err := Site(o); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestServiceWorkerNamesTheWholeSite(t *testing.T) {
	m := manifest(t, build(t, nil))
	named := map[string]bool{}
	for _, f := range m.Files {
		named[f.URL] = true
		if !strings.HasPrefix(f.Integrity, "sha256-") || len(f.Integrity) != len("sha256-")+44 {
			t.Errorf("%s has the hash %s", f.URL, f.Integrity)
		}
	}
	for _, url := range []string{"/", "/lab/", "/lessons/one/", "/404.html", "/manifest.webmanifest"} {
		if !named[url] {
			t.Errorf("%s is missing", url)
		}
	}
	for url := range named {
		if hostingOnly[url] || url == offlineAddress || url == "/sitemap.xml" {
			t.Errorf("%s has no place in it", url)
		}
	}
	lab := false
	for url := range named {
		lab = lab || strings.HasPrefix(url, headers.AssetPrefix+"lab-") && strings.HasSuffix(url, ".wasm")
	}
	if !lab {
		t.Error("lab.wasm is missing")
	}
}

func TestVersionIsThatOfTheFiles(t *testing.T) {
	first, same := manifest(t, build(t, nil)), manifest(t, build(t, nil))
	other := manifest(t, build(t, map[string]string{"content/one/lesson.md": strings.Replace(tree["content/one/lesson.md"], "First.", "Changed.", 1)}))
	script := manifest(t, build(t, map[string]string{"static/src/offline/worker.ts": "self.addEventListener('fetch', () => {});"}))
	if first.Version != same.Version || first.Version == other.Version || first.Version == script.Version {
		t.Errorf("versions %s, %s, %s, %s", first.Version, same.Version, other.Version, script.Version)
	}
}
