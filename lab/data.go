package lab

import (
	"context"
	"fmt"

	"quorumlab/lab/event"
	"quorumlab/lab/recording"
	"quorumlab/lab/registry"
)

// fill writes what the world holds at first, one key after the other, as a
// client would: a revision each.
func (w *World) fill() {
	if w.config.Data != recording.Kubernetes {
		return
	}
	put, done := w.Writer(workstation)
	defer done()
	for _, object := range registry.Objects() {
		if err := put(context.Background(), object.Key, object.Value); err != nil {
			w.Emit(event.Event{Type: event.Error, Text: fmt.Sprintf("%s could not be written: %v", object.Key, err)})
			return
		}
	}
}
