package member

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"quorumlab/lab/api"
	"quorumlab/lab/http1"
)

// health is the body of /health.
type health struct {
	Health string `json:"health"`
	Reason string `json:"reason"`
}

// serveHealth answers /health: no alarm (but for those that ?exclude= names), a
// leader, and a read that succeeds. With ?serializable=true the member answers
// for itself alone.
func (m *Member) serveHealth(ctx context.Context, w *http1.Response, r *http1.Request) {
	if !m.onlyGet(w, r) {
		m.limited("warn", "", "", "/health error", field("status-code", 405))
		return
	}
	h := health{"true", ""}
	if reason := m.unhealthy(ctx, r); reason != "" {
		h = health{"false", reason}
	}
	b, _ := json.Marshal(h) // strings cannot fail
	if h.Reason != "" {
		m.metrics.healthFailures.Add(1)
		w.Fail(503, string(b))
		m.limited("warn", "", "", "/health error", field("output", string(b)), field("status-code", 503))
		return
	}
	m.metrics.healthSuccess.Add(1)
	_, _ = w.Write(b)
}

func (m *Member) unhealthy(ctx context.Context, r *http1.Request) string {
	for _, a := range m.activeAlarms() {
		if name := alarmName(a.Alarm); !slices.Contains(r.Values("exclude"), name) {
			m.limited("warn", "", "", "serving /health false due to an alarm", field("alarm", name))
			return "ALARM " + name
		}
	}
	serializable := r.Value("serializable") == "true"
	if _, leader := m.raft.LeaderWithID(); leader == "" && !serializable {
		m.limited("warn", "", "", "serving /health false; no leader")
		return "RAFT NO LEADER"
	}
	if err := m.readable(ctx, serializable); err != nil {
		m.limited("warn", "", "", "serving /health false; Range fails", field("error", err.Error()))
		return "RANGE ERROR:" + err.Error()
	}
	return ""
}

func alarmName(alarm int32) string {
	switch alarm {
	case 1:
		return "NOSPACE"
	case 2:
		return "CORRUPT"
	}
	return "UNKNOWN"
}

// activeAlarms are the alarms that are raised in the cluster, as far as this
// member has applied its log.
func (m *Member) activeAlarms() []*api.AlarmMember { return m.machine.alarms.snapshot(alarmNone) }

// readable tells whether the member could answer a read now; the error of one
// that took RequestTimeout is etcd's.
func (m *Member) readable(ctx context.Context, serializable bool) error {
	if serializable {
		return nil
	}
	err := m.linearize(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return errTimeout
	}
	return err
}

// check is one of the questions that /livez and /readyz ask.
type check struct {
	name string
	ask  func(*Member, context.Context) error
}

var (
	dataCorruption = check{"data_corruption", func(m *Member, _ context.Context) error {
		for _, a := range m.activeAlarms() {
			if alarmName(a.Alarm) == "CORRUPT" {
				return errors.New("alarm activated: CORRUPT")
			}
		}
		return nil
	}}
	serializableRead = check{"serializable_read", func(m *Member, ctx context.Context) error { return m.readable(ctx, true) }}
	linearizableRead = check{"linearizable_read", func(m *Member, ctx context.Context) error { return m.readable(ctx, false) }}
	nonLearner       = check{"non_learner", func(m *Member, _ context.Context) error {
		if m.isLearner() {
			return errors.New("etcdserver: rpc not supported for learner")
		}
		return nil
	}}
)

// checks by the path they stand under. etcd lists them in no order; here they
// have one.
var checks = map[string][]check{
	"/livez":  {serializableRead},
	"/readyz": {dataCorruption, serializableRead, linearizableRead, nonLearner},
}

// serveChecks answers /livez and /readyz, and a path below for each check. The
// list of checks is part of every failure, and of a success with ?verbose.
func (m *Member) serveChecks(ctx context.Context, w *http1.Response, r *http1.Request, path, below string) {
	list := checks[path]
	if i := slices.IndexFunc(list, func(c check) bool { return c.name == below }); i >= 0 {
		list = list[i : i+1]
	} else if r.Path != path {
		w.Fail(404, "404 page not found")
		return
	}
	if !m.onlyGet(w, r) {
		m.limited("warn", "", "", "Health request error", field("path", r.Path), field("status-code", 405))
		return
	}
	text, failed := m.runChecks(ctx, list, r.Values("exclude"))
	if failed {
		w.Fail(503, text)
		m.limited("error", "", "", "Health check error", field("path", r.Path), field("reason", text), field("status-code", 503))
		return
	}
	w.Header.Set("Content-Type", "text/plain; charset=utf-8")
	w.Header.Set("X-Content-Type-Options", "nosniff")
	if len(r.Values("verbose")) > 0 {
		w.WriteString(text)
	}
	w.WriteString("ok\n")
}

func (m *Member) runChecks(ctx context.Context, list []check, exclude []string) (text string, failed bool) {
	var b strings.Builder
	for _, c := range list {
		if slices.Contains(exclude, c.name) {
			b.WriteString("[+]" + c.name + " excluded: ok\n")
			continue
		}
		err := c.ask(m, ctx)
		m.metrics.countCheck(c.name, err == nil)
		if err != nil {
			failed = true
			b.WriteString("[-]" + c.name + " failed: " + err.Error() + "\n")
			continue
		}
		b.WriteString("[+]" + c.name + " ok\n")
	}
	return b.String(), failed
}
