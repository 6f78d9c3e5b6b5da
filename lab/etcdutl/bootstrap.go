package etcdutl

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"

	"quorumlab/lab/api"
	"quorumlab/lab/internal/tool"
)

// bootstrap is the cluster that a restored member will be part of.
type bootstrap struct {
	id, local uint64
	members   []*api.Member // by id
}

// bootstrap checks the flags that describe the cluster, in the real one's order.
func (r *restore) bootstrap() (bootstrap, error) {
	advertised, err := urls(strings.Split(r.peerURLs, ","))
	if err != nil {
		return bootstrap{}, err
	}
	byName, err := initialCluster(r.cluster)
	if err != nil {
		return bootstrap{}, err
	}
	if byName[r.name] == nil {
		return bootstrap{}, fmt.Errorf("couldn't find local name %q in the initial cluster configuration", r.name)
	}
	if text := duplicate(byName); text {
		return bootstrap{}, fmt.Errorf("initial cluster %s has duplicate url", clusterText(byName))
	}
	if err := r.checkAdvertised(advertised, byName[r.name]); err != nil {
		return bootstrap{}, err
	}
	var b bootstrap
	var ids []uint64
	for name, peers := range byName {
		m := &api.Member{ID: api.MemberID(peers, r.token), Name: name, PeerURLs: peers}
		b.members, ids = append(b.members, m), append(ids, m.ID)
		if name == r.name {
			b.local = m.ID
		}
	}
	slices.SortFunc(b.members, func(x, y *api.Member) int { return cmp.Compare(x.ID, y.ID) })
	b.id = api.ClusterID(ids)
	return b, nil
}

// urls checks peer URLs and sorts them.
func urls(list []string) ([]string, error) {
	var out []string
	for _, text := range list {
		text = strings.TrimSpace(text)
		u, err := url.Parse(text)
		if err != nil {
			return nil, err
		}
		switch u.Scheme {
		case "http", "https":
			if _, _, err := net.SplitHostPort(u.Host); err != nil {
				return nil, fmt.Errorf(`URL address does not have the form "host:port": %s`, text)
			}
			if u.Path != "" {
				return nil, fmt.Errorf("URL must not contain a path: %s", text)
			}
		case "unix", "unixs":
		default:
			return nil, fmt.Errorf("URL scheme must be http, https, unix, or unixs: %s", text)
		}
		out = append(out, u.String())
	}
	slices.Sort(out)
	return out, nil
}

// initialCluster parses "m1=http://...,m2=http://...": a name may occur more
// than once.
func initialCluster(text string) (map[string][]string, error) {
	raw := map[string][]string{}
	var names []string
	for _, part := range strings.Split(text, ",") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		if raw[name] == nil {
			names = append(names, name)
		}
		raw[name] = append(raw[name], value)
	}
	out := map[string][]string{}
	for _, name := range names {
		list, err := urls(raw[name])
		if err != nil {
			return nil, err
		}
		out[name] = list
	}
	return out, nil
}

func duplicate(byName map[string][]string) bool {
	seen := map[string]bool{}
	for _, list := range byName {
		for _, u := range list {
			if seen[u] {
				return true
			}
			seen[u] = true
		}
	}
	return false
}

func clusterText(byName map[string][]string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		for _, u := range byName[name] {
			parts = append(parts, name+"="+u)
		}
	}
	return strings.Join(parts, ",")
}

// checkAdvertised wants the URLs that this member advertises to be those that
// the cluster knows it by.
func (r *restore) checkAdvertised(advertised, known []string) error {
	if slices.Equal(advertised, known) {
		return nil
	}
	why := r.difference(advertised, known)
	if missing := without(known, advertised); len(missing) > 0 {
		for i := range missing {
			missing[i] = r.name + "=" + missing[i]
		}
		return fmt.Errorf("--initial-cluster has %s but missing from --initial-advertise-peer-urls=%s (%w)",
			strings.Join(missing, ","), strings.Join(advertised, ","), why)
	}
	return fmt.Errorf("--initial-advertise-peer-urls has %s but missing from --initial-cluster=%s",
		strings.Join(without(advertised, known), ","), clusterText(map[string][]string{r.name: advertised}))
}

// difference says how two lists of URLs differ after their hosts were resolved.
func (r *restore) difference(a, b []string) error {
	if len(a) != len(b) {
		return fmt.Errorf("len(%q) != len(%q)", a, b)
	}
	for _, text := range append(slices.Clone(a), b...) {
		u, err := url.Parse(text)
		if err != nil || u.Hostname() == "localhost" {
			continue
		}
		r.log("", "netutil/netutil.go:113", "resolved URL Host",
			tool.Field{Key: "url", Value: text}, tool.Field{Key: "host", Value: u.Host}, tool.Field{Key: "resolved-addr", Value: u.Host})
	}
	for i := range a {
		if a[i] != b[i] {
			return fmt.Errorf("resolved urls: %q != %q", a[i], b[i])
		}
	}
	return errors.New("urls differ")
}

func without(list, other []string) (rest []string) {
	for _, u := range list {
		if !slices.Contains(other, u) {
			rest = append(rest, u)
		}
	}
	return rest
}
