package member

import (
	"io"

	"quorumlab/lab/api"
	"quorumlab/lab/network"
	"quorumlab/lab/snapfile"
)

// snapshotChunk is etcd's size of one message of a snapshot stream.
const snapshotChunk = 32 << 10

// snapshot streams this member's key space as a file: a store may be so large
// that there is no room for a second one. Each message tells how much is left,
// so it is written twice, the first time for nobody.
func (m *Member) snapshot(send sender) error {
	meta, content := m.captured()
	info, err := writeFile(io.Discard, meta, content)
	if err != nil {
		return err
	}
	c := &chunks{m: m, send: send, left: info.Bytes, version: content.Version.cluster()}
	if _, err := writeFile(c, meta, content); err != nil {
		return err
	}
	return c.flush()
}

// chunks sends what is written to it, in messages of snapshotChunk.
type chunks struct {
	m       *Member
	send    sender
	held    []byte
	left    int64
	version string
}

func (c *chunks) Write(b []byte) (int, error) {
	all := len(b)
	for len(b) > 0 {
		n := min(len(b), snapshotChunk-len(c.held))
		c.held, b = append(c.held, b[:n]...), b[n:]
		if len(c.held) == snapshotChunk {
			if err := c.flush(); err != nil {
				return all - len(b), err
			}
		}
	}
	return all, nil
}

func (c *chunks) flush() error {
	if len(c.held) == 0 {
		return nil
	}
	c.left -= int64(len(c.held))
	chunk := &api.SnapshotResponse{Header: c.m.header(), Blob: c.held, RemainingBytes: uint64(c.left), Version: c.version}
	err := c.send(api.Marshal(chunk), network.Label{Msg: "reply", Method: "Snapshot", OK: true})
	c.held = c.held[:0]
	return err
}

// hash is the hash of everything that this member's database holds, which says
// less than HashKV: two members are equal by it only if they applied equally much.
func (m *Member) hash() (any, error) {
	file, err := snapfile.Read(m.snapshotFile())
	if err != nil {
		return nil, err
	}
	return &api.HashResponse{Header: m.header(), Hash: file.Hash}, nil
}
