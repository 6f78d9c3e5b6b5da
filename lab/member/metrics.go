package member

import (
	"io"
	"maps"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"
)

// metrics are what a member counts for /metrics, under etcd's names
// (https://etcd.io/docs/v3.6/metrics/). What a simulated member does not have (a
// Go runtime of its own, file descriptors, a database file) is left out, but
// for backend commits: see commit. Safe for concurrent use.
type metrics struct {
	started time.Time

	leaderChanges, heartbeatFailures      atomic.Int64
	proposalsPending, proposalsFailed     atomic.Int64
	slowApplies, slowReads, failedReads   atomic.Int64
	healthSuccess, healthFailures         atomic.Int64
	puts, ranges, deletes, txns           atomic.Int64
	receivedBytes, sentBytes, disconnects atomic.Int64

	mu        sync.Mutex
	calls     map[callKind]int64
	checks    map[checkKind]int64
	latest    map[string]bool // of each check
	fsync     histogram
	commits   histogram
	committed time.Time // of the backend, last
	rtt       map[string]*histogram
}

type callKind struct{ method, code string }

type checkKind struct {
	name string
	ok   bool
}

// histogram counts durations by upper bounds that double from first on.
type histogram struct {
	first  float64 // seconds
	counts []int64 // one more than there are bounds: the rest
	sum    float64
}

func (h *histogram) observe(d time.Duration) {
	s := d.Seconds()
	i, bound := 0, h.first
	for i < len(h.counts)-1 && s > bound {
		i, bound = i+1, bound*2
	}
	h.counts[i]++
	h.sum += s
}

// etcd's bounds: from 1 ms to 8.2 s, and from 0.1 ms to 3.3 s for round trips.
func diskHistogram() histogram { return histogram{first: 0.001, counts: make([]int64, 15)} }
func rttHistogram() *histogram { return &histogram{first: 0.0001, counts: make([]int64, 17)} }

func newMetrics() *metrics {
	return &metrics{
		started: time.Now(), calls: map[callKind]int64{}, checks: map[checkKind]int64{}, latest: map[string]bool{},
		fsync: diskHistogram(), commits: diskHistogram(), rtt: map[string]*histogram{},
	}
}

// call counts a call that was answered.
func (x *metrics) call(method string, err error, received, sent int) {
	x.receivedBytes.Add(int64(received))
	x.sentBytes.Add(int64(sent))
	code := "OK"
	if err != nil {
		code = asFailure(err).Code
	}
	x.mu.Lock()
	x.calls[callKind{method, code}]++
	x.mu.Unlock()
	if err == nil && method == "/etcdserverpb.KV/Range" {
		x.ranges.Add(1)
	}
}

// applied counts a command of the log; every member applies every one.
func (x *metrics) applied(c *Command) {
	switch {
	case c.Put != nil:
		x.puts.Add(1)
	case c.DeleteRange != nil:
		x.deletes.Add(1)
	}
}

func (x *metrics) countCheck(name string, ok bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.checks[checkKind{name, ok}]++
	x.latest[name] = ok
}

// synced counts a write to the log that was synced.
func (x *metrics) synced(took time.Duration) {
	x.mu.Lock()
	x.fsync.observe(took)
	x.mu.Unlock()
}

// backendInterval is how often etcd commits what was applied to its database.
const backendInterval = 100 * time.Millisecond

// commit counts what etcd's backend would do after entries were applied: one
// commit each 100 ms at most, as long as one fsync of the disk. The lab's store
// is in memory and has no such commit.
func (x *metrics) commit(fsync time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if now := time.Now(); now.Sub(x.committed) >= backendInterval {
		x.committed = now
		x.commits.observe(fsync)
	}
}

func (x *metrics) roundTrip(peer string, took time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.rtt[peer] == nil {
		x.rtt[peer] = rttHistogram()
	}
	x.rtt[peer].observe(took)
}

// page writes metrics in Prometheus' text format
// (https://prometheus.io/docs/instrumenting/exposition_formats/).
type page struct{ families map[string]string }

// family begins a metric; its samples follow by the function that it gives.
func (p *page) family(name, kind, help string) func(labels string, v float64) {
	p.families[name] = "# HELP " + name + " " + help + "\n# TYPE " + name + " " + kind + "\n"
	return func(labels string, v float64) { p.families[name] += sample(name, labels, v) }
}

func sample(name, labels string, v float64) string {
	if labels != "" {
		name += "{" + labels + "}"
	}
	return name + " " + strconv.FormatFloat(v, 'g', -1, 64) + "\n"
}

