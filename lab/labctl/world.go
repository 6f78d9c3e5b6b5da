// Package labctl is the `lab` command: faults, virtual time and a look at the
// world, in the learner's own shell. Each verb is a file.
package labctl

import (
	"context"
	"time"

	"quorumlab/lab/event"
)

// World is what the command works on. Names are members' names (m1), resolved
// from roles by this package; an error is one line without a prefix. Methods are
// called from several goroutines.
type World interface {
	// Members tells the state of all members, in order.
	Members() []Member
	// Spare names the machines that are not there yet, but that Start puts up.
	Spare() []string
	// Links tells the state of all links between members, one per direction.
	Links() []Link

	Kill(name string) error
	Stop(name string) error // returns when the process has ended
	// Start starts a member's process with etcd's flags on top of the world's
	// own; the name may be one of Spare's. An error is what it printed before
	// it exited.
	Start(name string, flags ServerFlags) error
	Pause(name string) error
	Resume(name string) error
	Wipe(name string) error

	// Partition cuts all links between members of different groups and heals
	// those within one; members of no group form one of their own.
	Partition(groups [][]string) error
	Cut(a, b string, oneWay bool) error
	// Heal, SetLatency and SetLoss work on every link for empty names.
	Heal(a, b string) error
	SetLatency(a, b string, latency, jitter time.Duration) error
	SetLoss(a, b string, permille int64) error

	// DropMessage and DelayMessage find a message in flight by its number;
	// DropMessage says when it is sent again. Next is an order for the next
	// message of a kind between two hosts: a delay, or 0 to drop it.
	DropMessage(id uint64) (again time.Duration, err error)
	DelayMessage(id uint64, by time.Duration) error
	Next(kind, from, to string, delay time.Duration) error

	// SetTimeout changes the election timeout of a running member; 0 is the one
	// that it was started with. It returns what it is now.
	SetTimeout(name string, d time.Duration) (time.Duration, error)
	SetFsync(name string, d time.Duration) error // 0: the default
	SetFull(name string, full bool) error
	Corrupt(name string) error
	Firewall(name string, port int, drop bool) error

	// Logs gives a member's latest log lines, oldest first.
	Logs(name string) ([]string, error)
	// Until waits until a condition holds and says in words what was seen. It
	// fails at once if the condition makes no sense, and with the context's
	// error if that ends first.
	Until(ctx context.Context, condition string) (seen string, err error)
	// Writer gives a client on a host that writes one key at a time; done ends it.
	Writer(host string) (put func(ctx context.Context, key, value string) error, done func())
	// Emit takes a fault event.
	Emit(event.Event)
}

// Member is the state of one member.
type Member struct {
	Name, ID, Address string
	State             string // up, down, paused or starting
	Why               string // of the state
	Role              string // follower, pre-candidate, candidate or leader; "" if it is not up
	Leader            string // whom it takes for leader
	Term              uint64
	Last, Commit      uint64 // indexes of the log
	Applied           uint64
	Revision          int64
	Fsync             time.Duration
	Full, Corrupt     bool
	Dropped           []int // ports that the firewall drops
}

// Link is the state of the link from one member to another.
type Link struct {
	From, To        string
	Cut             bool
	Latency, Jitter time.Duration
	LossPermille    int64
}
