package curl

import (
	"fmt"
	"time"
)

const meterTitle = `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
`

// metered tells whether the progress meter is shown: not where the answer goes
// to the terminal.
func (t *transfer) metered() bool {
	return !t.silent && t.progress && (t.output != "" || !t.Terminal)
}

func (t *transfer) meterHead() {
	if t.metered() {
		fmt.Fprint(t.Stderr, meterTitle)
	}
}

// meter prints the meter as it stands at the end of a transfer.
func (t *transfer) meter() {
	if !t.metered() {
		return
	}
	total, percent := t.received, map[bool]int{true: 100}[t.received > 0]
	of := 0
	if t.answer != nil && t.answer.Length > 0 {
		total = t.answer.Length
		of = int(100 * t.received / total)
		percent = of
	}
	spent := time.Since(t.began).Truncate(time.Second)
	whole := time.Duration(0)
	if of == 100 {
		whole = spent
	}
	up := int64(len(t.body))
	upPercent := map[bool]int{true: 100}[up > 0]
	speed, upSpeed := t.speed(t.received), t.speed(up)
	fmt.Fprintf(t.Stderr, "%3d %s  %3d %s  %3d %s  %s  %s %s %s %s %s\n", percent, size(total+up), of, size(t.received), upPercent, size(up),
		size(speed), size(upSpeed), clock(whole), clock(spent), clock(0), size(speed))
}

// size writes a number of bytes in five columns.
func size(n int64) string {
	switch {
	case n < 100_000:
		return fmt.Sprintf("%5d", n)
	case n < 10_000<<10:
		return fmt.Sprintf("%4dk", n>>10)
	}
	return fmt.Sprintf("%4dM", n>>20)
}

// clock writes a time in eight columns.
func clock(d time.Duration) string {
	s := int(d.Seconds())
	if s <= 0 {
		return "--:--:--"
	}
	return fmt.Sprintf("%2d:%02d:%02d", s/3600, s/60%60, s%60)
}
