// Package member is one etcd member of the simulated world: a real
// hashicorp/raft node over a simulated network and disk, with an MVCC store as
// its state machine, serving clients on one port and its peers on another.
package member

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"

	"quorumlab/lab/api"
	"quorumlab/lab/disk"
	"quorumlab/lab/event"
	"quorumlab/lab/network"
	"quorumlab/lab/rpc"
	"quorumlab/lab/secure"
)

// etcd's timings (server/embed/config.go and FACTS of the real one): a
// follower waits one to two election timeouts, a leader speaks every tenth.
const (
	ElectionTimeout = time.Second
	leaderLease     = 500 * time.Millisecond
	commitTimeout   = 40 * time.Millisecond             // followers hear of a commit within one to two of these, or with the next write
	peerTimeout     = 5 * time.Second                   // reads and writes between members
	RequestTimeout  = 5*time.Second + 2*ElectionTimeout // etcd: config.ReqTimeout
	snapshotCheck   = 10 * time.Second                  // how often the log's length is looked at
	redial          = 100 * time.Millisecond            // between attempts to reach a lost peer
	ServerVersion   = "3.6.16"
	StorageVersion  = "3.6.0"
	TrailingEntries = 5000 // kept behind a raft snapshot, as etcd does
)

// Config is what a member is started with.
type Config struct {
	Name                 string
	Host                 *network.Host
	Disk                 *disk.Disk
	Dir                  *disk.Dir
	Identity             disk.Identity          // of the cluster to found; ignored if Dir has one
	Join                 bool                   // the cluster runs: do not found it
	NameOf               func(ip string) string // the member that has this address
	PublishedName        string                 // etcd's --name; Name if it is empty
	AdvertiseClients     []string               // client URLs to publish
	ClientPort, PeerPort int
	SnapshotCount        uint64
	ElectionTimeout      time.Duration // 0: ElectionTimeout
	QuotaBytes           int64         // --quota-backend-bytes; 0 is etcd's default, less is no limit
	LaxReconfig          bool          // --strict-reconfig-check=false
	ClientTLS, PeerTLS   *secure.Files // of the ports; nil: plain text
	Share                *Share
	Emit                 func(event.Event)
	Joined               func() // the member serves clients from now on
	// Exited is called once, on its own goroutine, when the process ends by
	// itself; reason says why.
	Exited func(reason string)
}

// Member is one running process. Its methods are safe for concurrent use.
type Member struct {
	cfg      Config
	identity disk.Identity
	raft     *raft.Raft
	trans    *raft.NetworkTransport
	machine  *machine
	handle   *disk.Handle
	stream   *streamLayer
	peers    peers
	reads    readIndex
	metrics  *metrics
	contacts contacts
	ballot   ballot
	throttle throttle
	ids      atomic.Uint64
	touch    touch
	asking   asking
	rejected onceEach
	ports    ports
	led      chan struct{} // gets a value when this member begins to lead

	ctx     context.Context
	stop    context.CancelFunc
	dead    atomic.Bool
	exit    sync.Once
	mu      sync.Mutex
	started bool
	reason  string        // why the process ended by itself
	joined  chan struct{} // closed when clients are served

	shown shown
}

// shown is what was last told, to tell changes only.
type shown struct {
	sync.Mutex
	commit  uint64
	applied uint64
	role    string
	term    uint64
	leader  string

	file, used int64 // of the database file, in bytes
}

// published is the name that the member publishes.
func (c *Config) published() string { return cmp.Or(c.PublishedName, c.Name) }

// FormatID writes an ID as raft's configuration and etcd's output have it.
func FormatID(id uint64) string { return fmt.Sprintf("%x", id) }

// Start starts a member's process on its host. An error is what the real one
// would have printed before it exits.
func Start(cfg Config) (*Member, error) {
	if err := cfg.Dir.Check(); err != nil {
		return nil, err
	}
	m := &Member{cfg: cfg, joined: make(chan struct{}), led: make(chan struct{}, 1), metrics: newMetrics()}
	// A disk that fails ends the goroutine that uses it: it must not be the caller's.
	result := make(chan error, 1)
	go func() {
		err := errors.New("exited")
		defer func() { result <- err }()
		err = m.start()
	}()
	err := <-result
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.reason != "" {
		err = errors.New(m.reason)
	}
	if err != nil {
		go m.Kill()
		return nil, err
	}
	m.started = true
	return m, nil
}

