package lab

import (
	"cmp"
	"path"
	"slices"
	"time"

	"quorumlab/lab/api"
	"quorumlab/lab/disk"
	"quorumlab/lab/network"
	"quorumlab/lab/recording"
)

// machines are those there are, by their numbers: the founders' first. Nobody
// may change what it gives.
func (w *World) machines() []*node {
	if all := w.known.Load(); all != nil {
		return *all
	}
	return nil
}

// newNode puts up the i-th machine, with its links and an empty disk.
func (w *World) newNode(i int) *node {
	machine := w.config.Machine(i)
	n := &node{number: i, name: machine.Name, ip: machine.IP(), machine: machine}
	n.host = w.net.AddHost(n.name, n.ip)
	n.disk = disk.New(orDefault(time.Duration(w.config.FsyncMicros)*time.Microsecond, defaultFsync))
	n.dataDir = path.Join(home, n.name+".etcd")
	n.id = api.MemberID([]string{n.peerURL()}, w.config.Token)
	for _, pair := range [][2]string{{workstation, n.name}, {n.name, workstation}} {
		w.net.SetLink(pair[0], pair[1], func(l *network.LinkState) { l.Latency = workstationLatency })
	}
	all := append(slices.Clone(w.machines()), n)
	slices.SortFunc(all, func(a, b *node) int { return cmp.Compare(a.number, b.number) })
	w.known.Store(&all)
	w.mountDir(n.dataDir)
	return n
}

// Spare names the machines that are not there yet: a world has room for
// recording.MaxMembers.
func (w *World) Spare() (names []string) {
	for i := 1; i <= recording.MaxMembers; i++ {
		if name := w.config.Machine(i).Name; w.node(name) == nil {
			names = append(names, name)
		}
	}
	return names
}

// machine finds a machine, or puts it up.
func (w *World) machine(name string) (*node, error) {
	w.growing.Lock()
	defer w.growing.Unlock()
	for i := w.config.Members + 1; i <= recording.MaxMembers; i++ {
		if w.config.Machine(i).Name == name && w.node(name) == nil {
			n := w.newNode(i)
			w.emitState(n, "down", "new")
			w.emitDisk(n, false)
			return n, nil
		}
	}
	return w.mustNode(name)
}
