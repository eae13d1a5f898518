package telegram_test

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
	"guichet/connectors/telegram"
	"guichet/connectors/telegram/telegramtest"
)

// The group of the agents, and who is in it.
const (
	agents   = -1001234567890
	inesID   = 900
	hugoID   = 901
	stranger = 999
)

var hugo = bot.User{Email: "hugo@example.fr", Name: "Hugo", Role: bot.RoleAdmin}

// newStaffRoom is a counter with a group of agents, of which Inès and Hugo have accounts.
func newStaffRoom(t *testing.T) *counter {
	t.Helper()
	c := newCounter(t)
	c.telegram.Group(agents, "Équipe", true)
	c.telegram.Promote(agents, true)
	for id, u := range map[int]bot.User{inesID: {Email: ines.Email, Name: ines.Name, Role: bot.RoleAgent}, hugoID: hugo} {
		if err := c.db.AddUser(t.Context(), u); err != nil {
			t.Fatal(err)
		}
		if err := c.db.LinkStaff(t.Context(), bot.Telegram, strconv.Itoa(id), u.Email); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.db.OpenStaffRoom(t.Context(), fmt.Sprint("telegram:", agents)); err != nil {
		t.Fatal(err)
	}
	return c
}

func withStaff(o *telegram.Options) { o.StaffGroup = agents }

// turn has a customer say something that the bot answers, opening a ticket when reference is not empty.
func (c *counter) turn(channel, key, says, answers, reference string) {
	c.t.Helper()
	_, err := c.db.Turn(c.t.Context(), bot.Inbound{Channel: channel, Key: key, Site: site.ID}, func(conversation bot.Conversation) (bot.Turn, error) {
		turn := bot.Turn{Text: says, Reply: bot.Reply{Kind: bot.Answer, Text: answers}, State: conversation.State}
		if reference != "" {
			turn.Ticket = &bot.Ticket{Reference: reference, Category: bot.Claim, Fields: map[bot.Field]string{bot.Name: "Ana <Île>", bot.Email: "ana@example.fr"}}
		}
		return turn, nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

// topic waits for the one topic of a ticket, and until the agents have been told everything, and gives its id.
func (c *counter) topic(reference string) int64 {
	c.t.Helper()
	var found []telegramtest.Topic
	c.telegram.Wait(c.t, "the topic of "+reference, func() bool {
		found = slices.DeleteFunc(c.telegram.Topics(agents), func(t telegramtest.Topic) bool { return !strings.HasPrefix(t.Name, reference) })
		return len(found) > 0
	})
	if len(found) != 1 {
		c.t.Fatalf("the topics are %+v", found)
	}
	c.told()
	return found[0].ID
}

// posts is what the bot posted in a topic.
func (c *counter) posts(topic int64) []telegramtest.Message {
	return slices.DeleteFunc(c.telegram.Said(agents), func(m telegramtest.Message) bool { return m.ThreadID != topic })
}

// posted waits until the bot has posted n messages in a topic, and gives the last.
func (c *counter) posted(topic int64, n int) telegramtest.Message {
	c.t.Helper()
	c.telegram.Wait(c.t, fmt.Sprintf("post %d in a topic", n), func() bool { return len(c.posts(topic)) >= n })
	c.told()
	posts := c.posts(topic)
	if len(posts) != n {
		c.t.Fatalf("%d posts, want %d: %+v", len(posts), n, posts)
	}
	return posts[n-1]
}

// told waits until the agents have been told everything.
func (c *counter) told() {
	c.t.Helper()
	c.telegram.Wait(c.t, "the agents to be told everything", func() bool {
		return postgrestest.Untold(c.t, c.url) == 0
	})
}

// written has an agent write in a topic, and waits until that is handled.
func (c *counter) written(person, topic int64, text string) (message telegramtest.Message) {
	c.t.Helper()
	id, update := c.telegram.WriteInTopic(agents, person, topic, text)
	c.handled(update)
	for _, m := range c.telegram.Messages(agents) {
		if m.ID == id {
			return m
		}
	}
	return message
}

// handled waits until an update has been handled, or set aside.
func (c *counter) handled(update int64) {
	c.t.Helper()
	c.telegram.Wait(c.t, "an update to be handled", func() bool {
		return postgrestest.Query[bool](c.t, c.url, `select exists (select from inbox where update_id = $1 and (done_at is not null or parked_at is not null))`, strconv.FormatInt(update, 10))
	})
}

// pressed has an agent press a button under a post, and waits until that is handled; says is what is shown.
func (c *counter) pressed(person int64, post telegramtest.Message, label string) (says string) {
	c.t.Helper()
	for _, b := range post.Keyboard[0] {
		if b.Text == label {
			c.handled(c.telegram.Press(agents, person, post.ID, b.Data))
			for _, call := range c.telegram.Log() {
				if call.Method == "answerCallbackQuery" {
					says = call.Fields["text"]
				}
			}
			return says
		}
	}
	c.t.Fatalf("no button %q under %+v", label, post)
	return ""
}

// heard is what the customer of a conversation has been told by agents.
func (c *counter) heard(channel, key string) []string {
	c.t.Helper()
	return bottest.Heard(c.t, c.db, channel, key)
}

func (c *counter) events(reference string) []string {
	c.t.Helper()
	return bottest.Events(c.t, c.db, reference)
}

const ref1 = "G-0000-0001"

func TestATicketFromTheWebsiteIsToldInATopicAndAnsweredFromThere(t *testing.T) {
	c := newStaffRoom(t)
	c.start(c.db, withStaff)
	c.turn(bot.Web, "visitor", "on m’a volé <ma> caisse & *tout*", "C’est **noté**.", ref1)
	topic := c.topic(ref1)
	if name := c.telegram.Topics(agents)[0].Name; name != ref1+" · Déclaration de sinistre · Ana <Île>" {
		t.Errorf("the topic is %q", name)
	}
	first := c.posted(topic, 1)
	wants(t, first.Text, "Déclaration de sinistre · "+ref1, "Site web (micro)", "personne ne le suit", "Nom : Ana <Île>", "Numéro d’attestation : non donné",
		"Client · ", "on m’a volé <ma> caisse & *tout*", "Assistant · ", "C’est noté.")
	reply := c.written(inesID, topic, "Bonjour Madame,\nc’est <vu> & _réglé_.")
	if reply.Reaction != "👍" {
		t.Errorf("the reply is marked %q", reply.Reaction)
	}
	if heard := c.heard(bot.Web, "visitor"); !slices.Equal(heard, []string{"Inès: Bonjour Madame,  \nc’est <vu> & _réglé_."}) {
		t.Errorf("the visitor has %q", heard)
	}
	taken := c.posted(topic, 2) // nobody had the ticket; and not the agent's own words
	if taken.Text != "Inès a pris le ticket." || len(taken.Keyboard) != 1 || taken.Keyboard[0][0].Text != "Je rends" {
		t.Errorf("of a reply is told %+v", taken)
	}
	c.turn(bot.Web, "visitor", "merci", "", "")
	wants(t, c.posted(topic, 3).Text, "merci")
	if contains(c.posts(topic)[2].Text, "Bonjour Madame") {
		t.Errorf("what was typed here is told here: %s", c.posts(topic)[2].Text)
	}
	c.reply(ref1, "du bureau")
	wants(t, c.posted(topic, 4).Text, "Inès · ", "du bureau")
	if n := postgrestest.Query[int](t, c.url, `select count(*) from conversations where channel = 'telegram'`); n != 0 {
		t.Errorf("the agents are %d customers", n)
	}
	if log := c.log.String(); contains(log, "caisse") || contains(log, "Madame") {
		t.Error("what people write stands in the log")
	}
}

func TestAnAgentsReplyFromATopicReachesACustomerOnTelegramAndWaitsForOneOnDiscord(t *testing.T) {
	c := newStaffRoom(t)
	c.telegram.Open(ana)
	c.start(c.db, withStaff)
	c.turn(bot.Telegram, "42", "un sinistre", "noté", ref1)
	c.written(inesID, c.topic(ref1), "je regarde")
	wants(t, c.said(ana, 2)[1].Text, "Inès", "je regarde")
	c.turn(bot.Discord, "7", "un sinistre", "noté", "G-0000-0002")
	c.written(inesID, c.topic("G-0000-0002"), "je regarde aussi")
	if n := postgrestest.Query[int](t, c.url, `select count(*) from outbox o join messages m using (conversation_id, seq)
		where o.channel = 'discord' and m.author = 'agent' and m.text = 'je regarde aussi'`); n != 1 {
		t.Errorf("%d replies wait for Discord", n)
	}
}

func TestWhatIsNoReplyNeverReachesTheCustomer(t *testing.T) {
	c := newStaffRoom(t)
	c.start(c.db, withStaff)
	c.turn(bot.Web, "visitor", "bonjour", "noté", ref1)
	topic := c.topic(ref1)
	c.posted(topic, 1)
	if note := c.written(inesID, topic, "!note il a déjà appelé deux fois"); note.Reaction != "👍" {
		t.Errorf("the note is marked %q", note.Reaction)
	}
	for i, wrong := range []struct{ text, says string }{
		{"!ntoe il ment", "Cette commande n’existe pas : rien n’a été envoyé"},
		{"/x", "!note suivi du texte"},
		{"!note", "Écrivez la note à la suite"},
		{"!aide", "ce que vous écrivez est envoyé au client"},
		{strings.Repeat("é", 4000) + "!", ""},
	} {
		m := c.written(inesID, topic, wrong.text)
		if wrong.says == "" {
			continue // the longest message that Telegram lets somebody write is taken
		}
		answer := c.posted(topic, 2+i)
		wants(t, answer.Text, wrong.says)
		if answer.ReplyTo != m.ID || m.Reaction != "" {
			t.Errorf("%q is marked %q and answered by %+v", wrong.text, m.Reaction, answer)
		}
	}
	before := 6
	wants(t, c.posted(topic, before).Text, "Inès a pris le ticket.")
	c.written(inesID, 0, "on déjeune ?")
	c.telegram.SendInTopic(agents, inesID, 0, map[string]any{"photo": []any{}})
	c.telegram.SendInTopic(agents, inesID, topic, map[string]any{"photo": []any{}, "caption": "la voici"})
	wants(t, c.posted(topic, before+1).Text, "Je ne peux pas transmettre cela : rien n’a été envoyé au client, ni la légende")
	c.telegram.SendInTopic(agents, inesID, topic, map[string]any{"text": "c’est moi", "from": map[string]any{"id": 1087968824, "is_bot": true},
		"sender_chat": map[string]any{"id": agents, "type": "supergroup"}})
	wants(t, c.posted(topic, before+2).Text, "administrateur anonyme")
	c.telegram.SendInTopic(agents, inesID, topic, map[string]any{"forum_topic_edited": map[string]any{"name": "x"}})
	c.told()
	if heard := c.heard(bot.Web, "visitor"); len(heard) != 1 || !strings.HasPrefix(heard[0], "Inès: éé") {
		t.Errorf("the visitor has %q", heard)
	}
	if events := c.events(ref1); !slices.Contains(events, "ines@example.fr note il a déjà appelé deux fois") || len(events) != 4 {
		t.Errorf("the events are %q", events)
	}
	if general := slices.DeleteFunc(c.telegram.Said(agents), func(m telegramtest.Message) bool { return m.ThreadID != 0 }); len(general) != 0 {
		t.Errorf("said among colleagues: %+v", general)
	}
}

func TestAnAgentsFileReachesTheCustomerAndACustomersIsNamedInTheTopic(t *testing.T) {
	c := newStaffRoom(t)
	c.telegram.Open(ana)
	c.start(c.db, withStaff)
	c.turn(bot.Telegram, "42", "un sinistre", "noté", ref1)
	topic := c.topic(ref1)
	c.posted(topic, 1)
	sent := func(content map[string]any) telegramtest.Message {
		id, update := c.telegram.SendInTopic(agents, inesID, topic, content)
		c.handled(update)
		all := c.telegram.Messages(agents)
		return all[slices.IndexFunc(all, func(m telegramtest.Message) bool { return m.ID == id })]
	}
	pdf := bottest.PDF("corrigée")
	if m := sent(with(c.document(telegramtest.File{Name: "Attestation.pdf", Data: pdf}), "caption", "La voici.")); m.Reaction != "👍" {
		t.Errorf("the document is marked %q", m.Reaction)
	}
	if m := sent(c.photo("plan.jpg", bottest.JPEG(30))); m.Reaction != "👍" {
		t.Errorf("the photo is marked %q", m.Reaction)
	}
	c.posted(topic, 2) // Inès has taken the ticket
	said := c.said(ana, 5)
	if said[1].Text != "Inès\n\nLa voici." || said[2].File == nil || said[2].File.Name != "Attestation.pdf" || !bytes.Equal(said[2].File.Data, pdf) || !said[4].Photo {
		t.Errorf("the customer got %+v", said[1:])
	}
	for i, refused := range []struct {
		content map[string]any
		says    string
	}{
		{with(c.document(telegramtest.File{Name: "x.exe", Data: []byte("MZ")}), "caption", "le voici"), "n’est ni une image"},
		{c.document(telegramtest.File{Name: "x.pdf", Data: pdf, Size: 21 << 20}), "dépasse 20 Mo"},
		{with(c.photo("p.jpg", bottest.JPEG(30)), "caption", "!note la photo"), "rien n’a été envoyé"},
	} {
		if m := sent(refused.content); m.Reaction != "" {
			t.Errorf("marked %q", m.Reaction)
		}
		wants(t, c.posted(topic, 3+i).Text, refused.says)
	}
	sent(map[string]any{"document": map[string]any{"file_id": "nowhere", "file_name": "a.pdf"}})
	wants(t, c.posted(topic, 6).Text, "n’a pas pu être traité")
	if heard := c.heard(bot.Telegram, "42"); !slices.Equal(heard, []string{"Inès: La voici.", "Inès: "}) {
		t.Errorf("the customer has %q", heard)
	}
	c.telegram.Send(ana, c.photo("caisse.jpg", bottest.JPEG(30)))
	c.told()
	post := c.posted(topic, 7)
	wants(t, post.Text, "Client · ", "Fichier joint : photo.jpg (1 Ko), à ouvrir au bureau")
	if !strings.Contains(post.HTML, base+"/desk/ticket/"+ref1) {
		t.Errorf("no link to the desk in %s", post.HTML)
	}
}

func TestAnEditDoesNotReachTheCustomerAndIsSaidOnce(t *testing.T) {
	c := newStaffRoom(t)
	c.start(c.db, withStaff)
	c.turn(bot.Web, "visitor", "bonjour", "noté", ref1)
	topic := c.topic(ref1)
	c.posted(topic, 1)
	m := c.written(inesID, topic, "c’est réglé")
	c.posted(topic, 2)                                     // Inès has taken the ticket
	c.telegram.EditIn(agents, inesID, m.ID, "c’est réglé") // a change that nobody sees
	c.telegram.EditIn(agents, inesID, m.ID, "c’est presque réglé")
	wants(t, c.posted(topic, 3).Text, "n’atteint pas le client")
	if heard := c.heard(bot.Web, "visitor"); !slices.Equal(heard, []string{"Inès: c’est réglé"}) {
		t.Errorf("the visitor has %q", heard)
	}
}

func TestWhoIsNotLinkedOrMayNotAnswerReachesNobody(t *testing.T) {
	c := newStaffRoom(t)
	c.start(c.db, withStaff)
	c.turn(bot.Web, "visitor", "bonjour", "noté", ref1)
	topic := c.topic(ref1)
	post := c.posted(topic, 1)
	for range 3 {
		if m := c.written(stranger, topic, "je réponds"); m.Reaction != "" {
			t.Errorf("a stranger's words are marked %q", m.Reaction)
		}
	}
	wants(t, c.posted(topic, 2).Text, "Je ne vous connais pas encore", "guichet user link ADRESSE --telegram 999")
	c.written(stranger, topic, "!note je note")
	c.posted(topic, 2)
	if says := c.pressed(stranger, post, "Résoudre"); !contains(says, "999") {
		t.Errorf("a stranger who presses is told %q", says)
	}
	if err := c.db.UnlinkStaff(t.Context(), bot.Telegram, ines.Email); err != nil {
		t.Fatal(err)
	}
	c.written(inesID, topic, "je suis partie hier")
	wants(t, c.posted(topic, 3).Text, "--telegram 900")
	postgrestest.Query[int](t, c.url, `with gone as (delete from users where email = 'hugo@example.fr' returning 1) select count(*) from gone`)
	c.written(hugoID, topic, "mon compte n’existe plus")
	wants(t, c.posted(topic, 4).Text, "--telegram 901")
	if heard := c.heard(bot.Web, "visitor"); len(heard) != 0 {
		t.Errorf("the visitor has %q", heard)
	}
	if events := c.events(ref1); len(events) != 1 {
		t.Errorf("the events are %q", events)
	}
}

func TestATicketIsTakenGivenResolvedAndReopenedByButtonsAndAtTheDesk(t *testing.T) {
	c := newStaffRoom(t)
	c.start(c.db, withStaff)
	c.turn(bot.Web, "visitor", "bonjour", "noté", ref1)
	topic := c.topic(ref1)
	opening := c.posted(topic, 1)
	if says := c.pressed(inesID, opening, "Je prends"); says != "Ce ticket vous est attribué." {
		t.Errorf("said %q", says)
	}
	taken := c.posted(topic, 2)
	wants(t, taken.Text, "Inès a pris le ticket.")
	c.pressed(inesID, opening, "Je prends") // twice, and the button of a colleague, which is old by now
	if says := c.pressed(hugoID, opening, "Je prends"); !contains(says, "suivi par Inès : rien n’a changé") {
		t.Errorf("said %q", says)
	}
	if says := c.pressed(hugoID, taken, "Je rends"); !contains(says, "ne vous est pas attribué") {
		t.Errorf("said %q", says)
	}
	c.posted(topic, 2)
	c.written(hugoID, topic, "!prendre")
	wants(t, c.posted(topic, 3).Text, "Hugo a pris le ticket.")
	if err := c.db.AssignTicket(t.Context(), ref1, hugo, ines.Email); err != nil { // at the desk
		t.Fatal(err)
	}
	atDesk := c.posted(topic, 4)
	wants(t, atDesk.Text, "Hugo a attribué le ticket à Inès.")
	c.pressed(inesID, atDesk, "Résoudre")
	c.pressed(inesID, atDesk, "Résoudre")
	resolved := c.posted(topic, 5)
	wants(t, resolved.Text, "Inès a résolu le ticket.")
	if !c.telegram.Topics(agents)[0].Closed || len(resolved.Keyboard[0]) != 2 {
		t.Errorf("resolved: %+v, %+v", c.telegram.Topics(agents), resolved)
	}
	c.turn(bot.Web, "visitor", "ce n’est pas réglé", "", "")
	reopened := c.posted(topic, 6)
	wants(t, reopened.Text, "ce n’est pas réglé", "Le client a rouvert le ticket.")
	if c.telegram.Topics(agents)[0].Closed {
		t.Error("the topic stays closed")
	}
	c.pressed(hugoID, reopened, "Clore")
	c.pressed(hugoID, c.posted(topic, 7), "Rouvrir")
	c.posted(topic, 8)
	c.pressed(inesID, c.posted(topic, 8), "Je rends")
	wants(t, c.posted(topic, 9).Text, "Inès a rendu le ticket.")
	want := []string{"bot opened", "ines@example.fr assigned ines@example.fr", "hugo@example.fr assigned hugo@example.fr", "hugo@example.fr assigned ines@example.fr",
		"ines@example.fr status resolved", "customer status open", "hugo@example.fr status closed", "hugo@example.fr status open", "ines@example.fr assigned"}
	if events := c.events(ref1); !slices.Equal(events, want) {
		t.Errorf("the events are %q", events)
	}
	if n := c.telegram.Unanswered(); n != 0 {
		t.Errorf("%d buttons still spin", n)
	}
	withButtons := slices.DeleteFunc(c.posts(topic), func(m telegramtest.Message) bool { return m.Keyboard == nil })
	if last := c.posts(topic)[8]; len(withButtons) == 0 || withButtons[len(withButtons)-1].ID != last.ID {
		t.Errorf("with buttons: %+v", withButtons)
	}
	c.written(inesID, topic, "!attente")
	wants(t, c.posted(topic, 10).Text, "Inès a mis le ticket en attente du client.")
}

func TestATopicThatIsNoLongerATicketsSaysSo(t *testing.T) {
	c := newStaffRoom(t)
	c.start(c.db, withStaff)
	c.turn(bot.Web, "visitor", "bonjour", "noté", ref1)
	topic := c.topic(ref1)
	c.posted(topic, 1)
	if n := postgrestest.Query[int](t, c.url, `with gone as (delete from conversations returning 1) select count(*) from gone`); n != 1 {
		t.Fatalf("%d conversations erased", n)
	}
	m := c.written(inesID, topic, "c’est réglé")
	if answer := c.posted(topic, 2); !contains(answer.Text, "n’est plus celui d’un ticket : rien n’a été envoyé") || m.Reaction != "" {
		t.Errorf("marked %q, answered %+v", m.Reaction, answer)
	}
}

func TestARedeliveredMessageOfAnAgentChangesNothing(t *testing.T) {
	c := newStaffRoom(t)
	store := &postgrestest.Faulty{DB: postgrestest.OpenAt(t, c.url)}
	failures := 3
	store.BeforeSettle = c.failing(&failures) // the update is handled, and that is not noted
	c.start(store, withStaff)
	c.turn(bot.Web, "visitor", "bonjour", "noté", ref1)
	topic := c.topic(ref1)
	_, update := c.telegram.WriteInTopic(agents, inesID, topic, "c’est réglé")
	c.handled(update)
	c.telegram.Repeat(update)
	_, update = c.telegram.WriteInTopic(agents, inesID, topic, "!note réglé")
	c.handled(update)
	c.telegram.Repeat(update)
	c.written(inesID, topic, "au revoir")
	if heard := c.heard(bot.Web, "visitor"); !slices.Equal(heard, []string{"Inès: c’est réglé", "Inès: au revoir"}) {
		t.Errorf("the visitor has %q", heard)
	}
	if events := c.events(ref1); len(events) != 5 || events[1] != "ines@example.fr assigned ines@example.fr" || failures > 0 {
		t.Errorf("the events are %q, %d failures left", events, failures)
	}
}

var _ telegram.Store = (*postgres.DB)(nil)
