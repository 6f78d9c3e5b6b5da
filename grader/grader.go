package grader

import (
	"fmt"

	"quorumlab/lab/condition"
	"quorumlab/lab/event"
)

// The states of a step.
const (
	Active  = "active"  // its turn, and not done
	Holding = "holding" // its condition is true and has to stay so
	Passed  = "passed"
	Failed  = "failed"
)

// seenEveryMicros is how often, at most, an active step says anew what is seen.
const seenEveryMicros = 1_000_000

// Options are what a grader is made with.
type Options struct {
	// Model is a model that somebody else feeds; without it the grader keeps
	// one of its own and feeds it what Observe gets.
	Model *condition.Model
	// Emit hears of the exercise, its steps, violations and the verdict. The
	// event's time is filled in. It may be nil.
	Emit func(event.Event)
}

// Grader follows one attempt. It is not safe for concurrent use: give it every
// event in order, and call Tick when the world has come to rest, once per tick.
type Grader struct {
	spec    *Spec
	model   *condition.Model
	own     bool
	emit    func(event.Event)
	steps   []*step
	nevers  []*never
	timed   bool
	version uint64 // of the model when last judged
	judged  bool
	begun   bool
	done    bool
	wakes   int64 // a deadline before which nothing changes by time alone; 0 is none
	shown   bool  // the solution was revealed
	lostBy  int   // points
	broken  []Violation
	verdict *Verdict
}

type step struct {
	*Step
	until       *condition.Condition
	state       string // "" before its turn
	armed       bool   // it was seen false since the learner got the prompt
	sinceMicros int64  // of its turn
	holdMicros  int64  // since when the condition is true; -1 while it is not
	atMicros    int64  // when it was decided
	seen        string
	saidMicros  int64
	givenUp     string // the fatal violation that decided it
	credit      []*credit
}

// credit is a part of a step's points; like the step, it has to be seen false
// before it can be earned.
type credit struct {
	*Credit
	when          *condition.Condition
	armed, earned bool
}

type never struct {
	*Never
	when *condition.Condition
	is   bool
}

// New compiles an exercise's conditions and announces the exercise. A mistake
// in a condition is an error that names the step.
func New(spec *Spec, o Options) (*Grader, error) {
	g := &Grader{spec: spec, model: o.Model, emit: o.Emit}
	if g.model == nil {
		g.model, g.own = &condition.Model{}, true
	}
	if g.emit == nil {
		g.emit = func(event.Event) {}
	}
	if err := g.compile(); err != nil {
		return nil, err
	}
	g.say(event.Event{Type: event.Exercise, What: spec.ID, Title: spec.Title, Steps: spec.checklist()})
	return g, nil
}

func (g *Grader) compile() error {
	for i := range g.spec.Steps {
		s := &g.spec.Steps[i]
		until, err := compileAt(s.Until, g.spec.ID, "step "+s.ID)
		if err != nil {
			return err
		}
		compiled := &step{Step: s, until: until, holdMicros: -1}
		g.steps = append(g.steps, compiled)
		g.timed = g.timed || until.Timed()
		if err := g.compileCredit(compiled); err != nil {
			return err
		}
	}
	for i := range g.spec.Never {
		n := &g.spec.Never[i]
		when, err := compileAt(n.When, g.spec.ID, fmt.Sprintf("never %d", i+1))
		if err != nil {
			return err
		}
		g.nevers = append(g.nevers, &never{Never: n, when: when})
		g.timed = g.timed || when.Timed()
	}
	return nil
}

func (g *Grader) compileCredit(s *step) error {
	for i := range s.Credit {
		c := &s.Credit[i]
		when, err := compileAt(c.When, g.spec.ID, fmt.Sprintf("step %s, credit %d", s.ID, i+1))
		if err != nil {
			return err
		}
		s.credit = append(s.credit, &credit{Credit: c, when: when})
		g.timed = g.timed || when.Timed()
	}
	return nil
}

// Model is the model the grader judges.
func (g *Grader) Model() *condition.Model { return g.model }

// Done tells whether the verdict has been given.
func (g *Grader) Done() bool { return g.done }

