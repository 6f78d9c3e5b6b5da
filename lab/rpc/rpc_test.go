package rpc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"quorumlab/lab/network"
)

// echo answers "echo" with its body, "fail" with a failure, "count" with a
// stream of three, and "wait" never.
func echo(ctx context.Context, method string, body []byte, send func([]byte, network.Label) error) ([]byte, network.Label, error) {
	switch method {
	case "echo":
		return body, network.Label{}, nil
	case "fail":
		return nil, network.Label{}, &Failure{Code: "NotFound", Text: "no such thing"}
	case "count":
		for i := range 3 {
			if err := send([]byte{byte(i)}, network.Label{}); err != nil {
				return nil, network.Label{}, err
			}
		}
		return nil, network.Label{}, nil
	}
	<-ctx.Done()
	return nil, network.Label{}, ctx.Err()
}

// withConn gives a connection to a server that answers with echo.
func withConn(t *testing.T, test func(c *Conn, server *network.Host)) {
	synctest.Test(t, func(t *testing.T) {
		n := network.New(network.LinkState{Latency: time.Millisecond}, nil)
		a, b := n.AddHost("a", "10.0.0.1"), n.AddHost("b", "10.0.0.2")
		l, err := b.Listen(1)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			io.ReadFull(conn, make([]byte, 1)) // the magic byte
			Serve(context.Background(), conn, echo)
		}()
		wire, err := a.Dial("10.0.0.2", 1, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		c := NewConn(wire)
		<-c.Ready()
		test(c, b)
		c.Close()
		time.Sleep(time.Second)
		a.Kill()
		b.Kill()
		n.Close()
	})
}

func TestCalls(t *testing.T) {
	withConn(t, func(c *Conn, _ *network.Host) {
		got, err := c.Call(context.Background(), "echo", []byte("hello"), network.Label{})
		if err != nil || string(got) != "hello" {
			t.Errorf("echo: %q, %v", got, err)
		}
		var failure *Failure
		if _, err := c.Call(context.Background(), "fail", nil, network.Label{}); !errors.As(err, &failure) || *failure != (Failure{"NotFound", "no such thing"}) {
			t.Errorf("fail: %v", err)
		}
		var counted []byte
		err = c.Stream(context.Background(), "count", nil, network.Label{}, func(b []byte) error {
			counted = append(counted, b...)
			return nil
		})
		if err != nil || string(counted) != "\x00\x01\x02" {
			t.Errorf("count: %x, %v", counted, err)
		}
	})
}

// Many calls at once each get their own answer, also when their frames share
// segments.
func TestManyCallsAtOnce(t *testing.T) {
	withConn(t, func(c *Conn, _ *network.Host) {
		var all sync.WaitGroup
		for i := range 200 {
			all.Go(func() {
				want := fmt.Sprint("call ", i)
				if got, err := c.Call(context.Background(), "echo", []byte(want), network.Label{}); err != nil || string(got) != want {
					t.Errorf("%s was answered with %q, %v", want, got, err)
				}
			})
		}
		all.Wait()
	})
}

func TestCallsEnd(t *testing.T) {
	withConn(t, func(c *Conn, server *network.Host) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if _, err := c.Call(ctx, "wait", nil, network.Label{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("with a deadline: %v", err)
		}
		time.AfterFunc(time.Second, server.Kill)
		if _, err := c.Call(context.Background(), "wait", nil, network.Label{}); !errors.Is(err, ErrClosed) {
			t.Errorf("when the server dies: %v, want ErrClosed: nobody knows what came of it", err)
		}
		if _, err := c.Call(context.Background(), "echo", nil, network.Label{}); !errors.Is(err, ErrClosed) {
			t.Errorf("after that: %v", err)
		}
	})
}

// A call carries the token of its context, and the handler finds it in its own.
func TestTokens(t *testing.T) {
	for _, token := range []string{"", "abc.1"} {
		head := headOf(WithToken(context.Background(), token), "/a.B/C")
		ctx, method := callerOf(context.Background(), head)
		if method != "/a.B/C" || Token(ctx) != token {
			t.Errorf("%q: %q, method %q, token %q", token, head, method, Token(ctx))
		}
	}
}
