package curl

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"quorumlab/lab/http1"
	"quorumlab/lab/shell"
)

// options are what a command line asks for.
type options struct {
	urls, outputs []string
	remoteName    bool

	method         string
	body           []byte
	hasBody, get   bool
	head           bool
	headers        []string
	agent, user    string
	json           bool
	include        bool
	dump           string
	silent         bool
	showError      bool
	verbose        bool
	fail, failBody bool
	failEarly      bool
	noGlob         bool
	progress       bool // the meter is not turned off
	write          string
	minor          int // of HTTP/1.minor

	maxTime, connectTimeout time.Duration
	retry                   int
	retryDelay              time.Duration
	retryRefused, retryAll  bool
	resolve                 map[string]string // "host:port" -> address

	cacert, cert, key string
	insecure          bool

	help, version bool
}

// misuse is a command line that is not understood; plain: no hint at the help.
type misuse struct {
	text  string
	code  int
	plain bool
}

func (m *misuse) Error() string { return m.text }

// option is one that curl has: "d,data" or "fail-early"; value tells that it
// takes one.
type option struct {
	short byte
	long  string
	value bool
	set   func(o *options, p *shell.Process, v string) error
}

func on(f func(*options) *bool) func(*options, *shell.Process, string) error {
	return func(o *options, _ *shell.Process, v string) error { *f(o) = v != "off"; return nil }
}

func text(f func(*options) *string) func(*options, *shell.Process, string) error {
	return func(o *options, _ *shell.Process, v string) error { *f(o) = v; return nil }
}

func seconds(f func(*options) *time.Duration) func(*options, *shell.Process, string) error {
	return func(o *options, _ *shell.Process, v string) error {
		n, err := strconv.ParseFloat(v, 64)
		if err != nil || math.IsNaN(n) || n < 0 || n > 1e9 {
			return errNumber
		}
		*f(o) = time.Duration(n * float64(time.Second))
		return nil
	}
}

var errNumber = fmt.Errorf("expected a proper numerical parameter")

func ignored(*options, *shell.Process, string) error { return nil }

// The options, those with a meaning in the lab; the last ones are taken and
// mean nothing here.
var known []option

func init() {
	known = []option{
		{'A', "user-agent", true, text(func(o *options) *string { return &o.agent })},
		{'D', "dump-header", true, text(func(o *options) *string { return &o.dump })},
		{'G', "get", false, on(func(o *options) *bool { return &o.get })},
		{'H', "header", true, addHeader},
		{'I', "head", false, on(func(o *options) *bool { return &o.head })},
		{'O', "remote-name", false, on(func(o *options) *bool { return &o.remoteName })},
		{'S', "show-error", false, on(func(o *options) *bool { return &o.showError })},
		{'V', "version", false, on(func(o *options) *bool { return &o.version })},
		{'X', "request", true, text(func(o *options) *string { return &o.method })},
		{'d', "data", true, addData},
		{0, "data-ascii", true, addData},
		{0, "data-binary", true, addBinary},
		{0, "data-raw", true, func(o *options, _ *shell.Process, v string) error { o.add([]byte(v), "&"); return nil }},
		{0, "data-urlencode", true, addEncoded},
		{0, "json", true, addJSON},
		{'f', "fail", false, on(func(o *options) *bool { return &o.fail })},
		{0, "fail-with-body", false, on(func(o *options) *bool { return &o.failBody })},
		{0, "fail-early", false, on(func(o *options) *bool { return &o.failEarly })},
		{'g', "globoff", false, on(func(o *options) *bool { return &o.noGlob })},
		{'h', "help", false, on(func(o *options) *bool { return &o.help })},
		{'i', "include", false, on(func(o *options) *bool { return &o.include })},
		{'m', "max-time", true, seconds(func(o *options) *time.Duration { return &o.maxTime })},
		{0, "connect-timeout", true, seconds(func(o *options) *time.Duration { return &o.connectTimeout })},
		{'o', "output", true, func(o *options, _ *shell.Process, v string) error { o.outputs = append(o.outputs, v); return nil }},
		{0, "progress-meter", false, on(func(o *options) *bool { return &o.progress })},
		{0, "retry", true, setRetry},
		{0, "retry-delay", true, seconds(func(o *options) *time.Duration { return &o.retryDelay })},
		{0, "retry-connrefused", false, on(func(o *options) *bool { return &o.retryRefused })},
		{0, "retry-all-errors", false, on(func(o *options) *bool { return &o.retryAll })},
		{0, "resolve", true, addResolve},
		{'s', "silent", false, on(func(o *options) *bool { return &o.silent })},
		{'u', "user", true, text(func(o *options) *string { return &o.user })},
		{0, "url", true, func(o *options, _ *shell.Process, v string) error { o.urls = append(o.urls, v); return nil }},
		{'v', "verbose", false, on(func(o *options) *bool { return &o.verbose })},
		{'w', "write-out", true, setWrite},
		{'0', "http1.0", false, func(o *options, _ *shell.Process, _ string) error { o.minor = 0; return nil }},
		{0, "http1.1", false, func(o *options, _ *shell.Process, _ string) error { o.minor = 1; return nil }},

		{'k', "insecure", false, on(func(o *options) *bool { return &o.insecure })},
		{0, "cacert", true, text(func(o *options) *string { return &o.cacert })},
		{'E', "cert", true, text(func(o *options) *string { return &o.cert })},
		{0, "key", true, text(func(o *options) *string { return &o.key })},

		{'L', "location", false, ignored}, {'N', "no-buffer", false, ignored}, {'#', "progress-bar", false, ignored},
		{'4', "ipv4", false, ignored}, {'q', "disable", false, ignored}, {0, "compressed", false, ignored},
		{0, "max-redirs", true, ignored}, {0, "noproxy", true, ignored}, {0, "keepalive-time", true, ignored},
	}
}

