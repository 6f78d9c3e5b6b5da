package host

import (
	"context"
	"fmt"
	"os"
	"quorumlab/lab/recording"
	"testing"
	"time"
)

func TestX(t *testing.T) {
	w, _ := os.ReadFile("/tmp/h/probe.wasm")
	t0 := time.Now()
	m, err := Compile(context.Background(), w, "/tmp/h/cache")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(time.Since(t0))
	f, _ := os.Open("/tmp/h/r.json")
	rec, err := recording.Read(f, "r")
	if err != nil {
		t.Fatal(err)
	}
	o, _ := os.Create("/tmp/h/go.ev")
	r, err := m.Replay(context.Background(), rec, Options{OnEvent: func(l []byte) { o.Write(l); o.Write(newline) }})
	fmt.Printf("%v %#v\n", r, err)
}
