package shell

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"quorumlab/lab/files"
)

// redirect applies redirections to the descriptors; the closers end the files
// that it opened. If one fails, it is told and the command must not run.
func (r *runner) redirect(list []*syntax.Redirect) (closers []func() error, ok bool) {
	for _, one := range list {
		done, err := r.redirectOne(one)
		if done != nil {
			closers = append(closers, done)
		}
		if err != nil {
			r.fail("%v", err)
			return closers, false
		}
		if r.stopped() {
			return closers, false
		}
	}
	return closers, true
}

func (r *runner) redirectOne(one *syntax.Redirect) (func() error, error) {
	fd, err := descriptor(one)
	if err != nil {
		return nil, err
	}
	switch one.Op {
	case syntax.Hdoc, syntax.DashHdoc:
		return nil, r.document(fd, one)
	}
	word, ok := r.literal(one.Word)
	if !ok {
		return nil, nil
	}
	switch one.Op {
	case syntax.WordHdoc:
		r.fds[fd] = stream{r: strings.NewReader(word + "\n")}
		return nil, nil
	case syntax.DplIn, syntax.DplOut:
		return r.duplicate(fd, one, word)
	case syntax.RdrIn, syntax.RdrInOut:
		return r.readFrom(fd, word)
	case syntax.RdrAll, syntax.AppAll:
		done, err := r.writeTo(1, word, one.Op == syntax.AppAll)
		if err == nil {
			r.fds[2] = r.fds[1]
		}
		return done, err
	}
	return r.writeTo(fd, word, one.Op == syntax.AppOut)
}

// descriptor tells which descriptor a redirection is about.
func descriptor(one *syntax.Redirect) (int, error) {
	if one.N != nil {
		n, err := strconv.Atoi(one.N.Value)
		if err != nil || n < 0 || n > 9 {
			return 0, fmt.Errorf("%s: bad file descriptor", one.N.Value)
		}
		return n, nil
	}
	switch one.Op {
	case syntax.RdrIn, syntax.RdrInOut, syntax.DplIn, syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc:
		return 0, nil
	}
	return 1, nil
}

// document makes a here-document the input.
func (r *runner) document(fd int, one *syntax.Redirect) error {
	text, ok := r.one(one.Hdoc, expand.Document)
	if !ok {
		return nil
	}
	if one.Op == syntax.DashHdoc {
		lines := strings.SplitAfter(text, "\n")
		for i := range lines {
			lines[i] = strings.TrimLeft(lines[i], "\t")
		}
		text = strings.Join(lines, "")
	}
	r.fds[fd] = stream{r: strings.NewReader(text)}
	return nil
}

// duplicate makes a descriptor another's copy: `2>&1`; `>&-` closes it, and
// `>&file` is `&>file`.
func (r *runner) duplicate(fd int, one *syntax.Redirect, word string) (func() error, error) {
	if word == "-" {
		r.fds[fd] = stream{}
		return nil, nil
	}
	n, err := strconv.Atoi(word)
	if err != nil && one.Op == syntax.DplOut && one.N == nil {
		done, err := r.writeTo(1, word, false)
		if err == nil {
			r.fds[2] = r.fds[1]
		}
		return done, err
	}
	if err != nil || n < 0 || n > 9 || r.fds[n].r == nil && r.fds[n].w == nil {
		return nil, fmt.Errorf("%s: Bad file descriptor", word)
	}
	r.fds[fd] = r.fds[n]
	return nil, nil
}

func (r *runner) readFrom(fd int, word string) (func() error, error) {
	switch word {
	case "/dev/stdin", "/dev/fd/0", "/dev/tty":
		r.fds[fd] = r.fds[0]
		return nil, nil
	}
	file, err := r.shell.config.Files.Open(absolute(r.dir, word))
	if err != nil {
		return nil, fmt.Errorf("%s: %s", word, files.Reason(err))
	}
	r.fds[fd] = stream{r: file}
	return file.Close, nil
}

func (r *runner) writeTo(fd int, word string, appending bool) (func() error, error) {
	switch word {
	case "/dev/stdout", "/dev/fd/1":
		r.fds[fd] = r.fds[1]
		return nil, nil
	case "/dev/stderr", "/dev/fd/2", "/dev/tty":
		r.fds[fd] = r.fds[2]
		return nil, nil
	case "/dev/null":
		r.fds[fd] = stream{w: io.Discard}
		return nil, nil
	}
	open := r.shell.config.Files.Create
	if appending {
		open = r.shell.config.Files.Append
	}
	file, err := open(absolute(r.dir, word), 0o644)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", word, files.Reason(err))
	}
	r.fds[fd] = stream{w: file}
	return func() error {
		if err := file.Close(); err != nil {
			return fmt.Errorf("%s: %s", word, files.Reason(err))
		}
		return nil
	}, nil
}
