package labctl

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// link resolves the two members at the start of the arguments. With optional,
// none at all stand for every link: then both names are empty.
func (c *call) link(optional bool, others int) (a, b string, rest []string, err error) {
	if optional && len(c.args) == others {
		return "", "", c.args, nil
	}
	if err := c.counted(2+others, 2+others); err != nil {
		return "", "", nil, err
	}
	if a, err = c.one(c.args[0]); err != nil {
		return "", "", nil, err
	}
	if b, err = c.one(c.args[1]); err != nil {
		return "", "", nil, err
	}
	if a == b {
		return "", "", nil, usagef("a link joins two different members, not %s and itself", a)
	}
	return a, b, c.args[2:], nil
}

// linkMembers lists the ends of a link; none for all links.
func linkMembers(a, b string) []string {
	if a == "" {
		return nil
	}
	return []string{a, b}
}

// linkName names a link to people.
func linkName(a, b string, oneWay bool) string {
	switch {
	case a == "":
		return "all links"
	case oneWay:
		return a + " -> " + b
	}
	return a + " <-> " + b
}

// maxDuration bounds durations of faults and waits.
const maxDuration = 24 * time.Hour

// duration reads a duration; a plain number is seconds, as in sleep.
func duration(word string) (time.Duration, error) {
	d, err := time.ParseDuration(word)
	if n, plain := strconv.ParseFloat(word, 64); plain == nil && n >= 0 && n <= maxDuration.Seconds() {
		d, err = time.Duration(n*float64(time.Second)), nil
	}
	if err != nil || d < 0 || d > maxDuration {
		return 0, usagef("%q is no duration; write 500ms, 3s or 2m (24h at most)", word)
	}
	return d, nil
}

// percent reads a share as permille.
func percent(word string) (int64, error) {
	n, err := strconv.ParseFloat(strings.TrimSuffix(word, "%"), 64)
	if err != nil || !(n >= 0 && n <= 100) {
		return 0, usagef("%q is no percentage; write a number from 0 to 100", word)
	}
	return int64(n*10 + 0.5), nil
}

func permille(n int64) string {
	if n%10 == 0 {
		return fmt.Sprintf("%d%%", n/10)
	}
	return fmt.Sprintf("%d.%d%%", n/10, n%10)
}

// words drops the empty ones.
func words(list ...string) []string {
	var kept []string
	for _, word := range list {
		if word != "" {
			kept = append(kept, word)
		}
	}
	return kept
}
