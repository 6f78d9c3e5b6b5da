package shell

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// jobs are the background jobs of one terminal or script.
type jobs struct {
	mu   sync.Mutex
	list []*job
}

// job is one command in the background.
type job struct {
	number int
	pid    int64
	text   string
	group  *group
	done   chan struct{} // closed when status is there
	status int
}

func (j *jobs) add(text string, s *Shell) (*job, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	alive, number := 0, 1
	for _, one := range j.list {
		alive += oneIf(!one.ended())
		number = max(number, one.number+1)
	}
	if alive >= MaxJobs {
		return nil, fmt.Errorf("%d jobs run in the background, which is the limit", MaxJobs)
	}
	j.list = slices.DeleteFunc(j.list, func(one *job) bool { return len(j.list) > 4*MaxJobs && one.ended() })
	added := &job{number: number, pid: s.pids.Add(1), text: text, done: make(chan struct{})}
	j.list = append(j.list, added)
	return added, nil
}

func (j *jobs) remove(one *job) {
	j.mu.Lock()
	j.list = slices.DeleteFunc(j.list, func(other *job) bool { return other == one })
	j.mu.Unlock()
}

func (j *jobs) all() []*job {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.list)
}

// find looks a job up by %number, %% or process id.
func (j *jobs) find(name string) *job {
	all := j.all()
	if name == "%%" || name == "%+" {
		if len(all) == 0 {
			return nil
		}
		return all[len(all)-1]
	}
	spec, byNumber := strings.CutPrefix(name, "%")
	n, err := strconv.ParseInt(spec, 10, 64)
	if err != nil {
		return nil
	}
	for _, one := range all {
		if byNumber && int64(one.number) == n || !byNumber && one.pid == n {
			return one
		}
	}
	return nil
}

func (j *job) ended() bool {
	select {
	case <-j.done:
		return true
	default:
		return false
	}
}

func (j *job) finish(status int) {
	j.status = status
	close(j.done)
}

func (j *job) line() string {
	state := "Running"
	if j.ended() {
		state = "Done"
		if j.status != 0 {
			state = fmt.Sprintf("Exit %d", j.status)
		}
	}
	return fmt.Sprintf("[%d]  %-22s %s", j.number, state, j.text)
}

// reap forgets the jobs of a terminal that ended; those of the login shell are
// told, before the next prompt.
func (r *runner) reap() {
	for _, one := range r.jobs.all() {
		if !one.ended() {
			continue
		}
		if slices.Contains(r.children, one) {
			r.session.print(one.line() + "\n")
		}
		r.jobs.remove(one)
		r.children = slices.DeleteFunc(r.children, func(c *job) bool { return c == one })
	}
}

// waitFor waits for a job and gives its status; 130 if Ctrl-C came first.
func (r *runner) waitFor(one *job) int {
	select {
	case <-r.ctx.Done():
		return codeInterrupted
	case <-one.done:
	}
	r.jobs.remove(one)
	r.children = slices.DeleteFunc(r.children, func(c *job) bool { return c == one })
	return one.status
}
