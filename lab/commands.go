package lab

import (
	"context"
	"strings"
	"time"

	"quorumlab/lab/client"
	"quorumlab/lab/curl"
	"quorumlab/lab/etcdctl"
	"quorumlab/lab/etcdutl"
	"quorumlab/lab/event"
	"quorumlab/lab/labctl"
	"quorumlab/lab/shell"
)

// buildShell gives the learner's shell its commands and environment.
func (w *World) buildShell() {
	w.shell = shell.New(shell.Config{
		Files:   w.files,
		Home:    home,
		HostEnv: w.environment,
		Emit:    w.Emit,
		Keys:    w.keys,
		Commands: map[string]shell.Command{
			"etcdctl": func(p *shell.Process) int { return etcdctl.Command(w.dialer(p.Host), w.saved)(p) },
			"etcdutl": etcdutl.Command(w, w.Emit),
			"lab":     labctl.Command(w),
			"curl": func(p *shell.Process) int {
				return curl.Command(curl.Config{Origin: w.origin(p.Host), Resolve: w.resolve})(p)
			},
		},
		Completers: map[string]shell.Completer{
			"etcdctl": etcdctl.Completer{}, "etcdutl": etcdutl.Completer{}, "lab": labctl.Completer(w), "curl": curl.Completer{Members: w.names},
		},
		Sleep: time.Sleep,
		Now:   time.Now,
	})
}

// environment is what a machine's login sets: on the workstation the endpoints
// of all members, on a member its own.
func (w *World) environment(host string) map[string]string {
	if n := w.node(host); n != nil {
		scheme, _, _ := strings.Cut(n.clientURL(), "://")
		return map[string]string{"ETCDCTL_ENDPOINTS": scheme + "://127.0.0.1:2379"}
	}
	urls := make([]string, w.config.Members)
	for i, n := range w.founders() {
		urls[i] = n.clientURL()
	}
	return map[string]string{"ETCDCTL_ENDPOINTS": strings.Join(urls, ",")}
}

// dialer makes clients that run on a host.
func (w *World) dialer(host string) client.Dialer { return client.NewDialer(w.origin(host)) }

func (w *World) origin(host string) client.Origin {
	origin := client.Origin{Host: w.desk, Emit: w.Emit, NextID: w.nextRequest}
	if n := w.node(host); n != nil {
		origin.Host = n.host
	}
	origin.MemberAt = func(ip string) string { return w.memberAt(host, ip) }
	return origin
}

// resolve is the machines' /etc/hosts: localhost, and every machine by its name.
func (w *World) resolve(name string) (ip string, ok bool) {
	switch n := w.node(name); {
	case name == "localhost":
		return "127.0.0.1", true
	case name == workstation:
		return w.desk.IP(), true
	case n != nil:
		return n.ip, true
	}
	return "", false
}

// memberAt names the member that answers at an address, seen from a host.
func (w *World) memberAt(host, ip string) string {
	if ip == "localhost" {
		ip = "127.0.0.1"
	}
	if n := w.nodeAt(ip); n != nil {
		return n.name
	}
	if n := w.node(host); n != nil && ip == "127.0.0.1" {
		return n.name
	}
	return ip
}

// refuse tells that an input could not be carried out.
func (w *World) refuse(err error) {
	if err != nil {
		w.Emit(event.Event{Type: event.Error, Text: err.Error()})
	}
}

func (w *World) complete(in input) error {
	_, _, err := w.shell.Complete(in.Session, in.Text, in.Cursor)
	return err
}

// keysOffered bounds how many keys complete a word.
const keysOffered = 100

// keys offers committed keys, for completion.
func (w *World) keys(prefix string) []string {
	w.emitting.Lock()
	defer w.emitting.Unlock()
	keys := w.model.Keys(prefix)
	return keys[:min(len(keys), keysOffered)]
}

// saved tells of a snapshot file that came from a member.
func (w *World) saved(e event.Event, id uint64) {
	for _, n := range w.machines() {
		if p := w.process(n); p != nil && p.ID() == id {
			e.Member = n.name
		}
	}
	w.Emit(e)
}

// click runs a `lab` line that was not typed but clicked, and shows it in the
// first terminal as if it had been.
func (w *World) click(text string) {
	w.Emit(event.Event{Type: event.Echo, Session: 1, Text: "lab " + text})
	code, output := w.runQuietly("lab " + text)
	if output != "" {
		stream := "out"
		if code != 0 {
			stream = "err"
		}
		w.Emit(event.Event{Type: event.Output, Session: 1, Stream: stream, Text: output})
	}
}

func (w *World) runQuietly(script string) (int, string) {
	var out strings.Builder
	code := w.shell.Run(context.Background(), script, shell.Stdio{Out: &out, Err: &out})
	return code, out.String()
}
