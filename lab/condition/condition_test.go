package condition

import (
	"fmt"
	"strings"
	"testing"

	"quorumlab/lab/event"
)

// history is a world told in events, for tests.
type history struct {
	model Model
	now   int64
}

func (h *history) emit(e event.Event) {
	e.T = h.now
	h.model.Observe(&e)
}

// newHistory has n members up and linked; m1 leads in term 2.
func newHistory(n int) *history {
	h := &history{}
	var names []string
	for i := 1; i <= n; i++ {
		names = append(names, fmt.Sprintf("m%d", i))
	}
	h.emit(event.Event{Type: event.World, Members: names})
	for _, name := range names {
		h.emit(event.Event{Type: event.Member, Member: name, State: "up", Why: "started"})
		h.emit(event.Event{Type: event.Role, Member: name, Role: "follower", Term: 1})
	}
	h.lead("m1", 2)
	h.now = 3_000_000
	h.emit(event.Event{Type: event.Ready, Leader: "m1"})
	return h
}

func (h *history) lead(member string, term uint64) {
	h.emit(event.Event{Type: event.Term, Member: member, Term: term})
	h.emit(event.Event{Type: event.Role, Member: member, Role: "leader", Term: term})
}

func (h *history) down(member, why string) {
	h.emit(event.Event{Type: event.Fault, Verb: why, Members: []string{member}})
	h.emit(event.Event{Type: event.Member, Member: member, State: "down", Why: why})
}

func (h *history) put(id uint64, key, value string, rev int64) {
	h.emit(event.Event{Type: event.Request, ID: id, Method: "Put", Key: key, Value: value})
	h.emit(event.Event{Type: event.KV, Rev: rev, Term: 2, Ops: []event.Op{{Op: "put", Key: key, Value: value, Mod: rev}}})
	h.emit(event.Event{Type: event.Reply, ID: id, OK: true, Rev: rev})
}

func (h *history) cut(a, b string) {
	h.emit(event.Event{Type: event.Link, From: a, To: b, State: "cut"})
	h.emit(event.Event{Type: event.Link, From: b, To: a, State: "cut"})
}

// split cuts every link between two groups.
func (h *history) split(left, right []string) {
	for _, a := range left {
		for _, b := range right {
			h.cut(a, b)
		}
	}
}

func (h *history) wipe(member string) {
	h.emit(event.Event{Type: event.Disk, Member: member, Wiped: true})
}

func (h *history) restore(member, path string, rev int64) {
	h.emit(event.Event{Type: event.File, What: "restored", Path: path, Member: member, Rev: rev})
	h.emit(event.Event{Type: event.Snapshot, What: "restored", Member: member, Rev: rev, Index: 1})
}

func (h *history) expect(t *testing.T, source string, want bool) {
	t.Helper()
	c, err := Compile(source, Position{File: "test"})
	if err != nil {
		t.Errorf("%s: %v", source, err)
		return
	}
	got, seen, err := c.Eval(&h.model)
	if err != nil || got != want {
		t.Errorf("%s: got %v, %v, want %v (seen: %s)", source, got, err, want, seen)
	}
}

func (h *history) all(t *testing.T, sources ...string) {
	t.Helper()
	for _, source := range sources {
		h.expect(t, source, true)
	}
}

func TestLeaderKilled(t *testing.T) {
	h := newHistory(3)
	h.all(t, "leader == m1", "leader == first.leader", "up(m1)", "not quorum_lost", "m2.role == 'follower'",
		"len(members) == 3 and quorum == 2", "all([m.healthy for m in members])")
	h.down("m1", "killed")
	h.all(t, "not leader", "leader == None", "not up(first.leader)", "m1.state == 'down'", "m1.why == 'killed'",
		"fault('killed') == 1 and fault('killed', m1) == 1 and fault('killed', m2) == 0", "not quorum_lost")
	h.now += 1_500_000
	h.lead("m3", 3)
	h.all(t, "leader == m3", "leader and leader != first.leader", "elections == 1 and m3.led == 1", "term == 3",
		"first.term == 2", "unavailable == 1.5", "elapsed == 1.5 and now == 4.5", "count([m.up for m in members]) == 2")
	h.down("m2", "killed")
	h.all(t, "quorum_lost", "not leader", "leaders == [m3]")
}

