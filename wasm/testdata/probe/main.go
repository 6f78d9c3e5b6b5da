// Command probe is a small reactor with the exports of lab.wasm: what a host
// must get right, without the lab. It draws on every source of chance and time
// that a Go program has, tells what each WASI call answers, and dies in as many
// ways as a world can. Tests of both hosts run it and compare.
package main

import (
	crand "crypto/rand"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

func main() {}

var (
	in      []byte
	start   = time.Now()
	keep    [][]byte
	work    = make(chan int)
	results = make(chan int)
	done    = map[string]int{"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}
)

//go:wasmimport lab emit
func hostEmit(at unsafe.Pointer, length uint32)

func emit(kind, format string, a ...any) {
	text, _ := json.Marshal(fmt.Sprintf(format, a...))
	line := fmt.Appendf(nil, `{"t":%d,"type":%q,"text":%s}`, time.Since(start).Microseconds(), kind, text)
	hostEmit(unsafe.Pointer(&line[0]), uint32(len(line)))
}

//go:wasmexport buffer
func buffer(n uint32) uint32 {
	in = make([]byte, n+1)
	return uint32(uintptr(unsafe.Pointer(&in[0])))
}

//go:wasmexport boot
func boot(n uint32) uint32 {
	if strings.Contains(string(in[:n]), `"token":"refuse"`) {
		emit("error", "refused: %s", in[:n])
		return 1
	}
	emit("world", "%s at %s", in[:n], time.Now().UTC().Format(time.RFC3339Nano))
	for range 4 {
		go worker()
	}
	go feed()
	return 0
}

// worker answers whom select happens to choose, after a random sleep.
func worker() {
	timer := time.NewTicker(7 * time.Millisecond)
	for {
		select {
		case n := <-work:
			time.Sleep(time.Duration(rand.IntN(5000)) * time.Microsecond)
			results <- n
		case <-timer.C:
		}
	}
}

func feed() {
	for n := 0; ; n++ {
		select {
		case work <- n:
		case r := <-results:
			emit("result", "%d of %d", r, n)
		}
	}
}

//go:wasmexport tick
func tick() {
	time.Sleep(10 * time.Millisecond)
	var names strings.Builder
	for name := range done {
		names.WriteString(name)
	}
	var b [5]byte
	_, _ = crand.Read(b[:])
	emit("tick", "%s %x %s", names.String(), b, time.Now().UTC().Format(time.RFC3339Nano))
}

//go:wasmexport input
func input(n uint32) uint32 {
	var command struct{ Type, Text string }
	if err := json.Unmarshal(in[:n], &command); err != nil || command.Type != "line" {
		emit("error", "refused: %s", in[:n])
		return 1
	}
	verb, rest, _ := strings.Cut(command.Text, " ")
	amount, _ := strconv.Atoi(rest)
	emit("input", "%s", in[:n])
	run(verb, amount)
	return 0
}

func run(verb string, amount int) {
	switch verb {
	case "panic":
		go func() { panic("the probe was told to panic") }()
	case "exit":
		fmt.Fprintln(os.Stderr, "last words")
		os.Exit(amount)
	case "trap":
		hostEmit(unsafe.Pointer(&out), 1<<31)
	case "grow":
		for range amount {
			keep = append(keep, make([]byte, 1<<20))
		}
	case "recurse":
		emit("depth", "%d", recurse(amount))
	case "spin":
		go func() {
			for {
				keep[0][0]++
			}
		}()
	case "wasi":
		wasi()
	case "eternity":
		eternity()
	}
}

//go:noinline
func recurse(n int) int {
	if n == 0 {
		return 0
	}
	return 1 + recurse(n-1)
}
