package member

import (
	"cmp"
	"fmt"
	"time"
)

// Tune changes the election timeout of the running process; 0 is the one that
// it was started with. A timer that runs already is set anew only if the timeout
// became shorter. It returns the timeout, and fails for one shorter than the
// leader's lease, which raft keeps from its start.
func (m *Member) Tune(timeout time.Duration) (time.Duration, error) {
	started := cmp.Or(m.cfg.ElectionTimeout, ElectionTimeout)
	timeout = cmp.Or(timeout, started)
	if lease := min(leaderLease, started/2); timeout < lease {
		return 0, fmt.Errorf("an election timeout is no shorter than the leader's lease, %v", lease)
	}
	c := m.raft.ReloadableConfig()
	c.HeartbeatTimeout, c.ElectionTimeout = timeout, timeout
	return timeout, m.raft.ReloadConfig(c)
}
