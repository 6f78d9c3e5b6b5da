package etcdctl

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"quorumlab/lab/internal/tool"
)

// credentials finds user and password in --user and --password; a password that
// is in neither is asked for.
func (c *ctl) credentials(command *cobra.Command) error {
	user, _ := command.Flags().GetString("user")
	password, _ := command.Flags().GetString("password")
	if user == "" {
		return nil
	}
	c.name, c.password = user, password
	if password != "" {
		return nil
	}
	found := false
	if c.name, c.password, found = strings.Cut(user, ":"); found {
		return nil
	}
	var err error
	if c.password, err = c.askPassword("Password: "); err != nil {
		return &tool.Exit{Code: tool.ExitError, Err: err}
	}
	return nil
}

// newPassword reads the password that a user gets: the first word of stdin, or
// what is typed twice.
func (c *ctl) newPassword(user string, interactive bool) (string, error) {
	if !interactive {
		line, err := c.line()
		words := append(strings.Fields(line), "") // none is the empty password
		return words[0], err
	}
	first, err := c.askPassword("Password of " + user + ": ")
	if err != nil {
		return "", tool.Fail(tool.ExitBadArgs, "failed to ask password: %w", err)
	}
	if first == "" {
		return "", tool.Fail(tool.ExitBadArgs, "empty password")
	}
	again, err := c.askPassword("Type password of " + user + " again for confirmation: ")
	if err != nil {
		return "", tool.Fail(tool.ExitBadArgs, "failed to ask password: %w", err)
	}
	if first != again {
		return "", tool.Fail(tool.ExitBadArgs, "given passwords are different")
	}
	return first, nil
}

func (c *ctl) askPassword(prompt string) (string, error) {
	fmt.Fprint(c.Stdout, prompt)
	if c.HideTyping != nil {
		c.HideTyping(true)
		defer c.HideTyping(false)
	}
	line, err := c.line()
	fmt.Fprintln(c.Stdout)
	return strings.TrimSpace(line), err
}

// lineBytesMax bounds what is taken for a password.
const lineBytesMax = 4 << 10

// line reads one line of stdin, and not a byte more.
func (c *ctl) line() (string, error) {
	var line []byte
	var b [1]byte
	for len(line) < lineBytesMax {
		n, err := c.Stdin.Read(b[:])
		if n > 0 && b[0] == '\n' {
			break
		}
		line = append(line, b[:n]...)
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", err
		}
	}
	return string(line), nil
}
