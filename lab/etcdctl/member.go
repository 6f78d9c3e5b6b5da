package etcdctl

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"quorumlab/lab/internal/tool"
)

func (c *ctl) member() *cobra.Command {
	command := &cobra.Command{Use: "member <subcommand>", Short: "Membership related commands"}
	command.AddCommand(c.memberAdd(), c.memberRemove(), c.memberUpdate(), c.memberList(), c.memberPromote())
	return command
}

// memberID reads the ID that a command is given, in hexadecimal.
func memberID(args []string) (uint64, error) {
	if len(args) != 1 {
		return 0, tool.Fail(tool.ExitBadArgs, "member ID is not provided")
	}
	id, err := strconv.ParseUint(args[0], 16, 64)
	if err != nil {
		return 0, tool.Fail(tool.ExitBadArgs, "bad member ID arg (%w), expecting ID in Hex", err)
	}
	return id, nil
}

// changed is how -w simple tells a change of a member; IDs are padded with
// blanks.
func changed(member, cluster uint64, how string) string {
	return fmt.Sprintf("Member %16x %s cluster %16x", member, how, cluster)
}
