package transcript

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"quorumlab/lab/scenario"
)

// command runs one command to its end, through bash -c in the shell's home.
func (p *player) command(s *scenario.Step) (*outcome, error) {
	input, err := p.stdin(s)
	if err != nil {
		return nil, err
	}
	cmd := p.captured.Fill(s.Cmd)
	if err := p.send(foreground, shellLine(cmd, s.Env)+" <"+input); err != nil {
		return nil, err
	}
	t := p.terminals[foreground]
	patience := commandPatience + 3*milliseconds(s.Record)
	if s.InterruptAfter > 0 {
		patience = time.Duration(s.InterruptAfter * float64(time.Second))
	}
	if err := p.wait(patience, t.isIdle); err != nil {
		return nil, err
	}
	if !t.idle {
		if s.InterruptAfter == 0 {
			p.problem(s, "it did not end within %s and was interrupted", patience)
		}
		if err := p.stop(foreground); err != nil {
			return nil, err
		}
	}
	if t.job == nil || !t.idle {
		return nil, fmt.Errorf("%w from line %d", errStuck, s.Line)
	}
	return p.captures(s, t.job.outcome(), cmd), nil
}

// stop is Ctrl-C for the command that runs in a session.
func (p *player) stop(session int) error {
	t := p.terminals[session]
	if t.job != nil {
		t.job.interrupted = true
	}
	if err := p.interrupt(session); err != nil {
		return err
	}
	if err := p.wait(interruptPatience, t.ended); err != nil {
		return err
	}
	if !t.ended() {
		return fmt.Errorf("%w after Ctrl-C", errStuck)
	}
	return p.wait(tick, t.isIdle)
}

// milliseconds is what a command took where it was recorded.
func milliseconds(record scenario.Object) time.Duration {
	var took struct{ Ms float64 }
	_ = record.Into(&took)
	return time.Duration(took.Ms * float64(time.Millisecond))
}

// shellLine runs a command with variables of its own.
func shellLine(cmd string, env map[string]string) string {
	names := make([]string, 0, len(env))
	for name := range env {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		b.WriteString(name + "=" + quote(env[name]) + " ")
	}
	return b.String() + "bash -c " + quote(cmd)
}

// quote writes a text so that a shell reads it back.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func quoteAll(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = quote(word)
	}
	return strings.Join(quoted, " ")
}

// captures completes an outcome by what later steps need of it.
func (p *player) captures(s *scenario.Step, o *outcome, cmd string) *outcome {
	o.expanded = cmd
	for _, f := range s.Capture {
		rule, _ := f.Value.(scenario.Object)
		value, err := find(rule.Text("regex"), o.Stdout)
		if err != nil {
			p.problem(s, "capture %s: %v", f.Name, err)
		} else {
			p.captured.Set(f.Name, value)
		}
		one := slices.Clone(rule)
		one.Set("value", value)
		o.capture = append(o.capture, scenario.Field{Name: f.Name, Value: one})
	}
	return o
}

func find(pattern, text string) (string, error) {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return "", err
	}
	m := re.FindStringSubmatch(text)
	if len(m) < 2 {
		return "", fmt.Errorf("%q is not in the output", pattern)
	}
	return m[1], nil
}

// background is a command that runs beside the others.
type background struct {
	session  int
	expanded string
}

// firstBackground is the first session of commands in the background.
const firstBackground = control + 1

// background starts a command in a session of its own. Its input stays open.
func (p *player) background(s *scenario.Step) error {
	if p.jobs[s.ID] != nil {
		p.problem(s, "there is a command %q in the background already", s.ID)
		return nil
	}
	session, err := p.freeSession()
	if err != nil {
		return err
	}
	b := &background{session, p.captured.Fill(s.Cmd)}
	p.jobs[s.ID] = b
	if err := p.send(session, shellLine(b.expanded, s.Env)); err != nil {
		return err
	}
	if s.Stdin != nil && *s.Stdin != "" {
		typed := map[string]any{"type": "line", "session": session, "text": strings.TrimSuffix(p.captured.Fill(*s.Stdin), "\n")}
		if err := p.input(typed); err != nil {
			return err
		}
	}
	return p.wait(afterBackground)
}

// freeSession gives a session that shows its prompt, an old one or a new one.
func (p *player) freeSession() (int, error) {
	session := firstBackground
	for ; p.terminals[session] != nil; session++ {
		if p.terminals[session].idle && !p.taken(session) {
			return session, nil
		}
	}
	if err := p.open(session); err != nil {
		return 0, err
	}
	_, err := p.type_(session, "unset ETCDCTL_ENDPOINTS")
	return session, err
}

func (p *player) taken(session int) bool {
	for _, b := range p.jobs {
		if b.session == session {
			return true
		}
	}
	return false
}

// end ends a command in the background, or waits until it has ended by itself.
func (p *player) end(s *scenario.Step) (*outcome, error) {
	b := p.jobs[s.ID]
	if b == nil {
		p.problem(s, "there is no command %q in the background", s.ID)
		return &outcome{}, nil
	}
	delete(p.jobs, s.ID)
	t := p.terminals[b.session]
	patience := commandPatience
	if s.Signal == "INT" {
		patience = beforeInterrupt
	}
	if err := p.wait(patience, t.ended); err != nil {
		return nil, err
	}
	if !t.ended() {
		if s.Signal == "" {
			p.problem(s, "it did not end by itself within %s", patience)
		}
		if err := p.stop(b.session); err != nil {
			return nil, err
		}
	}
	return p.captures(s, t.job.outcome(), b.expanded), nil
}
