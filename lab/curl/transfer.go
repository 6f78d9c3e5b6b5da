package curl

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"quorumlab/lab/files"
	"quorumlab/lab/http1"
	"quorumlab/lab/network"
	"quorumlab/lab/secure"
)

// transfer is one request and its answer.
type transfer struct {
	*run
	url, output string
	addr        address
	ip          string
	method      string

	began, connected, sent, first time.Time
	conn                          *connection
	fresh                         bool // the connection was made for it
	answer                        *http1.Answer
	requestBytes, headBytes       int
	received                      int64
	file                          *files.File
	call                          *call
	code                          int
	failed                        error
}

// do makes the transfer. The error is a *failure, or what Ctrl-C left.
func (t *transfer) do() error {
	t.n++
	t.meterHead()
	var err error
	if t.addr, err = parseURL(t.url); err != nil {
		return err
	}
	if t.ip, err = t.lookup(); err != nil {
		return err
	}
	if err := t.connect(); err != nil {
		return err
	}
	stop := context.AfterFunc(t.Ctx, func() { t.conn.Close() })
	defer stop()
	err = t.exchange()
	t.call.told(err, t.answer)
	if t.file != nil {
		_ = t.file.Close()
	}
	if err == nil && t.answer.Keep() {
		t.verbosef("* Connection #%d to host %s left intact", t.conn.number, t.addr.host)
		return nil
	}
	t.verbosef("* Closing connection %d", t.conn.number)
	t.hangUp()
	return err
}

func (t *transfer) verbosef(format string, args ...any) {
	if t.verbose {
		fmt.Fprintf(t.Stderr, format+"\n", args...)
	}
}

// lookup finds the address of the URL's host.
func (t *transfer) lookup() (string, error) {
	if ip := t.resolve[fmt.Sprintf("%s:%d", t.addr.host, t.addr.port)]; ip != "" {
		return ip, nil
	}
	if isIPv4(t.addr.host) {
		return t.addr.host, nil
	}
	if ip, ok := t.Resolve(t.addr.host); ok {
		return ip, nil
	}
	return "", failf(exitResolve, "Could not resolve host: %s", t.addr.host)
}

func isIPv4(s string) bool {
	parts := strings.Split(s, ".")
	for _, part := range parts {
		if _, err := strconv.ParseUint(part, 10, 8); err != nil {
			return false
		}
	}
	return len(parts) == 4
}

func since(t time.Time) int64 { return time.Since(t).Milliseconds() }

// The kernel gives up a connection after this long (Linux: six SYNs sent again).
const kernelPatience = 127 * time.Second

// connect makes the connection, or takes the one that was left open.
func (t *transfer) connect() error {
	if c := t.run.conn; c != nil && c.scheme == t.addr.scheme && c.ip == t.ip && c.port == t.addr.port {
		t.verbosef("* Re-using existing connection #%d with host %s", c.number, t.addr.host)
		t.conn, t.connected = c, time.Now()
		return nil
	}
	t.hangUp()
	t.verbosef("*   Trying %s:%d...", t.ip, t.addr.port)
	limit, why := kernelPatience, "Couldn't connect to server"
	if t.connectTimeout > 0 && t.connectTimeout < limit {
		limit, why = t.connectTimeout, "Timeout was reached"
	}
	whole := t.maxTime > 0 && t.maxTime < limit
	if whole {
		limit = t.maxTime
	}
	wire, err := t.dial(limit)
	switch {
	case t.Ctx.Err() != nil:
		return t.Ctx.Err()
	case err == nil:
	case errors.Is(err, os.ErrDeadlineExceeded) && whole:
		return failf(exitTimeout, "Connection timed out after %d milliseconds", since(t.began))
	case errors.Is(err, os.ErrDeadlineExceeded):
		return t.cannotConnect(exitTimeout, why)
	default:
		t.verbosef("* connect to %s port %d failed: %s", t.ip, t.addr.port, cause(err))
		return t.cannotConnect(exitConnect, "Couldn't connect to server")
	}
	var carrier net.Conn = wire
	if t.addr.scheme == "https" {
		if carrier, err = t.handshake(wire); err != nil {
			return err
		}
	}
	t.fresh, t.connected = true, time.Now()
	t.conn = &connection{Conn: carrier, r: bufio.NewReader(carrier), number: t.conns, scheme: t.addr.scheme, ip: t.ip, port: t.addr.port}
	t.run.conn = t.conn
	t.conns++
	t.verbosef("* Connected to %s (%s) port %d (#%d)", t.addr.host, t.ip, t.addr.port, t.conn.number)
	return nil
}

