package lab

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"quorumlab/lab/event"
	"quorumlab/lab/recording"
)

// ok runs a line that must succeed and gives what it printed.
func (s *story) ok(format string, args ...any) string {
	s.t.Helper()
	line := fmt.Sprintf(format, args...)
	out, err, code := s.sh(line)
	if code != 0 {
		s.t.Fatalf("%s: exit %d\n%s%s", line, code, out, err)
	}
	return out
}

// refused runs a line that must fail and say why.
func (s *story) refused(why, format string, args ...any) {
	s.t.Helper()
	line := fmt.Sprintf(format, args...)
	out, err, code := s.sh(line)
	if code == 0 || !strings.Contains(out+err, why) {
		s.t.Fatalf("%s: exit %d; want a failure that says %q, not\n%s%s", line, code, why, out, err)
	}
}

// settled is long enough that members count as connected (etcd: HealthInterval).
const settled = 6 * time.Second

// add adds the member of a machine, with or without a vote, and gives its ID.
func (s *story) add(name, flags string) string {
	s.t.Helper()
	out := s.ok("etcdctl member add %s %s --peer-urls=%s", name, flags, s.urlOf(name))
	return regexp.MustCompile(`Member +([0-9a-f]+) added`).FindStringSubmatch(out)[1]
}

func (s *story) urlOf(name string) string {
	return s.config.Machine(int(name[1] - '0')).Peer
}

// join starts an added member on its machine and waits until it is up.
func (s *story) join(name string, cluster ...string) {
	s.t.Helper()
	for i, member := range cluster {
		cluster[i] = member + "=" + s.urlOf(member)
	}
	s.ok("lab start %s --initial-cluster-state=existing --initial-cluster=%s", name, strings.Join(cluster, ","))
	s.until(name+" is up", func() bool { p := s.process(s.node(name)); return p != nil && p.Joined() })
}

