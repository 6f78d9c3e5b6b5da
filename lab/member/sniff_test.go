package member

import (
	"bufio"
	"bytes"
	"testing"

	"github.com/hashicorp/go-msgpack/v2/codec"
	"github.com/hashicorp/raft"

	"quorumlab/lab/network"
)

// wireOf encodes as raft's NetworkTransport does.
func wireOf(t *testing.T, kind int, values ...any) []byte {
	t.Helper()
	var buf bytes.Buffer
	if kind >= 0 {
		buf.WriteByte(byte(kind))
	}
	w := bufio.NewWriter(&buf)
	handle := &codec.MsgpackHandle{}
	handle.TimeNotBuiltin = true
	enc := codec.NewEncoder(w, handle)
	for _, v := range values {
		if err := enc.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	return buf.Bytes()
}

var header = raft.RPCHeader{ProtocolVersion: 3, ID: []byte("abc"), Addr: []byte("10.0.0.11:2380")}

func TestSniffRequests(t *testing.T) {
	many := make([]*raft.Log, 200)
	for i := range many {
		many[i] = &raft.Log{Index: uint64(i + 8), Term: 3, Data: bytes.Repeat([]byte{0xff}, i*7)}
	}
	for _, c := range []struct {
		kind int
		msg  any
		want network.Label
	}{
		{rpcAppendEntries, &raft.AppendEntriesRequest{RPCHeader: header, Term: 3, PrevLogEntry: 7, PrevLogTerm: 2, Entries: many, LeaderCommitIndex: 70_000},
			network.Label{Msg: "append", Term: 3, Index: 7, LogTerm: 2, Entries: 200, Commit: 70_000}},
		{rpcAppendEntries, &raft.AppendEntriesRequest{RPCHeader: header, Term: 300}, network.Label{Msg: "heartbeat", Term: 300}},
		{rpcRequestVote, &raft.RequestVoteRequest{RPCHeader: header, Term: 1 << 40, LastLogIndex: 1 << 20, LastLogTerm: 9}, network.Label{Msg: "vote", Term: 1 << 40, Index: 1 << 20, LogTerm: 9}},
		{rpcRequestPreVote, &raft.RequestPreVoteRequest{RPCHeader: header, Term: 5, LastLogIndex: 6, LastLogTerm: 4}, network.Label{Msg: "pre-vote", Term: 5, Index: 6, LogTerm: 4}},
		{rpcInstallSnapshot, &raft.InstallSnapshotRequest{RPCHeader: header, Term: 5, LastLogIndex: 6, LastLogTerm: 4, Size: 12345, Configuration: make([]byte, 400)},
			network.Label{Msg: "snapshot", Term: 5, Index: 6, LogTerm: 4, Bytes: 12345}},
		{rpcTimeoutNow, &raft.TimeoutNowRequest{RPCHeader: header}, network.Label{Msg: "timeout-now"}},
	} {
		if got, ok := sniffRequest(wireOf(t, c.kind, c.msg)); !ok || got != c.want {
			t.Errorf("%T: got %+v, %v; want %+v", c.msg, got, ok, c.want)
		}
	}
}

func TestSniffReplies(t *testing.T) {
	for _, c := range []struct {
		failure string
		msg     any
		want    network.Label
	}{
		{"", &raft.AppendEntriesResponse{RPCHeader: header, Term: 3, LastLog: 9, Success: true}, network.Label{Term: 3, Index: 9, OK: true}},
		{"", &raft.AppendEntriesResponse{RPCHeader: header, Term: 3, LastLog: 9}, network.Label{Term: 3, Index: 9}},
		{"", &raft.RequestVoteResponse{RPCHeader: header, Term: 3, Granted: true}, network.Label{Term: 3, Granted: true, OK: true}},
		{"node is shut down", &raft.RequestPreVoteResponse{RPCHeader: header, Term: 4}, network.Label{Term: 4}},
	} {
		if got, ok := sniffReply(wireOf(t, -1, c.failure, c.msg)); !ok || got != c.want {
			t.Errorf("%T: got %+v, %v; want %+v", c.msg, got, ok, c.want)
		}
	}
}

// Whatever bytes pass by, the sniffer neither fails nor claims to understand
// half a message.
func FuzzSniff(f *testing.F) {
	f.Add([]byte{0, 0x82, 0xa4, 'T', 'e', 'r', 'm', 3})
	f.Add([]byte{2, 0xdf, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		sniffRequest(b)
		sniffReply(b)
	})
}
