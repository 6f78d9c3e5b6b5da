package txn

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand"
	"slices"
	"testing"

	"quorumlab/lab/api"
	"quorumlab/lab/mvcc"
)

// model is a store as simple as can be: what it held at each revision.
type model struct {
	at      []map[string]api.KeyValue // by revision; 0 is not used
	compact int64
}

func newModel() *model { return &model{at: []map[string]api.KeyValue{nil, {}}, compact: -1} }

func (m *model) rev() int64 { return int64(len(m.at)) - 1 }

// pending is a transaction on its way.
type pending struct {
	*model
	now     map[string]api.KeyValue
	changed bool
}

func (m *model) begin() *pending { return &pending{model: m, now: maps.Clone(m.at[m.rev()])} }

func (p *pending) end() {
	if p.changed {
		p.at = append(p.at, p.now)
	}
}

// header is the revision that an answer within the transaction tells.
func (p *pending) header() api.Header {
	if p.changed {
		return api.Header{Revision: p.rev() + 1}
	}
	return api.Header{Revision: p.rev()}
}

func in(key string, from, end []byte) bool {
	return (&mvcc.Interval{Key: from, End: end}).Holds([]byte(key))
}

func (m *model) readable(rev int64) error {
	switch {
	case rev > m.rev():
		return mvcc.ErrFuture
	case rev > 0 && rev < m.compact:
		return mvcc.ErrCompacted
	}
	return nil
}

func (p *pending) read(r *api.RangeRequest) *api.RangeResponse {
	keys := p.now
	if r.Revision > 0 {
		keys = p.at[r.Revision]
	}
	resp := &api.RangeResponse{Header: p.header()}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		kv := keys[key]
		if !in(key, r.Key, r.RangeEnd) {
			continue
		}
		resp.Count++
		if r.CountOnly || kv.ModRevision < r.MinModRevision || r.MaxModRevision > 0 && kv.ModRevision > r.MaxModRevision ||
			kv.CreateRevision < r.MinCreateRevision || r.MaxCreateRevision > 0 && kv.CreateRevision > r.MaxCreateRevision {
			continue
		}
		if r.KeysOnly {
			kv.Value = nil
		}
		resp.Kvs = append(resp.Kvs, &kv)
	}
	order := func(a, b *api.KeyValue) int {
		return [...]int{
			bytes.Compare(a.Key, b.Key), cmp.Compare(a.Version, b.Version), cmp.Compare(a.CreateRevision, b.CreateRevision),
			cmp.Compare(a.ModRevision, b.ModRevision), bytes.Compare(a.Value, b.Value),
		}[r.SortTarget]
	}
	if r.SortOrder == api.SortDescend {
		up := order
		order = func(a, b *api.KeyValue) int { return up(b, a) }
	}
	if !r.KeysOnly || r.SortTarget != api.SortByValue { // values are gone by then here, but not there
		slices.SortStableFunc(resp.Kvs, order)
	}
	if r.Limit > 0 && int64(len(resp.Kvs)) > r.Limit {
		resp.Kvs, resp.More = resp.Kvs[:r.Limit], true
	}
	return resp
}

func (p *pending) put(r *api.PutRequest) *api.PutResponse {
	old, there := p.now[string(r.Key)]
	kv := api.KeyValue{Key: r.Key, Value: r.Value, Lease: r.Lease, CreateRevision: p.rev() + 1, ModRevision: p.rev() + 1, Version: 1}
	if there {
		kv.CreateRevision, kv.Version = old.CreateRevision, old.Version+1
	}
	if r.IgnoreValue {
		kv.Value = old.Value
	}
	if r.IgnoreLease {
		kv.Lease = old.Lease
	}
	p.now[string(r.Key)], p.changed = kv, true
	resp := &api.PutResponse{Header: p.header()}
	if r.PrevKv && there {
		resp.PrevKv = &old
	}
	return resp
}

