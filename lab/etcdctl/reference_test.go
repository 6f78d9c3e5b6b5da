package etcdctl

import (
	"io"
	"testing"

	"quorumlab/lab/internal/reference"
	"quorumlab/lab/internal/tool"
)

// TestReferenceIsUpToDate: the page of commands says what the commands say.
func TestReferenceIsUpToDate(t *testing.T) {
	c := &ctl{Process: &tool.Process{Stdout: io.Discard, Stderr: io.Discard}}
	reference.Check(t, "../../content/reference/etcdctl.md", reference.Page{
		Title:   "etcdctl",
		Summary: "Every command of etcdctl 3.6 with its flags, as the lab has them.",
		Intro: "Commands of `etcdctl` " + tool.Version + " with their flags. It talks to members: it needs endpoints, and a cluster. " +
			"For files there is [etcdutl](/reference/etcdutl/). A command may be shortened as long as it stays the only one: `etcdctl memb list`.",
		Body: reference.Commands(c.root()),
	})
}