// members are the lines of a member list without IDs and URLs: m1, or m4? for
// one that has not started, or m4~ for a learner.
func (s *story) members() string {
	s.t.Helper()
	var all []string
	for line := range strings.Lines(s.ok("etcdctl member list")) {
		f := strings.Split(strings.TrimSpace(line), ", ")
		name := f[2]
		if f[1] == "unstarted" {
			name = s.nameAt(hostOf([]string{f[3]})) + "?"
		}
		if f[5] == "true" {
			name += "~"
		}
		all = append(all, name)
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func (s *story) expectMembers(want string) {
	s.t.Helper()
	if got := s.members(); got != want {
		s.t.Fatalf("members: %s; want %s", got, want)
	}
}

// keeps writes the next of a row of keys, and finds all that were acknowledged.
func (s *story) keeps(written *int) {
	s.t.Helper()
	s.ok("etcdctl put row/%d %d", *written, *written)
	*written++
	if got := strings.Count(s.ok("etcdctl get row/ --prefix --keys-only"), "row/"); got != *written {
		s.t.Fatalf("%d keys of %d acknowledged ones are there", got, *written)
	}
}

// ended tells whether no process runs on a machine.
func (s *story) ended(name string) bool { return s.process(s.node(name)) == nil }

// awaitLeader waits until a member leads that is none of those.
func (s *story) awaitLeader(but ...string) string {
	s.t.Helper()
	s.until("somebody else leads", func() bool { l := s.leaderName(); return l != "" && !slices.Contains(but, l) })
	return s.leaderName()
}

func (s *story) id(name string) string { return fmt.Sprintf("%x", s.node(name).id) }

// toldMembership is the last that the events told of it.
func (s *story) toldMembership() string {
	for i := len(s.events) - 1; i >= 0; i-- {
		if e := s.events[i]; e.Type == event.Membership {
			return e.What + ": " + strings.Join(e.Members, " ") + " / " + strings.Join(e.Learners, " ")
		}
	}
	return ""
}

func TestGrowFromOneToFiveAndBack(t *testing.T) {
	tell(t, 1, func(s *story) {
		written, cluster := 0, []string{"m1"}
		for _, name := range []string{"m2", "m3", "m4", "m5"} {
			s.ticks(settled)
			s.add(name, "")
			cluster = append(cluster, name)
			s.join(name, slices.Clone(cluster)...)
			s.keeps(&written)
		}
		s.expectMembers("m1 m2 m3 m4 m5")
		if got, want := s.toldMembership(), "added: m1 m2 m3 m4 m5 / "; got != want {
			t.Errorf("the last event about it says %q, want %q", got, want)
		}
		s.ok("lab kill m4 m5")
		s.keeps(&written)
		s.ok("lab start m4 m5")
		for len(cluster) > 1 {
			s.ticks(settled)
			gone := s.awaitLeader()
			if gone == "m1" || len(cluster)%2 == 0 { // m1's port is the one that is asked
				gone = cluster[len(cluster)-1]
				if gone == s.leaderName() {
					gone = cluster[1]
				}
			}
			s.ok("etcdctl member remove %s", s.id(gone))
			cluster = slices.DeleteFunc(cluster, func(name string) bool { return name == gone })
			s.until(gone+" ends by itself", func() bool { return s.ended(gone) })
			s.awaitLeader(gone)
			s.keeps(&written)
			s.expectMembers(strings.Join(cluster, " "))
		}
		s.refused("re-configuration failed due to not enough started members", "etcdctl member remove %s", s.id("m1"))
	})
}

func TestSecondVoterCostsTheQuorumUntilItRuns(t *testing.T) {
	tell(t, 1, func(s *story) {
		s.add("m2", "")
		s.ticks(3 * time.Second)
		s.refused("context deadline exceeded", "etcdctl put a 1")
		if got := s.ok("etcdctl member list --consistency=s | cut -d, -f2,3"); got != " started, m1\n unstarted, \n" && got != " unstarted, \n started, m1\n" {
			t.Errorf("the list that m1 has: %q", got)
		}
		s.join("m2", "m1", "m2")
		s.ok("etcdctl put a 2")
		s.expectMembers("m1 m2")
	})
}

func TestReplaceADeadMember(t *testing.T) {
	tell(t, 3, func(s *story) {
		written := 0
		s.keeps(&written)
		old := s.id("m3")
		s.ok("lab kill m3; lab wipe m3")
		s.awaitLeader("m3")
		s.refused("has already been bootstrapped", "lab start m3")
		s.refused("tocommit(", "lab start m3 --initial-cluster-state=existing")
		s.refused("unhealthy cluster", "etcdctl member add m3 --peer-urls=%s", s.urlOf("m3"))
		s.ok("etcdctl member remove %s", old)
		s.ticks(settled)
		if id := s.add("m3", ""); id == old {
			t.Errorf("the new member has the old one's ID %s", id)
		}
		s.expectMembers("m1 m2 m3?")
		s.refused("member count is unequal", "lab start m3 --initial-cluster-state=existing --initial-cluster=m1=%s,m3=%s", s.urlOf("m1"), s.urlOf("m3"))
		s.refused("no match found for existing member", "lab start m3 --initial-cluster-state=existing --initial-cluster=m1=%s,m2=http://10.0.0.99:2380,m3=%s", s.urlOf("m1"), s.urlOf("m3"))
		s.join("m3", "m1", "m2", "m3")
		s.keeps(&written)
		if got, err := s.get("row/0", true, "m3"); err != nil || got != "0" {
			t.Errorf("the new m3 reads %q, %v", got, err)
		}
		s.ticks(time.Second)
		if got := s.ok("etcdctl endpoint hashkv | cut -d, -f2 | sort -u | wc -l"); strings.TrimSpace(got) != "1" {
			t.Errorf("the members' hashes differ")
		}
	})
}

func TestLearner(t *testing.T) {
	tell(t, 3, func(s *story) {
		s.ok("etcdctl put k 1")
		s.ticks(settled)
		id := s.add("m4", "--learner")
		s.expectMembers("m1 m2 m3 m4?~")
		s.refused("in sync with leader", "etcdctl member promote %s", id)
		s.refused("too many learner members", "etcdctl member add m5 --learner --peer-urls=%s", s.urlOf("m5"))
		s.join("m4", "m1", "m2", "m3", "m4")
		s.expectMembers("m1 m2 m3 m4~")
		if got, want := s.toldMembership(), "added: m1 m2 m3 / m4"; got != want {
			t.Errorf("the last event about it says %q, want %q", got, want)
		}
		at := "ETCDCTL_ENDPOINTS=" + s.node("m4").clientURL()
		if got := s.ok("%s etcdctl get k --consistency=s --print-value-only", at); got != "1\n" {
			t.Errorf("the learner reads %q", got)
		}
		for _, command := range []string{"get k", "put k 2", "member list", "endpoint hashkv", "lease list", "alarm list", "compaction 2"} {
			s.refused("rpc not supported for learner", "%s etcdctl %s", at, command)
		}
		s.refused("bad leader transferee", "etcdctl move-leader %s", id)
		s.ok("etcdctl member promote %s", id)
		s.refused("can only promote a learner member", "etcdctl member promote %s", id)
		s.expectMembers("m1 m2 m3 m4")
		s.ticks(settled)
		s.ok("etcdctl move-leader %s", id)
		if got := s.awaitLeader("m1", "m2", "m3"); got != "m4" {
			t.Errorf("%s leads", got)
		}
		s.ok("%s etcdctl put k 3", at)
	})
}

// raft takes a learner's heartbeat for a vote when it verifies a leader. Here a
// leader whom only the learner hears reads nothing.
func TestALearnerIsNoWitnessOfARead(t *testing.T) {
	tell(t, 3, func(s *story) {
		s.ok("etcdctl put k old")
		s.ticks(settled)
		s.add("m4", "--learner")
		s.join("m4", "m1", "m2", "m3", "m4")
		old := s.leaderName()
		rest := slices.DeleteFunc([]string{"m1", "m2", "m3"}, func(name string) bool { return name == old })
		s.ok("lab partition %s,m4 %s", old, strings.Join(rest, ","))
		s.awaitLeader(old)
		if err := s.put("k", "new", rest...); err != nil {
			t.Fatal(err)
		}
		if got, err := s.get("k", false, old); err == nil {
			t.Errorf("cut off with the learner, %s answered a linearizable read with %q", old, got)
		}
		s.ok("lab heal")
		s.awaitLeader()
		s.until("all is well", func() bool { got, err := s.get("k", false, old); return err == nil && got == "new" })
	})
}

func TestRemoveTheLeader(t *testing.T) {
	tell(t, 3, func(s *story) {
		written := 0
		s.ticks(settled)
		old := s.leaderName()
		s.keeps(&written)
		s.ok("etcdctl member remove %s", s.id(old))
		s.until("it ends by itself", func() bool { return s.ended(old) })
		if why := s.node(old).why; why != "the member has been permanently removed from the cluster" {
			t.Errorf("why it is down: %q", why)
		}
		s.awaitLeader(old)
		s.keeps(&written)
		s.ok("lab start %s", old)
		s.until("with its old data it ends again", func() bool { return s.ended(old) })
		s.keeps(&written)
		s.refused("member not found", "etcdctl member remove %s", s.id(old))
		if got := s.ok("lab logs %s | grep -c 'data-dir used by this member must be removed'", old); got != "2\n" {
			t.Errorf("its log says so %s times, want 2", strings.TrimSpace(got))
		}
	})
}

func TestUnhealthyClusterIsNotReconfigured(t *testing.T) {
	tell(t, 3, func(s *story) {
		s.ticks(settled)
		dead := s.follower()
		alive := slices.DeleteFunc(s.names(), func(name string) bool { return name == dead })
		add := "etcdctl member add m4 --peer-urls=" + s.urlOf("m4")
		s.ok("lab kill %s", dead)
		s.refused("unhealthy cluster", "%s", add)
		s.refused("unhealthy cluster", "%s --learner", add)
		s.refused("unhealthy cluster", "etcdctl member remove %s", s.id(alive[0]))
		s.ok("lab start %s", dead)
		s.ticks(3 * time.Second)
		s.refused("unhealthy cluster", "etcdctl member remove %s", s.id(alive[1]))
		s.ticks(settled)
		s.ok("%s", add)
		s.expectMembers("m1 m2 m3 m4?")
		s.refused("re-configuration failed due to not enough started members", "etcdctl member add m5 --peer-urls=%s; etcdctl member add m6 --peer-urls=%s", s.urlOf("m5"), s.urlOf("m6"))
	})
}

func TestMembersAreUpdated(t *testing.T) {
	tell(t, 3, func(s *story) {
		s.refused("Peer URLs already exists", "etcdctl member update %s --peer-urls=%s", s.id("m2"), s.urlOf("m1"))
		s.refused("member not found", "etcdctl member update abc --peer-urls=%s", s.urlOf("m9"))
		s.ok("etcdctl member update %s --peer-urls=%s,http://10.0.0.12:12380", s.id("m2"), s.urlOf("m2"))
		s.ok("etcdctl member list | grep 'm2, http://10.0.0.12:2380,http://10.0.0.12:12380, '")
		s.ok("lab kill m2; lab start m2")
		s.until("m2 is back", func() bool { return s.process(s.node("m2")).Joined() })
		s.ok("etcdctl put k v")
	})
}

// A new member whose log begins behind what the others keep gets a snapshot,
// and the membership with it.
func TestJoinBySnapshot(t *testing.T) {
	tellOf(t, recording.World{Members: 3, SnapshotCount: 20}, func(s *story) {
		s.ok("for i in $(seq 100); do etcdctl put k$i v; done >/dev/null")
		s.ticks(25 * time.Second)
		s.ok("for i in $(seq 100); do etcdctl put k$i w; done >/dev/null")
		s.add("m4", "")
		s.join("m4", "m1", "m2", "m3", "m4")
		installed := slices.ContainsFunc(s.events, func(e event.Event) bool {
			return e.Type == event.Snapshot && e.Member == "m4" && e.What == "installed"
		})
		if !installed {
			t.Error("m4 got no snapshot")
		}
		if got, err := s.get("k7", true, "m4"); err != nil || got != "w" {
			t.Errorf("m4 reads %q, %v", got, err)
		}
		if got := s.ok("ETCDCTL_ENDPOINTS=%s etcdctl member list --consistency=s | wc -l", s.node("m4").clientURL()); got != "4\n" {
			t.Errorf("m4 lists %s members", strings.TrimSpace(got))
		}
	})
}

func TestForceNewCluster(t *testing.T) {
	tell(t, 3, func(s *story) {
		written := 0
		s.keeps(&written)
		last := s.leaderName()
		lost := slices.DeleteFunc(s.names(), func(name string) bool { return name == last })
		s.ok("lab kill %s", strings.Join(lost, " "))
		at := "ETCDCTL_ENDPOINTS=" + s.node(last).clientURL()
		s.refused("context deadline exceeded", "%s etcdctl put row/unacknowledged 1 --command-timeout=2s", at)
		s.ok("lab kill %s", last)
		s.ok("lab start %s --force-new-cluster", last)
		s.until("it leads alone", func() bool { return s.leaderName() == last })
		s.until("it is up", func() bool { return s.process(s.node(last)).Joined() })
		s.ok("export %s", at)
		out := s.ok("%s etcdctl get row/ --prefix --keys-only; %s etcdctl member list | wc -l", at, at)
		if out != "row/0\n\n1\n" {
			t.Errorf("after --force-new-cluster: %q; want what was acknowledged, no more, and one member", out)
		}
		if got, want := s.toldMembership(), "restored: "+last+" / "; got != want {
			t.Errorf("the last event about it says %q, want %q", got, want)
		}
		// Those that were left behind have a quorum of the old cluster. They must not take over.
		s.ok("lab start %s", strings.Join(lost, " "))
		s.ticks(30 * time.Second)
		if got := s.ok("%s etcdctl put row/1 1; %s etcdctl member list | wc -l", at, at); got != "OK\n1\n" {
			t.Errorf("with the old members about: %q", got)
		}
		s.ok("lab kill all; lab wipe %s; lab start %s", strings.Join(lost, " "), last)
		s.until("it is up again", func() bool { return s.process(s.node(last)).Joined() })
		s.ticks(settled)
		s.ok("%s etcdctl member add %s --peer-urls=%s", at, lost[0], s.urlOf(lost[0]))
		s.join(lost[0], last, lost[0])
		if got, err := s.get("row/1", false, lost[0]); err != nil || got != "1" {
			t.Errorf("%s, which joined, reads %q, %v", lost[0], got, err)
		}
	})
}

// What etcd prints when its flags do not fit, before it exits.
func TestStartFlagsThatDoNotFit(t *testing.T) {
	for _, row := range [][2]string{
		{"m4", `couldn't find local name "m4" in the initial cluster configuration`},
		{"m4 --initial-cluster-state=existing", `couldn't find local name "m4" in the initial cluster configuration`},
		{"m4 --initial-cluster=m4=http://10.0.0.14:2380 --initial-cluster-state=existing", "could not retrieve cluster information from the given URLs"},
		{"m4 --initial-cluster=m4=http://10.0.0.14:2380,x=http://10.0.0.14:2380", "has duplicate url"},
		{"m4 --initial-cluster=m4=10.0.0.14:2380", "first path segment in URL cannot contain colon"},
		{"m4 --initial-cluster=m4=http://10.0.0.15:2380", "--initial-cluster has m4=http://10.0.0.15:2380 but missing from --initial-advertise-peer-urls=http://10.0.0.14:2380"},
		{"m4 --initial-cluster-state=old", `invalid value "old" for flag -initial-cluster-state: invalid value`},
		{"m4 --nosuch", "flag provided but not defined: -nosuch\nUsage:\n\n  etcd [flags]\n"},
		{"m4 --snapshot-count=many", `invalid value "many" for flag -snapshot-count: parse error`},
		{"m4 --auto-tls", "this lab does not simulate it"},
		{"m4 --election-timeout=400", "--election-timeout[400ms] should be at least as 5 times as --heartbeat-interval[100ms]"},
		{"m4 --election-timeout=60000", "--election-timeout[60000ms] is too long, and should be set less than 50000ms"},
		{"m4 --listen-client-urls=http://10.0.0.99:2379", "bind: cannot assign requested address"},
		{"m4 stray --name=x", `there is no member "stray"`},
		{"m10", `there is no member "m10"`},
		{"m4 --data-dir=notes", "no data directory of this lab"},
	} {
		tell(t, 1, func(s *story) {
			s.ok("mkdir notes; echo hello >notes/a")
			s.refused(row[1], "lab start %s", row[0])
		})
	}
}

// Flags stay with a machine, except those for one start; data in the directory
// counts for more than what --initial-cluster says.
func TestStartFlagsThatStay(t *testing.T) {
	tell(t, 1, func(s *story) {
		s.ok("lab kill m1; lab start m1 --name=infra --data-dir=elsewhere --quota-backend-bytes=4194304 --advertise-client-urls=http://10.0.0.11:2379,http://10.0.0.11:9 --initial-cluster=infra=http://10.0.0.11:2380 --initial-cluster-token=t2")
		s.until("up", func() bool { return s.process(s.node("m1")).Joined() })
		list := s.ok("etcdctl member list; ls -d elsewhere/member; etcdctl endpoint status | cut -d, -f8")
		if !strings.Contains(list, ", started, infra, http://10.0.0.11:2380, http://10.0.0.11:2379,http://10.0.0.11:9, false\nelsewhere/member\n 4.2 MB\n") {
			t.Errorf("started with flags:\n%s", list)
		}
		s.ok("etcdctl put k v; lab kill m1; lab start m1 --initial-cluster=x=http://1.2.3.4:2380 --initial-cluster-state=existing")
		s.until("up", func() bool { return s.process(s.node("m1")).Joined() })
		if again := s.ok("etcdctl member list; ls -d elsewhere/member; etcdctl endpoint status | cut -d, -f8"); again != list {
			t.Errorf("started again:\n%s\nwant\n%s", again, list)
		}
		if got := s.ok("etcdctl get k --print-value-only"); got != "v\n" {
			t.Errorf("k is %q", got)
		}
	})
}

// A copy of a data directory that was made with cp is a source to restore from.
func TestRestoreFromACopy(t *testing.T) {
	tell(t, 1, func(s *story) {
		s.ok("etcdctl put k v; etcdctl put k w; lab stop m1; cp -r m1.etcd copy")
		s.ok("etcdutl snapshot restore copy/member/snap/db --skip-hash-check --data-dir m1-r.etcd --name m1 --initial-cluster m1=http://10.0.0.11:2380 --initial-advertise-peer-urls http://10.0.0.11:2380 2>/dev/null")
		s.ok("lab start m1 --data-dir=m1-r.etcd")
		s.until("up", func() bool { return s.process(s.node("m1")).Joined() })
		if got := s.ok("etcdctl get k --print-value-only; etcdctl get k --rev=2 --print-value-only; etcdctl member list | wc -l"); got != "w\nv\n1\n" {
			t.Errorf("restored: %q", got)
		}
	})
}

func TestMoveLeaderWithADeadMember(t *testing.T) {
	tell(t, 3, func(s *story) {
		old := s.leaderName()
		s.ok("lab kill %s", old)
		next := s.awaitLeader(old)
		to := slices.DeleteFunc(s.names(), func(name string) bool { return name == old || name == next })[0]
		s.ok("ETCDCTL_ENDPOINTS=%s etcdctl move-leader %s", s.node(next).clientURL(), s.id(to))
		s.until("it is moved", func() bool { return s.leaderName() == to })
		s.ok("lab start %s", old)
		s.ticks(settled)
		s.ok("etcdctl put k v")
	})
}
