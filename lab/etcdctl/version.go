package etcdctl

import (
	"fmt"

	"github.com/spf13/cobra"

	"quorumlab/lab/internal/tool"
)

func (c *ctl) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Prints the version of etcdctl",
		Run: func(*cobra.Command, []string) {
			fmt.Fprintln(c.Stdout, "etcdctl version:", tool.Version)
			fmt.Fprintln(c.Stdout, "API version:", tool.APIVersion)
		},
	}
}
