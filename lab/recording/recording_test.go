package recording

import (
	"encoding/json"
	"strings"
	"testing"
)

const sha = "0a1276babd1090d53f3233e1030d731357e3788fb935350d5510338906047cae"

const sound = `{"format":1,"lab":"` + sha + `","world":{"members":3},"seed":7,"inputs":[[0,{"type":"line","text":"ls"}],[5,{"type":"interrupt"}]],"ticks":9}`

func TestRoundTrip(t *testing.T) {
	rec, err := Parse([]byte(sound))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(rec)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse(text)
	if err != nil {
		t.Fatalf("what was written cannot be read: %v\n%s", err, text)
	}
	if len(again.Inputs) != 2 || again.Inputs[1].Tick != 5 || string(again.Inputs[0].Data) != `{"type":"line","text":"ls"}` || again.Seed != 7 {
		t.Errorf("read back as %+v", again)
	}
}

// Each mistake gives one sentence that names the field and what it should be.
func TestMistakes(t *testing.T) {
	for _, c := range []struct{ replace, with, want string }{
		{`"format":1`, `"format":2`, "format: 2 is not known here"},
		{sha, "abc", "lab: expected the 64 hex digits"},
		{`"seed":7`, `"seed":9007199254740992`, "seed: 9007199254740992 is over 2^53-1"},
		{`"members":3`, `"members":10`, "world.members: 10 is not between 1 and 9"},
		{`"members":3`, `"members":3,"shell":"m4"`, `world.shell: expected workstation or one of m1 to m3, not "m4"`},
		{`"members":3`, `"members":3,"epoch":"noon"`, "world.epoch: expected a time such as"},
		{`"members":3`, `"members":3,"latencyMicros":-1`, "world.latencyMicros: -1 is not between"},
		{`"members":3`, `"members":2,"machines":[{"client":"http://127.0.0.1:2379","peer":"http://127.0.0.1:2380"}]`, "world.machines: 1 are listed; expected one for each of the 2 members, and 9 at most"},
		{`"members":3`, `"members":1,"machines":[{"client":"http://127.0.0.1:2379"}]`, "world.machines[0].peer: expected a URL such as http://10.0.0.11:2380"},
		{`"members":3`, `"members":1,"machines":[{"client":"ftp://127.0.0.1:2379"}]`, `world.machines[0].client: expected a URL such as http://10.0.0.11:2379 (http or https, an IPv4 address, port 2379), not "ftp://127.0.0.1:2379"`},
		{`"members":3`, `"members":1,"machines":[{"client":"http://127.0.0.1:80"}]`, "world.machines[0].client: expected a URL such as"},
		{`"members":3`, `"members":1,"machines":[{"client":"http://127.0.0.1:2379","peer":"http://127.0.0.2:2380"}]`, "world.machines[0].peer: a machine has one address"},
		{`"members":3`, `"members":1,"machines":[{"client":"http://10.0.0.10:2379","peer":"http://10.0.0.10:2380"}]`, "world.machines[0].client: 10.0.0.10 is taken"},
		{`"members":3`, `"members":1,"machines":[{"name":"M","client":"http://127.0.0.1:2379","peer":"http://127.0.0.1:2380"}]`, "world.machines[0].name: expected a lower-case letter"},
		{`"members":3`, `"members":1,"machines":[{"name":"workstation","client":"http://127.0.0.1:2379","peer":"http://127.0.0.1:2380"}]`, "world.machines[0].name: workstation is taken"},
		{`"members":3`, `"members":3,"nosuch":1`, `unknown field "nosuch"`},
		{`[5,`, `[10,`, "inputs[1]: tick 10 is not between 0"},
		{`[5,`, `["x",`, "an input's tick is a whole number"},
		{`[5,{"type":"interrupt"}]`, `[5]`, "an input is a pair"},
		{`[5,{"type":"interrupt"}]`, `[5,"x"]`, "inputs[1]: expected an object"},
		{`"ticks":9`, `"ticks":720001`, "ticks: 720001 is not between 0 and 720000"},
		{`"ticks":9}`, `"ticks":9}{}`, "more text after its end"},
		{`"ticks":9}`, `"ticks":9`, "not a recording"},
	} {
		text := strings.Replace(sound, c.replace, c.with, 1)
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s instead of %s:\n got %v\nwant %s", c.with, c.replace, err, c.want)
		}
	}
}

func TestMachines(t *testing.T) {
	w := World{Members: 1, Machines: []Machine{
		{Client: "http://127.0.0.1:2379", Peer: "http://127.0.0.1:2380"},
		{Name: "spare", Client: "https://127.0.0.2:2379", Peer: "https://127.0.0.2:2380"},
	}, Shell: "spare"}
	if err := w.Check(); err != nil {
		t.Fatal(err)
	}
	if got := w.Machine(1); got.Name != "m1" || got.IP() != "127.0.0.1" || w.Machine(2).IP() != "127.0.0.2" || w.MachineCount() != 2 {
		t.Errorf("%+v of %+v", got, w)
	}
	plain := World{}
	if got := plain.Machine(3); got != (Machine{"m3", "http://10.0.0.13:2379", "http://10.0.0.13:2380"}) || plain.MachineCount() != 3 {
		t.Errorf("a world that lists no machines has %+v and %d", got, plain.MachineCount())
	}
}

func TestReadIsBounded(t *testing.T) {
	if _, err := Read(strings.NewReader(strings.Repeat(" ", MaxBytes+1)), "big.json"); err == nil || !strings.Contains(err.Error(), "big.json: a recording has at most") {
		t.Errorf("got %v", err)
	}
}

func TestCanonical(t *testing.T) {
	for in, want := range map[string]string{
		`{"b": 1, "a": [true, null, "é<&>"]}`: `{"a":[true,null,"é<&>"],"b":1}`,
		` "x" `:                               `"x"`,
		`1e3`:                                 `1000`,
		`0.10`:                                `0.1`,
	} {
		if got, err := Canonical([]byte(in)); err != nil || string(got) != want {
			t.Errorf("Canonical(%s) = %s, %v; want %s", in, got, err, want)
		}
	}
	if _, err := Canonical([]byte("{")); err == nil {
		t.Error("half an object was taken")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sound))
	f.Fuzz(func(t *testing.T, b []byte) {
		rec, err := Parse(b)
		if err != nil {
			return
		}
		text, err := json.Marshal(rec)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(text); err != nil {
			t.Errorf("what was read from %q and written cannot be read: %v", b, err)
		}
	})
}
