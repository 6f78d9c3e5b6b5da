package exercises

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestAll(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if len(e.SHA256) != 64 || len(e.JSON) == 0 || e.Spec.ID != e.ID || len(e.Variants) == 0 {
			t.Errorf("%s: not compiled", e.ID)
		}
	}
	if e, err := Find("kill-the-leader"); err != nil || e.Title != "Kill the leader" {
		t.Errorf("Find: %v, %v", e, err)
	}
	if _, err := Find("nothing"); err == nil || err.Error() != `there is no exercise "nothing"` {
		t.Errorf("Find(nothing): %v", err)
	}
}

// TestSentencesAreNotJudged: what only the page shows is not part of what a
// recording names.
func TestSentencesAreNotJudged(t *testing.T) {
	one := load(t, folder(nil))
	two := load(t, folder(map[string]string{"task.md": "Other words about Jane, the key name.", "solution.sh": "other"}))
	if one.SHA256 != two.SHA256 {
		t.Error("the task's wording changes the exercise's hash")
	}
}

const good = `title: Kill it
lesson: some-lesson
minutes: 5
cluster: {members: 3, latency: 20ms}
start: etcdctl put name John
steps:
  - id: down
    title: It is down
    until: not up(first.leader)
    hold: 5s
    hint: Look.
  - id: write
    title: It is written
    until: |
      leader and
        committed("name") == "Jane"
    within: 1m
    points: 2
    hints: [One, Two]
never:
  - when: quorum_lost
    say: No.
    costs: 1
par: {commands: 3, unavailable: 2500ms}
level: 2
`

