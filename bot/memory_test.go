package bot_test

import (
	"fmt"
	"reflect"
	"sync"
	"testing"

	"guichet/bot"
	"guichet/bot/bottest"
)

func TestAnEngineThatRemembersAnswersAsOneThatDoesNot(t *testing.T) {
	t.Parallel()
	plain := bottest.Engine(t)
	remembering := plain.Remembering()
	texts := []string{
		"Comment obtenir un extrait Kbis ?", "et par courrier ?", "c'est long ?", "g pa recu mon atestassion koi faire",
		"bonjour", "on m'a volé ma caisse hier", "combien ça coûte et comment payer ?", "non", "Comment obtenir un extrait Kbis ?",
	}
	var group sync.WaitGroup
	for range 4 {
		for _, site := range []bot.Site{siteFor("micro"), siteFor("alma"), siteFor()} {
			group.Go(func() {
				var state bot.State
				for _, text := range append(texts, texts...) {
					in, at := bot.Inbound{Text: text}, bot.Moment{Now: today, Reference: "G-0000-0001"}
					want, err := plain.Next(state, site, in, at)
					if err != nil {
						t.Error(err)
					}
					got, err := remembering.Next(state, site, in, at)
					if err != nil || !reflect.DeepEqual(got, want) {
						t.Errorf("%q is answered by %q, %v, and not by %q", text, got.Reply.Text, err, want.Reply.Text)
					}
					state = want.State
				}
			})
		}
	}
	group.Wait()
	for i := range 3000 { // what was remembered first is forgotten, which changes nothing
		if _, err := remembering.Next(bot.State{}, siteFor("micro"), bot.Inbound{Text: fmt.Sprint("kbis ", i)}, bot.Moment{Now: today}); err != nil {
			t.Fatal(err)
		}
	}
	if n := remembering.Remembered(); n > 1024 {
		t.Errorf("it remembers %d texts", n)
	}
}
