package secure

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// Files are the certificate files of one end, as etcd's flags and etcdctl's
// name them (etcd: client/pkg/transport, TLSInfo). Read gives a file's bytes;
// its errors are shown as they are.
type Files struct {
	Cert, Key  string
	TrustedCA  string
	ClientAuth bool // ask clients for a certificate; a TrustedCA alone does that too

	Read func(path string) ([]byte, error)
	Now  func() time.Time // nil: time.Now
}

// Given tells whether there is a certificate.
func (f *Files) Given() bool { return f.Cert != "" || f.Key != "" }

// String is what etcd logs of them.
func (f *Files) String() string {
	return fmt.Sprintf("cert = %s, key = %s, client-cert=, client-key=, trusted-ca = %s, client-cert-auth = %t, crl-file = ",
		f.Cert, f.Key, f.TrustedCA, f.ClientAuth)
}

// Server is the configuration of a listener. The certificate is read anew for
// every handshake, as etcd does: a file that is replaced counts from the next
// connection on. The CA is read once.
func (f *Files) Server() (*tls.Config, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	c := &tls.Config{
		MinVersion: tls.VersionTLS12, CurvePreferences: curves, Time: f.Now, SessionTicketsDisabled: true,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return f.pair() },
	}
	if f.TrustedCA == "" && !f.ClientAuth {
		return c, nil
	}
	c.ClientAuth = tls.RequireAndVerifyClientCert
	c.ClientCAs = x509.NewCertPool()
	if f.TrustedCA != "" {
		pool, err := f.pool()
		if err != nil {
			return nil, err
		}
		c.ClientCAs = pool
	}
	return c, nil
}

// Client is the configuration of one who dials. Without a CA no server is
// trusted: a machine of the lab has no certificates of its own.
func (f *Files) Client() (*tls.Config, error) {
	c := &tls.Config{
		MinVersion: tls.VersionTLS12, CurvePreferences: curves, Time: f.Now, RootCAs: x509.NewCertPool(),
	}
	if f.Given() {
		if err := f.check(); err != nil {
			return nil, err
		}
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return f.pair() }
	}
	if f.TrustedCA != "" {
		pool, err := f.pool()
		if err != nil {
			return nil, err
		}
		c.RootCAs = pool
	}
	return c, nil
}

// curves leaves the post-quantum key exchange out: its messages are long and
// its arithmetic slow, and the wires here are nobody's to listen at.
var curves = []tls.CurveID{tls.X25519, tls.CurveP256}

// check reads the certificate once, for what can be said of it at once.
func (f *Files) check() error {
	if f.Cert == "" || f.Key == "" {
		return fmt.Errorf("KeyFile and CertFile must both be present[key: %v, cert: %v]", f.Key, f.Cert)
	}
	_, err := f.pair()
	return err
}

func (f *Files) pair() (*tls.Certificate, error) {
	cert, err := f.Read(f.Cert)
	if err != nil {
		return nil, err
	}
	key, err := f.Read(f.Key)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return nil, err
	}
	return &pair, nil
}

// pool reads the CA's file (etcd: tlsutil.NewCertPool).
func (f *Files) pool() (*x509.CertPool, error) {
	text, err := f.Read(f.TrustedCA)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return pool, nil
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		pool.AddCert(cert)
	}
}

// OpenError is Go's own error for a file that cannot be opened, by the name
// that it was given.
func OpenError(name string, err error) error {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		err = failed.Err
	}
	return &fs.PathError{Op: "open", Path: name, Err: err}
}
