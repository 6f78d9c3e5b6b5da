package lab

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"quorumlab/lab/api"
	"quorumlab/lab/disk"
	"quorumlab/lab/event"
	"quorumlab/lab/internal/bootstrap"
	"quorumlab/lab/labctl"
	"quorumlab/lab/member"
	"quorumlab/lab/secure"
)

// service is what one start of a member goes by: the world's own settings, and
// what etcd's flags say otherwise.
type service struct {
	flags      labctl.ServerFlags
	name       string
	bootstrap  bootstrap.Flags
	existing   bool
	force      bool
	clientURLs []string
}

// onceFlags count for one start only; the others stay with the machine.
var onceFlags = []string{
	"force-new-cluster", "initial-cluster", "initial-cluster-state", "initial-cluster-token", "initial-advertise-peer-urls",
}

// service puts the flags of one start together, or says what etcd would refuse.
func (w *World) service(n *node, given labctl.ServerFlags) (*service, error) {
	w.mu.Lock()
	flags := n.flags.With(given)
	w.mu.Unlock()
	s := &service{flags: flags, name: n.name, existing: flags.InitialClusterState == "existing", force: flags.ForceNewCluster}
	s.clientURLs = []string{n.clientURL()}
	if flags.Given["name"] != "" {
		s.name = flags.Name
	}
	if flags.AdvertiseClientURLs != "" {
		s.clientURLs = strings.Split(flags.AdvertiseClientURLs, ",")
	}
	s.bootstrap = bootstrap.Flags{Name: s.name, Cluster: w.foundingText(), Token: w.config.Token, PeerURLs: n.peerURL()}
	if flags.InitialCluster != "" {
		s.bootstrap.Cluster = flags.InitialCluster
	}
	if flags.Given["initial-cluster-token"] != "" {
		s.bootstrap.Token = flags.InitialClusterToken
	}
	if flags.InitialAdvertisePeerURLs != "" {
		s.bootstrap.PeerURLs = flags.InitialAdvertisePeerURLs
	}
	return s, s.check(n)
}

// foundingText is the world's own --initial-cluster.
func (w *World) foundingText() string {
	var parts []string
	for _, n := range w.founders() {
		parts = append(parts, n.name+"="+n.peerURL())
	}
	return strings.Join(parts, ",")
}

// check holds the flags to what etcd checks before it starts (embed/config.go),
// and to what the machine has.
func (s *service) check(n *node) error {
	f := &s.flags
	if err := n.canListen("--listen-peer-urls", f.ListenPeerURLs, peerPort); err != nil {
		return err
	}
	if err := n.canListen("--listen-client-urls", f.ListenClientURLs, clientPort); err != nil {
		return err
	}
	if _, err := bootstrap.URLs(s.clientURLs); err != nil {
		return fmt.Errorf("--advertise-client-urls: %w", err)
	}
	heartbeat, election := 100*time.Millisecond, member.ElectionTimeout
	if f.Given["heartbeat-interval"] != "" {
		heartbeat = f.HeartbeatInterval
	}
	if f.Given["election-timeout"] != "" {
		election = f.ElectionTimeout
	}
	switch {
	case heartbeat <= 0:
		return fmt.Errorf("--heartbeat-interval must be >0 (set to %dms)", heartbeat.Milliseconds())
	case election <= 0:
		return fmt.Errorf("--election-timeout must be >0 (set to %dms)", election.Milliseconds())
	case 5*heartbeat > election:
		return fmt.Errorf("--election-timeout[%dms] should be at least as 5 times as --heartbeat-interval[%dms]", election.Milliseconds(), heartbeat.Milliseconds())
	case election > maxElection:
		return fmt.Errorf("--election-timeout[%dms] is too long, and should be set less than %dms", election.Milliseconds(), maxElection.Milliseconds())
	}
	return nil
}

// maxElection is etcd's limit.
const maxElection = 50 * time.Second

// canListen wants URLs of this machine, at the port that the lab's firewalls
// and links know.
func (n *node) canListen(flag, urls string, port int) error {
	if urls == "" {
		return nil
	}
	list, err := bootstrap.URLs(strings.Split(urls, ","))
	if err != nil {
		return fmt.Errorf("%s: %w", flag, err)
	}
	for _, u := range list {
		_, at, _ := strings.Cut(u, "://")
		host, digits, _ := strings.Cut(at, ":")
		if !slices.Contains([]string{n.ip, "0.0.0.0", "127.0.0.1", "localhost"}, host) {
			return fmt.Errorf("listen tcp %s: bind: cannot assign requested address", at)
		}
		if digits != fmt.Sprint(port) {
			return fmt.Errorf("%s: a member of this lab listens on port %d", flag, port)
		}
	}
	return nil
}

