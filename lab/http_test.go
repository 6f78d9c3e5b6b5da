package lab

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"quorumlab/lab/event"
	"quorumlab/lab/member"
	"quorumlab/lab/recording"
	"quorumlab/lab/shell"
)

// sh runs a script at the workstation while time passes.
func (s *story) sh(script string) (stdout, stderr string, code int) {
	s.t.Helper()
	var out, err bytes.Buffer
	done := make(chan int, 1)
	go func() { done <- s.shell.Run(s.t.Context(), script, shell.Stdio{Out: &out, Err: &err}) }()
	s.until(script, func() bool {
		select {
		case code = <-done:
			return true
		default:
			return false
		}
	})
	return out.String(), err.String(), code
}

// transcript types lines and compares what each prints.
func (s *story) transcript(lines ...[2]string) {
	s.t.Helper()
	for _, line := range lines {
		if out, err, _ := s.sh(line[0]); out+err != line[1] {
			s.t.Errorf("$ %s\n%s\nwant\n%s", line[0], out+err, line[1])
		}
	}
}

// recorded is one line of a recorded scenario.
type recorded struct {
	Cluster struct {
		Members   int
		Leader    string
		Token     string `json:"initial_cluster_token"`
		Addresses map[string]struct{ Client, Peer string }
	}
	Cmd, Stdout, Stderr string
	Exit                int
	Ms                  int64
	Unstable            string
	Fault, Member       string
}

func readRecorded(t *testing.T, name string) (header recorded, steps []recorded) {
	t.Helper()
	f, err := os.Open("testdata/etcd/" + name + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var r recorded
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, r)
	}
	return steps[0], steps[1:]
}

var raftTerm = regexp.MustCompile(`"raft_term":"\d+"`)

// normal takes out of an output what differs from one run to the next of the
// real etcd: the raft term, and the order of the checks of /readyz.
func normal(cmd, out string) string {
	out = raftTerm.ReplaceAllString(out, `"raft_term":"#"`)
	if strings.Contains(cmd, "/readyz") {
		lines := strings.Split(out, "\n")
		slices.Sort(lines)
		out = strings.Join(lines, "\n")
	}
	return out
}

// What curl showed of a real etcd 3.6.16, with its leader and without, and how
// long that took.
func TestRecordedHTTP(t *testing.T) {
	header, steps := readRecorded(t, "http-api")
	world := recording.World{Members: header.Cluster.Members, Token: header.Cluster.Token}
	for i := range header.Cluster.Members {
		name := "m" + strconv.Itoa(i+1)
		a := header.Cluster.Addresses[name]
		world.Machines = append(world.Machines, recording.Machine{Name: name, Client: a.Client, Peer: a.Peer})
	}
	tellOf(t, world, func(s *story) {
		for _, r := range steps {
			if r.Fault == "kill" {
				if err := s.Kill(r.Member); err != nil {
					t.Fatal(err)
				}
				s.ticks(3 * time.Second)
			}
			if r.Cmd == "" || r.Unstable != "" {
				continue
			}
			began := time.Now()
			out, err, code := s.sh(r.Cmd)
			took := time.Since(began)
			if normal(r.Cmd, out) != normal(r.Cmd, r.Stdout) || err != r.Stderr || code != r.Exit {
				t.Errorf("$ %s\n%s%s exit %d\nwant\n%s%s exit %d", r.Cmd, out, err, code, r.Stdout, r.Stderr, r.Exit)
			}
			if slow := r.Ms > 1000; slow != (took > time.Second) {
				t.Errorf("$ %s took %v; the real one %d ms", r.Cmd, took, r.Ms)
			}
		}
	})
}

