// Package metrics stands in for github.com/hashicorp/go-metrics: what raft
// calls of it, doing nothing. Nobody would read what raft counts, for the
// members of a world serve the metrics that etcd has names for; counting it
// costs time at every write, and go-metrics holds net/http in the download.
//
// go.mod puts it in the place of the real one; see "What does the download
// weigh?" in RATIONALE.md. What a later raft calls and is missing here fails
// the build.
package metrics

import "time"

// Label is one dimension of a metric.
type Label struct {
	Name  string
	Value string
}

// SetGauge forgets a value that goes up and down.
func SetGauge(key []string, val float32) {}

// IncrCounter forgets an increment.
func IncrCounter(key []string, val float32) {}

// IncrCounterWithLabels forgets an increment.
func IncrCounterWithLabels(key []string, val float32, labels []Label) {}

// AddSample forgets a sample.
func AddSample(key []string, val float32) {}

// MeasureSince forgets how long something took.
func MeasureSince(key []string, start time.Time) {}

// MeasureSinceWithLabels forgets how long something took.
func MeasureSinceWithLabels(key []string, start time.Time, labels []Label) {}
