package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"guichet/bot"
)

func TestALineOfAnAgentIsAReplyOnlyWhenItBeginsLikeNoCommand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line  string
		order bot.StaffOrder
		rest  string
	}{
		{"Bonjour, c’est corrigé !", bot.StaffReply, "Bonjour, c’est corrigé !"},
		{"  \n deux\nlignes\t", bot.StaffReply, "deux\nlignes"},
		{"!note il ment", bot.StaffNote, "il ment"},
		{"!NOTE\nil ment\nencore", bot.StaffNote, "il ment\nencore"},
		{"!note : il ment", bot.StaffNote, "il ment"},
		{"\u200b\ufeff !note il ment", bot.StaffNote, "il ment"},
		{"/note@guichet_bot il ment", bot.StaffNote, "il ment"},
		{"！note il ment", bot.StaffNote, "il ment"},
		{"!note", bot.StaffNote, ""},
		{"!Résoudre", bot.StaffResolve, ""},
		{"!resoudre", bot.StaffResolve, ""},
		{"!clore", bot.StaffClose, ""},
		{"!attente", bot.StaffWait, ""},
		{"!rouvrir", bot.StaffReopen, ""},
		{"!prendre", bot.StaffTake, ""},
		{"!rendre", bot.StaffGive, ""},
		{"!aide", bot.StaffHelp, ""},
		{"/help", bot.StaffHelp, ""},
		{"!ntoe il ment", bot.StaffRefuse, "!ntoe il ment"},
		{"! note il ment", bot.StaffRefuse, "! note il ment"},
		{"!noteil ment", bot.StaffRefuse, "!noteil ment"},
		{"!!! urgent", bot.StaffRefuse, "!!! urgent"},
		{"!clore le dossier", bot.StaffRefuse, "!clore le dossier"},
		{"!", bot.StaffRefuse, "!"},
		{"", bot.StaffRefuse, ""},
	} {
		if order, rest := bot.ReadStaffLine(c.line); order != c.order || rest != c.rest {
			t.Errorf("%q is read as %s %q, want %s %q", c.line, order, rest, c.order, c.rest)
		}
	}
}

func FuzzReadStaffLine(f *testing.F) {
	for _, seed := range []string{"bonjour", "!note x", "  !é", "/", "\u200b!note"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		order, rest := bot.ReadStaffLine(line)
		if order == bot.StaffReply && (rest == "" || strings.ContainsAny(rest[:1], "!/")) {
			t.Errorf("%q would be sent as %q", line, rest)
		}
	})
}

func TestAButtonIsReadBack(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"staff:eat:G-1", "staff:reply:G-1", "staff:take", "feedback:yes", ""} {
		if order, reference, ok := bot.ReadStaffButton(value); ok {
			t.Errorf("%q is read as %s %s", value, order, reference)
		}
	}
	if order, reference, ok := bot.ReadStaffButton("staff:take:G-4F7K-2MQ9"); !ok || order != bot.StaffTake || reference != "G-4F7K-2MQ9" {
		t.Errorf("read as %s %s %v", order, reference, ok)
	}
}

var postedAt = time.Date(2026, 2, 3, 14, 5, 0, 0, time.UTC)

// staffWork is a new claim of a customer, with messages and events as facts.
func staffWork(messages, events []bot.StaffFact) bot.StaffWork {
	for i := range messages {
		messages[i].Told.Message, messages[i].At = int64(i+1), postedAt.Add(time.Duration(i)*time.Minute)
		messages[i].Message.Seq = int64(i + 1)
	}
	for i := range events {
		events[i].Told.Event = int64(i + 1)
		if events[i].At.IsZero() {
			events[i].At = postedAt.Add(time.Hour)
		}
	}
	return bot.StaffWork{
		Ticket: bot.Ticket{
			Reference: "G-4F7K-2MQ9", Channel: bot.Web, Site: "micro", Category: bot.Claim, Status: bot.Open, CreatedAt: postedAt,
			Fields: map[bot.Field]string{bot.Name: "Ana *Île*", bot.Email: "ana@example.fr", bot.IncidentDate: "2026-02-01", bot.Description: "vol\nde la caisse"},
		},
		Facts: bot.MergeStaffFacts(bot.StaffCursor{}, messages, events),
	}
}

