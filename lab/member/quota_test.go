package member

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"quorumlab/lab/api"
	"quorumlab/lab/disk"
	"quorumlab/lab/event"
	"quorumlab/lab/network"
)

// alone starts a cluster of one member.
func alone(t *testing.T, quota int64, test func(m *Member)) {
	synctest.Test(t, func(t *testing.T) {
		n := network.New(network.LinkState{Latency: time.Millisecond}, nil)
		info := disk.MemberInfo{ID: 7, Name: "m1", PeerURLs: []string{"http://10.0.0.1:2380"}}
		m, err := Start(Config{
			Name: "m1", Host: n.AddHost("m1", "10.0.0.1"), Disk: disk.New(time.Millisecond), Dir: disk.NewDir(),
			Identity:   disk.Identity{ClusterID: 1, MemberID: 7, Members: []disk.MemberInfo{info}, History: "h"},
			NameOf:     func(string) string { return "m1" },
			ClientPort: 2379, PeerPort: 2380, SnapshotCount: 1000, QuotaBytes: quota, Share: &Share{},
			Emit: func(event.Event) {}, Joined: func() {}, Exited: func(string) {},
		})
		if err != nil {
			t.Fatal(err)
		}
		for !m.Joined() {
			time.Sleep(10 * time.Millisecond)
		}
		test(m)
		m.Kill()
		time.Sleep(20 * time.Second)
		n.Close()
	})
}

// call makes a call as a client's arrives, and gives what it is told.
func (m *Member) call(method string, request, resp any) error {
	got, err := m.dispatch(context.Background(), "/etcdserverpb."+method, api.Marshal(request), nil)
	if err != nil {
		return failure(err)
	}
	return api.Unmarshal(api.Marshal(got), resp)
}

// A database that is full takes in nothing new until it has been made smaller
// and the alarm was disarmed; whatever does not need room goes on.
func TestQuota(t *testing.T) {
	alone(t, 4<<20, func(m *Member) {
		put := func(key string, bytes int) string {
			return fmt.Sprint(m.call("KV/Put", &api.PutRequest{Key: []byte(key), Value: make([]byte, bytes)}, &api.PutResponse{}))
		}
		txn := func(op *api.RequestOp) string {
			return fmt.Sprint(m.call("KV/Txn", &api.TxnRequest{Success: []*api.RequestOp{op}}, &api.TxnResponse{}))
		}
		grant := func() string {
			return fmt.Sprint(m.call("Lease/LeaseGrant", &api.LeaseGrantRequest{TTL: 10}, &api.LeaseGrantResponse{}))
		}
		alarms := func(action int32) string {
			resp := &api.AlarmResponse{}
			err := m.call("Maintenance/Alarm", &api.AlarmRequest{Action: action, MemberID: 7, Alarm: alarmNoSpace}, resp)
			return fmt.Sprint(len(resp.Alarms), err)
		}
		var small = &api.RequestOp{Put: &api.PutRequest{Key: []byte("small")}}
		var remove = &api.RequestOp{DeleteRange: &api.DeleteRangeRequest{Key: []byte("nothing")}}
		const ok, full = "<nil>", "etcdserver: mvcc: database space exceeded"
		for i, step := range []struct {
			what, got string
			want      string
		}{
			{"no alarm", alarms(alarmGet), "0 <nil>"},
			{"a first put", put("big", 900_000), ok},
			{"a second", put("big", 900_000), ok},
			{"a third", put("big", 900_000), ok},
			{"no alarm yet", alarms(alarmGet), "0 <nil>"},
			{"a fourth", put("big", 900_000), full},
			{"it raised the alarm", alarms(alarmGet), "1 <nil>"},
			{"a small one", put("small", 1), full},
			{"in a transaction", txn(small), full},
			{"a deletion in one", txn(remove), ok},
			{"a lease", grant(), full},
			{"a deletion", fmt.Sprint(m.call("KV/DeleteRange", &api.DeleteRangeRequest{Key: []byte("x")}, &api.DeleteRangeResponse{})), ok},
			{"a read", fmt.Sprint(m.call("KV/Range", &api.RangeRequest{Key: []byte("big")}, &api.RangeResponse{})), ok},
			{"a compaction", fmt.Sprint(m.call("KV/Compact", &api.CompactionRequest{Revision: 4}, &api.CompactionResponse{})), ok},
			{"still", put("small", 1), full},
			{"disarmed, but as large as before", alarms(alarmDeactivate), "1 <nil>"},
			{"small and full", put("big", 900_000), full},
		} {
			if step.got != step.want {
				t.Errorf("%d, %s: %s, want %s", i, step.what, step.got, step.want)
			}
		}
		before, used := m.machine.store.Size()
		m.machine.store.Defragment()
		if after, _ := m.machine.store.Size(); after != used+4096 || before < 2*after {
			t.Errorf("defragmented from %d to %d bytes, of which %d are used", before, after, used)
		}
		if got := put("small", 1); got != full {
			t.Errorf("before it is disarmed: %s", got)
		}
		if got := alarms(alarmDeactivate); got != "1 <nil>" {
			t.Errorf("disarmed: %s", got)
		}
		if got := alarms(alarmDeactivate); got != "0 <nil>" {
			t.Errorf("disarmed again: %s", got)
		}
		if got := put("small", 1); got != ok {
			t.Errorf("in the end: %s", got)
		}
	})
}

// The alarm is the cluster's: it is in what a restarted member finds.
func TestAlarmIsKept(t *testing.T) {
	a := &alarms{}
	for _, one := range []api.AlarmMember{{MemberID: 9, Alarm: alarmNoSpace}, {MemberID: 2, Alarm: alarmNoSpace}, {MemberID: 9, Alarm: alarmNoSpace}} {
		a.activate(one)
	}
	s, err := decodeState(state{Index: 3, Store: newMachine("m", &Share{}, nil, nil).store.Snapshot(), Alarms: a.snapshot(alarmNone)}.Encode())
	if err != nil {
		t.Fatal(err)
	}
	b := &alarms{}
	b.restore(s.Alarms)
	list := b.snapshot(alarmNoSpace)
	if len(list) != 2 || list[0].MemberID != 2 || list[1].MemberID != 9 {
		t.Errorf("%v", list)
	}
}
