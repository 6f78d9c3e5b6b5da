package member

import (
	"encoding/binary"
	"io"
	"sync"
)

// A connection of raft's begins with who calls and for which cluster, as
// rafthttp's headers X-Server-From and X-Etcd-Cluster-ID say: a member that was
// removed, or that belongs to another cluster, is not listened to.

// introMagic is the first byte of a connection of raft's.
const introMagic = 'M'

const introBytes = 17

func (m *Member) introduction() []byte {
	b := append(make([]byte, 0, introBytes), introMagic)
	b = binary.BigEndian.AppendUint64(b, m.identity.MemberID)
	return binary.BigEndian.AppendUint64(b, m.identity.ClusterID)
}

// welcome reads the rest of an introduction and tells whether to listen.
func (m *Member) welcome(c io.Reader) bool {
	var b [introBytes - 1]byte
	if _, err := io.ReadFull(c, b[:]); err != nil {
		return false
	}
	from, cluster := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	switch {
	case from == m.identity.MemberID:
		return false
	case cluster != m.identity.ClusterID:
		m.rejected.once(from, func() {
			m.line("warn", "", "", "request cluster ID mismatch", field("local-member-id", m.id()),
				field("local-member-cluster-id", FormatID(m.identity.ClusterID)),
				field("remote-peer-server-from", FormatID(from)), field("remote-peer-cluster-id", FormatID(cluster)))
		})
		return false
	case m.machine.roster.isRemoved(from) && m.machine.roster.isOut(from):
		m.rejected.once(from, func() {
			m.line("warn", "", "etcdserver/server.go:718", "rejected Raft message from removed member",
				field("local-member-id", m.id()), field("removed-member-id", FormatID(from)))
		})
		return false
	}
	return true
}

// onceEach does something once for each ID.
type onceEach struct {
	mu   sync.Mutex
	done map[uint64]bool
}

func (o *onceEach) once(id uint64, do func()) {
	o.mu.Lock()
	again := o.done[id]
	if o.done == nil {
		o.done = map[uint64]bool{}
	}
	o.done[id] = true
	o.mu.Unlock()
	if !again {
		do()
	}
}
