package member

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"quorumlab/lab/api"
	"quorumlab/lab/network"
	"quorumlab/lab/rpc"
)

// What etcd takes for slow: a unary request ("request stats") and what a read
// waits for ("apply request took too long").
const (
	slowRequest = 300 * time.Millisecond
	slowApply   = 100 * time.Millisecond
)

// counted is answer with what is counted and logged about every call; remote
// is the client's address.
func (m *Member) counted(remote string) rpc.Handler {
	return func(ctx context.Context, method string, body []byte, send sender) ([]byte, network.Label, error) {
		began := time.Now()
		sent := 0
		counting := func(b []byte, label network.Label) error {
			sent += len(b)
			return send(b, label)
		}
		last, label, err := m.answer(ctx, method, body, counting)
		m.metrics.call(method, err, len(body), sent+len(last))
		if took := time.Since(began); took > slowApply {
			m.tellSlow(method, remote, body, began, took, err, ctx.Err())
		}
		return last, label, err
	}
}

// tellSlow logs a call that took long, as etcd does: a read that waited, and
// any unary call.
func (m *Member) tellSlow(method, remote string, body []byte, began time.Time, took time.Duration, err, gone error) {
	if callType(shortMethod(method)) != "unary" {
		return
	}
	if gone != nil {
		err = gone
	}
	if method == "/etcdserverpb.KV/Range" {
		m.metrics.slowApplies.Add(1)
		fields := []attr{field("took", took), field("expected-duration", slowApply), field("prefix", "read-only range "),
			field("request", describe(method, body)), field("response", "")}
		if err != nil {
			fields = append(fields, field("error", err.Error()))
		}
		m.limited("warn", "", "txn/util.go:93", "apply request took too long", fields...)
	}
	if took > slowRequest {
		m.limited("warn", "", "v3rpc/interceptor.go:202", "request stats",
			field("start time", began.UTC().Format("2006-01-02T15:04:05.000000Z")), field("time spent", took), field("remote", remote),
			field("response type", method), field("request count", requestCount(method)), field("request size", len(body)),
			field("response count", 0), field("response size", 0), field("request content", describe(method, body)))
	}
}

func requestCount(method string) int {
	if method == "/etcdserverpb.KV/Put" {
		return 1
	}
	return 0
}

// describe shows a request in protobuf's text, keys but no values.
func describe(method string, body []byte) string {
	var b strings.Builder
	add := func(name string, v []byte) {
		if len(v) > 0 {
			b.WriteString(name + ":" + strconv.Quote(string(v)) + " ")
		}
	}
	switch method {
	case "/etcdserverpb.KV/Range":
		var r api.RangeRequest
		_ = api.Unmarshal(body, &r) // it was answered: it can be read
		add("key", r.Key)
		add("range_end", r.RangeEnd)
		if r.Limit != 0 {
			b.WriteString("limit:" + strconv.FormatInt(r.Limit, 10) + " ")
		}
		if r.Serializable {
			b.WriteString("serializable:true ")
		}
	case "/etcdserverpb.KV/Put":
		var r api.PutRequest
		_ = api.Unmarshal(body, &r)
		add("key", r.Key)
		b.WriteString("value_size:" + strconv.Itoa(len(r.Value)) + " ")
	case "/etcdserverpb.KV/DeleteRange":
		var r api.DeleteRangeRequest
		_ = api.Unmarshal(body, &r)
		add("key", r.Key)
		add("range_end", r.RangeEnd)
	}
	return b.String()
}

// proposeCounted is propose with what /metrics tells of proposals.
func (m *Member) proposeCounted(ctx context.Context, id uint64, data []byte) outcome {
	m.metrics.proposalsPending.Add(1)
	o := m.propose(ctx, id, data)
	m.metrics.proposalsPending.Add(-1)
	if errors.Is(o.err, context.DeadlineExceeded) || errors.Is(o.err, context.Canceled) || errors.Is(o.err, errServerStopped) || errors.Is(o.err, errNotProposed) {
		m.metrics.proposalsFailed.Add(1)
	}
	return o
}
