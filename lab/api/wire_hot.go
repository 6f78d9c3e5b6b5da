package api

import "encoding/binary"

// This file writes the few messages of which a world writes thousands a second
// without reflection. A test holds each to what the plan of its type gives.

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
func appendMessage(dst []byte, number byte, m appender, always bool) []byte {
	start := len(dst)
	dst = append(dst, number<<3|2, 0) // one byte of length is enough for most
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
