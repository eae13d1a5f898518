package bottest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"guichet/bot"
)

// EditionStore is what editions are tested on.
type EditionStore interface {
	bot.Editions
	bot.Audit
	bot.Store
}

// TestEditions checks an implementation of bot.Editions.
func TestEditions(t *testing.T, open func(t *testing.T) EditionStore) {
	run(t, open, []testCase[EditionStore]{
		{"editions are numbered, kept and recorded", keepsEditions},
		{"of two who publish at once one is told of the other", publishesInTurn},
		{"listeners are told of a new edition", tellsOfEditions},
	})
}

func edition(note string) bot.Edition {
	return bot.Edition{Note: note, Topics: 93, Files: []byte("files of " + note), Digest: "digest of " + note, Learned: []byte{0, 1, 2}}
}

func keepsEditions(t *testing.T, s EditionStore) {
	ctx := bot.ActAs(t.Context(), bot.Actor{Who: marie.Email})
	if n, err := s.LatestEdition(ctx); n != 0 || err != nil {
		t.Fatalf("before any edition the newest is %d, %v", n, err)
	}
	if _, err := s.Edition(ctx, 0); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("before any edition reading the newest gives %v", err)
	}
	const published = 5
	for i := range int64(published) {
		n, err := s.Publish(ctx, edition(fmt.Sprint("note ", i+1)), i)
		ok(t, err)
		if n != i+1 {
			t.Fatalf("edition %d has number %d", i+1, n)
		}
	}
	for _, number := range []int64{0, published} {
		e, err := s.Edition(ctx, number)
		ok(t, err)
		want := edition("note 5")
		if e.Number != published || e.By.Who != marie.Email || e.At.IsZero() || e.Note != want.Note || e.Topics != want.Topics ||
			string(e.Files) != string(want.Files) || e.Digest != want.Digest || string(e.Learned) != string(want.Learned) {
			t.Errorf("edition %d is %+v", number, e)
		}
	}
	if e, err := s.Edition(ctx, 1); err != nil || string(e.Files) != "files of note 1" || e.Digest != "" || e.Learned != nil {
		t.Errorf("of the first edition there is %+v, %v: its files, and no more what was learned", e, err)
	}
	if _, err := s.Edition(ctx, published+1); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("an edition that does not exist gives %v", err)
	}
	list, err := s.ListEditions(ctx, 2)
	ok(t, err)
	if len(list) != 2 || list[0].Number != published || list[1].Number != published-1 || list[1].Note != "note 4" || list[0].Files != nil {
		t.Errorf("the list is %+v", list)
	}
	log, err := s.Audit(ctx, bot.AuditFilter{Action: bot.AuditPublished})
	ok(t, err)
	if len(log) != published || log[0].Object != "5" || log[0].Detail != "93" || log[0].Actor.Who != marie.Email {
		t.Errorf("recorded is %+v", log)
	}
}

func publishesInTurn(t *testing.T, s EditionStore) {
	const publishers = 6
	var done sync.WaitGroup
	results := make([]error, publishers)
	for i := range publishers {
		done.Go(func() { _, results[i] = s.Publish(t.Context(), edition(fmt.Sprint(i)), 0) })
	}
	done.Wait()
	first := 0
	for _, err := range results {
		switch {
		case err == nil:
			first++
		case !errors.Is(err, bot.ErrExists):
			t.Errorf("who comes second is told %v", err)
		}
	}
	if n, err := s.LatestEdition(t.Context()); first != 1 || n != 1 || err != nil {
		t.Errorf("%d published, the newest is %d, %v", first, n, err)
	}
	if _, err := s.Publish(t.Context(), edition("skips"), 5); !errors.Is(err, bot.ErrExists) {
		t.Errorf("an edition after one that does not exist gives %v", err)
	}
}

func tellsOfEditions(t *testing.T, s EditionStore) {
	signals, stop := Changes(t, s).Subscribe(bot.Published, "")
	defer stop()
	_, err := s.Publish(t.Context(), edition("x"), 0)
	ok(t, err)
	wait(t, signals)
}
