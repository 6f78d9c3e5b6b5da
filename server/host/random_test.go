package host

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
)

// The vectors that every host is tested against: what requests of these sizes,
// one after the other, are answered.
type vector struct {
	Seed     uint64   `json:"seed"`
	Requests []int    `json:"requests"` // bytes
	Answers  []string `json:"answers"`  // hex
}

func TestRandomVectors(t *testing.T) {
	text, err := os.ReadFile("../../wasm/testdata/random.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		random := splitMix64{state: v.Seed}
		for i, n := range v.Requests {
			b := make([]byte, n)
			random.fill(b)
			if got := hex.EncodeToString(b); got != v.Answers[i] {
				t.Errorf("seed %d, request %d of %d bytes: %s, not %s", v.Seed, i, n, got, v.Answers[i])
			}
		}
	}
}