func said(from bot.Author, text string) bot.StaffFact {
	return bot.StaffFact{Message: &bot.Message{From: from, Text: text, Agent: map[bot.Author]string{bot.FromAgent: "Inès_M"}[from]}}
}

func happened(kind bot.EventKind, who, detail string) bot.StaffFact {
	return bot.StaffFact{Kind: kind, Who: who, Detail: detail}
}

func TestANewTicketIsToldInOnePost(t *testing.T) {
	t.Parallel()
	w := staffWork([]bot.StaffFact{said(bot.FromCustomer, "on m'a volé *ma* caisse\n- hier"), said(bot.FromBot, "C’est **noté**.")},
		[]bot.StaffFact{happened("opened", "bot", "")})
	post, left, ok := w.NextPost(time.UTC, "")
	if !ok || len(left.Facts) != 0 || post.Told != (bot.StaffCursor{Event: 1, Message: 2}) || left.Told != post.Told {
		t.Fatalf("%v, told %+v, left %+v", ok, post.Told, left)
	}
	const want = `**Déclaration de sinistre** · G\-4F7K\-2MQ9  
Site web (micro), 3 février 2026 à 14:05. Ouvert, personne ne le suit.

- Description : vol de la caisse
- Date des faits : 1er février 2026
- Numéro d’attestation : non donné
- Adresse e\-mail : ana@example\.fr
- Nom : Ana \*Île\*

**Client** · 14:05

on m'a volé \*ma\* caisse  
\- hier

**Assistant** · 14:06

C’est **noté**.`
	if got := strings.ReplaceAll(post.Text, "\u202f", " "); got != want {
		t.Errorf("posted:\n%s\nwant:\n%s", got, want)
	}
	if got := fmt.Sprint(labelsOf(post.Buttons)); got != "[Je prends Résoudre Clore]" {
		t.Errorf("the buttons are %s", got)
	}
	if title := bot.StaffThreadTitle(w.Ticket); title != "G-4F7K-2MQ9 · Déclaration de sinistre · Ana *Île*" {
		t.Errorf("the title is %q", title)
	}
	w.Ticket.Fields[bot.Name] = strings.Repeat("é ", 200)
	if title := bot.StaffThreadTitle(w.Ticket); len([]rune(title)) > 100 || !strings.HasSuffix(title, "…") {
		t.Errorf("the long title is %q", title)
	}
}

func labelsOf(choices []bot.Choice) (labels []string) {
	for _, c := range choices {
		if order, reference, ok := bot.ReadStaffButton(c.Value); !ok || reference == "" || order == "" || len(c.Value) > 64 {
			labels = append(labels, "bad "+c.Value)
		}
		labels = append(labels, c.Label)
	}
	return labels
}

func TestWhatComesLaterIsToldWithoutWhatWasTypedInTheThread(t *testing.T) {
	t.Parallel()
	own := said(bot.FromAgent, "d’ici")
	own.Own = true
	ownNote := happened("note", "Inès", "d’ici")
	ownNote.Own = true
	w := staffWork([]bot.StaffFact{own, said(bot.FromAgent, "du **bureau**")}, []bot.StaffFact{
		happened("reply", "Inès", ""), ownNote, happened("note", "Bob_", "il *ment*\nsouvent"), happened("assigned", "Bob_", "Bob_"),
		happened("assigned", "Bob_", "Ana"), happened("assigned", "Ana", ""), happened("status", "customer", "open"),
		happened("status", "Ana", "resolved"), happened("undelivered", "bot", bot.ReasonBlocked), happened("breached", "bot", "x"),
	})
	w.Told.Message, w.Ticket.Status, w.Ticket.Assignee = -1, bot.Resolved, "ana@example.fr"
	post, left, ok := w.NextPost(time.UTC, "")
	const want = `**Inès\_M** · 14:06

du **bureau**

**Note interne de Bob\_** · 15:05

il \*ment\*  
souvent

*Bob\_ a pris le ticket\.*

*Bob\_ a attribué le ticket à Ana\.*

*Ana a rendu le ticket\.*

*Le client a rouvert le ticket\.*

*Ana a résolu le ticket\.*

*Un message n’a pas été remis au client : il a bloqué l’assistant ou fermé la conversation\.*`
	got := strings.NewReplacer("\u202f", " ", `\:`, ":").Replace(post.Text)
	if !ok || got != want || len(left.Facts) != 0 {
		t.Errorf("%v, posted:\n%s\nwant:\n%s", ok, got, want)
	}
	if got := fmt.Sprint(labelsOf(post.Buttons)); got != "[Rouvrir Clore]" {
		t.Errorf("the buttons are %s", got)
	}
	w.Facts = w.Facts[:1]
	if post, left, ok := w.NextPost(time.UTC, ""); ok || left.Told.Message != 1 || len(left.Facts) != 0 {
		t.Errorf("of one's own words alone is told %+v, %+v", post, left)
	}
}

