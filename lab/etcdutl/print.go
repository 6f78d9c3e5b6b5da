package etcdutl

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"quorumlab/lab/internal/tool"
)

// status is what `snapshot status` shows, in the order of its JSON.
type status struct {
	Hash      uint32 `json:"hash"`
	Revision  int64  `json:"revision"`
	TotalKey  int64  `json:"totalKey"`
	TotalSize int64  `json:"totalSize"`
	Version   string `json:"version"`
}

// hash is what `hashkv` shows.
type hash struct {
	Hash            uint32 `json:"hash"`
	HashRevision    int64  `json:"hashRevision"`
	CompactRevision int64  `json:"compactRevision"`
}

// report is an answer in all formats: columns of a table, lines of -w fields,
// and a value for -w json.
type report struct {
	header, row []string
	fields      [][2]string
	value       any
}

func (s status) report() report {
	size := tool.Bytes(s.TotalSize)
	return report{
		header: []string{"hash", "revision", "total keys", "total size", "version"},
		row:    []string{fmt.Sprintf("%x", s.Hash), fmt.Sprint(s.Revision), fmt.Sprint(s.TotalKey), size, s.Version},
		fields: [][2]string{
			{"Hash", fmt.Sprint(s.Hash)}, {"Revision", fmt.Sprint(s.Revision)}, {"Keys", fmt.Sprint(s.TotalKey)},
			{"Size", fmt.Sprint(s.TotalSize)}, {"Version", s.Version},
		},
		value: s,
	}
}

func (h hash) report() report {
	row := []string{fmt.Sprint(h.Hash), fmt.Sprint(h.HashRevision), fmt.Sprint(h.CompactRevision)}
	return report{
		header: []string{"hash", "hash revision", "compact revision"}, row: row,
		fields: [][2]string{{"Hash", row[0]}, {"Hash revision", row[1]}, {"Compact revision", row[2]}},
		value:  h,
	}
}

// format is --write-out, refused if it is none.
func format(command *cobra.Command) (string, error) {
	f, _ := command.Flags().GetString("write-out")
	switch f {
	case "simple", "table", "json", "fields", "protobuf":
		return f, nil
	}
	return "", tool.Fail(tool.ExitBadFeature, "unsupported output format")
}

func (u *utl) print(format string, r report) error {
	switch format {
	case "simple":
		tool.Lines(u.Stdout, [][]string{r.row})
	case "table":
		tool.Table(u.Stdout, r.header, [][]string{r.row})
	case "fields":
		for _, f := range r.fields {
			fmt.Fprintf(u.Stdout, "%q : %s\n", f[0], f[1])
		}
	case "json":
		b, _ := json.Marshal(r.value) // numbers and a string cannot fail
		fmt.Fprintf(u.Stdout, "%s\n", b)
	default:
		return tool.Fail(tool.ExitBadFeature, "%s not supported as output format", format)
	}
	return nil
}
