package member

import "quorumlab/lab/api"

// defragment gives back what is free in this member's database file. Only this
// member is asked, and it needs no quorum.
func (m *Member) defragment() (any, error) {
	m.Log("info", "starting defragment", nil)
	m.machine.store.Defragment()
	m.showSize()
	m.Log("info", "finished defragment", nil)
	return &api.DefragmentResponse{}, nil
}
