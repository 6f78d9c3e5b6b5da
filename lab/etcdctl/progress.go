package etcdctl

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"time"
)

// bar is a progress bar on stderr, as the real one draws it: five times a
// second, in place on a terminal, one behind the other elsewhere.
type bar struct {
	ctl     *ctl
	total   int
	count   func() int // how much is done
	begin   time.Time
	done    chan struct{}
	drawing sync.WaitGroup
}

// What a bar looks like.
const (
	barColumns = 100
	barRefresh = 200 * time.Millisecond
	barSettles = 600 * time.Millisecond // until it shows a speed
)

func (c *ctl) startBar(total int, count func() int) *bar {
	b := &bar{ctl: c, total: total, count: count, begin: c.Now(), done: make(chan struct{})}
	b.drawing.Go(b.run)
	return b
}

func (b *bar) run() {
	ticker := time.NewTicker(barRefresh)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			b.draw()
		case <-b.done:
			return
		}
	}
}

// finish draws the bar for the last time.
func (b *bar) finish() {
	close(b.done)
	b.drawing.Wait()
	if b.ctl.Ctx.Err() != nil {
		return
	}
	b.draw()
	if b.ctl.Terminal {
		fmt.Fprintln(b.ctl.Stderr)
	}
}

func (b *bar) draw() {
	if b.ctl.Ctx.Err() != nil {
		return
	}
	start := ""
	if b.ctl.Terminal {
		start = "\r"
	}
	fmt.Fprint(b.ctl.Stderr, start+barText(b.count(), b.total, b.ctl.Now().Sub(b.begin)))
}

// barText is one drawing, after so long.
func barText(count, total int, after time.Duration) string {
	head := fmt.Sprintf("%d / %d [", count, total)
	part := float64(count) / float64(max(1, total))
	speed := "?"
	if after > barSettles && count > 0 {
		speed = fmt.Sprint(int(math.Round(float64(count) / after.Seconds())))
	}
	tail := fmt.Sprintf("] %.2f%% %s p/s", part*100, speed)
	room := max(1, barColumns-len(head)-len(tail))
	full := int(math.Ceil(part * float64(room)))
	middle := strings.Repeat("-", full)
	if full > 0 && full < room {
		middle = middle[:full-1] + ">"
	}
	return head + middle + strings.Repeat("_", room-full) + tail
}
