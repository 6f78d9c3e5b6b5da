package member

import (
	"fmt"
	"time"

	"github.com/hashicorp/raft"

	"quorumlab/lab/disk"
)

// This file logs the life of a process: how it starts, serves and ends.

// tellStart logs what a process says before it listens; fresh: its data
// directory was empty.
func (m *Member) tellStart(fresh bool) {
	name := m.cfg.published()
	m.line("info", "", "embed/etcd.go:323", "starting an etcd server",
		field("etcd-version", ServerVersion), field("member-initialized", !fresh), field("name", name),
		field("heartbeat-interval", ElectionTimeout/10), field("election-timeout", ElectionTimeout),
		field("snapshot-count", m.cfg.SnapshotCount), field("snapshot-catchup-entries", TrailingEntries),
		field("initial-advertise-peer-urls", m.peerURLs()), field("advertise-client-urls", m.cfg.AdvertiseClients),
		field("max-request-bytes", int(maxRequestBytes)), field("pre-vote", true))
	cluster := FormatID(m.identity.ClusterID)
	if fresh {
		m.line("info", "", "etcdserver/bootstrap.go:499", "starting local member", field("local-member-id", m.id()), field("cluster-id", cluster))
	} else {
		m.line("info", "", "etcdserver/bootstrap.go:599", "restarting local member", field("cluster-id", cluster), field("local-member-id", m.id()))
	}
	for _, info := range m.identity.Members {
		m.tellMember(fresh, cluster, info)
	}
	m.line("info", "", "etcdserver/server.go:598", "starting etcd server",
		field("local-member-id", m.id()), field("local-server-version", ServerVersion), field("cluster-version", "to_be_decided"))
}

func (m *Member) tellMember(fresh bool, cluster string, info disk.MemberInfo) {
	caller, msg, kind, urls := "membership/cluster.go:297", "recovered/added member from store", "recovered-remote-peer-", "urls"
	if fresh {
		caller, msg, kind, urls = "membership/cluster.go:424", "added member", "added-peer-", "peer-urls"
	}
	m.line("info", "", caller, msg, field("cluster-id", cluster), field("local-member-id", m.id()),
		field(kind+"id", FormatID(info.ID)), field(kind+urls, info.PeerURLs), field(kind+"is-learner", false))
}

func (m *Member) peerURLs() []string {
	if self := m.machine.roster.get(m.identity.MemberID); self != nil {
		return self.PeerURLs
	}
	for _, info := range m.identity.Members {
		if info.ID == m.identity.MemberID {
			return info.PeerURLs
		}
	}
	return nil
}

// tellJoined logs that clients are served from now on.
func (m *Member) tellJoined() {
	name := m.cfg.published()
	m.line("info", "", "etcdserver/server.go:1834", "published local member to cluster through raft",
		field("local-member-id", m.id()), field("local-member-attributes", fmt.Sprintf("{Name:%s ClientURLs:%v}", name, m.cfg.AdvertiseClients)),
		field("cluster-id", FormatID(m.identity.ClusterID)), field("publish-timeout", RequestTimeout))
	m.line("info", "", "embed/serve.go:139", "ready to serve client requests")
	caller, served := "embed/serve.go:222", "serving client traffic insecurely; this is strongly discouraged!"
	if m.ports.clients != nil {
		caller, served = "embed/serve.go:296", "serving client traffic securely"
	}
	m.line("info", "", caller, served,
		field("traffic", "grpc+http"), field("address", fmt.Sprintf("%s:%d", m.cfg.Host.IP(), m.cfg.ClientPort)))
}

// tellStop logs a SIGTERM; the function that it gives is called when the
// leadership was handed over or need not be.
func (m *Member) tellStop() (handedOver func()) {
	name := m.cfg.published()
	m.line("info", "", "osutil/interrupt_unix.go:65", "received signal; shutting down", field("signal", "terminated"))
	m.line("info", "", "embed/etcd.go:426", "closing etcd server", field("name", name),
		field("advertise-peer-urls", m.peerURLs()), field("advertise-client-urls", m.cfg.AdvertiseClients))
	began := time.Now()
	leads := m.raft.State() == raft.Leader
	if !leads {
		_, leader := m.raft.LeaderWithID()
		m.line("info", "", "etcdserver/server.go:1288", "skipped leadership transfer; local server is not leader",
			field("local-member-id", m.id()), field("current-leader-member-id", string(leader)))
	}
	return func() {
		if _, leader := m.raft.LeaderWithID(); leads && leader != "" && string(leader) != m.id() {
			m.line("info", "", "etcdserver/server.go:1274", "leadership transfer finished", field("local-member-id", m.id()),
				field("old-leader-member-id", m.id()), field("new-leader-member-id", string(leader)), field("took", time.Since(began)))
		}
		m.line("info", "", "embed/etcd.go:428", "closed etcd server", field("name", name),
			field("advertise-peer-urls", m.peerURLs()), field("advertise-client-urls", m.cfg.AdvertiseClients))
	}
}

// tellSnapshot logs a snapshot of raft's that was taken, or came from the leader.
func (m *Member) tellSnapshot(index uint64, installed bool) {
	if installed {
		m.line("info", "", "", "applying snapshot", field("incoming-leader-snapshot-index", index))
		return
	}
	m.line("info", "", "", "triggering snapshot", field("local-member-id", m.id()), field("local-member-applied-index", index),
		field("local-member-snapshot-count", m.cfg.SnapshotCount))
	m.line("info", "", "", "saved snapshot", field("snapshot-index", index))
}

// tellCompacted logs that the log begins at first now (0: it is empty).
func (m *Member) tellCompacted(first uint64) {
	if first > 0 {
		m.line("info", "", "", "compacted Raft logs", field("compact-index", first-1))
	}
}
