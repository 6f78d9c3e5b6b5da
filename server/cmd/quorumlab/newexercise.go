package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
)

// exerciseID is what a folder of an exercise may be called: part of addresses.
var exerciseID = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// skeleton is an exercise that passes its check as it stands, so that an author
// changes something that works.
var skeleton = map[string]string{
	"exercise.yaml": `title: TITLE
lesson: put-and-get
minutes: 5
level: 1
cluster: {members: 3}
start: etcdctl put name John

# Steps are passed in this order. What may stand behind until: and when: is listed in content/README.md.
steps:
  - id: written
    title: The key name has the value Jane
    until: acked("name") == "Jane"
    hints:
      - "` + "`etcdctl put KEY VALUE`" + `"
    explain: >
      Say why it is so, to those who have just done it.

  - id: survived
    title: A member is down, and the value is still there
    until: count([not m.up for m in members]) == 1 and committed("name") == "Jane"
    points: 2

# What may not happen, whatever the steps say.
never:
  - when: quorum_lost
    say: Two of three are down. Start one of them again.

par: {commands: 2}

explain: >
  What is to be remembered.
`,
	"task.md":                  "Three members know a `name`. Give it the value `Jane`, then take one member away. (The page shows this above the checklist: it says what is the case, and names every key and value that counts.)\n",
	"solution.sh":              "etcdctl put name Jane\nlab kill follower\n",
	"wrong/forget-to-write.sh": "# stops at: written\nlab kill follower\n",
	"wrong/kill-nobody.sh":     "# stops at: survived\netcdctl put name Jane\n",
}

func newExerciseCommand() *cobra.Command {
	var title string
	cmd := &cobra.Command{
		Use:   "new [flags] DIR",
		Short: "Begin an exercise: a folder that passes its check, to be changed",
		Long: `new writes a small exercise into a folder of this name: steps, a task, a
solution and two wrong attempts. It passes ` + "`quorumlab exercise check DIR`" + ` as it
stands; change it piece by piece and check again. A folder that is there already
is left alone.`,
		Example: "  quorumlab exercise new exercises/lose-a-disk --title 'Lose a disk'\n  quorumlab exercise check exercises/lose-a-disk",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := args[0]
			id := filepath.Base(filepath.Clean(dir))
			if !exerciseID.MatchString(id) {
				return fmt.Errorf("%s: expected a name of small letters, digits and hyphens, such as lose-a-disk", dir)
			}
			if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("%s is there already", dir)
			}
			if title == "" {
				title = strings.ToUpper(id[:1]) + strings.ReplaceAll(id[1:], "-", " ")
			}
			for name, text := range skeleton {
				file := filepath.Join(dir, name)
				if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
					return err
				}
				if err := os.WriteFile(file, []byte(strings.Replace(text, "TITLE", fmt.Sprintf("%q", title), 1)), 0o666); err != nil {
					return err
				}
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s is begun: change it, then run quorumlab exercise check %s\n", dir, dir)
			return nil
		},
	}
	cmd.Flags().StringVar(&title, "title", "", "its title; the folder's name in words if absent")
	return cmd
}
