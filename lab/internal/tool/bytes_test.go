package tool

import "testing"

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 9: "9 B", 10: "10 B", 999: "999 B", 1000: "1.0 kB", 1234: "1.2 kB", 9950: "10 kB", 16384: "16 kB",
		20480: "20 kB", 20512: "20 kB", 24608: "25 kB", 2147483648: "2.1 GB", 1 << 62: "4.6 EB",
	} {
		if got := Bytes(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
