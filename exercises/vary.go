package exercises

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// maxVariants bounds how many there are of one exercise: all of them are built
// with the site, and tried.
const maxVariants = 64

// variation is one name of vary: and the words that may stand for it.
type variation struct {
	name  string
	words []string
}

// choice is which word stands for each name.
type choice map[string]string

var placeholder = regexp.MustCompile(`\{\{([a-z][a-z0-9_]*)\}\}`)

// readVariations reads vary: and nothing else; what is wrong with it the reader
// of the whole file says.
func readVariations(text []byte) []variation {
	var doc yaml.Node
	if yaml.Unmarshal(text, &doc) != nil || len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil
	}
	var all []variation
	fields := doc.Content[0].Content
	for i := 0; i+1 < len(fields); i += 2 {
		if fields[i].Value != "vary" || fields[i+1].Kind != yaml.MappingNode {
			continue
		}
		names := fields[i+1].Content
		for j := 0; j+1 < len(names); j += 2 {
			v := variation{name: names[j].Value}
			for _, word := range names[j+1].Content {
				v.words = append(v.words, word.Value)
			}
			all = append(all, v)
		}
	}
	return all
}

// countVariants multiplies the words; 1 without variations.
func countVariants(all []variation) int {
	n := 1
	for _, v := range all {
		n *= max(len(v.words), 1)
	}
	return n
}

// choose picks the n-th combination: the words of the first name change fastest.
func choose(all []variation, n int) choice {
	c := choice{}
	for _, v := range all {
		if len(v.words) == 0 {
			continue
		}
		c[v.name] = v.words[n%len(v.words)]
		n /= len(v.words)
	}
	return c
}

// fill puts the words where {{name}} stands.
func (c choice) fill(text []byte) []byte {
	if len(c) == 0 {
		return text
	}
	return placeholder.ReplaceAllFunc(text, func(found []byte) []byte {
		if word, ok := c[string(found[2:len(found)-2])]; ok {
			return []byte(word)
		}
		return found
	})
}

// readFile reads a file with the words filled in, and notes names that have no
// words.
func (r *reader) readFile(name string) ([]byte, error) {
	text, err := fs.ReadFile(r.fsys, name)
	if err != nil || r.choice == nil {
		return text, err
	}
	text = r.choice.fill(text)
	for i, line := range bytes.Split(text, []byte("\n")) {
		for _, found := range placeholder.FindAllSubmatch(line, -1) {
			r.mistake(fmt.Sprintf("%s:%d", name, i+1), "{{%s}} is not in vary:, so nothing stands for it", found[1])
		}
	}
	return text, nil
}

// vary checks the field vary: a name, and two words or more for it.
func (y *yamlReader) vary(n *yaml.Node) {
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		y.mistake(n, "vary: expected names, each with a list of words: fruit: [apples, pears]")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, words := n.Content[i], n.Content[i+1]
		if !placeholder.MatchString("{{" + name.Value + "}}") {
			y.mistake(name, "vary: expected a name in lower case, such as fruit, not %q", name.Value)
		}
		if words.Kind != yaml.SequenceNode || len(words.Content) < 2 {
			y.mistake(words, "vary: expected two words or more: %s: [apples, pears]", name.Value)
			continue
		}
		for _, word := range words.Content {
			if word.Kind != yaml.ScalarNode || strings.TrimSpace(word.Value) == "" || strings.ContainsAny(word.Value, "{}\n\"'") {
				y.mistake(word, "vary: expected a word without quotes and braces, not %q", word.Value)
			}
		}
	}
	if count := countVariants(y.reader.variations); count > maxVariants {
		y.mistake(n, "vary: these words make %d exercises; %d at most", count, maxVariants)
	}
}

// Personal gives the variant of an exercise that is a learner's own, and the
// seed of its world, which decides who leads. Both follow from SHA-256 of the
// exercise's id, a line end and the learner's id: its first four bytes (big
// endian) modulo the number of variants are the variant, and the four after
// them and one are the seed. An empty learner gets the first variant and seed 1.
func (e *Exercise) Personal(learner string) (variant *Exercise, seed uint64) {
	if learner == "" {
		return e, 1
	}
	sum := sha256.Sum256([]byte(e.ID + "\n" + learner))
	n := binary.BigEndian.Uint32(sum[:4]) % uint32(len(e.Variants))
	return e.Variants[n], 1 + uint64(binary.BigEndian.Uint32(sum[4:8]))
}
