package files

import (
	"errors"
	"io/fs"
	"strings"
)

// reason is an error with Linux's text that matches one of io/fs's sentinels.
type reason struct {
	text string
	like error
}

func (r *reason) Error() string        { return r.text }
func (r *reason) Is(target error) bool { return r.like != nil && target == r.like }

// Why an operation failed, in Linux's words.
var (
	ErrNotExist     error = &reason{"no such file or directory", fs.ErrNotExist}
	ErrExist        error = &reason{"file exists", fs.ErrExist}
	ErrPermission   error = &reason{"permission denied", fs.ErrPermission}
	ErrNotPermitted error = &reason{"operation not permitted", fs.ErrPermission}
	ErrReadOnly     error = &reason{"read-only file system", fs.ErrPermission}
	ErrInvalid      error = &reason{"invalid argument", fs.ErrInvalid}
	ErrClosed       error = &reason{"file already closed", fs.ErrClosed}
	ErrIsDirectory  error = &reason{"is a directory", nil}
	ErrNotDirectory error = &reason{"not a directory", nil}
	ErrNotEmpty     error = &reason{"directory not empty", nil}
	ErrNoSpace      error = &reason{"no space left on device", nil}
	ErrTooLarge     error = &reason{"file too large", nil}
	ErrNameTooLong  error = &reason{"file name too long", nil}
	ErrBusy         error = &reason{"device or resource busy", nil}
	ErrCrossDevice  error = &reason{"invalid cross-device link", nil}
	ErrBadFile      error = &reason{"bad file descriptor", nil}
	ErrIO           error = &reason{"input/output error", nil}
)

// Reason gives the text of an error as commands print it after a file's name:
// without operation and path, and with a capital ("No such file or directory").
func Reason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err
	}
	text := err.Error()
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// wrap names the operation and the path, once; a nil error stays nil.
func wrap(op, name string, err error) error {
	if err == nil {
		return nil
	}
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err
	}
	return &fs.PathError{Op: op, Path: name, Err: translate(err)}
}

// translate gives io/fs's own sentinels (a Tree may answer with them) Linux's text.
func translate(err error) error {
	for _, known := range []error{ErrNotExist, ErrExist, ErrPermission, ErrInvalid, ErrClosed} {
		if err == known.(*reason).like {
			return known
		}
	}
	return err
}
