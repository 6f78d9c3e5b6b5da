package member

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/raft"

	"quorumlab/lab/api"
	"quorumlab/lab/disk"
	"quorumlab/lab/event"
)

// The membership is part of the replicated state, as etcd's: who belongs to
// the cluster under which ID, at which peer URLs, as a learner or with a vote
// (etcd's RaftAttributes), and what each member has published of itself, its
// name and client URLs (etcd's Attributes). A member that has published no
// name has not been started yet.
//
// What stands here is the truth; raft's own configuration follows it, one
// change at a time, by the doing of whoever leads (reconfigure.go).

// Kinds of membershipChange.
const (
	changeFound   uint32 = iota + 1 // the founding members; the first command of a cluster's log
	changeAdd                       // a new member, without a name
	changeRemove                    // for good: its ID never comes back
	changeUpdate                    // other peer URLs
	changePromote                   // a learner gets a vote
	changePublish                   // a member tells its name and client URLs
)

// membershipChange is a change of the membership as it stands in the log.
type membershipChange struct {
	Kind    uint32        `pb:"1"`
	Member  api.Member    `pb:"2"`
	Members []*api.Member `pb:"3"` // changeFound
}

// maxLearners is etcd's --max-learners.
const maxLearners = 1

// roster is the membership that one member's state machine holds. It is safe
// for concurrent use; only the state machine changes it.
type roster struct {
	mu      sync.Mutex
	members []*api.Member // by ID; never changed in place
	removed []uint64      // sorted
	servers []uint64      // whom raft's committed configuration has
	pulse   chan struct{} // gets a value when it has changed
}

// rosterState is a roster as it stands in a snapshot.
type rosterState struct {
	Members []*api.Member `pb:"1"`
	Removed []uint64      `pb:"2"`
	Servers []uint64      `pb:"3"`
}

func newRoster() *roster { return &roster{pulse: make(chan struct{}, 1)} }

// list is the members by ID. Nobody may change what it gives.
func (r *roster) list() []*api.Member {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.members
}

// voters are the members with a vote, by ID.
func (r *roster) voters() (voters []*api.Member) {
	for _, m := range r.list() {
		if !m.IsLearner {
			voters = append(voters, m)
		}
	}
	return voters
}

// get finds a member, or nil.
func (r *roster) get(id uint64) *api.Member {
	for _, m := range r.list() {
		if m.ID == id {
			return m
		}
	}
	return nil
}

// isRemoved tells whether a member was removed.
func (r *roster) isRemoved(id uint64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Contains(r.removed, id)
}

// isOut tells whether a member was removed and raft, for all that is committed
// here, does without it.
func (r *roster) isOut(id uint64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Contains(r.removed, id) && len(r.servers) > 0 && !slices.Contains(r.servers, id)
}

// configured takes note of a configuration of raft's that is committed.
func (r *roster) configured(c raft.Configuration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.servers = nil
	for _, s := range c.Servers {
		r.servers = append(r.servers, parseID(string(s.ID)))
	}
}

func (r *roster) snapshot() rosterState {
	r.mu.Lock()
	defer r.mu.Unlock()
	return rosterState{Members: r.members, Removed: slices.Clone(r.removed), Servers: slices.Clone(r.servers)}
}

func (r *roster) restore(s rosterState) {
	r.mu.Lock()
	r.members, r.removed, r.servers = s.Members, slices.Clone(s.Removed), slices.Clone(s.Servers)
	r.mu.Unlock()
	r.tell()
}

// tell wakes the one who waits for a change.
func (r *roster) tell() {
	select {
	case r.pulse <- struct{}{}:
	default:
	}
}

// apply carries a change out, or says why not, as etcd's
// ValidateConfigurationChange does. It is deterministic: nothing but the
// roster and the change decide.
func (r *roster) apply(c *membershipChange) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.tell()
	if c.Kind == changeFound {
		r.members = c.Members
		return nil
	}
	id := c.Member.ID
	i := slices.IndexFunc(r.members, func(m *api.Member) bool { return m.ID == id })
	switch {
	case slices.Contains(r.removed, id):
		return errMemberNotFound
	case c.Kind == changeAdd && i >= 0:
		return errMemberExists
	case c.Kind != changeAdd && i < 0:
		return errMemberNotFound
	}
	switch c.Kind {
	case changeAdd:
		return r.add(c.Member)
	case changeRemove:
		r.members = slices.Delete(slices.Clone(r.members), i, i+1)
		r.removed = append(r.removed, id)
		slices.Sort(r.removed)
		return nil
	}
	return r.edit(i, c)
}

