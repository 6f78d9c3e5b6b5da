package shell

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"quorumlab/lab/event"
)

// Complete answers Tab: candidates for the word that ends at cursor, each of
// which may stand in place of text[start:cursor]. Cursor and start count UTF-16
// code units, as JavaScript does. It emits a completion event with the same.
func (s *Shell) Complete(number int, text string, cursor int) (start int, candidates []string, err error) {
	err = s.with(number, func(one *session) error {
		units := utf16.Encode([]rune(text))
		cursor = max(0, min(cursor, len(units)))
		before := string(utf16.Decode(units[:cursor]))
		c := one.completion(before)
		start = len(utf16.Encode([]rune(before[:c.start])))
		candidates = c.offers()
		one.screen.show(event.Event{Type: event.Completion, Text: text, Cursor: cursor, Start: start, Offers: candidates})
		return nil
	})
	return start, candidates, err
}

// maxOffers bounds the candidates of one completion.
const maxOffers = 200

// completion is what stands before the cursor, as far as completing needs it.
type completion struct {
	shell *Shell
	view  view
	words []string // of the simple command, before the word
	word  string   // without quotes
	start int      // byte where the word begins
	quote byte     // the quote that is open, or 0
	file  bool     // after a redirection
}

func (s *session) completion(before string) *completion {
	s.mu.Lock()
	c := &completion{shell: s.shell, view: s.shown}
	s.mu.Unlock()
	c.scan(before)
	return c
}

// scan finds the words of the command that the cursor is in.
func (c *completion) scan(text string) {
	var word strings.Builder
	started := false
	end := func(next int) {
		if started {
			c.words = append(c.words, word.String())
			word.Reset()
			started = false
		}
		c.start = next
	}
	for i := 0; i < len(text); i++ {
		ch := text[i]
		switch {
		case c.quote != 0:
			if ch == c.quote {
				c.quote = 0
			} else {
				word.WriteByte(ch)
			}
		case ch == '\'' || ch == '"':
			c.quote, started = ch, true
		case ch == '\\' && i+1 < len(text):
			i++
			word.WriteByte(text[i])
			started = true
		case ch == ' ' || ch == '\t':
			if c.file && started {
				word.Reset()
				started, c.file = false, false
			}
			end(i + 1)
		case strings.IndexByte(";|&\n(`", ch) >= 0:
			end(i + 1)
			c.words, c.file = nil, false
		case ch == '<' || ch == '>':
			end(i + 1)
			c.file = true
		default:
			word.WriteByte(ch)
			started = true
		}
	}
	c.word = word.String()
	for len(c.words) > 0 && startsCommand(c.words[0]) {
		c.words = c.words[1:]
	}
}

// startsCommand tells the words after which a command begins anew.
func startsCommand(word string) bool {
	switch word {
	case "if", "then", "else", "elif", "do", "while", "until", "!", "{", "time", "sudo", "exec", "xargs", "command":
		return true
	}
	name, _, ok := strings.Cut(word, "=")
	return ok && name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

func (c *completion) offers() []string {
	var list []string
	name := c.word[strings.LastIndexByte(c.word, '$')+1:]
	switch {
	case strings.Contains(c.word, "$") && c.quote != '\'' && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == "":
		for _, variable := range c.view.variables {
			list = append(list, c.word[:len(c.word)-len(name)]+variable)
		}
	case c.file:
		list = c.files()
	case len(c.words) == 0 && !strings.Contains(c.word, "/"):
		list = c.commands()
	case len(c.words) == 0:
		list = c.files()
	default:
		list = c.arguments()
	}
	list = slices.DeleteFunc(list, func(s string) bool { return !strings.HasPrefix(s, c.word) || !utf8.ValidString(s) })
	slices.Sort(list)
	list = slices.Compact(list)
	return list[:min(len(list), maxOffers)]
}

func (c *completion) commands() []string {
	names := slices.Collect(maps.Keys(builtins))
	names = slices.AppendSeq(names, maps.Keys(c.shell.utilities))
	return append(names, c.view.functions...)
}

// arguments asks the command's Completer; without one, or where it says so,
// files are offered.
func (c *completion) arguments() []string {
	completer := c.shell.config.Completers[c.words[0]]
	if completer == nil {
		return append(c.files(), c.flags()...)
	}
	var list []string
	for _, offer := range completer.Complete(c.words, c.word) {
		switch offer {
		case FileHere:
			list = append(list, c.files()...)
		case KeyHere:
			if c.shell.config.Keys != nil {
				list = append(list, c.shell.config.Keys(c.word)...)
			}
		default:
			list = append(list, offer)
		}
	}
	return list
}

// flags offers the options that a utility's usage names.
func (c *completion) flags() []string {
	if !strings.HasPrefix(c.word, "-") {
		return nil
	}
	var list []string
	for word := range strings.FieldsSeq(usages[c.words[0]]) {
		word = strings.Trim(word, "[]|")
		if strings.HasPrefix(word, "-") {
			list = append(list, word)
		}
	}
	return list
}

func (c *completion) files() []string {
	dir, prefix := "", c.word
	if slash := strings.LastIndexByte(c.word, '/'); slash >= 0 {
		dir, prefix = c.word[:slash+1], c.word[slash+1:]
	}
	place := dir
	if strings.HasPrefix(dir, "~/") {
		place = c.shell.config.Home + dir[1:]
	}
	if place == "" {
		place = "."
	}
	entries, err := c.shell.config.Files.ReadDir(absolute(c.view.dir, place))
	if err != nil {
		return nil
	}
	var list []string
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name, ".") && !strings.HasPrefix(prefix, ".") {
			continue
		}
		name := dir + entry.Name
		if entry.IsDir() {
			name += "/"
		}
		list = append(list, name)
	}
	return list
}