func TestPausedMemberIsNotUp(t *testing.T) {
	h := newHistory(3)
	h.emit(event.Event{Type: event.Member, Member: "m1", State: "paused", Why: "paused"})
	h.all(t, "not up(m1)", "m1.role == 'leader'", "not leader", "not leaders", "[len(g) for g in groups()] == [2]")
}

func TestSplits(t *testing.T) {
	six := newHistory(6)
	six.split([]string{"m1", "m2", "m3"}, []string{"m4", "m5", "m6"})
	six.all(t, "partitioned", "quorum_lost", "not leader", "leaders == [m1]", "[len(g) for g in groups()] == [3, 3]",
		"groups()[0] == [m1, m2, m3]", "connected(m1, m2)", "not connected(m1, m4)", "cut(m1, m4) and not cut(m1, m2)")

	seven := newHistory(7)
	seven.split([]string{"m1", "m2", "m3"}, []string{"m4", "m5", "m6", "m7"})
	seven.all(t, "partitioned", "not quorum_lost", "not leader")
	seven.lead("m5", 3)
	seven.all(t, "leader == m5", "leaders == [m1, m5]", "not m1.healthy and m4.healthy")
}

func TestOneWayCutAndFirewall(t *testing.T) {
	h := newHistory(3)
	h.emit(event.Event{Type: event.Link, From: "m1", To: "m2", State: "cut"})
	h.all(t, "cut(m1, m2)", "not cut(m2, m1)", "not connected(m2, m1)", "leader == m1", "not partitioned")
	h.emit(event.Event{Type: event.Firewall, Member: "m3", Port: 2380, State: "drop"})
	h.all(t, "not m3.peer_port", "not leader", "partitioned", "not quorum_lost == False")
	h.emit(event.Event{Type: event.Firewall, Member: "m3", Port: 2380, State: "accept"})
	h.emit(event.Event{Type: event.Link, From: "m1", To: "m2", State: "up"})
	h.all(t, "leader == m1", "m3.peer_port")
}

func TestWrites(t *testing.T) {
	h := newHistory(3)
	h.put(1, "name", "John", 2)
	h.all(t, `committed("name") == "John"`, `acked("name") == "John"`, `outcome("name") == "acknowledged"`, "revision == 2", `term_of("name") == 2 and term_of("x") == 0`,
		"acked_count == 1 and first.acked == 0 and first.revision == 0", "not lost", "writes.ok == 1", `keys("na") == ["name"]`)
	h.emit(event.Event{Type: event.Request, ID: 2, Method: "Put", Key: "during", Value: "x"})
	h.all(t, `outcome("during") == "pending"`, `committed("during") == None`)
	h.emit(event.Event{Type: event.Reply, ID: 2, Unknown: true, Error: "deadline"})
	h.all(t, `outcome("during") in ("failed", "unknown")`, "writes.unknown == 1", `acked("during") == None`)
	h.emit(event.Event{Type: event.Request, ID: 3, Method: "Range", Key: "name"})
	h.emit(event.Event{Type: event.Reply, ID: 3, Error: "no leader"})
	h.all(t, "reads.failed == 1 and reads.ok == 0")
	h.emit(event.Event{Type: event.Request, ID: 4, Method: "DeleteRange", Key: "name"})
	h.emit(event.Event{Type: event.KV, Rev: 3, Ops: []event.Op{{Op: "delete", Key: "name"}}})
	h.emit(event.Event{Type: event.Reply, ID: 4, OK: true, Rev: 3})
	h.all(t, `committed("name") == None`, "not lost", `acked("name") == None`)
}

