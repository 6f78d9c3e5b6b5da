package auth

import (
	"bytes"
	"cmp"
	"slices"
	"sync"

	"quorumlab/lab/api"
)

// Store is who there is and what they may do. One goroutine applies requests
// (raft's state machine); questions may come from any goroutine.
type Store struct {
	mu    sync.RWMutex
	state api.AuthState
	perms map[string]*permitted // by user, made when first asked for; empty after a change
}

// permitted is what a user may read and write.
type permitted struct{ read, write cover }

// New makes an empty store with authentication off.
func New() *Store {
	return &Store{state: api.AuthState{Revision: 1}, perms: map[string]*permitted{}}
}

// Enabled tells whether requests need a user.
func (s *Store) Enabled() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.state.Enabled
}

// Revision is raised by each change.
func (s *Store) Revision() uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.state.Revision
}

// Snapshot is the content of the store. It must not be changed.
func (s *Store) Snapshot() api.AuthState {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return api.AuthState{
		Enabled: s.state.Enabled, Revision: s.state.Revision,
		Users: slices.Clone(s.state.Users), Roles: slices.Clone(s.state.Roles),
	}
}

// Restore makes the store what a snapshot holds; the zero state is that of a
// fresh store.
func (s *Store) Restore(state api.AuthState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = api.AuthState{
		Enabled: state.Enabled, Revision: max(1, state.Revision),
		Users: slices.Clone(state.Users), Roles: slices.Clone(state.Roles),
	}
	clear(s.perms)
}

// userAt is where a user of this name stands, or belongs.
func (s *Store) userAt(name string) (int, bool) {
	return slices.BinarySearchFunc(s.state.Users, name, func(u *api.AuthUser, name string) int { return cmp.Compare(u.Name, name) })
}

func (s *Store) roleAt(name string) (int, bool) {
	return slices.BinarySearchFunc(s.state.Roles, name, func(r *api.AuthRole, name string) int { return cmp.Compare(r.Name, name) })
}

// user is a user by name, or nil. Users and roles are never changed in place:
// snapshots share them.
func (s *Store) user(name string) *api.AuthUser {
	if i, ok := s.userAt(name); ok {
		return s.state.Users[i]
	}
	return nil
}

func (s *Store) role(name string) *api.AuthRole {
	if i, ok := s.roleAt(name); ok {
		return s.state.Roles[i]
	}
	return nil
}

// replaceUser puts a changed user in the place of the one of that name.
func (s *Store) replaceUser(u *api.AuthUser) {
	i, _ := s.userAt(u.Name)
	s.state.Users[i] = u
}

func (s *Store) replaceRole(r *api.AuthRole) {
	i, _ := s.roleAt(r.Name)
	s.state.Roles[i] = r
}

func hasRole(u *api.AuthUser, role string) bool { return slices.Contains(u.Roles, role) }

// CheckPassword gives the revision at which the password was right. Errors are
// ErrAuthNotEnabled, ErrAuthFailed and ErrNoPasswordUser.
func (s *Store) CheckPassword(name, password string) (uint64, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	u := s.user(name)
	switch {
	case !s.state.Enabled:
		return 0, ErrAuthNotEnabled
	case u == nil:
		return 0, ErrAuthFailed
	case u.Options != nil && u.Options.NoPassword:
		return 0, ErrNoPasswordUser
	case !matches(u.Password, password):
		return 0, ErrAuthFailed
	}
	return s.state.Revision, nil
}

// CheckUser wants a user who exists, while authentication is on.
func (s *Store) CheckUser(c Caller) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	switch {
	case !s.state.Enabled:
		return nil
	case c.Name == "":
		return ErrUserEmpty
	case s.user(c.Name) == nil:
		return ErrPermissionDenied
	}
	return nil
}

// CheckAdmin wants a user with the role root, while authentication is on.
func (s *Store) CheckAdmin(c Caller) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.checkAdmin(c)
}

func (s *Store) checkAdmin(c Caller) error {
	if !s.state.Enabled {
		return nil
	}
	if c.Name == "" {
		return ErrUserEmpty
	}
	if u := s.user(c.Name); u == nil || !hasRole(u, root) {
		return ErrPermissionDenied
	}
	return nil
}

// CheckRange wants the right to read every key of [key, end).
func (s *Store) CheckRange(c Caller, key, end []byte) error { return s.check(c, key, end, false) }

// CheckPut wants the right to write a key.
func (s *Store) CheckPut(c Caller, key []byte) error { return s.check(c, key, nil, true) }

// CheckDelete wants the right to write every key of [key, end).
func (s *Store) CheckDelete(c Caller, key, end []byte) error { return s.check(c, key, end, true) }

// check refuses a caller whose token was looked at before the latest change:
// with ErrAuthOldRevision, after which clients fetch a new one.
func (s *Store) check(c Caller, key, end []byte, write bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.state.Enabled:
		return nil
	case c.Name == "" || c.Revision == 0:
		return ErrUserEmpty
	case c.Revision < s.state.Revision:
		return ErrAuthOldRevision
	}
	u := s.user(c.Name)
	if u != nil && (hasRole(u, root) || s.permitted(u).to(write).permits(key, end)) {
		return nil
	}
	return ErrPermissionDenied
}

func (p *permitted) to(write bool) cover {
	if write {
		return p.write
	}
	return p.read
}

// permitted merges what the roles of a user permit, once between two changes.
func (s *Store) permitted(u *api.AuthUser) *permitted {
	if p := s.perms[u.Name]; p != nil {
		return p
	}
	var read, write []interval
	for _, name := range u.Roles {
		r := s.role(name)
		if r == nil {
			continue
		}
		for _, p := range r.Permissions {
			if p.PermType != api.PermWrite {
				read = append(read, intervalOf(p.Key, p.RangeEnd))
			}
			if p.PermType != api.PermRead {
				write = append(write, intervalOf(p.Key, p.RangeEnd))
			}
		}
	}
	p := &permitted{read: merge(read), write: merge(write)}
	s.perms[u.Name] = p
	return p
}

// samePermission finds a permission by its interval.
func samePermission(r *api.AuthRole, key, end []byte) int {
	return slices.IndexFunc(r.Permissions, func(p *api.Permission) bool {
		return bytes.Equal(p.Key, key) && bytes.Equal(p.RangeEnd, end)
	})
}
