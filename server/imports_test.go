package server

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
)

// importRules say which way the rooms may look. Each rule is about all that a
// package pulls in, not only what it names itself.
var importRules = []struct {
	packages     string // pattern of `go list`
	goos, goarch string // empty: this machine's
	mustNot      []string
	but          []string // exceptions to mustNot
	why          string
}{
	{
		packages: "./lab/...", mustNot: []string{"quorumlab/"}, but: []string{"quorumlab/lab"},
		why: "the world is a pure function of its inputs and knows none of its users",
	},
	{
		packages: "./content", mustNot: []string{"quorumlab/"}, but: []string{"quorumlab/content"},
		why: "lessons are data; what a block does when it runs is for others",
	},
	{
		packages: "./grader/...", mustNot: []string{"quorumlab/"}, but: []string{"quorumlab/grader", "quorumlab/lab"},
		why: "the grader judges events, wherever they come from",
	},
	{
		packages: "./wasm", goos: "wasip1", goarch: "wasm",
		mustNot: []string{"quorumlab/content", "quorumlab/server", "quorumlab/static", "quorumlab/lab/scenario", "github.com/yuin/goldmark", "github.com/alecthomas/chroma"},
		why:     "every 100 kB of lab.wasm has to earn its place in a browser",
	},
	{
		packages: "./server/cmd/quorumlab",
		mustNot:  []string{"github.com/hashicorp/raft", "github.com/evanw/esbuild", "github.com/syumai/workers"},
		why:      "the server replays lab.wasm and serves what was built: a second copy of the world could differ from the first (lessons it reads, to check them)",
	},
	{
		packages: "./server/worker", goos: "js", goarch: "wasm",
		mustNot: []string{"github.com/tetratelabs/wazero", "go.starlark.net", "github.com/hashicorp/raft", "quorumlab/server/judge"},
		why:     "a free Worker may have 3 MiB after gzip, and cannot replay",
	},
	{
		packages: "./server/...", mustNot: []string{"github.com/syumai/workers"},
		why: "its module has been renamed since: one package alone imports it, server/worker, which builds for GOOS=js only",
	},
	{
		packages: "./server/...", mustNot: []string{"quorumlab/lab/"},
		but: []string{"quorumlab/lab/event", "quorumlab/lab/recording", "quorumlab/lab/condition", "quorumlab/lab/scenario"},
		why: "a server knows events and recordings; conditions come with the grader, and recordings of a real etcd are data for both",
	},
}

func TestImportsPointOneWay(t *testing.T) {
	for _, rule := range importRules {
		for _, imported := range dependencies(t, rule.packages, rule.goos, rule.goarch) {
			if hasPrefix(imported, rule.mustNot) && !hasPrefix(imported, rule.but) {
				t.Errorf("%s must not import %s: %s", rule.packages, imported, rule.why)
			}
		}
	}
}

func dependencies(t *testing.T, packages, goos, goarch string) []string {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", packages)
	cmd.Dir = ".."
	cmd.Env = cmd.Environ()
	if goos != "" {
		cmd.Env = append(cmd.Env, "GOOS="+goos, "GOARCH="+goarch)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %s: %v\n%s", packages, err, stderr.Bytes())
	}
	return strings.Fields(string(out))
}

func hasPrefix(path string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if path == prefix || strings.HasPrefix(path, strings.TrimSuffix(prefix, "/")+"/") {
			return true
		}
	}
	return false
}
