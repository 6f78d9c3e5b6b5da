package main

import (
	"github.com/spf13/cobra"
)

func benchCommand(source *labSource) *cobra.Command { return &cobra.Command{Use: "bench"} }
