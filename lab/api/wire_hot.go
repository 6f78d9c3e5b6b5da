package api

import "encoding/binary"

// This file writes and reads the few messages of which a world sees thousands a
// second without reflection. A test holds each to what the plan of its type
// gives.

// appender is a message that writes itself.
type appender interface{ appendWire(dst []byte) []byte }

func appendBytes(dst []byte, number byte, b []byte) []byte {
	if len(b) == 0 {
		return dst
	}
	dst = append(dst, number<<3|2)
	dst = binary.AppendUvarint(dst, uint64(len(b)))
	return append(dst, b...)
}

func appendVarint(dst []byte, number byte, v uint64) []byte {
	if v == 0 {
		return dst
	}
	return binary.AppendUvarint(append(dst, number<<3), v)
}

func appendFlag(dst []byte, number byte, set bool) []byte {
	if !set {
		return dst
	}
	return append(dst, number<<3, 1)
}

// appendMessage writes a nested message; an empty one is left out unless always.
func appendMessage(dst []byte, number int, m appender, always bool) []byte {
	start := len(dst)
	dst = append(binary.AppendUvarint(dst, uint64(number)<<3|wireBytes), 0) // one byte of length is enough for most
	body := len(dst)
	dst = m.appendWire(dst)
	n := len(dst) - body
	switch {
	case n == 0 && !always:
		return dst[:start]
	case n < 0x80:
		dst[body-1] = byte(n)
		return dst
	}
	long := append([]byte(nil), dst[body:]...)
	return append(binary.AppendUvarint(dst[:body-1], uint64(n)), long...)
}

func (h *Header) appendWire(dst []byte) []byte {
	dst = appendVarint(dst, 1, h.ClusterID)
	dst = appendVarint(dst, 2, h.MemberID)
	dst = appendVarint(dst, 3, uint64(h.Revision))
	return appendVarint(dst, 4, h.RaftTerm)
}

func (kv *KeyValue) appendWire(dst []byte) []byte {
	dst = appendBytes(dst, 1, kv.Key)
	dst = appendVarint(dst, 2, uint64(kv.CreateRevision))
	dst = appendVarint(dst, 3, uint64(kv.ModRevision))
	dst = appendVarint(dst, 4, uint64(kv.Version))
	dst = appendBytes(dst, 5, kv.Value)
	return appendVarint(dst, 6, uint64(kv.Lease))
}

func (r *PutRequest) appendWire(dst []byte) []byte {
	dst = appendBytes(dst, 1, r.Key)
	dst = appendBytes(dst, 2, r.Value)
	dst = appendVarint(dst, 3, uint64(r.Lease))
	dst = appendFlag(dst, 4, r.PrevKv)
	dst = appendFlag(dst, 5, r.IgnoreValue)
	return appendFlag(dst, 6, r.IgnoreLease)
}

func (r *PutResponse) appendWire(dst []byte) []byte {
	dst = appendMessage(dst, 1, &r.Header, false)
	if r.PrevKv != nil {
		dst = appendMessage(dst, 2, r.PrevKv, true)
	}
	return dst
}

// reader is a message that reads itself, into a zero value of its type. False
// means that the plan of its type has to be asked: the input is malformed, or
// has what only that knows (unknown fields, fields that come twice).
type reader interface{ readWire(b []byte) bool }

// record takes one field off b: a varint's value, or a copy of the bytes of a
// length-delimited one.
func record(b []byte) (number byte, v uint64, body, rest []byte, ok bool) {
	if len(b) < 2 || b[0] >= 0x80 {
		return 0, 0, nil, nil, false
	}
	number = b[0] >> 3
	v, n := binary.Uvarint(b[1:])
	if n <= 0 {
		return 0, 0, nil, nil, false
	}
	rest = b[1+n:]
	switch b[0] & 7 {
	case wireVarint:
		return number, v, nil, rest, true
	case wireBytes:
		if v > uint64(len(rest)) {
			return 0, 0, nil, nil, false
		}
		return number, 0, rest[:v:v], rest[v:], true
	}
	return 0, 0, nil, nil, false
}

func (r *PutRequest) readWire(b []byte) bool {
	*r = PutRequest{}
	last := byte(0)
	for len(b) > 0 {
		number, v, body, rest, ok := record(b)
		if !ok || number <= last || (body == nil) != (number > 2) {
			*r = PutRequest{}
			return false
		}
		switch number {
		case 1:
			r.Key = append(make([]byte, 0, len(body)), body...)
		case 2:
			r.Value = append(make([]byte, 0, len(body)), body...)
		case 3:
			r.Lease = int64(v)
		case 4:
			r.PrevKv = v != 0
		case 5:
			r.IgnoreValue = v != 0
		case 6:
			r.IgnoreLease = v != 0
		default:
			*r = PutRequest{}
			return false
		}
		last, b = number, rest
	}
	return true
}

func (h *Header) readWire(b []byte) bool {
	*h = Header{}
	last := byte(0)
	for len(b) > 0 {
		number, v, body, rest, ok := record(b)
		if !ok || number <= last || body != nil || number > 4 {
			*h = Header{}
			return false
		}
		switch number {
		case 1:
			h.ClusterID = v
		case 2:
			h.MemberID = v
		case 3:
			h.Revision = int64(v)
		case 4:
			h.RaftTerm = v
		}
		last, b = number, rest
	}
	return true
}

// A response with the previous pair is rare enough for the plan.
func (r *PutResponse) readWire(b []byte) bool {
	*r = PutResponse{}
	number, _, body, rest, ok := record(b)
	if !ok || number != 1 || body == nil || len(rest) > 0 || !r.Header.readWire(body) {
		*r = PutResponse{}
		return false
	}
	return true
}