func (m *Member) start() error {
	cfg := m.cfg
	m.ctx, m.stop = context.WithCancel(context.Background())
	m.machine = newMachine(cfg.Name, cfg.Share, m.emit, m.movedTo)
	m.machine.nameOf, m.machine.log = cfg.NameOf, m.Log
	m.machine.regrouped = m.tellMembership
	m.watchVersion()
	m.machine.count = m.metrics.applied
	m.handle = cfg.Dir.Open(cfg.Disk, m.watcher())
	fresh := cfg.Dir.Empty()
	if fresh {
		cfg.Dir.SetIdentity(cfg.Identity)
	}
	m.identity = *cfg.Dir.Identity()
	m.ids.Store(m.identity.MemberID<<48 | uint64(time.Now().UnixMilli()&0xffffffffff)<<8)
	m.tellStart(fresh)
	if err := m.openPorts(); err != nil {
		return err
	}
	client, err := cfg.Host.Listen(cfg.ClientPort)
	if err != nil {
		return err
	}
	peer, err := cfg.Host.Listen(cfg.PeerPort)
	if err != nil {
		return err
	}
	m.stream = newStreamLayer(m, peer)
	m.trans = raft.NewNetworkTransportWithConfig(&raft.NetworkTransportConfig{
		Stream: m.stream, MaxPool: 2, Timeout: peerTimeout, Logger: hclog.NewNullLogger(),
	})
	if err := m.startRaft(fresh); err != nil {
		return err
	}
	go m.acceptPeers(peer)
	go m.serveClients(client)
	return nil
}

func (m *Member) startRaft(fresh bool) error {
	c := raft.DefaultConfig()
	c.LocalID = raft.ServerID(FormatID(m.identity.MemberID))
	c.HeartbeatTimeout = cmp.Or(m.cfg.ElectionTimeout, ElectionTimeout)
	c.ElectionTimeout = c.HeartbeatTimeout
	c.LeaderLeaseTimeout = min(leaderLease, c.HeartbeatTimeout/2)
	c.CommitTimeout = commitTimeout
	c.MaxAppendEntries = 128
	c.BatchApplyCh = true
	c.SnapshotInterval = snapshotCheck
	c.SnapshotThreshold = m.cfg.SnapshotCount
	c.TrailingLogs = min(TrailingEntries, max(m.cfg.SnapshotCount/2, 1))
	c.Logger = hclog.NewNullLogger()
	c.NoLegacyTelemetry = true
	if fresh && !m.cfg.Join {
		if err := m.found(c); err != nil {
			return err
		}
	}
	r, err := raft.NewRaft(c, m.machine, m.handle, m.handle, m.handle, &transport{m.trans, m})
	if err != nil {
		return err
	}
	m.raft = r
	r.RegisterObserver(raft.NewObserver(nil, false, m.observe))
	m.showRole(raft.Follower)
	go m.join()
	go m.endLeases()
	go m.reconfigure()
	return nil
}

// found begins the log as every founder does: raft's configuration, and the
// members as etcd knows them.
func (m *Member) found(c *raft.Config) error {
	if err := raft.BootstrapCluster(c, m.handle, m.handle, m.handle, m.trans, m.founders()); err != nil {
		return err
	}
	return m.handle.StoreLog(&raft.Log{Index: 2, Term: 1, Type: raft.LogCommand, Data: api.Marshal(founding(m.identity.Members))})
}

func (m *Member) founders() raft.Configuration {
	var c raft.Configuration
	for _, info := range m.identity.Members {
		c.Servers = append(c.Servers, Server(info))
	}
	return c
}

// Server is a member as raft's configuration names it.
func Server(info disk.MemberInfo) raft.Server {
	return raft.Server{
		Suffrage: raft.Voter,
		ID:       raft.ServerID(FormatID(info.ID)),
		Address:  address(info.PeerURLs),
	}
}

