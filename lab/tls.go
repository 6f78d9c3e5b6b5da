package lab

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"path"
	"strings"
	"time"

	"quorumlab/lab/pki"
	"quorumlab/lab/recording"
	"quorumlab/lab/secure"
)

// certs is the folder of certificates, in the learner's home: a world has one
// filesystem, so a file that is replaced there is replaced for every member.
const certs = "certs"

// makeCertificates fills the folder in a world that speaks TLS.
func (w *World) makeCertificates() {
	if !w.config.Secure() {
		return
	}
	addresses, names := []string{"127.0.0.1"}, []string{"localhost"}
	for i := 1; i <= recording.MaxMembers; i++ {
		m := w.config.Machine(i)
		if ip := m.IP(); ip != addresses[0] {
			addresses = append(addresses, ip)
		}
		names = append(names, m.Name)
	}
	files, err := pki.Make(time.Now(), addresses, names)
	if err != nil {
		panic(fmt.Sprintf("the world has no certificates: %v", err))
	}
	folder := path.Join(home, certs)
	if err := w.files.MkdirAll(folder, 0o755); err != nil {
		panic(err)
	}
	for _, f := range files {
		if err := w.files.WriteFile(path.Join(folder, f.Name), f.Data, 0o600); err != nil {
			panic(err)
		}
	}
}

// clientFiles and peerFiles are what a member's ports are secured with: etcd's
// flags, and in a world that speaks TLS what a unit file would give there; nil
// for a port in plain text.
func (w *World) clientFiles(s *service, n *node) (*secure.Files, error) {
	f := &s.flags
	url := firstOf(f.ListenClientURLs, n.clientURL())
	files := &secure.Files{Cert: f.CertFile, Key: f.KeyFile, TrustedCA: f.TrustedCAFile, ClientAuth: f.ClientCertAuth}
	return w.portFiles(files, url, w.shown().Server, "TLS key/cert (--cert-file, --key-file) must be provided for client url "+url+" with HTTPS scheme")
}

func (w *World) peerFiles(s *service, n *node) (*secure.Files, error) {
	f := &s.flags
	url := firstOf(f.ListenPeerURLs, n.peerURL())
	files := &secure.Files{Cert: f.PeerCertFile, Key: f.PeerKeyFile, TrustedCA: f.PeerTrustedCAFile, ClientAuth: f.PeerClientCertAuth}
	return w.portFiles(files, url, w.shown().Peer, "TLS key/cert (--peer-cert-file, --peer-key-file) must be provided for peer url "+url+" with HTTPS scheme")
}

// portFiles completes files with those that the world's members have anyway;
// without any a port cannot be https.
func (w *World) portFiles(files *secure.Files, url, shown, missing string) (*secure.Files, error) {
	if !strings.HasPrefix(url, "https://") {
		return nil, nil
	}
	if w.config.Secure() {
		if !files.Given() {
			files.Cert, files.Key = path.Join(certs, shown+".crt"), path.Join(certs, shown+".key")
		}
		if files.TrustedCA == "" {
			files.TrustedCA, files.ClientAuth = path.Join(certs, "ca.crt"), true
		}
	}
	if !files.Given() {
		return nil, fmt.Errorf("%s", missing)
	}
	files.Read = w.readAt(home)
	return files, nil
}

// shown are the certificates that members show at first.
func (w *World) shown() recording.TLS {
	var t recording.TLS
	if w.config.TLS != nil {
		t = *w.config.TLS
	}
	return recording.TLS{Server: cmp.Or(t.Server, "server"), Peer: cmp.Or(t.Peer, "peer")}
}

func firstOf(urls, otherwise string) string {
	first, _, _ := strings.Cut(urls, ",")
	return cmp.Or(first, otherwise)
}

// readAt reads files by names that are relative to a folder.
func (w *World) readAt(folder string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		at := name
		if !path.IsAbs(at) {
			at = path.Join(folder, at)
		}
		b, err := w.files.ReadFile(at)
		if err != nil {
			return nil, secure.OpenError(name, err)
		}
		return b, nil
	}
}

// ownTLS is how the lab's own clients (lab load) speak to members; nil in a
// world without TLS.
func (w *World) ownTLS() (*tls.Config, error) {
	if !w.config.Secure() {
		return nil, nil
	}
	files := secure.Files{Cert: "certs/client.crt", Key: "certs/client.key", TrustedCA: "certs/ca.crt", Read: w.readAt(home)}
	return files.Client()
}
