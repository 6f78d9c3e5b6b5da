package recording

import (
	"bytes"
	"encoding/json"
)

// Canonical writes a JSON value as every host writes it: no space, names in
// the order of their code points, numbers as ECMAScript writes them, nothing
// escaped that need not be except U+2028 and U+2029 (static/src/core/json.ts
// is the same in TypeScript). Inputs enter the world in this form only, and
// the SHA-256 of an exercise is that of its canonical form, so it does not
// matter which program wrote a recording.
func Canonical(text []byte) ([]byte, error) {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