// Observe takes in one event. The grader's own are of no interest to it, so it
// does not matter whether they come back.
func (g *Grader) Observe(e *event.Event) {
	if g.own {
		g.model.Observe(e)
	}
}

// Reveal notes that the learner opened the solution. From then on this attempt
// earns nothing; a new one does.
func (g *Grader) Reveal() {
	if !g.done {
		g.shown = true
	}
}

func (g *Grader) say(e event.Event) {
	e.T = g.model.NowMicros()
	g.emit(e)
}

// Tick judges the world as it stands at the end of a tick. It costs next to
// nothing unless the model changed or a deadline has come.
func (g *Grader) Tick(nowMicros int64) {
	g.model.Advance(nowMicros)
	if ready, _ := g.model.Ready(); !ready || g.done {
		return
	}
	now := g.model.NowMicros()
	due := g.wakes > 0 && now >= g.wakes
	if g.judged && g.version == g.model.Version() && !g.timed && !due {
		return
	}
	g.judged, g.version = true, g.model.Version()
	g.begin(now)
	g.judge(now)
}

// begin looks at the untouched world: a step that is true there is not armed
// and so cannot pass before it has been false.
func (g *Grader) begin(now int64) {
	if g.begun {
		return
	}
	g.begun = true
	for _, s := range g.steps {
		holds, _ := s.until.Holds(g.model)
		if s.armed = !holds; holds {
			g.say(event.Event{Type: event.Error, Text: fmt.Sprintf("exercise %s: step %s is true before anything was done (%s)", g.spec.ID, s.ID, s.until.Seen(g.model))})
		}
	}
	g.activate(now)
}

// activate gives the next step its turn, or all of them in any order.
func (g *Grader) activate(now int64) {
	for _, s := range g.steps {
		if s.state == "" {
			s.sinceMicros = now
			g.setState(s, Active, now)
		}
		if !g.spec.AnyOrder && (s.state == Active || s.state == Holding) {
			return
		}
	}
}

func (g *Grader) judge(now int64) {
	blocked := g.judgeNevers()
	if g.done {
		return
	}
	g.arm()
	g.earn(now)
	for g.judgeSteps(now, blocked) {
		g.activate(now)
	}
	g.wakes = g.nextDeadline(now)
	g.conclude()
}

func (g *Grader) judgeNevers() (blocked bool) {
	for _, n := range g.nevers {
		is, _ := n.when.Holds(g.model)
		if is && !n.is {
			g.violate(n)
		}
		n.is = is
		blocked = blocked || is
	}
	return blocked
}

func (g *Grader) violate(n *never) {
	v := Violation{AtMicros: g.model.NowMicros(), Step: g.current(), Text: n.Say, Seen: n.when.Seen(g.model)}
	g.broken = append(g.broken, v)
	g.lostBy += n.Costs
	g.say(event.Event{Type: event.Violation, Text: v.Text, Step: v.Step, Expected: "never: " + n.when.Source(), Seen: v.Seen})
	if n.Fatal {
		g.giveUp(n.Say)
	}
}

// current is the step in progress, the first of them in any order.
func (g *Grader) current() string {
	for _, s := range g.steps {
		if s.state == Active || s.state == Holding {
			return s.ID
		}
	}
	return ""
}

// giveUp fails whatever is not decided and ends the attempt.
func (g *Grader) giveUp(why string) {
	for _, s := range g.steps {
		if s.state != Passed && s.state != Failed {
			s.givenUp = why
			g.decide(s, Failed, g.model.NowMicros())
		}
	}
	g.conclude()
}

func (g *Grader) arm() {
	for _, s := range g.steps {
		if !s.armed {
			holds, _ := s.until.Holds(g.model)
			s.armed = !holds
		}
		for _, c := range s.credit {
			if !c.armed {
				holds, _ := c.when.Holds(g.model)
				c.armed = !holds
			}
		}
	}
}

// earn looks for what steps in progress are worth though they are not passed.
func (g *Grader) earn(now int64) {
	for _, s := range g.steps {
		if (s.state == Active || s.state == Holding) && s.earn(g.model) {
			g.setState(s, s.state, now)
		}
	}
}

