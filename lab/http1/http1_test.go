package http1

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"quorumlab/lab/network"
)

// echo answers with what it understood of a request.
func echo(_ context.Context, w *Response, r *Request) {
	switch r.Path {
	case "/stream":
		for i := range 3 {
			fmt.Fprintf(w, "line %d\n", i)
			_ = w.Flush()
		}
	case "/fail":
		w.Fail(503, "not now")
	case "/json":
		w.Header.Set("Content-Type", "application/json")
		w.Header.Set("Access-Control-Allow-Origin", "*")
		w.WriteString("{}")
	default:
		fmt.Fprintf(w, "%s %s q=%q body=%q\n", r.Method, r.Path, r.Values("q"), r.Body)
	}
}

// serve runs a server on a simulated network and gives a way to reach it.
func serve(t *testing.T, test func(dial func() *network.Conn)) {
	synctest.Test(t, func(t *testing.T) {
		n := network.New(network.LinkState{Latency: time.Millisecond}, nil)
		defer n.Close()
		server, desk := n.AddHost("m1", "10.0.0.11"), n.AddHost("workstation", "10.0.0.10")
		l, err := server.Listen(2379)
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				go Serve(ctx, c, nil, echo)
			}
		}()
		test(func() *network.Conn {
			c, err := desk.Dial("10.0.0.11", 2379, 0)
			if err != nil {
				t.Fatal(err)
			}
			return c
		})
		stop()
		l.Close()
		time.Sleep(10 * time.Second)
	})
}

// say sends text over a fresh connection, ends its sending side's use after
// two seconds, and gives all that came back, without dates.
func say(dial func() *network.Conn, text string) string {
	c := dial()
	defer c.Close()
	_, _ = io.WriteString(c, text)
	_ = c.SetReadDeadline(time.Now().Add(2 * time.Second))
	b, err := io.ReadAll(c)
	var lines []string
	for line := range strings.SplitSeq(string(b), "\r\n") {
		if !strings.HasPrefix(line, "Date: ") {
			lines = append(lines, line)
		}
	}
	end := " [closed]"
	if err != nil {
		end = " [open]"
	}
	return strings.Join(lines, "|") + end
}

func TestServe(t *testing.T) {
	serve(t, func(dial func() *network.Conn) {
		for _, c := range []struct{ what, send, want string }{
			{"a request, and the connection stays",
				"GET /x?q=a+b&q=%26 HTTP/1.1\r\nHost: m1\r\n\r\n",
				"HTTP/1.1 200 OK|Content-Length: 29|Content-Type: text/plain; charset=utf-8||GET /x q=[\"a b\" \"&\"] body=\"\"\n [open]"},
			{"two in one segment are answered in order",
				"GET /1 HTTP/1.1\r\nHost: m1\r\n\r\nGET /2 HTTP/1.1\r\nHost: m1\r\nConnection: close\r\n\r\n",
				"HTTP/1.1 200 OK|Content-Length: 20|Content-Type: text/plain; charset=utf-8||GET /1 q=[] body=\"\"\n" +
					"HTTP/1.1 200 OK|Content-Length: 20|Content-Type: text/plain; charset=utf-8|Connection: close||GET /2 q=[] body=\"\"\n [closed]"},
			{"a body of a known length",
				"POST /p HTTP/1.1\r\nHost: m1\r\nContent-Length: 3\r\n\r\nabc",
				"HTTP/1.1 200 OK|Content-Length: 24|Content-Type: text/plain; charset=utf-8||POST /p q=[] body=\"abc\"\n [open]"},
			{"a body in chunks",
				"POST /p HTTP/1.1\r\nHost: m1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\nTrailer: x\r\n\r\n",
				"HTTP/1.1 200 OK|Content-Length: 24|Content-Type: text/plain; charset=utf-8||POST /p q=[] body=\"abc\"\n [open]"},
			{"a body that is held back",
				"POST /p HTTP/1.1\r\nHost: m1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc",
				"HTTP/1.1 100 Continue||HTTP/1.1 200 OK|Content-Length: 24|Content-Type: text/plain; charset=utf-8||POST /p q=[] body=\"abc\"\n [open]"},
			{"HEAD has no body",
				"HEAD /json HTTP/1.1\r\nHost: m1\r\n\r\n",
				"HTTP/1.1 200 OK|Access-Control-Allow-Origin: *|Content-Type: application/json|Content-Length: 2|| [open]"},
			{"an error in plain text",
				"GET /fail HTTP/1.1\r\nHost: m1\r\n\r\n",
				"HTTP/1.1 503 Service Unavailable|Content-Type: text/plain; charset=utf-8|X-Content-Type-Options: nosniff|Content-Length: 8||not now\n [open]"},
			{"a stream comes in chunks",
				"GET /stream HTTP/1.1\r\nHost: m1\r\n\r\n",
				"HTTP/1.1 200 OK|Transfer-Encoding: chunked||7|line 0\n|7|line 1\n|7|line 2\n|0|| [open]"},
			{"to HTTP/1.0, it ends with the connection",
				"GET /stream HTTP/1.0\r\n\r\n",
				"HTTP/1.0 200 OK||line 0\nline 1\nline 2\n [closed]"},
			{"HTTP/1.0 that stays",
				"GET /json HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
				"HTTP/1.0 200 OK|Access-Control-Allow-Origin: *|Content-Type: application/json|Content-Length: 2|Connection: keep-alive||{} [open]"},
			{"no Host", "GET / HTTP/1.1\r\n\r\n", refused(400, "Bad Request", ": missing required Host header")},
			{"no HTTP", "hello\r\n\r\n", refused(400, "Bad Request", "")},
			{"a header that is none", "GET / HTTP/1.1\r\nHost m1\r\n\r\n", refused(400, "Bad Request", "")},
			{"a bad escape", "GET /%zz HTTP/1.1\r\nHost: m1\r\n\r\n", refused(400, "Bad Request", "")},
			{"a bad length", "POST / HTTP/1.1\r\nHost: m1\r\nContent-Length: -1\r\n\r\n", refused(400, "Bad Request", "")},
			{"bad chunks", "POST / HTTP/1.1\r\nHost: m1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", refused(400, "Bad Request", "")},
			{"a body beyond the limit", "POST / HTTP/1.1\r\nHost: m1\r\nContent-Length: 99999999\r\n\r\n", refused(413, "Request Entity Too Large", "")},
			{"a head beyond the limit", "GET / HTTP/1.1\r\nHost: m1\r\nX: " + strings.Repeat("x", MaxHead), refused(431, "Request Header Fields Too Large", "")},
			{"another expectation", "POST / HTTP/1.1\r\nHost: m1\r\nContent-Length: 1\r\nExpect: more\r\n\r\n", refused(417, "Expectation Failed", "")},
			{"another encoding", "POST / HTTP/1.1\r\nHost: m1\r\nTransfer-Encoding: gzip\r\n\r\n", refused(501, "Not Implemented", ": unsupported transfer encoding")},
			{"another version", "GET / HTTP/2.0\r\nHost: m1\r\n\r\n", refused(505, "HTTP Version Not Supported", ": unsupported protocol version")},
		} {
			if got := say(dial, c.send); got != c.want {
				t.Errorf("%s:\n got %s\nwant %s", c.what, got, c.want)
			}
		}
	})
}

