package etcdutl

import (
	"io"
	"testing"

	"quorumlab/lab/internal/reference"
	"quorumlab/lab/internal/tool"
)

// TestReferenceIsUpToDate: the page of commands says what the commands say.
func TestReferenceIsUpToDate(t *testing.T) {
	u := &utl{Process: &tool.Process{Stdout: io.Discard, Stderr: io.Discard}}
	reference.Check(t, "../../content/reference/etcdutl.md", reference.Page{
		Title:   "etcdutl",
		Summary: "Every command of etcdutl 3.6 with its flags, as the lab has them.",
		Intro: "Commands of `etcdutl` " + tool.Version + " with their flags. It works on files: snapshots, and data directories of members that are down. " +
			"For members that run there is [etcdctl](/reference/etcdctl/).",
		Body: reference.Commands(u.root()),
	})
}
