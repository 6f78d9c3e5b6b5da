// Package headers holds the answer headers that every host of the site sends:
// the Go server, the Cloudflare Worker, static hosting by a _headers file, and
// Netlify. They stand here once; a test holds netlify.toml to them.
package headers

import (
	"fmt"
	"strings"
)

// Header is one name with its value.
type Header struct{ Name, Value string }

// contentSecurityPolicy lets the page load from its own origin only. Go's
// WebAssembly in a Worker needs 'wasm-unsafe-eval'; nothing inline runs.
var contentSecurityPolicy = strings.Join([]string{
	"default-src 'none'",
	"script-src 'self' 'wasm-unsafe-eval'",
	"style-src 'self'",
	"img-src 'self' data:",
	"font-src 'self'",
	"connect-src 'self'",
	"worker-src 'self'",
	"manifest-src 'self'",
	"base-uri 'none'",
	"form-action 'none'",
	"frame-ancestors 'none'",
}, "; ")

// Security goes with every answer.
var Security = []Header{
	{"Content-Security-Policy", contentSecurityPolicy},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
	{"Referrer-Policy", "no-referrer"},
	{"X-Content-Type-Options", "nosniff"},
	{"X-Frame-Options", "DENY"},
}

// StrictTransport goes with every answer over TLS, a year long. Plain http
// must not carry it (RFC 6797, section 7.2).
var StrictTransport = Header{"Strict-Transport-Security", "max-age=31536000; includeSubDomains"}

// The two ways to be cached. Under /assets/ a name holds the hash of its
// content, so an answer never goes stale; everything else is asked for again,
// and answered by 304 while its ETag holds.
const (
	Immutable  = "public, max-age=31536000, immutable"
	Revalidate = "public, max-age=0, must-revalidate"
)

// AssetPrefix begins the path of every file whose name holds its hash.
const AssetPrefix = "/assets/"

// CacheControl is the value of that header for a path.
func CacheControl(path string) string {
	if strings.HasPrefix(path, AssetPrefix) {
		return Immutable
	}
	return Revalidate
}

// rules are the headers of static hosting, which knows paths only.
func rules() []struct {
	Path    string
	Headers []Header
} {
	all := append(append([]Header{}, Security...), StrictTransport)
	return []struct {
		Path    string
		Headers []Header
	}{
		{"/*", all},
		{AssetPrefix + "*", []Header{{"Cache-Control", Immutable}}},
	}
}

// File is a _headers file, as Cloudflare and Netlify read it.
func File() string {
	var out strings.Builder
	for _, rule := range rules() {
		fmt.Fprintln(&out, rule.Path)
		for _, h := range rule.Headers {
			fmt.Fprintf(&out, "  %s: %s\n", h.Name, h.Value)
		}
	}
	return out.String()
}

// Netlify are the [[headers]] tables of netlify.toml.
func Netlify() string {
	var out strings.Builder
	for _, rule := range rules() {
		fmt.Fprintf(&out, "\n[[headers]]\n  for = %q\n  [headers.values]\n", rule.Path)
		for _, h := range rule.Headers {
			fmt.Fprintf(&out, "    %s = %q\n", h.Name, h.Value)
		}
	}
	return out.String()
}
