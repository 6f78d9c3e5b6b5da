package content

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/styles"
)

// Both styles hold every colour at 7:1 or more against the page.
var (
	lightStyle = styles.Get("modus-operandi")
	darkStyle  = styles.Get("modus-vivendi")
)

// CSS is the style sheet of highlighted code: light, and dark where the
// reader's system asks for it or the page has data-theme="dark". Backgrounds
// are the page's own.
func CSS() string {
	light, dark := rules(lightStyle), rules(darkStyle)
	return prefixed(light, "") +
		fmt.Sprintf("@media (prefers-color-scheme: dark) {\n%s}\n", prefixed(dark, `:root:not([data-theme="light"]) `)) +
		prefixed(dark, `:root[data-theme="dark"] `)
}

// tokenRule is a rule about one class of token; those about lines, tables and
// backgrounds are left out.
var tokenRule = regexp.MustCompile(`(?m)^(?:/\*.*?\*/ )?\.chroma (\.[a-z0-9]+) \{ (.*) \}$`)
var background = regexp.MustCompile(` ?background-color: [^;}]*;?`)

type rule struct{ class, body string }

func rules(style *chroma.Style) []rule {
	var css bytes.Buffer
	if err := formatter.WriteCSS(&css, style); err != nil {
		panic(err) // a bytes.Buffer takes all
	}
	var rs []rule
	for _, m := range tokenRule.FindAllStringSubmatch(css.String(), -1) {
		body := strings.TrimSpace(background.ReplaceAllString(m[2], ""))
		if strings.HasPrefix(body, "color:") || strings.HasPrefix(body, "font-") {
			rs = append(rs, rule{m[1], body})
		}
	}
	return rs
}

func prefixed(rs []rule, prefix string) string {
	var css strings.Builder
	for _, r := range rs {
		fmt.Fprintf(&css, "%s.chroma %s { %s }\n", prefix, r.class, r.body)
	}
	return css.String()
}
