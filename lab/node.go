package lab

import (
	"fmt"

	"quorumlab/lab/disk"
	"quorumlab/lab/event"
	"quorumlab/lab/labctl"
	"quorumlab/lab/member"
	"quorumlab/lab/network"
	"quorumlab/lab/recording"
)

// node is one member's machine: it stays while processes come and go.
type node struct {
	number   int
	name, ip string
	machine  recording.Machine
	id       uint64
	flags    labctl.ServerFlags // of the last start, as far as they stay
	told     bool               // an event has told that it is there
	host     *network.Host
	disk     *disk.Disk
	dataDir  string // absolute path of the directory it is started with
	proc     *member.Member
	paused   bool
	stopping bool
	corrupt  bool
	why      string   // of the last change of its state
	log      []string // the latest lines; guarded by World.emitting
}

// history is one life of a cluster: from its founding, or from a restored
// snapshot, on.
type history struct {
	share member.Share
	told  bool // its first content was told
}

func (n *node) peerURL() string   { return n.machine.Peer }
func (n *node) clientURL() string { return n.machine.Client }

// founders are the machines whose members make up the cluster at boot.
func (w *World) founders() []*node { return w.machines()[:w.config.Members] }

func (w *World) names() []string {
	names := make([]string, len(w.machines()))
	for i, n := range w.machines() {
		names[i] = n.name
	}
	return names
}

func (w *World) node(name string) *node {
	for _, n := range w.machines() {
		if n.name == name {
			return n
		}
	}
	return nil
}

func (w *World) nodeAt(ip string) *node {
	for _, n := range w.machines() {
		if n.ip == ip {
			return n
		}
	}
	return nil
}

// nameAt is the name of the machine at an address, be it there or not yet, or
// the address.
func (w *World) nameAt(ip string) string {
	if n := w.nodeAt(ip); n != nil {
		return n.name
	}
	for i := w.config.Members + 1; i <= recording.MaxMembers; i++ {
		if m := w.config.Machine(i); m.IP() == ip {
			return m.Name
		}
	}
	return ip
}

func (w *World) process(n *node) *member.Member {
	w.mu.Lock()
	defer w.mu.Unlock()
	return n.proc
}

// start starts a member's process with etcd's flags. The error is what the real
// one prints before it exits. The caller has made sure that none runs.
func (w *World) start(n *node, flags labctl.ServerFlags) error {
	s, err := w.service(n, flags)
	if err != nil {
		return w.failed(n, err)
	}
	at := s.dataDirOf(n)
	dir, err := w.dirFor(n, at)
	if err != nil {
		return w.failed(n, err)
	}
	w.mu.Lock()
	identity, join, err := w.identityFor(n, s, dir)
	if err != nil {
		w.mu.Unlock()
		return w.failed(n, err)
	}
	h := w.histories[identity.History]
	n.paused, n.id, n.dataDir = false, identity.MemberID, at
	n.flags = s.flags.Without(onceFlags...)
	w.mu.Unlock()
	if err := w.run(n, s, dir, identity, join, h); err != nil {
		return w.failed(n, err)
	}
	return nil
}

// failed tells that a process ended before it ran.
func (w *World) failed(n *node, err error) error {
	w.emitState(n, "down", err.Error())
	return fmt.Errorf("%s: %w", n.name, err)
}

// run runs a member's process.
func (w *World) run(n *node, s *service, dir *disk.Dir, identity disk.Identity, join bool, h *history) error {
	w.emitState(n, "starting", "started")
	if given := s.flags.ElectionTimeout; given != 0 && given != member.ElectionTimeout {
		w.emitTimeout(n, given)
	}
	w.tellContent(h, dir)
	count := w.config.SnapshotCount
	if s.flags.Given["snapshot-count"] != "" {
		count = s.flags.SnapshotCount
	}
	clients, err := w.clientFiles(s, n)
	if err != nil {
		return err
	}
	peers, err := w.peerFiles(s, n)
	if err != nil {
		return err
	}
	p, err := member.Start(member.Config{
		Name: n.name, Host: n.host, Disk: n.disk, Dir: dir, Identity: identity, Join: join,
		NameOf: w.nameAt, PublishedName: s.name, AdvertiseClients: s.clientURLs,
		ClientPort: clientPort, PeerPort: peerPort, ElectionTimeout: s.flags.ElectionTimeout,
		QuotaBytes: s.flags.QuotaBackendBytes, LaxReconfig: !s.flags.StrictReconfigCheck,
		ClientTLS: clients, PeerTLS: peers,
		SnapshotCount: count, Share: &h.share, Emit: w.Emit,
		Joined: func() { w.joined(n) },
		Exited: func(reason string) { w.exited(n, reason) },
	})
	if err != nil {
		return err
	}
	w.mu.Lock()
	n.proc = p
	w.mu.Unlock()
	return nil
}

func (w *World) clientURL(name string) string {
	if n := w.node(name); n != nil {
		return n.clientURL()
	}
	return ""
}

// contentShown bounds how many keys the first content of a history tells.
const contentShown = 10_000

// tellContent tells, once, what a history begins with: nothing, or what a
// snapshot brought back.
func (w *World) tellContent(h *history, dir *disk.Dir) {
	w.mu.Lock()
	told := h.told
	h.told = true
	w.mu.Unlock()
	if told {
		return
	}
	rev, ops := int64(1), []event.Op(nil)
	if s := dir.LatestSnapshot(); s != nil {
		rev, ops = member.Content(s.State, contentShown)
		h.share.Begin(s.Meta.Index)
	}
	member.TellOps(w.Emit, event.Event{Type: event.KV, What: "state", Rev: rev}, ops)
	if s := dir.LatestSnapshot(); s != nil {
		w.tellMembership(member.MembersOf(s.State), s.Meta.Index, s.Meta.Term)
	}
}

func (w *World) joined(n *node) {
	w.mu.Lock()
	paused := n.paused
	w.mu.Unlock()
	if !paused {
		w.emitState(n, "up", "started")
	}
}

// exited notes that a process ended by itself.
func (w *World) exited(n *node, reason string) {
	w.mu.Lock()
	n.proc = nil
	w.mu.Unlock()
	w.emitState(n, "down", reason)
}

func (w *World) allJoined() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, n := range w.founders() {
		if n.proc == nil || !n.proc.Joined() {
			return false
		}
	}
	return true
}

// leaderName is the member that leads with a quorum behind it, or "".
func (w *World) leaderName() string {
	for _, n := range w.machines() {
		if p := w.process(n); p != nil && !n.paused && p.Leads() {
			return n.name
		}
	}
	return ""
}

// emitState tells a member's state and remembers why.
func (w *World) emitState(n *node, state, why string) {
	w.mu.Lock()
	n.why = why
	e := event.Event{Type: event.Member, Member: n.name, State: state, Why: why, Text: member.FormatID(n.id)}
	if n.number > w.config.Members && !n.told {
		n.told = true
		e.Addresses = map[string]string{n.name: n.ip}
	}
	w.mu.Unlock()
	w.Emit(e)
}