func (p *pending) del(r *api.DeleteRangeRequest) *api.DeleteRangeResponse {
	resp := &api.DeleteRangeResponse{}
	for _, key := range slices.Sorted(maps.Keys(p.now)) {
		if in(key, r.Key, r.RangeEnd) {
			kv := p.now[key]
			resp.Deleted++
			p.changed = true
			delete(p.now, key)
			if r.PrevKv {
				resp.PrevKvs = append(resp.PrevKvs, &kv)
			}
		}
	}
	resp.Header = p.header()
	return resp
}

func (p *pending) holds(c *api.Compare) bool {
	none, all := true, true
	for key, kv := range p.now {
		if in(key, c.Key, c.RangeEnd) {
			none, all = false, all && holdsFor(c, kv)
		}
	}
	if none {
		return c.Target != api.CompareValue && holdsFor(c, api.KeyValue{})
	}
	return all
}

func holdsFor(c *api.Compare, kv api.KeyValue) bool {
	var order int
	switch c.Target {
	case api.CompareVersion:
		order = cmp.Compare(kv.Version, *c.Version)
	case api.CompareCreate:
		order = cmp.Compare(kv.CreateRevision, *c.CreateRevision)
	case api.CompareMod:
		order = cmp.Compare(kv.ModRevision, *c.ModRevision)
	case api.CompareLease:
		order = cmp.Compare(kv.Lease, *c.Lease)
	default:
		order = bytes.Compare(kv.Value, *c.Value)
	}
	return [...]bool{order == 0, order > 0, order < 0, order != 0}[c.Result]
}

// chosen gives the list of a transaction that is carried out, and of the nested
// ones; all of it is decided before anything is written.
func (p *pending) chosen(r *api.TxnRequest) (list []*api.RequestOp, succeeded bool, nested map[*api.TxnRequest]bool) {
	nested = map[*api.TxnRequest]bool{}
	var decide func(r *api.TxnRequest)
	decide = func(r *api.TxnRequest) {
		ok := true
		for _, c := range r.Compare {
			ok = ok && p.holds(c)
		}
		nested[r] = ok
		for _, op := range pick(r, ok) {
			if op.Txn != nil {
				decide(op.Txn)
			}
		}
	}
	decide(r)
	return pick(r, nested[r]), nested[r], nested
}

func pick(r *api.TxnRequest, succeeded bool) []*api.RequestOp {
	if succeeded {
		return r.Success
	}
	return r.Failure
}

func (p *pending) txn(r *api.TxnRequest, leases fixed) (*api.TxnResponse, error) {
	_, _, decided := p.chosen(r)
	if err := p.refused(r, decided, leases); err != nil {
		return nil, err
	}
	return p.run(r, decided), nil
}

func (p *pending) refused(r *api.TxnRequest, decided map[*api.TxnRequest]bool, leases fixed) error {
	var inner []*api.TxnRequest
	for _, op := range pick(r, decided[r]) {
		switch {
		case op.Put != nil:
			_, there := p.now[string(op.Put.Key)]
			if op.Put.Lease != 0 && !leases.Has(op.Put.Lease) {
				return ErrLeaseNotFound
			}
			if (op.Put.IgnoreLease || op.Put.IgnoreValue) && !there {
				return ErrKeyNotFound
			}
		case op.Range != nil:
			if err := p.readable(op.Range.Revision); err != nil {
				return err
			}
		case op.Txn != nil:
			inner = append(inner, op.Txn)
		}
	}
	for _, r := range inner {
		if err := p.refused(r, decided, leases); err != nil {
			return err
		}
	}
	return nil
}

func (p *pending) run(r *api.TxnRequest, decided map[*api.TxnRequest]bool) *api.TxnResponse {
	resp := &api.TxnResponse{Succeeded: decided[r]}
	for _, op := range pick(r, decided[r]) {
		answer := &api.ResponseOp{}
		switch {
		case op.Range != nil:
			answer.Range = p.read(op.Range)
		case op.Put != nil:
			answer.Put = p.put(op.Put)
		case op.DeleteRange != nil:
			answer.DeleteRange = p.del(op.DeleteRange)
		case op.Txn != nil:
			answer.Txn = p.run(op.Txn, decided)
		}
		resp.Responses = append(resp.Responses, answer)
	}
	resp.Header = p.header()
	return resp
}