// A member that lost its quorum says so at once on /health, after etcd's own
// timeout of 7 s on /readyz, and is well again when the others are back.
func TestHealthWithoutQuorum(t *testing.T) {
	tell(t, 3, func(s *story) {
		const code = ` -w ' %{http_code}\n'`
		failing := "[+]data_corruption ok\n[+]serializable_read ok\n[-]linearizable_read failed: etcdserver: request timed out\n[+]non_learner ok\n\n 503\n"
		s.transcript([2]string{"curl -s m1:2379/health" + code, `{"health":"true","reason":""} 200` + "\n"})
		for _, m := range []string{"m2", "m3"} {
			if err := s.Kill(m); err != nil {
				t.Fatal(err)
			}
		}
		s.ticks(3 * time.Second)
		began := time.Now()
		s.transcript(
			[2]string{"curl -s m1:2379/health" + code, "{\"health\":\"false\",\"reason\":\"RAFT NO LEADER\"}\n 503\n"},
			[2]string{"curl -s 'm1:2379/health?serializable=true'" + code, `{"health":"true","reason":""} 200` + "\n"},
			[2]string{"curl -s m1:2379/livez" + code, "ok\n 200\n"},
			[2]string{"curl -s 'm1:2379/readyz?exclude=linearizable_read'" + code, "ok\n 200\n"},
			[2]string{"curl -s m1:2379/readyz/serializable_read" + code, "ok\n 200\n"},
		)
		if took := time.Since(began); took > time.Second {
			t.Errorf("what a member knows by itself took %v", took)
		}
		began = time.Now()
		s.transcript([2]string{"curl -s m1:2379/readyz" + code, failing})
		if took := time.Since(began); took < 7*time.Second || took > 7100*time.Millisecond {
			t.Errorf("/readyz answered after %v; want 7 s", took)
		}
		s.transcript(
			[2]string{"curl -sS -m 2 m1:2379/readyz", "curl: (28) Operation timed out after 2000 milliseconds with 0 bytes received\n"},
			[2]string{"curl -s -m 9 m1:2379/v3/kv/put -d '{\"key\":\"Zm9v\"}'" + code, `{"code":4,"message":"context deadline exceeded"} 504` + "\n"},
			[2]string{"curl -s m1:2379/metrics | grep -E '^etcd_server_(has_leader|is_leader|proposals_(failed|pending)|health_failures)'",
				"etcd_server_has_leader 0\netcd_server_health_failures 1\netcd_server_is_leader 0\netcd_server_proposals_failed_total 1\netcd_server_proposals_pending 0\n"},
		)
		for _, m := range []string{"m2", "m3"} {
			if err := s.Start(m); err != nil {
				t.Fatal(err)
			}
		}
		s.until("they are back", func() bool { return s.leaderName() != "" })
		s.transcript(
			[2]string{"curl -s 'm1:2379/readyz?verbose'", "[+]data_corruption ok\n[+]serializable_read ok\n[+]linearizable_read ok\n[+]non_learner ok\nok\n"},
			[2]string{"curl -s m1:2379/health", `{"health":"true","reason":""}`},
		)
	})
}

