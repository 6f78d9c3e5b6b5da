package condition

import "slices"

// quorum is the smallest majority of the members with a vote.
func (m *Model) quorum() int { return len(m.voters())/2 + 1 }

// linked tells whether the wires between two members carry both ways: neither
// direction is cut (or loses everything) and neither peer port is closed.
func (m *Model) linked(a, b *member) bool {
	return a == b || !m.cut[[2]string{a.name, b.name}] && !m.cut[[2]string{b.name, a.name}] &&
		!a.peerPortClosed && !b.peerPortClosed
}

// connected: both are up, and linked.
func (m *Model) connected(a, b *member) bool { return a.up() && b.up() && m.linked(a, b) }

// reaches counts the voters a member has to do with, itself included if it has
// a vote.
func (m *Model) reaches(mb *member) int {
	n := 0
	for _, other := range m.voters() {
		if m.connected(mb, other) {
			n++
		}
	}
	return n
}

// leader is the member that can commit a write now: it is up, its role is
// leader, and it is connected to a quorum that it is part of. Where two claim
// this, the higher term leads. A deposed leader that does not know it yet is
// not this one: see leaders.
func (m *Model) leader() *member {
	if !m.leaderStale {
		return m.leaderNow
	}
	m.leaderStale, m.leaderNow = false, nil
	for _, mb := range m.leaders() {
		if m.reaches(mb) >= m.quorum() && (m.leaderNow == nil || mb.term > m.leaderNow.term) {
			m.leaderNow = mb
		}
	}
	return m.leaderNow
}

// leaders are all members that are up and believe they lead.
func (m *Model) leaders() []*member {
	var all []*member
	for _, mb := range m.members() {
		if mb.up() && mb.role == "leader" {
			all = append(all, mb)
		}
	}
	return all
}

// quorumLost: no member is connected to a quorum that it is part of, so that
// nobody could be elected however long one waits.
func (m *Model) quorumLost() bool {
	return m.every(func(mb *member) bool { return m.reaches(mb) < m.quorum() })
}

// healthy: the member is up, and is or is connected to the leader.
func (m *Model) healthy(mb *member) bool {
	leader := m.leader()
	return leader != nil && m.connected(mb, leader)
}

// groups are the cluster's members in sets that can talk among themselves, directly or
// through others, under the relation joined; those for which it does not even
// hold with themselves are left out. Larger sets come first, members keep
// their order.
func (m *Model) groups(joined func(a, b *member) bool) [][]*member {
	var groups [][]*member
	seen := map[*member]bool{}
	for _, mb := range m.members() {
		if !seen[mb] && joined(mb, mb) {
			groups = append(groups, m.group(mb, joined, seen))
		}
	}
	slices.SortStableFunc(groups, func(a, b []*member) int { return len(b) - len(a) })
	return groups
}

func (m *Model) group(from *member, joined func(a, b *member) bool, seen map[*member]bool) []*member {
	group := []*member{from}
	seen[from] = true
	for i := 0; i < len(group); i++ {
		for _, other := range m.members() {
			if !seen[other] && joined(group[i], other) {
				seen[other] = true
				group = append(group, other)
			}
		}
	}
	slices.SortFunc(group, func(a, b *member) int { return slices.Index(m.machines, a) - slices.Index(m.machines, b) })
	return group
}
