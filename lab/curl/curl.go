// Package curl is the lab's curl: HTTP/1.1 to members over the simulated
// network, with the options, messages and exit codes of curl 7.88.1, which the
// recordings were made with.
package curl

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"quorumlab/lab/client"
	"quorumlab/lab/shell"
)

// Exit codes (https://curl.se/libcurl/c/libcurl-errors.html).
const (
	exitOK          = 0
	exitProtocol    = 1
	exitUsage       = 2
	exitURL         = 3
	exitResolve     = 6
	exitConnect     = 7
	exitPartial     = 18
	exitHTTP        = 22
	exitWrite       = 23
	exitRead        = 26
	exitTimeout     = 28
	exitEmpty       = 52
	exitSend        = 55
	exitReceive     = 56
	exitInterrupted = 130
)

// Config is what curl runs on.
type Config struct {
	client.Origin
	// Resolve gives the address of a name.
	Resolve func(name string) (ip string, ok bool)
}

// failure ends a transfer.
type failure struct {
	code int
	text string
}

func (f *failure) Error() string { return f.text }

func failf(code int, format string, args ...any) error {
	return &failure{code, fmt.Sprintf(format, args...)}
}

// Command makes the command. It runs in virtual time and ends on Ctrl-C.
func Command(c Config) shell.Command {
	return func(p *shell.Process) int {
		o, err := parse(p)
		var misuse *misuse
		switch {
		case errors.As(err, &misuse):
			if misuse.text != "" {
				fmt.Fprintln(p.Stderr, "curl:", misuse.text)
			}
			if !misuse.plain {
				fmt.Fprintln(p.Stderr, "curl: try 'curl --help' or 'curl --manual' for more information")
			}
			return misuse.code
		case o.help:
			fmt.Fprint(p.Stdout, help)
			return exitOK
		case o.version:
			fmt.Fprint(p.Stdout, versionText)
			return exitOK
		}
		r := &run{Config: c, Process: p, options: o}
		defer r.hangUp()
		return r.all()
	}
}

// run is one run of curl.
type run struct {
	Config
	*shell.Process
	*options

	conn  *connection // that was left open by the last transfer
	conns int
	n     int // of this transfer
}

// connection is an open connection to a server.
type connection struct {
	net.Conn
	r      *bufio.Reader
	number int
	scheme string
	ip     string
	port   int
}

func (r *run) hangUp() {
	if r.conn != nil {
		r.conn.Close()
		r.conn = nil
	}
}

// all transfers every URL and gives the exit code of the last.
func (r *run) all() (code int) {
	for i, arg := range r.urls {
		list, err := expand(arg, r.noGlob)
		if err != nil {
			return r.tell(err)
		}
		for _, url := range list {
			code = r.persist(url, r.outputOf(i, url))
			if code == exitInterrupted || code != exitOK && r.failEarly {
				return code
			}
		}
	}
	return code
}

// outputOf is the file for a URL, "" for stdout.
func (r *run) outputOf(i int, url string) string {
	if i < len(r.outputs) && r.outputs[i] != "-" {
		return r.outputs[i]
	}
	if !r.remoteName {
		return ""
	}
	path, _, _ := strings.Cut(url, "?")
	return path[strings.LastIndexByte(path, '/')+1:]
}

// retried are the statuses that --retry tries again.
var retried = map[int]bool{408: true, 429: true, 500: true, 502: true, 503: true, 504: true}

// persist makes a transfer, again where --retry says so.
func (r *run) persist(url, output string) int {
	pause := time.Second
	for left := r.retry; ; left-- {
		t := &transfer{run: r, url: url, output: output, began: time.Now()}
		err := t.do()
		if r.Ctx.Err() != nil {
			return exitInterrupted
		}
		why := t.again(err)
		if left <= 0 || why == "" {
			return t.finish(err)
		}
		if r.retryDelay > 0 {
			pause = r.retryDelay
		}
		r.warn(fmt.Sprintf("Problem: %s. Will retry in %d seconds. %d retries left.", why, int(pause.Seconds()), left))
		if r.Sleep(pause) != nil {
			return exitInterrupted
		}
		pause = min(2*pause, 10*time.Minute)
	}
}

// again says why a transfer may be tried again, or "".
func (t *transfer) again(err error) string {
	var f *failure
	errors.As(err, &f)
	switch {
	case f != nil && f.code == exitTimeout:
		return "timeout"
	case f != nil && f.code == exitConnect && (t.retryRefused || t.retryAll):
		return "connection refused"
	case (err == nil || f.code == exitHTTP) && t.answer != nil && retried[t.answer.Status]:
		return "HTTP error"
	case err != nil && t.retryAll:
		return "(retrying all errors)"
	}
	return ""
}

// tell prints why a transfer failed and gives the exit code.
func (r *run) tell(err error) int {
	if err == nil {
		return exitOK
	}
	var f *failure
	if !errors.As(err, &f) {
		f = &failure{exitReceive, err.Error()}
	}
	if !r.silent || r.showError {
		fmt.Fprintf(r.Stderr, "curl: (%d) %s\n", f.code, f.text)
	}
	return f.code
}

// warn prints a warning, broken into lines as curl does.
func (r *run) warn(text string) {
	if !r.silent {
		warn(r.Stderr, text)
	}
}

func warn(w io.Writer, text string) {
	const prefix, width = "Warning: ", 70
	for len(text) > width {
		cut := strings.LastIndexByte(text[:width], ' ')
		if cut <= 0 {
			cut = width - 1
		}
		fmt.Fprintln(w, prefix+text[:cut+1])
		text = text[cut+1:]
	}
	fmt.Fprintln(w, prefix+text)
}
