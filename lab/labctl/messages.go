package labctl

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// workstation is the host that clients run on; requests come from there.
const workstation = "workstation"

// messageKinds are the kinds of messages that a learner can name.
var messageKinds = []string{
	"append", "append-reply", "heartbeat", "heartbeat-reply", "vote", "vote-reply", "pre-vote", "pre-vote-reply",
	"snapshot", "snapshot-reply", "timeout-now", "timeout-now-reply", "forward", "forward-reply",
	"read-index", "read-index-reply", "request", "reply",
}

// message is the one that arguments name: by its number, or the next one of a
// kind and direction.
type message struct {
	id             uint64
	kind, from, to string
}

// message reads the message at the start of the arguments, before so many others.
func (c *call) message(others int) (m message, rest []string, err error) {
	if err := c.counted(1+others, 3+others); err != nil {
		return m, nil, err
	}
	if id, err := strconv.ParseUint(c.args[0], 10, 64); err == nil {
		return message{id: id}, c.args[1:], c.counted(1+others, 1+others)
	}
	if !slices.Contains(messageKinds, c.args[0]) {
		return m, nil, usagef("%q is neither the number of a message nor a kind%s; the kinds are %s",
			c.args[0], didYouMean(c.args[0], messageKinds), strings.Join(messageKinds, ", "))
	}
	if err := c.counted(3+others, 3+others); err != nil {
		return m, nil, err
	}
	m.kind = c.args[0]
	if m.from, err = c.host(c.args[1]); err != nil {
		return m, nil, err
	}
	if m.to, err = c.host(c.args[2]); err != nil {
		return m, nil, err
	}
	if m.from == m.to {
		return m, nil, usagef("a message goes from one to another, not from %s to itself", m.from)
	}
	return m, c.args[3:], nil
}

// host resolves a member, or the workstation.
func (c *call) host(word string) (string, error) {
	if word == workstation {
		return word, nil
	}
	return c.one(word)
}

// String names the message as `lab` takes it.
func (m message) String() string { return strings.Join(m.words(), " ") }

func (m message) words() []string {
	if m.kind == "" {
		return []string{strconv.FormatUint(m.id, 10)}
	}
	return []string{m.kind, m.from, m.to}
}

// members are those that it runs between, as far as that is known.
func (m message) members() []string {
	return slices.DeleteFunc(words(m.from, m.to), func(name string) bool { return name == workstation })
}

// offerMessages offers kinds, then who sends and who receives.
func offerMessages(w World, n int) []string {
	switch n {
	case 0:
		return messageKinds
	case 1, 2:
		return append(memberNames(w), workstation)
	}
	return nil
}

// maxDelay bounds how long one message is held up.
const maxDelay = time.Hour
