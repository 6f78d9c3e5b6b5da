package rpc

import (
	"context"
	"strings"
)

// A call may carry a token, which says on whose behalf it is made, as the
// metadata of etcd's gRPC calls does. In the frame it stands behind the method,
// after a blank; a call without one is a byte shorter.

type tokenKey struct{}

// WithToken makes the calls that are made with the context carry a token.
func WithToken(ctx context.Context, token string) context.Context {
	if token == "" {
		return ctx
	}
	return context.WithValue(ctx, tokenKey{}, token)
}

// Token is the token of the call that a handler serves, or that calls made with
// the context carry; "" without one.
func Token(ctx context.Context) string {
	token, _ := ctx.Value(tokenKey{}).(string)
	return token
}

// headOf is what a call's frame begins with.
func headOf(ctx context.Context, method string) string {
	if token := Token(ctx); token != "" {
		return method + " " + token
	}
	return method
}

// callerOf takes a head apart: the method, and the context that its handler gets.
func callerOf(ctx context.Context, head string) (context.Context, string) {
	method, token, _ := strings.Cut(head, " ")
	return WithToken(ctx, token), method
}
