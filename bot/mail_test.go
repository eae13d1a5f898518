package bot_test

import (
	"reflect"
	"strings"
	"testing"

	"guichet/bot"
)

func TestANoteNamesPeople(t *testing.T) {
	t.Parallel()
	users := []bot.User{
		{Email: "ines.morel@example.fr", Name: "Inès Morel"}, {Email: "paul@example.fr", Name: "Paul"}, {Email: "jb@example.fr", Name: "Jean-Baptiste Roy"},
	}
	for note, want := range map[string][]string{
		"@inès peux-tu regarder ?": {"ines.morel@example.fr"}, "voir @Ines.Morel": {"ines.morel@example.fr"}, "@INÈS MOREL.": {"ines.morel@example.fr"},
		"(@paul)": {"paul@example.fr"}, "@paul, @jb": {"paul@example.fr", "jb@example.fr"}, "@Jean-Baptiste": {"jb@example.fr"},
		"@paula": nil, "paul@example.fr": nil, "a@paul": nil, "paul": nil, "@": nil, "": nil, "a@paul puis @paul": {"paul@example.fr"},
	} {
		if got := bot.Mentioned(note, users); !reflect.DeepEqual(got, want) {
			t.Errorf("%q names %v, want %v", note, got, want)
		}
	}
}

func TestMailsArePlainAndShort(t *testing.T) {
	t.Parallel()
	ticket := bot.Ticket{Reference: "G-4F7K-2MQ9", Category: bot.Complaint, Channel: bot.Telegram,
		Fields: map[bot.Field]string{bot.Email: "ana@example.fr", bot.Description: "colère"}, Clock: clockOf(t, bot.Site{}, bot.Complaint, "60 working days", "2026-02-02 09:00")}
	got := bot.AcknowledgementMail(bot.Site{Name: "Micro"}, ticket, "")
	want := `Bonjour,

Votre demande (réclamation) est enregistrée le lundi 2 février 2026 à 09:00.

**Référence : G-4F7K-2MQ9**

Un conseiller vous répondra sous 10 jours ouvrables (jusqu’au 13 février 2026). La réponse arrivera dans votre conversation, là où vous nous avez écrit.

Ce message est envoyé automatiquement : une réponse à cette adresse n’est pas lue.`
	if got.Text != bot.Typeset(want) || got.To != "ana@example.fr" || got.From != "Micro" {
		t.Errorf("the acknowledgement is %+v", got)
	}
	replies := []bot.Message{{From: bot.FromAgent, Agent: "I*nès*", Text: "Ligne 1\n\nLigne 2", At: at(t, "2026-02-03 10:00")}}
	reply := bot.ReplyMail(bot.Site{Name: "Micro"}, ticket, "", replies, "", at(t, "2026-02-10 10:00"))
	if !strings.Contains(reply.Text, "> Ligne 1\n> \n> Ligne 2") || !strings.Contains(reply.Text, `I\*nès\*`) || strings.Contains(reply.Text, "lien") {
		t.Errorf("the reply without a link is %q", reply.Text)
	}
	said := bot.ReplyResolved(ticket.Reference, "")
	resolved := bot.Message{From: bot.FromBot, Text: said.Text, Reply: &said}
	for _, m := range []struct {
		language, subject string
		unread            []bot.Message
		says              string
	}{
		{"", "Votre demande G-4F7K-2MQ9 est résolue", []bot.Message{resolved}, "S’il manque quelque chose"},
		{"", "Une réponse à votre demande G-4F7K-2MQ9", append(replies, resolved), "S’il manque quelque chose"},
		{bot.English, "Your request G-4F7K-2MQ9 has been resolved", []bot.Message{resolved}, "If anything is missing"},
		{bot.English, "An answer to your request G-4F7K-2MQ9", append(replies, resolved), "If anything is missing"},
	} {
		got := bot.ReplyMail(bot.Site{Name: "Micro"}, ticket, m.language, m.unread, "https://g.example/x", at(t, "2026-02-10 10:00"))
		if got.Subject != m.subject || strings.Count(got.Text, m.says) != 1 || !strings.Contains(got.Text, "(https://g.example/x)") ||
			strings.Contains(got.Text, "Ligne 1") != (len(m.unread) > 1) {
			t.Errorf("%q brings %+v", m.subject, got)
		}
	}
	if resolved.Resolves(bot.Ticket{Reference: "G-0000-0000"}) || replies[0].Resolves(ticket) {
		t.Error("a message resolves what it is not about")
	}
	now := at(t, "2026-02-16 09:00")
	one := bot.NoticeMail(bot.User{Email: "ines@example.fr"}, "", []bot.Notice{{Kind: bot.NoticeDeadline, Ticket: ticket}}, now)
	if !strings.HasSuffix(one.Subject, "G-4F7K-2MQ9") || !strings.Contains(one.Text, "échéance passée le vendredi 13 février 2026") || !strings.Contains(one.Text, "à prendre") || strings.Contains(one.Text, "colère") || strings.Contains(one.Text, "](") {
		t.Errorf("the notice is %+v", one)
	}
}