func (s *step) earn(m *condition.Model) (news bool) {
	for _, c := range s.credit {
		holds, err := c.when.Holds(m)
		if holds && err == nil && c.armed && !c.earned {
			c.earned, news = true, true
		}
	}
	return news
}

// points are what a step is worth as it stands.
func (s *step) points() int {
	if s.state == Passed {
		return s.Points
	}
	sum := 0
	for _, c := range s.credit {
		if c.earned {
			sum += c.Credit.Points
		}
	}
	return sum
}

// judgeSteps looks at each step whose turn it is; it tells whether one of them
// was decided.
func (g *Grader) judgeSteps(now int64, blocked bool) (decided bool) {
	for _, s := range g.steps {
		if s.state == Active || s.state == Holding {
			g.judgeStep(s, now, blocked)
			decided = decided || s.state == Passed || s.state == Failed
		}
	}
	return decided
}

func (g *Grader) judgeStep(s *step, now int64, blocked bool) {
	holds, err := s.until.Holds(g.model)
	holds = holds && err == nil && s.armed && !blocked
	switch {
	case holds && s.holdMicros < 0 && s.late(now):
		g.decide(s, Failed, now)
	case holds && s.holdMicros < 0:
		s.holdMicros = now
		g.heldLongEnough(s, now)
	case holds:
		g.heldLongEnough(s, now)
	case s.late(now):
		g.decide(s, Failed, now)
	default:
		g.notYet(s, now)
	}
}

// late tells whether the time for a step to come true is over.
func (s *step) late(now int64) bool {
	return s.WithinMicros > 0 && now > s.sinceMicros+s.WithinMicros
}

func (g *Grader) heldLongEnough(s *step, now int64) {
	if now-s.holdMicros >= s.HoldMicros {
		g.decide(s, Passed, now)
	} else if s.state != Holding {
		g.setState(s, Holding, now)
	}
}

// notYet says what is seen instead, when that is news.
func (g *Grader) notYet(s *step, now int64) {
	s.holdMicros = -1
	if s.state == Active && now < s.saidMicros+seenEveryMicros {
		return
	}
	if s.state == Active && s.until.Seen(g.model) == s.seen {
		s.saidMicros = now
		return
	}
	g.setState(s, Active, now)
}

func (g *Grader) decide(s *step, state string, now int64) {
	s.atMicros = now
	g.setState(s, state, now)
}

func (g *Grader) setState(s *step, state string, now int64) {
	s.state, s.saidMicros = state, now
	s.seen = s.until.Seen(g.model)
	if s.givenUp != "" {
		s.seen = s.givenUp
	}
	e := event.Event{
		Type: event.StepState, Step: s.ID, State: state, Expected: s.expected(), Seen: s.seen, At: now,
		UnavailableMs: g.model.UnavailableMicros() / 1000,
	}
	if len(s.credit) > 0 {
		e.Points = s.points()
	}
	g.say(e)
}

// nextDeadline is the next moment at which time alone may change something.
func (g *Grader) nextDeadline(now int64) int64 {
	var next int64
	consider := func(at int64) {
		if at > now && (next == 0 || at < next) {
			next = at
		}
	}
	for _, s := range g.steps {
		switch {
		case s.state == Holding:
			consider(s.holdMicros + s.HoldMicros)
		case s.state == Active && s.WithinMicros > 0:
			consider(s.sinceMicros + s.WithinMicros + 1)
		}
		if s.state == Active {
			consider(s.saidMicros + seenEveryMicros)
		}
	}
	return next
}

// conclude gives the verdict once every step is decided.
func (g *Grader) conclude() {
	if g.done {
		return
	}
	for _, s := range g.steps {
		if s.state != Passed && s.state != Failed {
			return
		}
	}
	g.done = true
	v := g.Verdict()
	g.say(event.Event{
		Type: event.Verdict, Passed: v.Passed, Points: v.Points, Of: v.Of, Seconds: v.SecondsTaken,
		Commands: v.Commands, UnavailableMs: v.UnavailableMs, Revealed: v.Revealed,
	})
}