func (t *transfer) cannotConnect(code int, why string) error {
	text := fmt.Sprintf("Failed to connect to %s port %d after %d ms: %s", t.addr.host, t.addr.port, since(t.began), why)
	t.verbosef("* %s", text)
	t.verbosef("* Closing connection %d", t.conns)
	return &failure{code, text}
}

// cause is why a dial failed, in the system's words: "Connection refused".
func cause(err error) string {
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	text := strings.TrimPrefix(err.Error(), "connect: ")
	return strings.ToUpper(text[:1]) + text[1:]
}

// dial dials until Ctrl-C.
func (t *transfer) dial(limit time.Duration) (*network.Conn, error) {
	type result struct {
		conn *network.Conn
		err  error
	}
	done := make(chan result, 1)
	go func() {
		conn, err := t.Origin.Host.Dial(t.ip, t.addr.port, limit)
		done <- result{conn, err}
	}()
	select {
	case r := <-done:
		if r.err != nil {
			return nil, r.err
		}
		return r.conn, nil
	case <-t.Ctx.Done():
		go func() { // it may be made yet
			if r := <-done; r.conn != nil {
				r.conn.Close()
			}
		}()
		return nil, t.Ctx.Err()
	}
}

// exchange sends the request and takes the answer.
func (t *transfer) exchange() error {
	if t.maxTime > 0 {
		_ = t.conn.SetDeadline(t.began.Add(t.maxTime))
	} else {
		_ = t.conn.SetDeadline(time.Time{})
	}
	head, body := t.request()
	t.requestBytes = len(head)
	t.call = t.ask(body)
	if labelled, ok := t.conn.Conn.(secure.Wire); ok {
		labelled.Label(t.call.label())
	}
	t.show('>', head)
	if len(body) > 0 && !t.Terminal {
		t.verbosef("} [%d bytes data]", len(body))
	}
	if _, err := t.conn.Write(append(head, body...)); err != nil {
		return t.broken(err, exitSend, "Send failure: Broken pipe")
	}
	t.sent = time.Now()
	answer, err := http1.ReadAnswer(t.conn.r, t.method)
	if why, ok := alerted(err); ok {
		return why
	}
	switch {
	case err == io.EOF:
		t.verbosef("* Empty reply from server")
		return failf(exitEmpty, "Empty reply from server")
	case errors.Is(err, http1.ErrNotHTTP):
		return failf(exitProtocol, "Received HTTP/0.9 when not allowed")
	case err != nil:
		return t.broken(err, exitReceive, "Recv failure: Connection reset by peer")
	}
	t.answer, t.first = answer, time.Now()
	return t.receive()
}

// broken says why reading or writing failed.
func (t *transfer) broken(err error, code int, text string) error {
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		return &failure{code, text}
	}
	text = fmt.Sprintf("Operation timed out after %d milliseconds with %d bytes received", since(t.began), t.received)
	if t.answer != nil && t.answer.Length >= 0 {
		text = fmt.Sprintf("Operation timed out after %d milliseconds with %d out of %d bytes received", since(t.began), t.received, t.answer.Length)
	}
	t.verbosef("* %s", text)
	return &failure{exitTimeout, text}
}

// request builds the head and gives the body.
func (t *transfer) request() (head, body []byte) {
	body = t.body
	t.method = "GET"
	switch {
	case t.head:
		t.method = "HEAD"
	case t.hasBody && !t.get:
		t.method = "POST"
	}
	if t.get && t.hasBody {
		if t.addr.query != "" {
			t.addr.query += "&"
		}
		t.addr.query += string(body)
		body = nil
	}
	if t.run.method != "" {
		t.method = t.run.method
	}
	head = append(head, fmt.Sprintf("%s %s HTTP/1.%d\r\n", t.method, t.addr.target(), t.minor)...)
	return append(t.header(len(body)).Append(head), "\r\n"...), body
}

// header builds the request's header in curl's order; -H replaces a field,
// "Name:" removes it and "Name;" sends it empty.
func (t *transfer) header(bodyBytes int) http1.Header {
	h := http1.Header{{Name: "Host", Value: t.addr.hostHeader()}}
	user := t.user
	if user == "" {
		user = t.addr.user
	}
	if user != "" {
		h = append(h, http1.Field{Name: "Authorization", Value: "Basic " + base64.StdEncoding.EncodeToString([]byte(user))})
	}
	if t.agent != "" {
		h = append(h, http1.Field{Name: "User-Agent", Value: t.agent})
	}
	h = append(h, http1.Field{Name: "Accept", Value: "*/*"})
	if t.json {
		h.Delete("Accept")
		h = append(h, http1.Field{Name: "Content-Type", Value: "application/json"}, http1.Field{Name: "Accept", Value: "application/json"})
	}
	if t.hasBody && !t.get && !t.head {
		h = append(h, http1.Field{Name: "Content-Length", Value: strconv.Itoa(bodyBytes)})
		if !t.json {
			h = append(h, http1.Field{Name: "Content-Type", Value: "application/x-www-form-urlencoded"})
		}
	}
	for _, line := range t.headers {
		name, value, found := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		empty, isEmpty := strings.CutSuffix(line, ";")
		switch {
		case found && value != "":
			h.Delete(name)
			h = append(h, http1.Field{Name: name, Value: value})
		case found:
			h.Delete(name)
		case isEmpty:
			h.Delete(empty)
			h = append(h, http1.Field{Name: empty})
		}
	}
	return h
}

