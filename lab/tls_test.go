package lab

import (
	"strings"
	"testing"
	"time"

	"quorumlab/lab/recording"
)

// A world that speaks TLS, as a learner meets it: each failure in etcd's words,
// on the side that has them.
func TestSecureWorld(t *testing.T) {
	tellOf(t, recording.World{Members: 3, TLS: &recording.TLS{}}, func(s *story) {
		const mine = " --cacert=certs/ca.crt --cert=certs/client.crt --key=certs/client.key "
		s.ok("etcdctl" + mine + "put name John")
		for _, row := range [][2]string{
			{"get name", "certificate signed by unknown authority"},
			{"--cacert=certs/ca.crt get name", "certificate required"},
			{"--cacert=certs/ca.crt --cert=certs/client-expired.crt --key=certs/client-expired.key get name", "expired certificate"},
			{"--cacert=certs/other-ca.crt --cert=certs/client.crt --key=certs/client.key get name", "certificate signed by unknown authority"},
			{"--cert=certs/client.crt get name", "KeyFile and CertFile must both be present"},
			{"--cert=certs/client.crt --key=certs/peer.key get name", "private key does not match public key"},
			{"--cacert=certs/none.crt get name", "open certs/none.crt: no such file or directory"},
		} {
			s.refused(row[1], "etcdctl %s", row[0])
		}
		s.ok("etcdctl" + mine + "get name")
	})
}

// A certificate counts from the next handshake on: the file is read each time.
func TestReplacedCertificateCountsAtOnce(t *testing.T) {
	tellOf(t, recording.World{Members: 1, TLS: &recording.TLS{Server: "server-expired"}}, func(s *story) {
		const get = "etcdctl --cacert=certs/ca.crt --cert=certs/client.crt --key=certs/client.key get name"
		s.refused("certificate has expired or is not yet valid", "%s", get)
		s.ok("cp certs/server.crt certs/server-expired.crt; cp certs/server.key certs/server-expired.key")
		s.ok(get)
	})
}

// A member with an expired peer certificate runs, and is in nobody's cluster.
func TestExpiredPeerIsAlone(t *testing.T) {
	tellOf(t, recording.World{Members: 3, TLS: &recording.TLS{}}, func(s *story) {
		odd := s.follower()
		s.ok("lab stop %s", odd)
		s.ok("lab start %s --peer-cert-file=certs/peer-expired.crt --peer-key-file=certs/peer-expired.key", odd)
		s.ticks(5 * time.Second)
		if p := s.process(s.node(odd)); p == nil || p.Joined() {
			t.Errorf("%s should run and not be in the cluster", odd)
		}
		if said := strings.Join(s.said(s.leaderName(), 0), "\n"); !strings.Contains(said, "rejected connection on peer endpoint") {
			t.Errorf("the leader let it in, or said nothing:\n%s", said)
		}
	})
}

// A machine that joins asks a member first, over TLS: with an expired peer
// certificate it learns of no cluster, and with a good one it joins.
func TestExpiredPeerMayNotJoin(t *testing.T) {
	tellOf(t, recording.World{Members: 3, TLS: &recording.TLS{}}, func(s *story) {
		s.ticks(settled)
		s.ok("etcdctl --cacert=certs/ca.crt --cert=certs/client.crt --key=certs/client.key member add m4 --peer-urls=%s", s.urlOf("m4"))
		start := "lab start m4 --initial-cluster-state=existing --initial-cluster=" + strings.Join([]string{
			"m1=" + s.urlOf("m1"), "m2=" + s.urlOf("m2"), "m3=" + s.urlOf("m3"), "m4=" + s.urlOf("m4")}, ",")
		s.refused("could not retrieve cluster information from the given URLs", "%s --peer-cert-file=certs/peer-expired.crt --peer-key-file=certs/peer-expired.key", start)
		s.ok("%s --peer-cert-file=certs/peer.crt --peer-key-file=certs/peer.key", start)
	})
}
