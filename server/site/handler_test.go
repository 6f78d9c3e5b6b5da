package site

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"quorumlab/server/headers"
)

const hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// small is a site of a packed page, an unpacked picture, an asset and a 404
// page.
func small(t *testing.T) *Site {
	t.Helper()
	var gz bytes.Buffer
	w := gzip.NewWriter(&gz)
	_, _ = w.Write([]byte("<p>home"))
	_ = w.Close()
	list := `{"lab":{"path":"/assets/lab-1.wasm"},"files":[` +
		`{"path":"/index.html","type":"text/html; charset=utf-8","sha256":"` + hash + `","bytes":7,"packed":true},` +
		`{"path":"/lab/index.html","type":"text/html; charset=utf-8","sha256":"` + hash + `","bytes":3},` +
		`{"path":"/assets/lab-1.wasm","type":"application/wasm","sha256":"` + hash + `","bytes":4},` +
		`{"path":"/404.html","type":"text/html; charset=utf-8","sha256":"` + hash + `","bytes":4}]}`
	site, err := Open(fstest.MapFS{
		ListName:                  {Data: []byte(list)},
		"files/index.html.gz":     {Data: gz.Bytes()},
		"files/index.html.br":     {Data: []byte("brotli")},
		"files/lab/index.html":    {Data: []byte("lab")},
		"files/assets/lab-1.wasm": {Data: []byte("\x00asm")},
		"files/404.html":          {Data: []byte("none")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return site
}

func ask(t *testing.T, method, target string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	small(t).ServeHTTP(w, r)
	return w
}

func TestEncodingIsNegotiated(t *testing.T) {
	for accept, want := range map[string]string{
		"":                     "",
		"identity":             "",
		"gzip, deflate":        "gzip",
		"gzip, deflate, br":    "br",
		"br;q=0, gzip;q=0.5":   "gzip",
		"*":                    "br",
		"gzip;q=1.0, br;q=0.1": "gzip",
		"br;q=0, *;q=0":        "",
		"BR":                   "br",
		"gzip;q=0.2, identity": "",
	} {
		w := ask(t, "GET", "/", "Accept-Encoding", accept)
		if got := w.Header().Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q: got %q, expected %q", accept, got, want)
		}
		if want == "" && w.Body.String() != "<p>home" {
			t.Errorf("Accept-Encoding %q: got %q", accept, w.Body)
		}
		if w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %q: no Vary", accept)
		}
	}
}

func TestEachEncodingHasItsTag(t *testing.T) {
	plain, br := ask(t, "GET", "/").Header().Get("ETag"), ask(t, "GET", "/", "Accept-Encoding", "br").Header().Get("ETag")
	if plain == br || plain == "" {
		t.Errorf("tags %s and %s", plain, br)
	}
	w := ask(t, "GET", "/", "If-None-Match", `"other", W/`+plain)
	if w.Code != http.StatusNotModified || w.Body.Len() > 0 {
		t.Errorf("got %d with %d bytes, expected 304", w.Code, w.Body.Len())
	}
}

func TestAnswers(t *testing.T) {
	for _, test := range []struct {
		method, path string
		status       int
		header       string
		value        string
	}{
		{"GET", "/assets/lab-1.wasm", 200, "Cache-Control", headers.Immutable},
		{"GET", "/assets/lab-1.wasm", 200, "Content-Type", "application/wasm"},
		{"GET", "/lab/", 200, "Cache-Control", headers.Revalidate},
		{"GET", "/lab", 301, "Location", "/lab/"},
		{"GET", "/lab?seed=7", 301, "Location", "/lab/?seed=7"},
		{"GET", "/none", 404, "Cache-Control", "no-store"},
		{"GET", "//lab", 404, "Cache-Control", "no-store"},
		{"GET", "/../site.json", 404, "Content-Type", "text/html; charset=utf-8"},
		{"POST", "/", 405, "Allow", "GET, HEAD"},
		{"HEAD", "/lab/", 200, "Content-Length", "3"},
	} {
		w := ask(t, test.method, test.path)
		if w.Code != test.status || w.Header().Get(test.header) != test.value {
			t.Errorf("%s %s: %d, %s: %q", test.method, test.path, w.Code, test.header, w.Header().Get(test.header))
		}
	}
	if w := ask(t, "HEAD", "/none"); w.Body.Len() > 0 {
		t.Error("HEAD has a body")
	}
}

func TestPartOfAFile(t *testing.T) {
	w := ask(t, "GET", "/assets/lab-1.wasm", "Range", "bytes=1-3")
	if w.Code != http.StatusPartialContent || w.Body.String() != "asm" {
		t.Errorf("got %d %q", w.Code, w.Body)
	}
}

func TestBinaryWithoutItsSiteSaysSo(t *testing.T) {
	_, err := Open(fstest.MapFS{})
	if err != ErrEmpty || !strings.Contains(err.Error(), "make build") {
		t.Errorf("got %v", err)
	}
}
