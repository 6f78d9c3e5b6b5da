package api

// Route is one path of etcd's HTTP gateway
// (https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/): a POST of the
// request in JSON is a call of Method.
type Route struct {
	Path, Method string
	// Stream: each message of the answer is a line {"result":…}.
	Stream bool

	request, response func() any
}

// Request makes an empty request.
func (r *Route) Request() any { return r.request() }

// Response makes an empty response.
func (r *Route) Response() any { return r.response() }

// RouteAt finds the route of a path, or nil.
func RouteAt(path string) *Route {
	for i := range routes {
		if routes[i].Path == path {
			return &routes[i]
		}
	}
	return nil
}

func unary[Request, Response any](path, method string) Route {
	return Route{path, method, false, func() any { return new(Request) }, func() any { return new(Response) }}
}

func stream[Request, Response any](path, method string) Route {
	r := unary[Request, Response](path, method)
	r.Stream = true
	return r
}

// routes in the order of etcd's rpc.proto.
var routes = []Route{
	unary[RangeRequest, RangeResponse]("/v3/kv/range", "/etcdserverpb.KV/Range"),
	unary[PutRequest, PutResponse]("/v3/kv/put", "/etcdserverpb.KV/Put"),
	unary[DeleteRangeRequest, DeleteRangeResponse]("/v3/kv/deleterange", "/etcdserverpb.KV/DeleteRange"),
	unary[TxnRequest, TxnResponse]("/v3/kv/txn", "/etcdserverpb.KV/Txn"),
	unary[CompactionRequest, CompactionResponse]("/v3/kv/compaction", "/etcdserverpb.KV/Compact"),

	stream[WatchRequest, WatchResponse]("/v3/watch", "/etcdserverpb.Watch/Watch"),

	unary[LeaseGrantRequest, LeaseGrantResponse]("/v3/lease/grant", "/etcdserverpb.Lease/LeaseGrant"),
	unary[LeaseRevokeRequest, LeaseRevokeResponse]("/v3/lease/revoke", "/etcdserverpb.Lease/LeaseRevoke"),
	unary[LeaseRevokeRequest, LeaseRevokeResponse]("/v3/kv/lease/revoke", "/etcdserverpb.Lease/LeaseRevoke"),
	stream[LeaseKeepAliveRequest, LeaseKeepAliveResponse]("/v3/lease/keepalive", "/etcdserverpb.Lease/LeaseKeepAlive"),
	unary[LeaseTimeToLiveRequest, LeaseTimeToLiveResponse]("/v3/lease/timetolive", "/etcdserverpb.Lease/LeaseTimeToLive"),
	unary[LeaseTimeToLiveRequest, LeaseTimeToLiveResponse]("/v3/kv/lease/timetolive", "/etcdserverpb.Lease/LeaseTimeToLive"),
	unary[LeaseLeasesRequest, LeaseLeasesResponse]("/v3/lease/leases", "/etcdserverpb.Lease/LeaseLeases"),
	unary[LeaseLeasesRequest, LeaseLeasesResponse]("/v3/kv/lease/leases", "/etcdserverpb.Lease/LeaseLeases"),

	unary[MemberAddRequest, MemberAddResponse]("/v3/cluster/member/add", "/etcdserverpb.Cluster/MemberAdd"),
	unary[MemberRemoveRequest, MemberRemoveResponse]("/v3/cluster/member/remove", "/etcdserverpb.Cluster/MemberRemove"),
	unary[MemberUpdateRequest, MemberUpdateResponse]("/v3/cluster/member/update", "/etcdserverpb.Cluster/MemberUpdate"),
	unary[MemberListRequest, MemberListResponse]("/v3/cluster/member/list", "/etcdserverpb.Cluster/MemberList"),
	unary[MemberPromoteRequest, MemberPromoteResponse]("/v3/cluster/member/promote", "/etcdserverpb.Cluster/MemberPromote"),

	unary[AlarmRequest, AlarmResponse]("/v3/maintenance/alarm", "/etcdserverpb.Maintenance/Alarm"),
	unary[StatusRequest, StatusResponse]("/v3/maintenance/status", "/etcdserverpb.Maintenance/Status"),
	unary[DefragmentRequest, DefragmentResponse]("/v3/maintenance/defragment", "/etcdserverpb.Maintenance/Defragment"),
	unary[HashRequest, HashResponse]("/v3/maintenance/hash", "/etcdserverpb.Maintenance/Hash"),
	unary[HashKVRequest, HashKVResponse]("/v3/maintenance/hashkv", "/etcdserverpb.Maintenance/HashKV"),
	stream[SnapshotRequest, SnapshotResponse]("/v3/maintenance/snapshot", "/etcdserverpb.Maintenance/Snapshot"),
	unary[MoveLeaderRequest, MoveLeaderResponse]("/v3/maintenance/transfer-leadership", "/etcdserverpb.Maintenance/MoveLeader"),
	unary[DowngradeRequest, DowngradeResponse]("/v3/maintenance/downgrade", "/etcdserverpb.Maintenance/Downgrade"),

	unary[AuthEnableRequest, AuthResponse]("/v3/auth/enable", "/etcdserverpb.Auth/AuthEnable"),
	unary[AuthDisableRequest, AuthResponse]("/v3/auth/disable", "/etcdserverpb.Auth/AuthDisable"),
	unary[AuthStatusRequest, AuthStatusResponse]("/v3/auth/status", "/etcdserverpb.Auth/AuthStatus"),
	unary[AuthenticateRequest, AuthenticateResponse]("/v3/auth/authenticate", "/etcdserverpb.Auth/Authenticate"),
	unary[AuthUserAddRequest, AuthResponse]("/v3/auth/user/add", "/etcdserverpb.Auth/UserAdd"),
	unary[AuthUserGetRequest, AuthUserGetResponse]("/v3/auth/user/get", "/etcdserverpb.Auth/UserGet"),
	unary[AuthUserListRequest, AuthUserListResponse]("/v3/auth/user/list", "/etcdserverpb.Auth/UserList"),
	unary[AuthUserDeleteRequest, AuthResponse]("/v3/auth/user/delete", "/etcdserverpb.Auth/UserDelete"),
	unary[AuthUserChangePasswordRequest, AuthResponse]("/v3/auth/user/changepw", "/etcdserverpb.Auth/UserChangePassword"),
	unary[AuthUserGrantRoleRequest, AuthResponse]("/v3/auth/user/grant", "/etcdserverpb.Auth/UserGrantRole"),
	unary[AuthUserRevokeRoleRequest, AuthResponse]("/v3/auth/user/revoke", "/etcdserverpb.Auth/UserRevokeRole"),
	unary[AuthRoleAddRequest, AuthResponse]("/v3/auth/role/add", "/etcdserverpb.Auth/RoleAdd"),
	unary[AuthRoleGetRequest, AuthRoleGetResponse]("/v3/auth/role/get", "/etcdserverpb.Auth/RoleGet"),
	unary[AuthRoleListRequest, AuthRoleListResponse]("/v3/auth/role/list", "/etcdserverpb.Auth/RoleList"),
	unary[AuthRoleDeleteRequest, AuthResponse]("/v3/auth/role/delete", "/etcdserverpb.Auth/RoleDelete"),
	unary[AuthRoleGrantPermissionRequest, AuthResponse]("/v3/auth/role/grant", "/etcdserverpb.Auth/RoleGrantPermission"),
	unary[AuthRoleRevokePermissionRequest, AuthResponse]("/v3/auth/role/revoke", "/etcdserverpb.Auth/RoleRevokePermission"),
}
