// Package licenses collects the notices of what others wrote and this project
// hands on: Go modules linked into lab.wasm and the binary, npm packages
// bundled into the page. It reads what the build itself used, the module cache
// and node_modules, so nobody keeps a list by hand.
package licenses

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Address is where the site has the notices as plain text.
const Address = "/licenses/notices.txt"

// Notice is one work with what its authors ask to be shown.
type Notice struct {
	Name    string // module or package
	Version string
	Where   string // what it is part of: lab.wasm, quorumlab, page
	Text    string // licence and notice files, whole
}

// program is something built of Go, with how it is built.
type program struct {
	where, dir, goos, goarch string
}

var programs = []program{
	{"lab.wasm", "./wasm", "wasip1", "wasm"},
	{"quorumlab", "./server/cmd/quorumlab", "", ""},
	{"worker", "./server/worker", "js", "wasm"},
}

// foreign is the template that prints a package's module, if it is neither
// ours nor replaced by a folder of ours (wasm/overlay).
const foreign = `{{if .Standard}}std{{else if .Module.Main}}{{else if and .Module.Replace (not .Module.Replace.Version)}}` +
	`{{else}}{{.Module.Path}} {{.Module.Version}} {{.Module.Dir}}{{end}}`

// Collect reads the notices of every program of the repository at root and of
// the npm packages named. A work without a licence file is an error: it must
// not be handed on.
func Collect(root string, packages []string) ([]Notice, error) {
	found := map[string]*Notice{}
	for _, p := range programs {
		if err := p.collect(root, found); err != nil {
			return nil, err
		}
	}
	for _, name := range packages {
		notice, err := readPackage(filepath.Join(root, "static", "node_modules", filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		found[notice.Name] = notice
	}
	var all []Notice
	for _, notice := range found {
		all = append(all, *notice)
	}
	slices.SortFunc(all, func(a, b Notice) int { return cmp.Compare(a.Name, b.Name) })
	return all, nil
}

func (p program) collect(root string, found map[string]*Notice) error {
	cmd := exec.Command("go", "list", "-deps", "-f", foreign, p.dir)
	cmd.Dir = root
	cmd.Env = os.Environ()
	if p.goos != "" {
		cmd.Env = append(cmd.Env, "GOOS="+p.goos, "GOARCH="+p.goarch)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("licences: go list %s: %w\n%s", p.dir, err, stderr.Bytes())
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	slices.Sort(lines)
	for _, line := range slices.Compact(lines) {
		if err := p.add(line, found); err != nil {
			return err
		}
	}
	return nil
}

func (p program) add(line string, found map[string]*Notice) error {
	notice := &Notice{}
	dir := ""
	switch fields := strings.SplitN(line, " ", 3); {
	case line == "std":
		version, root, err := goEnv()
		if err != nil {
			return err
		}
		notice.Name, notice.Version, dir = "Go's runtime and standard library", version, root
	case len(fields) == 3:
		notice.Name, notice.Version, dir = fields[0], fields[1], fields[2]
	default:
		return nil
	}
	if earlier := found[notice.Name]; earlier != nil {
		earlier.Where += ", " + p.where
		return nil
	}
	notice.Where = p.where
	found[notice.Name] = notice
	return notice.read(dir)
}

func goEnv() (version, root string, err error) {
	out, err := exec.Command("go", "env", "GOVERSION", "GOROOT").Output()
	lines := strings.Fields(string(out))
	if err != nil || len(lines) != 2 {
		return "", "", fmt.Errorf("licences: go env: %w", err)
	}
	return lines[0], lines[1], nil
}

func readPackage(dir string) (*Notice, error) {
	text, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err != nil {
		return nil, fmt.Errorf("licences: %w", err)
	}
	var described struct{ Name, Version string }
	if err := json.Unmarshal(text, &described); err != nil {
		return nil, fmt.Errorf("licences: %s: %w", dir, err)
	}
	notice := &Notice{Name: described.Name, Version: described.Version, Where: "page"}
	return notice, notice.read(dir)
}

// noticeFile matches the names under which licences and notices are kept.
var noticeFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|copyright)([.-].*)?$`)

func (n *Notice) read(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("licences: %w", err)
	}
	var texts []string
	for _, entry := range entries {
		if entry.IsDir() || !noticeFile.MatchString(entry.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return fmt.Errorf("licences: %w", err)
		}
		texts = append(texts, strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")))
	}
	if len(texts) == 0 {
		return fmt.Errorf("licences: %s %s has no licence file", n.Name, n.Version)
	}
	n.Text = strings.Join(texts, "\n\n")
	return nil
}

// Text is all the notices as one plain text.
func Text(notices []Notice) string {
	var out strings.Builder
	out.WriteString("Quorum Lab is built on the work of others. These are their notices.\n")
	for _, n := range notices {
		rule := strings.Repeat("=", 78)
		fmt.Fprintf(&out, "\n%s\n%s %s (in %s)\n%s\n\n%s\n", rule, n.Name, n.Version, n.Where, rule, n.Text)
	}
	return out.String()
}
