package etcdctl

import (
	"fmt"

	"quorumlab/lab/api"
	"quorumlab/lab/internal/tool"
)

// leasePrinter is how an output format shows transactions, leases and changes.
type leasePrinter interface {
	txn(*api.TxnResponse) error
	grant(*api.LeaseGrantResponse) error
	revoke(id int64, r *api.LeaseRevokeResponse) error
	keepAlive(*api.LeaseKeepAliveResponse) error
	timeToLive(r *api.LeaseTimeToLiveResponse, keys bool) error
	leases(*api.LeaseLeasesResponse) error
	watch(*api.WatchResponse) error
}

func (p *simplePrinter) txn(r *api.TxnResponse) error {
	if r.Succeeded {
		fmt.Fprintln(p.out, "SUCCESS")
	} else {
		fmt.Fprintln(p.out, "FAILURE")
	}
	for _, op := range r.Responses {
		fmt.Fprintln(p.out)
		if err := printOp(p, op); err != nil {
			return err
		}
	}
	return nil
}

// printOp prints one answer of a transaction.
func printOp(p printer, op *api.ResponseOp) error {
	switch {
	case op.Range != nil:
		return p.get(op.Range)
	case op.Put != nil:
		return p.put(op.Put)
	case op.DeleteRange != nil:
		return p.del(op.DeleteRange)
	}
	return nil
}

func (p *simplePrinter) grant(r *api.LeaseGrantResponse) error {
	fmt.Fprintf(p.out, "lease %016x granted with TTL(%ds)\n", r.ID, r.TTL)
	return nil
}

func (p *simplePrinter) revoke(id int64, _ *api.LeaseRevokeResponse) error {
	fmt.Fprintf(p.out, "lease %016x revoked\n", id)
	return nil
}

func (p *simplePrinter) keepAlive(r *api.LeaseKeepAliveResponse) error {
	fmt.Fprintf(p.out, "lease %016x keepalived with TTL(%d)\n", r.ID, r.TTL)
	return nil
}

func (p *simplePrinter) timeToLive(r *api.LeaseTimeToLiveResponse, keys bool) error {
	if r.GrantedTTL == 0 && r.TTL == -1 {
		fmt.Fprintf(p.out, "lease %016x already expired\n", r.ID)
		return nil
	}
	attached := ""
	if keys {
		attached = fmt.Sprintf(", attached keys(%s)", r.Keys)
	}
	fmt.Fprintf(p.out, "lease %016x granted with TTL(%ds), remaining(%ds)%s\n", r.ID, r.GrantedTTL, r.TTL, attached)
	return nil
}

func (p *simplePrinter) leases(r *api.LeaseLeasesResponse) error {
	fmt.Fprintf(p.out, "found %d leases\n", len(r.Leases))
	for _, l := range r.Leases {
		fmt.Fprintf(p.out, "%016x\n", l.ID)
	}
	return nil
}

func (p *simplePrinter) watch(r *api.WatchResponse) error {
	for _, e := range r.Events {
		fmt.Fprintln(p.out, eventName(e.Type))
		if e.PrevKv != nil {
			p.kv(e.PrevKv)
		}
		p.kv(e.Kv)
	}
	return nil
}

// eventName is an event's type in the API.
func eventName(kind int32) string {
	if kind == api.EventDelete {
		return "DELETE"
	}
	return "PUT"
}

func (p *fieldsPrinter) txn(r *api.TxnResponse) error {
	p.header(r.Header, true)
	p.line("Succeeded", "%t", r.Succeeded)
	for _, op := range r.Responses {
		if err := printOp(p, op); err != nil {
			return err
		}
	}
	return nil
}

func (p *fieldsPrinter) lease(h api.Header, id, ttl int64) error {
	p.header(h, true)
	p.leaseID(id)
	p.line("TTL", "%d", ttl)
	return nil
}

func (p *fieldsPrinter) leaseID(id int64) {
	if p.hex {
		p.line("ID", "%016x", id)
	} else {
		p.line("ID", "%d", id)
	}
}

func (p *fieldsPrinter) grant(r *api.LeaseGrantResponse) error { return p.lease(r.Header, r.ID, r.TTL) }

func (p *fieldsPrinter) revoke(_ int64, r *api.LeaseRevokeResponse) error {
	p.header(r.Header, true)
	return nil
}

func (p *fieldsPrinter) keepAlive(r *api.LeaseKeepAliveResponse) error {
	return p.lease(r.Header, r.ID, r.TTL)
}

func (p *fieldsPrinter) timeToLive(r *api.LeaseTimeToLiveResponse, _ bool) error {
	if err := p.lease(r.Header, r.ID, r.TTL); err != nil {
		return err
	}
	p.line("GrantedTTL", "%d", r.GrantedTTL)
	for _, key := range r.Keys {
		p.line("Key", "%q", key)
	}
	return nil
}

