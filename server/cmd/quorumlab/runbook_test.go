package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRunbookTellsOnWhichSeedsAScriptHolds(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mine.sh")
	if err := os.WriteFile(file, []byte("sleep 5\nlab status\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, script string // "" is the exercise's own solution
		want         []string
		fails        bool
	}{
		{"the solution", "", []string{"holds on 2 of 2\n", "cost ", "par "}, false},
		{"one that looks on", file, []string{"holds on 0 of 2: see seed 1\n", "recovery: stops at restarted", "quorumlab play --exercise runbook-roll --seed 1 " + file}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := []string{"runbook", "runbook-roll", "--seeds", "2"}
			if test.script != "" {
				args = append(args, test.script)
			}
			out, _, err := quorumlab(t, "", withLab(t, args...)...)
			if (err != nil) != test.fails {
				t.Errorf("got %v", err)
			}
			for _, want := range test.want {
				if !strings.Contains(out, want) {
					t.Errorf("expected %q in\n%s", want, out)
				}
			}
		})
	}
}

func TestABegunExercisePassesItsCheck(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lose-a-disk")
	if _, _, err := quorumlab(t, "", "exercise", "new", dir); err != nil {
		t.Fatal(err)
	}
	out, _, err := quorumlab(t, "", withLab(t, "exercise", "check", "--seeds", "1", dir)...)
	if err != nil || !strings.HasSuffix(out, "4 passed, 0 failed\n") {
		t.Errorf("got %v\n%s", err, out)
	}
	if _, _, err := quorumlab(t, "", "exercise", "new", dir); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Errorf("a second time: %v", err)
	}
	if _, _, err := quorumlab(t, "", "exercise", "new", filepath.Join(t.TempDir(), "Lose_A_Disk")); err == nil || !strings.Contains(err.Error(), "small letters") {
		t.Errorf("a bad name: %v", err)
	}
}