// A member that has not joined accepts, and answers nobody.
func TestHTTPWaitsForTheMember(t *testing.T) {
	tell(t, 3, func(s *story) {
		for _, m := range s.names() {
			if err := s.Kill(m); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Start("m1"); err != nil {
			t.Fatal(err)
		}
		s.transcript([2]string{"curl -sS -m 2 m1:2379/version", "curl: (28) Operation timed out after 2000 milliseconds with 0 bytes received\n"})
	})
}

func TestHTTPOfOneMember(t *testing.T) {
	const code = ` -w ' %{http_code}\n'`
	tell(t, 1, func(s *story) {
		s.transcript(
			[2]string{"curl -s m1:2379/version", `{"etcdserver":"3.6.16","etcdcluster":"3.6.0","storage":"3.6.0"}`},
			[2]string{"curl -s m1:2379/" + code, "404 page not found\n 404\n"},
			[2]string{"curl -s m1:2379/readyz/nosuch" + code, "404 page not found\n 404\n"},
			[2]string{"curl -s m1:2379/healthy" + code, "404 page not found\n 404\n"},
			[2]string{"curl -s -d x m1:2379/health" + code, "Method Not Allowed\n 405\n"},
			[2]string{"curl -s -I m1:2379/livez | grep -E 'HTTP|Allow:'", "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\n"},
			[2]string{"curl -s -X DELETE m1:2379/version" + code, "Method Not Allowed\n 405\n"},
			[2]string{"curl -s -X OPTIONS m1:2379/v3/kv/put -i | grep -vE Date",
				"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Headers: accept, content-type, authorization\r\n" +
					"Access-Control-Allow-Methods: POST, GET, OPTIONS, PUT, DELETE\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\n\r\n"},
		)
		s.transcript(
			gateway("kv/range", "{}", `{"code":3,"message":"etcdserver: key is not provided"} 400`),
			gateway("kv/range", `{"key":"Zm9v"`, `{"code":3,"message":"unexpected EOF"} 400`),
			gateway("kv/range", `{"key":1}`, `{"code":3,"message":"proto: invalid value for bytes field key: 1"} 400`),
			gateway("kv/range", `{"key":"Zm9v","revision":"9"}`, `{"code":11,"message":"etcdserver: mvcc: required revision is a future revision"} 400`),
			gateway("kv/put", `{"key":"Zm9v","value":"YmFy","ignore_value":true}`, `{"code":3,"message":"etcdserver: value is provided"} 400`),
			gateway("kv/put", `{"key":"Zm9v","value":"YmFy"}`, `{"header":#2} 200`),
			gateway("kv/put", `{"key":"Zm9w","value":""}`, `{"header":#3} 200`),
			gateway("kv/range", `{"key":"Zm9v"}`, `{"header":#3,"kvs":[{"key":"Zm9v","create_revision":"2","mod_revision":"2","version":"1","value":"YmFy"}],"count":"1"} 200`),
			gateway("kv/range", `{"key":"AA==","rangeEnd":"AA==","sort_order":"DESCEND","limit":"1","keys_only":true}`,
				`{"header":#3,"kvs":[{"key":"Zm9w","create_revision":"3","mod_revision":"3","version":"1"}],"more":true,"count":"2"} 200`),
			gateway("kv/deleterange", `{"key":"Zm9v","prev_kv":true}`,
				`{"header":#4,"deleted":"1","prev_kvs":[{"key":"Zm9v","create_revision":"2","mod_revision":"2","version":"1","value":"YmFy"}]} 200`),
			gateway("kv/compaction", `{"revision":4}`, `{"header":#4} 200`),
			gateway("kv/range", `{"key":"Zm9v","revision":2}`, `{"code":11,"message":"etcdserver: mvcc: required revision has been compacted"} 400`),
			gateway("kv/nosuch", `{}`, `{"code":5,"message":"Not Found"} 404`),
			gateway("maintenance/alarm", ``, `{"header":#4} 200`),
		)
		s.transcript([2]string{"curl -s m1:2379/v3/kv/range" + code, `{"code":12,"message":"Method Not Allowed"} 501` + "\n"})
		out, _, _ := s.sh("curl -s -X POST m1:2379/v3/maintenance/snapshot")
		lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
		for i, line := range lines {
			var m struct {
				Result struct {
					Remaining string `json:"remaining_bytes"`
					Blob      []byte
				}
			}
			if err := json.Unmarshal([]byte(line), &m); err != nil || len(m.Result.Blob) == 0 || (m.Result.Remaining == "") != (i == len(lines)-1) {
				t.Errorf("message %d of the snapshot: %.80s… %v", i, line, err)
			}
		}
	})
}

// gateway is a line of curl to the gateway, and what it prints; #N is a header
// with that revision.
func gateway(path, body, want string) [2]string {
	header := regexp.MustCompile(`#(\d+)`)
	want = header.ReplaceAllString(want, `{"cluster_id":"#","member_id":"#","revision":"$1","raft_term":"#"}`)
	return [2]string{"curl -s m1:2379/v3/" + path + " -d '" + body + `' -w ' %{http_code}\n' | sed -E 's/"(cluster_id|member_id|raft_term)":"[0-9]+"/"\1":"#"/g'`, want + "\n"}
}

// /metrics is Prometheus' text format, and counts what happened.
func TestMetrics(t *testing.T) {
	tell(t, 3, func(s *story) {
		for range 5 {
			if err := s.put("k", "v", "m1"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.get("", false, "m1"); err == nil {
			t.Fatal("an empty key was read")
		}
		s.sh("curl -s m1:2379/readyz")
		s.ticks(12 * time.Second)
		out, _, _ := s.sh("curl -s m1:2379/metrics")
		values := parseMetrics(t, out)
		leader := s.leaderName()
		for name, want := range map[string]float64{
			"etcd_server_has_leader": 1, "etcd_server_is_learner": 0, "etcd_server_leader_changes_seen_total": 1,
			"etcd_server_proposals_pending": 0, "etcd_server_proposals_failed_total": 0,
			"etcd_mvcc_put_total": 5, "etcd_debugging_mvcc_current_revision": 6,
			"etcd_mvcc_db_total_size_in_bytes": 20480, "etcd_mvcc_db_total_size_in_use_in_bytes": 16384, "etcd_server_quota_backend_bytes": 2 << 30,
			`etcd_server_version{server_version="3.6.16"}`:                                                                                1,
			`grpc_server_handled_total{grpc_code="OK",grpc_method="Put",grpc_service="etcdserverpb.KV",grpc_type="unary"}`:                5,
			`grpc_server_handled_total{grpc_code="InvalidArgument",grpc_method="Range",grpc_service="etcdserverpb.KV",grpc_type="unary"}`: 1,
			`etcd_server_healthcheck{name="linearizable_read",type="readyz"}`:                                                             1,
			`etcd_disk_wal_fsync_duration_seconds_bucket{le="+Inf"}`:                                                                      values["etcd_disk_wal_fsync_duration_seconds_count"],
			`etcd_server_id{server_id="` + member.FormatID(s.node("m1").id) + `"}`:                                                        1,
			"etcd_server_is_leader": map[bool]float64{true: 1}[leader == "m1"],
		} {
			if got, ok := values[name]; !ok || got != want {
				t.Errorf("%s is %v; want %v", name, got, want)
			}
		}
		if n := values["etcd_disk_wal_fsync_duration_seconds_count"]; n < 6 {
			t.Errorf("%v fsyncs for 5 writes and an election", n)
		}
		if n := values["etcd_disk_backend_commit_duration_seconds_count"]; n < 1 || n > 6 {
			t.Errorf("%v commits of the backend", n)
		}
		if began := values["process_start_time_seconds"]; began != float64(s.born.Unix()) {
			t.Errorf("started at %v, not %v", began, s.born.Unix())
		}
		out, _, _ = s.sh("curl -s " + leader + ":2379/metrics | grep -c '^etcd_network_peer_round_trip_time_seconds_count'")
		if out != "2\n" {
			t.Errorf("the leader measured the way to %s peers", out)
		}
	})
}

// parseMetrics reads the text format strictly: each family once, with its help
// and type before its samples; buckets that never go down.
func parseMetrics(t *testing.T, page string) map[string]float64 {
	t.Helper()
	sampleLine := regexp.MustCompile(`^([a-z_]+)(\{([A-Za-z_]+="[^"\\]*",?)*\})? (\S+)$`)
	values := map[string]float64{}
	family, kind, seen := "", "", map[string]bool{}
	previous := 0.0
	for line := range strings.Lines(page) {
		line = strings.TrimSuffix(line, "\n")
		if rest, ok := strings.CutPrefix(line, "# HELP "); ok {
			family, _, _ = strings.Cut(rest, " ")
			if seen[family] {
				t.Errorf("%s comes twice", family)
			}
			seen[family], kind = true, ""
			continue
		}
		if rest, ok := strings.CutPrefix(line, "# TYPE "+family+" "); ok {
			kind = rest
			continue
		}
		m := sampleLine.FindStringSubmatch(line)
		if m == nil || kind == "" || !strings.HasPrefix(m[1], family) || kind != "histogram" && m[1] != family {
			t.Errorf("not a sample of %s (%s): %s", family, kind, line)
			continue
		}
		v, err := strconv.ParseFloat(m[4], 64)
		if err != nil {
			t.Errorf("%s: %v", line, err)
		}
		if strings.HasSuffix(m[1], "_bucket") && !strings.Contains(m[2], `le="0.001"`) && !strings.Contains(m[2], `le="0.0001"`) && v < previous {
			t.Errorf("%s: less than the bucket before", line)
		}
		previous = v
		values[m[1]+m[2]] = v
	}
	return values
}

// A put by curl is a request as etcdctl's is: conditions can ask about it.
func TestCurlIsAClient(t *testing.T) {
	tell(t, 3, func(s *story) {
		s.sh(`curl -s m2:2379/v3/kv/put -d '{"key":"Zm9v","value":"YmFy"}'`)
		var got []string
		for _, e := range s.events {
			switch {
			case e.Type == event.Request && e.Key == "foo":
				got = append(got, "request "+e.Client+" "+e.Member+" "+e.Method+" "+e.Value)
			case e.Type == event.Reply && e.Method == "Put":
				got = append(got, "reply "+strconv.FormatInt(e.Rev, 10))
			case e.Type == event.Send && (e.Msg == "request" || e.Msg == "reply"):
				got = append(got, e.Msg+" from "+e.From+" "+e.Method)
			}
		}
		want := []string{"request workstation m2 Put bar", "request from workstation Put", "reply from m2 Put", "reply 2"}
		if !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	})
}
