package lab

import (
	"fmt"
	"path"
	"slices"
	"time"

	"quorumlab/lab/api"
	"quorumlab/lab/disk"
	"quorumlab/lab/event"
	"quorumlab/lab/member"
	"quorumlab/lab/network"
	"quorumlab/lab/recording"
)

// node is one member's machine: it stays while processes come and go.
type node struct {
	name, ip string
	machine  recording.Machine
	id       uint64
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
	share     member.Share
	published map[uint64]bool // members that have joined once
	told      bool            // its first content was told
}

func (w *World) newNode(i int) *node {
	machine := w.config.Machine(i)
	n := &node{name: machine.Name, ip: machine.IP(), machine: machine}
	n.host = w.net.AddHost(n.name, n.ip)
	n.disk = disk.New(orDefault(time.Duration(w.config.FsyncMicros)*time.Microsecond, defaultFsync))
	n.dataDir = path.Join(home, n.name+".etcd")
	n.id = api.MemberID([]string{n.peerURL()}, w.config.Token)
	w.nodes = append(w.nodes, n)
	w.mountDir(n.dataDir)
	return n
}

func (n *node) peerURL() string   { return n.machine.Peer }
func (n *node) clientURL() string { return n.machine.Client }

// founders are the machines whose members make up the cluster at boot.
func (w *World) founders() []*node { return w.nodes[:w.config.Members] }

func (w *World) names() []string {
	names := make([]string, len(w.nodes))
	for i, n := range w.nodes {
		names[i] = n.name
	}
	return names
}

func (w *World) node(name string) *node {
	for _, n := range w.nodes {
		if n.name == name {
			return n
		}
	}
	return nil
}

func (w *World) nodeAt(ip string) *node {
	for _, n := range w.nodes {
		if n.ip == ip {
			return n
		}
	}
	return nil
}

func (w *World) nameAt(ip string) string {
	if n := w.nodeAt(ip); n != nil {
		return n.name
	}
	return ip
}

func (w *World) process(n *node) *member.Member {
	w.mu.Lock()
	defer w.mu.Unlock()
	return n.proc
}

// founding is the membership that a fresh cluster of this world has.
func (w *World) founding() []disk.MemberInfo {
	infos := make([]disk.MemberInfo, w.config.Members)
	for i, n := range w.founders() {
		infos[i] = disk.MemberInfo{ID: n.id, Name: n.name, PeerURLs: []string{n.peerURL()}}
	}
	return infos
}

func (w *World) foundingID() uint64 {
	ids := make([]uint64, w.config.Members)
	for i, n := range w.founders() {
		ids[i] = n.id
	}
	return api.ClusterID(ids)
}

// start starts a member's process. The error is what the real one prints
// before it exits. The caller has made sure that none runs.
func (w *World) start(n *node) error {
	w.mu.Lock()
	dir := w.dirs[n.dataDir]
	if dir == nil {
		dir = disk.NewDir()
		w.dirs[n.dataDir] = dir
	}
	identity, err := w.identityFor(n, dir)
	if err != nil {
		w.mu.Unlock()
		w.emitState(n, "down", err.Error())
		return fmt.Errorf("%s: %w", n.name, err)
	}
	h := w.histories[identity.History]
	n.paused = false
	w.mu.Unlock()

	w.emitState(n, "starting", "started")
	w.tellContent(h, dir)
	p, err := member.Start(member.Config{
		Name: n.name, Host: n.host, Disk: n.disk, Dir: dir, Identity: identity,
		NameOf:     w.nameAt,
		ClientURL:  func(name string) string { return w.clientURL(name) },
		ClientPort: clientPort, PeerPort: peerPort,
		SnapshotCount: w.config.SnapshotCount, Share: &h.share, Emit: w.Emit,
		Joined: func() { w.joined(n, h, identity.MemberID) },
		Exited: func(reason string) { w.exited(n, reason) },
	})
	if err != nil {
		w.emitState(n, "down", err.Error())
		return fmt.Errorf("%s: %w", n.name, err)
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

// identityFor says which cluster a member starts in: that of its data
// directory, or the one that this world's members found. A member whose
// directory is empty, but which the cluster knows already, is refused.
func (w *World) identityFor(n *node, dir *disk.Dir) (disk.Identity, error) {
	if id := dir.Identity(); id != nil {
		if id.MemberID != n.id && !w.hasMember(id, n) {
			return *id, fmt.Errorf("the data directory belongs to member %s", member.FormatID(id.MemberID))
		}
		if w.histories[id.History] == nil {
			w.histories[id.History] = newHistory()
		}
		return *id, nil
	}
	if !slices.Contains(w.founders(), n) {
		return disk.Identity{}, fmt.Errorf("couldn't find local name %q in the initial cluster configuration", n.name)
	}
	id := disk.Identity{ClusterID: w.foundingID(), MemberID: n.id, Members: w.founding()}
	for _, other := range w.nodes {
		d := w.dirs[other.dataDir]
		if other != n && d != nil && !d.Empty() && d.Identity().ClusterID == id.ClusterID {
			id.History = d.Identity().History
		}
	}
	if id.History == "" {
		w.founded++
		id.History = fmt.Sprintf("%x founded %d", id.ClusterID, w.founded)
		w.histories[id.History] = newHistory()
	}
	h := w.histories[id.History]
	if h.published[n.id] && w.peerReachable(n, id.History) {
		return id, fmt.Errorf("member %s has already been bootstrapped", member.FormatID(n.id))
	}
	return id, nil
}

func newHistory() *history { return &history{published: map[uint64]bool{}} }

func (w *World) hasMember(id *disk.Identity, n *node) bool {
	for _, info := range id.Members {
		if info.ID == id.MemberID && info.Name == n.name {
			return true
		}
	}
	return false
}

// peerReachable tells whether a running member of the same cluster could be
// asked, as a bootstrapping etcd asks its peers.
func (w *World) peerReachable(n *node, history string) bool {
	for _, other := range w.nodes {
		if other == n || other.proc == nil || other.paused || !other.proc.Joined() {
			continue
		}
		to, from := w.net.LinkState(n.name, other.name), w.net.LinkState(other.name, n.name)
		if !to.Cut && !from.Cut && w.dirs[other.dataDir].Identity().History == history {
			return true
		}
	}
	return false
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
	w.Emit(event.Event{Type: event.KV, What: "state", Rev: rev, Ops: ops})
}

func (w *World) joined(n *node, h *history, id uint64) {
	w.mu.Lock()
	h.published[id] = true
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
	for _, n := range w.nodes {
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
	w.mu.Unlock()
	w.Emit(event.Event{Type: event.Member, Member: n.name, State: state, Why: why, Text: member.FormatID(n.id)})
}
