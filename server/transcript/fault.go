package transcript

import (
	"fmt"
	"slices"
	"strings"

	"quorumlab/lab/recording"
	"quorumlab/lab/scenario"
)

// lab runs a line of the lab's own command; one that fails is a problem of the
// step, and the replay goes on.
func (p *player) lab(s *scenario.Step, words string) error {
	j, err := p.type_(control, "lab "+words)
	if err != nil {
		return err
	}
	if o := j.outcome(); o.Exit != 0 {
		p.problem(s, "lab %s: exit %d: %s", words, o.Exit, strings.TrimSpace(o.Stderr))
	}
	return nil
}

// fault changes the cluster.
func (p *player) fault(s *scenario.Step) error {
	switch s.Fault {
	case "kill", "stop", "wipe", "pause", "resume":
		delete(p.started, s.Member)
		return p.lab(s, s.Fault+" "+s.Member)
	case "stop-all":
		clear(p.started)
		return p.lab(s, "stop all")
	case "start":
		return p.start(s)
	case "partition":
		groups := make([]string, len(s.Groups))
		for i, names := range s.Groups {
			groups[i] = strings.Join(names, ",")
		}
		return p.lab(s, "partition "+strings.Join(groups, " "))
	case "heal":
		return p.lab(s, "heal")
	case "blackhole-client-port":
		return p.blackhole(s)
	case "slow-disk":
		return p.lab(s, fmt.Sprintf("disk %s slow %gms", s.Member, s.FdatasyncDelayMs))
	case "slow-disk-end":
		return p.lab(s, "disk "+s.Member+" ok")
	}
	return fmt.Errorf("fault %q", s.Fault) // the parser knows them
}

// start starts a member with the server's own flags. A member that exits at
// once is no problem: what it does is in the steps that follow.
func (p *player) start(s *scenario.Step) error {
	words := []string{"start", s.Member}
	for _, flag := range []struct{ name, value string }{
		{"data-dir", s.DataDir}, {"initial-cluster-state", s.InitialClusterState}, {"initial-cluster", s.InitialCluster},
	} {
		if flag.value != "" {
			words = append(words, quote("--"+flag.name+"="+flag.value))
		}
	}
	for _, flag := range s.ServerFlags {
		words = append(words, quote(flag))
	}
	p.started[s.Member] = true
	return p.lab(s, strings.Join(words, " "))
}

// settle waits for the members that were started since the last command.
func (p *player) settle() error {
	if len(p.started) == 0 {
		return nil
	}
	err := p.wait(startPatience, func() bool {
		for name := range p.started {
			if m := p.members[name]; m != nil && m.state == "starting" {
				return false
			}
		}
		return true
	})
	clear(p.started)
	return err
}

// blackhole closes the client ports of the members named, and opens all others.
func (p *player) blackhole(s *scenario.Step) error {
	for _, name := range p.scenario.Header.Cluster.Names {
		state := "accept"
		if slices.Contains(s.Members, name) {
			state = "drop"
		}
		if err := p.lab(s, fmt.Sprintf("firewall %s %d %s", name, recording.ClientPort, state)); err != nil {
			return err
		}
	}
	return nil
}
