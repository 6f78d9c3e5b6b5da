package lab

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
)

// asked is what a client is told that puts a value.
func (s *story) asked(config client.Config, patience time.Duration, value string) (warned []string, err error) {
	config.Retry = func(a client.Attempt) { warned = append(warned, a.Err.Error()) }
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c := s.dialer(workstation)(config)
	defer c.Close()
	_, err = c.Put(ctx, &api.PutRequest{Key: []byte("k"), Value: []byte(value)})
	return warned, err
}

// A write that finds no leader is in nobody's log when its time is over: the
// client tries again. One that a leader took may be, and is not tried again.
func TestWriteWithoutQuorum(t *testing.T) {
	tell(t, 3, func(s *story) {
		leader := s.leaderName()
		for _, n := range s.machines() {
			if n.name != leader {
				s.down(n, "killed")
			}
		}
		config := client.Config{Endpoints: s.endpoints(leader)}
		began := time.Now()
		if _, err := s.asked(config, 30*time.Second, "taken"); err == nil || !strings.Contains(err.Error(), "etcdserver: request timed out") || time.Since(began) > 8*time.Second {
			t.Errorf("a write that the leader took: %v after %v", err, time.Since(began))
		}
		warned, err := s.asked(config, 20*time.Second, "never taken")
		var failed *client.Error
		if !errors.As(err, &failed) || failed.Code != client.DeadlineExceeded || len(warned) != 3 {
			t.Errorf("a write without a leader: %v after the warnings %q", err, warned)
		}
	})
}
