package build

import (
	"path"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/html"
	"github.com/tdewolff/minify/v2/json"
	"github.com/tdewolff/minify/v2/svg"
	"github.com/tdewolff/minify/v2/xml"
)

// minifiers by the ending of a file's name.
var minifiers = map[string]string{
	".css":         "text/css",
	".html":        "text/html",
	".json":        "application/json",
	".svg":         "image/svg+xml",
	".webmanifest": "application/json",
	".xml":         "text/xml",
}

var minifier = newMinifier()

func newMinifier() *minify.M {
	m := minify.New()
	m.AddFunc("text/css", css.Minify)
	m.Add("text/html", &html.Minifier{KeepDocumentTags: true, KeepEndTags: true, KeepQuotes: true})
	m.Add("application/json", &json.Minifier{KeepNumbers: true})
	m.AddFunc("image/svg+xml", svg.Minify)
	m.AddFunc("text/xml", xml.Minify)
	return m
}

// minifyFile gives a file's text shorter, or as it is if its kind has no
// minifier.
func minifyFile(name string, data []byte) ([]byte, error) {
	media, ok := minifiers[path.Ext(name)]
	if !ok {
		return data, nil
	}
	return minifier.Bytes(media, data)
}