// fixed is leases that stay as they are.
type fixed []int64

func (f fixed) Has(id int64) bool { return slices.Contains(f, id) }

// random makes requests.
type random struct {
	*rand.Rand
	m *model
}

func (r random) key() []byte { return []byte{byte('a' + r.Intn(5))} }

func (r random) interval() (key, end []byte) {
	key = r.key()
	switch r.Intn(4) {
	case 0:
		return key, []byte{0}
	case 1:
		return key, r.key()
	}
	return key, nil
}

func (r random) flag() bool { return r.Intn(4) == 0 }

// maybe is mostly 0, else a revision that may exist.
func (r random) maybe() int64 {
	if r.Intn(3) > 0 {
		return 0
	}
	return r.Int63n(r.m.rev() + 2)
}

func (r random) read() *api.RangeRequest {
	q := &api.RangeRequest{
		Limit: int64(r.Intn(4)), Revision: r.maybe(), SortOrder: int32(r.Intn(3)), SortTarget: int32(r.Intn(5)), CountOnly: r.flag(),
		MinModRevision: r.maybe(), MaxModRevision: r.maybe(), MinCreateRevision: r.maybe(), MaxCreateRevision: r.maybe(),
	}
	q.KeysOnly = r.flag() && q.SortTarget != api.SortByValue
	q.Key, q.RangeEnd = r.interval()
	return q
}

func (r random) put() *api.PutRequest {
	q := &api.PutRequest{Key: r.key(), PrevKv: r.flag(), IgnoreValue: r.flag(), IgnoreLease: r.flag()}
	if !q.IgnoreValue {
		q.Value = []byte{byte('0' + r.Intn(3))}
	}
	if !q.IgnoreLease && r.flag() {
		q.Lease = int64(1 + r.Intn(3))
	}
	return q
}

func (r random) del() *api.DeleteRangeRequest {
	q := &api.DeleteRangeRequest{PrevKv: r.flag()}
	q.Key, q.RangeEnd = r.interval()
	return q
}

func (r random) compare() *api.Compare {
	n, value := int64(r.Intn(int(r.m.rev()+2))), []byte{byte('0' + r.Intn(3))}
	c := &api.Compare{Result: int32(r.Intn(4)), Target: int32(r.Intn(5))}
	c.Key, c.RangeEnd = r.interval()
	small := int64(r.Intn(4))
	switch c.Target {
	case api.CompareVersion:
		c.Version = &small
	case api.CompareCreate:
		c.CreateRevision = &n
	case api.CompareMod:
		c.ModRevision = &n
	case api.CompareLease:
		c.Lease = &small
	default:
		c.Value = &value
	}
	return c
}

func (r random) txn(depth int) *api.TxnRequest {
	q := &api.TxnRequest{}
	for range r.Intn(3) {
		q.Compare = append(q.Compare, r.compare())
	}
	for _, list := range []*[]*api.RequestOp{&q.Success, &q.Failure} {
		for range r.Intn(4) {
			*list = append(*list, r.op(depth))
		}
	}
	return q
}

func (r random) op(depth int) *api.RequestOp {
	switch n := r.Intn(7); {
	case n < 3:
		return &api.RequestOp{Put: r.put()}
	case n < 5:
		return &api.RequestOp{Range: r.read()}
	case n < 6 || depth == 0:
		return &api.RequestOp{DeleteRange: r.del()}
	}
	return &api.RequestOp{Txn: r.txn(depth - 1)}
}

// TestModel holds the store, transactions and the changes that watches see to
// the model, over random requests. A failure names its seed.
func TestModel(t *testing.T) {
	for seed := range int64(60) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) { againstModel(t, seed) })
	}
}