// hostPort is "ip:port" of the first URL.
func hostPort(urls []string) string {
	if len(urls) == 0 {
		return ""
	}
	_, addr, found := strings.Cut(urls[0], "://")
	if !found {
		return urls[0]
	}
	return addr
}

func (m *Member) emit(e event.Event) {
	if !m.dead.Load() {
		m.cfg.Emit(e)
	}
}

// join waits until the member knows a leader, has applied what was committed,
// and has published its name; only then it serves clients, as etcd does.
func (m *Member) join() {
	for m.ctx.Err() == nil {
		if addr, _ := m.raft.LeaderWithID(); addr != "" && m.raft.CommitIndex() > 0 && m.caughtUp(m.raft.CommitIndex()) {
			m.publish()
			if m.ctx.Err() != nil {
				return
			}
			close(m.joined)
			m.tellJoined()
			m.cfg.Joined()
			return
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-m.ctx.Done():
		}
	}
}

// Joined tells whether the member serves clients.
func (m *Member) Joined() bool {
	select {
	case <-m.joined:
		return true
	default:
		return false
	}
}

// Kill ends the process at once, as SIGKILL does: connections are reset and
// what was not synced is lost. It returns immediately.
func (m *Member) Kill() {
	if m.dead.Swap(true) {
		return
	}
	m.exit.Do(func() {})
	m.stop()
	m.cfg.Host.Kill()
	m.handle.Kill()
	go m.shutdown()
}

func (m *Member) shutdown() {
	if m.trans != nil {
		m.trans.Close()
		m.trans.CloseStreams()
	}
	if m.raft != nil {
		m.raft.Shutdown()
	}
}

// transferPatience bounds how long a stopping leader tries to hand over.
const transferPatience = 3 * time.Second

// Stop ends the process as SIGTERM does: a leader hands its leadership over
// first. It returns when the process has ended.
func (m *Member) Stop() {
	handedOver := m.tellStop()
	if m.raft.State() == raft.Leader && len(m.machine.roster.voters()) > 1 {
		done := make(chan struct{})
		go func() {
			defer close(done)
			m.raft.LeadershipTransfer().Error()
		}()
		select {
		case <-done:
		case <-time.After(transferPatience):
		}
	}
	handedOver()
	m.Kill()
}

// fail ends the process for a reason of its own. While it starts, the reason is
// Start's error.
func (m *Member) fail(reason string) {
	m.exit.Do(func() {
		m.Log("fatal", reason, nil)
		m.mu.Lock()
		m.reason = reason
		started := m.started
		m.mu.Unlock()
		if started {
			go func() {
				m.Kill()
				m.cfg.Exited(reason)
			}()
		}
	})
}

func (m *Member) watcher() disk.Watcher {
	return disk.Watcher{
		Appended: func(first, last, term uint64) {
			m.emit(event.Event{Type: event.Append, Member: m.cfg.Name, First: first, Index: last, Term: term, Entries: int(last - first + 1)})
		},
		Truncated: func(first, last uint64) {
			m.emit(event.Event{Type: event.Truncate, Member: m.cfg.Name, First: first, Index: last})
		},
		Compacted: func(first uint64) {
			m.emit(event.Event{Type: event.Compact, Member: m.cfg.Name, First: first})
			m.tellCompacted(first)
		},
		Term:  m.newTerm,
		Voted: m.voted,
		Snapshot: func(s *disk.Snapshot, installed bool) {
			what := "taken"
			if installed {
				what = "installed"
			}
			m.emit(event.Event{Type: event.Snapshot, Member: m.cfg.Name, What: what, Index: s.Meta.Index, Term: s.Meta.Term, Rev: m.machine.store.Rev()})
			m.tellSnapshot(s.Meta.Index, installed)
		},
		Slow: func(took time.Duration) {
			m.limited("warn", "", "wal/wal.go:845", "slow fdatasync", field("took", took), field("expected-duration", "1s"))
		},
		Synced: m.metrics.synced,
		Failed: m.fail,
		Pause:  m.cfg.Host.WaitWhilePaused,
		Share:  m.cfg.Share.intern,
	}
}

