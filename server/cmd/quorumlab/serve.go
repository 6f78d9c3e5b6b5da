package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"quorumlab/lab/recording"
	"quorumlab/server"
	"quorumlab/server/judge"
	"quorumlab/server/site"
)

// What a learner's recording may cost this server.
const (
	verdictTicks       = 30 * 60 * 100 // half an hour of virtual time
	verdictWall        = 2 * time.Minute
	verdictMemoryBytes = 256 << 20
	verdictPatience    = 3 * time.Second
)

// What a connection may cost.
const (
	headerTimeout  = 5 * time.Second
	readTimeout    = 30 * time.Second
	writeTimeout   = verdictWall + verdictPatience + time.Minute
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 64 << 10
	goodbye        = 10 * time.Second // for requests that are being answered when the server stops
)

func serveCommand(source *labSource) *cobra.Command {
	var address string
	var replays int
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the site, and verdicts on recordings",
		Long: `serve answers with the site that this binary was built with, and judges
recordings that are sent to POST /api/v1/verdicts. It keeps nothing. One JSON
line for each request goes to standard output.`,
		Example: `  quorumlab serve
  quorumlab serve --addr 0.0.0.0:8080              for everybody in the room
  curl -d @run.json -H 'Content-Type: application/json' http://127.0.0.1:8080/api/v1/verdicts`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			files, err := site.Embedded()
			if err != nil {
				return err
			}
			known, err := knownExercises(nil)
			if err != nil {
				return err
			}
			log := slog.New(slog.NewJSONHandler(cmd.OutOrStdout(), nil))
			compiled := compileBehind(cmd.Context(), source, known, replays)
			app := server.New(server.Config{Static: files, Judge: compiled.judge, Ready: compiled.ready, Log: log})
			return serve(cmd.Context(), address, app, log)
		},
	}
	cmd.Flags().StringVar(&address, "addr", "127.0.0.1:8080", "`HOST:PORT` to listen on")
	cmd.Flags().IntVar(&replays, "replays", runtime.NumCPU(), "recordings judged at the same time")
	return cmd
}

// serve answers until the context ends, and then lets open requests finish.
func serve(ctx context.Context, address string, handler http.Handler, log *slog.Logger) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("--addr: %w", err)
	}
	log.Info("listening", "url", "http://"+listener.Addr().String()+"/")
	s := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping", "patienceSeconds", goodbye.Seconds())
	last, cancel := context.WithTimeout(context.Background(), goodbye)
	defer cancel()
	err = s.Shutdown(last)
	log.Info("stopped")
	return err
}

// compiling is a judge whose lab is compiled while the site is served already.
type compiling struct {
	done chan struct{}
	j    *judge.Judge
	err  error
}

var errCompiling = errors.New("the lab is being compiled")

func compileBehind(ctx context.Context, source *labSource, known []judge.Exercise, replays int) *compiling {
	c := &compiling{done: make(chan struct{})}
	go func() {
		defer close(c.done)
		module, err := source.strangers(ctx)
		if err != nil {
			c.err = err
			return
		}
		c.j = judge.New(module, known, judge.Limits{
			Ticks: verdictTicks, Wall: verdictWall, MemoryBytes: verdictMemoryBytes, Replays: replays, Patience: verdictPatience,
		})
	}()
	return c
}

func (c *compiling) ready() error {
	select {
	case <-c.done:
		return c.err
	default:
		return errCompiling
	}
}

func (c *compiling) judge(ctx context.Context, rec *recording.Recording) (any, error) {
	select {
	case <-c.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if c.err != nil {
		return nil, c.err
	}
	return c.j.Judge(ctx, rec)
}
