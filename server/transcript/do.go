package transcript

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"

	"quorumlab/lab/scenario"
)

// do does what the recorder itself did between commands.
func (p *player) do(s *scenario.Step) (*outcome, error) {
	switch s.Do {
	case "sleep":
		return &outcome{}, p.wait(time.Duration(s.Seconds * float64(time.Second)))
	case "wait_leader":
		leader, err := p.waitLeader(s)
		return &outcome{observed: leader}, err
	case "ensure_leader":
		return &outcome{}, p.ensureLeader(s)
	case "copy-file":
		return &outcome{}, p.tryType(s, fmt.Sprintf("cp %s %s", quote(s.From), quote(s.To)))
	case "edit-file":
		return &outcome{}, p.editFile(s)
	case "write-file":
		return &outcome{}, p.writeFile(s.File, []byte(s.Text))
	case "mkdir":
		if s.Containing == "" {
			return &outcome{}, p.tryType(s, "mkdir -p "+quote(s.Path))
		}
		return &outcome{}, p.tryType(s, fmt.Sprintf("mkdir -p %s; touch %s", quote(s.Path), quote(path.Join(s.Path, s.Containing))))
	}
	return nil, fmt.Errorf("do %q", s.Do) // the parser knows them
}

// tryType types a line of the harness's own; its failure is the step's problem.
func (p *player) tryType(s *scenario.Step, line string) error {
	j, err := p.type_(control, line)
	if err != nil {
		return err
	}
	if o := j.outcome(); o.Exit != 0 {
		p.problem(s, "%s: %s", line, strings.TrimSpace(o.Stderr))
	}
	return nil
}

func (p *player) editFile(s *scenario.Step) error {
	data, err := p.readFile(s.File)
	if err == nil {
		data, err = edit(data, s.Op, s.At)
	}
	if err != nil {
		p.problem(s, "%s: %v", s.File, err)
		return nil
	}
	return p.writeFile(s.File, data)
}

// agreed is the leader that itself leads and that every running member with a
// leader names; "" if there is none.
func (p *player) agreed() string {
	leader, followers, running := "", 0, 0
	for name, m := range p.members {
		if m.state != "up" {
			continue
		}
		running++
		if m.leads && m.leader == name {
			if leader != "" {
				return ""
			}
			leader = name
		}
	}
	for _, m := range p.members {
		switch {
		case m.state != "up" || m.leader == "":
		case m.leader == leader:
			followers++
		default:
			return ""
		}
	}
	if followers*2 <= running {
		return ""
	}
	return leader
}

func (p *player) waitLeader(s *scenario.Step) (string, error) {
	if err := p.wait(leaderPatience, func() bool { return p.agreed() != "" }); err != nil {
		return "", err
	}
	leader := p.agreed()
	if leader == "" {
		p.problem(s, "there was no leader within %s", leaderPatience)
	}
	return leader, nil
}

// ensureLeader moves the leadership unless the right member has it.
func (p *player) ensureLeader(s *scenario.Step) error {
	leader, err := p.waitLeader(s)
	if err != nil || leader == "" || leader == s.Member {
		return err
	}
	from, to := p.members[leader], p.members[s.Member]
	if from == nil || to == nil {
		p.problem(s, "there is no member %s", s.Member)
		return nil
	}
	move := fmt.Sprintf("ETCDCTL_ENDPOINTS=%s etcdctl move-leader %s", quote(p.clientURL(leader)), to.id)
	if err := p.tryType(s, move); err != nil {
		return err
	}
	if err := p.wait(startPatience, func() bool { return p.agreed() == s.Member }); err != nil {
		return err
	}
	if p.agreed() != s.Member {
		p.problem(s, "%s does not lead", s.Member)
	}
	return nil
}

func (p *player) clientURL(name string) string {
	for _, m := range p.rec.World.Machines {
		if m.Name == name {
			return m.Client
		}
	}
	return ""
}

// allUp tells whether every member that the scenario begins with is up.
func (p *player) allUp() bool {
	for _, name := range p.scenario.Header.Cluster.Names {
		if m := p.members[name]; m == nil || m.state != "up" {
			return false
		}
	}
	return true
}

// note records what the world has to show where the recorder showed a log, or
// the end of a process.
func (p *player) note(s *scenario.Step) (*outcome, error) {
	if name := s.Record.Text("server_exit"); name != "" {
		return p.serverExit(name)
	}
	re, err := regexp.Compile(s.Record.Text("match"))
	if err != nil {
		p.problem(s, "match: %v", err)
		return &outcome{}, nil
	}
	o := &outcome{lines: []any{}}
	shown, _ := s.Record.Get("lines")
	for _, l := range p.logs {
		if l.at < p.mark || l.member != s.Member || !re.MatchString(l.text) {
			continue
		}
		o.found++
		if list, _ := shown.([]any); len(o.lines) < len(list) || len(list) == 0 {
			o.lines = append(o.lines, l.text)
		}
	}
	return o, nil
}

// shownAtExit is how many log lines of a process that ended are shown.
const shownAtExit = 3

func (p *player) serverExit(name string) (*outcome, error) {
	down := func() bool { m := p.members[name]; return m != nil && m.state == "down" }
	if err := p.wait(startPatience, down); err != nil {
		return nil, err
	}
	delete(p.started, name)
	o := &outcome{lines: []any{}}
	if !down() {
		return o, nil
	}
	o.exited = 1
	if strings.Contains(p.members[name].why, "removed") {
		o.exited = 0
	}
	for _, l := range p.logs {
		if l.member == name {
			o.lines = append(o.lines, l.text)
		}
	}
	o.lines = o.lines[max(0, len(o.lines)-shownAtExit):]
	return o, nil
}
