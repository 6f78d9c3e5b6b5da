package registry

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// kinds are those that the course speaks of, and how many keys each has.
var kinds = map[string]int{
	"pods": 40, "deployments": 9, "replicasets": 9, "services/specs": 10, "secrets": 4, "configmaps": 12, "minions": 7, "namespaces": 6, "leases": 9,
}

func TestObjects(t *testing.T) {
	all := Objects()
	if len(all) > 300 {
		t.Errorf("%d keys are more than a reader wants to see", len(all))
	}
	for folder, want := range kinds {
		n := 0
		for _, o := range all {
			if strings.HasPrefix(o.Key, Prefix+folder+"/") {
				n++
			}
		}
		if n != want {
			t.Errorf("%d %s, expected %d", n, folder, want)
		}
	}
	for i, o := range all {
		if i > 0 && o.Key <= all[i-1].Key {
			t.Errorf("%s is there twice, or out of order", o.Key)
		}
		if !json.Valid([]byte(o.Value)) || !strings.Contains(o.Value, `"kind":`) {
			t.Errorf("%s has no object for a value: %s", o.Key, o.Value)
		}
	}
	if !reflect.DeepEqual(all, Objects()) {
		t.Error("the objects differ from one time to the next")
	}
}