func TestTheTeamIsWrittenInTheLanguageOfTheirDesk(t *testing.T) {
	t.Parallel()
	ticket := bot.Ticket{Reference: "G-4F7K-2MQ9", Category: bot.Claim, Fields: map[bot.Field]string{bot.Description: "colère"},
		Clock: clockOf(t, bot.Site{}, bot.Claim, "", "2026-02-02 09:00")}
	taken := ticket
	taken.Reference, taken.Assignee = "G-0000-0002", "ines@example.fr"
	now := at(t, "2026-02-02 12:45")
	var all []bot.Notice
	for _, kind := range bot.NoticeKinds() {
		all = append(all, bot.Notice{Kind: kind, Ticket: ticket}, bot.Notice{Kind: kind, Ticket: taken})
	}
	got := bot.NoticeMail(bot.User{Email: "ines@example.fr", Language: "en"}, "https://g.example/", all[:3], now)
	want := `Hello,

**New ticket**

- [G-4F7K-2MQ9](https://g.example/desk/ticket/G-4F7K-2MQ9), claim, due on Monday 2 February 2026 at 14:00, to be taken
- [G-0000-0002](https://g.example/desk/ticket/G-0000-0002), claim, due on Monday 2 February 2026 at 14:00

**A customer has written**

- [G-4F7K-2MQ9](https://g.example/desk/ticket/G-4F7K-2MQ9), claim, due on Monday 2 February 2026 at 14:00, to be taken

You choose these notices at the desk: https://g.example/desk/notices.`
	if got.Text != want || got.Subject != "3 notices of the desk" || got.Language != bot.English || got.To != "ines@example.fr" {
		t.Errorf("the notices are %+v", got)
	}
	// Of each kind, alone and together, late and not: English has no word of French, and French none of English.
	french, english := []string{"échéance", "Échéance", "ticket :", "avis", "prendre", "Bonjour", "mentionne", "écrit", "accès", "jusqu"}, []string{"due", "Deadline", "ticket:", "notice", "taken", "Hello", "names", "written", "access", "until"}
	for _, language := range []string{"", "fr", "en"} {
		user, other := bot.User{Email: "ines@example.fr", Language: language}, english
		if language == "en" {
			other = french
		}
		mails := []bot.Mail{
			bot.NoticeMail(user, "", all, at(t, "2026-02-16 09:00")), bot.NoticeMail(user, "", all, now),
			bot.InvitationMail(user, "https://g.example/x", now), bot.ResetMail(user, "https://g.example/x", now),
		}
		for _, n := range all {
			mails = append(mails, bot.NoticeMail(user, "", []bot.Notice{n}, now))
		}
		for _, m := range mails {
			for _, word := range other {
				if strings.Contains(m.Subject+"\n"+m.Text, word) {
					t.Errorf("in %q it says %q: %s\n%s", language, word, m.Subject, m.Text)
				}
			}
			if m.Subject == "" || m.To != user.Email || strings.Contains(m.Text, "colère") || strings.Contains(m.Text, "%") || (m.Language == bot.English) != (language == "en") {
				t.Errorf("in %q it is %+v", language, m)
			}
		}
	}
}
