package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"time"
)

type agentsCommand struct {
	targetFlags
	Tickets int           `help:"Tickets there are." default:"500"`
	Agents  int           `help:"Agents at once." default:"8"`
	For     time.Duration `help:"For how long." default:"20s"`
}

// Run measures and adds the figures.
func (c *agentsCommand) Run(ctx context.Context, r *report) error {
	t, err := c.open(ctx, r)
	if err != nil {
		return err
	}
	defer t.stop()
	return c.measure(ctx, r, t)
}

// measure opens tickets, and has agents go round: the queue, a ticket, a reply.
func (c *agentsCommand) measure(ctx context.Context, r *report, t *target) error {
	opening := intakeCommand{targetFlags: c.targetFlags, Tickets: c.Tickets, Concurrency: 16}
	references, err := opening.measure(ctx, r, t)
	if err != nil {
		return err
	}
	const email, password = "banc@example.org", "un banc d’essai de 27 mètres"
	if err := t.run(ctx, password+"\n", "user", "add", "--name=Claire Martin", email); err != nil {
		return err
	}
	a, err := signIn(ctx, t.base, email, password)
	if err != nil {
		return err
	}
	queue, ticket, reply := newLatencies(), newLatencies(), newLatencies()
	var next atomic.Int64
	r.say("%d agents for %s", c.Agents, c.For)
	count, _, err := asFastAs(ctx, c.Agents, c.For, func(int) error {
		reference := references[int(next.Add(1))%len(references)]
		if _, err := a.timed(ctx, queue, "/desk/", nil); err != nil {
			return err
		}
		page, err := a.timed(ctx, ticket, "/desk/ticket/"+reference, nil)
		if err != nil {
			return err
		}
		once, seen := formOnce.FindStringSubmatch(page), formSeen.FindStringSubmatch(page)
		if once == nil || seen == nil {
			return errors.New("the ticket's page has no form to reply with")
		}
		form := url.Values{"text": {"Bonjour, votre déclaration est transmise à l’expert."}, "once": {once[1]}, "seen": {seen[1]}}
		_, err = a.timed(ctx, reply, "/desk/ticket/"+reference+"/reply", form)
		return err
	})
	if err != nil {
		return err
	}
	r.add(figure{Scenario: "agents", Name: fmt.Sprintf("%d agents, %d tickets: rounds of queue, ticket, reply", c.Agents, c.Tickets), Value: float64(count) / c.For.Seconds(), Unit: "/s"})
	for _, one := range []struct {
		name string
		took *latencies
	}{{"queue", queue}, {"ticket", ticket}, {"reply", reply}} {
		r.add(figure{Scenario: "agents", Name: one.name + ": 50th percentile", Value: one.took.at(50), Unit: "ms"})
		r.add(figure{Scenario: "agents", Name: one.name + ": 99th percentile", Value: one.took.at(99), Unit: "ms"})
	}
	return nil
}

var (
	formOnce = regexp.MustCompile(`name="?once"? value="?([^"\s>]+)`)
	formSeen = regexp.MustCompile(`name="?seen"? value="?([0-9]+)`)
)

// agent is somebody signed in at the desk.
type agent struct {
	base   string
	client *http.Client
}

func signIn(ctx context.Context, base, email, password string) (*agent, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	a := &agent{base, &http.Client{Jar: jar, Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	page, err := a.timed(ctx, newLatencies(), "/desk/login", url.Values{"email": {email}, "password": {password}, "next": {"/desk/"}})
	if err == nil && strings.Contains(page, `name="password"`) {
		err = errors.New("the desk does not let the agent in")
	}
	return a, err
}

// timed gets a page, or posts a form and follows where it leads.
func (a *agent) timed(ctx context.Context, took *latencies, path string, form url.Values) (string, error) {
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	request, err := http.NewRequestWithContext(ctx, method, a.base+path, body)
	if err != nil {
		return "", err
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	began := time.Now()
	res, err := a.client.Do(request)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	took.add(time.Since(began))
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s", path, res.Status)
	}
	return string(page), err
}
