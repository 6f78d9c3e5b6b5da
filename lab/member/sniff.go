package member

import (
	"encoding/binary"
	"net"

	"quorumlab/lab/network"
	"quorumlab/lab/secure"
)

// A sniffer stands between raft's NetworkTransport and the wire and reads, as
// a network analyser would, what kind of message each write is: raft frames a
// request as one byte (its type) and a msgpack map, and a reply as a msgpack
// string (an error) and a map (raft v1.8 net_transport.go). It changes nothing
// and understands only what it needs; bytes it does not understand travel
// without a label.

// The request types of raft's net_transport.go.
const (
	rpcAppendEntries = iota
	rpcRequestVote
	rpcInstallSnapshot
	rpcTimeoutNow
	rpcRequestPreVote
)

// dialed is the requesting end of a connection between members.
type dialed struct {
	net.Conn
	wire  secure.Wire
	raw   bool // a snapshot's bytes follow
	lost  func(error)
	intro []byte // goes before the first bytes
}

func (d *dialed) Read(p []byte) (int, error) {
	n, err := d.Conn.Read(p)
	if err != nil {
		d.lost(err)
	}
	return n, err
}

func (d *dialed) Write(p []byte) (int, error) {
	if !d.raw {
		if label, ok := sniffRequest(p); ok {
			d.raw = label.Msg == "snapshot"
			d.wire.Remember(label.Msg)
			d.wire.Label(label)
		}
	}
	if intro := len(d.intro); intro > 0 {
		n, err := d.Conn.Write(append(d.intro, p...))
		d.intro = nil
		return max(0, n-intro), err
	}
	return d.Conn.Write(p)
}

// accepted is the answering end.
type accepted struct {
	net.Conn
	wire secure.Wire
	lost func(error)
}

func (a *accepted) Read(p []byte) (int, error) {
	n, err := a.Conn.Read(p)
	if err != nil {
		a.lost(err)
	}
	return n, err
}

func (a *accepted) Write(p []byte) (int, error) {
	if msg := a.wire.Recall(); msg != "" {
		if label, ok := sniffReply(p); ok {
			label.Msg = msg + "-reply"
			a.wire.Label(label)
		}
	}
	return a.Conn.Write(p)
}

func sniffRequest(p []byte) (network.Label, bool) {
	var l network.Label
	if len(p) < 2 {
		return l, false
	}
	s := scanner{b: p[1:]}
	switch p[0] {
	case rpcAppendEntries:
		l.Msg = "append"
	case rpcRequestVote:
		l.Msg = "vote"
	case rpcRequestPreVote:
		l.Msg = "pre-vote"
	case rpcInstallSnapshot:
		l.Msg = "snapshot"
	case rpcTimeoutNow:
		l.Msg = "timeout-now"
	default:
		return l, false
	}
	for n := s.mapHeader(); n > 0 && !s.bad; n-- {
		switch string(s.raw()) {
		case "Term":
			l.Term = s.uint()
		case "PrevLogEntry", "LastLogIndex":
			l.Index = s.uint()
		case "PrevLogTerm", "LastLogTerm":
			l.LogTerm = s.uint()
		case "LeaderCommitIndex":
			l.Commit = s.uint()
		case "Size":
			l.Bytes = int64(s.uint())
		case "Entries":
			l.Entries = s.skipArray()
		default:
			s.skip()
		}
	}
	if l.Msg == "append" && l.Index == 0 && l.LogTerm == 0 && l.Entries == 0 && l.Commit == 0 {
		l.Msg = "heartbeat"
	}
	return l, !s.bad
}

func sniffReply(p []byte) (network.Label, bool) {
	var l network.Label
	s := scanner{b: p}
	l.OK = len(s.raw()) == 0 // raft answers with an error text, "" for none
	for n := s.mapHeader(); n > 0 && !s.bad; n-- {
		switch string(s.raw()) {
		case "Term":
			l.Term = s.uint()
		case "LastLog":
			l.Index = s.uint()
		case "Granted":
			l.Granted = s.bool()
		case "Success":
			l.OK = s.bool() && l.OK
		default:
			s.skip()
		}
	}
	return l, !s.bad
}

