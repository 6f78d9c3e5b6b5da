package etcdctl

// noEnd stands for the end of a range without end.
var noEnd = []byte{0}

// prefixEnd is the end of the range of all keys that begin with key: the last
// byte that can be raised is, and those behind it go.
func prefixEnd(key []byte) []byte {
	for i := len(key) - 1; i >= 0; i-- {
		if key[i] < 0xff {
			end := append([]byte{}, key[:i+1]...)
			end[i]++
			return end
		}
	}
	return noEnd
}

// wide gives key and range end for --prefix and --from-key; the empty key
// stands for the first of all.
func wide(key []byte, prefix, fromKey bool) (from, end []byte) {
	switch {
	case len(key) == 0 && (prefix || fromKey):
		return []byte{0}, noEnd
	case prefix:
		return key, prefixEnd(key)
	case fromKey:
		return key, noEnd
	}
	return key, nil
}