func (p *page) gauge(name, help string, v float64)   { p.family(name, "gauge", help)("", v) }
func (p *page) counter(name, help string, v float64) { p.family(name, "counter", help)("", v) }

func (p *page) histogram(name, help string, of map[string]*histogram) {
	p.family(name, "histogram", help)
	var b strings.Builder
	for _, labels := range slices.Sorted(maps.Keys(of)) {
		h := of[labels]
		comma := ""
		if labels != "" {
			comma = ","
		}
		total, bound := int64(0), h.first
		for i, n := range h.counts {
			total += n
			if i == len(h.counts)-1 {
				bound = math.Inf(1)
			}
			le := strconv.FormatFloat(bound, 'g', -1, 64)
			b.WriteString(sample(name+"_bucket", labels+comma+`le="`+le+`"`, float64(total)))
			bound *= 2
		}
		b.WriteString(sample(name+"_sum", labels, h.sum))
		b.WriteString(sample(name+"_count", labels, float64(total)))
	}
	p.families[name] += b.String()
}

func (p *page) write(w io.Writer) {
	for _, name := range slices.Sorted(maps.Keys(p.families)) {
		_, _ = io.WriteString(w, p.families[name])
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// writeMetrics writes the page of /metrics.
func (m *Member) writeMetrics(w io.Writer) {
	p := &page{families: map[string]string{}}
	m.serverMetrics(p)
	m.storeMetrics(p)
	m.metrics.callMetrics(p)
	m.peerMetrics(p)
	p.write(w)
}

func (m *Member) serverMetrics(p *page) {
	x, s := m.metrics, m.Status()
	p.gauge("etcd_server_has_leader", "Whether or not a leader exists. 1 is existence, 0 is not.", truth(s.LeaderID != 0))
	p.gauge("etcd_server_is_leader", "Whether or not this member is a leader. 1 if is, 0 otherwise.", truth(s.Role == raft.Leader))
	p.gauge("etcd_server_is_learner", "Whether or not this member is a learner. 1 if is, 0 otherwise.", truth(m.isLearner()))
	p.counter("etcd_server_leader_changes_seen_total", "The number of leader changes seen.", float64(x.leaderChanges.Load()))
	p.counter("etcd_server_heartbeat_send_failures_total", "The total number of leader heartbeat send failures (likely overloaded from slow disk).", float64(x.heartbeatFailures.Load()))
	p.counter("etcd_server_slow_apply_total", "The total number of slow apply requests (likely overloaded from slow disk).", float64(x.slowApplies.Load()))
	p.gauge("etcd_server_proposals_committed_total", "The total number of consensus proposals committed.", float64(s.Commit))
	p.gauge("etcd_server_proposals_applied_total", "The total number of consensus proposals applied.", float64(min(s.Applied, s.Commit)))
	p.gauge("etcd_server_proposals_pending", "The current number of pending proposals to commit.", float64(x.proposalsPending.Load()))
	p.counter("etcd_server_proposals_failed_total", "The total number of failed proposals seen.", float64(x.proposalsFailed.Load()))
	p.counter("etcd_server_slow_read_indexes_total", "The total number of pending read indexes not in sync with leader's or timed out read index requests.", float64(x.slowReads.Load()))
	p.counter("etcd_server_read_indexes_failed_total", "The total number of failed read indexes seen.", float64(x.failedReads.Load()))
	p.gauge("etcd_server_quota_backend_bytes", "Current backend storage quota size in bytes.", float64(m.status().DbSizeQuota))
	p.counter("etcd_server_health_success", "The total number of successful health checks", float64(x.healthSuccess.Load()))
	p.counter("etcd_server_health_failures", "The total number of failed health checks", float64(x.healthFailures.Load()))
	p.family("etcd_server_id", "gauge", "Server or member ID in hexadecimal format. 1 for 'server_id' label with current ID.")(`server_id="`+m.id()+`"`, 1)
	p.family("etcd_server_version", "gauge", "Which version is running. 1 for 'server_version' label with current version.")(`server_version="`+ServerVersion+`"`, 1)
	p.family("etcd_server_go_version", "gauge", "Which Go version server is running with. 1 for 'server_go_version' label with current version.")(`server_go_version="`+runtime.Version()+`"`, 1)
	version, _, _ := strings.Cut(StorageVersion, ".0")
	p.family("etcd_cluster_version", "gauge", "Which version is running. 1 for 'cluster_version' label with current cluster version")(`cluster_version="`+version+`"`, 1)
	p.gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.", float64(x.started.UnixMilli())/1000)
}

func (m *Member) storeMetrics(p *page) {
	x, s := m.metrics, m.status()
	p.gauge("etcd_mvcc_db_total_size_in_bytes", "Total size of the underlying database physically allocated in bytes.", float64(s.DbSize))
	p.gauge("etcd_mvcc_db_total_size_in_use_in_bytes", "Total size of the underlying database logically in use in bytes.", float64(s.DbSizeInUse))
	p.counter("etcd_mvcc_range_total", "Total number of ranges seen by this member.", float64(x.ranges.Load()))
	p.counter("etcd_mvcc_put_total", "Total number of puts seen by this member.", float64(x.puts.Load()))
	p.counter("etcd_mvcc_delete_total", "Total number of deletes seen by this member.", float64(x.deletes.Load()))
	p.counter("etcd_mvcc_txn_total", "Total number of txns seen by this member.", float64(x.txns.Load()))
	p.gauge("etcd_debugging_mvcc_current_revision", "The current revision of store.", float64(m.machine.store.Rev()))
	p.gauge("etcd_debugging_mvcc_compact_revision", "The revision of the last compaction in store.", float64(max(m.machine.store.CompactRev(), 0)))
	x.mu.Lock()
	defer x.mu.Unlock()
	p.histogram("etcd_disk_wal_fsync_duration_seconds", "The latency distributions of fsync called by WAL.", map[string]*histogram{"": &x.fsync})
	p.histogram("etcd_disk_backend_commit_duration_seconds", "The latency distributions of commit called by backend.", map[string]*histogram{"": &x.commits})
}

// callMetrics are those of gRPC and of the health checks.
func (x *metrics) callMetrics(p *page) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.calls) > 0 {
		p.family("grpc_server_handled_total", "counter", "Total number of RPCs completed on the server, regardless of success or failure.")
		p.families["grpc_server_handled_total"] += x.handled()
	}
	p.counter("etcd_network_client_grpc_received_bytes_total", "The total number of bytes received from grpc clients.", float64(x.receivedBytes.Load()))
	p.counter("etcd_network_client_grpc_sent_bytes_total", "The total number of bytes sent to grpc clients.", float64(x.sentBytes.Load()))
	if len(x.checks) == 0 {
		return
	}
	total := p.family("etcd_server_healthchecks_total", "counter", "The total number of each health check.")
	latest := p.family("etcd_server_healthcheck", "gauge", "The result of each kind of healthcheck.")
	for _, name := range slices.Sorted(maps.Keys(x.latest)) {
		kind := `name="` + name + `",`
		for _, ok := range []bool{false, true} {
			if n := x.checks[checkKind{name, ok}]; n > 0 {
				total(kind+`status="`+map[bool]string{true: "success", false: "error"}[ok]+`",type="readyz"`, float64(n))
			}
		}
		latest(kind+`type="readyz"`, truth(x.latest[name]))
	}
}

