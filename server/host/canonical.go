package host

import (
	"encoding/json"
	"fmt"

	"quorumlab/lab/recording"
)

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
	return recording.Canonical(text)
}