// dataDirOf is where a start keeps its data, as an absolute path.
func (s *service) dataDirOf(n *node) string {
	dir := s.flags.DataDir
	switch {
	case dir == "":
		return path.Join(home, n.name+".etcd")
	case path.IsAbs(dir):
		return path.Clean(dir)
	}
	return path.Join(home, dir)
}

// dirFor gives the data directory at a path, which may be new.
func (w *World) dirFor(n *node, at string) (*disk.Dir, error) {
	for _, other := range w.machines() {
		if other != n && other.dataDir == at && w.process(other) != nil {
			return nil, fmt.Errorf("the data directory %s is locked by %s", at, other.name)
		}
	}
	w.mu.Lock()
	dir := w.dirs[at]
	w.mu.Unlock()
	if dir != nil {
		return dir, nil
	}
	if _, _, mounted := w.files.Mounted(at); !mounted {
		if entries, err := w.files.ReadDir(at); err == nil && len(entries) > 0 {
			return nil, fmt.Errorf("%s holds files that are no data directory of this lab; etcdutl snapshot restore makes one of its member/snap/db", at)
		}
		if err := w.files.Mount(at, &dataDir{w: w, path: at}); err != nil {
			return nil, err
		}
	}
	dir = disk.NewDir()
	w.mu.Lock()
	w.dirs[at] = dir
	w.mu.Unlock()
	return dir, nil
}

// identityFor says which cluster a member starts in, and whether that runs
// already: that of its data directory, whatever the flags say; or one it is
// told to join; or one that it founds with others.
func (w *World) identityFor(n *node, s *service, dir *disk.Dir) (id disk.Identity, join bool, err error) {
	switch {
	case dir.Identity() != nil:
		id, err = w.identityIn(n, s, dir)
		return id, false, err
	case s.existing:
		id, err = w.identityJoining(n, s)
		return id, true, err
	}
	id, err = w.identityFounding(n, s)
	return id, false, err
}

// identityIn is that of a directory with data in it.
func (w *World) identityIn(n *node, s *service, dir *disk.Dir) (disk.Identity, error) {
	id := *dir.Identity()
	if !w.hasMember(&id, n, s.name) {
		return id, fmt.Errorf("the data directory belongs to member %s", member.FormatID(id.MemberID))
	}
	if s.force {
		w.founded++
		if err := member.ForceNew(dir, fmt.Sprintf("%x forced %d", id.ClusterID, w.founded)); err != nil {
			return id, err
		}
		id = *dir.Identity()
	}
	if w.histories[id.History] == nil {
		w.histories[id.History] = &history{}
	}
	return id, nil
}

func (w *World) hasMember(id *disk.Identity, n *node, name string) bool {
	for _, info := range id.Members {
		if info.ID == id.MemberID && (info.Name == name || slices.Contains(info.PeerURLs, n.peerURL())) {
			return true
		}
	}
	return false
}

// identityJoining asks a member that runs who belongs to the cluster, as a
// joining etcd does, and finds itself among them.
func (w *World) identityJoining(n *node, s *service) (disk.Identity, error) {
	told, remote, err := w.asked(n, s)
	if err != nil {
		return disk.Identity{}, err
	}
	if remote == nil {
		return disk.Identity{}, fmt.Errorf("cannot fetch cluster info from peer urls: could not retrieve cluster information from the given URLs")
	}
	its, members := remote.Identity(), remote.Members()
	if why := matching(told.Members, members); why != "" {
		return disk.Identity{}, fmt.Errorf("error validating peerURLs %s: %s", clusterInfo(its.ClusterID, members), why)
	}
	id := disk.Identity{ClusterID: its.ClusterID, History: its.History}
	for _, m := range members {
		info := disk.MemberInfo{ID: m.ID, Name: nameAmong(told.Members, m), PeerURLs: m.PeerURLs}
		id.Members = append(id.Members, info)
		if info.Name != s.name {
			continue
		}
		if m.Name != "" {
			return id, fmt.Errorf("tocommit(%d) is out of range [lastIndex(0)]. Was the raft log corrupted, truncated, or lost?", remote.Status().Commit)
		}
		id.MemberID = m.ID
	}
	return id, nil
}

// asked is what a member was told of its cluster, and a running member of it
// that this machine reaches, if there is one: it accepts this one's
// certificate, and this one accepts its.
func (w *World) asked(n *node, s *service) (told bootstrap.Cluster, remote *member.Member, err error) {
	if told, err = s.bootstrap.Read(); err != nil {
		return told, nil, err
	}
	files, err := w.peerFiles(s, n)
	if err != nil {
		return told, nil, err
	}
	return told, w.remoteOf(n, told, files), nil
}

