package condition

import "quorumlab/lab/event"

// sampleModel is a world of nine members right after the prompt appeared (nine,
// so that every member's name means one).
func sampleModel() *Model {
	m := &Model{}
	all := []string{"m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9"}
	m.Observe(&event.Event{Type: event.World, Members: all})
	for _, name := range all {
		m.Observe(&event.Event{Type: event.Member, Member: name, State: "up", Why: "started"})
		m.Observe(&event.Event{Type: event.Role, Member: name, Role: "follower", Term: 1})
	}
	m.Observe(&event.Event{Type: event.Role, Member: "m1", Role: "leader", Term: 2})
	m.Observe(&event.Event{Type: event.Ready, Leader: "m1"})
	return m
}
