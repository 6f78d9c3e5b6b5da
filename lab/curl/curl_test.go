package curl

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"quorumlab/lab/client"
	"quorumlab/lab/event"
	"quorumlab/lab/files"
	"quorumlab/lab/http1"
	"quorumlab/lab/network"
	"quorumlab/lab/shell"
)

// servers are what listens on m1, by port: each shows curl another mischief.
var servers = map[int]func(c *network.Conn){
	2379: func(c *network.Conn) {
		http1.Serve(context.Background(), c, nil, func(_ context.Context, w *http1.Response, r *http1.Request) {
			switch {
			case r.Path == "/teapot":
				w.Fail(503, "no tea")
			case r.Path == "/empty":
			case strings.HasPrefix(r.Path, "/v3/"):
				w.Header.Set("Content-Type", "application/json")
				w.WriteString(`{"header":{"revision":"7"}}`)
			default:
				fmt.Fprintf(w, "%s %s %q", r.Method, r.Target, r.Body)
			}
		})
	},
	1: func(c *network.Conn) { hear(c); c.Close() },
	2: func(c *network.Conn) { hear(c); c.Label(network.Label{}); abort(c) },
	3: func(c *network.Conn) { hear(c) },
	4: func(c *network.Conn) { hear(c); say(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc\n") },
	5: func(c *network.Conn) {
		hear(c)
		say(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc\n")
		c.Close()
	},
	6: func(c *network.Conn) { hear(c); say(c, "hello\n"); c.Close() },
	7: func(c *network.Conn) {
		hear(c)
		say(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabc\n\r\n")
		c.Close()
	},
	8: func(c *network.Conn) { // what came in, as it came
		b := hear(c)
		say(c, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(b), b))
	},
}

func hear(c *network.Conn) []byte {
	b := make([]byte, 64<<10)
	n, _ := c.Read(b)
	return b[:n]
}

func say(c *network.Conn, text string) { _, _ = io.WriteString(c, text) }

// abort resets the connection: its machine's process dies.
var abort = func(*network.Conn) {}

// bench is a shell on the workstation of a network with one server.
type bench struct {
	shell  *shell.Shell
	events []event.Event
	m1     *network.Host
}

func setUp(t *testing.T, test func(b *bench)) {
	synctest.Test(t, func(t *testing.T) {
		n := network.New(network.LinkState{Latency: time.Millisecond}, nil)
		defer n.Close()
		b := &bench{m1: n.AddHost("m1", "10.0.0.11")}
		desk := n.AddHost("workstation", "10.0.0.10")
		n.AddHost("m2", "10.0.0.12").Block(2379, true)
		dying := n.AddHost("m3", "10.0.0.13")
		abort = func(*network.Conn) { dying.Kill() }
		for port, serve := range servers {
			h := b.m1
			if port == 2 {
				h = dying
			}
			l, err := h.Listen(port)
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				for {
					c, err := l.Accept()
					if err != nil {
						return
					}
					go serve(c.(*network.Conn))
				}
			}()
		}
		id := uint64(0)
		origin := client.Origin{
			Host: desk, MemberAt: func(ip string) string { return map[string]string{"10.0.0.11": "m1"}[ip] },
			Emit:   func(e event.Event) { b.events = append(b.events, e) },
			NextID: func() uint64 { id++; return id },
		}
		hosts := map[string]string{"m1": "10.0.0.11", "m2": "10.0.0.12", "m3": "10.0.0.13"}
		b.shell = shell.New(shell.Config{
			Files: files.New(time.Now), Sleep: time.Sleep, Now: time.Now, Emit: func(event.Event) {},
			Commands: map[string]shell.Command{"curl": Command(Config{origin, func(name string) (string, bool) { ip, ok := hosts[name]; return ip, ok }})},
		})
		test(b)
		b.shell.Close()
		b.m1.Kill()
		dying.Kill()
		time.Sleep(3 * time.Minute) // what still dials gives up
	})
}

// run gives stdout, stderr and the exit code of a line.
func (b *bench) run(line string) (string, string, int) {
	var out, err bytes.Buffer
	code := b.shell.Run(context.Background(), line, shell.Stdio{Out: &out, Err: &err, In: strings.NewReader("from stdin\n")})
	return out.String(), err.String(), code
}

// What curl 7.88.1 printed at the same mischief.
func TestFailures(t *testing.T) {
	setUp(t, func(b *bench) {
		for _, c := range []struct {
			line, out, err string
			code           int
		}{
			{"curl", "", hint, 2},
			{"curl -Z", "", "curl: option -Z: is not offered in this lab\n" + hint, 2},
			{"curl -s", "", "curl: no URL specified!\n" + hint, 2},
			{"curl --foo m1", "", "curl: option --foo: is unknown\n" + hint, 2},
			{"curl --form a=b m1", "", "curl: option --form: is not offered in this lab\n" + hint, 2},
			{"curl --data", "", "curl: option --data: requires parameter\n" + hint, 2},
			{"curl --re 1 m1", "", "curl: option --re: is ambiguous\n" + hint, 2},
			{"curl -m abc m1", "", "curl: option -m: expected a proper numerical parameter\n" + hint, 2},
			{"curl -d x -I m1", "", "Warning: You can only select one HTTP request method! You asked for both POST \nWarning: (-d, --data) and HEAD (-I, --head).\n", 2},
			{"curl -sS ftp://m1/", "", "curl: (1) Protocol \"ftp\" not supported or disabled in libcurl\n", 1},
			{"curl -sS http://m1:99999/", "", "curl: (3) URL using bad/illegal format or missing URL\n", 3},
			{"curl -sS 'http://m 1/'", "", "curl: (3) URL using bad/illegal format or missing URL\n", 3},
			{"curl -sS 'http://m1:{1,2'", "", "curl: (3) unmatched brace in URL position 11:\nhttp://m1:{1,2\n          ^\n", 3},
			{"curl -sS nosuch.invalid", "", "curl: (6) Could not resolve host: nosuch.invalid\n", 6},
			{"curl -s m1:4321", "", "", 7},
			{"curl -sS m1:4321", "", "curl: (7) Failed to connect to m1 port 4321 after 2 ms: Couldn't connect to server\n", 7},
			{"curl -sS 10.0.0.11:4321", "", "curl: (7) Failed to connect to 10.0.0.11 port 4321 after 2 ms: Couldn't connect to server\n", 7},
			{"curl -sS --connect-timeout 0.4 m2:2379", "", "curl: (28) Failed to connect to m2 port 2379 after 400 ms: Timeout was reached\n", 28},
			{"curl -sS -m .5 m2:2379", "", "curl: (28) Connection timed out after 500 milliseconds\n", 28},
			{"curl -sS m2:2379", "", "curl: (28) Failed to connect to m2 port 2379 after 127000 ms: Couldn't connect to server\n", 28},
			{"curl -sS m1:1", "", "curl: (52) Empty reply from server\n", 52},
			{"curl -sS m3:2", "", "curl: (56) Recv failure: Connection reset by peer\n", 56},
			{"curl -sS -m 0.5 m1:3", "", "curl: (28) Operation timed out after 500 milliseconds with 0 bytes received\n", 28},
			{"curl -sS -m 0.5 m1:4", "abc\n", "curl: (28) Operation timed out after 500 milliseconds with 4 out of 100 bytes received\n", 28},
			{"curl -sS m1:5", "abc\n", "curl: (18) transfer closed with 96 bytes remaining to read\n", 18},
			{"curl -sS m1:6", "", "curl: (1) Received HTTP/0.9 when not allowed\n", 1},
			{"curl -sS m1:7", "abc\n", "curl: (18) transfer closed with outstanding read data remaining\n", 18},
			{"curl -sS -f m1:2379/teapot", "", "curl: (22) The requested URL returned error: 503\n", 22},
			{"curl -sS --fail-with-body m1:2379/teapot", "no tea\n", "curl: (22) The requested URL returned error: 503\n", 22},
			{"curl -sS -o /no/x m1:2379/", "", "curl: (23) Failure writing output to destination\n", 23},
			{"curl -sS --data-urlencode @nofile m1:2379", "", "curl: option --data-urlencode: error encountered when reading a file\n" + hint, 26},
			{"curl -d @nofile m1:2379/x -o /dev/null --no-progress-meter", "", "Warning: Couldn't read data from file \"nofile\", this makes an empty POST.\n", 0},
			{"curl -s m1:4321 --retry 2 --retry-connrefused -S", "", "curl: (7) Failed to connect to m1 port 4321 after 2 ms: Couldn't connect to server\n", 7},
			{"curl --no-progress-meter m1:4321 --retry 1 --retry-connrefused", "", "Warning: Problem: connection refused. Will retry in 1 seconds. 1 retries left.\n" +
				"curl: (7) Failed to connect to m1 port 4321 after 2 ms: Couldn't connect to server\n", 7},
		} {
			if out, err, code := b.run(c.line); out != c.out || err != c.err || code != c.code {
				t.Errorf("$ %s\n%s%sexit %d\nwant\n%s%sexit %d", c.line, out, err, code, c.out, c.err, c.code)
			}
		}
	})
}

const hint = "curl: try 'curl --help' or 'curl --manual' for more information\n"

// The heads that curl 7.88.1 sent, and its verbose report of them.
func TestRequests(t *testing.T) {
	const usual = "Host: m1:8\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n"
	const form = "Content-Type: application/x-www-form-urlencoded\r\n"
	setUp(t, func(b *bench) {
		b.run("printf 'a\\nb\\n' >body")
		for _, c := range []struct{ args, want string }{
			{"m1:8", "GET / HTTP/1.1\r\n" + usual + "\r\n"},
			{"http://m1:8/p/q?x=1#frag", "GET /p/q?x=1 HTTP/1.1\r\n" + usual + "\r\n"},
			{"-0 m1:8", "GET / HTTP/1.0\r\n" + usual + "\r\n"},
			{"-d a=b m1:8", "POST / HTTP/1.1\r\n" + usual + "Content-Length: 3\r\n" + form + "\r\na=b"},
			{"-XPUT -da=b -d c m1:8", "PUT / HTTP/1.1\r\n" + usual + "Content-Length: 5\r\n" + form + "\r\na=b&c"},
			{"-d @body m1:8", "POST / HTTP/1.1\r\n" + usual + "Content-Length: 2\r\n" + form + "\r\nab"},
			{"-d @- m1:8", "POST / HTTP/1.1\r\n" + usual + "Content-Length: 10\r\n" + form + "\r\nfrom stdin"},
			{"--data-binary @body m1:8", "POST / HTTP/1.1\r\n" + usual + "Content-Length: 4\r\n" + form + "\r\na\nb\n"},
			{"--data-raw @body m1:8", "POST / HTTP/1.1\r\n" + usual + "Content-Length: 5\r\n" + form + "\r\n@body"},
			{"--data-urlencode 'k=a b&' m1:8", "POST / HTTP/1.1\r\n" + usual + "Content-Length: 10\r\n" + form + "\r\nk=a%20b%26"},
			{"-X POST m1:8", "POST / HTTP/1.1\r\n" + usual + "\r\n"},
			{"-G -d a=b -d c=d m1:8/x", "GET /x?a=b&c=d HTTP/1.1\r\n" + usual + "\r\n"},
			{"-H 'X-A: 1' -H 'Accept:' -H 'X-E;' m1:8", "GET / HTTP/1.1\r\nHost: m1:8\r\nUser-Agent: curl/7.88.1\r\nX-A: 1\r\nX-E: \r\n\r\n"},
			{"-A me -u a:b m1:8", "GET / HTTP/1.1\r\nHost: m1:8\r\nAuthorization: Basic YTpi\r\nUser-Agent: me\r\nAccept: */*\r\n\r\n"},
			{"--json '{}' m1:8", "POST / HTTP/1.1\r\nHost: m1:8\r\nUser-Agent: curl/7.88.1\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: 2\r\n\r\n{}"},
			{"-kLsN4 --cacert ca.crt --cert c.crt --key c.key m1:8", "GET / HTTP/1.1\r\n" + usual + "\r\n"},
			{"--resolve etcd.example.com:8:10.0.0.11 etcd.example.com:8", "GET / HTTP/1.1\r\nHost: etcd.example.com:8\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n"},
			{"--conn 1 m1:8", "GET / HTTP/1.1\r\n" + usual + "\r\n"}, // an abbreviation that is unambiguous
		} {
			if out, err, code := b.run("curl -s " + c.args); out != c.want || code != 0 {
				t.Errorf("$ curl %s\n%q %s exit %d\nwant\n%q", c.args, out, err, code, c.want)
			}
		}
	})
}

func TestOutput(t *testing.T) {
	const date = "Date: Sat, 01 Jan 2000 00:"
	setUp(t, func(b *bench) {
		for _, c := range []struct{ line, out, err string }{
			{"curl -s 'm1:2379/{a,b}[1-2]' -w '\\n'", "GET /a1 \"\"\nGET /a2 \"\"\nGET /b1 \"\"\nGET /b2 \"\"\n", ""},
			{"curl -sg 'm1:2379/%7Ba%7D'", "GET /%7Ba%7D \"\"", ""},
			{"curl -s m1:2379/x -o f; cat f", "GET /x \"\"", ""},
			{"curl -sO m1:2379/name?x; cat name", "GET /name?x \"\"", ""},
			{"curl -s m1:2379/empty -o e; wc -c <e", "0\n", ""},
			{"curl -s -o 1 m1:2379/1 -o 2 m1:2379/2 m1:2379/3; cat 2 1", "GET /3 \"\"GET /2 \"\"GET /1 \"\"", ""},
			{"curl -s m1:2379/ -o /dev/null -w '%{http_code} %{size_download} %{method} %{remote_ip}:%{remote_port} %{num_connects} %{scheme} 100%%\\t%{exitcode}\\n'",
				"200 8 GET 10.0.0.11:2379 1 HTTP 100%\t0\n", ""},
			{"curl -s m1:4321 -w '%{http_code} %{exitcode} %{errormsg}\\n'", "000 7 Failed to connect to m1 port 4321 after 2 ms: Couldn't connect to server\n", ""},
			{"curl -s m1:2379/ -o /dev/null -w '%{time_connect} %{time_starttransfer} %{time_total}\\n'", "0.002000 0.004000 0.004000\n", ""},
			{"curl -s m1:2379/ -o /dev/null -w '%{nosuch}%{stderr}%{http_code}'", "", "curl: unknown --write-out variable: 'nosuch'\n200"},
			{"curl m1:2379/ | cat", "GET / \"\"", meterTitle + "100     8  100     8    0     0   2000      0 --:--:-- --:--:-- --:--:--  2000\n"},
			{"curl -i -s m1:2379/v3/x | grep -v Date:", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 27\r\n\r\n{\"header\":{\"revision\":\"7\"}}\n", ""},
			{"curl -I -s m1:2379/teapot | head -n 1", "HTTP/1.1 503 Service Unavailable\r\n", ""},
			{"curl -s -D h m1:2379/v3/x >/dev/null; wc -l <h", "5\n", ""},
		} {
			if out, err, _ := b.run(c.line); out != c.out || err != c.err {
				t.Errorf("$ %s\n%s%s\nwant\n%s%s", c.line, out, err, c.out, c.err)
			}
		}
		out, err, _ := b.run("curl -sv m1:2379/1 m1:2379/2 -d x")
		want := `*   Trying 10.0.0.11:2379...
* Connected to m1 (10.0.0.11) port 2379 (#0)
> POST /1 HTTP/1.1
> Host: m1:2379
> User-Agent: curl/7.88.1
> Accept: */*
> Content-Length: 1
> Content-Type: application/x-www-form-urlencoded
> 
} [1 bytes data]
< HTTP/1.1 200 OK
< Date
< Content-Length: 11
< Content-Type: text/plain; charset=utf-8
< 
{ [11 bytes data]
* Connection #0 to host m1 left intact
* Re-using existing connection #0 with host m1
`
		var lines []string
		for line := range strings.Lines(err) {
			if strings.HasPrefix(line, "< "+date) {
				line = "< Date\n"
			}
			lines = append(lines, line)
		}
		if got := strings.Join(lines, ""); !strings.HasPrefix(got, want) || out != `POST /1 "x"POST /2 "x"` {
			t.Errorf("%s%s\nwant\n%s", got, out, want)
		}
	})
}

// Ctrl-C ends curl where it waits.
func TestInterrupt(t *testing.T) {
	setUp(t, func(b *bench) {
		for _, url := range []string{"m1:3", "m2:2379"} {
			ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
			began := time.Now()
			code := b.shell.Run(ctx, "curl "+url, shell.Stdio{})
			cancel()
			if code != exitInterrupted || time.Since(began) > 4*time.Second {
				t.Errorf("curl %s: exit %d after %v", url, code, time.Since(began))
			}
		}
	})
}

// What is asked of the JSON gateway is told as etcdctl's requests are.
func TestEvents(t *testing.T) {
	setUp(t, func(b *bench) {
		b.run(`curl -s m1:2379/v3/kv/put -d '{"key":"Zm9v","value":"YmFy"}'; curl -s m1:2379/health; curl -s -m 1 m1:3/v3/kv/deleterange -d '{"key":"Zm9v"}'`)
		var got []string
		for _, e := range b.events {
			got = append(got, fmt.Sprintf("%s %d %s %s %s=%s ok=%v unknown=%v rev=%d %s", e.Type, e.ID, e.Member, e.Method, e.Key, e.Value, e.OK, e.Unknown, e.Rev, e.Error))
		}
		want := []string{
			"request 1 m1 Put foo=bar ok=false unknown=false rev=0 ",
			"reply 1 m1 Put = ok=true unknown=false rev=7 ",
			"request 2 m1 DeleteRange foo= ok=false unknown=false rev=0 ",
			"reply 2 m1 DeleteRange = ok=false unknown=true rev=0 Operation timed out after 1000 milliseconds with 0 bytes received",
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("events:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

func TestExpand(t *testing.T) {
	for arg, want := range map[string]string{
		"http://m1/":        "http://m1/",
		"m[1-3]:2379":       "m1:2379 m2:2379 m3:2379",
		"m{1,3}/{a,b}":      "m1/a m1/b m3/a m3/b",
		"m[08-10:2]":        "m08 m10",
		"[a-c]":             "a b c",
		`\{x\}`:             "{x}",
		"m[1-999999999]":    "error",
		"m[3-1]":            "error",
		"m[1":               "error",
		"m{}":               "error",
		"[1-99][1-99][1-9]": "error",
	} {
		list, err := expand(arg, false)
		got := strings.Join(list, " ")
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%s: %s (%v), want %s", arg, got, err, want)
		}
	}
}

func TestComplete(t *testing.T) {
	c := Completer{Members: func() []string { return []string{"m1", "m2"} }}
	for typed, want := range map[string]string{
		"curl http":                 "http://m1:2379",
		"curl -s http://m2:2379/re": "http://m2:2379/readyz?verbose",
		"curl m1:2379/v3/kv/r":      "m1:2379/v3/kv/range",
		"curl --con":                "--connect-timeout",
		"curl -X ":                  "POST",
		"curl -o ":                  shell.FileHere,
	} {
		words := strings.Split(typed, " ")
		last := words[len(words)-1]
		found := false
		for _, offer := range c.Complete(words[:len(words)-1], last) {
			found = found || offer == want
		}
		if !found {
			t.Errorf("%s: no %s", typed, want)
		}
	}
}
