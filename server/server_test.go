package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"quorumlab/lab/recording"
	"quorumlab/server/headers"
	"quorumlab/server/verdict"
)

func passing(context.Context, *recording.Recording) (any, error) {
	return map[string]any{"passed": true, "points": 3}, nil
}

var page = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/panic" {
		panic("on purpose")
	}
	_, _ = w.Write([]byte("page " + r.URL.Path))
})

func post(t *testing.T, judge Judge, body string, header ...string) (*httptest.ResponseRecorder, map[string]any) {
	t.Helper()
	r := httptest.NewRequest("POST", "/api/v1/verdicts", strings.NewReader(body))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	New(Config{Static: page, Judge: judge}).ServeHTTP(w, r)
	var answer map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("the answer is not JSON: %s", w.Body)
	}
	return w, answer
}

var minimal = `{"format":1,"lab":"` + strings.Repeat("a", 64) + `","world":{"members":3},"seed":1,"inputs":[],"ticks":5}`

func TestEveryAnswerIsSecure(t *testing.T) {
	app := New(Config{Static: page})
	for _, path := range []string{"/", "/lessons/x/", "/healthz", "/readyz", "/api/none"} {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		for _, h := range headers.Security {
			if w.Header().Get(h.Name) != h.Value {
				t.Errorf("GET %s: %s is %q", path, h.Name, w.Header().Get(h.Name))
			}
		}
		if w.Header().Get(headers.StrictTransport.Name) != "" {
			t.Errorf("GET %s: strict transport over plain http", path)
		}
	}
}

func TestStrictTransportOverTLS(t *testing.T) {
	r := httptest.NewRequest("GET", "https://example.org/", nil)
	w := httptest.NewRecorder()
	New(Config{Static: page}).ServeHTTP(w, r)
	if w.Header().Get("Strict-Transport-Security") == "" {
		t.Error("no Strict-Transport-Security over TLS")
	}
}

func TestHealthAndReadiness(t *testing.T) {
	app := New(Config{Static: page, Ready: func() error { return errors.New("the lab is being compiled") }})
	for path, want := range map[string]string{"/healthz": "ok\n", "/readyz": "not ready: the lab is being compiled\n"} {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Body.String() != want {
			t.Errorf("GET %s: %d %q", path, w.Code, w.Body)
		}
	}
}

func TestVerdictIsAnswered(t *testing.T) {
	w, answer := post(t, passing, minimal, "Content-Type", "application/json; charset=utf-8")
	if w.Code != 200 || answer["passed"] != true || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("got %d %v", w.Code, answer)
	}
}

func TestVerdictErrors(t *testing.T) {
	busy := func(context.Context, *recording.Recording) (any, error) {
		return nil, &verdict.Error{Code: verdict.CodeBusy, Message: "full", RetryAfter: 5 * time.Second}
	}
	broken := func(context.Context, *recording.Recording) (any, error) { return nil, errors.New("secret path") }
	for _, test := range []struct {
		name, body, kind string
		judge            Judge
		status           int
		code, message    string
		definite         bool
	}{
		{"not JSON", "hello", "", passing, 400, "bad-recording", "not a recording: line 1", true},
		{"wrong format", strings.Replace(minimal, `"format":1`, `"format":9`, 1), "", passing, 400, "bad-recording", "format: 9 is not known", true},
		{"too large", strings.Repeat(" ", recording.MaxBytes+1), "", passing, 413, "too-large", "at most 4194304 bytes", true},
		{"media type", minimal, "text/plain", passing, 415, "not-json", "not text/plain", true},
		{"busy", minimal, "", busy, 429, "busy", "full", false},
		{"internal", minimal, "", broken, 500, "internal", "server's log", false},
		{"no judge", minimal, "", nil, 501, "not-here", "quorumlab grade", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, answer := post(t, test.judge, test.body, "Content-Type", test.kind)
			if w.Code != test.status || answer["code"] != test.code || answer["definite"] != test.definite || !strings.Contains(answer["message"].(string), test.message) {
				t.Errorf("got %d %v", w.Code, answer)
			}
			if (test.status == 429) != (w.Header().Get("Retry-After") == "5") {
				t.Errorf("Retry-After: %q", w.Header().Get("Retry-After"))
			}
		})
	}
}

func TestAccessLogIsStructured(t *testing.T) {
	var out bytes.Buffer
	app := New(Config{Static: page, Log: slog.New(slog.NewJSONHandler(&out, nil))})
	for _, path := range []string{"/x", "/panic"} {
		app.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("expected two lines, got %q", lines)
	}
	var first, second map[string]any
	if json.Unmarshal([]byte(lines[0]), &first) != nil || json.Unmarshal([]byte(lines[1]), &second) != nil {
		t.Fatalf("not JSON: %q", lines)
	}
	if first["status"] != 200.0 || first["path"] != "/x" || first["bytes"] != 7.0 {
		t.Errorf("got %v", first)
	}
	if second["status"] != 500.0 || !strings.Contains(second["error"].(string), "on purpose") || second["level"] != "ERROR" {
		t.Errorf("got %v", second)
	}
}

func TestUnknownMethodOfTheAPI(t *testing.T) {
	w := httptest.NewRecorder()
	New(Config{Static: page}).ServeHTTP(w, httptest.NewRequest("GET", "/api/v1/verdicts", nil))
	if w.Code != 404 && w.Code != 405 || !strings.Contains(w.Body.String(), `"code"`) {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}
