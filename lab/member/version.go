package member

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"quorumlab/lab/api"
	"quorumlab/lab/rpc"
)

// versionState is the version that the whole cluster speaks, and whether it is
// about to be lowered. It is replicated.
type versionState struct {
	Cluster string `pb:"1"` // "3.6.0"; empty: StorageVersion
	Enabled bool   `pb:"2"`
	Target  string `pb:"3"` // of the downgrade
}

// versionChange is a change of it in the log: the whole of what follows.
type versionChange struct {
	Downgrade *api.Downgrade `pb:"1"`
	Cluster   string         `pb:"2"`
}

// versions is a member's copy. Safe for concurrent use.
type versions struct {
	mu      sync.Mutex
	state   versionState
	changed func() // set once, before anything is applied
}

func newVersions() *versions { return &versions{changed: func() {}} }

func (v *versions) snapshot() versionState {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.state
}

func (v *versions) restore(s versionState) {
	v.mu.Lock()
	v.state = s
	v.mu.Unlock()
	v.changed()
}

func (s versionState) cluster() string {
	if s.Cluster == "" {
		return StorageVersion
	}
	return s.Cluster
}

// wanted is what the cluster's version has to become.
func (s versionState) wanted() string {
	if s.Enabled {
		return s.Target
	}
	return StorageVersion
}

func (m *machine) applyVersion(c *versionChange) outcome {
	s := m.version.snapshot()
	if c.Downgrade != nil {
		s.Enabled, s.Target = c.Downgrade.Enabled, c.Downgrade.TargetVersion
	}
	if c.Cluster != "" {
		s.Cluster = c.Cluster
	}
	m.version.restore(s)
	return outcome{resp: &api.DowngradeResponse{Header: api.Header{Revision: m.store.Rev()}}}
}

// versionCheck is how often etcd's leader looks whether the cluster's version
// fits (FACTS of the real one: about 4 s).
const versionCheck = 4 * time.Second

// watchVersion brings the cluster's version to what is wanted, some time after
// a change. Nothing waits while it fits.
func (m *Member) watchVersion() {
	checking := make(chan struct{}, 1)
	m.machine.version.changed = func() {
		if s := m.machine.version.snapshot(); s.cluster() == s.wanted() {
			return
		}
		select {
		case checking <- struct{}{}:
			go func() {
				m.settleVersion()
				<-checking
				if m.ctx.Err() == nil {
					m.machine.version.changed() // what changed meanwhile
				}
			}()
		default: // somebody is at it
		}
	}
}

func (m *Member) settleVersion() {
	for {
		select {
		case <-time.After(versionCheck):
		case <-m.ctx.Done():
			return
		}
		s := m.machine.version.snapshot()
		if s.cluster() == s.wanted() {
			return
		}
		if m.raft.State() == raft.Leader {
			_, _ = m.write(m.ctx, &Command{Version: &versionChange{Cluster: s.wanted()}}) // if not, then next time
		}
	}
}

// Errors of a downgrade.
var (
	errTargetFormat  = &rpc.Failure{Code: "InvalidArgument", Text: "etcdserver: wrong downgrade target version format"}
	errTargetVersion = &rpc.Failure{Code: "InvalidArgument", Text: "etcdserver: invalid downgrade target version"}
	errDowngrading   = &rpc.Failure{Code: "FailedPrecondition", Text: "etcdserver: cluster has a downgrade job in progress"}
)

// downgrade carries out a DowngradeRequest; its answer names the cluster's
// version as it was.
func (m *Member) downgrade(ctx context.Context, r *api.DowngradeRequest) (any, error) {
	resp := &api.DowngradeResponse{Version: minorVersion(m.machine.version.snapshot().cluster())}
	var err error
	switch r.Action {
	case api.DowngradeValidate:
		_, err = m.validTarget(ctx, r.Version)
	case api.DowngradeEnable:
		err = m.enableDowngrade(ctx, r.Version)
	case api.DowngradeCancel:
		err = m.cancelDowngrade(ctx)
	default:
		err = &rpc.Failure{Code: "InvalidArgument", Text: "etcdserver: unknown method"}
	}
	if err != nil {
		return nil, err
	}
	resp.Header = m.header()
	return resp, nil
}

// validTarget gives the version in full: the one before the cluster's is the
// only one to go to.
func (m *Member) validTarget(ctx context.Context, version string) (string, error) {
	major, minor, ok := parseVersion(version)
	if !ok {
		return "", errTargetFormat
	}
	if err := m.linearize(ctx); err != nil {
		return "", err
	}
	s := m.machine.version.snapshot()
	atMajor, atMinor, _ := parseVersion(s.cluster())
	switch {
	case major != atMajor || minor != atMinor-1:
		return "", errTargetVersion
	case s.Enabled:
		return "", errDowngrading
	}
	return strconv.Itoa(major) + "." + strconv.Itoa(minor) + ".0", nil
}

func (m *Member) enableDowngrade(ctx context.Context, version string) error {
	target, err := m.validTarget(ctx, version)
	if err != nil {
		return err
	}
	_, err = m.write(ctx, &Command{Version: &versionChange{Downgrade: &api.Downgrade{Enabled: true, TargetVersion: target}}})
	return err
}

// cancelDowngrade succeeds also if there is nothing to cancel, as etcd's does.
func (m *Member) cancelDowngrade(ctx context.Context) error {
	if err := m.linearize(ctx); err != nil {
		return err
	}
	if !m.machine.version.snapshot().Enabled {
		return nil
	}
	_, err := m.write(ctx, &Command{Version: &versionChange{Downgrade: &api.Downgrade{}}})
	return err
}

// parseVersion reads "3.5" or "3.5.0".
func parseVersion(s string) (major, minor int, ok bool) {
	parts := strings.Split(s, ".")
	if len(parts) != 2 && len(parts) != 3 {
		return 0, 0, false
	}
	var numbers [3]int
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 16)
		if err != nil {
			return 0, 0, false
		}
		numbers[i] = int(n)
	}
	return numbers[0], numbers[1], true
}

// minorVersion is "3.6" for "3.6.0".
func minorVersion(version string) string {
	major, minor, _ := parseVersion(version)
	return strconv.Itoa(major) + "." + strconv.Itoa(minor)
}
