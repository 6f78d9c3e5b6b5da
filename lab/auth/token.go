package auth

import (
	"crypto/rand"
	"strconv"
	"strings"
	"sync"
	"time"
)

// TokenTTL is how long a token lives after its last use (etcd's
// --auth-token-ttl).
const TokenTTL = 300 * time.Second

// tokensMax bounds the tokens of one member. Beyond it the one that would
// expire first goes: its owner asks for another.
const tokensMax = 10_000

const (
	tokenLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	tokenLength  = 16
)

// NewToken is a fresh random token, without the index of its entry.
func NewToken() string {
	b := make([]byte, tokenLength)
	_, _ = rand.Read(b) // never fails
	for i := range b {
		b[i] = tokenLetters[int(b[i])%len(tokenLetters)]
	}
	return string(b)
}

// WithIndex is the token that clients get: it names the entry of the log that
// made it known, so that a member can wait until it knows it too.
func WithIndex(token string, index uint64) string { return token + "." + strconv.FormatUint(index, 10) }

// IndexOf is the index in a token.
func IndexOf(token string) (uint64, bool) {
	_, digits, found := strings.Cut(token, ".")
	index, err := strconv.ParseUint(digits, 10, 64)
	return index, found && err == nil
}

// Tokens are those that one process knows: like etcd's simple tokens they are
// gone when it ends. Time is the member's own. Safe for concurrent use.
type Tokens struct {
	mu     sync.Mutex
	now    func() time.Time
	tokens map[string]holder
}

type holder struct {
	user    string
	expires time.Time
}

// NewTokens knows no token yet.
func NewTokens(now func() time.Time) *Tokens {
	return &Tokens{now: now, tokens: map[string]holder{}}
}

// Assign makes a token stand for a user.
func (t *Tokens) Assign(token, user string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.tokens) >= tokensMax {
		t.makeRoom()
	}
	t.tokens[token] = holder{user, t.now().Add(TokenTTL)}
}

// makeRoom removes what has expired, or else the first that will. t.mu is held.
func (t *Tokens) makeRoom() {
	now, oldest := t.now(), ""
	for token, h := range t.tokens {
		if h.expires.Before(now) {
			delete(t.tokens, token)
			continue
		}
		if before := t.tokens[oldest].expires; oldest == "" || h.expires.Before(before) || h.expires.Equal(before) && token < oldest {
			oldest = token
		}
	}
	if len(t.tokens) >= tokensMax {
		delete(t.tokens, oldest)
	}
}

// User is whom a token stands for; using it prolongs its life.
func (t *Tokens) User(token string) (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h, ok := t.tokens[token]
	if !ok {
		return "", false
	}
	if t.now().After(h.expires) {
		delete(t.tokens, token)
		return "", false
	}
	h.expires = t.now().Add(TokenTTL)
	t.tokens[token] = h
	return h.user, true
}

// Forget ends a user's tokens.
func (t *Tokens) Forget(user string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for token, h := range t.tokens {
		if h.user == user {
			delete(t.tokens, token)
		}
	}
}

// Clear ends all tokens.
func (t *Tokens) Clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.tokens)
}