// parse reads the command line.
func parse(p *shell.Process) (*options, error) {
	o := &options{minor: 1, agent: "curl/" + version, progress: true}
	args := p.Args[1:]
	for i := 0; i < len(args); i++ {
		arg := args[i]
		var used bool
		var err error
		next := func() (string, bool) {
			if i+1 < len(args) {
				return args[i+1], true
			}
			return "", false
		}
		switch {
		case arg == "--":
			o.urls = append(o.urls, args[i+1:]...)
			i = len(args)
		case strings.HasPrefix(arg, "--"):
			used, err = o.long(p, arg, next)
		case len(arg) > 1 && arg[0] == '-':
			used, err = o.shorts(p, arg, next)
		default:
			o.urls = append(o.urls, arg)
		}
		if err != nil {
			return nil, err
		}
		if used {
			i++
		}
	}
	switch {
	case o.help || o.version:
		return o, nil
	case len(args) == 0:
		return nil, &misuse{code: exitUsage}
	case len(o.urls) == 0:
		return nil, &misuse{text: "no URL specified!", code: exitUsage}
	case o.hasBody && o.head && !o.get:
		if !o.silent {
			warn(p.Stderr, "You can only select one HTTP request method! You asked for both POST (-d, --data) and HEAD (-I, --head).")
		}
		return nil, &misuse{code: exitUsage, plain: true}
	}
	return o, nil
}

// apply sets an option. A file that cannot be read has its own exit code.
func (o *options) apply(p *shell.Process, opt *option, name, v string) error {
	err := opt.set(o, p, v)
	if err == nil {
		return nil
	}
	code := exitUsage
	if _, unreadable := err.(*failure); unreadable {
		code = exitRead
	}
	return &misuse{text: "option " + name + ": " + err.Error(), code: code}
}

func (o *options) long(p *shell.Process, arg string, next func() (string, bool)) (used bool, err error) {
	name := arg[2:]
	off := false
	opt, several := longNamed(name)
	if opt == nil && !several && strings.HasPrefix(name, "no-") {
		if opt, several = longNamed(name[3:]); opt != nil && opt.value {
			opt = nil
		}
		off = opt != nil
	}
	switch {
	case several:
		return false, &misuse{text: "option " + arg + ": is ambiguous", code: exitUsage}
	case opt == nil && foreign[name]:
		return false, &misuse{text: "option " + arg + ": is not offered in this lab", code: exitUsage}
	case opt == nil:
		return false, &misuse{text: "option " + arg + ": is unknown", code: exitUsage}
	case off:
		return false, o.apply(p, opt, arg, "off")
	case !opt.value:
		return false, o.apply(p, opt, arg, "")
	}
	v, ok := next()
	if !ok {
		return false, &misuse{text: "option " + arg + ": requires parameter", code: exitUsage}
	}
	return true, o.apply(p, opt, arg, v)
}

// foreign are options of the real curl that somebody may try here.
var foreign = map[string]bool{
	"form": true, "upload-file": true, "cookie": true, "cookie-jar": true, "proxy": true, "range": true, "config": true,
	"http2": true, "http2-prior-knowledge": true, "http3": true, "parallel": true, "next": true, "ciphers": true,
	"unix-socket": true, "trace": true, "trace-ascii": true, "limit-rate": true, "socks5": true, "interface": true,
}

// longNamed finds an option by its name or an unambiguous prefix of it.
func longNamed(name string) (found *option, several bool) {
	for i := range known {
		switch {
		case known[i].long == name:
			return &known[i], false
		case strings.HasPrefix(known[i].long, name):
			several = found != nil
			found = &known[i]
			if several {
				return nil, !slices.ContainsFunc(known[i:], func(o option) bool { return o.long == name })
			}
		}
	}
	return found, false
}

