package member

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"quorumlab/lab/api"
	"quorumlab/lab/event"
	"quorumlab/lab/rpc"
)

// Actions and alarms of an AlarmRequest.
const (
	alarmGet        int32 = 0
	alarmActivate   int32 = 1
	alarmDeactivate int32 = 2

	alarmNone    int32 = 0
	alarmNoSpace int32 = 1
)

var alarmNames = map[int32]string{0: "NONE", 1: "NOSPACE", 2: "CORRUPT"}

var errNoSpace = &rpc.Failure{Code: "ResourceExhausted", Text: "etcdserver: mvcc: database space exceeded"}

// alarms are the cluster's active alarms, which are replicated. Safe for
// concurrent use.
type alarms struct {
	mu     sync.Mutex
	active []api.AlarmMember // by alarm and member
}

// snapshot lists the active alarms of a kind; alarmNone is every kind.
func (a *alarms) snapshot(kind int32) (list []*api.AlarmMember) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, one := range a.active {
		if kind == alarmNone || kind == one.Alarm {
			list = append(list, &one)
		}
	}
	return list
}

func (a *alarms) restore(list []*api.AlarmMember) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.active = nil
	for _, one := range list {
		a.active = append(a.active, *one)
	}
}

// has tells whether any member raised this alarm.
func (a *alarms) has(kind int32) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.ContainsFunc(a.active, func(one api.AlarmMember) bool { return one.Alarm == kind })
}

// activate adds an alarm; it tells whether it is new.
func (a *alarms) activate(one api.AlarmMember) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	i, there := slices.BinarySearchFunc(a.active, one, func(x, y api.AlarmMember) int {
		return cmp.Or(cmp.Compare(x.Alarm, y.Alarm), cmp.Compare(x.MemberID, y.MemberID))
	})
	if !there {
		a.active = slices.Insert(a.active, i, one)
	}
	return !there
}

// deactivate ends an alarm; it tells whether it was there.
func (a *alarms) deactivate(one api.AlarmMember) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	before := len(a.active)
	a.active = slices.DeleteFunc(a.active, func(x api.AlarmMember) bool { return x == one })
	return len(a.active) < before
}

// applyAlarm carries out an AlarmRequest from the log.
func (m *machine) applyAlarm(r *api.AlarmRequest, told bool) outcome {
	resp := &api.AlarmResponse{Header: api.Header{Revision: m.store.Rev()}}
	one := api.AlarmMember{MemberID: r.MemberID, Alarm: r.Alarm}
	what := ""
	switch {
	case r.Alarm == alarmNone:
	case r.Action == alarmActivate:
		if m.alarms.activate(one) {
			what = "raised"
		}
		resp.Alarms = append(resp.Alarms, &one)
	case r.Action == alarmDeactivate && m.alarms.deactivate(one):
		what = "disarmed"
		resp.Alarms = append(resp.Alarms, &one)
	}
	if told && what != "" {
		m.emit(event.Event{Type: event.Alarm, What: what, Text: alarmNames[r.Alarm], Peer: fmt.Sprintf("%x", r.MemberID)})
	}
	return outcome{resp: resp}
}

// capped refuses what would make the database grow while it is full.
func (m *machine) capped(c *Command) error {
	if costOf(c) > 0 && m.alarms.has(alarmNoSpace) {
		return errNoSpace
	}
	return nil
}

// alarm answers an AlarmRequest. A list needs the consent of a quorum, as all
// alarm calls do.
func (m *Member) alarm(ctx context.Context, r *api.AlarmRequest) (any, error) {
	if r.Action != alarmGet {
		return m.write(ctx, &Command{Alarm: r})
	}
	if err := m.linearize(ctx); err != nil {
		return nil, err
	}
	return &api.AlarmResponse{Header: m.header(), Alarms: m.machine.alarms.snapshot(r.Alarm)}, nil
}

// alarmTexts are the active alarms as a Status lists them.
func (m *Member) alarmTexts() (texts []string) {
	for _, a := range m.machine.alarms.snapshot(alarmNone) {
		texts = append(texts, fmt.Sprintf("memberID:%d alarm:%s ", a.MemberID, alarmNames[a.Alarm]))
	}
	return texts
}
