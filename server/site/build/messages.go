package build

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// messagesFile holds the templates' texts. It lies beside those of the page's
// scripts: the two are the catalogue of one language.
const messagesFile = "src/page/strings/templates.json"

// A locale is a language that the site can be built in.
type locale struct {
	lang, dir string
	change    func(string) string // of the English text
}

// locales: English, and one for testing, which shows what is not in the
// catalogue and what breaks when texts are longer and run from right to left.
var locales = map[string]locale{
	"en":    {"en", "ltr", func(text string) string { return text }},
	"en-XA": {"en-XA", "rtl", pseudo},
}

// messages are the texts of the templates in one language, by name.
type messages struct {
	locale
	texts map[string]string
	used  map[string]bool
}

func (b *builder) loadMessages() error {
	chosen, ok := locales[b.Locale]
	if !ok {
		return fmt.Errorf("the language %q is not known", b.Locale)
	}
	b.messages = messages{locale: chosen, texts: map[string]string{}, used: map[string]bool{}}
	text, err := os.ReadFile(b.path("static", messagesFile))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &b.messages.texts); err != nil {
		return fmt.Errorf("static/%s: %w", messagesFile, err)
	}
	return nil
}

// text gives a message with its arguments, which stand in it as {0}, {1}.
func (m *messages) text(name string, args ...any) (string, error) {
	text, ok := m.texts[name]
	if !ok {
		return "", fmt.Errorf("static/%s has no %q", messagesFile, name)
	}
	m.used[name] = true
	text = m.change(text)
	for i, arg := range args {
		place := "{" + strconv.Itoa(i) + "}"
		if !strings.Contains(text, place) {
			return "", fmt.Errorf("static/%s: %q has no %s", messagesFile, name, place)
		}
		text = strings.ReplaceAll(text, place, fmt.Sprint(arg))
	}
	return text, nil
}

// must is text for names that this package itself uses.
func (m *messages) must(name string, args ...any) string {
	text, err := m.text(name, args...)
	if err != nil {
		panic(err)
	}
	return text
}

// checkMessages finds messages that no template asks for.
func (b *builder) checkMessages() error {
	var idle []string
	for name := range b.messages.texts {
		if !b.messages.used[name] {
			idle = append(idle, name)
		}
	}
	if len(idle) > 0 {
		slices.Sort(idle)
		return fmt.Errorf("static/%s: no page uses %s", messagesFile, strings.Join(idle, ", "))
	}
	return nil
}

var (
	place   = regexp.MustCompile(`\{\d+\}`)
	accents = strings.NewReplacer("a", "á", "e", "é", "i", "í", "o", "ó", "u", "ú", "y", "ý", "c", "ç", "n", "ñ")
)

// pseudo is a text as a translation may turn out: a third longer, with letters
// that English lacks, and brackets that show where it ends.
func pseudo(text string) string {
	var out strings.Builder
	rest := text
	for _, at := range place.FindAllString(text, -1) {
		before, behind, _ := strings.Cut(rest, at)
		out.WriteString(accents.Replace(before) + at)
		rest = behind
	}
	out.WriteString(accents.Replace(rest))
	padding := strings.Repeat("~~~ ", len(text)/12+1)[:len(text)/3]
	return "⟦" + out.String() + padding + "⟧"
}