func TestEverythingLostAndRestored(t *testing.T) {
	h := newHistory(3)
	h.put(1, "a", "1", 2)
	h.put(2, "b", "2", 3)
	h.emit(event.Event{Type: event.File, What: "saved", Path: "backup.db", Rev: 2, Keys: 1, Hash: "abc", Bytes: 100})
	h.all(t, `saved("backup.db")`, `saved("backup.db") and saved("/home/learner/backup.db").rev == 2`, `not verified("backup.db")`, `not saved("other.db")`, "len(snapshots) == 1")
	h.emit(event.Event{Type: event.File, What: "verified", Path: "/home/learner/copy.db", Hash: "abc"})
	h.all(t, `verified("copy.db")`, `saved("copy.db") and saved("copy.db").verified`)
	h.emit(event.Event{Type: event.File, What: "verified", Path: "/home/learner/backup.db", Hash: "abc"})
	h.all(t, `verified("backup.db")`)
	for _, m := range []string{"m1", "m2", "m3"} {
		h.down(m, "stopped")
		h.wipe(m)
	}
	h.all(t, "all([m.wiped for m in members])", `committed("a") == None`, `lost == ["a", "b"]`, "revision == 0", "wiped(m1) == 1")
	h.restore("m1", "backup.db", 2)
	h.all(t, "restored(m1) and restored(m1).rev == 2", "not m1.wiped", "not restored(m2)", `committed("a") == None`)
	h.restore("m2", "backup.db", 2)
	h.emit(event.Event{Type: event.KV, What: "state", Rev: 2, Ops: []event.Op{{Op: "put", Key: "a", Value: "1", Mod: 2}}})
	h.all(t, `committed("a") == "1"`, `committed("b") == None`, `lost == ["b"]`, "revision == 2", "restored(m2) and restored(m2).rev == 2")
	h.restore("m3", "backup.db", 2)
	h.put(3, "c", "3", 3)
	h.all(t, `committed("c") == "3"`, `lost == ["b"]`, "revision == 3")
	h.emit(event.Event{Type: event.File, What: "removed", Path: "backup.db"})
	h.all(t, `not saved("backup.db")`)
}

func TestStartScriptIsNotTheLearners(t *testing.T) {
	h := newHistory(3)
	h.emit(event.Event{Type: event.Command, Session: 0, Text: "etcdctl put a b"})
	h.emit(event.Event{Type: event.Exit, Session: 0})
	h.emit(event.Event{Type: event.Command, Session: 1, Text: "ls"})
	h.emit(event.Event{Type: event.Exit, Session: 1, Code: 1})
	h.all(t, "ran.ok == 0 and ran.failed == 1")
	if n := h.model.Commands(); n != 1 {
		t.Errorf("Commands() = %d, want 1", n)
	}
}

func TestVersion(t *testing.T) {
	h := newHistory(3)
	before := h.model.Version()
	h.emit(event.Event{Type: event.Send, From: "m1", To: "m2", Msg: "heartbeat"})
	h.emit(event.Event{Type: event.Deliver, ID: 1})
	h.emit(event.Event{Type: event.Output, Text: "OK"})
	if h.model.Version() != before {
		t.Error("messages in flight changed the version: conditions would be evaluated for nothing")
	}
	h.down("m2", "killed")
	if h.model.Version() == before {
		t.Error("a death did not change the version")
	}
}

func TestTimed(t *testing.T) {
	for source, want := range map[string]bool{"leader": false, "elapsed > 3": true, "unavailable < 5 and leader": true} {
		c, err := Compile(source, Position{File: "test"})
		if err != nil || c.Timed() != want {
			t.Errorf("%s: Timed() = %v, %v, want %v", source, c.Timed(), err, want)
		}
	}
}

