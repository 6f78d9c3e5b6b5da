package site

import (
	"bytes"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"

	"quorumlab/server/headers"
)

// notFoundPath is the page for an address that has none.
const notFoundPath = "/404.html"

// ServeHTTP answers GET and HEAD with the site's files: /a/ is /a/index.html,
// /a goes there, anything unknown is the 404 page. The encoding is the best
// that the request accepts: brotli, gzip, or none at all.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "This address answers GET and HEAD.", http.StatusMethodNotAllowed)
		return
	}
	path := r.URL.Path
	if strings.HasSuffix(path, "/") {
		path += "index.html"
	}
	if file := s.paths[path]; file != nil {
		s.serve(w, r, file, http.StatusOK)
		return
	}
	if s.paths[path+"/index.html"] != nil {
		redirect(w, r, path+"/")
		return
	}
	s.notFound(w, r)
}

// redirect stays on this host: a path that began with two slashes was not
// found before it came here.
func redirect(w http.ResponseWriter, r *http.Request, path string) {
	if r.URL.RawQuery != "" {
		path += "?" + r.URL.RawQuery
	}
	http.Redirect(w, r, path, http.StatusMovedPermanently)
}

func (s *Site) notFound(w http.ResponseWriter, r *http.Request) {
	if file := s.paths[notFoundPath]; file != nil {
		s.serve(w, r, file, http.StatusNotFound)
		return
	}
	http.Error(w, "There is no such page.", http.StatusNotFound)
}

func (s *Site) serve(w http.ResponseWriter, r *http.Request, file *File, status int) {
	encoding := ""
	if file.Packed {
		w.Header().Add("Vary", "Accept-Encoding")
		encoding = negotiate(r.Header.Values("Accept-Encoding"))
	}
	tag := `"` + file.SHA256[:32] + "-" + encoding + `"`
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", cacheControl(r.URL.Path, status))
	if status == http.StatusOK && matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	s.write(w, r, file, encoding, status)
}

func cacheControl(path string, status int) string {
	if status != http.StatusOK {
		return "no-store"
	}
	return headers.CacheControl(path)
}

// suffixes are those of the files in each encoding.
var suffixes = map[string]string{"br": ".br", "gzip": ".gz"}

func (s *Site) write(w http.ResponseWriter, r *http.Request, file *File, encoding string, status int) {
	body, err := s.body(file, encoding)
	if err != nil {
		http.Error(w, "The file cannot be read.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", file.Type)
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	if encoding == "" && status == http.StatusOK {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body)) // ranges too
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

func (s *Site) body(file *File, encoding string) ([]byte, error) {
	if encoding == "" {
		return s.Read(file.Path)
	}
	return fs.ReadFile(s.files, file.Path[1:]+suffixes[encoding])
}

// negotiate picks br, gzip or "" (as it is) from Accept-Encoding (RFC 9110,
// section 12.5.3). A browser offers br over https and on localhost only.
func negotiate(accept []string) string {
	quality := map[string]float64{}
	for _, part := range strings.Split(strings.Join(accept, ","), ",") {
		name, parameter, _ := strings.Cut(strings.TrimSpace(part), ";")
		quality[strings.ToLower(strings.TrimSpace(name))] = parseQuality(parameter)
	}
	best, most := "", 0.0
	for _, encoding := range []string{"br", "gzip"} {
		q, named := quality[encoding]
		if !named {
			q = quality["*"]
		}
		if q > most {
			best, most = encoding, q
		}
	}
	if identity, named := quality["identity"]; named && identity > most {
		return ""
	}
	return best
}

func parseQuality(parameter string) float64 {
	value, found := strings.CutPrefix(strings.ReplaceAll(parameter, " ", ""), "q=")
	if !found {
		return 1
	}
	q, err := strconv.ParseFloat(value, 64)
	if err != nil || q < 0 || q > 1 {
		return 0
	}
	return q
}

// matches says whether If-None-Match names the tag (RFC 9110, section 13.1.2).
func matches(ifNoneMatch, tag string) bool {
	for _, candidate := range strings.Split(ifNoneMatch, ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if candidate == tag || candidate == "*" {
			return true
		}
	}
	return false
}
