package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"text/tabwriter"
	"time"
	"unicode/utf8"

	"guichet/bot"
	"guichet/bot/publish"
	"guichet/connectors/postgres"
	"guichet/knowledge"
)

type kbApplyCommand struct {
	databaseFlags
	Note    string `help:"What changed, for the list of editions." placeholder:"TEXT"`
	Sites   string `help:"The file of the servers' sites, which must find their collections." type:"existingfile" env:"GUICHET_SITES" placeholder:"FILE"`
	Cache   string `help:"Folder that keeps what was learned between runs." default:"${cache}" env:"GUICHET_CACHE"`
	DryRun  bool   `help:"Say what would change, and publish nothing."`
	Shipped bool   `help:"Publish the shipped knowledge again." xor:"from"`
	Edition int64  `help:"Publish again what was published under this number." placeholder:"N" xor:"from"`
	Dir     string `arg:"" optional:"" help:"The folder with faq/content and knowledge/content." type:"existingdir" xor:"from"`
}

// Run checks the knowledge as kb check does, learns it, and publishes it. Nothing is published when there is a problem.
func (k *kbApplyCommand) Run(ctx context.Context, c console) error {
	if k.Dir == "" && !k.Shipped && k.Edition == 0 {
		return errors.New("say what to publish: a folder, --edition N or --shipped")
	}
	if utf8.RuneCountInString(k.Note) > bot.LongestEditionNote {
		return fmt.Errorf("the note has more than %d characters", bot.LongestEditionNote)
	}
	list, err := readSites(k.Sites)
	if err != nil {
		return err
	}
	return k.useOrMake(ctx, func(db *postgres.DB) error { return k.publish(ctx, c, db, list) })
}

func (k *kbApplyCommand) publish(ctx context.Context, c console, db bot.Editions, sites siteList) error {
	tree := treeOf(k.Dir)
	var err error
	if k.Edition != 0 {
		if tree, err = publishedTree(ctx, db, k.Edition); err != nil {
			return err
		}
	}
	fit := func(contents knowledge.Contents) error {
		if err := sites.fit(contents); err != nil {
			return fmt.Errorf("%w; the servers' file of sites is named with --sites", err)
		}
		return nil
	}
	publisher := publish.New(publish.Options{Editions: db, Fit: fit, Cache: k.Cache})
	draft, err := withoutProblems(c, publisher, tree)
	if err != nil {
		return err
	}
	newest, err := publisher.Newest(ctx)
	if err != nil {
		return err
	}
	if draft.Same(newest) {
		fmt.Fprintln(c.out, "nothing has changed: the servers answer from this already")
		return nil
	}
	printChanges(c, knowledge.Compare(newest.Contents, draft.Contents))
	if k.DryRun {
		return nil
	}
	number, err := publisher.Publish(fromHere(ctx), draft, k.Note, newest.Number)
	if errors.Is(err, bot.ErrExists) {
		return errors.New("somebody else has published meanwhile: look at it with guichet kb editions, and apply again")
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "edition %d: %d topics in %d collections\n", number, len(draft.Contents.Topics), len(draft.Contents.Collections))
	return nil
}

// withoutProblems reads a folder of contents that has none; its problems are printed.
func withoutProblems(c console, publisher *publish.Publisher, tree fs.FS) (publish.Draft, error) {
	draft, err := publisher.Read(tree)
	if err != nil {
		return draft, err
	}
	for _, p := range draft.Problems {
		fmt.Fprintln(c.out, p)
	}
	switch {
	case len(draft.Problems) > 0:
		return draft, fmt.Errorf("%d problems in the knowledge: nothing is published", len(draft.Problems))
	case draft.Misfit != nil:
		return draft, draft.Misfit
	}
	return draft, nil
}

// printChanges says what becomes of the topics.
func printChanges(c console, d knowledge.Difference) {
	for _, list := range []struct {
		what string
		ids  []string
	}{{"new", d.Added}, {"changed", d.Changed}, {"removed", d.Removed}, {"collection", d.Collections}} {
		for _, id := range list.ids {
			fmt.Fprintf(c.out, "%-10s %s\n", list.what, id)
		}
	}
}

type kbEditionsCommand struct {
	databaseFlags
	Most int `help:"How many at most." default:"20" placeholder:"N"`
}

// Run lists what was published.
func (k *kbEditionsCommand) Run(ctx context.Context, c console) error {
	if k.Most < 1 {
		return errors.New("--most is 1 at least")
	}
	return k.use(ctx, func(db *postgres.DB) error {
		list, err := db.ListEditions(ctx, k.Most)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			fmt.Fprintln(c.out, "nothing was published: the servers answer from the shipped knowledge")
			return nil
		}
		out := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
		for _, e := range list {
			fmt.Fprintf(out, "%d\t%s\t%s\t%d topics\t%s\n", e.Number, e.At.In(time.Local).Format(time.DateTime), e.By.Who, e.Topics, e.Note)
		}
		return out.Flush()
	})
}