func (w *World) remoteOf(n *node, told bootstrap.Cluster, files *secure.Files) *member.Member {
	for _, m := range told.Members {
		for _, u := range m.PeerURLs {
			if m.ID == told.Local {
				continue
			}
			if other := w.peerAt(n, u); other != nil && other.proc.Admits(files, other.ip) == nil {
				return other.proc
			}
		}
	}
	return nil
}

// peerAt is the machine whose process answers another at a peer URL, or nil.
func (w *World) peerAt(n *node, url string) *node {
	for _, other := range w.machines() {
		if other == n || other.peerURL() != url || other.proc == nil || other.paused || !other.proc.Joined() || other.host.Blocked(peerPort) {
			continue
		}
		to, from := w.net.LinkState(n.name, other.name), w.net.LinkState(other.name, n.name)
		if !to.Cut && !from.Cut {
			return other
		}
	}
	return nil
}

// matching says how what a member was told differs from the cluster's own
// membership, or nothing (etcd: ValidateClusterAndAssignIDs).
func matching(told, members []*api.Member) string {
	if len(told) != len(members) {
		return "member count is unequal"
	}
	for _, m := range members {
		if nameAmong(told, m) == "" {
			return fmt.Sprintf("PeerURLs: no match found for existing member (%s, %v), last resolver error (<nil>)", member.FormatID(m.ID), m.PeerURLs)
		}
	}
	return ""
}

// nameAmong is the name that was told for the member at these URLs.
func nameAmong(told []*api.Member, at *api.Member) string {
	for _, m := range told {
		if slices.Equal(m.PeerURLs, at.PeerURLs) {
			return m.Name
		}
	}
	return ""
}

// clusterInfo is how etcd prints a cluster in that error.
func clusterInfo(id uint64, members []*api.Member) string {
	var all []string
	for _, m := range members {
		all = append(all, fmt.Sprintf("&{ID:%x RaftAttributes:{PeerURLs:%v IsLearner:%t} Attributes:{Name:%s ClientURLs:%v}}",
			m.ID, m.PeerURLs, m.IsLearner, m.Name, m.ClientURLs))
	}
	return fmt.Sprintf("{ClusterID:%x Members:[%s] RemovedMemberIDs:[]}", id, strings.Join(all, " "))
}

// identityFounding is that of a member of a cluster that is founded. A member
// that the running cluster knows already is refused: its disk was lost.
func (w *World) identityFounding(n *node, s *service) (disk.Identity, error) {
	told, remote, err := w.asked(n, s)
	if err != nil {
		return disk.Identity{}, err
	}
	id := disk.Identity{ClusterID: told.ID, MemberID: told.Local}
	for _, m := range told.Members {
		id.Members = append(id.Members, disk.MemberInfo{ID: m.ID, Name: m.Name, PeerURLs: m.PeerURLs})
	}
	if remote != nil {
		for _, m := range remote.Members() {
			if m.ID == told.Local && len(m.ClientURLs) > 0 {
				return id, fmt.Errorf("member %s has already been bootstrapped", member.FormatID(m.ID))
			}
		}
	}
	id.History = w.historyOf(n, id.ClusterID)
	return id, nil
}

// historyOf is the life of the cluster that other members' disks tell of, or a
// new one.
func (w *World) historyOf(n *node, cluster uint64) (name string) {
	for _, other := range w.machines() {
		d := w.dirs[other.dataDir]
		if other != n && d != nil && !d.Empty() && d.Identity().ClusterID == cluster {
			name = d.Identity().History
		}
	}
	if name == "" {
		w.founded++
		name = fmt.Sprintf("%x founded %d", cluster, w.founded)
	}
	if w.histories[name] == nil {
		w.histories[name] = &history{}
	}
	return name
}

// tellMembership tells, with the first content of a history, who belongs to it.
func (w *World) tellMembership(members []*api.Member, index, term uint64) {
	e := event.Event{Type: event.Membership, What: "restored", Index: index, Term: term}
	for _, m := range members {
		name := w.nameAt(hostOf(m.PeerURLs))
		if m.IsLearner {
			e.Learners = append(e.Learners, name)
		} else {
			e.Members = append(e.Members, name)
		}
	}
	slices.Sort(e.Members)
	w.Emit(e)
}

// hostOf is the address in the first of some URLs.
func hostOf(urls []string) string {
	if len(urls) == 0 {
		return ""
	}
	_, at, _ := strings.Cut(urls[0], "://")
	host, _, _ := strings.Cut(at, ":")
	return host
}
