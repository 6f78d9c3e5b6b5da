package etcdutl

import (
	"quorumlab/lab/internal/bootstrap"
	"quorumlab/lab/internal/tool"
)

// bootstrap checks the flags that describe the cluster that a restored member
// will be part of.
func (r *restore) bootstrap() (bootstrap.Cluster, error) {
	flags := bootstrap.Flags{
		Name: r.name, Cluster: r.cluster, Token: r.token, PeerURLs: r.peerURLs,
		Resolved: func(url, host string) {
			r.log("", "netutil/netutil.go:113", "resolved URL Host",
				tool.Field{Key: "url", Value: url}, tool.Field{Key: "host", Value: host}, tool.Field{Key: "resolved-addr", Value: host})
		},
	}
	return flags.Read()
}
