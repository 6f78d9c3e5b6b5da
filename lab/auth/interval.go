package auth

import (
	"bytes"
	"sort"
)

// interval is the keys of [from, to); open means that there is no end. An empty
// interval (to not behind from) stands for from alone.
type interval struct {
	from, to []byte
	open     bool
}

// intervalOf reads an interval as requests and permissions have it: no end is
// the key alone, "\x00" every key from it on.
func intervalOf(key, end []byte) interval {
	switch {
	case len(end) == 0:
		return interval{from: key, to: append(append([]byte{}, key...), 0)}
	case len(end) == 1 && end[0] == 0:
		return interval{from: key, open: true}
	}
	return interval{from: key, to: end}
}

// reaches tells whether the interval goes as far as key or further.
func (i interval) reaches(key []byte) bool { return i.open || bytes.Compare(i.to, key) >= 0 }

// holds tells whether key is in the interval.
func (i interval) holds(key []byte) bool {
	return bytes.Compare(i.from, key) <= 0 && (i.open || bytes.Compare(key, i.to) < 0)
}

// cover is intervals that neither touch nor overlap, by key.
type cover []interval

// merge makes a cover of any intervals. Those that touch become one, so that
// [a, b) and [b, c) together permit [a, c), as in etcd.
func merge(all []interval) cover {
	sort.Slice(all, func(i, j int) bool { return bytes.Compare(all[i].from, all[j].from) < 0 })
	var c cover
	for _, next := range all {
		if last := len(c) - 1; last >= 0 && c[last].reaches(next.from) {
			c[last] = longer(c[last], next)
		} else {
			c = append(c, next)
		}
	}
	return c
}

// longer is the first interval, stretched to where the second ends.
func longer(a, b interval) interval {
	if a.open || b.open {
		return interval{from: a.from, open: true}
	}
	if bytes.Compare(b.to, a.to) > 0 {
		a.to = b.to
	}
	return a
}

// permits tells whether every key of an interval is covered.
func (c cover) permits(key, end []byte) bool {
	asked := intervalOf(key, end)
	at := sort.Search(len(c), func(i int) bool { return bytes.Compare(c[i].from, key) > 0 }) - 1
	if at < 0 || !c[at].holds(key) {
		return false
	}
	return c[at].open || !asked.open && c[at].reaches(asked.to)
}
