package build

import (
	"strings"
	"testing"
)

func TestPseudo(t *testing.T) {
	for text, want := range map[string]string{
		"Run":                   "⟦Rúñ~⟧",
		"Lesson {0} of {1}":     "⟦Léssóñ {0} óf {1}~~~ ~⟧",
		"{0} and {0}":           "⟦{0} áñd {0}~~~⟧",
		"About everything here": "⟦Abóút évérýthíñg héré~~~ ~~~⟧",
	} {
		if got := pseudo(text); got != want {
			t.Errorf("%s: got %s, expected %s", text, got, want)
		}
	}
}

func TestMessages(t *testing.T) {
	m := messages{locale: locales["en"], texts: map[string]string{"place": "Lesson {0} of {1}", "plain": "Text"}, used: map[string]bool{}}
	for _, test := range []struct {
		name string
		args []any
		want string
		err  string
	}{
		{"place", []any{3, 30}, "Lesson 3 of 30", ""},
		{"plain", nil, "Text", ""},
		{"plain", []any{1}, "", `"plain" has no {0}`},
		{"none", nil, "", `has no "none"`},
	} {
		got, err := m.text(test.name, test.args...)
		if got != test.want || (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("%s %v: got %q, %v", test.name, test.args, got, err)
		}
	}
}

func TestIdleMessagesAndUnknownLanguagesAreTold(t *testing.T) {
	const name = "static/src/page/strings/templates.json"
	err := Site(options(t, map[string]string{name: strings.Replace(tree[name], "{", `{"nobody.asks": "x", `, 1)}))
	if err == nil || !strings.Contains(err.Error(), "no page uses nobody.asks") {
		t.Errorf("an idle message: %v", err)
	}
	o := options(t, nil)
	o.Locale = "tlh"
	if err := Site(o); err == nil || !strings.Contains(err.Error(), `the language "tlh" is not known`) {
		t.Errorf("an unknown language: %v", err)
	}
}
