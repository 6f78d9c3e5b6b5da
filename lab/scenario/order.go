package scenario

import (
	"regexp"
	"slices"
	"strings"
)

var (
	fieldsLine     = regexp.MustCompile(`(?m)^"\w+" : `)
	headerBlock    = regexp.MustCompile(`\A((?:"(?:ClusterID|MemberID|Revision|RaftTerm)" : \S+\n)+)`)
	placeholder    = regexp.MustCompile(`(:)(<[a-z]+>|\{\{\w+\}\})`)
	initialCluster = regexp.MustCompile(`(ETCD_INITIAL_CLUSTER=")([^"]*)"`)
)

// sorted is a form of an output that does not depend on the order of its parts:
// elements of JSON, blocks of fields, lines otherwise (flat: always lines).
func sorted(text string, flat bool) string {
	s := strings.TrimSpace(text)
	if !flat && (strings.HasPrefix(s, "[{") || strings.HasPrefix(s, `{"`)) {
		value, err := Decode([]byte(placeholder.ReplaceAllString(s, `$1"x"`)))
		if err != nil {
			return sortedLines(text)
		}
		return Encode(sortedValue(value))
	}
	if !flat && fieldsLine.MatchString(s) {
		return sortedBlocks(s)
	}
	var lines, last []string
	for _, line := range strings.Split(text, "\n") {
		line = initialCluster.ReplaceAllStringFunc(line, sortedMembers)
		if strings.HasPrefix(line, "Error:") {
			last = append(last, line)
		} else {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return strings.Join(append(lines, last...), "\n")
}

func sortedLines(text string) string {
	lines := strings.Split(text, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func sortedMembers(assignment string) string {
	m := initialCluster.FindStringSubmatch(assignment)
	members := strings.Split(m[2], ",")
	slices.Sort(members)
	return m[1] + strings.Join(members, ",") + `"`
}

func sortedBlocks(s string) string {
	if strings.Count(s, `"ClusterID" :`) == 1 { // one header for the whole answer
		s = headerBlock.ReplaceAllString(s, "$1\n")
	}
	blocks := strings.Split(s, "\n\n")
	for i := range blocks {
		blocks[i] = strings.TrimSpace(blocks[i])
	}
	slices.Sort(blocks)
	return strings.Join(blocks, "\n\n")
}

// sortedValue sorts every list in a JSON value by its elements' canonical text.
func sortedValue(value any) any {
	switch v := value.(type) {
	case Object:
		out := make(Object, len(v))
		for i, f := range v {
			out[i] = Field{f.Name, sortedValue(f.Value)}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = sortedValue(v[i])
		}
		slices.SortStableFunc(out, func(a, b any) int { return strings.Compare(canonical(a), canonical(b)) })
		return out
	}
	return value
}

// canonical is the text of a value with the fields of its objects sorted.
func canonical(value any) string { return Encode(byName(value)) }

func byName(value any) any {
	switch v := value.(type) {
	case Object:
		out := make(Object, len(v))
		for i, f := range v {
			out[i] = Field{f.Name, byName(f.Value)}
		}
		slices.SortStableFunc(out, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = byName(v[i])
		}
		return out
	}
	return value
}
