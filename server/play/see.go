package play

import (
	"quorumlab/lab/event"
	"quorumlab/server/judge"
)

// kinds are the events that a player has to see. The others are most of all.
var kinds = judge.Types(event.Ready, event.Prompt, event.Command, event.Output, event.Exit, event.Error)

// see takes one event's line.
func (p *Player) see(line []byte) {
	if p.options.Host.OnEvent != nil {
		p.options.Host.OnEvent(line)
	}
	if p.follower != nil {
		p.follower.See(line)
	}
	if !judge.Is(line, kinds) {
		return
	}
	if e, err := event.Decode(line); err == nil {
		p.take(&e)
	}
}

func (p *Player) take(e *event.Event) {
	switch e.Type {
	case event.Ready:
		p.ready = true
	case event.Error:
		if p.options.OnError != nil {
			p.options.OnError(e.Text)
		}
	}
	if e.Session != session {
		return
	}
	switch e.Type {
	case event.Prompt:
		p.prompt = e.Text
	case event.Command:
		p.begin(e)
	case event.Output:
		p.output(e)
	case event.Exit:
		p.end(e)
	}
}

func (p *Player) begin(e *event.Event) {
	p.commands[e.N] = &open{Command: Command{AtMs: e.T / 1000, Cmd: e.Text}}
	if p.options.OnStart != nil {
		p.options.OnStart(e.Text)
	}
}

func (p *Player) output(e *event.Event) {
	if p.options.OnOutput != nil {
		p.options.OnOutput(e.Stream, e.Text)
	}
	command := p.commands[e.N]
	switch {
	case command == nil: // a message of the shell itself
	case e.Stream == "err":
		command.stderr.WriteString(e.Text)
	default:
		command.stdout.WriteString(e.Text)
	}
}

func (p *Player) end(e *event.Event) {
	command := p.commands[e.N]
	if command == nil {
		return
	}
	delete(p.commands, e.N)
	command.Stdout, command.Stderr, command.Exit = command.stdout.String(), command.stderr.String(), e.Code
	if p.options.OnCommand != nil {
		p.options.OnCommand(command.Command)
	}
}