// Status is a member's own view of itself.
type Status struct {
	ID, ClusterID uint64
	Role          raft.RaftState
	Term          uint64
	Last          uint64
	Commit        uint64
	Applied       uint64
	LeaderID      uint64
	Leader        string // the machine it runs on
	Learner       bool
	Rev           int64
	Bytes         int64
}

// Status tells how the member is.
func (m *Member) Status() Status {
	applied, _ := m.machine.applied()
	at, leader := m.raft.LeaderWithID()
	name := ""
	if at != "" {
		name = m.cfg.NameOf(ipOf([]string{dialAddress(string(at))}))
	}
	return Status{
		ID: m.identity.MemberID, ClusterID: m.identity.ClusterID,
		Role: m.raft.State(), Term: m.raft.CurrentTerm(),
		Last: m.raft.LastIndex(), Commit: m.raft.CommitIndex(), Applied: max(applied, m.raft.AppliedIndex()),
		LeaderID: parseID(string(leader)), Rev: m.machine.store.Rev(), Bytes: m.machine.store.Bytes(),
		Leader: name, Learner: m.isLearner(),
	}
}

func parseID(s string) uint64 {
	var id uint64
	fmt.Sscanf(s, "%x", &id)
	return id
}

// Leads tells whether raft takes this member for the leader. One that was cut
// off a moment ago still does.
func (m *Member) Leads() bool { return m.raft.State() == raft.Leader }

// ID is the member's ID.
func (m *Member) ID() uint64 { return m.identity.MemberID }

// streamLayer is raft's way to the network.
type streamLayer struct {
	m        *Member
	listener *network.Listener
	inbound  chan net.Conn
	done     chan struct{}
	once     sync.Once
	lost     lost
}

func newStreamLayer(m *Member, l *network.Listener) *streamLayer {
	return &streamLayer{m: m, listener: l, inbound: make(chan net.Conn), done: make(chan struct{})}
}

func (s *streamLayer) Accept() (net.Conn, error) {
	select {
	case c := <-s.inbound:
		return c, nil
	case <-s.done:
		return nil, net.ErrClosed
	}
}

func (s *streamLayer) Close() error {
	s.once.Do(func() { close(s.done) })
	return s.listener.Close()
}

func (s *streamLayer) Addr() net.Addr { return s.listener.Addr() }

func (s *streamLayer) Dial(address raft.ServerAddress, timeout time.Duration) (net.Conn, error) {
	c, err := s.m.dialPeer(dialAddress(string(address)), timeout)
	if err != nil {
		return nil, err
	}
	s.lost.add(string(address), c)
	return &dialed{Conn: c, wire: c, lost: s.m.lostBy(c), intro: s.m.introduction()}, nil
}

func splitAddress(address string) (string, int, error) {
	ip, digits, found := strings.Cut(address, ":")
	var port int
	if _, err := fmt.Sscanf(digits, "%d", &port); !found || err != nil {
		return "", 0, fmt.Errorf("dial tcp: address %s: missing port in address", address)
	}
	return ip, port, nil
}

// acceptPeers tells raft's connections from the members' own by their first byte.
func (m *Member) acceptPeers(l *network.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go m.routePeer(c.(*network.Conn))
	}
}

func (m *Member) routePeer(wire *network.Conn) {
	c, ok := m.secured(wire, m.ports.peers, "peer")
	if !ok {
		return
	}
	var first [1]byte
	if _, err := io.ReadFull(c, first[:]); err != nil {
		c.Close()
		return
	}
	m.heard(m.idOf(c.RemoteHost()), 0)
	switch first[0] {
	case rpc.PeerMagic:
		rpc.Serve(m.ctx, c, m.servePeer)
		return
	case rpc.Magic: // a client at the wrong port
		_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
		c.Close()
		return
	}
	if first[0] != introMagic || !m.welcome(c) {
		c.Close()
		return
	}
	select {
	case m.stream.inbound <- &accepted{Conn: c, wire: c, lost: m.lostBy(c)}:
	case <-m.stream.done:
		c.Close()
	}
}
