package labctl

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"quorumlab/lab/internal/reference"
)

// TestReferenceIsUpToDate: the page of verbs says what `lab help` says.
func TestReferenceIsUpToDate(t *testing.T) {
	var b strings.Builder
	b.WriteString("| verb | what it does |\n| --- | --- |\n")
	for _, v := range verbs {
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s |\n", v.name, v.name, reference.Cell(v.does))
	}
	for _, v := range verbs {
		var help bytes.Buffer
		v.help(&help)
		fmt.Fprintf(&b, "\n## %s\n\n```\n%s```\n", v.name, help.String())
	}
	reference.Check(t, "../../content/reference/lab.md", reference.Page{
		Title:   "lab",
		Summary: "Everything that can be done to the cluster of this lab: faults, time, and a look from above.",
		Intro: "`lab` makes things happen to the cluster, and time pass. There is nothing like it outside of this lab. MEMBER is a name (`m1`) or a role: " +
			"`leader`, `follower` (the first one), `followers`, `all`. DURATION is `500ms`, `3s`, `2m` or `1h` of virtual time.",
		Body: b.String(),
	})
}