func refused(status int, text, more string) string {
	line := fmt.Sprintf("%d %s", status, text)
	return "HTTP/1.1 " + line + "|Content-Type: text/plain; charset=utf-8|Connection: close||" + line + more + " [closed]"
}

// A client that goes away ends what the handler waits for.
func TestHandlerEndsWithItsClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := network.New(network.LinkState{Latency: time.Millisecond}, nil)
		defer n.Close()
		server, desk := n.AddHost("m1", "10.0.0.11"), n.AddHost("workstation", "10.0.0.10")
		l, _ := server.Listen(2379)
		ended := make(chan time.Time, 1)
		go func() {
			c, _ := l.Accept()
			Serve(t.Context(), c, []byte("G"), func(ctx context.Context, _ *Response, r *Request) {
				<-ctx.Done()
				ended <- time.Now()
			})
		}()
		c, err := desk.Dial("10.0.0.11", 2379, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(c, "ET / HTTP/1.1\r\nHost: m1\r\n\r\n")
		time.Sleep(time.Second)
		left := time.Now()
		c.Close()
		if after := (<-ended).Sub(left); after != time.Millisecond {
			t.Errorf("the handler ended %v after its client left; want the latency of the link", after)
		}
	})
}

func TestReadAnswer(t *testing.T) {
	for _, c := range []struct {
		what, method, text string
		body               string
		end                error
		keep               bool
	}{
		{"a length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef", "abc", nil, true},
		{"cut off", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "abc", io.ErrUnexpectedEOF, true},
		{"chunks", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "abc", nil, true},
		{"chunks cut off", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "abc", io.ErrUnexpectedEOF, true},
		{"to the end of the connection", "GET", "HTTP/1.1 200 OK\r\n\r\nabc", "abc", nil, false},
		{"interim answers are passed over", "POST", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx", "x", nil, false},
		{"HEAD", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "", nil, true},
	} {
		a, err := ReadAnswer(bufio.NewReader(strings.NewReader(c.text)), c.method)
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		body, err := io.ReadAll(a.Body)
		if string(body) != c.body || err != c.end || a.Keep() != c.keep {
			t.Errorf("%s: body %q, end %v, keep %v", c.what, body, err, a.Keep())
		}
	}
	for text, want := range map[string]error{
		"":                         io.EOF,
		"hello":                    ErrNotHTTP,
		"HTTP/2 200\r\n\r\n":       ErrNotHTTP,
		"HTTP/1.1 2000 OK\r\n\r\n": ErrNotHTTP,
		"HTTP/1.1 200 OK\r\nx\r\n": ErrNotHTTP,
		"HTTP/1.1 200 OK\r\nX: y":  io.ErrUnexpectedEOF,
		"HTTP/1.1 200 O":           io.ErrUnexpectedEOF,
	} {
		if _, err := ReadAnswer(bufio.NewReader(strings.NewReader(text)), "GET"); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
}

func FuzzReadRequest(f *testing.F) {
	f.Add("POST /p?q=%41 HTTP/1.1\r\nHost: m1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n")
	f.Add("GET http://m1:2379/x HTTP/1.1\r\nHost: m1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\nabcd")
	f.Fuzz(func(t *testing.T, text string) {
		q, err := ReadRequest(bufio.NewReader(strings.NewReader(text)), nil)
		if err == nil && (!token(q.Method) || len(q.Body) > len(text)) {
			t.Errorf("%q: %+v", text, q)
		}
	})
}
