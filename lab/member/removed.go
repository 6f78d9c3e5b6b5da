package member

import (
	"context"
	"sync"
	"time"

	"github.com/hashicorp/raft"
)

// How often a member asks whether it is out: soon, if it knows that it was
// removed; now and then, if nobody leads it.
const (
	askWhenRemoved    = 50 * time.Millisecond
	askWhenLeaderless = 2 * time.Second
)

// asking is when a member last asked whether it is out.
type asking struct {
	mu   sync.Mutex
	busy bool
	at   time.Time
}

// lookRemoved asks the others whether this member is out, if there is reason to
// think so. A removed member leaves only when raft does without it: until then
// its vote may be needed. Started again with its old data it knows of nothing,
// and nobody talks to it; etcd learns by its peers' answer 410 Gone.
func (m *Member) lookRemoved(now time.Time) {
	pause := askWhenLeaderless
	if m.machine.roster.isRemoved(m.identity.MemberID) {
		pause = askWhenRemoved
	} else if m.leads() || m.touch.leaderless(now) < askWhenLeaderless {
		return
	}
	m.asking.mu.Lock()
	defer m.asking.mu.Unlock()
	if m.asking.busy || now.Sub(m.asking.at) < pause {
		return
	}
	m.asking.busy, m.asking.at = true, now
	go m.askRemoved()
}

func (m *Member) askRemoved() {
	m.cfg.Host.WaitWhilePaused()
	ctx, cancel := context.WithTimeout(m.ctx, time.Second)
	defer cancel()
	out := make(chan bool)
	var asked int
	for _, s := range m.raft.GetConfiguration().Configuration().Servers {
		if parseID(string(s.ID)) == m.identity.MemberID {
			continue
		}
		asked++
		go func() {
			b, err := m.askPeer(ctx, []string{dialAddress(string(s.Address))}, methodRemoved, encode64(m.identity.MemberID))
			out <- err == nil && decode64(b) == 1
		}()
	}
	yes := false
	for range asked {
		yes = <-out || yes
	}
	m.asking.mu.Lock()
	m.asking.busy = false
	m.asking.mu.Unlock()
	if yes {
		m.leave()
	}
}

// errRemoved is how a removed member's process ends.
const errRemoved = "the member has been permanently removed from the cluster"

// leave ends the process of a member that is out, as etcd's does by itself.
func (m *Member) leave() {
	m.exit.Do(func() {
		m.line("warn", "", "etcdserver/server.go:860", "server error", field("error", errRemoved))
		m.line("warn", "", "etcdserver/server.go:861", "data-dir used by this member must be removed")
		go func() {
			m.Kill()
			m.cfg.Exited(errRemoved)
		}()
	})
}

// answerRemoved tells another member whether it is out: 1 or 0.
func (m *Member) answerRemoved(body []byte) uint64 {
	if id := decode64(body); m.machine.roster.isOut(id) && !configured(m.raft.GetConfiguration().Configuration(), id) {
		return 1
	}
	return 0
}

func configured(c raft.Configuration, id uint64) bool {
	for _, s := range c.Servers {
		if parseID(string(s.ID)) == id {
			return true
		}
	}
	return false
}
