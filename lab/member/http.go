package member

import (
	"context"
	"encoding/json"
	"strings"

	"quorumlab/lab/http1"
	"quorumlab/lab/network"
	"quorumlab/lab/rpc"
)

// serveHTTP answers one HTTP request on the client port
// (https://etcd.io/docs/v3.6/op-guide/monitoring/ and dev-guide/api_grpc_gateway).
func (m *Member) serveHTTP(ctx context.Context, w *http1.Response, r *http1.Request) {
	m.cfg.Host.WaitWhilePaused()
	w.Label(network.Label{Msg: "reply", Method: r.Path, OK: true})
	w.Header.Set("Access-Control-Allow-Methods", "POST, GET, OPTIONS, PUT, DELETE")
	w.Header.Set("Access-Control-Allow-Origin", "*")
	w.Header.Set("Access-Control-Allow-Headers", "accept, content-type, authorization")
	name, below := r.Path, ""
	if i := strings.IndexByte(name[min(1, len(name)):], '/'); i >= 0 {
		name, below = name[:i+1], name[i+2:]
	}
	switch {
	case r.Method == "OPTIONS":
	case strings.HasPrefix(r.Path, "/v3/"):
		m.serveGateway(ctx, w, r)
	case name == "/livez" || name == "/readyz":
		m.serveChecks(ctx, w, r, name, below)
	case r.Path == "/health":
		m.serveHealth(ctx, w, r)
	case r.Path == "/version":
		m.serveVersion(w, r)
	case r.Path == "/metrics":
		w.Header.Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		m.writeMetrics(w)
	default:
		w.Fail(404, "404 page not found")
	}
}

// looksLikeHTTP tells whether a connection that begins so may be HTTP: methods
// are words in capital letters.
func looksLikeHTTP(first byte) bool { return 'A' <= first && first <= 'Z' && first != rpc.Magic }

// onlyGet refuses every other method, as etcd's own handlers do: HEAD, too.
func (m *Member) onlyGet(w *http1.Response, r *http1.Request) bool {
	if r.Method == "GET" {
		return true
	}
	w.Header.Set("Allow", "GET")
	w.Fail(405, "Method Not Allowed")
	return false
}

func (m *Member) serveVersion(w *http1.Response, r *http1.Request) {
	if !m.onlyGet(w, r) {
		return
	}
	b, _ := json.Marshal(struct { // strings cannot fail
		Server  string `json:"etcdserver"`
		Cluster string `json:"etcdcluster"`
		Storage string `json:"storage"`
	}{ServerVersion, StorageVersion, StorageVersion})
	w.Header.Set("Content-Type", "application/json")
	_, _ = w.Write(b)
}
