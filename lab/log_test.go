package lab

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"quorumlab/lab/event"
)

// terms are the numbers of raft's terms: an election that is contested takes
// more than one.
var terms = regexp.MustCompile(`term (\d+)`)

// said is a member's log from the n-th event on: level and message of each
// line, raft's own marked with *, IDs by their names, terms by T.
func (s *story) said(member string, from int) []string {
	s.t.Helper()
	var lines []string
	for _, e := range s.events[from:] {
		if e.Type != event.Log || e.Member != member {
			continue
		}
		line := parseLine(s.t, e.Text)
		text := line.Msg
		for _, n := range s.machines() {
			text = strings.ReplaceAll(text, fmt.Sprintf("%x", n.id), n.name)
		}
		text = terms.ReplaceAllString(text, "term T")
		if line.Logger == "raft" {
			text = "*" + text
		}
		lines = append(lines, line.Level+" "+text)
	}
	return lines
}

type logLine struct {
	Level, Ts, Logger, Caller, Msg string
	Fields                         map[string]any
}

var logHead = regexp.MustCompile(`^\{"level":"(debug|info|warn|error|fatal)","ts":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",("logger":"raft",)?("caller":"[^"]+",)?"msg":"`)

func parseLine(t *testing.T, text string) (l logLine) {
	t.Helper()
	if !logHead.MatchString(text) {
		t.Errorf("not as zap writes it: %s", text)
	}
	if err := json.Unmarshal([]byte(text), &l); err != nil {
		t.Errorf("%v: %s", err, text)
	}
	_ = json.Unmarshal([]byte(text), &l.Fields)
	return l
}

