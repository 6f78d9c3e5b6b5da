package lab

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// post asks the gateway of a member; headers and IDs are left out of what it
// answers.
func (s *story) post(member, path, body string) string {
	s.t.Helper()
	out, err, code := s.sh(fmt.Sprintf(`curl -s %s%s -d '%s'`, s.endpoints(member)[0], path, body))
	if code != 0 {
		s.t.Fatalf("curl %s: exit %d, %s", path, code, err)
	}
	return out
}

// The membership can be changed through the gateway as through etcdctl, with
// etcd's JSON: IDs are decimal strings, lists have capital URLs
// (https://etcd.io/docs/v3.6/dev-guide/api_reference_v3/).
func TestGatewayChangesMembership(t *testing.T) {
	tell(t, 3, func(s *story) {
		leader, follower := s.leaderName(), s.follower()
		decimal := func(name string) string { return strconv.FormatUint(s.node(name).id, 10) }
		expect := func(path, body, want string) {
			t.Helper()
			if got := s.post(follower, path, body); !strings.Contains(got, want) {
				t.Fatalf("%s %s: %s\nwant %s", path, body, got, want)
			}
		}
		learner := fmt.Sprintf(`{"peerURLs":["%s"],"isLearner":true}`, s.urlOf("m4"))
		expect("/v3/cluster/member/add", learner, `{"code":14,"message":"etcdserver: unhealthy cluster"}`)
		s.ticks(settled)
		expect("/v3/cluster/member/add", learner, fmt.Sprintf(`"peerURLs":["%s"],"isLearner":true},"members":[{"ID":"`, s.urlOf("m4")))
		s.ticks(time.Second) // the ID is made of the time, in seconds
		expect("/v3/cluster/member/add", learner, `{"code":9,"message":"etcdserver: Peer URLs already exists"}`)
		s.join("m4", "m1", "m2", "m3", "m4")
		s.ticks(settled)
		id := decimal("m4")
		expect("/v3/cluster/member/promote", `{"ID":"`+id+`"}`, `"members":[{"ID":"`)
		expect("/v3/cluster/member/promote", `{"ID":"`+id+`"}`, `{"code":9,"message":"etcdserver: can only promote a learner member"}`)
		expect("/v3/cluster/member/promote", `{"ID":"1"}`, `{"code":5,"message":"etcdserver: member not found"}`)
		expect("/v3/cluster/member/update", `{"ID":"1","peerURLs":["http://10.0.0.9:2380"]}`, `{"code":5,"message":"etcdserver: member not found"}`)
		expect("/v3/cluster/member/update", fmt.Sprintf(`{"ID":"%s","peerURLs":["%s"]}`, id, s.urlOf("m4")), `"members":[{"ID":"`)
		expect("/v3/cluster/member/list", `{"linearizable":true}`, `"name":"m4","peerURLs":["`+s.urlOf("m4")+`"],"clientURLs":["`)
		expect("/v3/maintenance/transfer-leadership", `{"targetID":"1"}`, `{"code":9,"message":"etcdserver: not leader"}`)
		if got, want := s.post(leader, "/v3/maintenance/transfer-leadership", `{"targetID":"1"}`), `{"code":9,"message":"etcdserver: bad leader transferee"}`; got != want {
			t.Errorf("to nobody: %s, want %s", got, want)
		}
		got := s.post(leader, "/v3/maintenance/transfer-leadership", `{"targetID":"`+decimal(follower)+`"}`)
		s.awaitLeader(leader)
		if !strings.HasPrefix(got, `{"header":`) && got != `{}` || s.leaderName() != follower {
			t.Errorf("transfer answered %s, and %s leads", got, s.leaderName())
		}
		expect("/v3/cluster/member/remove", `{"ID":"`+id+`"}`, `"members":[{"ID":"`)
		s.until("m4 ends by itself", func() bool { return s.ended("m4") })
		expect("/v3/cluster/member/remove", `{"ID":"`+id+`"}`, `{"code":5,"message":"etcdserver: member`)
		s.expectMembers("m1 m2 m3")
	})
}

// The hash of a database is that of the file which a snapshot would be.
func TestGatewayHash(t *testing.T) {
	tell(t, 1, func(s *story) {
		s.ok("etcdctl put a 1")
		got := s.ok(`curl -s %s/v3/maintenance/hash -d '{}'`, s.endpoints("m1")[0])
		file := s.ok(`etcdctl snapshot save s.db >/dev/null 2>&1; etcdutl snapshot status s.db`)
		hash, err := strconv.ParseUint(strings.Split(file, ",")[0], 16, 32)
		if err != nil || !strings.HasSuffix(got, fmt.Sprintf(`},"hash":%d}`, hash)) {
			t.Errorf("%s, but the file has %x (%v)", got, hash, err)
		}
	})
}

// A snapshot streams in pieces, each of which tells how much is left, to the whole
// file.
func TestGatewaySnapshot(t *testing.T) {
	tell(t, 1, func(s *story) {
		s.ok(`for i in 1 2 3; do for j in 1 2 3 4 5 6 7 8; do printf '%%04000d' $i; done | etcdctl put k$i; done`)
		pieces := strings.Split(strings.TrimSpace(s.ok(`curl -s %s/v3/maintenance/snapshot -d '{}'`, s.endpoints("m1")[0])), "\n")
		size, err := strconv.Atoi(strings.TrimSpace(s.ok(`etcdctl snapshot save s.db >/dev/null 2>&1; wc -c < s.db`)))
		if err != nil || size%512 != 32 || len(pieces) != (size+32<<10-1)/(32<<10) {
			t.Fatalf("%d bytes (%v) in %d pieces", size, err, len(pieces))
		}
		for i, piece := range pieces {
			left, want := "", ""
			if m := regexp.MustCompile(`"remaining_bytes":"(\d+)"`).FindStringSubmatch(piece); m != nil {
				left = m[1]
			}
			if n := size - (i+1)*32<<10; n > 0 {
				want = strconv.Itoa(n)
			}
			if left != want {
				t.Errorf("after piece %d there are %q bytes left, want %q", i+1, left, want)
			}
		}
	})
}
