// Command buildsite makes the site: `make site` runs it at the root of the
// repository.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"quorumlab/server/licenses"
	"quorumlab/server/site/build"
)

func main() {
	options := build.Options{Log: func(format string, args ...any) { fmt.Fprintf(os.Stderr, "site: "+format+"\n", args...) }}
	flag.StringVar(&options.Root, "root", ".", "the repository")
	flag.StringVar(&options.Lab, "lab", "dist/lab.wasm", "the lab that the pages run")
	flag.StringVar(&options.Out, "out", "dist/site", "folder for static hosts")
	flag.StringVar(&options.Embed, "embed", "server/site/dist", "folder that the binary embeds")
	flag.StringVar(&options.Cache, "cache", "dist/cache", "folder of compressed files by hash")
	flag.StringVar(&options.URL, "url", "http://127.0.0.1:8080", "address of the site, for its sitemap")
	flag.StringVar(&options.Locale, "locale", "en", "language of the site; en-XA shows what is not in the catalogue")
	flag.Parse()
	options.Notices = func(packages []string) ([]licenses.Notice, error) { return licenses.Collect(options.Root, packages) }
	options.URL = strings.TrimSuffix(options.URL, "/")
	start := time.Now()
	if err := build.Site(options); err != nil {
		fmt.Fprintln(os.Stderr, "site:", err)
		os.Exit(1)
	}
	options.Log("%s in %.1f s", options.Out, time.Since(start).Seconds())
}
