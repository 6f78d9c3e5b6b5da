// Package auth is etcd's authentication: users, roles and what a role permits
// (https://etcd.io/docs/v3.6/op-guide/authentication/rbac/), and the tokens that
// stand for a user who gave the right password.
//
// A Store is a deterministic function of the requests applied to it and is part
// of a member's state machine. Tokens belong to one process and end with it.
package auth

// Error is a refusal in etcd's words, with gRPC's name of its code. A request
// that was refused had no effect.
type Error struct{ Code, Text string }

func (e *Error) Error() string { return e.Text }

// The refusals (api/v3rpc/rpctypes/error.go).
var (
	ErrRootUserNotExist     = &Error{"FailedPrecondition", "etcdserver: root user does not exist"}
	ErrRootRoleNotExist     = &Error{"FailedPrecondition", "etcdserver: root user does not have root role"}
	ErrUserAlreadyExist     = &Error{"FailedPrecondition", "etcdserver: user name already exists"}
	ErrUserEmpty            = &Error{"InvalidArgument", "etcdserver: user name is empty"}
	ErrUserNotFound         = &Error{"FailedPrecondition", "etcdserver: user name not found"}
	ErrRoleAlreadyExist     = &Error{"FailedPrecondition", "etcdserver: role name already exists"}
	ErrRoleNotFound         = &Error{"FailedPrecondition", "etcdserver: role name not found"}
	ErrRoleEmpty            = &Error{"InvalidArgument", "etcdserver: role name is empty"}
	ErrAuthFailed           = &Error{"InvalidArgument", "etcdserver: authentication failed, invalid user ID or password"}
	ErrNoPasswordUser       = &Error{"Unknown", "auth: authentication failed, password was given for no password user"}
	ErrPasswordTooLong      = &Error{"Unknown", "bcrypt: password length exceeds 72 bytes"}
	ErrPermissionNotGiven   = &Error{"InvalidArgument", "etcdserver: permission not given"}
	ErrPermissionDenied     = &Error{"PermissionDenied", "etcdserver: permission denied"}
	ErrRoleNotGranted       = &Error{"FailedPrecondition", "etcdserver: role is not granted to the user"}
	ErrPermissionNotGranted = &Error{"FailedPrecondition", "etcdserver: permission is not granted to the role"}
	ErrAuthNotEnabled       = &Error{"FailedPrecondition", "etcdserver: authentication is not enabled"}
	ErrInvalidAuthToken     = &Error{"Unauthenticated", "etcdserver: invalid auth token"}
	ErrInvalidAuthMgmt      = &Error{"InvalidArgument", "etcdserver: invalid auth management"}
	ErrAuthOldRevision      = &Error{"InvalidArgument", "etcdserver: revision of auth store is old"}
)

// root is the name of the user and of the role that may do everything.
const root = "root"

// Caller is on whose behalf a request is made. The zero Caller gave no name,
// which is all that is needed while authentication is off.
type Caller struct {
	Name     string
	Revision uint64 // of the store when the token was looked at
}
