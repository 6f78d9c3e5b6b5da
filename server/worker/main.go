//go:build js && wasm

// Command worker is the app as a Cloudflare Worker. The platform serves the
// site's files by itself, with the headers of _headers; what reaches this
// program are the paths that wrangler.jsonc names. It has no judge: a replay
// takes seconds of computing and a machine-code compiler, and a Worker has
// neither.
//
// This is the only package that imports github.com/syumai/workers.
package main

import (
	"net/http"

	"github.com/syumai/workers"

	"quorumlab/server"
)

func main() {
	workers.Serve(server.New(server.Config{Static: http.NotFoundHandler()}))
}
