package tool_test

import (
	"context"
	"errors"
	"reflect"

	"quorumlab/lab/api"
	"quorumlab/lab/auth"
	"quorumlab/lab/client"
)

// caller is the user whose password the client was given, or nobody.
func (c *fakeClient) caller() auth.Caller {
	if c.config.User == "" || c.config.Password == "" {
		return auth.Caller{}
	}
	return auth.Caller{Name: c.config.User, Revision: c.users.Revision()}
}

// allowed reports a refusal as a failed attempt.
func (c *fakeClient) allowed(m *api.Member, method string, err error) error {
	var refused *auth.Error
	if errors.As(err, &refused) {
		return c.failed(m, method, &client.Error{Code: client.Code(refused.Code), Desc: refused.Text, Definite: true})
	}
	return err
}

func (c *fakeClient) Authenticate(ctx context.Context) error {
	if c.caller().Name == "" {
		return nil
	}
	const method = "Auth/Authenticate"
	m, err := c.call(ctx, method, true)
	if err != nil {
		return err
	}
	_, err = c.users.CheckPassword(c.config.User, c.config.Password)
	if err = c.allowed(m, method, err); errors.Is(err, auth.ErrAuthNotEnabled) || err != nil && !c.users.Enabled() {
		return nil
	}
	return err
}

func (c *fakeClient) Auth(ctx context.Context, name string, request, response any) error {
	method := "Auth/" + name
	m, err := c.call(ctx, method, true)
	if err != nil {
		return err
	}
	switch r := request.(type) {
	case *api.AuthUserAddRequest:
		r.HashedPassword, err = auth.HashPassword(r.Password)
	case *api.AuthUserChangePasswordRequest:
		r.HashedPassword, err = auth.HashPassword(r.Password)
	}
	if err != nil {
		return c.allowed(m, method, err)
	}
	if change := auth.RequestOf(request); change != nil {
		_, err = c.users.Apply(c.caller(), change)
		response.(*api.AuthResponse).Header = c.header(m)
		return c.allowed(m, method, err)
	}
	answer, err := c.users.Ask(c.caller(), request)
	if err != nil {
		return c.allowed(m, method, err)
	}
	*answer.Head() = c.header(m)
	reflect.ValueOf(response).Elem().Set(reflect.ValueOf(answer).Elem())
	return nil
}

func (c *fakeClient) Defragment(ctx context.Context, _ *api.DefragmentRequest) (*api.DefragmentResponse, error) {
	_, err := c.call(ctx, "Maintenance/Defragment", false)
	return &api.DefragmentResponse{}, err
}

func (c *fakeClient) Downgrade(ctx context.Context, r *api.DowngradeRequest) (*api.DowngradeResponse, error) {
	const method = "Maintenance/Downgrade"
	m, err := c.call(ctx, method, true)
	if err != nil {
		return nil, err
	}
	response := &api.DowngradeResponse{Header: c.header(m), Version: "3.6"}
	switch {
	case r.Action == api.DowngradeCancel && c.target != "":
		response.Version, c.target = "3.5", ""
	case r.Action == api.DowngradeCancel:
	case r.Version != "3.5":
		return nil, c.refused(m, method, client.InvalidArgument, "invalid downgrade target version")
	case r.Action == api.DowngradeEnable:
		c.target = "3.5.0"
	}
	return response, nil
}
