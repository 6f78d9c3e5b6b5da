package content

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.abhg.dev/goldmark/frontmatter"
	"gopkg.in/yaml.v3"
)

// strictYAML refuses fields that Meta does not have: a misspelt one would
// otherwise be lost without a word.
var strictYAML = frontmatter.Format{
	Name:  "YAML",
	Delim: '-',
	Unmarshal: func(text []byte, into any) error {
		dec := yaml.NewDecoder(bytes.NewReader(text))
		dec.KnownFields(true)
		return dec.Decode(into)
	},
}

// yamlLine finds the line that yaml.v3 tells in its messages, which counts
// from the line after the opening ---.
var yamlLine = regexp.MustCompile(`(?:yaml: (?:unmarshal errors:\n +)?)?line (\d+): `)

func (r *rendering) meta(data *frontmatter.Data) Meta {
	meta := Meta{Members: 3}
	if data == nil {
		r.problem(1, "expected front matter between two lines of --- at the top: title, order, minutes, summary")
		return meta
	}
	if err := data.Decode(&meta); err != nil {
		line, text := metaProblem(err.Error())
		r.problem(line, "%s", text)
		return meta
	}
	r.checkMeta(&meta)
	return meta
}

func metaProblem(message string) (int, string) {
	line := 0
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1])
	}
	return line + 1, "front matter: " + yamlLine.ReplaceAllString(message, "")
}

func (r *rendering) checkMeta(meta *Meta) {
	switch {
	case meta.Title == "":
		r.problem(1, "title: expected the lesson's name")
	case meta.Order < 1:
		r.problem(1, "order: expected the lesson's place in the course, from 1, not %d", meta.Order)
	case meta.Minutes < 1:
		r.problem(1, "minutes: expected the time a learner needs, from 1, not %d", meta.Minutes)
	case meta.Members < 1 || meta.Members > 9:
		r.problem(1, "members: expected 1 to 9, not %d", meta.Members)
	case meta.Summary == "":
		r.problem(1, "summary: expected one sentence for the course map")
	case meta.Part != "" && !slices.Contains(Parts, meta.Part):
		r.problem(1, "part: expected one of %s, not %q", strings.Join(Parts, ", "), meta.Part)
	}
}
