package auth

import (
	"bytes"
	"slices"
	"sort"

	"quorumlab/lab/api"
)

// Request is one change of a Store as it stands in the raft log: exactly one
// field is set. Passwords are hashed before they come here.
type Request struct {
	Enable           *api.AuthEnableRequest               `pb:"1"`
	Disable          *api.AuthDisableRequest              `pb:"2"`
	UserAdd          *api.AuthUserAddRequest              `pb:"3"`
	UserDelete       *api.AuthUserDeleteRequest           `pb:"4"`
	UserPassword     *api.AuthUserChangePasswordRequest   `pb:"5"`
	UserGrantRole    *api.AuthUserGrantRoleRequest        `pb:"6"`
	UserRevokeRole   *api.AuthUserRevokeRoleRequest       `pb:"7"`
	RoleAdd          *api.AuthRoleAddRequest              `pb:"8"`
	RoleDelete       *api.AuthRoleDeleteRequest           `pb:"9"`
	GrantPermission  *api.AuthRoleGrantPermissionRequest  `pb:"10"`
	RevokePermission *api.AuthRoleRevokePermissionRequest `pb:"11"`
	Authenticate     *Authenticate                        `pb:"12"`
}

// RequestOf is the change that a client's request asks for; nil if it asks a
// question.
func RequestOf(r any) *Request {
	switch r := r.(type) {
	case *api.AuthEnableRequest:
		return &Request{Enable: r}
	case *api.AuthDisableRequest:
		return &Request{Disable: r}
	case *api.AuthUserAddRequest:
		return &Request{UserAdd: r}
	case *api.AuthUserDeleteRequest:
		return &Request{UserDelete: r}
	case *api.AuthUserChangePasswordRequest:
		return &Request{UserPassword: r}
	case *api.AuthUserGrantRoleRequest:
		return &Request{UserGrantRole: r}
	case *api.AuthUserRevokeRoleRequest:
		return &Request{UserRevokeRole: r}
	case *api.AuthRoleAddRequest:
		return &Request{RoleAdd: r}
	case *api.AuthRoleDeleteRequest:
		return &Request{RoleDelete: r}
	case *api.AuthRoleGrantPermissionRequest:
		return &Request{GrantPermission: r}
	case *api.AuthRoleRevokePermissionRequest:
		return &Request{RevokePermission: r}
	}
	return nil
}

// Authenticate makes a token known to all members. The password was checked by
// the member that proposes it, and is not in the log.
type Authenticate struct {
	Name  string `pb:"1"`
	Token string `pb:"2"` // without the index of its entry, which follows a dot
}

// Change tells what a request did, for a member's log and its tokens.
type Change struct {
	Text   string            // as etcd logs it; empty: nothing worth a line
	Fields map[string]string // of that line
	// Whose tokens have to end: one user's, or everybody's.
	Forget    string
	ForgetAll bool
}

// Apply carries out a request of an administrator; Authenticate is not for the
// store and does nothing. Errors are this package's; the store is then as it
// was.
func (s *Store) Apply(c Caller, r *Request) (Change, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Authenticate != nil {
		return Change{}, nil
	}
	if err := s.checkAdmin(c); err != nil {
		return Change{}, err
	}
	before := s.state.Revision
	done, err := s.apply(r)
	if err != nil {
		s.state.Revision = before
		return Change{}, err
	}
	clear(s.perms)
	return done, nil
}

