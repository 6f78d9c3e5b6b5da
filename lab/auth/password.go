package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
)

// passwordBytesMax is where etcd's bcrypt ends.
const passwordBytesMax = 72

// saltBytes is the length of the salt before a stored hash.
const saltBytes = 16

// HashPassword is what a member proposes to store for a password: a fresh salt
// and SHA-256 over both, in hexadecimal. The salt is drawn once, by the member
// that takes the request, and reaches all others through the log. The error is
// ErrPasswordTooLong.
func HashPassword(password string) (string, error) {
	if len(password) > passwordBytesMax {
		return "", ErrPasswordTooLong
	}
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails
	return hex.EncodeToString(salted(salt, password)), nil
}

func salted(salt []byte, password string) []byte {
	sum := sha256.Sum256(append(append([]byte{}, salt...), password...))
	return append(salt, sum[:]...)
}

// matches compares a password with what HashPassword gave.
func matches(stored []byte, password string) bool {
	b, err := hex.DecodeString(string(stored))
	if err != nil || len(b) != saltBytes+sha256.Size {
		return false
	}
	return subtle.ConstantTimeCompare(b, salted(b[:saltBytes:saltBytes], password)) == 1
}
