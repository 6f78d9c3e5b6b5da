package curl

import (
	"fmt"
	"strconv"
	"strings"
)

// maxURLs bounds what one argument may stand for.
const maxURLs = 1000

// expand lists what a URL with {a,b} and [1-3] stands for.
func expand(arg string, off bool) ([]string, error) {
	if off {
		return []string{arg}, nil
	}
	list := []string{""}
	for i := 0; i < len(arg); {
		alternatives, next, err := piece(arg, i)
		if err != nil {
			return nil, err
		}
		var longer []string
		for _, before := range list {
			for _, one := range alternatives {
				if longer = append(longer, before+one); len(longer) > maxURLs {
					return nil, failf(exitURL, "the URL stands for more than %d", maxURLs)
				}
			}
		}
		list, i = longer, next
	}
	return list, nil
}

// piece reads the alternatives that begin at i.
func piece(arg string, i int) (alternatives []string, next int, err error) {
	switch arg[i] {
	case '{':
		end := strings.IndexByte(arg[i:], '}')
		if end < 0 {
			return nil, 0, globError("unmatched brace", arg, i)
		}
		if end == 1 {
			return nil, 0, globError("empty string within braces", arg, i)
		}
		return strings.Split(arg[i+1:i+end], ","), i + end + 1, nil
	case '[':
		end := strings.IndexByte(arg[i:], ']')
		if end < 0 {
			return nil, 0, globError("bad range", arg, i)
		}
		if alternatives = interval(arg[i+1 : i+end]); alternatives == nil {
			return nil, 0, globError("bad range", arg, i+1)
		}
		return alternatives, i + end + 1, nil
	case '\\':
		if i+1 < len(arg) && strings.IndexByte("{}[]", arg[i+1]) >= 0 {
			return []string{arg[i+1 : i+2]}, i + 2, nil
		}
	}
	n := strings.IndexAny(arg[i+1:], `{[\`)
	if n < 0 {
		n = len(arg) - i - 1
	}
	return []string{arg[i : i+1+n]}, i + 1 + n, nil
}

// interval lists 1-3, 01-10, a-c, each with :STEP; nil if it is none.
func interval(s string) (list []string) {
	s, by, stepped := strings.Cut(s, ":")
	step := 1
	if stepped {
		step, _ = strconv.Atoi(by)
	}
	from, to, found := strings.Cut(s, "-")
	if !found || step < 1 {
		return nil
	}
	if len(from) == 1 && len(to) == 1 && from[0] >= 'A' && from[0] <= to[0] {
		for c := int(from[0]); c <= int(to[0]); c += step {
			list = append(list, string(rune(c)))
		}
		return list
	}
	first, err1 := strconv.ParseUint(from, 10, 31)
	last, err2 := strconv.ParseUint(to, 10, 31)
	if err1 != nil || err2 != nil || last < first || (last-first)/uint64(step) > maxURLs {
		return nil
	}
	for n := first; n <= last; n += uint64(step) {
		digits := strconv.FormatUint(n, 10)
		if from[0] == '0' {
			digits = strings.Repeat("0", max(0, len(from)-len(digits))) + digits
		}
		list = append(list, digits)
	}
	return list
}

func globError(what, arg string, i int) error {
	return failf(exitURL, "%s in URL position %d:\n%s\n%*s", what, i+1, arg, i+1, "^")
}

// address is a URL taken apart.
type address struct {
	scheme, user string
	host         string
	port         int
	path, query  string
}

var errURL = &failure{exitURL, "URL using bad/illegal format or missing URL"}

// parseURL takes a URL apart; without a scheme it is http.
func parseURL(s string) (a address, err error) {
	a.scheme, a.port = "http", 80
	if scheme, rest, found := strings.Cut(s, "://"); found {
		a.scheme, s = strings.ToLower(scheme), rest
	}
	switch a.scheme {
	case "http":
	case "https":
		a.port = 443
	default:
		return a, failf(exitProtocol, "Protocol %q not supported or disabled in libcurl", a.scheme)
	}
	s, _, _ = strings.Cut(s, "#")
	rest := ""
	if i := strings.IndexAny(s, "/?"); i >= 0 {
		s, rest = s[:i], s[i:]
	}
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		a.user, s = s[:i], s[i+1:]
	}
	a.path, a.query, _ = strings.Cut(rest, "?")
	if a.path == "" {
		a.path = "/"
	}
	host, digits, found := strings.Cut(s, ":")
	if found && digits != "" {
		port, err := strconv.ParseUint(digits, 10, 16)
		if err != nil {
			return a, errURL
		}
		a.port = int(port)
	}
	a.host = host
	if host == "" || strings.ContainsAny(rest+host, " \t\r\n\"<>^`{}|\\") {
		return a, errURL
	}
	return a, nil
}

// hostHeader is the Host field: without the port that the scheme implies.
func (a address) hostHeader() string {
	if a.port == 80 {
		return a.host
	}
	return fmt.Sprintf("%s:%d", a.host, a.port)
}

// target is what stands in the request line.
func (a address) target() string {
	if a.query != "" {
		return a.path + "?" + a.query
	}
	return a.path
}
