package api

import (
	"crypto/sha1"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
)

// MemberID is the ID that etcd gives a member at bootstrap: the first 8 bytes
// of the SHA-1 over its sorted peer URLs and the cluster's token
// (server/etcdserver/api/membership/member.go).
func MemberID(peerURLs []string, token string) uint64 {
	sum := sha1.Sum([]byte(strings.Join(slices.Sorted(slices.Values(peerURLs)), "") + token))
	return binary.BigEndian.Uint64(sum[:])
}

// AddedMemberID is the ID of a member that is added to a running cluster: the
// time, in Unix seconds, makes it another each time
// (server/etcdserver/api/membership/member.go).
func AddedMemberID(peerURLs []string, token string, unixSeconds int64) uint64 {
	return MemberID(peerURLs, token+strconv.FormatInt(unixSeconds, 10))
}

// ClusterID is the ID that etcd gives a cluster at bootstrap: the first 8 bytes
// of the SHA-1 over its members' sorted IDs.
func ClusterID(members []uint64) uint64 {
	var b []byte
	for _, id := range slices.Sorted(slices.Values(members)) {
		b = binary.BigEndian.AppendUint64(b, id)
	}
	sum := sha1.Sum(b)
	return binary.BigEndian.Uint64(sum[:])
}
