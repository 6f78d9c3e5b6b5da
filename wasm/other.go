//go:build !wasip1

// Command wasm is built for GOOS=wasip1 GOARCH=wasm only; see the Makefile.
package main

func main() { panic("build with GOOS=wasip1 GOARCH=wasm -buildmode=c-shared") }
