package member

import (
	"context"
	"strings"

	"quorumlab/lab/api"
	"quorumlab/lab/auth"
	"quorumlab/lab/rpc"
)

const authService = "/etcdserverpb.Auth/"

// authRequests are the requests of the Auth service, by the names of its calls.
var authRequests = map[string]func() any{
	"Authenticate":         func() any { return &api.AuthenticateRequest{} },
	"AuthEnable":           func() any { return &api.AuthEnableRequest{} },
	"AuthDisable":          func() any { return &api.AuthDisableRequest{} },
	"AuthStatus":           func() any { return &api.AuthStatusRequest{} },
	"UserAdd":              func() any { return &api.AuthUserAddRequest{} },
	"UserGet":              func() any { return &api.AuthUserGetRequest{} },
	"UserList":             func() any { return &api.AuthUserListRequest{} },
	"UserDelete":           func() any { return &api.AuthUserDeleteRequest{} },
	"UserChangePassword":   func() any { return &api.AuthUserChangePasswordRequest{} },
	"UserGrantRole":        func() any { return &api.AuthUserGrantRoleRequest{} },
	"UserRevokeRole":       func() any { return &api.AuthUserRevokeRoleRequest{} },
	"RoleAdd":              func() any { return &api.AuthRoleAddRequest{} },
	"RoleGet":              func() any { return &api.AuthRoleGetRequest{} },
	"RoleList":             func() any { return &api.AuthRoleListRequest{} },
	"RoleDelete":           func() any { return &api.AuthRoleDeleteRequest{} },
	"RoleGrantPermission":  func() any { return &api.AuthRoleGrantPermissionRequest{} },
	"RoleRevokePermission": func() any { return &api.AuthRoleRevokePermissionRequest{} },
}

// serveAuth carries out a call of the Auth service.
func (m *Member) serveAuth(ctx context.Context, method string, body []byte) (any, error) {
	request := authRequests[strings.TrimPrefix(method, authService)]
	if request == nil {
		return nil, errUnknownService
	}
	r := request()
	if err := api.Unmarshal(body, r); err != nil {
		return nil, &rpc.Failure{Code: "Internal", Text: err.Error()}
	}
	if login, ok := r.(*api.AuthenticateRequest); ok {
		return m.authenticate(ctx, login)
	}
	if err := hashPassword(r); err != nil {
		return nil, err
	}
	if change := auth.RequestOf(r); change != nil {
		return m.write(ctx, &Command{Auth: change})
	}
	return m.askAuth(ctx, r)
}

// errNoAnswer is what etcd says when its time is over and nobody leads: its
// questions go through the log, where this one never was.
var errNoAnswer = &rpc.Failure{Code: "DeadlineExceeded", Text: "context deadline exceeded"}

// askAuth answers a question once this member knows what the leader knew.
func (m *Member) askAuth(ctx context.Context, question any) (any, error) {
	if err := m.linearize(ctx); err != nil {
		if leader, _ := m.raft.LeaderWithID(); leader == "" {
			err = errNoAnswer
		}
		return nil, err
	}
	who, err := m.caller(ctx)
	if err != nil {
		return nil, err
	}
	resp, err := m.machine.auth.Ask(who, question)
	if err != nil {
		return nil, err
	}
	*resp.Head() = m.header()
	return resp, nil
}

// hashPassword replaces the password of a request by its hash: the log never
// holds one.
func hashPassword(r any) (err error) {
	switch r := r.(type) {
	case *api.AuthUserAddRequest:
		if r.Options == nil || !r.Options.NoPassword {
			r.HashedPassword, err = auth.HashPassword(r.Password)
		}
		r.Password = ""
	case *api.AuthUserChangePasswordRequest:
		r.HashedPassword, err = auth.HashPassword(r.Password)
		r.Password = ""
	}
	return err
}

// authenticate gives a token for a password. It begins anew if users or roles
// changed between the look at the password and the token's entry in the log.
func (m *Member) authenticate(ctx context.Context, r *api.AuthenticateRequest) (any, error) {
	if err := m.linearize(ctx); err != nil {
		return nil, err
	}
	for {
		revision, err := m.machine.auth.CheckPassword(r.Name, r.Password)
		if err != nil {
			m.Log("warn", "invalid authentication was requested", map[string]any{"user": r.Name, "error": err.Error()})
			return nil, err
		}
		login := &auth.Authenticate{Name: r.Name, Token: auth.NewToken()}
		resp, err := m.write(ctx, &Command{Auth: &auth.Request{Authenticate: login}})
		if err != nil || revision == m.machine.auth.Revision() {
			return resp, err
		}
	}
}
