package member

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"quorumlab/lab/api"
	"quorumlab/lab/http1"
	"quorumlab/lab/network"
	"quorumlab/lab/rpc"
)

// grpcCodes are gRPC's names of its codes: the number, and the HTTP status that
// the gateway gives for it.
var grpcCodes = map[string]struct{ number, status int }{
	"OK": {0, 200}, "Canceled": {1, 499}, "Unknown": {2, 500}, "InvalidArgument": {3, 400}, "DeadlineExceeded": {4, 504},
	"NotFound": {5, 404}, "AlreadyExists": {6, 409}, "PermissionDenied": {7, 403}, "ResourceExhausted": {8, 429},
	"FailedPrecondition": {9, 400}, "Aborted": {10, 409}, "OutOfRange": {11, 400}, "Unimplemented": {12, 501},
	"Internal": {13, 500}, "Unavailable": {14, 503}, "DataLoss": {15, 500}, "Unauthenticated": {16, 401},
}

// serveGateway answers a request in JSON by the call of its path.
func (m *Member) serveGateway(ctx context.Context, w *http1.Response, r *http1.Request) {
	w.Header.Set("Content-Type", "application/json")
	route := api.RouteAt(r.Path)
	switch {
	case route == nil:
		writeFailure(w, &rpc.Failure{Code: "NotFound", Text: "Not Found"})
		return
	case r.Method != "POST":
		writeFailure(w, &rpc.Failure{Code: "Unimplemented", Text: "Method Not Allowed"})
		return
	}
	req := route.Request()
	if len(bytes.TrimSpace(r.Body)) > 0 {
		read := api.UnmarshalGateway
		if first, ok := req.(*api.WatchRequest); ok {
			read = func(b []byte, _ any) error { return api.UnmarshalWatch(b, first) }
		}
		if err := read(r.Body, req); err != nil {
			writeFailure(w, &rpc.Failure{Code: "InvalidArgument", Text: err.Error()})
			return
		}
	}
	w.Header.Set("Grpc-Metadata-Content-Type", "application/grpc")
	m.callGateway(rpc.WithToken(ctx, r.Header.Get("Authorization")), w, route, r.Remote, api.Marshal(req))
}

// callGateway makes the call and writes what it answers. A stream is a line of
// JSON for each message, sent as it comes.
func (m *Member) callGateway(ctx context.Context, w *http1.Response, route *api.Route, remote string, body []byte) {
	message := func(b []byte, label network.Label) error {
		resp := route.Response()
		if err := api.Unmarshal(b, resp); err != nil {
			return err
		}
		w.Label(label)
		if !route.Stream {
			_, err := w.Write(api.MarshalGateway(resp))
			return err
		}
		w.WriteString(`{"result":`)
		_, _ = w.Write(api.MarshalGateway(resp))
		w.WriteString("}\n")
		return w.Flush()
	}
	last, label, err := m.counted(remote)(ctx, route.Method, body, message)
	if err == nil && last != nil {
		err = message(last, label)
	}
	if err != nil && ctx.Err() == nil {
		w.Label(label)
		if w.Begun() || route.Stream {
			writeStreamFailure(w, asFailure(err))
			return
		}
		writeFailure(w, asFailure(err))
	}
}

func asFailure(err error) *rpc.Failure {
	var f *rpc.Failure
	if errors.As(err, &f) {
		return f
	}
	return &rpc.Failure{Code: "Unknown", Text: err.Error()}
}

// failureBody is google.rpc.Status in JSON; etcd sends no details.
func failureBody(f *rpc.Failure) []byte {
	return api.MarshalGateway(&struct {
		Code    int32  `pb:"1" json:"code"`
		Message string `pb:"2" json:"message"`
	}{int32(grpcCodes[f.Code].number), f.Text})
}

func writeFailure(w *http1.Response, f *rpc.Failure) {
	w.Status(grpcCodes[f.Code].status)
	if f.Code == "Unauthenticated" {
		w.Header.Set("WWW-Authenticate", f.Text)
	}
	_, _ = w.Write(failureBody(f))
}

func writeStreamFailure(w *http1.Response, f *rpc.Failure) {
	w.Status(grpcCodes[f.Code].status)
	w.WriteString(`{"error":` + string(failureBody(f)) + "}")
	_ = w.Flush()
}

// methodParts splits "/etcdserverpb.KV/Put" into service and method.
func methodParts(method string) (service, name string) {
	service, name, _ = strings.Cut(strings.TrimPrefix(method, "/"), "/")
	return service, name
}
