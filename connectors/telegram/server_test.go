package telegram_test

import (
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"guichet/bot"
	"guichet/connectors/postgres/postgrestest"
	"guichet/connectors/telegram/telegramtest"
)

const (
	ana = 42
	bob = 43
)

func TestAQuestionIsAnsweredWithItsSource(t *testing.T) {
	c := newCounter(t)
	c.start(c.db)
	c.telegram.Write(ana, "slt g besoin d1 kbis vite koman jfé")
	first := c.said(ana, 1)[0]
	wants(t, first.Text, "assistant automatique", "/conseiller", "Infogreffe", "Source : ", "Conservé 90 jours (3 ans après une demande) : /confidentialite.")
	if !strings.Contains(first.HTML, `<a href="`+base+`/source/micro.kbis">`) {
		t.Errorf("the source is no link: %s", first.HTML)
	}
	c.telegram.Write(ana, "merci")
	if second := c.said(ana, 2)[1]; contains(second.Text, "assistant automatique") {
		t.Errorf("it introduces itself again: %s", second.Text)
	}
	c.settled()
	if menu := c.telegram.Commands(""); len(menu) != 5 {
		t.Errorf("the menu is %v", menu)
	}
	if left := postgrestest.Query[int](t, c.url, "select count(*) from inbox where payload is not null"); left != 0 {
		t.Errorf("%d payloads are kept after they were handled", left)
	}
	if contains(c.log.String(), "kbis") {
		t.Error("what a person wrote stands in the log")
	}
}

var referenceShape = regexp.MustCompile(`G-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}`)

// press presses the button of that label under the last message.
func (c *counter) press(person int64, label string) {
	c.t.Helper()
	said := c.telegram.Said(person)
	last := said[len(said)-1]
	for _, row := range last.Keyboard {
		for _, b := range row {
			if contains(b.Text, label) {
				c.telegram.Press(person, person, last.ID, b.Data)
				return
			}
		}
	}
	c.t.Fatalf("no button %q in %+v", label, last.Keyboard)
}

func TestARequestByButtonsBecomesATicketAndTheAgentsReplyArrives(t *testing.T) {
	c := newCounter(t)
	c.start(c.db)
	c.telegram.Write(ana, "/conseiller")
	c.said(ana, 1)
	c.telegram.Write(ana, "mon attestation comporte une erreur que je ne comprends pas")
	c.said(ana, 2)
	c.telegram.Write(ana, "ana@example.fr")
	wants(t, c.said(ana, 3)[2].Text, "Voici ce que je vais transmettre", "ana@example.fr")
	c.press(ana, "Tout est exact")
	recorded := c.said(ana, 4)[3].Text
	wants(t, recorded, "Votre demande est enregistrée")
	c.telegram.Wait(t, "the buttons to go", func() bool { return c.telegram.Said(ana)[2].Keyboard == nil })
	if n := c.telegram.Unanswered(); n != 0 {
		t.Errorf("%d buttons still spin", n)
	}
	reference := referenceShape.FindString(recorded)
	file, err := c.db.Ticket(t.Context(), reference)
	if err != nil || file.Channel != bot.Telegram || file.Fields[bot.Email] != "ana@example.fr" {
		t.Fatalf("the ticket %q is %+v, %v", reference, file, err)
	}
	agent := bot.User{Email: "ines@example.fr", Name: "Inès *M_*"}
	if err := c.db.ReplyTicket(t.Context(), reference, agent, bot.AgentReply{Text: "Votre attestation **corrigée** vient de partir.", Once: "1"}); err != nil {
		t.Fatal(err)
	}
	reply := c.said(ana, 5)[4]
	if reply.Text != "Inès *M_*\n\nVotre attestation corrigée vient de partir." {
		t.Errorf("the agent's reply arrives as %q", reply.Text)
	}
	c.telegram.Write(ana, "/statut")
	wants(t, c.said(ana, 6)[5].Text, reference, "ouverte")
}

func TestAButtonPressedTwiceIsOneChoice(t *testing.T) {
	c := newCounter(t)
	c.telegram.Write(ana, "/start")
	first := c.start(c.db)
	said := c.said(ana, 1)[0]
	wants(t, said.Text, "assistant automatique", "assurance-microentreprise.fr", "/conseiller",
		"Vos messages sont conservés 90 jours, ou 3 ans après la clôture d’une demande. Les faire effacer : /confidentialite.")
	if len(said.Keyboard) != 1 {
		t.Fatalf("starters: %+v", said.Keyboard)
	}
	first.stop()
	for range 3 {
		c.telegram.Press(ana, ana, said.ID, said.Keyboard[0][0].Data)
	}
	c.start(c.db)
	c.settled()
	wants(t, c.said(ana, 2)[1].Text, "Infogreffe")
	if n := c.telegram.Unanswered(); n != 0 {
		t.Errorf("%d buttons still spin", n)
	}
}

func TestAnOldButtonIsAnsweredToo(t *testing.T) {
	c := newCounter(t)
	c.telegram.Write(ana, "bonjour")
	c.start(c.db)
	said := c.said(ana, 1)[0]
	c.telegram.Press(ana, ana, said.ID, "gone:value")
	c.settled()
	if c.telegram.Unanswered() != 0 || len(c.telegram.Said(ana)) != 2 {
		t.Errorf("unanswered %d, said %+v", c.telegram.Unanswered(), c.telegram.Said(ana))
	}
}

