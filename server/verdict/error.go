// Package verdict names the reasons for which a recording gets no verdict. It is
// apart from package judge so that a server that cannot replay need not link
// what replays.
package verdict

import (
	"fmt"
	"time"
)

// The codes of errors: what a program can tell apart.
const (
	CodeBadRecording    = "bad-recording"    // not a recording, or against its own rules
	CodeTooLarge        = "too-large"        // more bytes than a recording may have
	CodeTooLong         = "too-long"         // more virtual time than this server replays
	CodeWrongLab        = "wrong-lab"        // made with another lab.wasm
	CodeNoExercise      = "no-exercise"      // nothing to judge
	CodeUnknownExercise = "unknown-exercise" // not one of this server's, or changed since
	CodeCrash           = "crash"            // the world ends in a panic when replayed
	CodeBusy            = "busy"             // too many replays at once
	CodeTimeLimit       = "time-limit"       // the replay took too long here and now
	CodeNotHere         = "not-here"         // this server cannot replay
	CodeInternal        = "internal"
)

// Error says why there is no verdict.
type Error struct {
	Code    string
	Message string // for people: what was expected, what was seen

	// Definite says that the same recording will be refused again; false
	// means that the same request may succeed later or elsewhere.
	Definite bool

	RetryAfter time.Duration // for CodeBusy
}

func (e *Error) Error() string { return e.Message }

// Refuse makes a definite error.
func Refuse(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Definite: true}
}
