package client

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"quorumlab/lab/api"
	"quorumlab/lab/rpc"
)

const (
	authService        = "/etcdserverpb.Auth/"
	authenticateMethod = authService + "Authenticate"
)

// token is what a client's calls carry. Safe for concurrent use.
type token struct {
	mu   sync.Mutex
	text string
}

func (t *token) get() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text
}

func (t *token) set(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = text
}

// as makes the calls made with a context carry the token, but for the call that
// asks for one.
func (c *client) as(ctx context.Context, method string) context.Context {
	if method == authenticateMethod {
		return ctx
	}
	return rpc.WithToken(ctx, c.token.get())
}

// The refusals after which a client asks for a new token, and the one that
// tells that none is needed.
const (
	textUserEmpty      = "etcdserver: user name is empty"
	textInvalidToken   = "etcdserver: invalid auth token"
	textOldRevision    = "etcdserver: revision of auth store is old"
	textAuthNotEnabled = "etcdserver: authentication is not enabled"
)

func (c *client) hasUser() bool { return c.config.User != "" && c.config.Password != "" }

// stale tells whether a call was refused for want of a token that is valid. All
// these refusals come before anything was done.
func (c *client) stale(err error, method string) bool {
	var e *Error
	if !c.hasUser() || method == authenticateMethod || !errors.As(err, &e) {
		return false
	}
	return e.Desc == textUserEmpty || e.Desc == textInvalidToken || e.Desc == textOldRevision
}

func (c *client) Authenticate(ctx context.Context) error {
	if !c.hasUser() {
		return nil
	}
	resp := new(api.AuthenticateResponse)
	err := c.call(ctx, authenticateMethod, &api.AuthenticateRequest{Name: c.config.User, Password: c.config.Password}, resp, retryWrites, what{})
	var e *Error
	if errors.As(err, &e) && e.Desc == textAuthNotEnabled {
		err = nil
	}
	if err == nil {
		c.token.set(resp.Token)
	}
	return err
}

func (c *client) Auth(ctx context.Context, name string, request, response any) error {
	p := retryWrites
	switch name {
	case "UserGet", "UserList", "RoleGet", "RoleList":
		p = retryReads
	}
	return c.call(ctx, authService+name, request, response, p, what{})
}

func (c *client) Defragment(ctx context.Context, r *api.DefragmentRequest) (*api.DefragmentResponse, error) {
	resp := new(api.DefragmentResponse)
	return resp, c.call(ctx, "/etcdserverpb.Maintenance/Defragment", r, resp, retryWrites, what{serializable: true})
}

func (c *client) Downgrade(ctx context.Context, r *api.DowngradeRequest) (*api.DowngradeResponse, error) {
	resp := new(api.DowngradeResponse)
	return resp, c.call(ctx, "/etcdserverpb.Maintenance/Downgrade", r, resp, retryWrites, what{})
}

// sendBytesMax is what etcd's client sends at most, in bytes.
const sendBytesMax = 2 << 20

// fits is gRPC's refusal of a message that is too large. One that was not sent
// had no effect; a write whose answer is refused has happened.
func fits(doing string, bytes, most int, sent bool) error {
	if bytes <= most {
		return nil
	}
	return &Error{Code: ResourceExhausted, Desc: fmt.Sprintf("%s message larger than max (%d vs. %d)", doing, bytes, most), Definite: !sent}
}
