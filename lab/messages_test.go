package lab

import (
	"slices"
	"testing"
	"time"

	"quorumlab/lab/event"
)

// fates lists what became of the first message of a kind sent on a link since
// an event, as "type why".
func (s *story) fates(since int, kind, from, to string) []string {
	var id uint64
	var fates []string
	for _, e := range s.events[since:] {
		switch {
		case id == 0 && e.Type == event.Send && e.Msg == kind && e.From == from && e.To == to:
			id = e.ID
		case e.ID != id || id == 0:
		case slices.Contains([]event.Type{event.Drop, event.Resend, event.Delay, event.Deliver}, e.Type):
			fates = append(fates, string(e.Type)+e.Why)
		}
	}
	return fates
}

// Appends that are lost are sent again by TCP: the write needs one follower
// only, and the other has it a little later.
func TestAppendsDroppedAndDelayed(t *testing.T) {
	tell(t, 3, func(s *story) {
		leader := s.leaderName()
		others := slices.DeleteFunc(s.names(), func(name string) bool { return name == leader })
		since := len(s.events)
		if err := s.Next("append", leader, others[0], 0); err != nil {
			t.Fatal(err)
		}
		if err := s.Next("append", leader, others[1], time.Second); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := s.put("a", "1"); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < 200*time.Millisecond || took > 800*time.Millisecond {
			t.Errorf("the write took %v; want to see that TCP sent the lost append again after 200ms", took)
		}
		s.ticks(2 * time.Second)
		if got, want := s.fates(since, "append", leader, others[0]), []string{"drophand", "resend", "deliver"}; !slices.Equal(got, want) {
			t.Errorf("the dropped append: %v, want %v", got, want)
		}
		if got, want := s.fates(since, "append", leader, others[1]), []string{"delay", "deliver"}; !slices.Equal(got, want) {
			t.Errorf("the delayed append: %v, want %v", got, want)
		}
		if got, err := s.get("a", true, others[1]); err != nil || got != "1" {
			t.Errorf("in the end %s reads %q, %v; want 1", others[1], got, err)
		}
	})
}

// A member whose election timeout is short stands first, but in vain: the others
// believe in their leader, and refuse their votes, until their own wait is over.
func TestTimeoutsDecideWhoStands(t *testing.T) {
	tell(t, 5, func(s *story) {
		leader := s.leaderName()
		var first string
		for _, name := range s.names() {
			if name != leader && first == "" {
				first = name
				continue
			}
			if d, err := s.SetTimeout(name, 20*time.Second); err != nil || d != 20*time.Second {
				t.Fatal(d, err)
			}
		}
		since := len(s.events)
		if err := s.Kill(leader); err != nil {
			t.Fatal(err)
		}
		s.ticks(10 * time.Second)
		stood := map[string]int{}
		for _, e := range s.events[since:] {
			if e.Type == event.Role && e.Role == "pre-candidate" {
				stood[e.Member]++
			}
		}
		if len(stood) != 1 || stood[first] == 0 || s.leaderName() != "" {
			t.Errorf("within 10s these stood: %v, and %q leads; want %s alone to stand, in vain", stood, s.leaderName(), first)
		}
		if _, err := s.SetTimeout(leader, 0); err == nil {
			t.Error("a member that is down has been tuned")
		}
		for _, name := range s.names() {
			if name == leader {
				continue
			}
			if _, err := s.SetTimeout(name, 0); err != nil {
				t.Fatal(err)
			}
		}
		s.until("somebody leads, with the usual timeouts again", func() bool { return s.leaderName() != "" })
	})
}

// A process that is started anew has its own election timeout again, and says
// so by saying nothing.
func TestTimeoutsEndWithTheProcess(t *testing.T) {
	tell(t, 3, func(s *story) {
		if _, err := s.SetTimeout("m1", 100*time.Millisecond); err == nil {
			t.Error("an election timeout shorter than the leader's lease")
		}
		if _, err := s.SetTimeout("m1", 5*time.Second); err != nil {
			t.Fatal(err)
		}
		if last := s.events[len(s.events)-1]; last.Type != event.Timeouts || last.TimeoutMicros != 5_000_000 {
			t.Errorf("the last event is %+v", last)
		}
		if err := s.Kill("m1"); err != nil {
			t.Fatal(err)
		}
		if err := s.Start("m1"); err != nil {
			t.Fatal(err)
		}
		if d, err := s.SetTimeout("m1", 0); err != nil || d != time.Second {
			t.Errorf("its own timeout is %v, %v; want 1s", d, err)
		}
	})
}
