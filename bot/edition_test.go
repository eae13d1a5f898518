package bot_test

import (
	"testing"
	"testing/fstest"

	"guichet/bot"
	"guichet/knowledge"
)

// guideEngine answers from a guide whose sections have these slugs.
func guideEngine(t *testing.T, slugs ...string) *bot.Engine {
	t.Helper()
	guide := "---\ntitle: Guide de la boulangerie\nkind: guide\nchecked: 2026-01-22\nreview: 2027-01-22\n---\n"
	for _, slug := range slugs {
		guide += "## Que savoir : " + slug + " ? {#" + slug + "}\nsource: " + slug + "\n\nVoici tout sur " + slug + ", et par courrier aussi.\n\n### On le demande ainsi\n\n"
		for _, how := range []string{"", "dites moi ", "je cherche ", "info ", "besoin de ", "et pour ", "c koi ", "ou est ", "quid de ", "about ", "pb ", "svp "} {
			guide += "- " + how + slug + "\n"
		}
		guide += "\n"
	}
	contents, problems, err := knowledge.LoadTree(fstest.MapFS{
		"knowledge/content/boulangerie/collection.md": {Data: []byte("---\nname: Boulangerie\nproduct: Le pain\nlead: Chez le boulanger\n---\n")},
		"knowledge/content/boulangerie/guide.md":      {Data: []byte(guide)},
	})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	base, err := knowledge.Build(contents, nil)
	if err != nil {
		t.Fatal(err)
	}
	return bot.NewEngine(base)
}

// TestAConversationOutlivesItsTopic goes on, after an edit, from what is no longer known.
func TestAConversationOutlivesItsTopic(t *testing.T) {
	t.Parallel()
	before, after := guideEngine(t, "horaires", "levain", "livraison"), guideEngine(t, "levain", "livraison")
	at := bot.Moment{Now: today, Reference: "G-0000-0001"}
	site := siteFor()
	first, err := before.Next(bot.State{}, site, bot.Inbound{Text: "horaires"}, at)
	if err != nil || len(first.Reply.Citations) != 1 || first.State.Topic != "boulangerie.horaires" {
		t.Fatalf("before the edit: %+v, %v", first, err)
	}
	for _, in := range []bot.Inbound{
		{Text: "et par courrier ?"}, {Text: "non"}, {Text: "ça ne répond pas"}, {Text: "merci"}, {Text: "1"}, {Text: "horaires"},
		{Text: "Horaires", Choice: bot.ChoiceTopic + "boulangerie.horaires"}, {Text: "Pas vraiment", Choice: "feedback:no"},
		{Text: "Un conseiller", Choice: bot.ChoiceRequest + string(bot.Human)}, {Text: "levain"},
	} {
		turn, err := after.Next(first.State, site, in, at)
		if err != nil {
			t.Fatalf("%+v: %v", in, err)
		}
		if turn.Reply.Text == "" {
			t.Errorf("%q has no reply", in.Text)
		}
		for _, c := range turn.Reply.Citations {
			if c.Section == "horaires" {
				t.Errorf("%q is answered from what is gone: %+v", in.Text, turn.Reply)
			}
		}
		for _, c := range turn.Reply.Choices {
			if c.Topic == "boulangerie.horaires" {
				t.Errorf("%q offers what is gone: %+v", in.Text, turn.Reply)
			}
		}
	}
}
