package disk

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"
)

// notes is a watcher that writes down what it hears.
type notes struct{ lines []string }

func (n *notes) add(format string, args ...any) {
	n.lines = append(n.lines, fmt.Sprintf(format, args...))
}

func (n *notes) watcher() Watcher {
	return Watcher{
		Appended:  func(first, last, term uint64) { n.add("appended %d-%d term %d", first, last, term) },
		Truncated: func(first, last uint64) { n.add("truncated %d-%d", first, last) },
		Compacted: func(first uint64) { n.add("begins at %d", first) },
		Term:      func(term uint64) { n.add("term %d", term) },
		Voted:     func(term uint64, who []byte) { n.add("voted for %s in term %d", who, term) },
		Snapshot:  func(s *Snapshot, installed bool) { n.add("snapshot %d installed=%v", s.Meta.Index, installed) },
		Slow:      func(took time.Duration) { n.add("slow %v", took) },
		Failed:    func(reason string) { n.add("failed: %s", reason) },
		Pause:     func() {},
		Share:     func(*raft.Log) {},
	}
}

func (n *notes) expect(t *testing.T, want ...string) {
	t.Helper()
	if got := strings.Join(n.lines, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("heard\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	n.lines = nil
}

func entries(first, last, term uint64) []*raft.Log {
	var logs []*raft.Log
	for i := first; i <= last; i++ {
		logs = append(logs, &raft.Log{Index: i, Term: term, Data: fmt.Appendf(nil, "%d", i)})
	}
	return logs
}

func extent(d *Dir) string {
	first, last := d.Extent()
	return fmt.Sprintf("%d-%d", first, last)
}

func TestLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n notes
		d := NewDir()
		h := d.Open(New(time.Millisecond), n.watcher())
		h.StoreLogs(append(entries(1, 3, 1), entries(4, 5, 2)...))
		n.expect(t, "appended 1-3 term 1", "appended 4-5 term 2")
		h.DeleteRange(4, 5)
		n.expect(t, "truncated 4-5")
		h.StoreLogs(entries(4, 9, 3))
		n.expect(t, "appended 4-9 term 3")
		h.DeleteRange(1, 6)
		n.expect(t, "begins at 7")
		var l raft.Log
		if err := h.GetLog(7, &l); err != nil || string(l.Data) != "7" {
			t.Errorf("entry 7: %q, %v", l.Data, err)
		}
		for _, missing := range []uint64{0, 6, 10} {
			if err := h.GetLog(missing, &l); !errors.Is(err, raft.ErrLogNotFound) {
				t.Errorf("entry %d: %v, want not found", missing, err)
			}
		}
		if extent(d) != "7-9" {
			t.Errorf("the log is %s, want 7-9", extent(d))
		}
	})
}

// kill -9 takes what was not synced, and ends the goroutine that was writing.
func TestKillTakesWhatIsNotSynced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n notes
		d := NewDir()
		h := d.Open(New(10*time.Millisecond), n.watcher())
		h.StoreLogs(entries(1, 3, 1))
		h.SetUint64([]byte("CurrentTerm"), 1)
		n.expect(t, "appended 1-3 term 1", "term 1")
		returned := false
		go func() {
			h.StoreLogs(entries(4, 6, 1))
			returned = true
		}()
		time.Sleep(5 * time.Millisecond)
		h.Kill()
		time.Sleep(time.Second)
		n.expect(t)
		if returned || extent(d) != "1-3" {
			t.Errorf("the write returned: %v; the log is %s, want 1-3", returned, extent(d))
		}
		again := d.Open(New(0), n.watcher())
		if term, err := again.GetUint64([]byte("CurrentTerm")); err != nil || term != 1 {
			t.Errorf("the term is %d, %v; want 1", term, err)
		}
	})
}

func TestFullDiskEndsTheProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n notes
		device := New(0)
		d := NewDir()
		h := d.Open(device, n.watcher())
		device.SetFull(true)
		go h.StoreLogs(entries(1, 1, 1))
		synctest.Wait()
		n.expect(t, "failed: write: no space left on device")
		if extent(d) != "0-0" {
			t.Errorf("the log is %s, want nothing", extent(d))
		}
	})
}

func TestSlowFsyncIsNoticed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n notes
		h := NewDir().Open(New(1500*time.Millisecond), n.watcher())
		h.StoreLogs(entries(1, 1, 1))
		n.expect(t, "slow 1.5s", "appended 1-1 term 1")
	})
}

func TestCorruptLogIsFoundAtTheNextStart(t *testing.T) {
	d := NewDir()
	if d.Corrupt() == nil {
		t.Error("an empty log was damaged")
	}
	var n notes
	d.Open(New(0), n.watcher()).StoreLogs(entries(1, 2, 1))
	if err := d.Check(); err != nil {
		t.Errorf("a sound log: %v", err)
	}
	if err := d.Corrupt(); err != nil {
		t.Error(err)
	}
	if err := d.Check(); err == nil || err.Error() != "walpb: crc mismatch" {
		t.Errorf("a damaged log: %v", err)
	}
}

func TestVoteKnowsItsTerm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n notes
		h := NewDir().Open(New(0), n.watcher())
		h.SetUint64([]byte("LastVoteTerm"), 4)
		h.Set([]byte("LastVoteCand"), []byte("10.0.0.12:2380"))
		n.expect(t, "voted for 10.0.0.12:2380 in term 4")
	})
}

func TestSnapshotsAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n notes
		d := NewDir()
		h := d.Open(New(0), n.watcher())
		for index := uint64(1); index <= 3; index++ {
			sink, err := h.Create(1, index, 1, raft.Configuration{}, 1, nil)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(sink, "state %d", index)
			sink.Close()
		}
		n.expect(t, "snapshot 1 installed=true", "snapshot 2 installed=true", "snapshot 3 installed=true")
		metas, _ := h.List()
		if len(metas) != keptSnapshots || metas[0].Index != 3 || metas[1].Index != 2 {
			t.Errorf("kept %+v, want 3 and 2", metas)
		}
		if got := string(d.LatestSnapshot().State.Encode()); got != "state 3" {
			t.Errorf("the newest is %q", got)
		}
	})
}
