package api

// Types of a Permission.
const (
	PermRead int32 = iota
	PermWrite
	PermReadWrite
)

// Permission is authpb.Permission: what may be done to the keys of [Key,
// RangeEnd), an interval as in a RangeRequest.
type Permission struct {
	PermType int32  `pb:"1" json:"permType,omitempty" enum:"READ,WRITE,READWRITE"`
	Key      []byte `pb:"2" json:"key,omitempty"`
	RangeEnd []byte `pb:"3" json:"range_end,omitempty"`
}

// AuthUser is authpb.User, as a member stores it.
type AuthUser struct {
	Name     string          `pb:"1" json:"name,omitempty"`
	Password []byte          `pb:"2" json:"password,omitempty"` // hashed
	Roles    []string        `pb:"3" json:"roles,omitempty"`    // sorted
	Options  *UserAddOptions `pb:"4" json:"options,omitempty"`
}

// AuthRole is authpb.Role, as a member stores it.
type AuthRole struct {
	Name        string        `pb:"1" json:"name,omitempty"`
	Permissions []*Permission `pb:"2" json:"keyPermission,omitempty"` // sorted by key
}

// AuthState is all that a member stores for authentication: users and roles are
// sorted by name. It is part of raft's snapshots and of saved ones.
type AuthState struct {
	Enabled  bool        `pb:"1"`
	Revision uint64      `pb:"2"` // raised by each change; 1 in a fresh store
	Users    []*AuthUser `pb:"3"`
	Roles    []*AuthRole `pb:"4"`
}

// AuthEnableRequest turns authentication on.
type AuthEnableRequest struct{}

// AuthDisableRequest turns authentication off.
type AuthDisableRequest struct{}

// AuthStatusRequest asks whether authentication is on.
type AuthStatusRequest struct{}

// AuthenticateRequest asks for a token.
type AuthenticateRequest struct {
	Name     string `pb:"1" json:"name,omitempty"`
	Password string `pb:"2" json:"password,omitempty"`
}

// UserAddOptions is authpb.UserAddOptions.
type UserAddOptions struct {
	NoPassword bool `pb:"1" json:"no_password,omitempty"`
}

// AuthUserAddRequest makes a user. Clients send Password; the log holds
// HashedPassword.
type AuthUserAddRequest struct {
	Name           string          `pb:"1" json:"name,omitempty"`
	Password       string          `pb:"2" json:"password,omitempty"`
	Options        *UserAddOptions `pb:"3" json:"options,omitempty"`
	HashedPassword string          `pb:"4" json:"hashedPassword,omitempty"`
}

// AuthUserGetRequest asks for a user's roles.
type AuthUserGetRequest struct {
	Name string `pb:"1" json:"name,omitempty"`
}

// AuthUserListRequest asks for the names of all users.
type AuthUserListRequest struct{}

// AuthUserDeleteRequest removes a user.
type AuthUserDeleteRequest struct {
	Name string `pb:"1" json:"name,omitempty"`
}

// AuthUserChangePasswordRequest is like AuthUserAddRequest for one that exists.
type AuthUserChangePasswordRequest struct {
	Name           string `pb:"1" json:"name,omitempty"`
	Password       string `pb:"2" json:"password,omitempty"`
	HashedPassword string `pb:"3" json:"hashedPassword,omitempty"`
}

// AuthUserGrantRoleRequest gives a user a role.
type AuthUserGrantRoleRequest struct {
	User string `pb:"1" json:"user,omitempty"`
	Role string `pb:"2" json:"role,omitempty"`
}

// AuthUserRevokeRoleRequest takes a role from a user.
type AuthUserRevokeRoleRequest struct {
	Name string `pb:"1" json:"name,omitempty"`
	Role string `pb:"2" json:"role,omitempty"`
}

// AuthRoleAddRequest makes a role.
type AuthRoleAddRequest struct {
	Name string `pb:"1" json:"name,omitempty"`
}

// AuthRoleGetRequest asks for a role's permissions.
type AuthRoleGetRequest struct {
	Role string `pb:"1" json:"role,omitempty"`
}

// AuthRoleListRequest asks for the names of all roles.
type AuthRoleListRequest struct{}

// AuthRoleDeleteRequest removes a role, from its users too.
type AuthRoleDeleteRequest struct {
	Role string `pb:"1" json:"role,omitempty"`
}

// AuthRoleGrantPermissionRequest gives a role a permission.
type AuthRoleGrantPermissionRequest struct {
	Name string      `pb:"1" json:"name,omitempty"`
	Perm *Permission `pb:"2" json:"perm,omitempty"`
}

// AuthRoleRevokePermissionRequest takes a permission from a role: the one with
// just this interval.
type AuthRoleRevokePermissionRequest struct {
	Role     string `pb:"1" json:"role,omitempty"`
	Key      []byte `pb:"2" json:"key,omitempty"`
	RangeEnd []byte `pb:"3" json:"range_end,omitempty"`
}

// AuthResponse answers each request of the Auth service whose answer is a
// header only.
type AuthResponse struct {
	Header Header `pb:"1" json:"header"`
}

// AuthStatusResponse answers an AuthStatusRequest.
type AuthStatusResponse struct {
	Header       Header `pb:"1" json:"header"`
	Enabled      bool   `pb:"2" json:"enabled,omitempty"`
	AuthRevision uint64 `pb:"3" json:"authRevision,omitempty"`
}

// AuthenticateResponse answers an AuthenticateRequest.
type AuthenticateResponse struct {
	Header Header `pb:"1" json:"header"`
	Token  string `pb:"2" json:"token,omitempty"`
}

// AuthUserGetResponse answers an AuthUserGetRequest.
type AuthUserGetResponse struct {
	Header Header   `pb:"1" json:"header"`
	Roles  []string `pb:"2" json:"roles,omitempty"`
}

// AuthUserListResponse answers an AuthUserListRequest.
type AuthUserListResponse struct {
	Header Header   `pb:"1" json:"header"`
	Users  []string `pb:"2" json:"users,omitempty"`
}

// AuthRoleGetResponse answers an AuthRoleGetRequest.
type AuthRoleGetResponse struct {
	Header Header        `pb:"1" json:"header"`
	Perm   []*Permission `pb:"2" json:"perm,omitempty"`
}

// AuthRoleListResponse answers an AuthRoleListRequest.
type AuthRoleListResponse struct {
	Header Header   `pb:"1" json:"header"`
	Roles  []string `pb:"2" json:"roles,omitempty"`
}

// Head is the header of a response, for who fills it in.
func (r *AuthResponse) Head() *Header         { return &r.Header }
func (r *AuthStatusResponse) Head() *Header   { return &r.Header }
func (r *AuthenticateResponse) Head() *Header { return &r.Header }
func (r *AuthUserGetResponse) Head() *Header  { return &r.Header }
func (r *AuthUserListResponse) Head() *Header { return &r.Header }
func (r *AuthRoleGetResponse) Head() *Header  { return &r.Header }
func (r *AuthRoleListResponse) Head() *Header { return &r.Header }
