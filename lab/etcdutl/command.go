// Package etcdutl is etcd's tool for files: it looks at snapshots and restores
// data directories from them, in the real one's words (v3.6).
package etcdutl

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"quorumlab/lab/event"
	"quorumlab/lab/internal/tool"
	"quorumlab/lab/shell"
)

// Restorer is the world as far as a restore changes it.
type Restorer interface {
	// RestoreDataDir makes the data directory dir (an absolute path, missing or
	// empty) what the plan says. A member that starts on it takes part in the
	// plan's cluster.
	RestoreDataDir(dir string, plan RestorePlan) error
	// DataDirExists tells whether dir holds a member's data already.
	DataDirExists(dir string) bool
}

// Command makes the etcdutl command of a world. emit takes its `file` events
// (a snapshot verified, a directory restored) and may be nil.
func Command(world Restorer, emit func(event.Event)) shell.Command {
	return func(p *shell.Process) int { return Run(tool.Of(p), world, emit) }
}

// Run runs etcdutl once and gives its exit code.
func Run(p *tool.Process, world Restorer, emit func(event.Event)) int {
	u := &utl{Process: p, world: world, emit: emit}
	if emit == nil {
		u.emit = func(event.Event) {}
	}
	root := u.root()
	tool.Quiet(root, p)
	return u.finish(root.ExecuteContextC(p.Ctx))
}

// utl is one invocation.
type utl struct {
	*tool.Process
	world Restorer
	emit  func(event.Event)
}

func (u *utl) root() *cobra.Command {
	root := &cobra.Command{Use: "etcdutl", Short: "An administrative command line tool for etcd3.", SuggestFor: []string{"etcdutl"}}
	root.PersistentFlags().StringP("write-out", "w", "simple", "set the output format (fields, json, protobuf, simple, table)")
	root.AddCommand(u.defrag(), u.snapshot(), u.hashKV(), u.version(), u.completion(), u.migrate())
	root.SetHelpFunc(func(of *cobra.Command, _ []string) { fmt.Fprint(u.Stdout, of.UsageString()) })
	return root
}

func (u *utl) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Prints the version of etcdutl",
		Run: func(*cobra.Command, []string) {
			fmt.Fprintln(u.Stdout, "etcdutl version:", tool.Version)
			fmt.Fprintln(u.Stdout, "API version:", tool.APIVersion)
		},
	}
}

func (u *utl) completion() *cobra.Command {
	return &cobra.Command{
		Use: "completion <bash|zsh|fish|powershell>", Short: "Generate completion script",
		RunE: func(*cobra.Command, []string) error {
			return tool.Fail(tool.ExitError, "this lab's shell completes etcdutl by itself: press Tab")
		},
	}
}

// finish prints errors as the real one does: those of the command line twice.
func (u *utl) finish(command *cobra.Command, err error) int {
	if u.Ctx.Err() != nil {
		return tool.ExitSignal
	}
	if err == nil {
		return tool.ExitSuccess
	}
	if exit, ok := tool.AsExit(err); ok {
		return u.Code(exit)
	}
	fmt.Fprintln(u.Stderr, "Error:", err)
	var misuse *tool.Misuse
	switch {
	case errors.As(err, &misuse):
		fmt.Fprintln(u.Stderr, misuse.Command.UsageString())
	case strings.HasPrefix(err.Error(), "unknown command "):
		fmt.Fprintf(u.Stderr, "Run '%s --help' for usage.\n", command.CommandPath())
	default:
		fmt.Fprintln(u.Stderr, command.UsageString())
	}
	fmt.Fprintln(u.Stderr, "Error:", err)
	return tool.ExitError
}

// log writes one line as zap's console encoder does.
func (u *utl) log(logger, caller, text string, fields ...tool.Field) {
	tool.Entry{Level: "info", Logger: logger, Caller: caller, Text: text, Fields: fields}.Console(u.Stderr, u.Now())
}

// opened logs that a database file was opened, as bbolt does.
func (u *utl) opened(caller, file string) {
	u.log("bbolt", caller, "Opening db file ("+file+") with mode -rw------- and with options: "+
		"{Timeout: 0s, NoGrowSync: false, NoFreelistSync: true, PreLoadFreelist: false, FreelistType: , ReadOnly: false, MmapFlags: 8000, "+
		"InitialMmapSize: 10737418240, PageSize: 0, NoSync: false, OpenFile: 0x0, Mlock: false, Logger: "+tool.Pointer(file, u.Now())+"}")
	u.log("bbolt", "bbolt@v1.4.3/db.go:322", "Opening bbolt db ("+file+") successfully")
}

// read reads a file after a look at it, as os.Stat and then bbolt do.
func (u *utl) read(name string) ([]byte, error) {
	if _, err := u.Files.Stat(u.Path(name)); err != nil {
		return nil, named(err, name)
	}
	b, err := u.Files.ReadFile(u.Path(name))
	return b, named(err, name)
}

// named is a file's error with the name that was given instead of the absolute
// one.
func named(err error, name string) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return &fs.PathError{Op: path.Op, Path: name, Err: path.Err}
	}
	return err
}

func exit(err error) error { return &tool.Exit{Code: tool.ExitError, Err: err} }
