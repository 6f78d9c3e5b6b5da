package http1

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"strings"
)

// Answer is a response as a client reads it: the head, then Body as it comes.
type Answer struct {
	Line   string // the status line
	Status int
	Minor  int // of HTTP/1.Minor
	Header Header
	// Body ends in io.EOF if all of it came, else in io.ErrUnexpectedEOF or the
	// connection's error.
	Body io.Reader
	// Length is of the body, -1 if only its end will tell.
	Length  int64
	Chunked bool
	keep    bool
}

// ErrNotHTTP is an answer that does not begin as HTTP does.
var ErrNotHTTP = errors.New("http1: the answer is not HTTP")

// ReadAnswer reads the head of the answer to a request of this method; interim
// answers (1xx) are passed over. io.EOF: the connection ended before anything
// came.
func ReadAnswer(r *bufio.Reader, method string) (*Answer, error) {
	for {
		a, err := readHead(r)
		if err != nil || a.Status >= 200 || a.Status == 101 {
			if err == nil {
				a.body(r, method)
			}
			return a, err
		}
	}
}

func readHead(r *bufio.Reader) (*Answer, error) {
	if start, err := r.Peek(5); string(start) != "HTTP/"[:len(start)] {
		return nil, ErrNotHTTP
	} else if err != nil && (err != io.EOF || len(start) == 0) {
		return nil, err
	}
	h := &headReader{r: r, left: MaxHead}
	line, err := h.line()
	if err != nil {
		return nil, err
	}
	version, rest, _ := strings.Cut(line, " ")
	digits, _, _ := strings.Cut(rest, " ")
	status, err := strconv.Atoi(digits)
	if err != nil || len(digits) != 3 || status < 100 || version != "HTTP/1.1" && version != "HTTP/1.0" {
		return nil, ErrNotHTTP
	}
	a := &Answer{Line: line, Status: status}
	if version == "HTTP/1.1" {
		a.Minor = 1
	}
	var malformed bool
	if a.Header, malformed, err = h.fields(); malformed {
		return nil, ErrNotHTTP
	}
	return a, err
}

// body finds how the body ends (RFC 9112, 6.3).
func (a *Answer) body(r *bufio.Reader, method string) {
	a.keep = a.Minor >= 1 && !a.Header.says("Connection", "close") || a.Header.says("Connection", "keep-alive")
	length, err := strconv.ParseInt(a.Header.Get("Content-Length"), 10, 63)
	switch {
	case method == "HEAD" || a.Status == 204 || a.Status == 304 || a.Status < 200:
		a.Body = strings.NewReader("")
	case a.Header.says("Transfer-Encoding", "chunked"):
		a.Body, a.Length, a.Chunked = NewChunked(r), -1, true
	case err == nil && length >= 0:
		a.Body, a.Length = &exactly{r, length}, length
	default:
		a.Body, a.Length, a.keep = r, -1, false
	}
}

// Keep tells whether the connection can carry another request once the body
// was read to its end.
func (a *Answer) Keep() bool { return a.keep }

// exactly reads so many bytes.
type exactly struct {
	r    *bufio.Reader
	left int64
}

func (e *exactly) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n, err := e.r.Read(p[:min(int64(len(p)), e.left)])
	if e.left -= int64(n); err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
