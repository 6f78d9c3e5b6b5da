package etcdctl

import (
	"encoding/json"
	"fmt"
	"io"

	"quorumlab/lab/api"
	"quorumlab/lab/internal/tool"
)

// printer is an output format (-w).
type printer interface {
	get(*api.RangeResponse) error
	put(*api.PutResponse) error
	del(*api.DeleteRangeResponse) error
	alarm(*api.AlarmResponse) error
	memberList(*api.MemberListResponse) error
	status([]endpointStatus) error
	hashKV([]endpointHash) error
	health([]endpointHealth) error
	leasePrinter
	authPrinter
	clusterPrinter
}

func newPrinter(format string, hex bool, stdout, stderr io.Writer) (printer, error) {
	switch format {
	case "simple":
		return &simplePrinter{out: stdout, err: stderr, hex: hex}, nil
	case "fields":
		return &fieldsPrinter{out: stdout, hex: hex}, nil
	case "json":
		return &jsonPrinter{out: stdout, hex: hex}, nil
	case "table":
		return &tablePrinter{unsupported: "table", out: stdout}, nil
	case "protobuf":
		return &protobufPrinter{unsupported: "protobuf", out: stdout}, nil
	}
	return nil, tool.Fail(tool.ExitBadFeature, "unsupported output format")
}

// unsupported is a format that has no form for an answer: the command has done
// its work, and fails.
type unsupported string

func (u unsupported) fail() error {
	return tool.Fail(tool.ExitBadFeature, "%s not supported as output format", string(u))
}

func (u unsupported) get(*api.RangeResponse) error             { return u.fail() }
func (u unsupported) put(*api.PutResponse) error               { return u.fail() }
func (u unsupported) del(*api.DeleteRangeResponse) error       { return u.fail() }
func (u unsupported) alarm(*api.AlarmResponse) error           { return u.fail() }
func (u unsupported) memberList(*api.MemberListResponse) error { return u.fail() }
func (u unsupported) status([]endpointStatus) error            { return u.fail() }
func (u unsupported) hashKV([]endpointHash) error              { return u.fail() }
func (u unsupported) health([]endpointHealth) error            { return u.fail() }

// protobufPrinter writes answers in the wire format, without anything around them.
type protobufPrinter struct {
	unsupported
	out io.Writer
}

func (p *protobufPrinter) write(m any) error {
	_, _ = p.out.Write(api.Marshal(m))
	return nil
}

func (p *protobufPrinter) get(r *api.RangeResponse) error             { return p.write(r) }
func (p *protobufPrinter) put(r *api.PutResponse) error               { return p.write(r) }
func (p *protobufPrinter) del(r *api.DeleteRangeResponse) error       { return p.write(r) }
func (p *protobufPrinter) alarm(r *api.AlarmResponse) error           { return p.write(r) }
func (p *protobufPrinter) memberList(r *api.MemberListResponse) error { return p.write(r) }

// jsonPrinter writes each answer as one line; only a member list heeds --hex.
type jsonPrinter struct {
	out io.Writer
	hex bool
}

func (p *jsonPrinter) write(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return tool.Fail(tool.ExitError, "%w", err)
	}
	fmt.Fprintf(p.out, "%s\n", b)
	return nil
}

func (p *jsonPrinter) get(r *api.RangeResponse) error       { return p.write(r) }
func (p *jsonPrinter) put(r *api.PutResponse) error         { return p.write(r) }
func (p *jsonPrinter) del(r *api.DeleteRangeResponse) error { return p.write(r) }
func (p *jsonPrinter) status(s []endpointStatus) error      { return p.write(s) }
func (p *jsonPrinter) hashKV(h []endpointHash) error        { return p.write(h) }
func (p *jsonPrinter) health(h []endpointHealth) error      { return p.write(h) }

func (p *jsonPrinter) alarm(r *api.AlarmResponse) error {
	if r.Header == (api.Header{}) {
		return p.write(struct {
			Alarms []*api.AlarmMember `json:"alarms,omitempty"`
		}{r.Alarms})
	}
	return p.write(r)
}

// Ids in hexadecimal are strings.
type (
	hexHeader struct {
		ClusterID string `json:"cluster_id"`
		MemberID  string `json:"member_id"`
		RaftTerm  uint64 `json:"raft_term"`
	}
	hexMember struct {
		ID         string   `json:"ID"`
		Name       string   `json:"name,omitempty"`
		PeerURLs   []string `json:"peerURLs,omitempty"`
		ClientURLs []string `json:"clientURLs,omitempty"`
		IsLearner  bool     `json:"isLearner,omitempty"`
	}
)

func (p *jsonPrinter) memberList(r *api.MemberListResponse) error {
	if !p.hex {
		return p.write(r)
	}
	list := struct {
		Header  hexHeader   `json:"header"`
		Members []hexMember `json:"members"`
	}{Header: hexHeader{fmt.Sprintf("%x", r.Header.ClusterID), fmt.Sprintf("%x", r.Header.MemberID), r.Header.RaftTerm}}
	for _, m := range r.Members {
		list.Members = append(list.Members, hexMember{fmt.Sprintf("%x", m.ID), m.Name, m.PeerURLs, m.ClientURLs, m.IsLearner})
	}
	return p.write(list)
}
