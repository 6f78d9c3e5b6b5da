package http1

// statuses are the reason phrases that members use (RFC 9110).
var statuses = map[int]string{
	100: "Continue", 200: "OK",
	400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
	409: "Conflict", 413: "Request Entity Too Large", 417: "Expectation Failed", 429: "Too Many Requests",
	431: "Request Header Fields Too Large",
	500: "Internal Server Error", 501: "Not Implemented", 503: "Service Unavailable", 504: "Gateway Timeout",
	505: "HTTP Version Not Supported",
}

// StatusText is the reason phrase of a status, "" for one that has none (499).
func StatusText(status int) string { return statuses[status] }
