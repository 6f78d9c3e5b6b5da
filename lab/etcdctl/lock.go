package etcdctl

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/concurrency"
	"quorumlab/lab/internal/tool"
)

func (c *ctl) lock() *cobra.Command {
	var ttl int
	command := &cobra.Command{
		Use: "lock <lockname> [exec-command arg1 arg2 ...]", Short: "Acquires a named lock",
		RunE: func(command *cobra.Command, args []string) error { return c.runLock(command, args, ttl) },
	}
	command.Flags().IntVar(&ttl, "ttl", 10, "timeout for session")
	return command
}

func (c *ctl) runLock(command *cobra.Command, args []string, ttl int) error {
	if len(args) == 0 {
		return tool.Fail(tool.ExitBadArgs, "lock takes a lock name argument and an optional command to execute")
	}
	cli, err := c.connect(command)
	if err != nil {
		return err
	}
	defer cli.Close()
	err = c.underLock(cli, args[0], args[1:], ttl)
	if _, ok := tool.AsExit(err); ok || err == nil {
		return err
	}
	return &tool.Exit{Code: tool.ExitError, Err: c.caughtReason(err)}
}

// underLock runs a command while it holds the lock, or holds it until Ctrl-C.
func (c *ctl) underLock(cli client.Client, name string, command []string, ttl int) error {
	s, err := concurrency.NewSession(c.Ctx, cli, sessionTTL(ttl))
	if err != nil {
		return err
	}
	defer s.Orphan()
	last, done := c.catch()
	defer done()
	m := concurrency.NewMutex(s, name)
	if err := m.Lock(c.Ctx, last); err != nil {
		return err
	}
	if len(command) > 0 {
		err := c.execUnder(m, command)
		if unlocked := m.Unlock(last); err == nil {
			err = unlocked
		}
		return err
	}
	response, err := cli.Range(c.Ctx, &api.RangeRequest{Key: []byte(m.Key())})
	switch {
	case err != nil:
		return err
	case len(response.Kvs) == 0:
		return errors.New("lock lost on init")
	}
	if err := c.printer.get(response); err != nil {
		return err
	}
	select {
	case <-c.Ctx.Done():
		return m.Unlock(last)
	case <-s.Done():
	}
	return errors.New("session expired")
}

// sessionTTL is a session's TTL in seconds: the real one takes no less than one
// for a word.
func sessionTTL(ttl int) int64 {
	if ttl <= 0 {
		return concurrency.TTL
	}
	return int64(ttl)
}

// execUnder runs a command, which finds the lock in its environment; its exit
// code becomes the program's.
func (c *ctl) execUnder(m *concurrency.Mutex, command []string) error {
	code, err := c.Exec([]string{"ETCD_LOCK_KEY=" + m.Key(), fmt.Sprintf("ETCD_LOCK_REV=%d", m.Header().Revision)}, command)
	switch {
	case err != nil:
		return err
	case c.Ctx.Err() != nil:
		return tool.Fail(255, "signal: interrupt") // as the command that it ran
	case code != 0:
		return tool.Fail(code, "exit status %d", code)
	}
	return nil
}
