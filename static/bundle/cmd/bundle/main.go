// Command bundle turns TypeScript entry files into JavaScript for Node, one
// file each: bundle --out DIR FILE.ts…
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"quorumlab/static/bundle"
)

func main() {
	out := flag.String("out", "", "the directory to write to")
	external := flag.String("external", "playwright-core", "packages to leave out, separated by commas")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: bundle --out DIR [--external NAME,…] FILE.ts…")
		flag.PrintDefaults()
	}
	flag.Parse()
	if *out == "" || flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := bundle.Node(*out, flag.Args(), strings.Split(*external, ",")...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
