package member

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"github.com/hashicorp/raft"

	"quorumlab/lab/api"
	"quorumlab/lab/disk"
	"quorumlab/lab/event"
)

// ForceNew makes the data directory of a member that is down that of a cluster
// of one, as etcd's --force-new-cluster does: what is known to be committed
// stays, entries behind that are discarded, every other member is removed for
// good. history names the new life of the cluster.
func ForceNew(dir *disk.Dir, history string) error {
	id := *dir.Identity()
	m, index, term, err := replay(dir)
	if err != nil {
		return err
	}
	content := m.content()
	content.Index = index
	content.Roster = onlyMember(content.Roster, &id)
	id.History = history
	id.Members = []disk.MemberInfo{infoOf(content.Roster.Members[0])}
	dir.Renew(id, &disk.Snapshot{
		Meta: raft.SnapshotMeta{
			Version: raft.SnapshotVersionMax, ID: fmt.Sprintf("%016x-%016x", term, index), Index: index, Term: term,
			Configuration: raft.Configuration{Servers: []raft.Server{serverOf(content.Roster.Members[0])}}, ConfigurationIndex: index,
		},
		State: content,
	})
	return nil
}

// replay makes the state machine of a data directory that no process has open,
// as far as it is known to be committed.
func replay(dir *disk.Dir) (m *machine, index, term uint64, err error) {
	m = newMachine("", &Share{}, func(event.Event) {}, func(uint64) {})
	if s := dir.LatestSnapshot(); s != nil {
		if err := m.Restore(io.NopCloser(bytes.NewReader(s.State.Encode()))); err != nil {
			return nil, 0, 0, err
		}
		index, term = s.Meta.Index, s.Meta.Term
	}
	for _, l := range dir.Committed(index) {
		m.ApplyBatch([]*raft.Log{l})
		index, term = l.Index, l.Term
	}
	if index == 0 {
		return nil, 0, 0, fmt.Errorf("nothing in the data directory is known to be committed")
	}
	return m, index, term, nil
}

// onlyMember is the roster with everybody but one member removed.
func onlyMember(r rosterState, id *disk.Identity) rosterState {
	self := &api.Member{ID: id.MemberID}
	for _, info := range id.Members {
		if info.ID == id.MemberID {
			self.Name, self.PeerURLs = info.Name, info.PeerURLs
		}
	}
	removed := slices.Clone(r.Removed)
	for _, m := range r.Members {
		if m.ID != id.MemberID {
			removed = append(removed, m.ID)
			continue
		}
		known := *m
		self = &known
	}
	self.IsLearner = false
	slices.Sort(removed)
	return rosterState{Members: []*api.Member{self}, Removed: removed, Servers: []uint64{self.ID}}
}

func infoOf(m *api.Member) disk.MemberInfo {
	return disk.MemberInfo{ID: m.ID, Name: m.Name, PeerURLs: m.PeerURLs}
}

// MembersOf is the membership in a raft snapshot's state, by ID.
func MembersOf(s disk.State) []*api.Member {
	content, err := stateOf(s)
	if err != nil {
		return nil
	}
	return content.Roster.Members
}

// Members is the membership as this member knows it, by ID. Nobody may change
// what it gives.
func (m *Member) Members() []*api.Member { return m.machine.roster.list() }

// Identity is that of the data directory.
func (m *Member) Identity() disk.Identity { return m.identity }
