// Command quorumlab is Quorum Lab without a browser: it plays shell scripts in
// a fresh world, replays and grades recordings, proves exercises, and serves
// the site.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := root().ExecuteContext(ctx); err != nil {
		var failed *failure
		if !errors.As(err, &failed) {
			fmt.Fprintln(os.Stderr, "quorumlab:", err)
		}
		os.Exit(1)
	}
}

// failure ends the program with status 1 after its reasons have been printed.
type failure struct{ text string }

func (f *failure) Error() string { return f.text }

func root() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "quorumlab",
		Short: "A real Raft cluster to learn from, in virtual time",
		Long: `Quorum Lab runs a real Raft cluster inside one deterministic world: the same
lab, seed and inputs always give the same history.`,
		Example: `  quorumlab serve                                  the site, on http://127.0.0.1:8080
  quorumlab play solution.sh                       type a script into a fresh world
  quorumlab play --record run.json solution.sh     and keep the run
  quorumlab grade run.json                         judge a run`,
		Args:          noArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	cmd.CompletionOptions.HiddenDefaultCmd = true
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w; `%s --help` lists the flags", err, cmd.CommandPath())
	})
	source := &labSource{}
	cmd.PersistentFlags().StringVar(&source.file, "lab", "", "run this lab.wasm `FILE` instead of the embedded one")
	cmd.AddCommand(playCommand(source), transcriptCommand(source), replayCommand(source), gradeCommand(source), exerciseCommand(source), runbookCommand(source), lessonCommand(source),
		benchCommand(source), proveCommand(source), serveCommand(source), licensesCommand(), versionCommand(source))
	return cmd
}

// noArgs says what was expected of somebody who gave too much.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if !cmd.HasSubCommands() {
		return fmt.Errorf("%s takes no arguments, but was given %q", cmd.CommandPath(), args[0])
	}
	names := ""
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() && sub.Name() != "help" {
			names += " " + sub.Name()
		}
	}
	return fmt.Errorf("there is no command %q; expected one of:%s", args[0], names)
}
