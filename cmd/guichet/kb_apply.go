package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf8"

	"guichet/bot"
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

// mostFiles and mostLearned are what an edition may have, in bytes, packed. What was learned and is larger stays here, and each
// server learns by itself.
const (
	mostFiles   = 128 << 20
	mostLearned = 64 << 20
)

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
	contents, err := withoutProblems(c, tree)
	if err != nil {
		return err
	}
	if err := sites.fit(contents); err != nil {
		return fmt.Errorf("%w; the servers' file of sites is named with --sites", err)
	}
	files, err := knowledge.Pack(tree)
	if err != nil {
		return err
	}
	if len(files) > mostFiles {
		return fmt.Errorf("the files are %d MiB when packed, and %d at most can be published", len(files)>>20, mostFiles>>20)
	}
	latest, before, err := newest(ctx, db)
	if err != nil {
		return err
	}
	if bytes.Equal(before, files) {
		fmt.Fprintln(c.out, "nothing has changed: the servers answer from this already")
		return nil
	}
	if err := printChanges(c, before, contents); err != nil || k.DryRun {
		return err
	}
	next := bot.Edition{Note: strings.TrimSpace(k.Note), Topics: len(contents.Topics), Files: files}
	if next.Learned, next.Digest, err = k.learn(contents); err != nil {
		return err
	}
	number, err := db.Publish(fromHere(ctx), next, latest)
	if errors.Is(err, bot.ErrExists) {
		return errors.New("somebody else has published meanwhile: look at it with guichet kb editions, and apply again")
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "edition %d: %d topics in %d collections\n", number, len(contents.Topics), len(contents.Collections))
	return nil
}

// withoutProblems reads a folder of contents; its problems are printed.
func withoutProblems(c console, tree fs.FS) (knowledge.Contents, error) {
	contents, problems, err := knowledge.LoadTree(tree)
	if err != nil {
		return contents, err
	}
	problems = append(problems, knowledge.Check(contents, time.Now())...)
	for _, p := range problems {
		fmt.Fprintln(c.out, p)
	}
	if len(problems) > 0 {
		return contents, fmt.Errorf("%d problems in the knowledge: nothing is published", len(problems))
	}
	return contents, nil
}

// learn learns contents, and returns what was learned with its digest, for the servers: nothing when it is too large, or when
// the cache keeps nothing.
func (k *kbApplyCommand) learn(contents knowledge.Contents) (learned []byte, digest string, err error) {
	examples, err := bot.Examples()
	if err != nil {
		return nil, "", err
	}
	if _, err := learn(k.Cache, contents, examples); err != nil {
		return nil, "", err
	}
	digest = knowledge.Digest(contents, examples)
	learned, err = knowledge.Learned(k.Cache, digest)
	if errors.Is(err, fs.ErrNotExist) || len(learned) > mostLearned {
		return nil, "", nil
	}
	return learned, digest, err
}

// newest is what the servers answer from: the number and the packed files of the newest edition, or 0 and the shipped ones.
func newest(ctx context.Context, db bot.Editions) (int64, []byte, error) {
	e, err := db.Edition(ctx, 0)
	if errors.Is(err, bot.ErrNotFound) {
		files, err := knowledge.Pack(knowledge.ShippedTree())
		return 0, files, err
	}
	return e.Number, e.Files, err
}

// printChanges says what becomes of the topics.
func printChanges(c console, before []byte, after knowledge.Contents) error {
	tree, err := knowledge.Unpack(before)
	if err != nil {
		return err
	}
	was, _, err := knowledge.LoadTree(tree)
	if err != nil {
		return err
	}
	d := knowledge.Compare(was, after)
	for _, list := range []struct {
		what string
		ids  []string
	}{{"new", d.Added}, {"changed", d.Changed}, {"removed", d.Removed}, {"collection", d.Collections}} {
		for _, id := range list.ids {
			fmt.Fprintf(c.out, "%-10s %s\n", list.what, id)
		}
	}
	return nil
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
