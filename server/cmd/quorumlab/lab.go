package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"quorumlab/server/host"
	"quorumlab/server/site"
)

// labSource is where lab.wasm comes from: a file, or the site in this binary.
type labSource struct{ file string }

func (s *labSource) wasm() ([]byte, error) {
	if s.file != "" {
		wasm, err := os.ReadFile(s.file)
		if err != nil {
			return nil, fmt.Errorf("--lab: %w", err)
		}
		return wasm, nil
	}
	embedded, err := site.Embedded()
	if err != nil {
		return nil, err
	}
	return embedded.LabWasm()
}

// module compiles the lab; the machine code is kept on disk, since compiling
// takes seconds and depends on nothing but the lab.
func (s *labSource) module(ctx context.Context) (*host.Module, error) {
	return s.compile(ctx, host.Compile)
}

// strangers is module for recordings that anybody may send: a deadline stops
// even a loop that never ends, which makes every run slower.
func (s *labSource) strangers(ctx context.Context) (*host.Module, error) {
	return s.compile(ctx, host.CompileInterruptible)
}

type compiler func(ctx context.Context, wasm []byte, cacheDir string) (*host.Module, error)

func (s *labSource) compile(ctx context.Context, compile compiler) (*host.Module, error) {
	wasm, err := s.wasm()
	if err != nil {
		return nil, err
	}
	return compile(ctx, wasm, cacheDir())
}

// cacheDir is this user's folder for compiled labs; empty if there is none to
// write to.
func cacheDir() string {
	base, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	dir := filepath.Join(base, "quorumlab")
	if os.MkdirAll(dir, 0o777) != nil {
		return ""
	}
	return dir
}

func versionCommand(source *labSource) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the SHA-256 of the lab, which is its version",
		Example: "  quorumlab version",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			wasm, err := source.wasm()
			if err != nil {
				return err
			}
			sum := sha256.Sum256(wasm)
			fmt.Fprintf(cmd.OutOrStdout(), "lab %s\n", hex.EncodeToString(sum[:]))
			return nil
		},
	}
}