func (s *Store) apply(r *Request) (Change, error) {
	switch {
	case r.Enable != nil:
		return s.enable()
	case r.Disable != nil:
		return s.disable()
	case r.UserAdd != nil:
		return s.userAdd(r.UserAdd)
	case r.UserDelete != nil:
		return s.userDelete(r.UserDelete.Name)
	case r.UserPassword != nil:
		return s.userPassword(r.UserPassword)
	case r.UserGrantRole != nil:
		return s.userGrantRole(r.UserGrantRole.User, r.UserGrantRole.Role)
	case r.UserRevokeRole != nil:
		return s.userRevokeRole(r.UserRevokeRole.Name, r.UserRevokeRole.Role)
	case r.RoleAdd != nil:
		return s.roleAdd(r.RoleAdd.Name)
	case r.RoleDelete != nil:
		return s.roleDelete(r.RoleDelete.Role)
	case r.GrantPermission != nil:
		return s.grantPermission(r.GrantPermission.Name, r.GrantPermission.Perm)
	case r.RevokePermission != nil:
		return s.revokePermission(r.RevokePermission)
	}
	return Change{}, nil
}

func (s *Store) enable() (Change, error) {
	u := s.user(root)
	switch {
	case s.state.Enabled:
		return Change{Text: "authentication is already enabled; ignored auth enable request"}, nil
	case u == nil:
		return Change{}, ErrRootUserNotExist
	case !hasRole(u, root):
		return Change{}, ErrRootRoleNotExist
	}
	s.state.Enabled = true
	return Change{Text: "enabled authentication"}, nil
}

func (s *Store) disable() (Change, error) {
	if !s.state.Enabled {
		return Change{}, nil
	}
	s.state.Enabled = false
	s.state.Revision++
	return Change{Text: "disabled authentication", ForgetAll: true}, nil
}

func (s *Store) userAdd(r *api.AuthUserAddRequest) (Change, error) {
	i, exists := s.userAt(r.Name)
	switch {
	case r.Name == "":
		return Change{}, ErrUserEmpty
	case exists:
		return Change{}, ErrUserAlreadyExist
	}
	u := &api.AuthUser{Name: r.Name, Options: &api.UserAddOptions{}}
	if r.Options != nil {
		*u.Options = *r.Options
	}
	if !u.Options.NoPassword {
		u.Password = []byte(r.HashedPassword)
	}
	s.state.Users = slices.Insert(slices.Clone(s.state.Users), i, u)
	s.state.Revision++
	return Change{Text: "added a user", Fields: map[string]string{"user-name": r.Name}}, nil
}

func (s *Store) userDelete(name string) (Change, error) {
	i, exists := s.userAt(name)
	switch {
	case s.state.Enabled && name == root:
		return Change{}, ErrInvalidAuthMgmt
	case !exists:
		return Change{}, ErrUserNotFound
	}
	s.state.Users = slices.Delete(slices.Clone(s.state.Users), i, i+1)
	s.state.Revision++
	return Change{Text: "deleted a user", Forget: name, Fields: map[string]string{"user-name": name}}, nil
}

func (s *Store) userPassword(r *api.AuthUserChangePasswordRequest) (Change, error) {
	old := s.user(r.Name)
	if old == nil {
		return Change{}, ErrUserNotFound
	}
	u := *old
	if u.Options == nil || !u.Options.NoPassword {
		u.Password = []byte(r.HashedPassword)
	}
	s.replaceUser(&u)
	s.state.Revision++
	return Change{Text: "changed a password of a user", Forget: r.Name, Fields: map[string]string{"user-name": r.Name}}, nil
}

func (s *Store) userGrantRole(name, role string) (Change, error) {
	old := s.user(name)
	fields := map[string]string{"user-name": name, "role-name": role}
	switch {
	case old == nil:
		return Change{}, ErrUserNotFound
	case role != root && s.role(role) == nil:
		return Change{}, ErrRoleNotFound
	case hasRole(old, role):
		return Change{Text: "ignored grant role request to a user", Fields: fields}, nil
	}
	u := *old
	i, _ := slices.BinarySearch(old.Roles, role)
	u.Roles = slices.Insert(slices.Clone(old.Roles), i, role)
	s.replaceUser(&u)
	s.state.Revision++
	return Change{Text: "granted a role to a user", Fields: fields}, nil
}

