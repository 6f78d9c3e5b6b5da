package etcdctl

import "quorumlab/lab/api"

// clusterPrinter is what an output format makes of changes of the membership.
// Only simple, json and protobuf have a form for them.
type clusterPrinter interface {
	memberAdd(*api.MemberAddResponse) error
	memberRemove(id uint64, r *api.MemberRemoveResponse) error
	memberUpdate(id uint64, r *api.MemberUpdateResponse) error
	memberPromote(id uint64, r *api.MemberPromoteResponse) error
	moveLeader(leader, target uint64, r *api.MoveLeaderResponse) error
}

func (u unsupported) memberAdd(*api.MemberAddResponse) error                   { return u.fail() }
func (u unsupported) memberRemove(uint64, *api.MemberRemoveResponse) error     { return u.fail() }
func (u unsupported) memberUpdate(uint64, *api.MemberUpdateResponse) error     { return u.fail() }
func (u unsupported) memberPromote(uint64, *api.MemberPromoteResponse) error   { return u.fail() }
func (u unsupported) moveLeader(uint64, uint64, *api.MoveLeaderResponse) error { return u.fail() }

func (p *jsonPrinter) memberAdd(r *api.MemberAddResponse) error                   { return p.write(r) }
func (p *jsonPrinter) memberRemove(_ uint64, r *api.MemberRemoveResponse) error   { return p.write(r) }
func (p *jsonPrinter) memberUpdate(_ uint64, r *api.MemberUpdateResponse) error   { return p.write(r) }
func (p *jsonPrinter) memberPromote(_ uint64, r *api.MemberPromoteResponse) error { return p.write(r) }
func (p *jsonPrinter) moveLeader(_, _ uint64, r *api.MoveLeaderResponse) error    { return p.write(r) }
func (p *protobufPrinter) memberAdd(r *api.MemberAddResponse) error               { return p.write(r) }
func (p *protobufPrinter) memberRemove(_ uint64, r *api.MemberRemoveResponse) error {
	return p.write(r)
}
func (p *protobufPrinter) memberUpdate(_ uint64, r *api.MemberUpdateResponse) error {
	return p.write(r)
}
func (p *protobufPrinter) memberPromote(_ uint64, r *api.MemberPromoteResponse) error {
	return p.write(r)
}
func (p *protobufPrinter) moveLeader(_, _ uint64, r *api.MoveLeaderResponse) error { return p.write(r) }

const fieldsUnsupported = unsupported("fields")

func (p *fieldsPrinter) memberAdd(*api.MemberAddResponse) error { return fieldsUnsupported.fail() }
func (p *fieldsPrinter) memberRemove(uint64, *api.MemberRemoveResponse) error {
	return fieldsUnsupported.fail()
}
func (p *fieldsPrinter) memberUpdate(uint64, *api.MemberUpdateResponse) error {
	return fieldsUnsupported.fail()
}
func (p *fieldsPrinter) memberPromote(uint64, *api.MemberPromoteResponse) error {
	return fieldsUnsupported.fail()
}
func (p *fieldsPrinter) moveLeader(uint64, uint64, *api.MoveLeaderResponse) error {
	return fieldsUnsupported.fail()
}
