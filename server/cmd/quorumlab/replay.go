package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"quorumlab/server/host"
)

func replayCommand(source *labSource) *cobra.Command {
	var events bool
	cmd := &cobra.Command{
		Use:   "replay RECORDING",
		Short: "Run a recording again and print the hash of its events",
		Long: `replay runs a recording again and prints, as JSON, the lab's SHA-256, the ticks,
how many events there were and their SHA-256. Every host of the same lab gives
the same four.`,
		Example: `  quorumlab replay run.json
  quorumlab replay --events run.json | jq 'select(.type == "leader")'`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			rec, err := readRecording(args[0])
			if err != nil {
				return err
			}
			module, err := source.module(cmd.Context())
			if err != nil {
				return err
			}
			out := bufio.NewWriter(cmd.OutOrStdout())
			defer out.Flush()
			options := host.Options{}
			if events {
				options.OnEvent = func(line []byte) {
					_, _ = out.Write(line)
					_ = out.WriteByte('\n')
				}
			}
			result, err := module.Replay(cmd.Context(), rec, options)
			if err != nil {
				return explainReplay(args[0], err)
			}
			if events {
				return nil
			}
			return json.NewEncoder(out).Encode(result)
		},
	}
	cmd.Flags().BoolVar(&events, "events", false, "print the events instead, one JSON object a line")
	return cmd
}

// explainReplay adds the Go stack to a crash, which is what it is about.
func explainReplay(file string, err error) error {
	var crash *host.Crash
	if errors.As(err, &crash) {
		return fmt.Errorf("%s: the world crashes:\n%s", file, crash.Text)
	}
	return fmt.Errorf("%s: %w", file, err)
}
