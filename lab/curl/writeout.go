package curl

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"quorumlab/lab/network"
)

// writeOut prints what -w asks for: text with %{variables}, \n, \r and \t.
func (t *transfer) writeOut() {
	out := t.Stdout
	s := t.write
	for i := 0; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], "%%"):
			fmt.Fprint(out, "%")
			i++
		case strings.HasPrefix(s[i:], "%{") && strings.IndexByte(s[i:], '}') > 0:
			end := i + strings.IndexByte(s[i:], '}')
			name := s[i+2 : end]
			i = end
			switch value, ok := t.variable(name); {
			case name == "stderr":
				out = t.Stderr
			case name == "stdout":
				out = t.Stdout
			case ok:
				fmt.Fprint(out, value)
			default:
				fmt.Fprintf(t.Stderr, "curl: unknown --write-out variable: '%s'\n", name)
			}
		case s[i] == '\\' && i+1 < len(s):
			i++
			if c := strings.IndexByte("nrt", s[i]); c >= 0 {
				fmt.Fprint(out, "\n\r\t"[c:c+1])
			} else {
				fmt.Fprint(out, s[i-1:i+1])
			}
		default:
			fmt.Fprint(out, s[i:i+1])
		}
	}
}

// variable is the value of a variable of -w.
func (t *transfer) variable(name string) (string, bool) {
	switch name {
	case "http_code", "response_code":
		return fmt.Sprintf("%03d", t.status()), true
	case "url":
		return t.url, true
	case "url_effective":
		return t.effective(), true
	case "method":
		return t.method, true
	case "scheme":
		return "HTTP", true
	case "exitcode":
		return strconv.Itoa(t.code), true
	case "errormsg":
		if t.failed == nil {
			return "", true
		}
		return t.failed.Error(), true
	case "http_version":
		if t.answer == nil {
			return "0", true
		}
		return "1." + strconv.Itoa(t.answer.Minor), true
	case "content_type":
		if t.answer == nil {
			return "", true
		}
		return t.answer.Header.Get("Content-Type"), true
	case "filename_effective":
		return t.output, true
	case "urlnum":
		return strconv.Itoa(t.n - 1), true
	}
	if n, ok := t.number(name); ok {
		return strconv.FormatInt(n, 10), true
	}
	if at, ok := t.moment(name); ok {
		return fmt.Sprintf("%.6f", max(at.Sub(t.began), 0).Seconds()), true
	}
	return t.endpoint(name)
}

func (t *transfer) status() int {
	if t.answer == nil {
		return 0
	}
	return t.answer.Status
}

func (t *transfer) effective() string {
	if !strings.Contains(t.url, "://") {
		return "http://" + t.url + map[bool]string{true: "/"}[!strings.Contains(t.url, "/")]
	}
	return t.url
}

func (t *transfer) number(name string) (int64, bool) {
	switch name {
	case "size_download":
		return t.received, true
	case "size_upload":
		return int64(len(t.body)), true
	case "size_header":
		return int64(t.headBytes), true
	case "size_request":
		return int64(t.requestBytes + len(t.body)), true
	case "speed_download":
		return t.speed(t.received), true
	case "speed_upload":
		return t.speed(int64(len(t.body))), true
	case "num_connects":
		return map[bool]int64{true: 1}[t.fresh], true
	case "num_headers":
		if t.answer == nil {
			return 0, true
		}
		return int64(len(t.answer.Header)), true
	case "num_redirects", "http_connect", "ssl_verify_result":
		return 0, true
	}
	return 0, false
}

// speed is bytes per second over the whole transfer.
func (t *transfer) speed(bytes int64) int64 {
	took := time.Since(t.began)
	if took < time.Microsecond {
		took = time.Microsecond
	}
	return int64(float64(bytes) / took.Seconds())
}

func (t *transfer) moment(name string) (time.Time, bool) {
	switch name {
	case "time_total":
		return time.Now(), true
	case "time_connect", "time_pretransfer":
		return t.connected, true
	case "time_starttransfer":
		return t.first, true
	case "time_namelookup", "time_redirect", "time_appconnect":
		return t.began, true
	}
	return time.Time{}, false
}

func (t *transfer) endpoint(name string) (string, bool) {
	var local network.Addr
	if t.conn != nil {
		local, _ = t.conn.LocalAddr().(network.Addr)
	}
	switch name {
	case "remote_ip":
		return t.ip, true
	case "remote_port":
		return strconv.Itoa(t.addr.port), true
	case "local_ip":
		return local.IP, true
	case "local_port":
		return strconv.Itoa(local.Port), true
	}
	return "", false
}