func (s *story) expectLog(member string, from int, want ...string) {
	s.t.Helper()
	if got := s.said(member, from); !slices.Equal(got, want) {
		s.t.Errorf("%s said\n  %s\nwant\n  %s", member, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// only keeps the lines that match.
func only(lines []string, pattern string) (kept []string) {
	p := regexp.MustCompile(pattern)
	for _, line := range lines {
		if p.MatchString(line) {
			kept = append(kept, line)
		}
	}
	return kept
}

// The first start and election, in the words of the real one.
func TestLogOfTheFirstElection(t *testing.T) {
	tell(t, 3, func(s *story) {
		s.ticks(Tick) // the last one has just joined
		leader := s.leaderName()
		inOrder(t, s.said(leader, 0),
			"info starting an etcd server", "info starting local member", "info added member", "info added member", "info added member",
			"info starting etcd server", "info *LEADER became follower at term T",
			"info *LEADER is starting a new election at term T", "info *LEADER became pre-candidate at term T",
			"info *LEADER received MsgPreVoteResp from LEADER at term T", "info *LEADER has received 1 MsgPreVoteResp votes and 0 vote rejections",
			`info \*LEADER has received 2 MsgPreVoteResp votes and \d vote rejections`, "info *LEADER became candidate at term T",
			"info *LEADER received MsgVoteResp from LEADER at term T", `info \*LEADER received MsgVoteResp from m\d at term T`,
			`info \*LEADER has received 2 MsgVoteResp votes and \d vote rejections`, "info *LEADER became leader at term T",
			"info *raft.node: LEADER elected leader LEADER at term T",
			"info published local member to cluster through raft", "info ready to serve client requests",
			"info serving client traffic insecurely; this is strongly discouraged!")
		voted := 0
		for _, name := range s.names() {
			lines := s.said(name, 0)
			voted += len(only(lines, `cast MsgVote for `+leader+` \[logterm: 1, index: 2\] at term T$`))
			inOrder(t, lines, "info peer became active", "info established TCP streaming connection with remote peer",
				"info *raft.node: "+name+" elected leader LEADER at term T", "info ready to serve client requests")
		}
		if voted == 0 {
			t.Error("nobody told of a vote for the leader")
		}
	})
}

// inOrder checks that lines are among what was said, in this order. LEADER
// stands for the one that says it or is named; patterns have a backslash.
func inOrder(t *testing.T, said []string, want ...string) {
	t.Helper()
	rest := said
	for _, line := range want {
		if !strings.Contains(line, `\`) {
			line = regexp.QuoteMeta(line)
		}
		p := regexp.MustCompile("^" + strings.ReplaceAll(line, "LEADER", `m\d`) + "$")
		i := slices.IndexFunc(rest, p.MatchString)
		if i < 0 {
			t.Errorf("not said, or not there: %s\nof\n  %s", line, strings.Join(said, "\n  "))
			return
		}
		rest = rest[i+1:]
	}
}

// A leader that is killed is missed by the others: once each, however long.
func TestLogOfALostPeer(t *testing.T) {
	tell(t, 3, func(s *story) {
		s.ticks(time.Second) // all that is dialled after an election is there
		leader := s.leaderName()
		from := len(s.events)
		if err := s.Kill(leader); err != nil {
			t.Fatal(err)
		}
		s.ticks(12 * time.Second)
		for _, name := range s.names() {
			if name == leader {
				continue
			}
			lines := s.said(name, from)
			if lost := only(lines, "lost TCP streaming"); len(lost) < 1 || len(lost) > 2 {
				t.Errorf("%s lost %d streams", name, len(lost))
			}
			if gone := only(lines, "peer became inactive"); len(gone) != 1 {
				t.Errorf("%s: %q\n  %s", name, gone, strings.Join(lines, "\n  "))
			}
			if lines := only(lines, "lost leader"); !slices.Equal(lines, []string{"info *raft.node: " + name + " lost leader " + leader + " at term T"}) {
				t.Errorf("%s: %q", name, lines)
			}
		}
		heir := s.leaderName()
		if probes := only(s.said(heir, from), "prober detected unhealthy status"); len(probes) < 1 || len(probes) > 3 {
			t.Errorf("%d probes told in 12 s", len(probes))
		}
		from = len(s.events)
		if err := s.Start(leader); err != nil {
			t.Fatal(err)
		}
		s.ticks(3 * time.Second)
		s.expectLog(heir, from, "info peer became active", "info established TCP streaming connection with remote peer", "info established TCP streaming connection with remote peer")
		if lines := s.said(leader, from); lines[1] != "info restarting local member" || lines[2] != "info recovered/added member from store" {
			t.Errorf("%s came back with %q", leader, lines)
		}
	})
}

// A leader without its quorum steps down, and asks for pre-votes in vain.
func TestLogOfALeaderAlone(t *testing.T) {
	tell(t, 3, func(s *story) {
		leader := s.leaderName()
		s.ticks(time.Second)
		from := len(s.events)
		if err := s.Partition([][]string{{leader}}); err != nil {
			t.Fatal(err)
		}
		s.ticks(6 * time.Second)
		lines := s.said(leader, from)
		want := []string{
			"warn *" + leader + " stepped down to follower since quorum is not active", "info *" + leader + " became follower at term T",
			"info *raft.node: " + leader + " lost leader " + leader + " at term T",
			"info *" + leader + " is starting a new election at term T", "info *" + leader + " became pre-candidate at term T",
		}
		if len(lines) < len(want) || !slices.Equal(lines[:len(want)], want) {
			t.Errorf("%s said\n  %s", leader, strings.Join(lines, "\n  "))
		}
		if n := len(only(lines, "starting a new election")); n < 2 {
			t.Errorf("%d elections in 6 s", n)
		}
		if rose := only(lines, "became candidate"); len(rose) > 0 {
			t.Errorf("its term rose: %q", rose)
		}

		from = len(s.events)
		s.sh("curl -s -m 3 " + leader + ":2379/v3/kv/range -d '{\"key\":\"eA==\"}'")
		lines = s.said(leader, from)
		if n := len(only(lines, "waiting for ReadIndex response took too long, retrying")); n != 5 {
			t.Errorf("a read that waited for 3 s was told %d times; want every 500 ms", n)
		}
		for _, e := range s.events[from:] {
			if e.Type != event.Log || !strings.Contains(e.Text, "took too long\",\"took") {
				continue
			}
			if f := parseLine(t, e.Text).Fields; f["request"] != `key:"x" ` || f["prefix"] != "read-only range " || f["error"] != "context canceled" || f["expected-duration"] != "100ms" {
				t.Errorf("%s", e.Text)
			}
		}
		if slow := only(lines, "apply request took too long|request stats"); len(slow) != 2 {
			t.Errorf("%q", slow)
		}
	})
}

func TestLogOfAStop(t *testing.T) {
	tell(t, 3, func(s *story) {
		leader := s.leaderName()
		for _, name := range s.names() {
			if name == leader {
				continue
			}
			from := len(s.events)
			go s.Stop(name)
			s.ticks(time.Second)
			s.expectLog(name, from, "info received signal; shutting down", "info closing etcd server",
				"info skipped leadership transfer; local server is not leader", "info closed etcd server")
			return
		}
	})
}

// What requests and faults cause is told at a bounded rate.
func TestLogIsBounded(t *testing.T) {
	tell(t, 1, func(s *story) {
		if err := s.SetFsync("m1", 1200*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		from := len(s.events)
		s.sh("curl -s m1:2379/v3/kv/put -d '{\"key\":\"eA==\"}' -m 5")
		slow := only(s.said("m1", from), "slow fdatasync")
		if !slices.Equal(slow, []string{"warn slow fdatasync"}) {
			t.Errorf("%q", slow)
		}
		from = len(s.events)
		s.sh("for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do curl -s m1:2379/health -d x; done")
		if n := len(s.said("m1", from)); n < 10 || n > 20 {
			t.Errorf("30 refused requests in a second made %d lines", n)
		}
	})
}