func (r *roster) add(m api.Member) error {
	if r.taken(m.PeerURLs, m.ID) {
		return errPeerURLExists
	}
	if m.IsLearner && r.learners() >= maxLearners {
		return errTooManyLearners
	}
	r.members = append(slices.Clone(r.members), &m)
	slices.SortFunc(r.members, byID)
	return nil
}

// edit changes the i-th member.
func (r *roster) edit(i int, c *membershipChange) error {
	edited := *r.members[i]
	switch c.Kind {
	case changeUpdate:
		if r.taken(c.Member.PeerURLs, edited.ID) {
			return errPeerURLExists
		}
		edited.PeerURLs = c.Member.PeerURLs
	case changePromote:
		if !edited.IsLearner {
			return errNotLearner
		}
		edited.IsLearner = false
	case changePublish:
		edited.Name, edited.ClientURLs = c.Member.Name, c.Member.ClientURLs
	}
	r.members = slices.Clone(r.members)
	r.members[i] = &edited
	return nil
}

// taken tells whether another member is at one of the URLs.
func (r *roster) taken(urls []string, but uint64) bool {
	for _, m := range r.members {
		for _, u := range m.PeerURLs {
			if m.ID != but && slices.Contains(urls, u) {
				return true
			}
		}
	}
	return false
}

func (r *roster) learners() (n int) {
	for _, m := range r.members {
		if m.IsLearner {
			n++
		}
	}
	return n
}

func byID(a, b *api.Member) int { return cmp.Compare(a.ID, b.ID) }

// founding is the command that all founders write at the beginning of their
// logs, the same in each.
func founding(infos []disk.MemberInfo) *Command {
	c := &membershipChange{Kind: changeFound}
	for _, info := range infos {
		c.Members = append(c.Members, &api.Member{ID: info.ID, Name: info.Name, PeerURLs: info.PeerURLs})
	}
	slices.SortFunc(c.Members, byID)
	return &Command{Membership: c}
}

// applyMembership carries a change of the membership out and tells of it: once
// in the world as an event, and in this member's log.
func (m *machine) applyMembership(c *membershipChange, l *raft.Log, told bool) outcome {
	before := m.roster.get(c.Member.ID)
	err := m.roster.apply(c)
	if told && err == nil && c.Kind != changePublish {
		m.emit(m.membershipEvent(changeWords[c.Kind], l.Index, l.Term))
	}
	if err != nil {
		return outcome{err: err}
	}
	m.regrouped(c, before)
	return outcome{resp: m.roster.list()}
}

// changeWords say in events what happened to the membership.
var changeWords = map[uint32]string{
	changeFound: "founded", changeAdd: "added", changeRemove: "removed", changeUpdate: "updated", changePromote: "promoted",
}

// membershipEvent tells the membership: the machines that voters and learners
// run on.
func (m *machine) membershipEvent(what string, index, term uint64) event.Event {
	e := event.Event{Type: event.Membership, What: what, Index: index, Term: term}
	for _, member := range m.roster.list() {
		name := m.nameOf(ipOf(member.PeerURLs))
		if member.IsLearner {
			e.Learners = append(e.Learners, name)
		} else {
			e.Members = append(e.Members, name)
		}
	}
	slices.Sort(e.Members)
	slices.Sort(e.Learners)
	return e
}

// ipOf is the address in the first URL.
func ipOf(urls []string) string {
	ip, _, _ := strings.Cut(hostPort(urls), ":")
	return ip
}

// address is how raft's configuration names where a member is: all its peer
// URLs, so that a change of them is one of the configuration.
func address(urls []string) raft.ServerAddress {
	return raft.ServerAddress(strings.Join(urls, ","))
}

// dialAddress is "ip:port" of an address of either form.
func dialAddress(a string) string {
	first, _, _ := strings.Cut(a, ",")
	return hostPort([]string{first})
}
