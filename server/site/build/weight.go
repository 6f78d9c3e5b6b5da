package build

import (
	"fmt"
	"regexp"
	"strings"
)

// What a lesson's page may weigh: scripts and style sheets, after brotli.
const (
	maxBeforeLab = 60_000  // what the page loads by itself
	maxWithLab   = 250_000 // and all that it loads later, but lab.wasm
)

var assetIn = regexp.MustCompile(`(?:src|href)="(/assets/[^"]+\.(?:js|css))"`)

// checkWeight adds up what lessons' pages load, says how much the heaviest
// one does, and holds it to its budget.
func (b *builder) checkWeight() error {
	heaviest, before, with := "", int64(0), int64(0)
	for _, lesson := range b.lessons {
		first, all := b.weigh("/lessons/" + lesson.ID + "/index.html")
		if all > with {
			heaviest, before, with = lesson.ID, first, all
		}
	}
	if heaviest == "" {
		return nil
	}
	b.Log("scripts and styles of a lesson, after brotli: %.1f kB before the lab (of %d), %.1f kB with it (of %d)",
		float64(before)/1000, maxBeforeLab/1000, float64(with)/1000, maxWithLab/1000)
	if before > maxBeforeLab || with > maxWithLab {
		return fmt.Errorf("the page of lesson %s is over its budget: %d of %d bytes before the lab, %d of %d with it",
			heaviest, before, maxBeforeLab, with, maxWithLab)
	}
	return nil
}

// weigh gives the bytes of a page's scripts and styles: those that come with
// it, and with those that come later.
func (b *builder) weigh(page string) (first, all int64) {
	early := map[string]bool{}
	for _, m := range assetIn.FindAllStringSubmatch(string(b.files[page].data), -1) {
		b.follow(m[1], early, false)
	}
	late := map[string]bool{b.assets[workerEntry]: true}
	for name := range early {
		b.follow(name, late, true)
	}
	for name := range early {
		first += b.packedBytes(name)
		late[name] = true
	}
	for name := range late {
		all += b.packedBytes(name)
	}
	return first, all
}

// follow adds a script and all that it imports; dynamic says that imports which
// happen later count too.
func (b *builder) follow(name string, seen map[string]bool, dynamic bool) {
	if seen[name] {
		return
	}
	seen[name] = true
	for _, of := range b.imports[name] {
		if dynamic || !of.later {
			b.follow(of.path, seen, dynamic)
		}
	}
}

func (b *builder) packedBytes(name string) int64 {
	f := b.files[name]
	switch {
	case f == nil:
		return 0
	case f.br != nil:
		return int64(len(f.br))
	}
	return f.Bytes
}

// imported is one import of a bundled script.
type imported struct {
	path  string // its address
	later bool   // by import(), when it is wanted
}

// outputAddress is the address of one of esbuild's outputs.
func outputAddress(output string) string { return strings.TrimPrefix(output, "out") }
