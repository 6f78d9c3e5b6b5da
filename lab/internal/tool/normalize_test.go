package tool_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// rules are those of testdata/etcd/normalize.json: what varies from one run of
// a real etcd to the next.
type rules struct {
	Rules []struct {
		ID, Class, Pattern, Replace string
		On                          []string
		Cmd                         string
		NotCmd                      string `json:"not_cmd"`
		ManyEndpoints               bool   `json:"many_endpoints"`

		pattern, cmd, notCmd *regexp.Regexp
	}
}

const testdata = "../../testdata/etcd/"

func loadRules(t *testing.T) *rules {
	t.Helper()
	b, err := os.ReadFile(testdata + "normalize.json")
	if err != nil {
		t.Fatal(err)
	}
	r := &rules{}
	if err := json.Unmarshal(b, r); err != nil {
		t.Fatal(err)
	}
	group := regexp.MustCompile(`\$(\d)`)
	for i := range r.Rules {
		x := &r.Rules[i]
		x.pattern = regexp.MustCompile("(?m)" + x.Pattern)
		x.Replace = group.ReplaceAllString(x.Replace, "$${$1}")
		if x.Cmd != "" {
			x.cmd = regexp.MustCompile(x.Cmd)
		}
		if x.NotCmd != "" {
			x.notCmd = regexp.MustCompile(x.NotCmd)
		}
	}
	return r
}

var (
	endpointsFlag = regexp.MustCompile(`--endpoints[= ](\S+)`)
	perEndpoint   = regexp.MustCompile(`\b(endpoint (heal|stat|hash)|defrag|move-leader)`)
	dashes        = regexp.MustCompile(`-{2,}`)
	blanks        = regexp.MustCompile(` +`)
	fieldsLine    = regexp.MustCompile(`(?m)^"\w+" : `)
	headerBlock   = regexp.MustCompile(`\A((?:"(?:ClusterID|MemberID|Revision|RaftTerm)" : \S+\n)+)`)
	inJSON        = regexp.MustCompile(`(:)(<[a-z]+>|\{\{\w+\}\})`)
)

func manyEndpoints(r record) bool {
	endpoints := r.Env["ETCDCTL_ENDPOINTS"]
	if m := endpointsFlag.FindStringSubmatch(r.Cmd); m != nil {
		endpoints = m[1]
	}
	return strings.Contains(endpoints, ",") && (!perEndpoint.MatchString(r.Cmd) || strings.Contains(r.Cmd, "--cluster"))
}

// normal is one stream of one record with the rules applied.
func (rs *rules) normal(r record, stream, text string) string {
	many := manyEndpoints(r)
	for _, x := range rs.Rules {
		if x.ManyEndpoints && !many || !slices.Contains(x.On, stream) ||
			x.cmd != nil && !x.cmd.MatchString(r.Cmd) || x.notCmd != nil && x.notCmd.MatchString(r.Cmd) {
			continue
		}
		text = x.pattern.ReplaceAllString(text, x.Replace)
	}
	if stream == "stderr" {
		text = onceEach(text)
	}
	text = squeeze(text)
	switch {
	case strings.Contains(r.Cmd, "endpoint heal"):
		text = sorted(text, stream == "stderr")
	case regexp.MustCompile(`lease (li|time)|alarm (li|dis)`).MatchString(r.Cmd):
		text = sorted(text, stream == "stderr" || strings.Contains(r.Cmd, "-w fields"))
	case regexp.MustCompile(`member (li|add|prom|rem)|--cluster`).MatchString(r.Cmd):
		text = sorted(text, stream == "stderr")
	}
	return text
}

// onceEach drops retry lines that equal an earlier one.
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

// squeeze makes tables independent of their columns' widths.
func squeeze(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "+") || strings.HasPrefix(line, "|") {
			lines[i] = strings.TrimRight(blanks.ReplaceAllString(dashes.ReplaceAllString(line, "-"), " "), " ")
		}
	}
	return strings.Join(lines, "\n")
}

// sorted is a form of an output that does not depend on the order of its parts.
func sorted(text string, flat bool) string {
	s := strings.TrimSpace(text)
	if !flat && (strings.HasPrefix(s, "[{") || strings.HasPrefix(s, `{"`)) {
		var v any
		if json.Unmarshal([]byte(inJSON.ReplaceAllString(s, `$1"x"`)), &v) == nil {
			b, _ := json.Marshal(sortedJSON(v))
			return string(b)
		}
	}
	if !flat && fieldsLine.MatchString(s) {
		if strings.Count(s, `"ClusterID" :`) == 1 {
			s = headerBlock.ReplaceAllString(s, "$1\n")
		}
		blocks := strings.Split(s, "\n\n")
		for i := range blocks {
			blocks[i] = strings.TrimSpace(blocks[i])
		}
		slices.Sort(blocks)
		return strings.Join(blocks, "\n\n")
	}
	var lines, last []string
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "Error:") {
			last = append(last, line)
		} else {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return strings.Join(append(lines, last...), "\n")
}

func sortedJSON(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key := range v {
			v[key] = sortedJSON(v[key])
		}
	case []any:
		for i := range v {
			v[i] = sortedJSON(v[i])
		}
		slices.SortFunc(v, func(a, b any) int {
			x, _ := json.Marshal(a)
			y, _ := json.Marshal(b)
			return strings.Compare(string(x), string(y))
		})
	}
	return v
}
