package labctl

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
)

var statusVerb = &verb{
	name:     "status",
	does:     "show the members, what they know, and which faults are on",
	examples: []string{"lab status", "watch -n 1 lab status"},
	run:      (*call).status,
}

func (c *call) status() error {
	if err := c.counted(0, 0); err != nil {
		return err
	}
	list := c.world.Members()
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "MEMBER\tSTATE\tROLE\tTERM\tLEADER\tLOG\tCOMMIT\tAPPLIED\tREVISION")
	for _, m := range list {
		fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%s\t%d\t%d\t%d\t%d\n", m.Name, stateText(m), dash(m.Role), m.Term, dash(m.Leader), m.Last, m.Commit, m.Applied, m.Revision)
	}
	_ = t.Flush()
	lines := append(memberFaults(list), linkFaults(c.world.Links())...)
	if len(lines) == 0 {
		b.WriteString("no faults\n")
	}
	for _, line := range lines {
		b.WriteString(line + "\n")
	}
	c.printf("%s", b.String())
	return nil
}

func stateText(m Member) string {
	if m.State == "down" && m.Why != "" && !strings.Contains(m.Why, " ") {
		return m.State + " (" + m.Why + ")"
	}
	return m.State
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// defaultFsync is what a disk takes for an fsync unless it is told otherwise.
const defaultFsync = time.Millisecond

// memberFaults lists what is wrong with disks, ports and processes.
func memberFaults(list []Member) []string {
	var lines []string
	for _, m := range list {
		if m.State == "down" && strings.Contains(m.Why, " ") {
			lines = append(lines, fmt.Sprintf("%s is down: %s", m.Name, m.Why))
		}
		if m.Fsync > defaultFsync {
			lines = append(lines, fmt.Sprintf("disk of %s: an fsync takes %v", m.Name, m.Fsync))
		}
		if m.Full {
			lines = append(lines, fmt.Sprintf("disk of %s: full", m.Name))
		}
		if m.Corrupt {
			lines = append(lines, fmt.Sprintf("disk of %s: the end of the log is damaged", m.Name))
		}
		for _, port := range m.Dropped {
			lines = append(lines, fmt.Sprintf("firewall of %s: port %d is dropped", m.Name, port))
		}
	}
	return lines
}

// linkFaults lists links that are cut or lossy, and latencies unless they are the
// same everywhere.
func linkFaults(links []Link) []string {
	usual := usualLatency(links)
	var lines []string
	for _, l := range links {
		back, ok := reverse(links, l)
		both := ok && back.Cut == l.Cut && back.Latency == l.Latency && back.Jitter == l.Jitter && back.LossPermille == l.LossPermille
		if both && l.From > l.To {
			continue
		}
		var what []string
		if l.Cut {
			what = append(what, "cut")
		}
		if l.LossPermille > 0 {
			what = append(what, permille(l.LossPermille)+" lost")
		}
		if l.Jitter > 0 {
			what = append(what, fmt.Sprintf("%v to %v one way", l.Latency, l.Latency+l.Jitter))
		} else if l.Latency != usual {
			what = append(what, fmt.Sprintf("%v one way", l.Latency))
		}
		if len(what) > 0 {
			lines = append(lines, fmt.Sprintf("link %s: %s", linkName(l.From, l.To, !both), strings.Join(what, ", ")))
		}
	}
	return lines
}

func reverse(links []Link, l Link) (Link, bool) {
	for _, other := range links {
		if other.From == l.To && other.To == l.From {
			return other, true
		}
	}
	return Link{}, false
}

// usualLatency is the one that most links have.
func usualLatency(links []Link) time.Duration {
	count := map[time.Duration]int{}
	var usual time.Duration
	for _, l := range links {
		count[l.Latency]++
		if count[l.Latency] > count[usual] {
			usual = l.Latency
		}
	}
	return usual
}
