package tool_test

import (
	"bytes"
	"cmp"
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/etcdutl"
	"quorumlab/lab/files"
	"quorumlab/lab/mvcc"
	"quorumlab/lab/snapfile"
)

// fake is a cluster as far as its clients can see: one store, members that are
// up, down or out of reach, and a quorum or none.
type fake struct {
	files  *files.FS
	token  string
	peers  []*api.Member // by name m1, m2, ...
	down   map[string]bool
	deaf   map[string]bool // packets to the client port are dropped
	cut    bool            // no quorum, though members are up
	store  *mvcc.Store
	plans  map[string]etcdutl.RestorePlan
	alarms []*api.AlarmMember
	leader string // "" until it matters: the first that is up
}

func newFake(h header) *fake {
	f := &fake{
		files: files.New(time.Now), token: h.Cluster.Token, store: mvcc.New(),
		down: map[string]bool{}, deaf: map[string]bool{}, plans: map[string]etcdutl.RestorePlan{}, leader: h.Cluster.Leader,
	}
	for _, name := range h.Cluster.Names {
		a := h.Cluster.Addresses[name]
		f.peers = append(f.peers, &api.Member{
			ID: api.MemberID([]string{a.Peer}, f.token), Name: name, PeerURLs: []string{a.Peer}, ClientURLs: []string{a.Client},
		})
	}
	return f
}

func (f *fake) member(endpoint string) *api.Member {
	host := strings.Replace(endpoint[strings.LastIndex(endpoint, "/")+1:], "localhost", "127.0.0.1", 1)
	for _, m := range f.peers {
		if strings.TrimPrefix(m.ClientURLs[0], "http://") == host {
			return m
		}
	}
	return nil
}

func (f *fake) quorum() bool {
	up := 0
	for _, m := range f.peers {
		if !f.down[m.Name] {
			up++
		}
	}
	return !f.cut && up > len(f.peers)/2
}

func (f *fake) header(m *api.Member) api.Header {
	var ids []uint64
	for _, p := range f.peers {
		ids = append(ids, p.ID)
	}
	return api.Header{ClusterID: api.ClusterID(ids), MemberID: m.ID, Revision: f.store.Rev(), RaftTerm: 2}
}

func (f *fake) dial(c client.Config) client.Client { return &fakeClient{fake: f, config: c} }