func (p *fieldsPrinter) leases(r *api.LeaseLeasesResponse) error {
	p.header(r.Header, true)
	for _, l := range r.Leases {
		p.leaseID(l.ID)
	}
	return nil
}

func (p *fieldsPrinter) watch(r *api.WatchResponse) error {
	p.header(r.Header, true)
	for _, e := range r.Events {
		p.line("Type", "%s", eventName(e.Type))
		if e.PrevKv != nil {
			p.kv("Prev", e.PrevKv)
		}
		p.kv("", e.Kv)
	}
	return nil
}

// What the real client makes of answers about leases: their header's fields lie
// beside their own.
type (
	jsonLease struct {
		api.Header
		ID  int64
		TTL int64
	}
	jsonGrant struct {
		jsonLease
		Error string
	}
	jsonTimeToLive struct {
		api.Header
		ID         int64    `json:"id"`
		TTL        int64    `json:"ttl"`
		GrantedTTL int64    `json:"granted-ttl"`
		Keys       [][]byte `json:"keys"`
	}
	jsonLeaseID struct {
		ID int64 `json:"id"`
	}
	jsonLeases struct {
		api.Header
		Leases []jsonLeaseID `json:"leases"`
	}
	jsonWatch struct {
		Header          api.Header
		Events          []*api.Event
		CompactRevision int64
		Canceled        bool
		Created         bool
	}
)

func (p *jsonPrinter) txn(r *api.TxnResponse) error { return p.write(r) }

func (p *jsonPrinter) grant(r *api.LeaseGrantResponse) error {
	return p.write(jsonGrant{jsonLease{r.Header, r.ID, r.TTL}, r.Error})
}

func (p *jsonPrinter) revoke(_ int64, r *api.LeaseRevokeResponse) error { return p.write(r) }

func (p *jsonPrinter) keepAlive(r *api.LeaseKeepAliveResponse) error {
	return p.write(jsonLease{r.Header, r.ID, r.TTL})
}

func (p *jsonPrinter) timeToLive(r *api.LeaseTimeToLiveResponse, _ bool) error {
	return p.write(jsonTimeToLive{r.Header, r.ID, r.TTL, r.GrantedTTL, r.Keys})
}

func (p *jsonPrinter) leases(r *api.LeaseLeasesResponse) error {
	list := jsonLeases{Header: r.Header, Leases: []jsonLeaseID{}}
	for _, l := range r.Leases {
		list.Leases = append(list.Leases, jsonLeaseID{l.ID})
	}
	return p.write(list)
}

func (p *jsonPrinter) watch(r *api.WatchResponse) error {
	events := r.Events
	if events == nil && r.Header != (api.Header{}) { // a member's own message has a list
		events = []*api.Event{}
	}
	return p.write(jsonWatch{r.Header, events, r.CompactRevision, r.Canceled, r.Created})
}

func (u unsupported) txn(*api.TxnResponse) error                          { return u.fail() }
func (u unsupported) grant(*api.LeaseGrantResponse) error                 { return u.fail() }
func (u unsupported) revoke(int64, *api.LeaseRevokeResponse) error        { return u.fail() }
func (u unsupported) keepAlive(*api.LeaseKeepAliveResponse) error         { return u.fail() }
func (u unsupported) timeToLive(*api.LeaseTimeToLiveResponse, bool) error { return u.fail() }
func (u unsupported) leases(*api.LeaseLeasesResponse) error               { return u.fail() }
func (u unsupported) watch(*api.WatchResponse) error                      { return u.fail() }

// In protobuf the real one writes of most answers about leases no more than the
// header.
func (p *protobufPrinter) txn(r *api.TxnResponse) error                  { return p.write(r) }
func (p *protobufPrinter) watch(r *api.WatchResponse) error              { return p.write(r) }
func (p *protobufPrinter) grant(r *api.LeaseGrantResponse) error         { return p.write(&r.Header) }
func (p *protobufPrinter) keepAlive(r *api.LeaseKeepAliveResponse) error { return p.write(&r.Header) }
func (p *protobufPrinter) leases(r *api.LeaseLeasesResponse) error       { return p.write(&r.Header) }
func (p *protobufPrinter) timeToLive(r *api.LeaseTimeToLiveResponse, _ bool) error {
	return p.write(&r.Header)
}

func (p *protobufPrinter) revoke(_ int64, r *api.LeaseRevokeResponse) error {
	return tool.Fail(tool.ExitBadFeature, "marshal unsupported for type %s (%v)", "clientv3.LeaseRevokeResponse", r.Header)
}