func (s *Store) userRevokeRole(name, role string) (Change, error) {
	old := s.user(name)
	switch {
	case s.state.Enabled && name == root && role == root:
		return Change{}, ErrInvalidAuthMgmt
	case old == nil:
		return Change{}, ErrUserNotFound
	case !hasRole(old, role):
		return Change{}, ErrRoleNotGranted
	}
	s.replaceUser(without(old, role))
	s.state.Revision++
	return Change{Text: "revoked role from user", Fields: map[string]string{"revoked-user-name": name, "revoked-role-name": role}}, nil
}

// without is a copy of a user who does not have a role.
func without(old *api.AuthUser, role string) *api.AuthUser {
	u := *old
	u.Roles = slices.DeleteFunc(slices.Clone(old.Roles), func(r string) bool { return r == role })
	return &u
}

func (s *Store) roleAdd(name string) (Change, error) {
	i, exists := s.roleAt(name)
	switch {
	case name == "":
		return Change{}, ErrRoleEmpty
	case exists:
		return Change{}, ErrRoleAlreadyExist
	}
	s.state.Roles = slices.Insert(slices.Clone(s.state.Roles), i, &api.AuthRole{Name: name})
	s.state.Revision++
	return Change{Text: "created a role", Fields: map[string]string{"role-name": name}}, nil
}

func (s *Store) roleDelete(name string) (Change, error) {
	i, exists := s.roleAt(name)
	switch {
	case s.state.Enabled && name == root:
		return Change{}, ErrInvalidAuthMgmt
	case !exists:
		return Change{}, ErrRoleNotFound
	}
	s.state.Roles = slices.Delete(slices.Clone(s.state.Roles), i, i+1)
	s.state.Users = slices.Clone(s.state.Users)
	for i, u := range s.state.Users {
		if hasRole(u, name) {
			s.state.Users[i] = without(u, name)
		}
	}
	s.state.Revision++
	return Change{Text: "deleted a role", Fields: map[string]string{"role-name": name}}, nil
}

func (s *Store) grantPermission(name string, p *api.Permission) (Change, error) {
	old := s.role(name)
	switch {
	case p == nil:
		return Change{}, ErrPermissionNotGiven
	case !validInterval(p.Key, p.RangeEnd):
		return Change{}, ErrInvalidAuthMgmt
	case old == nil:
		return Change{}, ErrRoleNotFound
	}
	r := *old
	r.Permissions = slices.Clone(old.Permissions)
	given := *p
	if i := samePermission(old, p.Key, p.RangeEnd); i >= 0 {
		r.Permissions[i] = &given
	} else {
		at := sort.Search(len(r.Permissions), func(i int) bool { return bytes.Compare(r.Permissions[i].Key, p.Key) > 0 })
		r.Permissions = slices.Insert(r.Permissions, at, &given)
	}
	s.replaceRole(&r)
	s.state.Revision++
	return Change{Text: "granted/updated a permission to a user", Fields: map[string]string{"user-name": name}}, nil
}

// validInterval refuses what no key can be in.
func validInterval(key, end []byte) bool {
	switch {
	case len(key) == 0:
		return false
	case len(end) == 0, len(end) == 1 && end[0] == 0:
		return true
	}
	return bytes.Compare(key, end) < 0
}

func (s *Store) revokePermission(q *api.AuthRoleRevokePermissionRequest) (Change, error) {
	old := s.role(q.Role)
	if old == nil {
		return Change{}, ErrRoleNotFound
	}
	i := samePermission(old, q.Key, q.RangeEnd)
	if i < 0 {
		return Change{}, ErrPermissionNotGranted
	}
	r := *old
	r.Permissions = slices.Delete(slices.Clone(old.Permissions), i, i+1)
	s.replaceRole(&r)
	s.state.Revision++
	return Change{Text: "revoked a permission on range", Fields: map[string]string{"role-name": q.Role, "key": string(q.Key), "range-end": string(q.RangeEnd)}}, nil
}
