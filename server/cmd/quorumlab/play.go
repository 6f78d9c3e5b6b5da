package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"quorumlab/exercises"
	"quorumlab/lab/recording"
	"quorumlab/server/host"
	"quorumlab/server/play"
)

// playing is one run of `quorumlab play`.
type playing struct {
	world    recording.World
	seed     uint64
	exercise string
	learner  string
	folders  []string
	tls      bool
	asJSON   bool
	record   string
	patience time.Duration
	typed    bool // a person types at a terminal
	out      io.Writer
	errs     io.Writer
}

func playCommand(source *labSource) *cobra.Command {
	p := &playing{}
	cmd := &cobra.Command{
		Use:   "play [flags] [SCRIPT|-]",
		Short: "Type shell lines into a fresh world and print what comes of them",
		Long: `play boots a world, types the lines of a script (or of standard input) at its
shell, each when the one before has ended, and prints a transcript. Time is the
world's own: an hour's sleep takes a moment. A line that fails does not end the
script; the exit status is 0 if the script ran to its end.`,
		Example: `  quorumlab play solution.sh
  echo 'etcdctl put name John && etcdctl get name' | quorumlab play
  quorumlab play --members 5 --seed 7 --json --record run.json script.sh
  quorumlab play --exercise kill-the-leader --record run.json attempt.sh && quorumlab grade run.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p.out, p.errs = cmd.OutOrStdout(), cmd.ErrOrStderr()
			script, err := openScript(cmd, args)
			if err != nil {
				return err
			}
			defer script.Close()
			p.typed = len(args) == 0 && cmd.InOrStdin() == os.Stdin && isatty.IsTerminal(os.Stdin.Fd())
			module, err := source.module(cmd.Context())
			if err != nil {
				return err
			}
			return p.run(cmd.Context(), module, script, cmd.Flags().Changed("members"))
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&p.world.Members, "members", 3, "size of the cluster, 1 to 9")
	flags.Uint64Var(&p.seed, "seed", 1, "of everything that is left to chance")
	flags.StringVar(&p.world.Data, "data", "", "what the key space holds at first: nothing, or kubernetes")
	flags.BoolVar(&p.tls, "tls", false, "members speak TLS; certificates are files below certs/")
	flags.StringVar(&p.world.Shell, "on", "workstation", "where the shell is: workstation, or a member such as m1")
	flags.BoolVar(&p.asJSON, "json", false, "print one JSON object for each complete command")
	flags.StringVar(&p.record, "record", "", "write the recording to `FILE`")
	flags.StringVar(&p.exercise, "exercise", "", "play inside the world of this exercise, graded")
	flags.StringVar(&p.learner, "learner", "", "play the words and the seed of an exercise that are this learner's own")
	flags.StringSliceVar(&p.folders, "exercises", nil, "folders of exercises to know beside the embedded ones")
	flags.DurationVar(&p.patience, "patience", 10*time.Minute, "virtual time that one line may take")
	return cmd
}

func openScript(cmd *cobra.Command, args []string) (io.ReadCloser, error) {
	if len(args) == 0 || args[0] == "-" {
		return io.NopCloser(cmd.InOrStdin()), nil
	}
	return os.Open(args[0])
}

func (p *playing) options(membersAsked bool) (play.Options, error) {
	if p.tls {
		p.world.TLS = &recording.TLS{}
	}
	options := play.Options{World: p.world, Seed: p.seed, Patience: p.patience}
	options.OnError = func(text string) { fmt.Fprintln(p.errs, "quorumlab: the lab refused this:", text) }
	if p.asJSON {
		enc := json.NewEncoder(p.out)
		enc.SetEscapeHTML(false)
		options.OnCommand = func(c play.Command) { _ = enc.Encode(c) }
	} else {
		options.OnStart = p.showCommand
		options.OnOutput = func(_, text string) { fmt.Fprint(p.out, text) }
	}
	if p.exercise == "" {
		return options, nil
	}
	if membersAsked || p.tls {
		return options, errors.New("--members, --tls and --exercise: an exercise sets its own world")
	}
	exercise, err := findExercise(p.exercise, p.folders)
	if err != nil {
		return options, err
	}
	if p.learner != "" {
		exercise, options.Seed = exercise.Personal(p.learner)
	}
	judged := judgeable(exercise)
	options.Exercise, options.World = &judged, exercise.World
	return options, nil
}

// showCommand prints a command as a terminal would show it typed.
func (p *playing) showCommand(text string) {
	if !p.typed {
		fmt.Fprintln(p.out, "$ "+strings.ReplaceAll(text, "\n", "\n> "))
	}
}

func (p *playing) run(ctx context.Context, module *host.Module, script io.Reader, membersAsked bool) error {
	options, err := p.options(membersAsked)
	if err != nil {
		return err
	}
	player, err := play.Start(ctx, module, options)
	if player == nil {
		return err
	}
	defer player.Close()
	if err == nil {
		err = p.lines(player, script)
	}
	return p.finish(player, err)
}

func (p *playing) lines(player *play.Player, script io.Reader) error {
	lines := bufio.NewScanner(script)
	lines.Buffer(nil, 1<<20)
	p.prompt(player)
	for lines.Scan() {
		if err := player.Line(lines.Text()); err != nil {
			return err
		}
		p.prompt(player)
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if player.Incomplete() {
		return errors.New("the script ended in the middle of a command")
	}
	return nil
}

func (p *playing) prompt(player *play.Player) {
	if p.typed {
		fmt.Fprint(p.out, player.Prompt())
	}
}

// finish keeps the recording, whatever happened, and tells of a crash where
// the run that leads to it lies.
func (p *playing) finish(player *play.Player, err error) error {
	var crash *host.Crash
	crashed := errors.As(err, &crash)
	if crashed && p.record == "" {
		p.record = fmt.Sprintf("quorumlab-crash-%d.json", p.seed)
	}
	if p.record != "" {
		if failed := writeRecording(p.record, player.Recording()); failed != nil {
			return errors.Join(err, failed)
		}
	}
	if crashed {
		return fmt.Errorf("the world has crashed after %s; the recording that leads there is %s\n%s",
			time.Duration(player.Run().NowMicros())*time.Microsecond, p.record, crash.Text)
	}
	return err
}

func writeRecording(file string, rec *recording.Recording) error {
	text, err := json.Marshal(rec)
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o666)
}

func readRecording(file string) (*recording.Recording, error) {
	if file == "-" {
		return recording.Read(os.Stdin, "standard input")
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return recording.Read(f, file)
}

// findExercise gives the exercise of an id.
func findExercise(id string, folders []string) (*exercises.Exercise, error) {
	all, err := loadExercises(folders)
	if err != nil {
		return nil, err
	}
	names := ""
	for _, e := range slices.Backward(all) { // those of a folder come last, and first
		if e.ID == id {
			return e, nil
		}
		names = " " + e.ID + names
	}
	return nil, fmt.Errorf("there is no exercise %q; expected one of:%s", id, names)
}