func TestALongConversationIsToldInFewPostsAndNoWordTwice(t *testing.T) {
	t.Parallel()
	var messages []bot.StaffFact
	for i := range 40 {
		messages = append(messages, said(bot.FromCustomer, fmt.Sprintf("message%d %s", i, strings.Repeat("mot ", 60))))
	}
	messages[20].Message.Text = "énorme" + strings.Repeat(" mot", 2000)
	w := staffWork(messages, []bot.StaffFact{happened("opened", "bot", "")})
	w.Renewed = true
	var posts []string
	for {
		post, left, ok := w.NextPost(time.UTC, "")
		if !ok {
			break
		}
		posts = append(posts, post.Text)
		w = left
	}
	all := strings.Join(posts, "\n")
	if len(posts) < 4 || len(posts) > 8 {
		t.Errorf("%d posts", len(posts))
	}
	for _, p := range posts {
		if len([]rune(p)) > 3500 && !strings.Contains(p, "énorme") {
			t.Errorf("a post of %d characters", len([]rune(p)))
		}
	}
	for i := range 40 {
		want := 1
		if i < 10 || i == 20 {
			want = 0
		}
		if n := strings.Count(all, fmt.Sprintf("message%d ", i)); n != want {
			t.Errorf("message %d is told %d times", i, n)
		}
	}
	for _, words := range []string{"Le fil précédent de ce ticket n’existe plus", "10 messages plus anciens", "énorme"} {
		if n := strings.Count(strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(all), words); n != 1 {
			t.Errorf("%q is said %d times", words, n)
		}
	}
}

func TestTheFilesOfAMessageAreNamedWithWhereTheyOpen(t *testing.T) {
	t.Parallel()
	photo := said(bot.FromCustomer, "")
	photo.Message.Attachments = []bot.Attachment{{ID: "x", Name: "caisse_[1].jpg", Size: 330_000}, {ID: "y", Name: "constat.pdf", Size: 3 << 20}}
	w := staffWork([]bot.StaffFact{photo}, nil)
	w.Told.Message = -1
	for base, want := range map[string]string{
		"":                         "**Client** · 14:05\n\n*Fichier joint : caisse\\_\\[1\\]\\.jpg (322 Ko), à ouvrir* au bureau\n\n*Fichier joint : constat\\.pdf (3,0 Mo), à ouvrir* au bureau",
		"https://guichet.example/": "**Client** · 14:05\n\n*Fichier joint : caisse\\_\\[1\\]\\.jpg (322 Ko), à ouvrir* [au bureau](https://guichet.example/desk/ticket/G-4F7K-2MQ9)\n\n*Fichier joint : constat\\.pdf (3,0 Mo), à ouvrir* [au bureau](https://guichet.example/desk/ticket/G-4F7K-2MQ9)",
	} {
		post, _, ok := w.NextPost(time.UTC, base)
		if got := strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(post.Text); !ok || got != want {
			t.Errorf("posted:\n%s\nwant:\n%s", got, want)
		}
	}
}
