package network

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// journal is a tap that writes down what it hears.
type journal struct{ lines []string }

func (j *journal) Sent(id uint64, from, to string, l Label) {
	j.lines = append(j.lines, fmt.Sprintf("sent %d %s>%s %s", id, from, to, l.Msg))
}
func (j *journal) Delivered(id uint64) { j.lines = append(j.lines, fmt.Sprint("delivered ", id)) }
func (j *journal) Dropped(id uint64, why string) {
	j.lines = append(j.lines, fmt.Sprintf("dropped %d %s", id, why))
}
func (j *journal) Delayed(id uint64, by time.Duration) {
	j.lines = append(j.lines, fmt.Sprintf("delayed %d %v", id, by))
}
func (j *journal) Resent(id uint64) { j.lines = append(j.lines, fmt.Sprint("resent ", id)) }

func (j *journal) String() string { return strings.Join(j.lines, "\n") }

// lab is two machines, a and b, 5 ms apart; b listens on port 1.
type lab struct {
	*testing.T
	*Network
	a, b     *Host
	listener *Listener
	journal  journal
}

func inLab(t *testing.T, test func(l *lab)) {
	synctest.Test(t, func(t *testing.T) {
		l := &lab{T: t}
		l.Network = New(LinkState{Latency: 5 * time.Millisecond}, &l.journal)
		l.a, l.b = l.AddHost("a", "10.0.0.1"), l.AddHost("b", "10.0.0.2")
		var err error
		if l.listener, err = l.b.Listen(1); err != nil {
			t.Fatal(err)
		}
		test(l)
		l.a.Kill()
		l.b.Kill()
		l.Network.Close()
	})
}

// connect gives both ends of a connection from a to b.
func (l *lab) connect() (*Conn, *Conn) {
	l.Helper()
	near, err := l.a.Dial("10.0.0.2", 1, time.Second)
	if err != nil {
		l.Fatal(err)
	}
	far, err := l.listener.Accept()
	if err != nil {
		l.Fatal(err)
	}
	return near, far.(*Conn)
}

func (l *lab) cut(from, to string, cut bool) {
	l.SetLink(from, to, func(s *LinkState) { s.Cut = cut })
}

func send(c *Conn, msg string) {
	c.Label(Label{Msg: msg})
	c.Write([]byte(msg))
}

func receive(t *testing.T, c *Conn, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(c, got); err != nil || string(got) != want {
		t.Fatalf("received %q, %v; want %q", got, err, want)
	}
}

func TestBytesTakeTheLatency(t *testing.T) {
	inLab(t, func(l *lab) {
		near, far := l.connect()
		began := time.Now()
		send(near, "ping")
		receive(t, far, "ping")
		if took := time.Since(began); took != 5*time.Millisecond {
			t.Errorf("one way took %v, want 5ms", took)
		}
	})
}

func TestDialFailures(t *testing.T) {
	for _, c := range []struct {
		name    string
		prepare func(l *lab)
		ip      string
		port    int
		want    error
		took    time.Duration
	}{
		{"nothing listens", func(*lab) {}, "10.0.0.2", 9, syscall.ECONNREFUSED, 10 * time.Millisecond},
		{"the process died", func(l *lab) { l.b.Kill() }, "10.0.0.2", 1, syscall.ECONNREFUSED, 10 * time.Millisecond},
		{"the way there is cut", func(l *lab) { l.cut("a", "b", true) }, "10.0.0.2", 1, os.ErrDeadlineExceeded, time.Second},
		{"the way back is cut", func(l *lab) { l.cut("b", "a", true) }, "10.0.0.2", 1, os.ErrDeadlineExceeded, time.Second},
		{"a firewall drops the port", func(l *lab) { l.b.Block(1, true) }, "10.0.0.2", 1, os.ErrDeadlineExceeded, time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			inLab(t, func(l *lab) {
				c.prepare(l)
				began := time.Now()
				_, err := l.a.Dial(c.ip, c.port, time.Second)
				if !errors.Is(err, c.want) || time.Since(began) != c.took {
					t.Errorf("got %v after %v, want %v after %v", err, time.Since(began), c.want, c.took)
				}
			})
		})
	}
}

// A segment that meets a cut is sent again once the link is whole, and what
// follows it waits its turn.
func TestCutHoldsBackInOrder(t *testing.T) {
	inLab(t, func(l *lab) {
		near, far := l.connect()
		l.cut("a", "b", true)
		send(near, "one")
		send(near, "two")
		time.Sleep(100 * time.Millisecond)
		l.cut("a", "b", false)
		receive(t, far, "onetwo")
		want := "sent 1 a>b one\ndropped 1 cut\nsent 2 a>b two\ndropped 2 cut\nresent 1\nresent 2\ndelivered 1\ndelivered 2"
		if got := l.journal.String(); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})
}

