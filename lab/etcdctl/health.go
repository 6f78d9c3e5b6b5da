package etcdctl

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"quorumlab/lab/api"
	"quorumlab/lab/client"
	"quorumlab/lab/internal/tool"
)

// endpointHealth is one answer as `-w json` shows it.
type endpointHealth struct {
	Endpoint string `json:"endpoint"`
	Health   bool   `json:"health"`
	Took     string `json:"took"`
	Error    string `json:"error,omitempty"`
}

// runHealth asks all endpoints at once and prints them in the order of their
// answers.
func (c *ctl) runHealth(command *cobra.Command, _ []string) error {
	if err := c.prepare(command); err != nil {
		return err
	}
	endpoints, err := c.targets(command)
	if err != nil {
		return err
	}
	answers := make(chan endpointHealth, len(endpoints))
	for _, endpoint := range endpoints {
		go func() { answers <- c.healthOf(command, endpoint) }()
	}
	list := []endpointHealth{}
	healthy := true
	for range endpoints {
		answer := <-answers
		list = append(list, answer)
		healthy = healthy && answer.Health
	}
	if c.Ctx.Err() != nil {
		return c.Ctx.Err()
	}
	if err := c.printer.health(list); err != nil || healthy {
		return err
	}
	return tool.Fail(tool.ExitError, "unhealthy cluster")
}

// healthOf reads a key that need not exist, with a quorum's consent, and then
// looks for alarms.
func (c *ctl) healthOf(command *cobra.Command, endpoint string) endpointHealth {
	start := c.Now()
	cli, err := c.client(command, []string{endpoint}, "client")
	if err != nil {
		return endpointHealth{Endpoint: endpoint, Took: c.Now().Sub(start).String(), Error: err.Error()}
	}
	defer cli.Close()
	ctx, cancel := c.timeout(command)
	defer cancel()
	start = c.Now()
	_, err = cli.Range(ctx, &api.RangeRequest{Key: []byte("health")})
	h := endpointHealth{Endpoint: endpoint, Took: c.Now().Sub(start).Round(time.Nanosecond).String()}
	var status *client.Error
	if err != nil && !(errors.As(err, &status) && status.Code == client.PermissionDenied) {
		h.Error = reason(ctx, err).Error()
		return h
	}
	h.Error = alarmsOf(ctx, cli)
	h.Health = h.Error == ""
	return h
}

func alarmsOf(ctx context.Context, cli client.Client) string {
	response, err := cli.Alarm(ctx, &api.AlarmRequest{Action: alarmGet})
	if err != nil {
		return "Unable to fetch the alarm list"
	}
	if len(response.Alarms) == 0 {
		return ""
	}
	text := "Active Alarm(s): "
	for _, a := range response.Alarms {
		text += alarmName(a.Alarm) + " "
	}
	return text
}
