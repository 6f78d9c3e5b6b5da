package headers

import (
	"os"
	"strings"
	"testing"
)

func TestNetlifyHasTheSameHeaders(t *testing.T) {
	text, err := os.ReadFile("../../netlify.toml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(string(text), Netlify()) {
		t.Errorf("netlify.toml has other headers; it should end with:\n%s", Netlify())
	}
}

func TestPolicyAllowsNothingInline(t *testing.T) {
	for _, word := range []string{"unsafe-inline", "'unsafe-eval'", "*", "http:"} {
		if strings.Contains(contentSecurityPolicy, word) {
			t.Errorf("the policy allows %s", word)
		}
	}
	if !strings.Contains(File(), "/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n") {
		t.Errorf("_headers:\n%s", File())
	}
}
