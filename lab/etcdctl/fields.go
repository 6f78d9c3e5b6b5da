package etcdctl

import (
	"fmt"
	"io"

	"quorumlab/lab/api"
)

// fieldsPrinter is -w fields: one `"Name" : value` a line.
type fieldsPrinter struct {
	out io.Writer
	hex bool
}

func (p *fieldsPrinter) line(name, format string, value any) {
	fmt.Fprintf(p.out, "%q : "+format+"\n", name, value)
}

func (p *fieldsPrinter) id(name string, id uint64) {
	if p.hex {
		p.line(name, "%x", id)
	} else {
		p.line(name, "%d", id)
	}
}

func (p *fieldsPrinter) end() { fmt.Fprintln(p.out) }

func (p *fieldsPrinter) header(h api.Header, rev bool) {
	p.id("ClusterID", h.ClusterID)
	p.id("MemberID", h.MemberID)
	if rev {
		p.line("Revision", "%d", h.Revision)
	}
	p.line("RaftTerm", "%d", h.RaftTerm)
}

func (p *fieldsPrinter) kv(prefix string, kv *api.KeyValue) {
	p.line(prefix+"Key", "%q", string(kv.Key))
	p.line(prefix+"CreateRevision", "%d", kv.CreateRevision)
	p.line(prefix+"ModRevision", "%d", kv.ModRevision)
	p.line(prefix+"Version", "%d", kv.Version)
	p.line(prefix+"Value", "%q", string(kv.Value))
	if p.hex {
		p.line(prefix+"Lease", "%016x", kv.Lease)
	} else {
		p.line(prefix+"Lease", "%d", kv.Lease)
	}
}

func (p *fieldsPrinter) get(r *api.RangeResponse) error {
	p.header(r.Header, true)
	for _, kv := range r.Kvs {
		p.kv("", kv)
	}
	p.line("More", "%t", r.More)
	p.line("Count", "%d", r.Count)
	return nil
}

func (p *fieldsPrinter) put(r *api.PutResponse) error {
	p.header(r.Header, true)
	if r.PrevKv != nil {
		p.kv("Prev", r.PrevKv)
	}
	return nil
}

func (p *fieldsPrinter) del(r *api.DeleteRangeResponse) error {
	p.header(r.Header, true)
	p.line("Deleted", "%d", r.Deleted)
	for _, kv := range r.PrevKvs {
		p.kv("Prev", kv)
	}
	return nil
}

func (p *fieldsPrinter) alarm(r *api.AlarmResponse) error {
	if r.Header != (api.Header{}) {
		p.header(r.Header, true)
	}
	for _, a := range r.Alarms {
		p.id("MemberID", a.MemberID)
		p.line("AlarmType", "%s", alarmName(a.Alarm))
		p.end()
	}
	return nil
}

func (p *fieldsPrinter) memberList(r *api.MemberListResponse) error {
	p.header(r.Header, false)
	for _, m := range r.Members {
		p.id("ID", m.ID)
		p.line("Name", "%q", m.Name)
		for _, u := range m.PeerURLs {
			p.line("PeerURL", "%q", u)
		}
		for _, u := range m.ClientURLs {
			p.line("ClientURL", "%q", u)
		}
		p.line("IsLearner", "%t", m.IsLearner)
		p.end()
	}
	return nil
}

func (p *fieldsPrinter) status(list []endpointStatus) error {
	for _, e := range list {
		s, down := e.Status, e.Status.DowngradeInfo
		if down == nil {
			down = &api.Downgrade{}
		}
		p.header(s.Header, true)
		p.line("Version", "%q", s.Version)
		p.line("StorageVersion", "%q", s.StorageVersion)
		p.line("DBSize", "%d", s.DbSize)
		p.line("DBSizeInUse", "%d", s.DbSizeInUse)
		p.line("DBSizeQuota", "%d", s.DbSizeQuota)
		p.id("Leader", s.Leader)
		p.line("IsLearner", "%t", s.IsLearner)
		p.line("RaftIndex", "%d", s.RaftIndex)
		p.line("RaftAppliedIndex", "%d", s.RaftAppliedIndex)
		p.line("Errors", "%q", s.Errors)
		p.line("Endpoint", "%q", e.Endpoint)
		p.line("DowngradeTargetVersion", "%q", down.TargetVersion)
		p.line("DowngradeEnabled", "%t", down.Enabled)
		p.end()
	}
	return nil
}

func (p *fieldsPrinter) hashKV(list []endpointHash) error {
	for _, h := range list {
		p.header(h.HashKV.Header, true)
		p.line("Endpoint", "%q", h.Endpoint)
		p.line("Hash", "%d", h.HashKV.Hash)
		p.line("HashRevision", "%d", h.HashKV.HashRevision)
		p.end()
	}
	return nil
}

func (p *fieldsPrinter) health(list []endpointHealth) error {
	for _, h := range list {
		p.line("Endpoint", "%q", h.Endpoint)
		p.line("Health", "%t", h.Health)
		p.line("Took", "%s", h.Took)
		p.line("Error", "%s", h.Error)
		p.end()
	}
	return nil
}
