package host

// splitMix64 is the world's only source of chance (Steele, Lea and Flood 2014,
// the finaliser of Stafford's mix 13). wasm/testdata/random.json holds vectors
// that every host is tested against.
type splitMix64 struct{ state uint64 }

// next is the next 64 bits.
func (r *splitMix64) next() uint64 {
	r.state += 0x9E3779B97F4A7C15
	z := r.state
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB
	return z ^ (z >> 31)
}

// fill writes outputs little endian; what is left of the last one is thrown
// away.
func (r *splitMix64) fill(b []byte) {
	var bits uint64
	for i := range b {
		if i%8 == 0 {
			bits = r.next()
		}
		b[i] = byte(bits)
		bits >>= 8
	}
}
