package curl

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"

	"quorumlab/lab/network"
	"quorumlab/lab/secure"
)

// Exit codes of TLS.
const (
	exitHandshake   = 35
	exitClientCert  = 58
	exitUntrusted   = 60
	exitAuthorities = 77
)

// untrustedHelp follows every certificate that is not trusted.
const untrustedHelp = `
More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above.`

// handshake makes a connection to an https URL a secure one.
func (t *transfer) handshake(wire *network.Conn) (net.Conn, error) {
	config, err := t.secure()
	if err != nil {
		wire.Close()
		return nil, err
	}
	ctx, cancel := t.Ctx, context.CancelFunc(func() {})
	if t.maxTime > 0 {
		ctx, cancel = context.WithDeadline(ctx, t.began.Add(t.maxTime))
	}
	defer cancel()
	safe, err := secure.Client(ctx, wire, config)
	switch {
	case t.Ctx.Err() != nil:
		return nil, t.Ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return nil, failf(exitTimeout, "SSL connection timeout")
	case err != nil:
		return nil, refused(err, t.addr.host)
	}
	t.verbosef("* SSL connection using %s / %s", strings.ReplaceAll(tls.VersionName(safe.ConnectionState().Version), " ", "v"), tls.CipherSuiteName(safe.ConnectionState().CipherSuite))
	return safe, nil
}

// secure reads the files that the options name.
func (t *transfer) secure() (*tls.Config, error) {
	read := func(name string) ([]byte, error) { return t.FS.ReadFile(t.Path(name)) }
	cert, _, _ := strings.Cut(t.cert, ":") // a password may follow
	key := t.key
	if key == "" {
		key = cert
	}
	files := secure.Files{TrustedCA: t.cacert, Read: read}
	config, err := files.Client()
	if err != nil {
		return nil, failf(exitAuthorities, "error setting certificate verify locations:  CAfile: %s CApath: none", t.cacert)
	}
	if cert != "" {
		files.Cert, files.Key = cert, key
		if config, err = files.Client(); err != nil {
			return nil, failf(exitClientCert, "could not load PEM client certificate from %s, (no key found, wrong pass phrase, or wrong file format?): %v", cert, err)
		}
	}
	config.InsecureSkipVerify, config.ServerName = t.insecure, t.addr.host
	return config, nil
}

// refused says in OpenSSL's words why a handshake failed.
func refused(err error, host string) error {
	var unknown x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var other x509.HostnameError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &unknown):
		return failf(exitUntrusted, "SSL certificate problem: unable to get local issuer certificate%s", untrustedHelp)
	case errors.As(err, &invalid) && strings.Contains(invalid.Detail, "is before"):
		return failf(exitUntrusted, "SSL certificate problem: certificate is not yet valid%s", untrustedHelp)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return failf(exitUntrusted, "SSL certificate problem: certificate has expired%s", untrustedHelp)
	case errors.As(err, &other):
		return failf(exitUntrusted, "SSL: no alternative certificate subject name matches target host name '%s'%s", host, untrustedHelp)
	case errors.As(err, &record):
		return failf(exitHandshake, "error:0A00010B:SSL routines::wrong version number")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return failf(exitHandshake, "OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to %s", host)
	}
	return &failure{exitHandshake, err.Error()}
}

// alerted says what the server's alert means that came instead of an answer: it
// refused the client's certificate (RFC 8446: after the handshake).
func alerted(err error) (error, bool) {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "remote error" {
		return nil, false
	}
	alert := strings.TrimPrefix(op.Err.Error(), "tls: ")
	names := map[string]string{
		"certificate required":          "0A00045C:SSL routines::tlsv13 alert certificate required",
		"expired certificate":           "0A000415:SSL routines::sslv3 alert certificate expired",
		"unknown certificate authority": "0A000418:SSL routines::tlsv1 alert unknown ca",
		"bad certificate":               "0A000412:SSL routines::sslv3 alert bad certificate",
	}
	if name := names[alert]; name != "" {
		alert = "error:" + name
	}
	return failf(exitReceive, "OpenSSL SSL_read: %s, errno 0", alert), true
}
