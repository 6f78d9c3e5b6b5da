//go:build unsafereads

package member

const quorumCheck = false