func TestSeen(t *testing.T) {
	h := newHistory(3)
	h.put(1, "name", "John", 2)
	h.down("m1", "killed")
	for source, want := range map[string]string{
		"not up(first.leader)":                                                     "m1 is down (killed)",
		"leader and leader != first.leader":                                        "no member leads a quorum; at first m1 led",
		`committed("name") == "Jane"`:                                              `"name" is "John"`,
		`committed("nom") and outcome("nom")`:                                      `nothing is committed under "nom"; nobody wrote to "nom"`,
		"all([m.up for m in members])":                                             "m1 is down (killed), m2 is up, m3 is up",
		"[len(g) for g in groups()] == [3, 3]":                                     "groups that can talk: m2, m3",
		"quorum_lost or lost":                                                      "a quorum is connected; no acknowledged write is lost",
		`saved("x.db") and verified("x.db")`:                                       "there is no snapshot x.db; x.db is not verified",
		"m2.role == 'leader'":                                                      `m2.role is "follower"`,
		"elapsed > 3 and count([True]) == 1":                                       "elapsed is 0",
		"not restored(m2) and connected(m1, m2)":                                   "m2 was not restored; m1 cannot talk to m2",
		"saved('x.db') and saved('x.db').rev > 100":                                "there is no snapshot x.db",
		"all([m.healthy for m in members]) or all([m.peer_port for m in members])": "no member is healthy; all members are open on the peer port",
		"all([restored(m) and restored(m).rev > 1 for m in members])":              "m1 was not restored, m2 was not restored, m3 was not restored",
		"all([m.wiped or m.rev == 1 for m in members]) and term > first.term":      "no member is wiped; m1 rev 0, m2 rev 0, m3 rev 0; term is 2; at first the term was 2",
	} {
		c, err := Compile(source, Position{File: "test"})
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got := c.Seen(&h.model); got != want {
			t.Errorf("%s\n got: %s\nwant: %s", source, got, want)
		}
	}
}