func folder(change map[string]string) fstest.MapFS {
	files := map[string]string{
		"exercise.yaml": good,
		"task.md":       "Set name to Jane.",
		"solution.sh":   "lab kill leader\n",
		"wrong/a.sh":    "# stops at: down\n",
		"wrong/b.sh":    "# stops at: write\n",
	}
	for name, text := range change {
		files[name] = text
	}
	fsys := fstest.MapFS{}
	for name, text := range files {
		if text != "-" {
			fsys["some-exercise/"+name] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	return fsys
}

func load(t *testing.T, fsys fstest.MapFS) *Exercise {
	t.Helper()
	all, err := Load(fsys)
	if err != nil || len(all) != 1 {
		t.Fatal(err, len(all))
	}
	return all[0]
}

func TestLoad(t *testing.T) {
	e := load(t, folder(nil))
	want := `{"id":"some-exercise","never":[{"costs":1,"say":"No.","when":"quorum_lost"}],"par":{"commands":3,"unavailableMs":2500},"start":"etcdctl put name John","steps":[` +
		`{"hints":["Look."],"holdMicros":5000000,"id":"down","points":1,"title":"It is down","until":"not up(first.leader)"},` +
		`{"hints":["One","Two"],"id":"write","points":2,"title":"It is written","until":"leader and committed(\"name\") == \"Jane\"","withinMicros":60000000}],` +
		`"title":"Kill it","world":{"latencyMicros":20000,"members":3}}`
	if string(e.JSON) != want {
		t.Errorf("got  %s\nwant %s", e.JSON, want)
	}
	if e.Wrong[1].StopsAt != "write" || e.Lesson != "some-lesson" || e.Minutes != 5 || e.Level != 2 {
		t.Errorf("got %+v", e)
	}
}

func TestMistakes(t *testing.T) {
	yaml := func(old, new string) map[string]string {
		return map[string]string{"exercise.yaml": strings.Replace(good, old, new, 1)}
	}
	const at = "some-exercise/exercise.yaml:"
	for _, test := range []struct {
		name   string
		change map[string]string
		want   string
	}{
		{"unknown field", yaml("minutes:", "minuts:"), at + `3:1: an exercise has no field "minuts"; it has title, lesson, minutes, level, kind, may_lose, vary, cluster, start, steps, any_order, never, par, explain`},
		{"missing field", yaml("lesson: some-lesson\n", ""), at + "1:1: an exercise: expected a field lesson"},
		{"unknown field of a step", yaml("    hold:", "    holds:"), at + `10:5: a step has no field "holds"; it has id, title, until, hold, within, points, hint, hints, explain`},
		{"field twice", yaml("minutes: 5", "minutes: 5\nminutes: 6"), at + "4:1: an exercise: minutes is given twice"},
		{"empty title", yaml("title: Kill it", "title: ''"), at + "1:8: expected a text"},
		{"number", yaml("minutes: 5", "minutes: five"), at + `3:10: expected a whole number from 1, not "five"`},
		{"time", yaml("hold: 5s", "hold: 5"), at + `10:11: expected a time such as 5s or 200ms, not "5"`},
		{"id", yaml("id: down", "id: Down it"), at + `7:9: expected lower-case words joined by hyphens, not "Down it"`},
		{"id twice", yaml("id: write", "id: down"), at + "12:5: a step before has the id down"},
		{"members", yaml("members: 3", "members: 12"), at + "4:10: world.members: 12 is not between 1 and 9"},
		{"no steps", map[string]string{"exercise.yaml": good[:strings.Index(good, "steps:")] + "steps: []\n"}, at + "6:8: steps: expected a list, each item beginning with -"},
		{"no mapping", map[string]string{"exercise.yaml": "- a\n"}, at + "1:1: an exercise: expected fields, such as title:"},
		{"no yaml", map[string]string{"exercise.yaml": "title: [\n"}, at + "1: did not find expected node content"},
		{"empty yaml", map[string]string{"exercise.yaml": ""}, at + "1: expected title, lesson, minutes, cluster and steps, but the file is empty"},
		{"condition", yaml("not up(first.leader)", "not up(first.leder)"), at + "9:25: first has no leder; did you mean leader?"},
		{"condition in a block", yaml("== \"Jane\"", "== Jane"), at + `16:30: Jane is not known here; a text needs quotes: "Jane"`},
		{"condition in quotes", yaml("when: quorum_lost", `when: "quorum_lots"`), at + "21:12: quorum_lots is not known here; did you mean quorum_lost?"},
		{"member there is not", yaml("quorum_lost", "up(m4)"), at + "21:11: there is no m4 in a cluster of 3 members (cluster.machines says how many there may be in the end)"},
		{"level", yaml("level: 2", "level: 5"), at + "25:8: level: expected 1 (a first step) to 4 (an incident), not \"5\""},
		{"kind", yaml("level: 2", "level: 2\nkind: quiz"), at + "26:7: kind: expected runbook, or no kind at all, not \"quiz\""},
		{"one word", yaml("level: 2", "level: 2\nvary: {who: [Jane]}"), at + "26:13: vary: expected two words or more: who: [apples, pears]"},
		{"no words", yaml("John", "{{who}}\nvary: {he: [a, b]}"), at + "5: {{who}} is not in vary:, so nothing stands for it"},
		{"credit", yaml("points: 2", "points: 2\n    credit: [{when: leader, points: 2}]"), "some-exercise: steps[1].credit: 2 points in all; expected fewer than the step's 2"},
		{"data", yaml("latency: 20ms", "data: docker"), at + "4:10: world.data: expected kubernetes or nothing, not \"docker\""},
		{"boolean", yaml("costs: 1", "fatal: perhaps"), at + `23:12: expected true or false, not "perhaps"`},
		{"no task", map[string]string{"task.md": "-"}, "some-exercise/task.md: expected what the learner reads in this file"},
		{"empty task", map[string]string{"task.md": "\n"}, "some-exercise/task.md:1: expected what the learner reads, but the file is empty"},
		{"unnamed name", map[string]string{"task.md": "Set name to something."}, at + `14:12: "Jane" counts here, but task.md does not name it`},
		{"no solution", map[string]string{"solution.sh": "-"}, "some-exercise/solution.sh: expected a reference solution in this file"},
		{"wrong without a step", map[string]string{"wrong/a.sh": "lab kill m1\n"}, "some-exercise/wrong/a.sh:1: expected a first line: # stops at: STEP"},
		{"wrong with another step", map[string]string{"wrong/a.sh": "# stops at: up\n"}, "some-exercise/wrong/a.sh:1: up is not a step; the steps are down, write"},
		{"one wrong attempt", map[string]string{"wrong/a.sh": "-"}, "some-exercise/wrong: expected at least two wrong attempts, not 1\nsome-exercise/wrong: no wrong attempt stops at step down"},
	} {
		_, err := Load(folder(test.change))
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s:\n got: %v\nwant: %s", test.name, err, test.want)
		}
	}
}

// TestVariants: each combination of words is an exercise of its own with the
// same id, and a learner always gets the same one.
func TestVariants(t *testing.T) {
	e := load(t, folder(map[string]string{
		"exercise.yaml": strings.NewReplacer("Jane", "{{who}}", "level: 2", "level: 2\nvary: {who: [Jane, Joan], key: [a, b, c]}").Replace(good),
		"task.md":       "Set name to {{who}}, not {{key}}.",
	}))
	tasks := map[string]bool{}
	for _, v := range e.Variants {
		tasks[v.Task] = true
		if v.ID != e.ID || strings.Contains(string(v.JSON), "{{") {
			t.Errorf("%s: %s", v.ID, v.JSON)
		}
	}
	if len(e.Variants) != 6 || len(tasks) != 6 || e.Variants[0] != e {
		t.Errorf("%d variants, tasks %v", len(e.Variants), tasks)
	}
	if !strings.Contains(string(e.Variants[1].JSON), "Joan") || e.Variants[1].SHA256 == e.SHA256 {
		t.Error("the second variant is not about Joan")
	}
	got := map[string]bool{}
	for _, learner := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		one, seed := e.Personal(learner)
		two, again := e.Personal(learner)
		if one != two || seed != again || seed == 0 {
			t.Errorf("%s does not always get the same exercise", learner)
		}
		got[one.Task] = true
	}
	if len(got) < 3 {
		t.Errorf("eight learners share %d variants", len(got))
	}
	if one, seed := e.Personal(""); one != e || seed != 1 {
		t.Error("nobody in particular gets another than the first variant")
	}
}