// scanner walks over msgpack (https://github.com/msgpack/msgpack/blob/master/spec.md).
// After an error bad is set and every result is zero.
type scanner struct {
	b   []byte
	bad bool
}

func (s *scanner) take(n int) []byte {
	if n < 0 || n > len(s.b) {
		s.bad, s.b = true, nil
		return nil
	}
	p := s.b[:n]
	s.b = s.b[n:]
	return p
}

func (s *scanner) byte() byte {
	if p := s.take(1); p != nil {
		return p[0]
	}
	return 0xc1 // never used in msgpack
}

// number reads n bytes, big endian.
func (s *scanner) number(n int) uint64 {
	p := s.take(n)
	var wide [8]byte
	copy(wide[8-len(p):], p)
	return binary.BigEndian.Uint64(wide[:])
}

func (s *scanner) length(n int) int { return int(s.number(n)) }

func (s *scanner) mapHeader() int {
	switch c := s.byte(); {
	case c&0xf0 == 0x80:
		return int(c & 0x0f)
	case c == 0xde:
		return s.length(2)
	case c == 0xdf:
		return s.length(4)
	}
	s.bad = true
	return 0
}

// raw reads a string or byte string.
func (s *scanner) raw() []byte {
	switch c := s.byte(); {
	case c&0xe0 == 0xa0:
		return s.take(int(c & 0x1f))
	case c == 0xd9 || c == 0xc4:
		return s.take(s.length(1))
	case c == 0xda || c == 0xc5:
		return s.take(s.length(2))
	case c == 0xdb || c == 0xc6:
		return s.take(s.length(4))
	case c == 0xc0:
		return nil
	}
	s.bad = true
	return nil
}

func (s *scanner) uint() uint64 {
	switch c := s.byte(); {
	case c < 0x80:
		return uint64(c)
	case c >= 0xcc && c <= 0xcf:
		return s.number(1 << (c - 0xcc))
	case c >= 0xd0 && c <= 0xd3:
		return s.number(1 << (c - 0xd0))
	}
	s.bad = true
	return 0
}

func (s *scanner) bool() bool { return s.byte() == 0xc3 }

// skipArray passes over an array and tells how many elements it had.
func (s *scanner) skipArray() int {
	n := 0
	switch c := s.byte(); {
	case c == 0xc0:
		return 0
	case c&0xf0 == 0x90:
		n = int(c & 0x0f)
	case c == 0xdc:
		n = s.length(2)
	case c == 0xdd:
		n = s.length(4)
	default:
		s.bad = true
	}
	s.skipN(n)
	return n
}

func (s *scanner) skipN(n int) {
	for ; n > 0 && !s.bad; n-- {
		s.skip()
	}
}

// skip passes over one value of any type.
func (s *scanner) skip() {
	switch c := s.byte(); {
	case c < 0x80 || c >= 0xe0 || c == 0xc0 || c == 0xc2 || c == 0xc3:
	case c&0xf0 == 0x80:
		s.skipN(2 * int(c&0x0f))
	case c&0xf0 == 0x90:
		s.skipN(int(c & 0x0f))
	case c&0xe0 == 0xa0:
		s.take(int(c & 0x1f))
	case c >= 0xc4 && c <= 0xc6:
		s.take(s.length(1 << (c - 0xc4)))
	case c >= 0xc7 && c <= 0xc9:
		s.take(s.length(1<<(c-0xc7)) + 1)
	case c == 0xca:
		s.take(4)
	case c == 0xcb:
		s.take(8)
	case c >= 0xcc && c <= 0xcf:
		s.take(1 << (c - 0xcc))
	case c >= 0xd0 && c <= 0xd3:
		s.take(1 << (c - 0xd0))
	case c >= 0xd4 && c <= 0xd8:
		s.take(1<<(c-0xd4) + 1)
	case c >= 0xd9 && c <= 0xdb:
		s.take(s.length(1 << (c - 0xd9)))
	case c == 0xdc:
		s.skipN(s.length(2))
	case c == 0xdd:
		s.skipN(s.length(4))
	case c == 0xde:
		s.skipN(2 * s.length(2))
	case c == 0xdf:
		s.skipN(2 * s.length(4))
	default:
		s.bad = true
	}
}