// show prints a head for -v.
func (t *transfer) show(mark byte, head []byte) {
	if !t.verbose {
		return
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(string(head), "\r\n"), "\r\n") {
		fmt.Fprintf(t.Stderr, "%c %s\n", mark, line)
	}
}

// receive takes the answer: its head where it was asked for, then its body.
func (t *transfer) receive() error {
	a := t.answer
	head := append(a.Header.Append([]byte(a.Line+"\r\n")), "\r\n"...)
	t.headBytes = len(head)
	t.show('<', head)
	if err := t.dumpHead(head); err != nil {
		return err
	}
	if t.fail && a.Status >= 400 {
		t.hangUp() // what follows is not wanted
		return t.refused()
	}
	if t.include || t.head {
		if err := t.put(head); err != nil {
			return err
		}
	}
	if err := t.copyBody(); err != nil {
		return err
	}
	if t.failBody && a.Status >= 400 {
		return t.refused()
	}
	return nil
}

func (t *transfer) refused() error {
	return failf(exitHTTP, "The requested URL returned error: %d", t.answer.Status)
}

func (t *transfer) dumpHead(head []byte) error {
	switch t.dump {
	case "":
		return nil
	case "-":
		_, err := t.Stdout.Write(head)
		return t.wrote(err)
	}
	err := t.FS.WriteFile(t.Path(t.dump), head, 0o644)
	if err != nil {
		t.warn(fmt.Sprintf("Failed to open %s", t.dump))
	}
	return t.wrote(err)
}

func (t *transfer) wrote(err error) error {
	if err != nil {
		return failf(exitWrite, "Failure writing output to destination")
	}
	return nil
}

func (t *transfer) copyBody() error {
	buf := make([]byte, 16<<10)
	for {
		n, err := t.answer.Body.Read(buf)
		if n > 0 {
			t.received += int64(n)
			t.call.saw(buf[:n])
			if !t.Terminal {
				t.verbosef("{ [%d bytes data]", n)
			}
			if err := t.put(buf[:n]); err != nil {
				return err
			}
		}
		switch {
		case err == io.EOF:
			return nil
		case err == io.ErrUnexpectedEOF && t.answer.Length >= 0:
			return failf(exitPartial, "transfer closed with %d bytes remaining to read", t.answer.Length-t.received)
		case err == io.ErrUnexpectedEOF:
			return failf(exitPartial, "transfer closed with outstanding read data remaining")
		case err != nil:
			return t.broken(err, exitReceive, "Recv failure: Connection reset by peer")
		}
	}
}

// put writes to where the answer goes.
func (t *transfer) put(b []byte) error {
	if t.output == "" {
		if t.Terminal && strings.IndexByte(string(b), 0) >= 0 {
			t.warn(`Binary output can mess up your terminal. Use "--output -" to tell curl to output it to your terminal anyway, or consider "--output <FILE>" to save to a file.`)
			return t.wrote(files.ErrBadFile)
		}
		_, err := t.Stdout.Write(b)
		return t.wrote(err)
	}
	if t.output == "/dev/null" {
		return nil
	}
	if t.file == nil {
		file, err := t.FS.Create(t.Path(t.output), 0o644)
		if err != nil {
			t.warn(fmt.Sprintf("Failed to open the file %s: %s", t.output, files.Reason(err)))
			return t.wrote(err)
		}
		t.file = file
	}
	_, err := t.file.Write(b)
	return t.wrote(err)
}

// finish prints what follows a transfer and gives its exit code.
func (t *transfer) finish(err error) int {
	t.failed = err
	t.meter()
	t.code = t.tell(err)
	if err == nil && t.output != "" && t.output != "/dev/null" && t.file == nil {
		_ = t.FS.WriteFile(t.Path(t.output), nil, 0o644) // an empty answer is an empty file
	}
	t.writeOut()
	return t.code
}
