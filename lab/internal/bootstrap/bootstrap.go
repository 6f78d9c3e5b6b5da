// Package bootstrap reads the flags that describe the cluster a member begins
// in, --initial-cluster and its like, as etcd and etcdutl do.
package bootstrap

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
)

// Flags are a member's name and what it says of its cluster.
type Flags struct {
	Name, Cluster, Token, PeerURLs string
	// Resolved, if set, hears of each URL whose host is looked up.
	Resolved func(url, host string)
}

// Cluster is the cluster that the flags describe.
type Cluster struct {
	ID, Local uint64
	Members   []*api.Member // by ID
}

// Read checks the flags in the real one's order.
func (f *Flags) Read() (Cluster, error) {
	advertised, err := URLs(strings.Split(f.PeerURLs, ","))
	if err != nil {
		return Cluster{}, err
	}
	byName, err := initialCluster(f.Cluster)
	if err != nil {
		return Cluster{}, err
	}
	if byName[f.Name] == nil {
		return Cluster{}, fmt.Errorf("couldn't find local name %q in the initial cluster configuration", f.Name)
	}
	if duplicate(byName) {
		return Cluster{}, fmt.Errorf("initial cluster %s has duplicate url", clusterText(byName))
	}
	if err := f.checkAdvertised(advertised, byName[f.Name]); err != nil {
		return Cluster{}, err
	}
	return f.cluster(byName), nil
}

func (f *Flags) cluster(byName map[string][]string) (c Cluster) {
	var ids []uint64
	for name, peers := range byName {
		m := &api.Member{ID: api.MemberID(peers, f.Token), Name: name, PeerURLs: peers}
		c.Members, ids = append(c.Members, m), append(ids, m.ID)
		if name == f.Name {
			c.Local = m.ID
		}
	}
	slices.SortFunc(c.Members, func(x, y *api.Member) int { return cmp.Compare(x.ID, y.ID) })
	c.ID = api.ClusterID(ids)
	return c
}

// URLs checks peer URLs and sorts them.
func URLs(list []string) ([]string, error) {
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
		list, err := URLs(raw[name])
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
func (f *Flags) checkAdvertised(advertised, known []string) error {
	if slices.Equal(advertised, known) {
		return nil
	}
	why := f.difference(advertised, known)
	if missing := without(known, advertised); len(missing) > 0 {
		for i := range missing {
			missing[i] = f.Name + "=" + missing[i]
		}
		return fmt.Errorf("--initial-cluster has %s but missing from --initial-advertise-peer-urls=%s (%w)",
			strings.Join(missing, ","), strings.Join(advertised, ","), why)
	}
	return fmt.Errorf("--initial-advertise-peer-urls has %s but missing from --initial-cluster=%s",
		strings.Join(without(advertised, known), ","), clusterText(map[string][]string{f.Name: advertised}))
}

// difference says how two lists of URLs differ after their hosts were resolved.
func (f *Flags) difference(a, b []string) error {
	if len(a) != len(b) {
		return fmt.Errorf("len(%q) != len(%q)", a, b)
	}
	for _, text := range append(slices.Clone(a), b...) {
		u, err := url.Parse(text)
		if err != nil || u.Hostname() == "localhost" {
			continue
		}
		if f.Resolved != nil {
			f.Resolved(text, u.Host)
		}
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