func (o *options) shorts(p *shell.Process, arg string, next func() (string, bool)) (used bool, err error) {
	for j := 1; j < len(arg); j++ {
		i := slices.IndexFunc(known, func(k option) bool { return k.short == arg[j] })
		name := "-" + arg[j:j+1]
		switch {
		case i < 0 && strings.IndexByte("FTbcxrKZ:Yyzta63", arg[j]) >= 0:
			return false, &misuse{text: "option " + arg + ": is not offered in this lab", code: exitUsage}
		case i < 0:
			return false, &misuse{text: "option " + arg + ": is unknown", code: exitUsage}
		case !known[i].value:
			if err := o.apply(p, &known[i], name, ""); err != nil {
				return false, err
			}
			continue
		case j+1 < len(arg):
			return false, o.apply(p, &known[i], name, arg[j+1:])
		}
		v, ok := next()
		if !ok {
			return false, &misuse{text: "option " + arg + ": requires parameter", code: exitUsage}
		}
		return true, o.apply(p, &known[i], name, v)
	}
	return false, nil
}

// maxBody bounds what curl sends.
const maxBody = http1.MaxBody

// content reads a file, or stdin for "-".
func content(p *shell.Process, name string) ([]byte, error) {
	if name == "-" {
		b, err := io.ReadAll(io.LimitReader(p.Stdin, maxBody+1))
		if len(b) > maxBody {
			return nil, fmt.Errorf("larger than %d bytes", maxBody)
		}
		return b, err
	}
	return p.FS.ReadFile(p.Path(name))
}

// add adds to the body.
func (o *options) add(b []byte, between string) {
	if o.hasBody && between != "" {
		o.body = append(o.body, between...)
	}
	o.body = append(o.body, b...)
	o.hasBody = true
}

func addData(o *options, p *shell.Process, v string) error   { return o.data(p, v, true) }
func addBinary(o *options, p *shell.Process, v string) error { return o.data(p, v, false) }

func (o *options) data(p *shell.Process, v string, lines bool) error {
	name, isFile := strings.CutPrefix(v, "@")
	if !isFile {
		o.add([]byte(v), "&")
		return nil
	}
	b, err := content(p, name)
	if err != nil {
		if !o.silent {
			warn(p.Stderr, fmt.Sprintf("Couldn't read data from file \"%s\", this makes an empty POST.", name))
		}
		b = nil
	}
	if lines { // as the real one: what stands in a file is one line
		b = slices.DeleteFunc(b, func(c byte) bool { return c == '\n' || c == '\r' || c == 0 })
	}
	o.add(b, "&")
	return nil
}

// addEncoded takes CONTENT, =CONTENT, NAME=CONTENT, @FILE and NAME@FILE.
func addEncoded(o *options, p *shell.Process, v string) error {
	name, value := "", v
	if i := strings.IndexAny(v, "=@"); i >= 0 {
		name, value = v[:i], v[i+1:]
		if v[i] == '@' {
			b, err := content(p, value)
			if err != nil {
				return &failure{exitRead, "error encountered when reading a file"}
			}
			value = string(b)
		}
	}
	if name != "" {
		name += "="
	}
	o.add([]byte(name+escape(value)), "&")
	return nil
}

func escape(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func addJSON(o *options, p *shell.Process, v string) error {
	o.json = true
	if name, isFile := strings.CutPrefix(v, "@"); isFile {
		b, err := content(p, name)
		if err != nil {
			return &failure{exitRead, "error encountered when reading a file"}
		}
		v = string(b)
	}
	o.add([]byte(v), "")
	return nil
}

func addHeader(o *options, p *shell.Process, v string) error {
	if name, isFile := strings.CutPrefix(v, "@"); isFile {
		b, err := content(p, name)
		if err != nil {
			return &failure{exitRead, "error encountered when reading a file"}
		}
		for line := range strings.Lines(string(b)) {
			o.headers = append(o.headers, strings.TrimRight(line, "\r\n"))
		}
		return nil
	}
	o.headers = append(o.headers, v)
	return nil
}

func setRetry(o *options, _ *shell.Process, v string) error {
	n, err := strconv.ParseUint(v, 10, 16)
	if err != nil {
		return errNumber
	}
	o.retry = int(n)
	return nil
}

func setWrite(o *options, p *shell.Process, v string) error {
	if name, isFile := strings.CutPrefix(v, "@"); isFile {
		b, err := content(p, name)
		if err != nil {
			return &failure{exitRead, "error encountered when reading a file"}
		}
		v = string(b)
	}
	o.write = v
	return nil
}

func addResolve(o *options, _ *shell.Process, v string) error {
	parts := strings.SplitN(v, ":", 3)
	if len(parts) != 3 {
		return fmt.Errorf("expected HOST:PORT:ADDRESS")
	}
	if o.resolve == nil {
		o.resolve = map[string]string{}
	}
	o.resolve[parts[0]+":"+parts[1]] = parts[2]
	return nil
}
