package member

import "quorumlab/lab/api"

// tellMembership logs a change of the membership that is applied, as etcd does
// (membership/cluster.go). Founders are logged at the start, what a member
// publishes when it has joined.
func (m *Member) tellMembership(c *membershipChange, before *api.Member) {
	cluster, self := field("cluster-id", FormatID(m.identity.ClusterID)), field("local-member-id", m.id())
	switch about := &c.Member; c.Kind {
	case changeAdd:
		m.line("info", "", "membership/cluster.go:424", "added member", cluster, self, field("added-peer-id", FormatID(about.ID)),
			field("added-peer-peer-urls", about.PeerURLs), field("added-peer-is-learner", about.IsLearner))
	case changeRemove:
		m.line("info", "", "membership/cluster.go:460", "removed member", cluster, self, field("removed-remote-peer-id", FormatID(about.ID)),
			field("removed-remote-peer-urls", before.PeerURLs), field("removed-remote-peer-is-learner", before.IsLearner))
	case changeUpdate:
		m.line("info", "", "", "updated member", cluster, self, field("updated-remote-peer-id", FormatID(about.ID)),
			field("updated-remote-peer-urls", about.PeerURLs), field("updated-remote-peer-is-learner", before.IsLearner))
	case changePromote:
		m.line("info", "", "", "promote member", cluster, self, field("promoted-member-id", FormatID(about.ID)))
	}
}