func againstModel(t *testing.T, seed int64) {
	m, s := newModel(), mvcc.New()
	r := random{rand.New(rand.NewSource(seed)), m}
	leases := fixed{1, 2}
	for step := range 200 {
		if r.Intn(30) == 0 {
			compactBoth(t, m, s, r.maybe())
			continue
		}
		q := r.txn(2)
		if Check(q) != nil {
			continue
		}
		p := m.begin()
		want, wantErr := p.txn(q, leases)
		w := s.Begin()
		got, err := Apply(w, leases, q)
		w.End()
		if wantErr == nil {
			p.end()
		}
		if !errors.Is(err, wantErr) || text(got) != text(want) {
			t.Fatalf("step %d: %s\n got %s, %v\nwant %s, %v", step, text(q), text(got), err, text(want), wantErr)
		}
		if s.Rev() != m.rev() || s.Keys() != int64(len(m.at[m.rev()])) {
			t.Fatalf("step %d: revision %d with %d keys, want %d with %d", step, s.Rev(), s.Keys(), m.rev(), len(m.at[m.rev()]))
		}
	}
	sameChanges(t, m, s)
	sameAfterRestore(t, m, s)
}

// text is a value to compare and to show; nil and an empty list are the same.
func text(v any) string {
	b, _ := json.Marshal(v) // no message can fail
	return string(b)
}

func compactBoth(t *testing.T, m *model, s *mvcc.Store, rev int64) {
	want := m.readable(rev)
	if rev <= 0 || rev <= m.compact {
		want = mvcc.ErrCompacted
	}
	if err := s.Compact(rev); !errors.Is(err, want) {
		t.Fatalf("compact %d: %v, want %v", rev, err, want)
	}
	if want == nil {
		m.compact = rev
	}
}

// sameChanges makes sure that Since tells how each state came of the one before.
func sameChanges(t *testing.T, m *model, s *mvcc.Store) {
	everything := mvcc.Interval{Key: []byte{0}, End: []byte{0}}
	if m.compact > 1 {
		if _, _, err := s.Since(m.compact-1, everything, false); !errors.Is(err, mvcc.ErrCompacted) {
			t.Errorf("changes from before the compaction: %v", err)
		}
	}
	from := max(m.compact+1, 2)
	events, next, err := s.Since(from, everything, true)
	if err != nil || next != m.rev()+1 {
		t.Fatalf("since %d: next %d, %v", from, next, err)
	}
	state := map[string]api.KeyValue{}
	if from-1 < int64(len(m.at)) {
		state = maps.Clone(m.at[from-1])
	}
	for i, e := range events {
		key := string(e.Kv.Key)
		if was, there := state[key]; there != (e.PrevKv != nil) || there && text(was) != text(*e.PrevKv) {
			t.Fatalf("%s was %v before", text(e), was)
		}
		state[key] = *e.Kv
		if e.Type == api.EventDelete {
			delete(state, key)
		}
		if last := i+1 == len(events) || events[i+1].Kv.ModRevision > e.Kv.ModRevision; last && text(state) != text(m.at[e.Kv.ModRevision]) {
			t.Fatalf("after the changes of revision %d: %v, want %v", e.Kv.ModRevision, text(state), text(m.at[e.Kv.ModRevision]))
		}
	}
}

// sameAfterRestore makes sure that a snapshot is the whole store.
func sameAfterRestore(t *testing.T, m *model, s *mvcc.Store) {
	snap, err := mvcc.DecodeSnapshot(s.Snapshot().Encode())
	if err != nil {
		t.Fatal(err)
	}
	other := mvcc.New()
	other.Restore(snap)
	for rev := max(m.compact, 1); rev <= m.rev(); rev++ {
		q := &api.RangeRequest{Key: []byte{0}, RangeEnd: []byte{0}, Revision: rev}
		got, err := other.Range(q)
		want := m.begin().read(q)
		if err != nil || text(got) != text(want) {
			t.Fatalf("restored, at revision %d: %s, %v, want %s", rev, text(got), err, text(want))
		}
	}
	if other.Hash() != s.Hash() || other.Keys() != s.Keys() {
		t.Errorf("restored: hash %08x, %d keys, want %08x, %d", other.Hash(), other.Keys(), s.Hash(), s.Keys())
	}
}
