package auth

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"quorumlab/lab/api"
)

var rootUser = Caller{Name: "root", Revision: 1}

// must applies a request that has to succeed.
func must(t *testing.T, s *Store, request any) Change {
	t.Helper()
	change, err := s.Apply(rootUser, RequestOf(request))
	if err != nil {
		t.Fatalf("%T%+v: %v", request, request, err)
	}
	return change
}

// enabled is a store with authentication on and one role, r, which alice has.
func enabled(t *testing.T, permissions ...*api.Permission) *Store {
	t.Helper()
	s := New()
	for _, name := range []string{"root", "alice", "nobody"} {
		hash, err := HashPassword(name + "pw")
		if err != nil {
			t.Fatal(err)
		}
		must(t, s, &api.AuthUserAddRequest{Name: name, HashedPassword: hash})
	}
	must(t, s, &api.AuthRoleAddRequest{Name: "root"})
	must(t, s, &api.AuthRoleAddRequest{Name: "r"})
	must(t, s, &api.AuthUserGrantRoleRequest{User: "root", Role: "root"})
	must(t, s, &api.AuthUserGrantRoleRequest{User: "alice", Role: "r"})
	for _, p := range permissions {
		must(t, s, &api.AuthRoleGrantPermissionRequest{Name: "r", Perm: p})
	}
	must(t, s, &api.AuthEnableRequest{})
	return s
}

func (s *Store) as(name string) Caller { return Caller{Name: name, Revision: s.Revision()} }

// Open is the end of an interval without end.
const open = "\x00"

func perm(kind int32, key, end string) *api.Permission {
	p := &api.Permission{PermType: kind, Key: []byte(key)}
	if end != "" {
		p.RangeEnd = []byte(end)
	}
	return p
}

func TestPermissions(t *testing.T) {
	read, write, both := api.PermRead, api.PermWrite, api.PermReadWrite
	for _, x := range []struct {
		what     string
		given    []*api.Permission
		key, end string
		read     bool
		write    bool
	}{
		{"nothing is given", nil, "a", "", false, false},
		{"a key", []*api.Permission{perm(read, "a", "")}, "a", "", true, false},
		{"a key is not its neighbour", []*api.Permission{perm(both, "a", "")}, "a\x00", "", false, false},
		{"a key is not those behind it", []*api.Permission{perm(both, "a", "")}, "a", "b", false, false},
		{"a key is not all from it on", []*api.Permission{perm(both, "a", "")}, "a", open, false, false},
		{"writing is not reading", []*api.Permission{perm(write, "a", "")}, "a", "", false, true},
		{"the first key of a range", []*api.Permission{perm(both, "a", "c")}, "a", "", true, true},
		{"the last", []*api.Permission{perm(both, "a", "c")}, "bzzz", "", true, true},
		{"its end is not in it", []*api.Permission{perm(both, "a", "c")}, "c", "", false, false},
		{"before it", []*api.Permission{perm(both, "b", "c")}, "a", "", false, false},
		{"the whole range", []*api.Permission{perm(both, "a", "c")}, "a", "c", true, true},
		{"a part of it", []*api.Permission{perm(both, "a", "d")}, "b", "c", true, true},
		{"further than it", []*api.Permission{perm(both, "a", "c")}, "b", "d", false, false},
		{"from before it", []*api.Permission{perm(both, "b", "d")}, "a", "c", false, false},
		{"a range is not open", []*api.Permission{perm(both, "a", "c")}, "b", open, false, false},
		{"open is open", []*api.Permission{perm(both, "b", open)}, "c", open, true, true},
		{"open holds ranges", []*api.Permission{perm(read, "b", open)}, "c", "d", true, false},
		{"open has a beginning", []*api.Permission{perm(both, "b", open)}, "a", open, false, false},
		{"a prefix", []*api.Permission{perm(both, "app/", "app0")}, "app/x", "app/y", true, true},
		{"ranges that touch", []*api.Permission{perm(both, "a", "b"), perm(both, "b", "c")}, "a", "c", true, true},
		{"ranges that overlap", []*api.Permission{perm(both, "a", "m"), perm(both, "f", "z")}, "b", "y", true, true},
		{"one inside another does not shorten it", []*api.Permission{perm(both, "a", "z"), perm(both, "b", "c")}, "d", "e", true, true},
		{"a gap of one key", []*api.Permission{perm(both, "a", "b"), perm(both, "b\x00", "c")}, "a", "c", false, false},
		{"a key fills it", []*api.Permission{perm(both, "a", "b"), perm(both, "b", ""), perm(both, "b\x00", "c")}, "a", "c", true, true},
		{"kinds do not add up to one range", []*api.Permission{perm(read, "a", "b"), perm(write, "b", "c")}, "a", "c", false, false},
		{"but each has its own", []*api.Permission{perm(read, "a", "b"), perm(both, "b", "c")}, "a", "c", true, false},
		{"the latest kind counts", []*api.Permission{perm(both, "a", "b"), perm(read, "a", "b")}, "a", "", true, false},
	} {
		s := enabled(t, x.given...)
		var end []byte
		if x.end != "" {
			end = []byte(x.end)
		}
		check := func(what string, err error, want bool) {
			if (err == nil) != want || err != nil && err != ErrPermissionDenied {
				t.Errorf("%s: %s [%q, %q): %v, want permitted: %t", x.what, what, x.key, x.end, err, want)
			}
		}
		check("read", s.CheckRange(s.as("alice"), []byte(x.key), end), x.read)
		check("delete", s.CheckDelete(s.as("alice"), []byte(x.key), end), x.write)
		if x.end == "" {
			check("put", s.CheckPut(s.as("alice"), []byte(x.key)), x.write)
		}
		check("read of a user without roles", s.CheckRange(s.as("nobody"), []byte(x.key), end), false)
		check("delete of root", s.CheckDelete(s.as("root"), []byte(x.key), end), true)
	}
}

