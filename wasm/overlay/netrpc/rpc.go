// Package rpc stands in for net/rpc when lab.wasm is built: the types that
// go-msgpack's codecs name, and nothing that runs. raft encodes its messages
// with go-msgpack, whose package also holds codecs for net/rpc; they are never
// called, but net/rpc's own initialisation parses an HTML template and so
// holds html/template, encoding/gob and more in the download.
//
// The Makefile lays this file over net/rpc's with `go build -overlay`; see
// "What does the download weigh?" in RATIONALE.md. A type or method that a
// later go-msgpack wants and that is missing here fails that build.
package rpc

// Request is the header of a call: the method's name and the call's number.
type Request struct {
	ServiceMethod string
	Seq           uint64
}

// Response is the header of an answer to the call of the same number.
type Response struct {
	ServiceMethod string
	Seq           uint64
	Error         string
}

// ServerCodec reads calls and writes answers.
type ServerCodec interface {
	ReadRequestHeader(*Request) error
	ReadRequestBody(any) error
	WriteResponse(*Response, any) error
	Close() error
}

// ClientCodec writes calls and reads answers.
type ClientCodec interface {
	WriteRequest(*Request, any) error
	ReadResponseHeader(*Response) error
	ReadResponseBody(any) error
	Close() error
}
