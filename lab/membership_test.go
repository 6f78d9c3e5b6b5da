package lab

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"quorumlab/lab/event"
)

// sh runs a line of the learner's shell while time passes, and gives its exit
// code and what it printed.
func (s *story) sh(format string, args ...any) (int, string) {
	s.t.Helper()
	line := fmt.Sprintf(format, args...)
	type end struct {
		code int
		out  string
	}
	ended := make(chan end, 1)
	go func() {
		code, out := s.RunScript(line)
		ended <- end{code, out}
	}()
	for range 60_000 {
		select {
		case e := <-ended:
			return e.code, e.out
		default:
			s.RunTick()
		}
	}
	s.t.Fatalf("ten minutes went by and still running: %s", line)
	return 0, ""
}

// ok runs a line that must succeed and gives what it printed.
func (s *story) ok(format string, args ...any) string {
	s.t.Helper()
	code, out := s.sh(format, args...)
	if code != 0 {
		s.t.Fatalf("%s: exit %d\n%s", fmt.Sprintf(format, args...), code, out)
	}
	return out
}

// refused runs a line that must fail and say why.
func (s *story) refused(why, format string, args ...any) {
	s.t.Helper()
	code, out := s.sh(format, args...)
	if code == 0 || !strings.Contains(out, why) {
		s.t.Fatalf("%s: exit %d; want a failure that says %q, not\n%s", fmt.Sprintf(format, args...), code, why, out)
	}
}

func TestMoveLeaderWithADeadMember(t *testing.T) {
	tell(t, 3, func(s *story) {
		old := s.leaderName()
		s.ok("lab kill %s", old)
		s.until("another leads", func() bool { l := s.leaderName(); return l != "" && l != old })
		next := s.leaderName()
		to := ""
		for _, name := range s.names() {
			if name != old && name != next {
				to = name
			}
		}
		s.ok("ETCDCTL_ENDPOINTS=%s etcdctl move-leader %x", s.node(next).clientURL(), s.node(to).id)
		s.until("it is moved", func() bool { return s.leaderName() == to })
		s.ok("lab start %s", old)
		s.ticks(5 * time.Second)
		s.ok("etcdctl put k v")
	})
}

var idOf = regexp.MustCompile(`Member +([0-9a-f]+) `)
var _ = event.Member
