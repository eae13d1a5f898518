package publish_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"guichet/bot"
	"guichet/bot/publish"
	"guichet/knowledge"
)

// tree is a knowledge of one topic, to be reviewed by a day.
func tree(review string) fstest.MapFS {
	return fstest.MapFS{
		"knowledge/content/a/collection.md": {Data: []byte("---\nname: A\nlead: Chez A\n---\n")},
		"knowledge/content/a/guide.md": {Data: []byte("---\ntitle: Guide\nkind: guide\nchecked: 2026-11-22\nreview: " + review + "\n---\n## Quand ? {#quand}\nsource: Un\n\nDemain.\n\n### On le demande ainsi\n\n" +
			strings.Join([]string{"- quand", "- quel jour", "- à quelle date", "- c quand", "- demain ou pas", "- le jour", "- la date", "- quand est ce", "- when", "- quand donc", "- dites quand", "- quand alors"}, "\n") + "\n")},
	}
}

// reached is a store that nobody may publish to: what is refused must not get here.
type reached struct {
	bot.Editions
	t      *testing.T
	latest int64
}

func (s reached) LatestEdition(context.Context) (int64, error) { return s.latest, nil }

func (s reached) Publish(context.Context, bot.Edition, int64) (int64, error) {
	s.t.Error("it was published")
	return 0, nil
}

func read(t *testing.T, p *publish.Publisher, of fstest.MapFS) publish.Draft {
	t.Helper()
	d, err := p.Read(of)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhatServersCannotAnswerFromIsNotPublished(t *testing.T) {
	t.Parallel()
	fit := func(c knowledge.Contents) error {
		if len(c.Topics) != 1 {
			t.Error("sites are looked at with what cannot be read")
		}
		return errors.New("site x lacks it")
	}
	now := func() time.Time { return time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC) }
	unread := tree("2030-11-22")
	unread["knowledge/content/a/guide.md"] = &fstest.MapFile{Data: []byte("no front matter")}
	empty := tree("2030-11-22")
	delete(empty, "knowledge/content/a/guide.md")
	store := reached{t: t, latest: 3}
	for name, d := range map[string]publish.Draft{
		"no fit":  read(t, publish.New(publish.Options{Editions: store, Fit: fit, Now: now}), tree("2030-11-22")),
		"unread":  read(t, publish.New(publish.Options{Editions: store, Fit: fit, Now: now}), unread),
		"nothing": read(t, publish.New(publish.Options{Editions: store, Now: now}), empty),
	} {
		if d.Usable() {
			t.Errorf("%s: it is usable", name)
		}
		if _, err := publish.New(publish.Options{Editions: store}).Publish(t.Context(), d, "", 3); !errors.Is(err, publish.ErrUnusable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	p := publish.New(publish.Options{Editions: store, Now: now})
	if _, err := p.Publish(t.Context(), read(t, p, tree("2030-11-22")), "", 2); !errors.Is(err, bot.ErrExists) {
		t.Errorf("after an edition that is not the newest: %v", err)
	}
}

func TestAnOverdueReviewIsAProblemAndStillUsable(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	p := publish.New(publish.Options{Now: func() time.Time { return now }})
	d := read(t, p, tree("2026-12-01"))
	if len(d.Problems) != 0 || !d.Usable() {
		t.Errorf("before the day: %v", d.Problems)
	}
	now = now.AddDate(0, 1, 0)
	if d = read(t, p, tree("2026-12-01")); len(d.Problems) != 1 || d.Problems[0].Line != 5 || !d.Usable() {
		t.Errorf("after the day: %v", d.Problems)
	}
}