func TestTextsAndMembers(t *testing.T) {
	c, err := Compile(`committed("name") == "Jane" and outcome("x") == "failed" and up(m2) and m2 != leader`, Position{File: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(c.Texts(), " "); got != "name Jane x" {
		t.Errorf("Texts() = %s", got)
	}
	if got := strings.Join(c.Members(), " "); got != "m2 m2" {
		t.Errorf("Members() = %s", got)
	}
}

func TestMistakes(t *testing.T) {
	for source, want := range map[string]string{
		"":                                       "f.yaml:7:10: expected a condition, such as: leader and leader != first.leader",
		"leeder":                                 "f.yaml:7:10: leeder is not known here; did you mean leader?",
		"leader and\n  lader == m1":              "f.yaml:8:7: lader is not known here; did you mean leader?",
		"leader != first.leder":                  "f.yaml:7:26: first has no leder; did you mean leader?",
		"leader.trem > 2":                        "f.yaml:7:17: leader has no trem; did you mean term?",
		"up":                                     "f.yaml:7:10: up is a function: write up(m)",
		"up(m1, m2)":                             "f.yaml:7:10: expected up(m), not 2 arguments",
		`up("m1")`:                               `f.yaml:7:13: up(m): expected a member, such as m1 or first.leader, not "m1"`,
		`leader == "m1"`:                         "f.yaml:7:20: a member is written without quotes: m1",
		"committed(name)":                        `f.yaml:7:20: committed(key): a text needs quotes: "name"`,
		"committed(name) == Jane":                `f.yaml:7:20: committed(key): a text needs quotes: "name"`,
		`committed("name") == Jane`:              `f.yaml:7:31: Jane is not known here; a text needs quotes: "Jane"`,
		"leader && up(m1)":                       "f.yaml:7:18: got '&', expected a name or a value here; write and, not &&",
		"leader & up(m1)":                        "f.yaml:7:17: conditions have no &: write and",
		"leader = m1":                            "f.yaml:7:18: got '=' after the end of the condition; to compare write ==, not =",
		"not leader)":                            "f.yaml:7:20: unexpected ')'",
		"quorum_lost()":                          "f.yaml:7:10: quorum_lost is not a function: leave out the parentheses",
		`saved("x").rev > 2`:                     "f.yaml:7:10: in a world where nothing has happened yet: None has no .rev field or method",
		`"x" * 1000000000`:                       "f.yaml:7:14: conditions have no *",
		"len([m for m in range(9)]) == 1":        "f.yaml:7:26: range is not known here",
		"(lambda: 1)()":                          "f.yaml:7:10: expected the name of a function before the parentheses",
		"[m.health for m in members]":            "f.yaml:7:13: .health is not known here; did you mean healthy?",
		"all([leader.up for leader in leaders])": "f.yaml:7:29: leader has a meaning already: choose another name for the variable",
		"m1.rev.foo() == 3":                      "f.yaml:7:17: .foo is not a function",
		"print(leader)":                          "f.yaml:7:10: print is not known here",
	} {
		_, err := Compile(source, Position{File: "f.yaml", Line: 7, Col: 10, Indent: 4})
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s\n got: %v\nwant: %s", source, err, want)
		}
	}
}

func TestMistakeOfALearner(t *testing.T) {
	_, err := Compile("leadr == m1", Position{File: "lab until"})
	if want := "lab until: column 1: leadr is not known here; did you mean leader?"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestStepsAreBounded(t *testing.T) {
	c, err := Compile("len([1 for a in members for b in members for c in members for d in members for e in members])", Position{File: "test"})
	if err == nil {
		_, err = c.Holds(sampleModel())
	}
	if err == nil || !strings.Contains(err.Error(), "more than 20000 steps") {
		t.Errorf("got %v, want the limit on steps", err)
	}
}

func TestVocabularyIsDocumented(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range Vocabulary() {
		if w.Doc == "" || seen[w.Name] {
			t.Errorf("%s: not documented, or twice", w.Name)
		}
		seen[w.Name] = true
	}
}

func BenchmarkHolds(b *testing.B) {
	h := newHistory(7)
	c, err := Compile(`leader and leader != first.leader and committed("name") == "Jane" and all([m.up for m in members])`, Position{File: "test"})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		_, _ = c.Holds(&h.model)
	}
}

// A condition that stands in no file says where in it the mistake is.
func TestErrorWithoutFile(t *testing.T) {
	_, err := Compile("leader and nope", Position{})
	if err == nil || !strings.HasPrefix(err.Error(), "column 12: ") {
		t.Errorf("got %v", err)
	}
}

// A machine counts as a member from the moment it is added until it is removed;
// only those with a vote make a quorum.
func TestMembership(t *testing.T) {
	h := newHistory(3)
	h.all(t, "members == [m1, m2, m3]", "voters == members", "learners == []", "quorum == 2", "not m4.voter and not m4.up", "len(machines) == 3")

	h.emit(event.Event{Type: event.Member, Member: "m4", State: "down", Why: "new", Addresses: map[string]string{"m4": "10.0.0.14"}})
	h.all(t, "members == [m1, m2, m3]", "machines == [m1, m2, m3, m4]", "m4.address == '10.0.0.14'", "not partitioned")

	h.emit(event.Event{Type: event.Membership, What: "added", Members: []string{"m1", "m2", "m3"}, Learners: []string{"m4"}})
	h.emit(event.Event{Type: event.Member, Member: "m4", State: "up", Why: "started"})
	h.all(t, "len(members) == 4", "learners == [m4]", "m4.learner and not m4.voter", "quorum == 2", "m4.healthy")

	h.down("m2", "killed")
	h.down("m3", "killed")
	h.all(t, "quorum_lost", "not leader") // a learner helps nobody

	h.emit(event.Event{Type: event.Membership, What: "promoted", Members: []string{"m1", "m2", "m3", "m4"}})
	h.all(t, "quorum == 3", "quorum_lost", "voters == [m1, m2, m3, m4]")

	h.emit(event.Event{Type: event.Membership, What: "removed", Members: []string{"m1", "m4"}})
	h.all(t, "quorum == 2", "leader == m1", "not m2.voter and not m2.learner", "all([m.up for m in members])")

	h.emit(event.Event{Type: event.Membership, What: "added", Members: []string{"m1", "m4", "m5"}}) // its machine is not there yet
	h.emit(event.Event{Type: event.Member, Member: "m5", State: "up", Why: "started"})
	h.all(t, "voters == [m1, m4, m5]", "m5.healthy")
}

// TestWhatCameAndWent asks about calls, leases, watches, alarms and candidacies
// since the prompt appeared.
func TestWhatCameAndWent(t *testing.T) {
	h := newHistory(3)
	h.put(1, "name", "John", 2)
	h.put(2, "name", "Jane", 3)
	h.emit(event.Event{Type: event.Request, ID: 3, Method: "Range", Key: "name", Serializable: true})
	h.emit(event.Event{Type: event.Reply, ID: 3, Method: "Range", Member: "m3", OK: true, Rev: 2})
	h.emit(event.Event{Type: event.Request, ID: 4, Method: "Defragment"})
	h.emit(event.Event{Type: event.Reply, ID: 4, Method: "Defragment", Member: "m2", OK: true})
	h.emit(event.Event{Type: event.Request, ID: 5, Method: "MemberAdd"})
	h.emit(event.Event{Type: event.Reply, ID: 5, Method: "MemberAdd", Member: "m2", Error: "etcdserver: unhealthy cluster"})
	h.emit(event.Event{Type: event.Lease, What: "granted", Text: "1", Seconds: 10})
	h.emit(event.Event{Type: event.KV, Rev: 4, Term: 2, Ops: []event.Op{{Op: "put", Key: "session", Create: 4, Version: 1, Lease: "1"}}})
	h.emit(event.Event{Type: event.Watch, Member: "m1", What: "created", Key: "na"})
	h.emit(event.Event{Type: event.Watch, Member: "m1", What: "event", Key: "na", Rev: 3, Entries: 2})
	h.emit(event.Event{Type: event.Watch, Member: "m1", What: "canceled", Key: "na", Why: "closed"})
	h.emit(event.Event{Type: event.Watch, Member: "m1", What: "canceled", Key: "na", Why: "etcdserver: mvcc: required revision has been compacted"})
	h.emit(event.Event{Type: event.Alarm, What: "raised", Text: "NOSPACE", Peer: "a"})
	for _, name := range []string{"m1", "m2"} {
		h.emit(event.Event{Type: event.Role, Member: name, Role: "candidate", Term: 3})
	}
	h.lead("m3", 4)
	h.emit(event.Event{Type: event.Truncate, Member: "m1", First: 9})
	h.emit(event.Event{Type: event.Exit, Session: 1, Code: 2})
	h.emit(event.Event{Type: event.Membership, Members: []string{"m1", "m2"}, Learners: []string{"m3"}})
	h.emit(event.Event{Type: event.Membership, What: "promoted", Members: []string{"m1", "m2", "m3"}})
	h.down("m2", "killed")
	h.emit(event.Event{Type: event.Member, Member: "m2", State: "up", Why: "started"})
	for _, test := range []string{
		`stale("name") and stale_reads == 1 and read("name") == "acknowledged" and read("other") == None`,
		`called("Defragment") == 1 and called("Defragment", m2) == 1 and called("Defragment", m1) == 0`,
		`refused("MemberAdd") == 1 and called("MemberAdd") == 0`,
		`leases.granted == 1 and leases.live == 1 and leases.expired == 0 and leases.revoked == 0`,
		`lease_of("session") == "1" and lease_of("name") == None and create("session") == 4 and version("session") == 1`,
		`mod("name") == 3 and version("nothing") == 0`,
		`watches.created == 1 and watches.events == 2 and watches.compacted == 1 and watched("na") == 3 and watched("x") == 0`,
		`alarms == ["NOSPACE"]`,
		`split_votes == 1 and exits(2) == 1 and exits(0) == 0`,
		`m1.truncated == 1 and m3.promoted and not m1.promoted and m2.starts == 1 and m1.starts == 0`,
	} {
		h.wants(t, test, true)
	}
	h.emit(event.Event{Type: event.Lease, What: "expired", Text: "1", Keys: 1})
	h.emit(event.Event{Type: event.Alarm, What: "disarmed", Text: "NOSPACE", Peer: "a"})
	h.wants(t, `leases.live == 0 and leases.expired == 1 and not alarms`, true)
	h.emit(event.Event{Type: event.Ready})
	h.wants(t, `leases.expired == 0 and called("Defragment") == 0 and not stale("name") and split_votes == 0`, true)
}

func (h *history) wants(t *testing.T, source string, want bool) {
	t.Helper()
	c, err := Compile(source, Position{})
	if err != nil {
		t.Fatal(err)
	}
	holds, seen, err := c.Eval(&h.model)
	if err != nil || holds != want {
		t.Errorf("%s: %v, %v (%s)", source, holds, err, seen)
	}
}
