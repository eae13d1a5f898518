package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"guichet/bot"
	"guichet/bot/sample"
	"guichet/connectors/postgres"
)

type generateCommand struct {
	databaseFlags
	Tickets  int    `help:"How many tickets, each with its conversation." default:"1000"`
	Messages int    `help:"How many messages in all, two a ticket at least; ten a ticket when not given." placeholder:"N"`
	Seed     uint64 `help:"The same seed makes the same tickets again." default:"1"`
	Add      bool   `help:"Also where there are conversations already. The seed should be another one than before."`
	Sites    string `help:"A file of sites, as the server's." env:"GUICHET_SITES" type:"existingfile" placeholder:"FILE"`
}

// Run fills a database with tickets that are made up.
func (g *generateCommand) Run(ctx context.Context, c console) error {
	sites, _, _, err := readSites(g.Sites)
	if err != nil {
		return err
	}
	words, err := shippedWords()
	if err != nil {
		return err
	}
	return g.useOrMake(ctx, func(db *postgres.DB) error {
		agents, err := sampleAgents(ctx, db)
		if err != nil {
			return err
		}
		plan := sample.Plan{Tickets: g.Tickets, Messages: g.Messages, Seed: g.Seed, Now: time.Now(), Words: words, Sites: sites, Agents: agents}
		if plan.Messages == 0 {
			plan.Messages = 10 * plan.Tickets
		}
		files, err := sample.Tickets(plan)
		if err != nil {
			return err
		}
		start := time.Now()
		loaded, err := db.Load(ctx, files, g.Add)
		switch {
		case errors.Is(err, postgres.ErrInUse):
			return errors.New("the database has conversations: name an empty one, or add made-up tickets to it with --add")
		case errors.Is(err, bot.ErrExists):
			return errors.New("these tickets are there already: give another --seed")
		case err != nil:
			return err
		}
		fmt.Fprintf(c.out, "%d tickets and %d messages in %s\n", loaded.Tickets, loaded.Messages, time.Since(start).Round(time.Second))
		return nil
	})
}

// sampleAgents are the accounts there are, to whom tickets are assigned; without any, people of a reserved domain.
func sampleAgents(ctx context.Context, db *postgres.DB) ([]bot.User, error) {
	users, err := db.Users(ctx)
	if err != nil || len(users) > 0 {
		return users, err
	}
	for _, name := range []string{"Ana", "Bruno", "Chloé", "David", "Emma", "Farid"} {
		users = append(users, bot.User{Email: fmt.Sprintf("agent%d@example.org", len(users)+1), Name: name})
	}
	return users, nil
}

// shippedWords are the words of the shipped knowledge.
func shippedWords() ([]string, error) {
	contents, _, err := shipped()
	if err != nil {
		return nil, err
	}
	var texts []string
	for _, t := range contents.Topics {
		texts = append(texts, t.Title, t.Body)
	}
	return sample.Vocabulary(texts...), nil
}
