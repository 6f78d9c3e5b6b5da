//go:build !unsafereads

package member

// quorumCheck is whether linearizable reads ask the leader, and it a quorum.
// Without it (-tags unsafereads) a read is answered from what its member has
// applied: the proof that `quorumlab prove` would notice.
const quorumCheck = true
