package etcdctl

import (
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"

	"quorumlab/lab/api"
	"quorumlab/lab/internal/tool"
)

// simplePrinter is -w simple: lines for a human being or a pipe.
type simplePrinter struct {
	out, err   io.Writer
	hex        bool
	valuesOnly bool
}

// text is a key or value, \x61\x62 with --hex.
func (p *simplePrinter) text(b []byte) string {
	if !p.hex {
		return string(b)
	}
	digits := hex.EncodeToString(b)
	var s strings.Builder
	for i := 0; i < len(digits); i += 2 {
		s.WriteString(`\x` + digits[i:i+2])
	}
	return s.String()
}

func (p *simplePrinter) kv(kv *api.KeyValue) {
	if !p.valuesOnly {
		fmt.Fprintln(p.out, p.text(kv.Key))
	}
	fmt.Fprintln(p.out, p.text(kv.Value))
}

func (p *simplePrinter) get(r *api.RangeResponse) error {
	for _, kv := range r.Kvs {
		p.kv(kv)
	}
	return nil
}

func (p *simplePrinter) put(r *api.PutResponse) error {
	fmt.Fprintln(p.out, "OK")
	if r.PrevKv != nil {
		p.kv(r.PrevKv)
	}
	return nil
}

func (p *simplePrinter) del(r *api.DeleteRangeResponse) error {
	fmt.Fprintln(p.out, r.Deleted)
	for _, kv := range r.PrevKvs {
		p.kv(kv)
	}
	return nil
}

func (p *simplePrinter) alarm(r *api.AlarmResponse) error {
	for _, a := range r.Alarms {
		fmt.Fprintf(p.out, "memberID:%d alarm:%s \n", a.MemberID, alarmName(a.Alarm))
	}
	return nil
}

func (p *simplePrinter) memberList(r *api.MemberListResponse) error {
	tool.Lines(p.out, memberRows(r))
	return nil
}

func (p *simplePrinter) status(s []endpointStatus) error {
	tool.Lines(p.out, statusRows(s))
	return nil
}

func (p *simplePrinter) hashKV(h []endpointHash) error {
	tool.Lines(p.out, hashRows(h))
	return nil
}

func (p *simplePrinter) health(list []endpointHealth) error {
	for _, h := range list {
		if h.Error == "" {
			fmt.Fprintf(p.out, "%s is healthy: successfully committed proposal: took = %s\n", h.Endpoint, h.Took)
		} else {
			fmt.Fprintf(p.err, "%s is unhealthy: failed to commit proposal: %s\n", h.Endpoint, h.Error)
		}
	}
	return nil
}

// tablePrinter is -w table; only lists have one.
type tablePrinter struct {
	unsupported
	out io.Writer
}

func (p *tablePrinter) memberList(r *api.MemberListResponse) error {
	tool.Table(p.out, []string{"ID", "Status", "Name", "Peer Addrs", "Client Addrs", "Is Learner"}, memberRows(r))
	return nil
}

func (p *tablePrinter) status(s []endpointStatus) error {
	header := []string{
		"endpoint", "ID", "version", "storage version", "db size", "in use", "percentage not in use", "quota",
		"is leader", "is learner", "raft term", "raft index", "raft applied index", "errors",
		"downgrade target version", "downgrade enabled",
	}
	tool.Table(p.out, header, statusRows(s))
	return nil
}

func (p *tablePrinter) hashKV(h []endpointHash) error {
	tool.Table(p.out, []string{"endpoint", "hash", "hash_revision"}, hashRows(h))
	return nil
}

func (p *tablePrinter) health(list []endpointHealth) error {
	var rows [][]string
	for _, h := range list {
		rows = append(rows, []string{h.Endpoint, strconv.FormatBool(h.Health), h.Took, h.Error})
	}
	tool.Table(p.out, []string{"endpoint", "health", "took", "error"}, rows)
	return nil
}

func memberRows(r *api.MemberListResponse) (rows [][]string) {
	for _, m := range r.Members {
		status := "started"
		if m.Name == "" {
			status = "unstarted"
		}
		rows = append(rows, []string{
			fmt.Sprintf("%x", m.ID), status, m.Name,
			strings.Join(m.PeerURLs, ","), strings.Join(m.ClientURLs, ","), strconv.FormatBool(m.IsLearner),
		})
	}
	return rows
}

func hashRows(list []endpointHash) (rows [][]string) {
	for _, h := range list {
		rows = append(rows, []string{h.Endpoint, fmt.Sprint(h.HashKV.Hash), fmt.Sprint(h.HashKV.HashRevision)})
	}
	return rows
}

func statusRows(list []endpointStatus) (rows [][]string) {
	for _, e := range list {
		s := e.Status
		down := s.DowngradeInfo
		if down == nil {
			down = &api.Downgrade{}
		}
		rows = append(rows, []string{
			e.Endpoint, fmt.Sprintf("%x", s.Header.MemberID), s.Version, s.StorageVersion,
			tool.Bytes(s.DbSize), tool.Bytes(s.DbSizeInUse), notInUse(s), tool.Bytes(s.DbSizeQuota),
			fmt.Sprint(s.Leader == s.Header.MemberID), fmt.Sprint(s.IsLearner),
			fmt.Sprint(s.RaftTerm), fmt.Sprint(s.RaftIndex), fmt.Sprint(s.RaftAppliedIndex),
			strings.Join(s.Errors, ", "), down.TargetVersion, fmt.Sprint(down.Enabled),
		})
	}
	return rows
}

// notInUse is the free part of a database file.
func notInUse(s *api.StatusResponse) string {
	if s.DbSize <= 0 {
		return "0%"
	}
	return fmt.Sprintf("%d%%", 100-s.DbSizeInUse*100/s.DbSize)
}