// handled are the samples of grpc_server_handled_total.
func (x *metrics) handled() string {
	var lines []string
	for k, n := range x.calls {
		service, name := methodParts(k.method)
		labels := `grpc_code="` + k.code + `",grpc_method="` + name + `",grpc_service="` + service + `",grpc_type="` + callType(name) + `"`
		lines = append(lines, sample("grpc_server_handled_total", labels, float64(n)))
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// callType is gRPC's kind of a method.
func callType(name string) string {
	switch name {
	case "Watch", "LeaseKeepAlive":
		return "bidi_stream"
	case "Snapshot":
		return "server_stream"
	}
	return "unary"
}

func (m *Member) peerMetrics(p *page) {
	x := m.metrics
	if active := m.contacts.active(); len(active) > 0 {
		gauge := p.family("etcd_network_active_peers", "gauge", "The current number of active peer connections.")
		for _, peer := range slices.Sorted(maps.Keys(active)) {
			gauge(`Local="`+m.id()+`",Remote="`+peer+`"`, truth(active[peer]))
		}
	}
	p.counter("etcd_network_disconnected_peers_total", "The total number of disconnected peers.", float64(x.disconnects.Load()))
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.rtt) == 0 {
		return
	}
	of := map[string]*histogram{}
	for peer, h := range x.rtt {
		of[`To="`+peer+`"`] = h
	}
	p.histogram("etcd_network_peer_round_trip_time_seconds", "Round-Trip-Time histogram between peers", of)
}
