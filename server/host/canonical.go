package host

import (
	"bytes"
	"encoding/json"
	"fmt"

	"quorumlab/lab/recording"
)

// canonical writes a JSON value so that every host writes the same bytes: no
// space, names in the order of their code points, numbers as ECMAScript writes
// them, nothing escaped that need not be except U+2028 and U+2029. It is
// static/src/core/json.ts in Go. The module gets its inputs in this form only,
// so it does not matter which program has written a recording.
func canonical(text []byte) ([]byte, error) {
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

// bootJSON is the text that a world boots from: zero fields are absent,
// members and epoch are always there.
func bootJSON(w recording.World, seed uint64) ([]byte, error) {
	w.Seed = seed
	if w.Epoch == "" {
		w.Epoch = recording.DefaultEpoch
	}
	text, err := json.Marshal(w)
	if err != nil {
		return nil, fmt.Errorf("world: %w", err)
	}
	return canonical(text)
}
