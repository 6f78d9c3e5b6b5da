// Package http1 is HTTP/1.1 (RFC 9112) as far as a member's client port and the
// lab's curl need it: messages with limits on their size, a server of one
// connection, and the reading end of a client. It answers as Go's net/http does,
// which the real etcd is built with; net/http itself is too large to download
// (RATIONALE.md). It knows no clock but time.Now.
package http1

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Limits of what is read, in bytes.
const (
	MaxHead = 64 << 10 // the first line and the header
	MaxBody = 8 << 20  // a request's body
)

// Request is one request. Path is decoded, Query is not.
type Request struct {
	Method, Target string
	Path, Query    string
	Minor          int // of HTTP/1.Minor
	Header         Header
	Body           []byte
	Remote         string // the client's address, if Serve read it
}

// Refusal is a request that is answered before anybody looks at it; the
// connection ends after it.
type Refusal struct {
	Status int
	Text   string // behind the status, if any
}

func (r *Refusal) Error() string { return fmt.Sprintf("%d %s", r.Status, StatusText(r.Status)) }

func bad(text string) error { return &Refusal{400, text} }

// headReader reads lines and counts them against MaxHead.
type headReader struct {
	r    *bufio.Reader
	left int
}

var errLong = errors.New("http1: the head is longer than allowed")

// line reads one line without its end.
func (h *headReader) line() (string, error) {
	var line []byte
	for {
		piece, err := h.r.ReadSlice('\n')
		if h.left -= len(piece); h.left < 0 {
			return "", errLong
		}
		line = append(line, piece...)
		switch {
		case err == bufio.ErrBufferFull:
			continue
		case err == io.EOF && len(line) > 0:
			return "", io.ErrUnexpectedEOF
		case err != nil:
			return "", err
		}
		return strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r"), nil
	}
}

// fields reads a header up to the empty line. A line that is no field is an
// error of the first kind, a failed read one of the second.
func (h *headReader) fields() (header Header, bad bool, err error) {
	for {
		line, err := h.line()
		if err != nil || line == "" {
			return header, false, err
		}
		name, value, found := strings.Cut(line, ":")
		if !found || !token(name) || !printable(value) {
			return nil, true, nil
		}
		header = append(header, Field{name, strings.Trim(value, " \t")})
	}
}

// token tells whether s may be a method or a field's name.
func token(s string) bool {
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0:
		default:
			return false
		}
	}
	return s != ""
}

