package build

import (
	"fmt"
	"html"
	"path"
	"strings"

	"quorumlab/server/headers"
)

// hostingOnly are files that speak to a static host, not to a browser.
var hostingOnly = map[string]bool{"/_headers": true, "/.assetsignore": true}

// addFurniture adds what machines ask a site for.
func (b *builder) addFurniture() error {
	b.add("/_headers", []byte(headers.File()))
	b.add("/.assetsignore", []byte("*.br\n*.gz\n")) // Cloudflare compresses by itself
	b.add("/robots.txt", []byte("User-agent: *\nAllow: /\nSitemap: "+b.URL+"/sitemap.xml\n"))
	b.add("/sitemap.xml", []byte(b.sitemap()))
	return nil
}

func (b *builder) sitemap() string {
	var out strings.Builder
	out.WriteString(`<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for _, f := range b.sorted() {
		if address, found := strings.CutSuffix(f.Path, "index.html"); found {
			fmt.Fprintf(&out, "<url><loc>%s</loc></url>", html.EscapeString(b.URL+address))
		}
	}
	out.WriteString("</urlset>\n")
	return out.String()
}

// checkLinks holds every link of lessons and tasks to a page or file that
// exists; links to other sites are the reader's.
func (b *builder) checkLinks() error {
	for _, text := range b.texts {
		for _, link := range text.page.Links {
			if err := b.checkLink(text.file, text.address, link.URL, link.Line); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *builder) checkLink(source, address, url string, line int) error {
	url, fragment, _ := strings.Cut(url, "#")
	if strings.Contains(url, ":") {
		return nil // https:, mailto:
	}
	target := address
	if url != "" {
		target = path.Join(path.Dir(address+"x"), url)
		if strings.HasPrefix(url, "/") {
			target = url
		}
	}
	f := b.files[target]
	for _, candidate := range []string{"index.html", "/index.html"} {
		if f == nil {
			f = b.files[target+candidate]
		}
	}
	if f == nil {
		return fmt.Errorf("%s:%d: the link %s leads nowhere", source, line, url)
	}
	if fragment != "" && !strings.Contains(string(f.data), `id="`+fragment+`"`) {
		return fmt.Errorf("%s:%d: %s has no part #%s", source, line, f.Path, fragment)
	}
	return nil
}
