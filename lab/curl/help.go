package curl

import (
	"slices"
	"strings"

	"quorumlab/lab/shell"
)

// version is that of the curl which the recordings were made with.
const version = "7.88.1"

const versionText = `curl 7.88.1 (of Quorum Lab: HTTP/1.1 to the members of this world)
Protocols: http
`

const help = `Usage: curl [options...] <url>
 -d, --data <data>          HTTP POST data; @file, @- for stdin
     --data-binary, --data-raw, --data-urlencode, --json <data>
 -f, --fail                 Fail fast with no output on HTTP errors
 -G, --get                  Put the post data in the URL and use GET
 -H, --header <header>      Pass custom header(s) to server
 -i, --include              Include protocol response headers in the output
 -I, --head                 Show document info only
 -m, --max-time <seconds>   Maximum time allowed for transfer
     --connect-timeout <seconds>   Maximum time allowed for connection
 -o, --output <file>        Write to file instead of stdout
     --retry <num>          Retry request if transient problems occur
 -s, --silent               Silent mode;  -S, --show-error  but errors
 -u, --user <user:password> Server user and password
 -v, --verbose              Make the operation more talkative
 -w, --write-out <format>   Use output FORMAT after completion: %{http_code}
 -X, --request <method>     Specify request method to use

The members answer at http://m1:2379 and so on:
  curl -s http://m1:2379/health             also /readyz?verbose, /livez, /version
  curl -s http://m1:2379/metrics | grep has_leader
  curl -s http://m1:2379/v3/kv/put -d '{"key":"Zm9v","value":"YmFy"}'   (base64)
  curl -s 'http://m[1-3]:2379/health' -w '\n'
`

// Completer completes curl's options and the members' URLs.
type Completer struct{ Members func() []string }

// paths are what may be asked of a member.
var paths = []string{
	"/health", "/livez", "/metrics", "/readyz", "/readyz?verbose", "/version", "/v3/kv/range", "/v3/kv/put",
	"/v3/kv/deleterange", "/v3/cluster/member/list", "/v3/maintenance/status",
}

// Complete offers options, files after those that take one, and URLs.
func (c Completer) Complete(words []string, word string) []string {
	switch last := words[len(words)-1]; {
	case slices.Contains([]string{"-o", "--output", "--cacert", "--cert", "--key", "-D", "--dump-header"}, last):
		return []string{shell.FileHere}
	case slices.Contains([]string{"-X", "--request"}, last):
		return []string{"GET", "POST"}
	case strings.HasPrefix(word, "-"):
		return flags()
	}
	return c.offer(word)
}

func flags() (list []string) {
	for _, o := range known {
		list = append(list, "--"+o.long)
		if o.short != 0 {
			list = append(list, "-"+string(o.short))
		}
	}
	return list
}

// offer offers the members' addresses, then what can be asked of one.
func (c Completer) offer(word string) (list []string) {
	for _, name := range c.Members() {
		server := "http://" + name + ":2379"
		if !strings.HasPrefix(word, "http") {
			server = name + ":2379"
		}
		if !strings.HasPrefix(word, server) {
			list = append(list, server, "http://"+name+":2379")
			continue
		}
		for _, path := range paths {
			list = append(list, server+path)
		}
	}
	return list
}
