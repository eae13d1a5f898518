package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"guichet/connectors/telegram/telegramtest"
)

type telegramCommand struct {
	targetFlags
	People   int `help:"People who write at once." default:"200"`
	Messages int `help:"Messages of each." default:"5"`
}

// Run measures and adds the figures: updates handled, which is when their turns are committed, and replies delivered, which
// Telegram bounds to thirty a second for a bot.
func (c *telegramCommand) Run(ctx context.Context, r *report) error {
	if c.Serve == "" {
		return errors.New("the stand-in for Telegram needs a server of its own: --serve bin/guichet")
	}
	telegram := telegramtest.NewServer()
	defer telegram.Close()
	t, err := c.open(ctx, r, "GUICHET_TELEGRAM_TOKEN="+telegram.Token, "GUICHET_TELEGRAM_API="+telegram.URL)
	if err != nil {
		return err
	}
	defer t.stop()
	all := c.People * c.Messages
	r.say("%d people write %d messages each", c.People, c.Messages)
	began := time.Now()
	for n := range c.Messages {
		for person := range c.People {
			telegram.Write(int64(1000+person), questions[(person+n)%len(questions)])
		}
	}
	const turns = "guichet_turns_total"
	handled, err := t.wait(ctx, func(f map[string]float64) bool { return sum(f, turns) >= float64(all) })
	if err != nil {
		return err
	}
	r.add(figure{Scenario: "telegram", Name: fmt.Sprintf("%d people, %d messages each: updates handled", c.People, c.Messages), Value: float64(all) / handled.Sub(began).Seconds(), Unit: "/s"})
	delivered, err := t.wait(ctx, func(map[string]float64) bool { return telegram.Calls("sendMessage") >= all })
	if err != nil {
		return err
	}
	r.add(figure{Scenario: "telegram", Name: "replies delivered", Value: float64(all) / delivered.Sub(began).Seconds(), Unit: "/s", Floor: 30, FloorIs: "what Telegram lets a bot send"})
	return nil
}

// wait reads the server's figures until they say something.
func (t *target) wait(ctx context.Context, is func(map[string]float64) bool) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	for {
		figures, err := t.figures(ctx)
		if err != nil {
			return time.Time{}, err
		}
		if is(figures) {
			return time.Now(), nil
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return time.Time{}, err
		}
	}
}
