// Package server is the web application: the site, the health endpoints and
// the verdicts, as one echo app that a Go process and a Cloudflare Worker both
// run. What differs between them comes in by Config.
package server

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"quorumlab/lab/recording"
	"quorumlab/server/headers"
)

// Judge replays a recording and gives its verdict, to be answered as JSON. It
// must be safe for concurrent use; an error it wants told to the client is a
// *verdict.Error.
type Judge func(ctx context.Context, rec *recording.Recording) (any, error)

// Config is what an app is made of.
type Config struct {
	Static http.Handler // answers every address that is not the app's own
	Judge  Judge        // nil: verdicts are answered by 501
	Ready  func() error // nil: ready from the start; an error answers /readyz by 503
	Log    *slog.Logger // one line a request; nil: none
}

// New makes the app.
func New(config Config) *echo.Echo {
	app := echo.New()
	app.HideBanner, app.HidePort = true, true
	app.HTTPErrorHandler = answerError
	app.Use(logRequests(config.Log), recoverPanic, secure)
	app.GET("/healthz", func(c echo.Context) error { return c.String(http.StatusOK, "ok\n") })
	app.GET("/readyz", ready(config.Ready))
	app.POST("/api/v1/verdicts", postVerdict(config.Judge))
	app.Any("/api/*", func(c echo.Context) error {
		return &apiError{http.StatusNotFound, "not-found", "There is no " + c.Request().Method + " " + c.Request().URL.Path + " here.", true}
	})
	app.Any("/*", echo.WrapHandler(config.Static))
	app.Any("/", echo.WrapHandler(config.Static))
	return app
}

func ready(check func() error) echo.HandlerFunc {
	return func(c echo.Context) error {
		if check != nil {
			if err := check(); err != nil {
				return c.String(http.StatusServiceUnavailable, "not ready: "+err.Error()+"\n")
			}
		}
		return c.String(http.StatusOK, "ready\n")
	}
}

// secure sets the headers that every answer carries.
func secure(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		for _, header := range headers.Security {
			h.Set(header.Name, header.Value)
		}
		if c.Scheme() == "https" {
			h.Set(headers.StrictTransport.Name, headers.StrictTransport.Value)
		}
		return next(c)
	}
}

// recoverPanic turns a panic in a handler into a 500 and a line in the log.
func recoverPanic(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if r := recover(); r != nil {
				if r == http.ErrAbortHandler {
					panic(r)
				}
				err = &panicError{r}
			}
		}()
		return next(c)
	}
}

// logRequests writes one structured line for each request, after its answer.
func logRequests(log *slog.Logger) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		if log == nil {
			return next
		}
		return func(c echo.Context) error {
			start := time.Now()
			err := next(c)
			if err != nil {
				c.Error(err)
			}
			logRequest(log, c, time.Since(start), err)
			return nil
		}
	}
}

func logRequest(log *slog.Logger, c echo.Context, took time.Duration, err error) {
	r, w := c.Request(), c.Response()
	attributes := []slog.Attr{
		slog.String("method", r.Method),
		slog.String("path", r.URL.Path),
		slog.Int("status", w.Status),
		slog.Int64("bytes", w.Size),
		slog.Int64("micros", took.Microseconds()),
		slog.String("client", c.RealIP()),
	}
	level := slog.LevelInfo
	if err != nil {
		attributes = append(attributes, slog.String("error", err.Error()))
	}
	if w.Status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	log.LogAttrs(r.Context(), level, "request", attributes...)
}