// RestoreDataDir keeps the plan and makes files that look like a directory.
func (f *fake) RestoreDataDir(dir string, plan etcdutl.RestorePlan) error {
	f.plans[dir] = plan
	for name, data := range map[string]string{"snap/0000000000000001-0000000000000001.snap": "", "wal/0000000000000000-0000000000000000.wal": ""} {
		at := path.Join(dir, "member", name)
		if err := f.files.MkdirAll(path.Dir(at), 0o700); err != nil {
			return err
		}
		if err := f.files.WriteFile(at, []byte(data), 0o600); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	if _, err := snapfile.Write(&b, plan.Meta, plan.Revisions); err != nil {
		return err
	}
	return f.files.WriteFile(path.Join(dir, "member/snap/db"), b.Bytes()[:b.Len()-snapfile.SumBytes], 0o600)
}

func (f *fake) DataDirExists(string) bool { return false }

// start brings a member up, on a restored directory if it is one.
func (f *fake) start(member, dir string) {
	f.down[member] = false
	plan, ok := f.plans["/"+dir]
	if !ok {
		return
	}
	snap := mvcc.Snapshot{Rev: plan.Revision, Compact: plan.Compact}
	for r := range plan.Revisions {
		snap.Revisions = append(snap.Revisions, &mvcc.Revision{Main: r.Main, Sub: r.Sub, Tombstone: r.Tombstone, KV: *r.KV})
	}
	f.store.Restore(snap)
	for _, m := range plan.Members {
		i := slices.IndexFunc(f.peers, func(p *api.Member) bool { return p.Name == m.Name })
		f.peers[i].ID = m.ID
	}
}

func (f *fake) database() []byte {
	snap := f.store.Snapshot()
	var b bytes.Buffer
	_, _ = snapfile.Write(&b, snapfile.Meta{Version: "3.6.0", CompactRevision: snap.Compact, Members: f.peers}, func(yield func(snapfile.Revision) bool) {
		for _, r := range snap.Revisions {
			if !yield(snapfile.Revision{Main: r.Main, Sub: r.Sub, Tombstone: r.Tombstone, KV: &r.KV}) {
				return
			}
		}
	})
	return b.Bytes()
}

type fakeClient struct {
	client.Cluster // not replayed here: server/transcript has a real cluster
	*fake
	config client.Config
}

func (c *fakeClient) Close() {}

// call finds a member that answers, or waits for ctx to end.
func (c *fakeClient) call(ctx context.Context, method string, quorum bool) (*api.Member, error) {
	time.Sleep(time.Millisecond)
	desc := "context deadline exceeded while waiting for connections to become ready"
	var peer *api.Member
	for _, e := range c.config.Endpoints {
		m := c.member(e)
		switch {
		case peer != nil: // one connection is enough to wait on
		case m == nil || c.down[m.Name]:
			desc = refusal(e[strings.LastIndex(e, "/")+1:])
		case c.deaf[m.Name]:
			if end, ok := ctx.Deadline(); ok && time.Until(end) > 20*time.Second {
				desc = strings.Replace(refusal(strings.TrimPrefix(m.ClientURLs[0], "http://")), "connect: connection refused", "i/o timeout", 1)
			}
		case !quorum || c.quorum():
			return m, nil
		default:
			peer, desc = m, "context deadline exceeded"
		}
	}
	<-ctx.Done()
	return nil, c.failed(peer, method, &client.Error{Code: client.DeadlineExceeded, Desc: desc})
}

// refusal is what a client says of an address where no member listens.
func refusal(address string) string {
	host, port, _ := strings.Cut(address, ":")
	switch {
	case strings.HasPrefix(host, " "):
		return `latest balancer error: connection error: desc = "transport: Error while dialing: dial tcp: lookup ` + host + `: no such host"`
	case port == "2380":
		return `latest balancer error: connection error: desc = "error reading server preface: http2: failed reading the frame payload: ` +
			`http2: frame too large, note that the frame header looked like an HTTP/1.1 header"`
	}
	return `latest balancer error: connection error: desc = "transport: Error while dialing: dial tcp ` + address + `: connect: connection refused"`
}

// failed reports an attempt that failed.
func (c *fakeClient) failed(m *api.Member, method string, err error) error {
	first := c.config.Endpoints[0]
	a := client.Attempt{Target: first[strings.LastIndex(first, "/")+1:], Method: "/etcdserverpb." + method, Err: err}
	if m != nil {
		a.Peer, a.Local = strings.TrimPrefix(m.ClientURLs[0], "http://"), "127.0.0.1:40000"
	}
	c.config.Retry(a)
	return err
}

// refused is a server's own error.
func (c *fakeClient) refused(m *api.Member, method string, code client.Code, text string) error {
	return c.failed(m, method, &client.Error{Code: code, Desc: "etcdserver: " + text, Definite: true})
}

func (c *fakeClient) Range(ctx context.Context, r *api.RangeRequest) (*api.RangeResponse, error) {
	const method = "KV/Range"
	m, err := c.call(ctx, method, !r.Serializable)
	if err != nil {
		return nil, err
	}
	if len(r.Key) == 0 {
		return nil, c.refused(m, method, client.InvalidArgument, "key is not provided")
	}
	asked := *r
	if asked.SortOrder == api.SortNone && asked.SortTarget != api.SortByKey {
		asked.SortOrder = api.SortAscend // as etcd's server does
	}
	response, err := c.store.Range(&asked)
	if err != nil {
		return nil, c.failed(m, method, &client.Error{Code: client.OutOfRange, Desc: err.Error()})
	}
	response.Header = c.header(m)
	return response, nil
}

func (c *fakeClient) Put(ctx context.Context, r *api.PutRequest) (*api.PutResponse, error) {
	const method = "KV/Put"
	m, err := c.call(ctx, method, true)
	if err != nil {
		return nil, err
	}
	if len(r.Key) == 0 {
		return nil, c.refused(m, method, client.InvalidArgument, "key is not provided")
	}
	old := c.get(r.Key)
	value := r.Value
	if r.IgnoreValue || r.IgnoreLease {
		if old == nil {
			return nil, c.refused(m, method, client.InvalidArgument, "key not found")
		}
		if r.IgnoreValue {
			value = old.Value
		}
	}
	w := c.store.Begin()
	w.Put(r.Key, value, r.Lease)
	w.End()
	response := &api.PutResponse{Header: c.header(m)}
	if r.PrevKv {
		response.PrevKv = old
	}
	return response, nil
}

func (c *fakeClient) get(key []byte) *api.KeyValue {
	r, _ := c.store.Range(&api.RangeRequest{Key: key})
	if len(r.Kvs) == 0 {
		return nil
	}
	return r.Kvs[0]
}

func (c *fakeClient) DeleteRange(ctx context.Context, r *api.DeleteRangeRequest) (*api.DeleteRangeResponse, error) {
	const method = "KV/DeleteRange"
	m, err := c.call(ctx, method, true)
	if err != nil {
		return nil, err
	}
	if len(r.Key) == 0 {
		return nil, c.refused(m, method, client.InvalidArgument, "key is not provided")
	}
	w := c.store.Begin()
	gone := w.Delete(r.Key, r.RangeEnd)
	w.End()
	response := &api.DeleteRangeResponse{Header: c.header(m), Deleted: int64(len(gone))}
	if r.PrevKv {
		response.PrevKvs = gone
	}
	return response, nil
}

func (c *fakeClient) Compact(ctx context.Context, r *api.CompactionRequest) (*api.CompactionResponse, error) {
	const method = "KV/Compact"
	m, err := c.call(ctx, method, true)
	if err != nil {
		return nil, err
	}
	if err := c.store.Compact(r.Revision); err != nil {
		return nil, c.failed(m, method, &client.Error{Code: client.OutOfRange, Desc: err.Error()})
	}
	return &api.CompactionResponse{Header: c.header(m)}, nil
}

func (c *fakeClient) MemberList(ctx context.Context, r *api.MemberListRequest) (*api.MemberListResponse, error) {
	m, err := c.call(ctx, "Cluster/MemberList", r.Linearizable)
	if err != nil {
		return nil, err
	}
	response := &api.MemberListResponse{Header: c.header(m), Members: slices.Clone(c.peers)}
	response.Header.Revision = 0
	slices.SortFunc(response.Members, func(a, b *api.Member) int { return cmp.Compare(a.ID, b.ID) })
	return response, nil
}

func (c *fakeClient) Status(ctx context.Context, _ *api.StatusRequest) (*api.StatusResponse, error) {
	m, err := c.call(ctx, "Maintenance/Status", false)
	if err != nil {
		return nil, err
	}
	s := &api.StatusResponse{
		Header: c.header(m), Version: "3.6.16", DbSize: 20480, DbSizeInUse: 16384, DbSizeQuota: 2 << 30,
		RaftIndex: 10, RaftTerm: 2, RaftAppliedIndex: 10, StorageVersion: "3.6.0", DowngradeInfo: &api.Downgrade{},
	}
	if !c.quorum() {
		s.Errors = []string{"etcdserver: no leader"}
		return s, nil
	}
	for _, p := range c.peers {
		if p.Name == c.leader {
			s.Leader = p.ID
		}
	}
	return s, nil
}

func (c *fakeClient) HashKV(ctx context.Context, r *api.HashKVRequest) (*api.HashKVResponse, error) {
	const method = "Maintenance/HashKV"
	m, err := c.call(ctx, method, false)
	if err != nil {
		return nil, err
	}
	if r.Revision > c.store.Rev() {
		return nil, c.failed(m, method, &client.Error{Code: client.OutOfRange, Desc: mvcc.ErrFuture.Error()})
	}
	snap := c.store.Snapshot()
	hash := snapfile.HashKV(func(yield func(snapfile.Revision) bool) {
		for _, x := range snap.Revisions {
			if !yield(snapfile.Revision{Main: x.Main, Sub: x.Sub, Tombstone: x.Tombstone, KV: &x.KV}) {
				return
			}
		}
	}, r.Revision, snap.Compact)
	return &api.HashKVResponse{Header: c.header(m), Hash: hash, CompactRevision: snap.Compact, HashRevision: cmp.Or(r.Revision, snap.Rev)}, nil
}

func (c *fakeClient) Alarm(ctx context.Context, _ *api.AlarmRequest) (*api.AlarmResponse, error) {
	m, err := c.call(ctx, "Maintenance/Alarm", true)
	if err != nil {
		return nil, err
	}
	return &api.AlarmResponse{Header: c.header(m), Alarms: c.alarms}, nil
}

func (c *fakeClient) Snapshot(ctx context.Context, chunk func(*api.SnapshotResponse) error) error {
	retry := c.config.Retry
	c.config.Retry = func(client.Attempt) {} // streams have no retry line
	defer func() { c.config.Retry = retry }()
	m, err := c.call(ctx, "Maintenance/Snapshot", false)
	if err != nil {
		return err
	}
	b := c.database()
	for len(b) > 0 {
		n := min(len(b), 32<<10)
		if err := chunk(&api.SnapshotResponse{Header: c.header(m), Blob: b[:n], RemainingBytes: uint64(len(b) - n), Version: "3.6.0"}); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}
