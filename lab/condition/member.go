package condition

import "quorumlab/lab/event"

// member is what is known of one member. What stands on its disk (term, log,
// revision) is kept while it is down, and gone when the disk is wiped.
type member struct {
	name, address  string
	voter, learner bool // what it is in the cluster; neither: it does not belong

	state string // up, down, paused or starting
	why   string // how it got there
	role  string // empty unless it is up or paused
	takes string // whom it takes for leader

	term, index, commit, applied uint64
	votedFor                     string
	rev                          int64
	hash                         string

	fsyncMicros   int64
	full, corrupt bool
	empty         bool // the disk was wiped and nothing has been written to it since
	wipes         int  // since ready
	restored      *restored
	led           int  // times it became leader since ready
	starts        int  // times its process was started since ready
	truncated     int  // times entries were taken off the end of its log since ready
	installed     int  // raft snapshots it got from a leader since ready
	promoted      bool // it was a learner, and got its vote since ready

	peerPortClosed, clientPortClosed bool
}

// restored says which snapshot a member's data directory was made from; nil
// once the directory is gone.
type restored struct {
	rev      int64
	atMicros int64
}

func (mb *member) up() bool { return mb.state == "up" }

// belongs tells whether the cluster counts the member as its own, voter or
// learner; a machine on which nothing was started yet does not belong, nor one
// whose member was removed.
func (mb *member) belongs() bool { return mb.voter || mb.learner }

// members are those of the cluster, in order.
func (m *Model) members() []*member { return m.which((*member).belongs) }

// voters are the members that a quorum is made of.
func (m *Model) voters() []*member { return m.which(func(mb *member) bool { return mb.voter }) }

func (m *Model) which(is func(*member) bool) (all []*member) {
	for _, mb := range m.machines {
		if is(mb) {
			all = append(all, mb)
		}
	}
	return all
}

// member finds a member by its name, and makes it known if it is new.
func (m *Model) member(name string) *member {
	if known := m.byName[name]; known != nil {
		return known
	}
	if m.byName == nil {
		m.byName = map[string]*member{}
	}
	mb := &member{name: name, state: "down"}
	m.byName[name] = mb
	m.machines = append(m.machines, mb)
	m.leaderStale = true
	return mb
}

func (m *Model) observeMember(e *event.Event) {
	mb := m.member(e.Member)
	if e.Why == "started" && mb.state != e.State && (mb.state == "down" || mb.state == "") {
		mb.starts++
	}
	mb.state, mb.why = e.State, e.Why
	if address := e.Addresses[e.Member]; address != "" {
		mb.address = address
	}
	if mb.state == "down" {
		mb.role, mb.takes = "", ""
	}
	m.leaderStale = true
}

func (m *Model) observeRole(e *event.Event) {
	mb := m.member(e.Member)
	m.noteCandidacy(e)
	if e.Role == "leader" && mb.role != "leader" {
		mb.led++
		m.elections++
	}
	mb.role = e.Role
	if e.Role != "pre-candidate" {
		mb.term = max(mb.term, e.Term)
	}
	m.leaderStale = true
}

func (m *Model) observeTerm(e *event.Event) {
	m.member(e.Member).term = e.Term
	m.leaderStale = true
}

func (m *Model) observeVote(e *event.Event) { m.member(e.Member).votedFor = e.Peer }

func (m *Model) observeLeader(e *event.Event) { m.member(e.Member).takes = e.Peer }

func (m *Model) observeAppend(e *event.Event) {
	mb := m.member(e.Member)
	mb.index, mb.empty = e.Index, false
}

func (m *Model) observeTruncate(e *event.Event) {
	mb := m.member(e.Member)
	mb.truncated++
	if e.First > 0 {
		mb.index = e.First - 1
	}
}

func (m *Model) observeCommit(e *event.Event) { m.member(e.Member).commit = e.Index }

func (m *Model) observeApply(e *event.Event) {
	mb := m.member(e.Member)
	mb.applied, mb.rev, mb.hash = e.Index, e.Rev, e.Hash
}

func (m *Model) observeDisk(e *event.Event) {
	mb := m.member(e.Member)
	mb.fsyncMicros, mb.full, mb.corrupt = e.FsyncMicros, e.Full, e.Corrupt
	if e.Wiped {
		m.wipe(mb)
	}
}

// wipe forgets what stood on a disk; when the last copy goes, so does all that
// was committed.
func (m *Model) wipe(mb *member) {
	mb.term, mb.index, mb.commit, mb.applied, mb.rev = 0, 0, 0, 0, 0
	mb.votedFor, mb.hash, mb.restored = "", "", nil
	mb.empty = true
	mb.wipes++
	if m.every(func(mb *member) bool { return mb.empty }) {
		m.keys.clear()
	}
}

func (m *Model) observeSnapshot(e *event.Event) {
	mb := m.member(e.Member)
	switch e.What {
	case "installed":
		mb.installed++
		mb.index, mb.commit, mb.applied = max(mb.index, e.Index), max(mb.commit, e.Index), max(mb.applied, e.Index)
		mb.rev, mb.empty = max(mb.rev, e.Rev), false
	case "restored":
		mb.index, mb.rev = e.Index, e.Rev
		mb.restored, mb.empty = &restored{rev: e.Rev, atMicros: e.T}, false
	}
}

func (m *Model) observeFirewall(e *event.Event) {
	mb := m.member(e.Member)
	switch e.Port {
	case 2379:
		mb.clientPortClosed = e.State == "drop"
	case 2380:
		mb.peerPortClosed = e.State == "drop"
	}
	m.leaderStale = true
}

func (m *Model) observeLink(e *event.Event) {
	if m.cut == nil {
		m.cut = map[[2]string]bool{}
	}
	link := [2]string{e.From, e.To}
	if e.State == "cut" || e.LossPermille >= 1000 {
		m.cut[link] = true
	} else {
		delete(m.cut, link)
	}
	m.leaderStale = true
}

func (m *Model) every(is func(*member) bool) bool {
	for _, mb := range m.members() {
		if !is(mb) {
			return false
		}
	}
	return len(m.members()) > 0
}

// term is the highest term on any disk.
func (m *Model) term() uint64 {
	var highest uint64
	for _, mb := range m.members() {
		highest = max(highest, mb.term)
	}
	return highest
}
