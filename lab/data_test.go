package lab

import (
	"strings"
	"testing"

	"quorumlab/lab/recording"
	"quorumlab/lab/registry"
)

// A world of data has it, on every member, before the learner gets the prompt.
func TestAWorldHoldsAKubernetesRegistry(t *testing.T) {
	tellOf(t, recording.World{Members: 3, Data: recording.Kubernetes}, func(s *story) {
		all := registry.Objects()
		keys := strings.Fields(s.ok("etcdctl get /registry/ --prefix --keys-only"))
		if len(keys) != len(all) || keys[0] != all[0].Key {
			t.Errorf("%d keys, the first %s; expected %d, the first %s", len(keys), keys[0], len(all), all[0].Key)
		}
		if got := s.ok("etcdctl get %s --print-value-only", all[0].Key); strings.TrimSpace(got) != all[0].Value {
			t.Errorf("%s is %s", all[0].Key, got)
		}
	})
}