// What a set of intervals permits is what a list of all keys says: keys here
// are the words of up to two letters of a small alphabet.
func TestIntervalsAgainstAModel(t *testing.T) {
	letters := []string{"", "\x00", "a", "b", "c"}
	var keys []string
	for _, x := range letters[1:] {
		for _, y := range letters {
			keys = append(keys, x+y)
		}
	}
	chance := rand.New(rand.NewPCG(3, 4))
	word := func() string { return keys[chance.IntN(len(keys))] }
	anInterval := func() [2]string {
		switch chance.IntN(4) {
		case 0:
			return [2]string{word(), ""}
		case 1:
			return [2]string{word(), open}
		}
		a, b := word(), word()
		for a >= b || b == open {
			a, b = word(), word()
		}
		return [2]string{a, b}
	}
	in := func(key string, i [2]string) bool {
		switch i[1] {
		case "":
			return key == i[0]
		case open:
			return key >= i[0]
		}
		return i[0] <= key && key < i[1]
	}
	for range 30_000 {
		given := make([][2]string, chance.IntN(5))
		all := make([]interval, len(given))
		for i := range given {
			given[i] = anInterval()
			all[i] = intervalOf([]byte(given[i][0]), []byte(given[i][1]))
		}
		asked := anInterval()
		// Between two words that follow each other there are others, which only
		// an interval that goes on holds: so every word also stands for those
		// behind it, "wz" for w.
		want := true
		for _, key := range keys {
			for _, k := range []string{key, key + "\x00\x00", key + "zzz"} {
				if !in(k, asked) {
					continue
				}
				covered := false
				for _, g := range given {
					covered = covered || in(k, g)
				}
				want = want && covered
			}
		}
		if got := merge(all).permits([]byte(asked[0]), []byte(asked[1])); got != want {
			t.Fatalf("%q permits %q: %t, want %t", given, asked, got, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	s := enabled(t)
	for _, x := range []struct {
		request any
		want    error
	}{
		{&api.AuthUserAddRequest{Name: "alice"}, ErrUserAlreadyExist},
		{&api.AuthUserAddRequest{}, ErrUserEmpty},
		{&api.AuthUserDeleteRequest{Name: "bob"}, ErrUserNotFound},
		{&api.AuthUserDeleteRequest{Name: "root"}, ErrInvalidAuthMgmt},
		{&api.AuthUserChangePasswordRequest{Name: "bob"}, ErrUserNotFound},
		{&api.AuthUserGrantRoleRequest{User: "bob", Role: "r"}, ErrUserNotFound},
		{&api.AuthUserGrantRoleRequest{User: "alice", Role: "q"}, ErrRoleNotFound},
		{&api.AuthUserRevokeRoleRequest{Name: "alice", Role: "q"}, ErrRoleNotGranted},
		{&api.AuthUserRevokeRoleRequest{Name: "bob", Role: "r"}, ErrUserNotFound},
		{&api.AuthUserRevokeRoleRequest{Name: "root", Role: "root"}, ErrInvalidAuthMgmt},
		{&api.AuthRoleAddRequest{Name: "r"}, ErrRoleAlreadyExist},
		{&api.AuthRoleAddRequest{}, ErrRoleEmpty},
		{&api.AuthRoleDeleteRequest{Role: "q"}, ErrRoleNotFound},
		{&api.AuthRoleDeleteRequest{Role: "root"}, ErrInvalidAuthMgmt},
		{&api.AuthRoleGrantPermissionRequest{Name: "q", Perm: perm(0, "a", "")}, ErrRoleNotFound},
		{&api.AuthRoleGrantPermissionRequest{Name: "r"}, ErrPermissionNotGiven},
		{&api.AuthRoleGrantPermissionRequest{Name: "r", Perm: perm(0, "b", "a")}, ErrInvalidAuthMgmt},
		{&api.AuthRoleGrantPermissionRequest{Name: "r", Perm: perm(0, "", "a")}, ErrInvalidAuthMgmt},
		{&api.AuthRoleRevokePermissionRequest{Role: "q", Key: []byte("a")}, ErrRoleNotFound},
		{&api.AuthRoleRevokePermissionRequest{Role: "r", Key: []byte("a")}, ErrPermissionNotGranted},
	} {
		before := s.Snapshot()
		if _, err := s.Apply(rootUser, RequestOf(x.request)); err != x.want {
			t.Errorf("%T%+v: %v, want %v", x.request, x.request, err, x.want)
		}
		if after := s.Snapshot(); !reflect.DeepEqual(before, after) {
			t.Errorf("%T%+v was refused and changed %+v to %+v", x.request, x.request, before, after)
		}
	}
}

func TestEnableNeedsRoot(t *testing.T) {
	s := New()
	enable := func() error {
		_, err := s.Apply(Caller{}, RequestOf(&api.AuthEnableRequest{}))
		return err
	}
	if err := enable(); err != ErrRootUserNotExist {
		t.Error(err)
	}
	must(t, s, &api.AuthUserAddRequest{Name: "root"})
	if err := enable(); err != ErrRootRoleNotExist {
		t.Error(err)
	}
	must(t, s, &api.AuthUserGrantRoleRequest{User: "root", Role: "root"}) // the role need not be there
	if err := enable(); err != nil {
		t.Error(err)
	}
	for who, want := range map[Caller]error{{}: ErrUserEmpty, {Name: "bob", Revision: 9}: ErrPermissionDenied, {Name: "root"}: nil} {
		if _, err := s.Apply(who, RequestOf(&api.AuthEnableRequest{})); !errors.Is(err, want) {
			t.Errorf("%+v: %v, want %v", who, err, want)
		}
	}
}

// Whose token is from before a change is told so: with another token he may be
// refused, or not.
func TestOldRevision(t *testing.T) {
	s := enabled(t, perm(api.PermReadWrite, "a", ""))
	alice := s.as("alice")
	must(t, s, &api.AuthRoleAddRequest{Name: "other"})
	if err := s.CheckPut(alice, []byte("a")); err != ErrAuthOldRevision {
		t.Error(err)
	}
	if err := s.CheckPut(s.as("alice"), []byte("a")); err != nil {
		t.Error(err)
	}
	if err := s.CheckPut(Caller{}, []byte("a")); err != ErrUserEmpty {
		t.Error(err)
	}
}

// A change counts from then on: nothing that was found out before is kept.
func TestChangesCount(t *testing.T) {
	a := []byte("a")
	for _, change := range []any{
		&api.AuthUserRevokeRoleRequest{Name: "alice", Role: "r"},
		&api.AuthRoleDeleteRequest{Role: "r"},
		&api.AuthRoleRevokePermissionRequest{Role: "r", Key: a},
		&api.AuthUserDeleteRequest{Name: "alice"},
	} {
		s := enabled(t, perm(api.PermReadWrite, "a", ""))
		if err := s.CheckPut(s.as("alice"), a); err != nil {
			t.Fatal(err)
		}
		before := s.Snapshot()
		must(t, s, change)
		if err := s.CheckPut(s.as("alice"), a); err != ErrPermissionDenied {
			t.Errorf("after %T: %v", change, err)
		}
		s.Restore(before)
		if err := s.CheckPut(s.as("alice"), a); err != nil {
			t.Errorf("%T changed a snapshot: %v", change, err)
		}
	}
}

func TestSnapshotTravels(t *testing.T) {
	s := enabled(t, perm(api.PermRead, "a", "c"), perm(api.PermWrite, "b", ""))
	state := s.Snapshot()
	var got api.AuthState
	if err := api.Unmarshal(api.Marshal(&state), &got); err != nil {
		t.Fatal(err)
	}
	fresh := New()
	fresh.Restore(got)
	if !reflect.DeepEqual(fresh.Snapshot(), state) {
		t.Errorf("%+v, want %+v", fresh.Snapshot(), state)
	}
	if _, err := fresh.CheckPassword("alice", "alicepw"); err != nil {
		t.Error(err)
	}
}

func TestQuestions(t *testing.T) {
	s := enabled(t, perm(api.PermRead, "a", "c"))
	for _, x := range []struct {
		who      string
		question any
		want     string // of the answer, or an error
	}{
		{"alice", &api.AuthUserGetRequest{Name: "alice"}, "Roles:[r]"},
		{"alice", &api.AuthUserGetRequest{Name: "root"}, ErrPermissionDenied.Text},
		{"alice", &api.AuthRoleGetRequest{Role: "r"}, "Perm:[0x"},
		{"nobody", &api.AuthRoleGetRequest{Role: "r"}, ErrPermissionDenied.Text},
		{"alice", &api.AuthUserListRequest{}, ErrPermissionDenied.Text},
		{"alice", &api.AuthStatusRequest{}, ErrPermissionDenied.Text},
		{"", &api.AuthUserGetRequest{}, ErrUserEmpty.Text},
		{"root", &api.AuthUserListRequest{}, "Users:[alice nobody root]"},
		{"root", &api.AuthRoleListRequest{}, "Roles:[r root]"},
		{"root", &api.AuthUserGetRequest{Name: "bob"}, ErrUserNotFound.Text},
		{"root", &api.AuthRoleGetRequest{Role: "q"}, ErrRoleNotFound.Text},
		{"root", &api.AuthStatusRequest{}, "Enabled:true AuthRevision:9"},
	} {
		answer, err := s.Ask(Caller{Name: x.who, Revision: 1}, x.question)
		got := fmt.Sprintf("%+v", answer)
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, x.want) {
			t.Errorf("%s asks %T%+v: %s, want %s", x.who, x.question, x.question, got, x.want)
		}
	}
}

func TestPasswords(t *testing.T) {
	s := enabled(t)
	must(t, s, &api.AuthUserAddRequest{Name: "cn", Options: &api.UserAddOptions{NoPassword: true}})
	for _, x := range []struct {
		name, password string
		want           error
	}{
		{"alice", "alicepw", nil}, {"alice", "alicepW", ErrAuthFailed}, {"alice", "", ErrAuthFailed},
		{"bob", "bobpw", ErrAuthFailed}, {"cn", "x", ErrNoPasswordUser},
	} {
		if _, err := s.CheckPassword(x.name, x.password); !errors.Is(err, x.want) {
			t.Errorf("%s:%s: %v, want %v", x.name, x.password, err, x.want)
		}
	}
	one, _ := HashPassword("same")
	two, _ := HashPassword("same")
	if one == two || strings.Contains(one, "same") {
		t.Errorf("%s and %s", one, two)
	}
	if _, err := HashPassword(strings.Repeat("x", 73)); err != ErrPasswordTooLong {
		t.Error(err)
	}
	must(t, s, &api.AuthDisableRequest{})
	if _, err := s.CheckPassword("alice", "alicepw"); err != ErrAuthNotEnabled {
		t.Error(err)
	}
}

// A token lives for five minutes after its last use.
func TestTokensExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tokens := NewTokens(time.Now)
		tokens.Assign("x.1", "alice")
		for range 3 {
			time.Sleep(TokenTTL)
			if name, ok := tokens.User("x.1"); !ok || name != "alice" {
				t.Fatal("it was used all the time, and has expired")
			}
		}
		time.Sleep(TokenTTL + time.Nanosecond)
		if _, ok := tokens.User("x.1"); ok {
			t.Error("it has not expired")
		}
	})
}

func TestTokensEnd(t *testing.T) {
	tokens := NewTokens(time.Now)
	tokens.Assign("a.1", "alice")
	tokens.Assign("b.2", "bob")
	tokens.Forget("alice")
	if _, ok := tokens.User("a.1"); ok {
		t.Error("alice's token has not ended")
	}
	if name, _ := tokens.User("b.2"); name != "bob" {
		t.Error("bob's has")
	}
	tokens.Clear()
	if _, ok := tokens.User("b.2"); ok {
		t.Error("bob's has not ended")
	}
	for i := range tokensMax + 5 {
		tokens.Assign(fmt.Sprint("t.", i), "alice")
	}
	if n := len(tokens.tokens); n > tokensMax {
		t.Errorf("%d tokens", n)
	}
}

func TestTokenNamesItsEntry(t *testing.T) {
	token := WithIndex(NewToken(), 42)
	if index, ok := IndexOf(token); !ok || index != 42 || len(token) != 16+3 {
		t.Errorf("%s: %d, %t", token, index, ok)
	}
	for _, bad := range []string{"", "x", "x.", "x.y", "x.1.2"} {
		if _, ok := IndexOf(bad); ok {
			t.Errorf("%q has an index", bad)
		}
	}
}
