package scenario

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
)

//go:embed normalize.json
var normalizeJSON []byte

// Classes of rules: what varies from one run of the real etcd to the next, and
// what another implementation cannot have in common with it.
const (
	ClassRun  = "run"
	ClassImpl = "impl"
)

// Rules say what is not compared of an output. They are safe for concurrent use.
type Rules struct{ rules []rule }

type rule struct {
	ID, Class, Pattern, Replace string
	On                          []string
	Cmd                         string
	NotCmd                      string `json:"not_cmd"`
	ManyEndpoints               bool   `json:"many_endpoints"`

	pattern, cmd, notCmd *regexp.Regexp
}

// LoadRules gives the rules of normalize.json that are of these classes.
func LoadRules(classes ...string) (*Rules, error) {
	var file struct{ Rules []rule }
	if err := json.Unmarshal(normalizeJSON, &file); err != nil {
		return nil, fmt.Errorf("normalize.json: %w", err)
	}
	r := &Rules{}
	for _, x := range file.Rules {
		if !slices.Contains(classes, x.Class) {
			continue
		}
		if err := x.compile(); err != nil {
			return nil, fmt.Errorf("normalize.json: rule %s: %w", x.ID, err)
		}
		r.rules = append(r.rules, x)
	}
	return r, nil
}

// group is a reference to a group in a replacement; every other $ is itself.
var group = regexp.MustCompile(`\$(\d)?`)

func (x *rule) compile() (err error) {
	x.Replace = group.ReplaceAllStringFunc(x.Replace, func(s string) string {
		if s == "$" {
			return "$$"
		}
		return "${" + s[1:] + "}"
	})
	for _, p := range []struct {
		source string
		to     **regexp.Regexp
	}{{x.Pattern, &x.pattern}, {x.Cmd, &x.cmd}, {x.NotCmd, &x.notCmd}} {
		if p.source == "" {
			continue
		}
		if *p.to, err = regexp.Compile("(?m)" + p.source); err != nil {
			return err
		}
	}
	return nil
}

func (x *rule) applies(stream, cmd string, many bool) bool {
	return (many || !x.ManyEndpoints) && slices.Contains(x.On, stream) &&
		(x.cmd == nil || x.cmd.MatchString(cmd)) && (x.notCmd == nil || !x.notCmd.MatchString(cmd))
}

// Captured are the values that commands of one run captured so far.
type Captured struct{ names, values []string }

// Set notes a value; a name keeps its place in the order.
func (c *Captured) Set(name, value string) {
	if i := slices.Index(c.names, name); i >= 0 {
		c.values[i] = value
		return
	}
	c.names, c.values = append(c.names, name), append(c.values, value)
}

// Fill puts captured values in the place of their names: {{NAME}}.
func (c *Captured) Fill(text string) string {
	for i, name := range c.names {
		text = strings.ReplaceAll(text, "{{"+name+"}}", c.values[i])
	}
	return text
}

var (
	decimalID = regexp.MustCompile(`^\d{17,20}$`)
	hexID     = regexp.MustCompile(`^[0-9a-f]{14,16}$`)
)

// minCaptured is the length of the shortest value that is replaced by its name.
const minCaptured = 8

// hide puts names in the place of values.
func (c *Captured) hide(text string) string {
	for i, value := range c.values {
		if len(value) < minCaptured {
			continue
		}
		name := "{{" + c.names[i] + "}}"
		text = strings.ReplaceAll(text, value, name)
		n := new(big.Int)
		switch {
		case decimalID.MatchString(value):
			n.SetString(value, 10)
			text = strings.ReplaceAll(text, n.Text(16), name)
		case hexID.MatchString(value):
			n.SetString(value, 16)
			text = strings.ReplaceAll(text, n.Text(10), name)
		}
	}
	return text
}

// Output is what a command printed, and its exit status.
type Output struct {
	Stdout, Stderr string
	Exit           int
}

var (
	endpointsFlag = regexp.MustCompile(`--endpoints[= ](\S+)`)
	perEndpoint   = regexp.MustCompile(`\b(endpoint (heal|stat|hash)|defrag|move-leader)`)
	aboutHealth   = regexp.MustCompile(`endpoint heal`)
	unordered     = regexp.MustCompile(`lease (li|time)|alarm (li|dis)|/(readyz|livez)`)
	orderedByID   = regexp.MustCompile(`member (li|add|prom|rem)|--cluster`)
	attachedKeys  = regexp.MustCompile(`attached keys\(\[([^\]]*)\]\)`)
)

// manyEndpoints tells whether one client of the command has several endpoints.
func manyEndpoints(cmd string, env map[string]string) bool {
	endpoints := env["ETCDCTL_ENDPOINTS"]
	if m := endpointsFlag.FindStringSubmatch(cmd); m != nil {
		endpoints = m[1]
	}
	return strings.Contains(endpoints, ",") && (!perEndpoint.MatchString(cmd) || strings.Contains(cmd, "--cluster"))
}

// Normal is an output with everything that may vary taken out, and the IDs of
// the rules that took something out, sorted.
func (r *Rules) Normal(cmd string, env map[string]string, o Output, captured *Captured) (normal Output, hits []string) {
	many := manyEndpoints(cmd, env)
	stream := func(name, text string) string {
		text = captured.hide(text)
		for i := range r.rules {
			x := &r.rules[i]
			if !x.applies(name, cmd, many) || !x.pattern.MatchString(text) {
				continue
			}
			text = x.pattern.ReplaceAllString(text, x.Replace)
			hits = append(hits, x.ID)
		}
		if name == "stderr" {
			text = onceEach(text)
		}
		return inOrder(cmd, squeeze(text), name)
	}
	normal = Output{Stdout: stream("stdout", o.Stdout), Stderr: stream("stderr", o.Stderr), Exit: o.Exit}
	if aboutHealth.MatchString(cmd) {
		hits = append(hits, "health-order")
	}
	slices.Sort(hits)
	return normal, slices.Compact(hits)
}

// inOrder sorts what a command prints in no certain order.
func inOrder(cmd, text, stream string) string {
	flat := stream == "stderr"
	switch {
	case aboutHealth.MatchString(cmd), !unordered.MatchString(cmd) && orderedByID.MatchString(cmd):
		return sorted(text, flat)
	case unordered.MatchString(cmd):
		text = attachedKeys.ReplaceAllStringFunc(text, func(s string) string {
			keys := strings.Fields(attachedKeys.FindStringSubmatch(s)[1])
			slices.Sort(keys)
			return "attached keys([" + strings.Join(keys, " ") + "])"
		})
		return sorted(text, flat || strings.Contains(cmd, "-w fields") || strings.Contains(cmd, "curl"))
	}
	return text
}

// onceEach drops retry lines that equal an earlier one: their number depends on
// time.
func onceEach(text string) string {
	var out []string
	seen := map[string]bool{}
	for _, line := range strings.Split(text, "\n") {
		if strings.Contains(line, "retrying of unary invoker failed") {
			if seen[line] {
				continue
			}
			seen[line] = true
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

var (
	dashes = regexp.MustCompile(`-{2,}`)
	blanks = regexp.MustCompile(` +`)
)

// squeeze makes tables independent of their columns' widths.
func squeeze(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "+") || strings.HasPrefix(line, "|") {
			lines[i] = strings.TrimSpace(blanks.ReplaceAllString(dashes.ReplaceAllString(line, "-"), " "))
		}
	}
	return strings.Join(lines, "\n")
}
