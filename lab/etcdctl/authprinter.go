package etcdctl

import (
	"fmt"

	"quorumlab/lab/api"
)

// authPrinter is what a format does with the answers about users and roles, and
// about the cluster's version.
type authPrinter interface {
	// done prints an answer that is only a header; text is its simple form.
	done(text string, r *api.AuthResponse) error
	authStatus(*api.AuthStatusResponse) error
	userGet(name string, r *api.AuthUserGetResponse) error
	userList(*api.AuthUserListResponse) error
	roleGet(name string, r *api.AuthRoleGetResponse) error
	roleList(*api.AuthRoleListResponse) error
	downgrade(what string, r *api.DowngradeResponse) error
}

func (u unsupported) done(string, *api.AuthResponse) error           { return u.fail() }
func (u unsupported) authStatus(*api.AuthStatusResponse) error       { return u.fail() }
func (u unsupported) userGet(string, *api.AuthUserGetResponse) error { return u.fail() }
func (u unsupported) userList(*api.AuthUserListResponse) error       { return u.fail() }
func (u unsupported) roleGet(string, *api.AuthRoleGetResponse) error { return u.fail() }
func (u unsupported) roleList(*api.AuthRoleListResponse) error       { return u.fail() }
func (u unsupported) downgrade(string, *api.DowngradeResponse) error { return u.fail() }

func (p *protobufPrinter) done(_ string, r *api.AuthResponse) error           { return p.write(r) }
func (p *protobufPrinter) authStatus(r *api.AuthStatusResponse) error         { return p.write(r) }
func (p *protobufPrinter) userGet(_ string, r *api.AuthUserGetResponse) error { return p.write(r) }
func (p *protobufPrinter) userList(r *api.AuthUserListResponse) error         { return p.write(r) }
func (p *protobufPrinter) roleGet(_ string, r *api.AuthRoleGetResponse) error { return p.write(r) }
func (p *protobufPrinter) roleList(r *api.AuthRoleListResponse) error         { return p.write(r) }
func (p *protobufPrinter) downgrade(_ string, r *api.DowngradeResponse) error { return p.write(r) }

func (p *jsonPrinter) done(_ string, r *api.AuthResponse) error           { return p.write(r) }
func (p *jsonPrinter) authStatus(r *api.AuthStatusResponse) error         { return p.write(r) }
func (p *jsonPrinter) userGet(_ string, r *api.AuthUserGetResponse) error { return p.write(r) }
func (p *jsonPrinter) userList(r *api.AuthUserListResponse) error         { return p.write(r) }
func (p *jsonPrinter) roleGet(_ string, r *api.AuthRoleGetResponse) error { return p.write(r) }
func (p *jsonPrinter) roleList(r *api.AuthRoleListResponse) error         { return p.write(r) }
func (p *jsonPrinter) downgrade(_ string, r *api.DowngradeResponse) error { return p.write(r) }

// The real one has no fields for some of the answers.
const noFields = unsupported("fields")

func (p *fieldsPrinter) authStatus(r *api.AuthStatusResponse) error { return noFields.fail() }
func (p *fieldsPrinter) userGet(name string, r *api.AuthUserGetResponse) error {
	return noFields.fail()
}
func (p *fieldsPrinter) userList(r *api.AuthUserListResponse) error     { return noFields.fail() }
func (p *fieldsPrinter) downgrade(string, *api.DowngradeResponse) error { return noFields.fail() }

func (p *fieldsPrinter) done(_ string, r *api.AuthResponse) error {
	p.header(r.Header, true)
	return nil
}

var permissionNames = []string{"READ", "WRITE", "READWRITE"}

func (p *fieldsPrinter) roleGet(_ string, r *api.AuthRoleGetResponse) error {
	p.header(r.Header, true)
	for _, perm := range r.Perm {
		p.line("PermType", " %s", permissionNames[perm.PermType]) // two blanks, as the real one has
		p.line("Key", "%q", string(perm.Key))
		p.line("RangeEnd", "%q", string(perm.RangeEnd))
	}
	return nil
}

func (p *fieldsPrinter) roleList(r *api.AuthRoleListResponse) error {
	p.header(r.Header, true)
	fmt.Fprint(p.out, `"Roles" :`)
	for _, role := range r.Roles {
		fmt.Fprintf(p.out, " %q", role)
	}
	p.end()
	return nil
}

func (p *simplePrinter) done(text string, _ *api.AuthResponse) error {
	fmt.Fprintln(p.out, text)
	return nil
}

func (p *simplePrinter) authStatus(r *api.AuthStatusResponse) error {
	fmt.Fprintf(p.out, "Authentication Status: %t\nAuthRevision: %d\n", r.Enabled, r.AuthRevision)
	return nil
}

func (p *simplePrinter) userGet(name string, r *api.AuthUserGetResponse) error {
	fmt.Fprintf(p.out, "User: %s\nRoles:", name)
	for _, role := range r.Roles {
		fmt.Fprint(p.out, " ", role)
	}
	fmt.Fprintln(p.out)
	return nil
}

func (p *simplePrinter) userList(r *api.AuthUserListResponse) error { return p.each(r.Users) }

func (p *simplePrinter) roleList(r *api.AuthRoleListResponse) error { return p.each(r.Roles) }

func (p *simplePrinter) each(names []string) error {
	for _, name := range names {
		fmt.Fprintln(p.out, name)
	}
	return nil
}

func (p *simplePrinter) roleGet(name string, r *api.AuthRoleGetResponse) error {
	fmt.Fprintf(p.out, "Role %s\nKV Read:\n", name)
	p.permissions(r.Perm, api.PermRead)
	fmt.Fprintln(p.out, "KV Write:")
	p.permissions(r.Perm, api.PermWrite)
	return nil
}

func (p *simplePrinter) permissions(all []*api.Permission, kind int32) {
	for _, perm := range all {
		if perm.PermType == kind || perm.PermType == api.PermReadWrite {
			fmt.Fprintf(p.out, "\t%s\n", permissionText(string(perm.Key), string(perm.RangeEnd)))
		}
	}
}

// permissionText is an interval for a human being.
func permissionText(key, end string) string {
	text := key
	switch {
	case end == string(noEnd):
		text = "[" + key + ", <open ended>"
	case end != "":
		text = "[" + key + ", " + end + ")"
	}
	if key != "" && end == string(prefixEnd([]byte(key))) {
		text += " (prefix " + key + ")"
	}
	return text
}

func (p *simplePrinter) downgrade(what string, r *api.DowngradeResponse) error {
	fmt.Fprintf(p.out, "Downgrade %s success, cluster version %s\n", what, r.Version)
	return nil
}