func printable(s string) bool {
	for _, c := range []byte(s) {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// ReadRequest reads one request with its body. A *Refusal says what to answer
// to one that is malformed or too large; other errors are the connection's.
// more, if not nil, is called before a body is read that the client holds back
// until it is asked for (Expect: 100-continue).
func ReadRequest(r *bufio.Reader, more func() error) (*Request, error) {
	h := &headReader{r: r, left: MaxHead}
	line, err := h.line()
	for i := 0; err == nil && line == "" && i < 2; i++ { // an empty line or two between requests
		line, err = h.line()
	}
	if err != nil {
		return nil, tooLong(err)
	}
	q := &Request{}
	if err := q.first(line); err != nil {
		return nil, err
	}
	header, malformed, err := h.fields()
	switch {
	case err != nil:
		return nil, tooLong(err)
	case malformed:
		return nil, bad("")
	}
	q.Header = header
	if q.Minor >= 1 && !header.Has("Host") {
		return nil, bad("missing required Host header")
	}
	return q, q.readBody(r, more)
}

func tooLong(err error) error {
	if err == errLong {
		return &Refusal{431, ""}
	}
	return err
}

// first reads the request line.
func (q *Request) first(line string) error {
	method, rest, ok1 := strings.Cut(line, " ")
	target, version, ok2 := strings.Cut(rest, " ")
	if !ok1 || !ok2 || !token(method) || target == "" || !printable(target) {
		return bad("")
	}
	switch version {
	case "HTTP/1.1":
		q.Minor = 1
	case "HTTP/1.0":
	default:
		return &Refusal{505, "unsupported protocol version"}
	}
	q.Method, q.Target = method, target
	if i := strings.Index(target, "://"); i >= 0 && target[0] != '/' { // absolute, as to a proxy
		target = target[i+3:]
		target = target[min(len(target), max(0, strings.IndexByte(target+"/", '/'))):]
	}
	path, query, _ := strings.Cut(target, "?")
	q.Query = query
	var err error
	if q.Path, err = Unescape(path, false); err != nil {
		return bad("")
	}
	return nil
}

// Unescape decodes %XX, and in a query + as a blank.
func Unescape(s string, query bool) (string, error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '%':
			if i+2 >= len(s) {
				return "", fmt.Errorf("invalid URL escape %q", s[i:])
			}
			n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
			if err != nil {
				return "", fmt.Errorf("invalid URL escape %q", s[i:i+3])
			}
			b.WriteByte(byte(n))
			i += 2
		case s[i] == '+' && query:
			b.WriteByte(' ')
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), nil
}

// Values gives every value of a name in the query, in order; a name without
// "=" has the value "".
func (q *Request) Values(name string) (values []string) {
	for part := range strings.SplitSeq(q.Query, "&") {
		k, v, _ := strings.Cut(part, "=")
		k, err := Unescape(k, true)
		if v, bad := Unescape(v, true); err == nil && bad == nil && k == name && part != "" {
			values = append(values, v)
		}
	}
	return values
}

// Value gives the first value of a name in the query, or "".
func (q *Request) Value(name string) string {
	if v := q.Values(name); len(v) > 0 {
		return v[0]
	}
	return ""
}

// keep tells whether the connection may carry another request.
func (q *Request) keep() bool {
	if q.Minor == 0 {
		return q.Header.says("Connection", "keep-alive")
	}
	return !q.Header.says("Connection", "close")
}

func (q *Request) readBody(r *bufio.Reader, more func() error) error {
	chunked := q.Header.says("Transfer-Encoding", "chunked")
	length := q.Header.Get("Content-Length")
	switch {
	case q.Header.Has("Transfer-Encoding") && !chunked:
		return &Refusal{501, "unsupported transfer encoding"}
	case !chunked && length == "":
		return nil
	}
	n := int64(0)
	if !chunked {
		var err error
		if n, err = strconv.ParseInt(length, 10, 63); err != nil || n < 0 || length[0] == '+' {
			return bad("")
		}
		if n > MaxBody {
			return &Refusal{413, ""}
		}
	}
	if expect := q.Header.Get("Expect"); expect != "" {
		if !strings.EqualFold(expect, "100-continue") {
			return &Refusal{417, ""}
		}
		if more != nil && (chunked || n > 0) {
			if err := more(); err != nil {
				return err
			}
		}
	}
	var err error
	if !chunked {
		q.Body = make([]byte, n)
		_, err = io.ReadFull(r, q.Body)
		return err
	}
	c := &Chunked{r: r}
	q.Body, err = io.ReadAll(io.LimitReader(c, MaxBody+1))
	switch {
	case errors.Is(err, errChunk):
		return bad("")
	case len(q.Body) > MaxBody:
		return &Refusal{413, ""}
	}
	return err
}

var errChunk = errors.New("http1: malformed chunk")

// Chunked reads a body that comes in chunks, up to io.EOF at its end; one that
// is cut off ends in io.ErrUnexpectedEOF.
type Chunked struct {
	r    *bufio.Reader
	left int64 // of this chunk
	any  bool
	err  error
}

// NewChunked reads a chunked body from r.
func NewChunked(r *bufio.Reader) *Chunked { return &Chunked{r: r} }

// Read gives bytes as they come, at most to the end of a chunk.
func (c *Chunked) Read(p []byte) (int, error) {
	if c.err == nil && c.left == 0 {
		c.err = c.next()
	}
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.r.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	c.err = err
	return n, nil
}

// next reads the line before a chunk, or the trailer after the last one.
func (c *Chunked) next() error {
	h := &headReader{r: c.r, left: MaxHead}
	if c.any {
		if line, err := h.line(); err != nil || line != "" {
			return cutOff(err)
		}
	}
	c.any = true
	line, err := h.line()
	if err != nil {
		return cutOff(err)
	}
	digits, _, _ := strings.Cut(line, ";")
	if c.left, err = strconv.ParseInt(strings.TrimSpace(digits), 16, 63); err != nil || c.left < 0 {
		return errChunk
	}
	if c.left > 0 {
		return nil
	}
	if _, malformed, err := h.fields(); err != nil || malformed {
		return cutOff(err)
	}
	return io.EOF
}

func cutOff(err error) error {
	switch err {
	case nil, errLong:
		return errChunk
	case io.EOF:
		return io.ErrUnexpectedEOF
	}
	return err
}
