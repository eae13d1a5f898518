package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"guichet/bot"
)

type priorityJSON struct {
	Priority bot.Priority `json:"priority"`
}

func (a *api) setPriority(ctx context.Context, c call) (any, error) {
	var in priorityJSON
	if err := readJSON(c, &in); err != nil {
		return nil, err
	}
	if !slices.Contains(bot.Priorities(), in.Priority) {
		return nil, invalid("the priority should be one of %s", priorityList())
	}
	return a.write(ctx, c, func(reference, _ string) error {
		return a.tickets.SetPriority(ctx, reference, c.key.Actor(), in.Priority)
	})
}

func priorityList() string {
	var all []string
	for _, p := range bot.Priorities() {
		all = append(all, string(p))
	}
	return strings.Join(all, ", ")
}

type tagsJSON struct {
	Tags *[]string `json:"tags"` // all of them
}

func (a *api) setTags(ctx context.Context, c call) (any, error) {
	var in tagsJSON
	if err := readJSON(c, &in); err != nil {
		return nil, err
	}
	if in.Tags == nil {
		return nil, invalid("tags is missing: give all the tags of the ticket, [] for none")
	}
	for _, tag := range *in.Tags {
		if strings.Contains(tag, ",") {
			return nil, invalid("a tag holds no comma: give each tag of its own")
		}
	}
	tags, err := bot.ReadTags(strings.Join(*in.Tags, ","))
	if err != nil {
		return nil, invalid("a ticket has at most %d tags of at most %d characters each", bot.MostTags, bot.LongestTag)
	}
	return a.write(ctx, c, func(reference, _ string) error {
		return a.tickets.SetTags(ctx, reference, c.key.Actor(), tags)
	})
}

type categoryJSON struct {
	Category bot.Category `json:"category"`
}

func (a *api) setCategory(ctx context.Context, c call) (any, error) {
	var in categoryJSON
	if err := readJSON(c, &in); err != nil {
		return nil, err
	}
	if _, known := bot.Define(in.Category); !known {
		return nil, invalid("the category should be one of %s", categoryList())
	}
	return a.write(ctx, c, func(reference, _ string) error {
		return a.tickets.SetCategory(ctx, reference, c.key.Actor(), in.Category, a.retime)
	})
}

type snoozeJSON struct {
	Until json.RawMessage `json:"until"` // a moment or null; nil when it was not there
}

// snoozeMost is how far away the moment may be at which a ticket comes back, as at the desk.
const snoozeMost = 366 * 24 * time.Hour

func (a *api) snooze(ctx context.Context, c call) (any, error) {
	var in snoozeJSON
	if err := readJSON(c, &in); err != nil {
		return nil, err
	}
	if in.Until == nil {
		return nil, invalid("until is missing: give the moment at which the ticket comes back, or null to have it back now")
	}
	var until *time.Time
	if err := json.Unmarshal(in.Until, &until); err != nil {
		return nil, problem{http.StatusBadRequest, "until should be a moment such as 2026-11-02T09:00:00Z, or null"}
	}
	var at time.Time
	if until != nil {
		at = until.Truncate(time.Second)
		if now := a.now(); !at.After(now) || at.After(now.Add(snoozeMost)) {
			return nil, invalid("until should be a moment to come, within a year")
		}
	}
	return a.write(ctx, c, func(reference, _ string) error {
		return a.tickets.Snooze(ctx, reference, c.key.Actor(), at)
	})
}
