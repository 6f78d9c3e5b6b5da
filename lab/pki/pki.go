// Package pki makes the certificates of a world that speaks TLS: two
// authorities, what members show each other and their clients, what a client
// shows, and for each of them what goes wrong in real clusters.
package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// File is one PEM file.
type File struct {
	Name string // ca.crt
	Data []byte
}

// Make makes the files of a world at a time, for machines with these addresses
// and names. All keys are ECDSA P-256. Their randomness is crypto/rand's, in a
// world that of its seed.
func Make(now time.Time, addresses, names []string) ([]File, error) {
	m := &maker{addresses: addresses, names: names, life: lives(now)}
	ca, other := m.authority("ca", "lab-ca"), m.authority("other-ca", "other-ca")
	for _, kind := range kinds {
		by := ca
		if kind.stranger {
			by = other
		}
		m.leaf(kind, by)
	}
	return m.files, m.err
}

// kind is one certificate to make.
type kind struct {
	name, subject string
	life          string
	stranger      bool // signed by the other authority
	elsewhere     bool // for another host
	server        bool // has the addresses and names of the machines, and serves
	usage         []x509.ExtKeyUsage
}

var (
	both       = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	clientOnly = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	serverOnly = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
)

var kinds = []kind{
	{name: "server", subject: "server", server: true, usage: both},
	{name: "server-expired", subject: "server", server: true, usage: both, life: "expired"},
	{name: "server-notyet", subject: "server", server: true, usage: both, life: "notyet"},
	{name: "server-wrong-san", subject: "server", elsewhere: true, usage: both},
	{name: "server-other-ca", subject: "server", server: true, usage: both, stranger: true},
	{name: "peer", subject: "peer", server: true, usage: both},
	{name: "peer-expired", subject: "peer", server: true, usage: both, life: "expired"},
	{name: "peer-other-ca", subject: "peer", server: true, usage: both, stranger: true},
	{name: "client", subject: "lab-client", usage: clientOnly},
	{name: "client-expired", subject: "lab-client", usage: clientOnly, life: "expired"},
	{name: "client-notyet", subject: "lab-client", usage: clientOnly, life: "notyet"},
	{name: "client-other-ca", subject: "lab-client", usage: clientOnly, stranger: true},
	{name: "client-server-eku", subject: "lab-client", usage: serverOnly},
	{name: "root", subject: "root", usage: clientOnly},
	{name: "server-tonight", subject: "server", server: true, usage: both, life: "tonight"},
	{name: "peer-tonight", subject: "peer", server: true, usage: both, life: "tonight"},
}

type span struct{ from, to time.Time }

// lives are the spans of validity: the authorities' ten years, a year for what
// is in order, last year for what has expired, until the
// next midnight for what expires tonight, and a year far off.
func lives(now time.Time) map[string]span {
	year := func(y int) time.Time { return time.Date(now.Year()+y, 1, 1, 0, 0, 0, 0, time.UTC) }
	day := now.UTC().Truncate(24 * time.Hour)
	return map[string]span{
		"":        {day, day.AddDate(1, 0, 0)},
		"ca":      {year(-2), year(20)},
		"expired": {year(-1), year(0)},
		"tonight": {day.AddDate(-1, 0, 1), day.AddDate(0, 0, 1)},
		"notyet":  {year(14), year(15)},
	}
}

type maker struct {
	addresses, names []string
	life             map[string]span
	serial           int64
	files            []File
	err              error
}

// authority is a certificate that signs others.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func (m *maker) template(subject string, life string) *x509.Certificate {
	m.serial++
	return &x509.Certificate{
		SerialNumber: big.NewInt(m.serial), Subject: pkix.Name{CommonName: subject},
		NotBefore: m.life[life].from, NotAfter: m.life[life].to, BasicConstraintsValid: true,
	}
}

func (m *maker) authority(name, subject string) *authority {
	t := m.template(subject, "ca")
	t.IsCA, t.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign|x509.KeyUsageDigitalSignature
	a := &authority{cert: t, key: m.newKey()}
	if der := m.sign(t, a, a.key); m.err == nil {
		a.cert, m.err = x509.ParseCertificate(der)
		m.keep(name+".crt", "CERTIFICATE", der)
	}
	return a
}

func (m *maker) leaf(k kind, by *authority) {
	t := m.template(k.subject, k.life)
	t.KeyUsage, t.ExtKeyUsage = x509.KeyUsageDigitalSignature, k.usage
	switch {
	case k.elsewhere:
		t.IPAddresses, t.DNSNames = []net.IP{net.IPv4(10, 9, 9, 9)}, []string{"etcd.example.com"}
	case k.server:
		for _, a := range m.addresses {
			t.IPAddresses = append(t.IPAddresses, net.ParseIP(a))
		}
		t.DNSNames = m.names
	}
	key := m.newKey()
	der := m.sign(t, by, key)
	if m.err != nil {
		return
	}
	m.keep(k.name+".crt", "CERTIFICATE", der)
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		m.err = err
		return
	}
	m.keep(k.name+".key", "EC PRIVATE KEY", private)
}

func (m *maker) newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil && m.err == nil {
		m.err = fmt.Errorf("pki: %w", err)
	}
	return key
}

func (m *maker) sign(t *x509.Certificate, by *authority, key *ecdsa.PrivateKey) []byte {
	if m.err != nil {
		return nil
	}
	der, err := x509.CreateCertificate(rand.Reader, t, by.cert, &key.PublicKey, by.key)
	if err != nil {
		m.err = fmt.Errorf("pki: %s: %w", t.Subject.CommonName, err)
	}
	return der
}

func (m *maker) keep(name, kind string, der []byte) {
	m.files = append(m.files, File{name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})})
}
