package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const goodLesson = `---
title: Two keys
part: Kubernetes
order: 99
minutes: 5
summary: One sentence.
---

After this lesson you can write a key.

> [!PREDICT]
> What now?

` + "```sh\netcdctl put a 1\n```\n```text\nOK\n```" + `

## Check yourself

1. One?
2. Two?

> [!SUCCESS] Answers
> 1. One.

## In production

- Read [the first lesson](/lessons/put-and-get/).

## Sources

- etcd: <https://etcd.io/docs/v3.6/>
`

// lessonFolder writes a lesson, changed, into a folder of its own.
func lessonFolder(t *testing.T, old, changed string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "two-keys")
	if err := os.MkdirAll(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(goodLesson, old, changed, 1)
	if err := os.WriteFile(filepath.Join(folder, "lesson.md"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestLessonCheckSaysWhatIsWrong(t *testing.T) {
	for _, test := range []struct {
		name, old, changed string
		want               string // in the output; empty: it passes
	}{
		{name: "a good one"},
		{"an output that is not what the block prints", "OK", "KO", "lesson.md:18: the lesson shows"},
		{"a command that is not there", "etcdctl put", "etcctl put", "command not found"},
		{"a block that ends too early", "put a 1", "put a '1", "ends in the middle of a command"},
		{"a part that is missing", "## In production", "## Elsewhere", "production: ## In production"},
		{"a link that leads nowhere", "/lessons/put-and-get/", "/lessons/putandget/", "there is no such page"},
		{"a place that is taken", "order: 99", "order: 31", "order: 31 is taken by"},
	} {
		t.Run(test.name, func(t *testing.T) {
			out, _, err := quorumlab(t, "", withLab(t, "lesson", "check", "--seeds", "1", lessonFolder(t, test.old, test.changed))...)
			if test.want == "" && (err != nil || !strings.HasSuffix(out, "  ok\n")) {
				t.Errorf("it should pass: %v\n%s", err, out)
			}
			if test.want != "" && (err == nil || !strings.Contains(out, test.want)) {
				t.Errorf("expected %q, got %v\n%s", test.want, err, out)
			}
		})
	}
}

func TestLessonCheckListsLinks(t *testing.T) {
	out, _, err := quorumlab(t, "", "lesson", "check", "--links", lessonFolder(t, "", ""))
	if err != nil || !strings.HasSuffix(out, "lesson.md:35\thttps://etcd.io/docs/v3.6/\n") {
		t.Errorf("got %v, %q", err, out)
	}
}

func TestLessonCheckNeedsALesson(t *testing.T) {
	_, _, err := quorumlab(t, "", "lesson", "check", t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "expected a lesson (lesson.md) here or one folder down") {
		t.Errorf("got %v", err)
	}
}