func TestCommands(t *testing.T) {
	c := newCounter(t)
	c.start(c.db)
	c.telegram.Write(ana, "/start site-token")
	c.said(ana, 1)
	for i, command := range []struct{ says, words string }{
		{"/aide", "/conseiller : parler à une personne"},
		{"/HELP@" + telegramtest.BotUsername, "/statut : où en est votre demande"},
		{"/confidentialite", "90 jours après votre dernier message, ou 3 ans après la clôture d’une demande"},
		{"/statut", "Aucune demande"},
		{"/statut\n g-4f7k-2mq9", "Je ne trouve pas de demande G-4F7K-2MQ9"},
		{"/statut 12", "Ce n’est pas une référence"},
		{"/inconnu", "Je ne connais pas cette commande"},
		{"/annuler", "Il n’y a rien à annuler"},
		{"/conseiller", "conseiller"},
		{"/annuler", "C’est annulé"},
	} {
		c.telegram.Write(ana, command.says)
		wants(t, c.said(ana, i+2)[i+1].Text, command.words)
	}
}

func TestWhatIsNoTextIsAnsweredPolitely(t *testing.T) {
	c := newCounter(t)
	c.start(c.db)
	for i, m := range []struct {
		content map[string]any
		says    string
	}{
		{map[string]any{"voice": map[string]any{"file_id": "x", "duration": 3}}, "messages vocaux"},
		{map[string]any{"sticker": map[string]any{"file_id": "x"}}, "Je lis seulement le texte"},
		{map[string]any{"animation": map[string]any{"file_id": "x"}, "document": map[string]any{"file_id": "x"}}, "Je lis seulement le texte"},
		{map[string]any{"video": map[string]any{"file_id": "x"}}, "Je ne peux pas recevoir ce fichier"},
		{map[string]any{"contact": map[string]any{"phone_number": "0601020304"}}, "n’a pas été conservé"},
	} {
		c.telegram.Send(ana, m.content)
		wants(t, c.said(ana, i+1)[i].Text, m.says)
	}
	c.telegram.Send(ana, map[string]any{"pinned_message": map[string]any{}})
	c.settled()
	c.said(ana, 5)
	transcript, err := c.db.Transcript(t.Context(), bot.Telegram, "42", 0)
	if err != nil || transcript[0].Text != "[message vocal]" {
		t.Errorf("the transcript is %+v, %v", transcript, err)
	}
}

func TestAnEditedMessageIsAnsweredOnce(t *testing.T) {
	c := newCounter(t)
	c.start(c.db)
	c.telegram.Write(ana, "comment payer ?")
	c.said(ana, 1)
	original := c.telegram.Messages(ana)[0]
	c.telegram.Edit(ana, original.ID, "comment payer ?") // a change that nobody sees
	c.telegram.Edit(ana, original.ID, "comment obtenir un kbis ?")
	wants(t, c.said(ana, 2)[1].Text, "Infogreffe")
	c.telegram.Edit(ana, original.ID, "comment obtenir un kbis ?")
	c.settled()
	c.said(ana, 2)
}

func TestInAGroupTheBotAnswersWhenAddressedAndKeepsNothingPersonal(t *testing.T) {
	c := newCounter(t)
	const group = -1001
	c.telegram.Group(group, "Marchands", false)
	c.start(c.db)
	at := "@" + telegramtest.BotUsername
	var askedName atomic.Int32 // Telegram does not say the bot's name for a while: nobody's message is given up for that
	c.telegram.Trouble(func(call telegramtest.Call) *telegramtest.Failure {
		if call.Method == "getMe" && askedName.Add(1) < 8 {
			return &telegramtest.Failure{Code: 500, Description: "Internal Server Error"}
		}
		return nil
	})
	c.telegram.WriteIn(group, ana, "entre nous", 0)
	c.telegram.WriteIn(group, ana, "/aide@other_bot", 0)
	c.telegram.WriteIn(group, ana, at+" comment obtenir un kbis ?", 0)
	first := c.said(group, 1)[0]
	wants(t, first.Text, "Infogreffe", "assistant automatique")
	asked := c.telegram.Messages(group)[2]
	if first.ReplyTo != asked.ID {
		t.Errorf("it answers message %d, not %d", first.ReplyTo, asked.ID)
	}
	for _, row := range first.Keyboard {
		if strings.HasPrefix(row[0].Data, bot.ChoiceRequest) {
			t.Errorf("a request may be begun in the group: %+v", row)
		}
	}
	c.telegram.WriteIn(group, bob, "corrigez mon attestation, siren 732 829 320, bob@example.fr", first.ID)
	second := c.said(group, 2)[1]
	wants(t, second.Text, "en privé", "https://t.me/"+telegramtest.BotUsername)
	c.telegram.WriteIn(group, bob, "/statut", 0)
	wants(t, c.said(group, 3)[2].Text, "en privé")
	c.telegram.WriteIn(group, bob, at, 0)
	wants(t, c.said(group, 4)[3].Text, "Écrivez votre question")
	if n := postgrestest.Query[int](t, c.url, `select count(*) from messages where text ~ '732|bob@'`); n != 0 {
		t.Error("what was written in public is kept")
	}
}
