package transcript

import (
	"encoding/base64"
	"fmt"
	"strings"

	"quorumlab/lab/scenario"
)

// inputFile holds what is piped into a command; it is outside the home, where
// commands would see it.
const inputFile = "/tmp/transcript-stdin"

// stdin gives the name of the file that a command reads.
func (p *player) stdin(s *scenario.Step) (string, error) {
	switch {
	case s.StdinRepeat != nil:
		return inputFile, p.repeat(s.StdinRepeat.Text, s.StdinRepeat.Count)
	case s.Stdin != nil:
		return inputFile, p.writeFile(inputFile, []byte(p.captured.Fill(*s.Stdin)))
	}
	return "/dev/null", nil
}

// chunkBytes is how much of a file goes into one typed line.
const chunkBytes = 24 << 10

// writeFile makes a file of any bytes by typing it.
func (p *player) writeFile(name string, data []byte) error {
	redirect := ">"
	for {
		n := min(len(data), chunkBytes)
		line := fmt.Sprintf("printf %%s %s | base64 -d %s%s", base64.StdEncoding.EncodeToString(data[:n]), redirect, quote(name))
		if err := p.mustType(line); err != nil {
			return err
		}
		data, redirect = data[n:], ">>"
		if len(data) == 0 {
			return nil
		}
	}
}

// repeat makes inputFile a text so many times over: it is doubled until it is
// long enough, and cut.
func (p *player) repeat(text string, count int) error {
	total := len(text) * count
	if total == 0 {
		return p.writeFile(inputFile, nil)
	}
	start := strings.Repeat(text, min(count, max(1, chunkBytes/len(text))))
	if err := p.writeFile(inputFile, []byte(start)); err != nil {
		return err
	}
	const other = inputFile + ".more"
	for n := len(start); n < total; n *= 2 {
		if err := p.mustType(fmt.Sprintf("cat %s %s >%s; mv %s %s", inputFile, inputFile, other, other, inputFile)); err != nil {
			return err
		}
	}
	return p.mustType(fmt.Sprintf("head -c %d %s >%s; mv %s %s", total, inputFile, other, other, inputFile))
}

// mustType types a line of the harness's own, which has to succeed.
func (p *player) mustType(line string) error {
	j, err := p.type_(control, line)
	if err != nil {
		return err
	}
	if j.exit != 0 {
		return fmt.Errorf("%.200q failed: %s", line, j.outcome().Stderr)
	}
	return nil
}

// readFile gives a file's bytes.
func (p *player) readFile(name string) ([]byte, error) {
	j, err := p.type_(control, "base64 -w 0 "+quote(name))
	if err != nil {
		return nil, err
	}
	o := j.outcome()
	if o.Exit != 0 {
		return nil, fmt.Errorf("%s", strings.TrimSpace(o.Stderr))
	}
	return base64.StdEncoding.DecodeString(strings.TrimSpace(o.Stdout))
}

// edit changes a file's bytes as the recorder did.
func edit(data []byte, op string, at int) ([]byte, error) {
	switch op {
	case "flip":
		if at < 0 {
			at += len(data)
		}
		if at < 0 || at >= len(data) {
			return nil, fmt.Errorf("flip: byte %d is not in a file of %d", at, len(data))
		}
		data[at] ^= 0xff
	case "truncate":
		if at < 0 || at > len(data) {
			return nil, fmt.Errorf("truncate: %d bytes cannot be cut off a file of %d", at, len(data))
		}
		data = data[:len(data)-at]
	case "append":
		data = append(data, make([]byte, max(0, at))...)
	default:
		return nil, fmt.Errorf("op: %q is not known; expected flip, truncate or append", op)
	}
	return data, nil
}