// What is under way when the link is cut is lost as well.
func TestCutCatchesWhatIsUnderWay(t *testing.T) {
	inLab(t, func(l *lab) {
		near, far := l.connect()
		send(near, "one")
		time.Sleep(2 * time.Millisecond)
		l.cut("a", "b", true)
		time.Sleep(50 * time.Millisecond)
		l.cut("a", "b", false)
		receive(t, far, "one")
		want := "sent 1 a>b one\ndropped 1 cut\nresent 1\ndelivered 1"
		if got := l.journal.String(); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})
}

// However lossy and jittery a link, a connection delivers every byte once and
// in order.
func TestLossKeepsOrder(t *testing.T) {
	inLab(t, func(l *lab) {
		near, far := l.connect()
		l.SetLink("a", "b", func(s *LinkState) { s.LossPermille, s.Jitter = 300, 20*time.Millisecond })
		var want strings.Builder
		for i := range 500 {
			text := fmt.Sprintf("%d,", i)
			want.WriteString(text)
			near.Write([]byte(text))
			if i%7 == 0 {
				time.Sleep(time.Millisecond)
			}
		}
		receive(t, far, want.String())
	})
}

func TestKillResets(t *testing.T) {
	inLab(t, func(l *lab) {
		near, _ := l.connect()
		began := time.Now()
		l.b.Kill()
		_, err := near.Read(make([]byte, 1))
		if !errors.Is(err, syscall.ECONNRESET) || time.Since(began) != 5*time.Millisecond {
			t.Errorf("got %v after %v, want a reset after 5ms", err, time.Since(began))
		}
	})
}

func TestCloseEndsTheStreamAfterTheBytes(t *testing.T) {
	inLab(t, func(l *lab) {
		near, far := l.connect()
		send(near, "last words")
		near.Close()
		receive(t, far, "last words")
		if _, err := far.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("got %v, want EOF", err)
		}
	})
}

// A paused process neither reads nor accepts; its kernel does both for it.
func TestPause(t *testing.T) {
	inLab(t, func(l *lab) {
		near, far := l.connect()
		l.b.Pause()
		send(near, "hello")
		if _, err := l.a.Dial("10.0.0.2", 1, time.Second); err != nil {
			t.Errorf("dialing a paused process: %v", err)
		}
		began := time.Now()
		time.AfterFunc(3*time.Second, l.b.Resume)
		receive(t, far, "hello")
		if time.Since(began) != 3*time.Second {
			t.Errorf("read after %v, want at the resume after 3s", time.Since(began))
		}
	})
}

func TestReadDeadlineMayMove(t *testing.T) {
	inLab(t, func(l *lab) {
		near, _ := l.connect()
		began := time.Now()
		for _, d := range []time.Duration{time.Second, 3 * time.Second, 2 * time.Second} {
			near.SetReadDeadline(began.Add(d))
		}
		_, err := near.Read(make([]byte, 1))
		if !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(began) != 2*time.Second {
			t.Errorf("got %v after %v, want a time-out after 2s", err, time.Since(began))
		}
		var timeout net.Error
		if !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("%v does not say that it is a time-out", err)
		}
	})
}

// A writer stops when nobody reads, and goes on when somebody does.
func TestWindow(t *testing.T) {
	inLab(t, func(l *lab) {
		near, far := l.connect()
		wrote := 0
		go func() {
			for range 6 {
				n, _ := near.Write(make([]byte, 1<<20))
				wrote += n
			}
		}()
		time.Sleep(time.Second)
		if wrote != window {
			t.Errorf("%d bytes were taken with nobody reading, want the window's %d", wrote, window)
		}
		io.CopyN(io.Discard, far, 6<<20)
		if wrote != 6<<20 {
			t.Errorf("%d bytes were taken in all, want %d", wrote, 6<<20)
		}
	})
}

// The end of a connection that nobody can hear any more is given up, and the
// other end learns it as by a keep-alive.
func TestOrphansAreGivenUp(t *testing.T) {
	inLab(t, func(l *lab) {
		near, far := l.connect()
		l.cut("a", "b", true)
		near.Close()
		_, err := far.Read(make([]byte, 1))
		if !errors.Is(err, syscall.ETIMEDOUT) {
			t.Errorf("got %v, want a time-out", err)
		}
	})
}
