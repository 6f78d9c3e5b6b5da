package auth

import "quorumlab/lab/api"

// Response is the answer to a question; its header is still empty.
type Response interface{ Head() *api.Header }

// Ask answers a question: AuthStatus, UserGet, UserList, RoleGet or RoleList.
// They are an administrator's, but a user may ask about himself and his roles.
// Errors are this package's.
func (s *Store) Ask(c Caller, question any) (Response, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	refused := s.checkAdmin(c)
	switch q := question.(type) {
	case *api.AuthUserGetRequest:
		if refused == nil || c.Name != "" && c.Name == q.Name {
			return s.userGet(q.Name)
		}
	case *api.AuthRoleGetRequest:
		if u := s.user(c.Name); refused == nil || u != nil && hasRole(u, q.Role) {
			return s.roleGet(q.Role)
		}
	}
	if refused != nil {
		return nil, refused
	}
	switch question.(type) {
	case *api.AuthUserListRequest:
		return s.userList(), nil
	case *api.AuthRoleListRequest:
		return s.roleList(), nil
	}
	return &api.AuthStatusResponse{Enabled: s.state.Enabled, AuthRevision: s.state.Revision}, nil
}

func (s *Store) userGet(name string) (Response, error) {
	u := s.user(name)
	if u == nil {
		return nil, ErrUserNotFound
	}
	return &api.AuthUserGetResponse{Roles: u.Roles}, nil
}

func (s *Store) userList() Response {
	resp := &api.AuthUserListResponse{}
	for _, u := range s.state.Users {
		resp.Users = append(resp.Users, u.Name)
	}
	return resp
}

// roleGet shows what a role permits: root everything, whatever it was granted.
func (s *Store) roleGet(name string) (Response, error) {
	r := s.role(name)
	switch {
	case r == nil:
		return nil, ErrRoleNotFound
	case name == root:
		return &api.AuthRoleGetResponse{Perm: []*api.Permission{{PermType: api.PermReadWrite, RangeEnd: []byte{0}}}}, nil
	}
	return &api.AuthRoleGetResponse{Perm: r.Permissions}, nil
}

func (s *Store) roleList() Response {
	resp := &api.AuthRoleListResponse{}
	for _, r := range s.state.Roles {
		resp.Roles = append(resp.Roles, r.Name)
	}
	return resp
}
