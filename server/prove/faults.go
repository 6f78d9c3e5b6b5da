package prove

import (
	"fmt"
	"strings"
)

func (w *world) lab(text string) error {
	w.faults++
	return w.input(map[string]any{"type": "lab", "text": text})
}

// mend brings a member back, unless the operator is about to.
func (w *world) mend(name string) error {
	switch {
	case name == w.replaced:
	case w.state[name] == "down":
		return w.lab("start " + name)
	case w.state[name] == "paused":
		return w.lab("resume " + name)
	}
	return nil
}

// mendAll makes network and members well.
func (w *world) mendAll() error {
	for _, text := range []string{"heal", "loss 0%", "latency 5ms"} {
		if err := w.lab(text); err != nil {
			return err
		}
	}
	for i := range w.options.Members {
		if err := w.mend(fmt.Sprintf("m%d", i+1)); err != nil {
			return err
		}
	}
	return nil
}

// fault does one thing to the world, or mends one.
func (w *world) fault() error {
	members := w.members()
	name, other := members[0], members[len(members)-1]
	switch n := w.chance.IntN(12); {
	case n < 3 && w.state[name] == "up":
		return w.lab("kill " + name)
	case n == 3 && w.state[name] == "up":
		return w.lab("pause " + name)
	case n == 4 && w.state[name] == "up":
		return w.lab([]string{"kill", "pause"}[w.chance.IntN(2)] + " leader")
	case n < 7 && len(members) > 1:
		cut := 1 + w.chance.IntN(len(members)-1)
		return w.lab("partition " + strings.Join(members[:cut], ",") + " " + strings.Join(members[cut:], ","))
	case n == 7 && name != other:
		return w.lab("cut " + name + " " + other + " --one-way")
	case n == 8:
		return w.lab(fmt.Sprintf("loss %d%%", w.chance.IntN(20)))
	case n < 10:
		return w.lab("heal")
	}
	for _, name := range members {
		if err := w.mend(name); err != nil {
			return err
		}
	}
	return nil
}

// members lists them in an order of chance.
func (w *world) members() []string {
	names := make([]string, w.options.Members)
	for i, at := range w.chance.Perm(w.options.Members) {
		names[i] = fmt.Sprintf("m%d", at+1)
	}
	return names
}

// quiet is how many ticks a cluster is left alone before its membership is
// changed: members that were not connected for 5 s let nobody in or out
// (etcd: HealthInterval).
const quiet = 620

// disturb does the next thing to the world and tells in how many ticks another
// one is due. In a world that changes, an operator replaces a member or moves the
// leader now and then; faults go on as soon as that is typed.
func (w *world) disturb() (ticks int, err error) {
	switch {
	case w.resting:
		w.resting = false
		return w.between(5, 150), w.change()
	case w.changing && w.operator.idle() && w.chance.IntN(4) == 0:
		w.resting = true
		return quiet, w.mendAll()
	}
	return w.between(50, 300), w.fault()
}

// change types a change of the cluster at the operator's terminal.
func (w *world) change() error {
	members := w.members()
	name := members[0]
	line := moving(name)
	if w.chance.IntN(3) > 0 {
		line = replacing(name)
		w.replaced = name
	}
	others := make([]string, len(members)-1) // a learner would refuse what it is asked
	for i, other := range members[1:] {
		others[i] = endpoint(other)
	}
	return w.enter(w.operator, input{}, "export ETCDCTL_ENDPOINTS="+strings.Join(others, ",")+"; "+line)
}

// idOf is how a shell finds a member's ID.
func idOf(name string) string {
	return fmt.Sprintf(`$(etcdctl member list | grep ', %s, ' | cut -d, -f1)`, name)
}

// endpoint is where a member serves clients.
func endpoint(name string) string { return "10.0.0.1" + strings.TrimPrefix(name, "m") + ":2379" }

func moving(name string) string { return "etcdctl move-leader " + idOf(name) }

// replacing takes a member out for good and lets an empty one in at its place, as
// a learner that is given its vote when it has caught up.
func replacing(name string) string {
	number := strings.TrimPrefix(name, "m")
	return strings.Join([]string{
		"etcdctl member remove " + idOf(name),
		"{ lab kill " + name + "; lab wipe " + name + "; }",
		fmt.Sprintf("etcdctl member add %s --learner --peer-urls=http://10.0.0.1%s:2380 > add", name, number),
		fmt.Sprintf(`lab start %s --initial-cluster-state=existing --initial-cluster=$(grep INITIAL_CLUSTER= add | cut -d'"' -f2)`, name),
		"for i in $(seq 12); do sleep 0.5; etcdctl member promote $(grep added add | cut -c7-24 | tr -d ' ') && break; done",
	}, " && ")
}

// changed notes how a change ended. A member that is out, but not in again, stays
// out.
func (w *world) changed(op *operation) {
	if op.code == 0 {
		w.changes++
	}
	w.replaced = ""
}
