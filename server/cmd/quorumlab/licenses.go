package main

import (
	"github.com/spf13/cobra"

	"quorumlab/server/licenses"
	"quorumlab/server/site"
)

func licensesCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "licenses",
		Short:   "Print the notices of the works that this one is built on",
		Example: "  quorumlab licenses | less",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			embedded, err := site.Embedded()
			if err != nil {
				return err
			}
			notices, err := embedded.Read(licenses.Address)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(notices)
			return err
		},
	}
}
