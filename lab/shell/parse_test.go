package shell

import (
	"strings"
	"testing"
)

// What would run a parser or its tree's walker out of stack is refused in one
// sentence; what people write is not.
func TestTooDeep(t *testing.T) {
	for _, c := range []struct {
		text string
		want string // "" is taken
	}{
		{strings.Repeat("if true; then ", 250) + "echo x" + strings.Repeat("; fi", 250), ""},
		{strings.Repeat("if true; then ", 3000) + "echo x" + strings.Repeat("; fi", 3000), "commands are nested deeper than 256"},
		{strings.Repeat("for i in 1; do echo; done\n", 1000), ""},
		{"echo $((" + strings.Repeat("1+", 3900) + "1))", ""},
		{"echo $((" + strings.Repeat("- ", 15000) + "1))", "more than 4000 operators"},
		{strings.Repeat("true && ", 7000) + "true", "more than 4000 operators"},
		{strings.Repeat("(", 300) + "true" + strings.Repeat(")", 300), "brackets are nested deeper than 256"},
		{"etcdctl put k " + strings.Repeat("value", 5000), ""},
	} {
		_, err := parse(c.text, false)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%.40s… (%d bytes): got %v, want %q", c.text, len(c.text), err, c.want)
		}
	}
}
