package rpc

// Ping is a method that every server answers by itself, with nothing: a caller
// learns that the other end is alive, as by gRPC's keep-alive.
const Ping = "ping"

// pong answers a ping; it tells whether it was one.
func (s *serving) pong(f frame) bool {
	if len(f.body) != len(Ping)+1 || string(f.body[:len(Ping)]) != Ping || f.body[len(Ping)] != 0 {
		return false
	}
	_ = s.wire.write(kindLast, f.stream, "", nil, unlabelled) // the reading side learns of a broken connection
	return true
}
