package condition

import (
	"fmt"
	"maps"
	"slices"

	"go.starlark.net/starlark"
)

// Word is one name of the vocabulary, as a reference for authors shows it.
type Word struct {
	Name string // as it is written: leader, up(m), m.term
	Doc  string // one sentence
}

// Vocabulary lists every name a condition may use: plain names, functions,
// attributes of members, then fields of other values.
func Vocabulary() []Word {
	var words []Word
	for _, name := range sortedKeys(names) {
		words = append(words, Word{name, names[name].doc})
	}
	for _, name := range sortedKeys(functions) {
		words = append(words, Word{functions[name].usage, functions[name].doc})
	}
	for _, name := range sortedKeys(memberAttributes) {
		words = append(words, Word{"m." + name, memberAttributes[name].doc})
	}
	for _, name := range sortedKeys(recordFields) {
		words = append(words, Word{name, recordFields[name]})
	}
	return words
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// name is a plain name.
type name struct {
	doc   string
	timed bool // changes with the clock alone
	of    func(*Model) starlark.Value
}

// names are the plain names; m1 to m9, for the members, come on top of them.
var names = map[string]name{
	"leader":  {doc: "the member that can commit a write now: up, in the role of leader, and connected to a quorum; None if there is none", of: func(m *Model) starlark.Value { return m.memberOrNone(m.leader()) }},
	"leaders": {doc: "all members that are up and believe they lead, also those that were cut off and do not know it yet", of: func(m *Model) starlark.Value { return m.memberList(m.leaders()) }},
	"members": {doc: "all members of the cluster, voters and learners, in order", of: func(m *Model) starlark.Value { return m.memberList(m.members()) }},
	"voters":  {doc: "the members with a vote, in order", of: func(m *Model) starlark.Value { return m.memberList(m.voters()) }},
	"learners": {doc: "the members without a vote, in order", of: func(m *Model) starlark.Value {
		return m.memberList(m.which(func(mb *member) bool { return mb.learner }))
	}},
	"machines": {doc: "all machines there are, also those whose member was removed or never added", of: func(m *Model) starlark.Value { return m.memberList(m.machines) }},
	"first":    {doc: "what was true when the prompt appeared: first.leader, first.term, first.revision, first.acked", of: firstOf},

	"quorum":      {doc: "how many voters decide: half of them, rounded down, and one", of: func(m *Model) starlark.Value { return number(m.quorum()) }},
	"quorum_lost": {doc: "True if no member is connected to a quorum, so that nobody can be elected", of: func(m *Model) starlark.Value { return starlark.Bool(m.quorumLost()) }},
	"partitioned": {doc: "True if cut links or closed peer ports divide the members, up or not, into groups", of: func(m *Model) starlark.Value { return starlark.Bool(len(m.groups(m.linked)) > 1) }},
	"elections":   {doc: "how many times a member became leader since the prompt appeared", of: func(m *Model) starlark.Value { return number(m.elections) }},
	"term":        {doc: "the highest term on any member's disk", of: func(m *Model) starlark.Value { return number(m.term()) }},

	"revision":    {doc: "the newest committed revision of the key space", of: func(m *Model) starlark.Value { return number(m.keys.revision) }},
	"acked_count": {doc: "how many writes were acknowledged to clients", of: func(m *Model) starlark.Value { return number(m.requests.acknowledged) }},
	"lost":        {doc: "the keys whose newest acknowledged write is not among what is committed", of: func(m *Model) starlark.Value { return stringList(m.lost()) }},
	"writes":      {doc: "clients' writes by outcome: writes.ok, writes.failed, writes.unknown (nobody can tell whether it happened)", of: writesOf},
	"reads":       {doc: "clients' reads by outcome: reads.ok, reads.failed, reads.unknown", of: readsOf},

	"alarms":      {doc: "the alarms that are raised, such as NOSPACE; one for each member it is about", of: alarmsOf},
	"leases":      {doc: "leases: leases.live (there now), and since the prompt appeared leases.granted, leases.expired, leases.revoked", of: leasesOf},
	"watches":     {doc: "watches since the prompt appeared: watches.created, watches.compacted, watches.events (changes they told)", of: watchesOf},
	"split_votes": {doc: "the terms since the prompt appeared that two members or more stood for and nobody won", of: splitVotes},
	"stale_reads": {doc: "how many reads since the prompt appeared were answered from a key space older than what was committed", of: func(m *Model) starlark.Value { return number(m.sinceReady().staleReads) }},

	"snapshots": {doc: "the snapshot files there are, oldest first; each as saved(path) gives it", of: snapshotsOf},
	"faults":    {doc: "how many faults were made since the prompt appeared", of: func(m *Model) starlark.Value { return number(m.countFaults("", "")) }},
	"ran":       {doc: "the learner's commands that ended: ran.ok with exit code 0, ran.failed with another", of: ranOf},

	"now":         {doc: "seconds of virtual time since the world was made", timed: true, of: func(m *Model) starlark.Value { return seconds(m.nowMicros) }},
	"elapsed":     {doc: "seconds of virtual time since the prompt appeared", timed: true, of: func(m *Model) starlark.Value { return seconds(m.elapsedMicros()) }},
	"unavailable": {doc: "seconds since the prompt appeared during which there was no leader", timed: true, of: func(m *Model) starlark.Value { return seconds(m.unavailableMicros) }},
}

func (m *Model) elapsedMicros() int64 {
	if !m.ready {
		return 0
	}
	return m.nowMicros - m.readyMicros
}

func firstOf(m *Model) starlark.Value {
	return record{"first", starlark.StringDict{
		"leader":   m.memberOrNone(m.byName[m.first.leader]),
		"term":     number(m.first.term),
		"revision": number(m.first.revision),
		"acked":    number(m.first.acked),
	}}
}

func writesOf(m *Model) starlark.Value {
	r := &m.requests
	return outcomes("writes", r.writesOK, r.writesFailed, r.writesUnknown)
}

func readsOf(m *Model) starlark.Value {
	r := &m.requests
	return outcomes("reads", r.readsOK, r.readsFailed, r.readsUnknown)
}

func outcomes(kind string, ok, bad, dunno int) starlark.Value {
	return record{kind, starlark.StringDict{"ok": number(ok), "failed": number(bad), "unknown": number(dunno)}}
}

func ranOf(m *Model) starlark.Value {
	return record{"ran", starlark.StringDict{"ok": number(m.ran.ok), "failed": number(m.ran.failed)}}
}

func snapshotsOf(m *Model) starlark.Value {
	var all []starlark.Value
	for _, s := range m.snapshots() {
		all = append(all, s.value())
	}
	return starlark.NewList(all)
}

func (s *snapshot) value() starlark.Value {
	if s == nil {
		return starlark.None
	}
	return record{"snapshot", starlark.StringDict{
		"path":     starlark.String(s.path),
		"rev":      number(s.rev),
		"keys":     number(s.keys),
		"bytes":    number(s.bytes),
		"at":       seconds(s.atMicros),
		"verified": starlark.Bool(s.verified),
	}}
}

func (r *restored) value() starlark.Value {
	if r == nil {
		return starlark.None
	}
	return record{"restore", starlark.StringDict{
		"rev": number(r.rev),
		"at":  seconds(r.atMicros),
	}}
}

// recordFields documents the fields of what is neither a name nor a member.
var recordFields = map[string]string{
	"leases.live":          "leases that are there now",
	"leases.granted":       "granted since the prompt appeared",
	"leases.expired":       "that ran out since then",
	"leases.revoked":       "that somebody ended since then",
	"watches.created":      "begun since the prompt appeared",
	"watches.compacted":    "refused since then, as their revision was compacted",
	"watches.events":       "changes told since then",
	"first.leader":         "the member that led when the prompt appeared; what it is now, up(first.leader) tells",
	"first.term":           "the term then",
	"first.revision":       "the committed revision then",
	"first.acked":          "acknowledged writes by then",
	"writes.ok":            "writes that were acknowledged",
	"writes.failed":        "writes that certainly did not happen",
	"writes.unknown":       "writes that may have happened",
	"reads.ok":             "reads that were answered",
	"reads.failed":         "reads that were refused",
	"reads.unknown":        "reads that were not answered in time",
	"ran.ok":               "commands that ended with exit code 0",
	"ran.failed":           "commands that ended with another exit code",
	"saved(path).path":     "the file's full path",
	"saved(path).rev":      "the revision it holds",
	"saved(path).keys":     "how many keys it holds",
	"saved(path).bytes":    "its size",
	"saved(path).at":       "when it was saved, in seconds of virtual time",
	"saved(path).verified": "whether etcdutl snapshot status has read it since",
	"restored(m).rev":      "the revision it holds",
	"restored(m).at":       "when it was restored, in seconds of virtual time",
}

// attribute is one of a member.
type attribute struct {
	doc string
	of  func(*Model, *member) starlark.Value
}

// memberAttributes are what m.NAME can be.
var memberAttributes = map[string]attribute{
	"voter":       {"True if it is a member with a vote", func(_ *Model, mb *member) starlark.Value { return starlark.Bool(mb.voter) }},
	"learner":     {"True if it is a member without a vote", func(_ *Model, mb *member) starlark.Value { return starlark.Bool(mb.learner) }},
	"name":        {"its name, such as \"m1\"", func(_ *Model, mb *member) starlark.Value { return starlark.String(mb.name) }},
	"address":     {"its IP address", func(_ *Model, mb *member) starlark.Value { return starlark.String(mb.address) }},
	"up":          {"True while it runs; a paused member is not up", func(_ *Model, mb *member) starlark.Value { return starlark.Bool(mb.up()) }},
	"state":       {"up, down, paused or starting", func(_ *Model, mb *member) starlark.Value { return starlark.String(mb.state) }},
	"why":         {"how it got into its state: started, killed, stopped, paused, or the failure in words", func(_ *Model, mb *member) starlark.Value { return starlark.String(mb.why) }},
	"role":        {"follower, pre-candidate, candidate or leader; None while it is down", func(_ *Model, mb *member) starlark.Value { return stringOrNone(mb.role, mb.role != "") }},
	"leader":      {"the member it takes for leader, or None", func(m *Model, mb *member) starlark.Value { return m.memberOrNone(m.byName[mb.takes]) }},
	"voted_for":   {"the member it last voted for, or None", func(m *Model, mb *member) starlark.Value { return m.memberOrNone(m.byName[mb.votedFor]) }},
	"term":        {"the term on its disk", func(_ *Model, mb *member) starlark.Value { return number(mb.term) }},
	"index":       {"the index of the last entry in its log", func(_ *Model, mb *member) starlark.Value { return number(mb.index) }},
	"commit":      {"the highest index it knows to be committed", func(_ *Model, mb *member) starlark.Value { return number(mb.commit) }},
	"applied":     {"the highest index it has applied", func(_ *Model, mb *member) starlark.Value { return number(mb.applied) }},
	"rev":         {"the revision of its own key space", func(_ *Model, mb *member) starlark.Value { return number(mb.rev) }},
	"hash":        {"the hash of its own key space: equal on members that hold the same", func(_ *Model, mb *member) starlark.Value { return starlark.String(mb.hash) }},
	"healthy":     {"True if it is up, and is or can talk to the leader", func(m *Model, mb *member) starlark.Value { return starlark.Bool(m.healthy(mb)) }},
	"starts":      {"how many times its process was started since the prompt appeared", func(_ *Model, mb *member) starlark.Value { return number(mb.starts) }},
	"truncated":   {"how many times entries were taken off the end of its log since the prompt appeared", func(_ *Model, mb *member) starlark.Value { return number(mb.truncated) }},
	"installed":   {"how many raft snapshots it got from a leader since the prompt appeared", func(_ *Model, mb *member) starlark.Value { return number(mb.installed) }},
	"promoted":    {"True if it was a learner and got its vote since the prompt appeared", func(_ *Model, mb *member) starlark.Value { return starlark.Bool(mb.promoted) }},
	"led":         {"how many times it became leader since the prompt appeared", func(_ *Model, mb *member) starlark.Value { return number(mb.led) }},
	"wiped":       {"True while its disk holds nothing: wiped, and not restored or written to since", func(_ *Model, mb *member) starlark.Value { return starlark.Bool(mb.empty) }},
	"fsync_ms":    {"how long its disk takes to write, in milliseconds", func(_ *Model, mb *member) starlark.Value { return starlark.Float(float64(mb.fsyncMicros) / 1e3) }},
	"full":        {"True while its disk is full", func(_ *Model, mb *member) starlark.Value { return starlark.Bool(mb.full) }},
	"corrupt":     {"True while its log is damaged", func(_ *Model, mb *member) starlark.Value { return starlark.Bool(mb.corrupt) }},
	"client_port": {"True unless a firewall drops its port 2379", func(_ *Model, mb *member) starlark.Value { return starlark.Bool(!mb.clientPortClosed) }},
	"peer_port":   {"True unless a firewall drops its port 2380", func(_ *Model, mb *member) starlark.Value { return starlark.Bool(!mb.peerPortClosed) }},
}

// argument says what a function takes.
type argument string

// The kinds of argument.
const (
	aMember argument = "member"
	aString argument = "string"
	aList   argument = "list"
	aNumber argument = "number"
)

// function is one that conditions may call. The last of its arguments may be
// left out if least says so.
type function struct {
	usage, doc string
	takes      []argument
	least      int // arguments at least; 0 means all
	call       func(*Model, arguments) starlark.Value
}

// arguments are checked before a function sees them; an absent one is nil.
type arguments []starlark.Value

func (a arguments) member(i int) *member {
	if i < len(a) {
		if v, ok := a[i].(memberValue); ok {
			return v.member
		}
	}
	return nil
}

func (a arguments) text(i int) string {
	if i < len(a) {
		s, _ := starlark.AsString(a[i])
		return s
	}
	return ""
}

var functions = map[string]function{
	"up": {"up(m)", "True while the member runs; a paused one is not up", []argument{aMember}, 0, func(_ *Model, a arguments) starlark.Value { return starlark.Bool(a.member(0).up()) }},
	"connected": {"connected(a, b)", "True if both are up and the wires between them carry both ways", []argument{aMember, aMember}, 0, func(m *Model, a arguments) starlark.Value {
		return starlark.Bool(m.connected(a.member(0), a.member(1)))
	}},
	"cut": {"cut(a, b)", "True if the link from a to b carries nothing", []argument{aMember, aMember}, 0, func(m *Model, a arguments) starlark.Value {
		return starlark.Bool(m.cut[[2]string{a.member(0).name, a.member(1).name}])
	}},
	"groups":    {"groups()", "the members that are up, in lists of those that can talk to each other, the longest first", nil, 0, groupsOf},
	"committed": {"committed(key)", "the newest committed value of a key, or None", []argument{aString}, 0, func(m *Model, a arguments) starlark.Value { return stringOrNone(m.keys.committed(a.text(0))) }},
	"term_of":   {"term_of(key)", "the term of the log entry that last wrote a key: under which leader it was written; 0 if the key is not there", []argument{aString}, 0, func(m *Model, a arguments) starlark.Value { return number(m.keys.values[a.text(0)].term) }},
	"keys":      {"keys(prefix)", "the committed keys that begin with prefix, in order", []argument{aString}, 0, func(m *Model, a arguments) starlark.Value { return stringList(m.keys.withPrefix(a.text(0))) }},
	"acked":     {"acked(key)", "the value of the newest write to a key that was acknowledged to a client; None if there was none, or if it was a deletion", []argument{aString}, 0, ackedOf},
	"outcome":   {"outcome(key)", "what the client was told of the newest write to a key: \"acknowledged\", \"failed\", \"unknown\" (it may have happened), \"pending\"; None if nobody wrote", []argument{aString}, 0, outcomeOfKey},
	"saved":     {"saved(path)", "the snapshot at a path, or None: a file that is not a snapshot does not count", []argument{aString}, 0, func(m *Model, a arguments) starlark.Value { return m.saved(a.text(0)).value() }},
	"verified":  {"verified(path)", "True if there is a snapshot at a path and etcdutl snapshot status has read it whole", []argument{aString}, 0, verifiedOf},
	"restored":  {"restored(m)", "how the member's data directory was restored from a snapshot, or None", []argument{aMember}, 0, func(_ *Model, a arguments) starlark.Value { return a.member(0).restored.value() }},
	"wiped":     {"wiped(m)", "how many times the member's disk was wiped since the prompt appeared; m.wiped tells whether it is empty now", []argument{aMember}, 0, func(_ *Model, a arguments) starlark.Value { return number(a.member(0).wipes) }},
	"called":    {"called(method, m)", "how many calls of a method (Compact, Defragment, MoveLeader, ...) were answered without an error since the prompt appeared; the member that answered may be left out", []argument{aString, aMember}, 1, calledOf},
	"refused":   {"refused(method, m)", "how many calls of a method ended with an error, or without an answer, since the prompt appeared; the member may be left out", []argument{aString, aMember}, 1, refusedOf},
	"exits":     {"exits(code)", "how many of the learner's commands ended with that exit code", []argument{aNumber}, 0, exitsOf},
	"watched":   {"watched(key)", "the newest revision that a watch on a key, or on one that begins with it, was told of since the prompt appeared; 0 if none was", []argument{aString}, 0, watchedOf},
	"read":      {"read(key)", "what the client was told that last read from a key on: \"acknowledged\", \"failed\", \"unknown\"; None if nobody read", []argument{aString}, 0, readOf},
	"stale":     {"stale(key)", "True if a read from a key on was answered, since the prompt appeared, from before the key's newest change", []argument{aString}, 0, func(m *Model, a arguments) starlark.Value { return starlark.Bool(m.sinceReady().stale[a.text(0)]) }},
	"version":   {"version(key)", "how often a key was written since it was created; 0 if it is not there", []argument{aString}, 0, versionOf},
	"mod":       {"mod(key)", "the revision of a key's newest change; 0 if it is not there", []argument{aString}, 0, modOf},
	"create":    {"create(key)", "the revision that created a key; 0 if it is not there", []argument{aString}, 0, createOf},
	"lease_of":  {"lease_of(key)", "the ID of the lease that a key hangs on, or None", []argument{aString}, 0, leaseOf},
	"fault":     {"fault(verb, m)", "how many faults of that verb (kill, stop, pause, wipe, partition, ...) were made since the prompt appeared; the member may be left out", []argument{aString, aMember}, 1, faultOf},
	"count":     {"count(list)", "how many items of a list are true", []argument{aList}, 0, countOf},
}

func groupsOf(m *Model, _ arguments) starlark.Value {
	var all []starlark.Value
	for _, group := range m.groups(m.connected) {
		all = append(all, m.memberList(group))
	}
	return starlark.NewList(all)
}

func ackedOf(m *Model, a arguments) starlark.Value {
	ack := m.requests.acked(a.text(0))
	if ack == nil || ack.deletes {
		return starlark.None
	}
	return stringOrNone(ack.value, true)
}

func outcomeOfKey(m *Model, a arguments) starlark.Value {
	outcome := m.requests.outcome(a.text(0))
	return stringOrNone(outcome, outcome != "")
}

func verifiedOf(m *Model, a arguments) starlark.Value {
	s := m.saved(a.text(0))
	return starlark.Bool(s != nil && s.verified)
}

func faultOf(m *Model, a arguments) starlark.Value {
	member := ""
	if mb := a.member(1); mb != nil {
		member = mb.name
	}
	return number(m.countFaults(a.text(0), member))
}

func countOf(_ *Model, a arguments) starlark.Value {
	n := 0
	iter := a[0].(starlark.Iterable).Iterate()
	defer iter.Done()
	for item := starlark.Value(nil); iter.Next(&item); {
		if item.Truth() {
			n++
		}
	}
	return number(n)
}

// builtin wraps a function for Starlark; it finds the model in the thread.
func (f function) builtin(name string) starlark.Value {
	return starlark.NewBuiltin(name, func(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if len(kwargs) > 0 {
			return nil, fmt.Errorf("%s takes no named arguments: %s", name, f.usage)
		}
		for i, want := range f.takes {
			if i < len(args) {
				if err := want.check(args[i]); err != nil {
					return nil, fmt.Errorf("%s: %w", f.usage, err)
				}
			}
		}
		return f.call(thread.Local(modelLocal).(*Model), arguments(args)), nil
	})
}

func (want argument) check(v starlark.Value) error {
	switch want {
	case aMember:
		if _, ok := v.(memberValue); !ok {
			return fmt.Errorf("expected a member, not %s", words1(v))
		}
	case aString:
		if _, ok := v.(starlark.String); !ok {
			return fmt.Errorf("expected a text in quotes, not %s", words1(v))
		}
	case aNumber:
		if _, ok := v.(starlark.Int); !ok {
			return fmt.Errorf("expected a whole number, not %s", words1(v))
		}
	case aList:
		if _, ok := v.(starlark.Iterable); !ok {
			return fmt.Errorf("expected a list, not %s", words1(v))
		}
	}
	return nil
}
