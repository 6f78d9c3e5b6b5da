package member

import (
	"context"

	"github.com/hashicorp/raft"

	"quorumlab/lab/api"
	"quorumlab/lab/auth"
	"quorumlab/lab/rpc"
)

// guards say what a call needs before it is looked at, while authentication is
// on. Calls that read or change keys are not here: what they need depends on
// the keys, and writes are judged when they are applied, by every member alike.
var guards = map[string]func(*auth.Store, auth.Caller) error{
	"/etcdserverpb.Cluster/MemberAdd":      (*auth.Store).CheckAdmin,
	"/etcdserverpb.Cluster/MemberRemove":   (*auth.Store).CheckAdmin,
	"/etcdserverpb.Cluster/MemberUpdate":   (*auth.Store).CheckAdmin,
	"/etcdserverpb.Cluster/MemberPromote":  (*auth.Store).CheckAdmin,
	"/etcdserverpb.Cluster/MemberList":     (*auth.Store).CheckUser,
	"/etcdserverpb.Maintenance/Status":     (*auth.Store).CheckUser,
	"/etcdserverpb.Maintenance/Alarm":      (*auth.Store).CheckUser,
	"/etcdserverpb.Maintenance/Hash":       (*auth.Store).CheckAdmin,
	"/etcdserverpb.Maintenance/HashKV":     (*auth.Store).CheckAdmin,
	"/etcdserverpb.Maintenance/Snapshot":   (*auth.Store).CheckAdmin,
	"/etcdserverpb.Maintenance/Defragment": (*auth.Store).CheckAdmin,
	"/etcdserverpb.Maintenance/MoveLeader": (*auth.Store).CheckAdmin,
	"/etcdserverpb.Maintenance/Downgrade":  (*auth.Store).CheckAdmin,
	"/etcdserverpb.Lease/LeaseGrant":       (*auth.Store).CheckUser,
	"/etcdserverpb.Lease/LeaseRevoke":      (*auth.Store).CheckUser,
	"/etcdserverpb.Lease/LeaseKeepAlive":   (*auth.Store).CheckUser,
	"/etcdserverpb.Lease/LeaseTimeToLive":  (*auth.Store).CheckUser,
	"/etcdserverpb.Lease/LeaseLeases":      (*auth.Store).CheckUser,
}

// guard refuses a call that its caller may not make at all.
func (m *Member) guard(ctx context.Context, method string) error {
	check := guards[method]
	if check == nil || !m.machine.auth.Enabled() {
		return nil
	}
	who, err := m.caller(ctx)
	if err != nil {
		return err
	}
	return check(m.machine.auth, who)
}

// caller is on whose behalf a call is made: nobody's while authentication is
// off or without a token. The error is ErrInvalidAuthToken. A token that this
// member cannot know yet is waited for.
func (m *Member) caller(ctx context.Context) (auth.Caller, error) {
	token := rpc.Token(ctx)
	if token == "" || !m.machine.auth.Enabled() {
		return auth.Caller{}, nil
	}
	index, ok := auth.IndexOf(token)
	if !ok {
		return auth.Caller{}, auth.ErrInvalidAuthToken
	}
	ctx, cancel := context.WithTimeout(ctx, RequestTimeout)
	defer cancel()
	if err := m.awaitApplied(ctx, index); err != nil {
		return auth.Caller{}, err
	}
	revision := m.machine.auth.Revision()
	name, ok := m.machine.tokens.User(token)
	if !ok {
		m.Log("warn", "invalid auth token", map[string]any{"token": token})
		return auth.Caller{}, auth.ErrInvalidAuthToken
	}
	return auth.Caller{Name: name, Revision: revision}, nil
}

// sign writes on a command on whose behalf it is proposed.
func (m *Member) sign(ctx context.Context, c *Command) error {
	who, err := m.caller(ctx)
	c.User, c.AuthRevision = who.Name, who.Revision
	return err
}

// permitted carries out a read of keys that its caller may read. If users or
// roles change meanwhile it might show too much: then it is refused, and the
// client tries again with a fresh token.
func (m *Member) permitted(ctx context.Context, key, end []byte, read func() error) error {
	if !m.machine.auth.Enabled() {
		return read()
	}
	who, err := m.caller(ctx)
	if err != nil {
		return err
	}
	if err := m.machine.auth.CheckRange(who, key, end); err != nil {
		return err
	}
	if err := read(); err != nil {
		return err
	}
	if who.Revision != m.machine.auth.Revision() {
		return auth.ErrAuthOldRevision
	}
	return nil
}

// authorize refuses a command when it is applied. It reads nothing but the
// state machine, so that all members come to the same end.
func (m *machine) authorize(c *Command) error {
	if !m.auth.Enabled() {
		return nil
	}
	who := auth.Caller{Name: c.User, Revision: c.AuthRevision}
	switch {
	case c.Put != nil:
		return m.authorizePut(who, c.Put)
	case c.DeleteRange != nil:
		return m.authorizeDelete(who, c.DeleteRange)
	case c.Compaction != nil:
		return m.auth.CheckAdmin(who)
	case c.Txn != nil:
		return m.authorizeTxn(who, c.Txn)
	case c.LeaseRevoke != nil && !c.Expired:
		return m.authorizeLease(who, c.LeaseRevoke.ID)
	}
	return nil // what is left is judged where it is carried out
}

func (m *machine) authorizePut(who auth.Caller, r *api.PutRequest) error {
	if err := m.auth.CheckPut(who, r.Key); err != nil {
		return err
	}
	if err := m.authorizeLease(who, r.Lease); err != nil || !r.PrevKv {
		return err
	}
	return m.auth.CheckRange(who, r.Key, nil)
}

func (m *machine) authorizeDelete(who auth.Caller, r *api.DeleteRangeRequest) error {
	if err := m.auth.CheckDelete(who, r.Key, r.RangeEnd); err != nil || !r.PrevKv {
		return err
	}
	return m.auth.CheckRange(who, r.Key, r.RangeEnd)
}

// applyAuth carries out a change of users, roles or tokens.
func (m *machine) applyAuth(c *Command, l *raft.Log) outcome {
	header := api.Header{Revision: m.store.Rev()}
	if r := c.Auth.Authenticate; r != nil {
		token := auth.WithIndex(r.Token, l.Index)
		m.tokens.Assign(token, r.Name)
		return outcome{resp: &api.AuthenticateResponse{Header: header, Token: token}}
	}
	change, err := m.auth.Apply(auth.Caller{Name: c.User, Revision: c.AuthRevision}, c.Auth)
	if err != nil {
		return outcome{err: err}
	}
	if change.ForgetAll {
		m.tokens.Clear()
	} else if change.Forget != "" {
		m.tokens.Forget(change.Forget)
	}
	m.tellAuth(change)
	return outcome{resp: &api.AuthResponse{Header: header}}
}

func (m *machine) tellAuth(change auth.Change) {
	if m.log == nil || change.Text == "" {
		return
	}
	fields := map[string]any{}
	for name, value := range change.Fields {
		fields[name] = value
	}
	m.log("info", change.Text, fields)
}

// Users is what this member knows of users and roles.
func (m *Member) Users() api.AuthState { return m.machine.auth.Snapshot() }
