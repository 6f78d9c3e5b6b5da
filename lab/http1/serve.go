package http1

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"time"

	"quorumlab/lab/network"
)

// Handler answers one request. ctx ends with the connection: a client that goes
// away ends what it waits for.
type Handler func(ctx context.Context, w *Response, r *Request)

// Serve answers the requests of a connection until it ends or ctx does. first
// are bytes that were read from it already.
func Serve(ctx context.Context, conn net.Conn, first []byte, handle Handler) {
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	r := bufio.NewReader(&prefixed{first, conn})
	for {
		q, err := ReadRequest(r, func() error {
			_, err := conn.Write([]byte("HTTP/1.1 100 Continue\r\n\r\n"))
			return err
		})
		var refusal *Refusal
		if errors.As(err, &refusal) {
			refuse(conn, refusal)
			return
		}
		if err != nil || !serveOne(ctx, conn, r, q, handle) {
			return
		}
	}
}

// prefixed reads some bytes before those of a connection.
type prefixed struct {
	first []byte
	conn  net.Conn
}

func (p *prefixed) Read(b []byte) (int, error) {
	if len(p.first) == 0 {
		return p.conn.Read(b)
	}
	n := copy(b, p.first)
	p.first = p.first[n:]
	return n, nil
}

// serveOne answers one request and tells whether another may follow. While it
// is answered, the connection is watched: its end cancels the handler.
func serveOne(ctx context.Context, conn net.Conn, r *bufio.Reader, q *Request, handle Handler) bool {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	q.Remote = conn.RemoteAddr().String()
	watched := make(chan error, 1)
	go func() {
		_, err := r.Peek(1)
		if err != nil {
			cancel()
		}
		watched <- err
	}()
	w := &Response{conn: conn, head: q.Method == "HEAD", minor: q.Minor, keep: q.keep(), status: 200}
	handle(ctx, w, q)
	if w.end() != nil || !w.keep {
		conn.Close()
	}
	return <-watched == nil && w.keep
}

// refuse answers as net/http does what it cannot make sense of.
func refuse(conn net.Conn, r *Refusal) {
	line := strconv.Itoa(r.Status) + " " + StatusText(r.Status)
	body := line
	if r.Text != "" {
		body += ": " + r.Text
	}
	_, _ = io.WriteString(conn, "HTTP/1.1 "+line+"\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"+body)
}

// Response is the answer to one request. What is written is held until Flush or
// the end; an answer that was never flushed has a Content-Length, any other
// comes in chunks. It is for one goroutine.
type Response struct {
	Header Header

	conn        net.Conn
	head        bool // no body: the answer to HEAD
	minor       int
	keep        bool
	status      int
	body        []byte
	out         []byte
	begun       bool
	err         error
	label       network.Label
	everFlushed bool // the body comes in chunks
}

// Status sets the status, before the first Flush.
func (w *Response) Status(status int) { w.status = status }

// Label tells the network what the answer is.
func (w *Response) Label(l network.Label) { w.label = l }

// Write adds to the body.
func (w *Response) Write(p []byte) (int, error) {
	w.body = append(w.body, p...)
	return len(p), w.err
}

// WriteString adds to the body.
func (w *Response) WriteString(s string) { w.body = append(w.body, s...) }

// Fail makes the whole answer an error in plain text, as net/http's Error does.
func (w *Response) Fail(status int, text string) {
	w.Header.Set("Content-Type", "text/plain; charset=utf-8")
	w.Header.Set("X-Content-Type-Options", "nosniff")
	w.status, w.body = status, append([]byte(text), '\n')
}

// Begun tells whether the header has been sent.
func (w *Response) Begun() bool { return w.begun }

// Flush sends what was written as one chunk. Its error is the connection's.
func (w *Response) Flush() error {
	w.everFlushed = true
	w.start(-1)
	if len(w.body) > 0 && !w.head {
		if w.minor >= 1 {
			w.out = strconv.AppendInt(w.out, int64(len(w.body)), 16)
			w.out = append(append(append(w.out, "\r\n"...), w.body...), "\r\n"...)
		} else {
			w.out = append(w.out, w.body...)
		}
	}
	w.body = w.body[:0]
	return w.send()
}

// end sends what is left.
func (w *Response) end() error {
	if w.everFlushed {
		if len(w.body) > 0 {
			_ = w.Flush()
		}
		if w.minor >= 1 && !w.head {
			w.out = append(w.out, "0\r\n\r\n"...)
		}
		return w.send()
	}
	w.start(len(w.body))
	if !w.head {
		w.out = append(w.out, w.body...)
	}
	return w.send()
}

// start writes the head in net/http's order: the fields by name, then those
// that the server adds. length -1 is not known.
func (w *Response) start(length int) {
	if w.begun {
		return
	}
	w.begun = true
	if length < 0 && w.minor == 0 {
		w.keep = false // the end of the connection is the end of the body
	}
	w.out = append(w.out, "HTTP/1."...)
	w.out = strconv.AppendInt(w.out, int64(w.minor), 10)
	w.out = append(strconv.AppendInt(append(w.out, ' '), int64(w.status), 10), ' ')
	text := StatusText(w.status)
	if text == "" {
		text = "status code " + strconv.Itoa(w.status)
	}
	w.out = append(append(w.out, text...), "\r\n"...)
	w.out = w.Header.sorted().Append(w.out)
	added := Header{{"Date", time.Now().UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")}}
	if length >= 0 {
		added = append(added, Field{"Content-Length", strconv.Itoa(length)})
	}
	if length > 0 && !w.Header.Has("Content-Type") {
		added = append(added, Field{"Content-Type", "text/plain; charset=utf-8"}) // all that is sniffed here is text
	}
	switch {
	case !w.keep && w.minor >= 1:
		added = append(added, Field{"Connection", "close"})
	case w.keep && w.minor == 0:
		added = append(added, Field{"Connection", "keep-alive"})
	}
	if length < 0 && w.minor >= 1 {
		added = append(added, Field{"Transfer-Encoding", "chunked"})
	}
	w.out = append(added.Append(w.out), "\r\n"...)
}

// labeled is a connection that can tell the network what it carries.
type labeled interface{ Label(network.Label) }

func (w *Response) send() error {
	if w.err != nil || len(w.out) == 0 {
		w.out = w.out[:0]
		return w.err
	}
	if l, ok := w.conn.(labeled); ok && w.label.Msg != "" {
		l.Label(w.label)
	}
	_, w.err = w.conn.Write(w.out)
	w.out = w.out[:0]
	return w.err
}
