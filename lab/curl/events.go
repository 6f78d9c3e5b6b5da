package curl

import (
	"errors"
	"strings"

	"quorumlab/lab/api"
	"quorumlab/lab/event"
	"quorumlab/lab/http1"
	"quorumlab/lab/network"
)

// What events show of a key, a value and an answer, in bytes.
const (
	shownBytes  = 256
	answerBytes = 64 << 10
)

// call tells the world of a request: of one to etcd's JSON gateway as etcdctl's
// are told, of any other by the label of its message alone.
type call struct {
	t      *transfer
	method string // etcd's, "" if it is none
	id     uint64
	key    []byte
	body   []byte // the beginning of the answer
}

// ask tells that a request is sent.
func (t *transfer) ask(body []byte) *call {
	c := &call{t: t}
	route := api.RouteAt(t.addr.path)
	if route == nil || t.method != "POST" {
		return c
	}
	c.method = route.Method[strings.LastIndexByte(route.Method, '/')+1:]
	e := event.Event{Type: event.Request, ID: t.NextID(), Client: t.Origin.Host.Name(), Member: t.MemberAt(t.ip), Method: c.method}
	c.id = e.ID
	c.describe(&e, route, body)
	t.Emit(e)
	return c
}

// describe finds key and value in a request; one that cannot be read has none.
func (c *call) describe(e *event.Event, route *api.Route, body []byte) {
	req := route.Request()
	if api.UnmarshalGateway(body, req) != nil {
		return
	}
	var value []byte
	switch r := req.(type) {
	case *api.RangeRequest:
		c.key, e.Serializable = r.Key, r.Serializable
	case *api.PutRequest:
		c.key, value = r.Key, r.Value
	case *api.DeleteRangeRequest:
		c.key = r.Key
	}
	e.Key, e.Value = clip(c.key), clip(value)
}

func clip(b []byte) string { return string(b[:min(len(b), shownBytes)]) }

func (c *call) label() network.Label {
	method := c.method
	if method == "" {
		method = c.t.addr.path
	}
	return network.Label{Msg: "request", Method: method, Key: clip(c.key)}
}

// saw keeps the beginning of the answer.
func (c *call) saw(b []byte) {
	if c.method != "" && len(c.body) < answerBytes {
		c.body = append(c.body, b[:min(len(b), answerBytes-len(c.body))]...)
	}
}

// told tells what came of it. A request that was sent and not answered, or that
// the server gave up, may have been carried out.
func (c *call) told(err error, a *http1.Answer) {
	if c == nil || c.method == "" {
		return
	}
	t := c.t
	e := event.Event{Type: event.Reply, ID: c.id, Client: t.Origin.Host.Name(), Member: t.MemberAt(t.ip), Method: c.method}
	var answer struct {
		Header  api.Header `pb:"1" json:"header"`
		Code    int32      `pb:"2" json:"code"`
		Message string     `pb:"3" json:"message"`
	}
	_ = api.UnmarshalGateway(c.body, &answer) // a long one is cut off: it has no error then
	var f *failure
	switch {
	case a == nil && err != nil:
		e.Error, e.Unknown = err.Error(), true
	case a.Status == 200 && (err == nil || errors.As(err, &f) && f.code == exitWrite):
		e.OK, e.Rev = true, answer.Header.Revision
	case a.Status == 200:
		e.Error, e.Unknown = err.Error(), true
	default:
		e.Error = answer.Message
		e.Unknown = answer.Message == "" || answer.Message == "etcdserver: request timed out" || answer.Message == "etcdserver: server stopped"
	}
	t.Emit(e)
}
