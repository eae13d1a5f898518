package discord_test

import (
	"slices"
	"strings"
	"testing"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/discord"
	"guichet/connectors/discord/discordtest"
	"guichet/connectors/postgres/postgrestest"
)

// team is a counter with a channel of agents, of whom Inès and Hugo have accounts.
type team struct {
	*counter
	channel              *discordtest.Channel
	ines, hugo, stranger *discordtest.User
}

var hugo = bot.User{Email: "hugo@example.fr", Name: "Hugo", Role: bot.RoleAdmin}

func withContent(o *discordtest.Config) { o.Privileged = discordtest.MessageContent }

func newTeam(t *testing.T, config ...func(*discordtest.Config)) *team {
	t.Helper()
	c := newCounter(t, append(config, withContent)...)
	return c.teamIn(c.guild.Channel("équipe"))
}

func (c *counter) teamIn(channel *discordtest.Channel) *team {
	c.t.Helper()
	m := &team{counter: c, channel: channel, ines: c.guild.Member("ines"), hugo: c.guild.Member("hugo"), stranger: c.guild.Member("stranger")}
	channel.Only(m.ines, m.hugo, m.stranger)
	for person, u := range map[*discordtest.User]bot.User{m.ines: {Email: ines.Email, Name: ines.Name, Role: bot.RoleAgent}, m.hugo: hugo} {
		if err := c.db.AddUser(c.t.Context(), u); err != nil {
			c.t.Fatal(err)
		}
		if err := c.db.LinkStaff(c.t.Context(), bot.Discord, person.ID, u.Email); err != nil {
			c.t.Fatal(err)
		}
	}
	if err := c.db.OpenStaffRoom(c.t.Context(), "discord:"+channel.ID); err != nil {
		c.t.Fatal(err)
	}
	return m
}

func (m *team) withStaff(o *discord.Options) { o.Staff = m.channel.ID }

// serves starts a replica that listens.
func (m *team) serves() *replica {
	m.t.Helper()
	return m.connected(m.withStaff)
}

// turn has a customer say something that the bot answers, opening a ticket when reference is not empty.
func (m *team) turn(channel, key, says, answers, reference string, files ...bot.Attachment) {
	m.t.Helper()
	_, err := m.db.Turn(m.t.Context(), bot.Inbound{Channel: channel, Key: key, Site: site.ID}, func(conversation bot.Conversation) (bot.Turn, error) {
		turn := bot.Turn{Text: says, Reply: bot.Reply{Kind: bot.Answer, Text: answers}, State: conversation.State, Attachments: files}
		if reference != "" {
			turn.Ticket = &bot.Ticket{Reference: reference, Category: bot.Claim, Fields: map[bot.Field]string{bot.Name: "Ana _Île_", bot.Email: "ana@example.fr"}}
		}
		return turn, nil
	})
	if err != nil {
		m.t.Fatal(err)
	}
}

// told waits until the agents have been told everything, and everything that came has been handled.
func (m *team) told() {
	m.t.Helper()
	m.eventually("the agents to be told everything", func() (int, bool) {
		n := postgrestest.Untold(m.t, m.url)
		return n, n == 0
	})
}

// thread waits for the one thread of a ticket.
func (m *team) thread(reference string) *discordtest.Channel {
	m.t.Helper()
	var found []*discordtest.Channel
	m.await("the thread of "+reference, func() bool {
		found = slices.DeleteFunc(m.channel.Threads(), func(c *discordtest.Channel) bool { return !strings.HasPrefix(c.Name, reference) })
		return len(found) > 0
	})
	if len(found) != 1 {
		m.t.Fatalf("the threads are %+v", found)
	}
	m.told()
	return found[0]
}

// posted waits until the bot has posted n messages in a thread, and gives the last.
func (m *team) posted(thread *discordtest.Channel, n int) discordtest.Message {
	m.t.Helper()
	m.await("the posts", func() bool { return len(m.posts(thread)) >= n })
	m.told()
	posts := m.posts(thread)
	if len(posts) != n {
		m.t.Fatalf("%d posts, want %d: %q", len(posts), n, m.said(thread))
	}
	return posts[n-1]
}

// posts is what the bot said in a thread for all to read.
func (m *team) posts(thread *discordtest.Channel) []discordtest.Message {
	return slices.DeleteFunc(thread.Messages(), func(p discordtest.Message) bool {
		return p.Author.ID != m.discord.Bot.ID || p.Flags&discordtest.Ephemeral != 0
	})
}

// written has somebody write in a thread, and waits until that is handled.
func (m *team) written(person *discordtest.User, thread *discordtest.Channel, text string, files ...discordtest.File) discordtest.Message {
	m.t.Helper()
	said := sends(person, thread, text, files...)
	m.handled("m" + said.ID)
	for _, now := range thread.Messages() {
		if now.ID == said.ID {
			return now
		}
	}
	return said
}

func (m *team) handled(update string) {
	m.t.Helper()
	m.eventually("an update to be handled", func() (int, bool) {
		return 0, postgrestest.Query[bool](m.t, m.url, `select exists (select from inbox where update_id = $1 and done_at is not null)`, update)
	})
}

func mark(m discordtest.Message) string {
	if len(m.Reactions) != 1 {
		return ""
	}
	return m.Reactions[0].Emoji.Name
}

// pressed has somebody press a button; says is what only they read.
func (m *team) pressed(person *discordtest.User, post discordtest.Message, label string) (says string) {
	m.t.Helper()
	says, answer := reply(m.t, must(person.Press(post, button(m.t, post, label))))
	if answer.Flags&discordtest.Ephemeral == 0 {
		m.t.Errorf("everybody reads %q", says)
	}
	m.told()
	return says
}

// heard is what the customer of a conversation has been told by agents.
func (m *team) heard(channel, key string) []string {
	m.t.Helper()
	return bottest.Heard(m.t, m.db, channel, key)
}

func (m *team) events(reference string) []string {
	m.t.Helper()
	return bottest.Events(m.t, m.db, reference)
}

const ref1 = "G-0000-0001"

func TestATicketFromTheWebsiteIsToldInAThreadAndAnsweredFromThere(t *testing.T) {
	m := newTeam(t)
	m.serves()
	m.turn(bot.Web, "visitor", "on m’a volé <ma> caisse & *tout*, "+secretWord, "C’est **noté**.", ref1)
	thread := m.thread(ref1)
	if thread.Name != ref1+" · Déclaration de sinistre · Ana _Île_" || thread.Type != discordtest.PublicThread {
		t.Errorf("the thread is %q, of type %d", thread.Name, thread.Type)
	}
	wants(t, words(m.posted(thread, 1)), "Déclaration de sinistre** · "+ref1, "Site web (micro)", "personne ne le suit", "Nom : Ana _Île_",
		"Numéro d’attestation : non donné", "Client** · ", "on m’a volé <ma> caisse & *tout*", "Assistant** · ", "C’est **noté**.")
	said := m.written(m.ines, thread, m.discord.Bot.Mention()+" Bonjour Madame,\nc’est <vu> & _réglé_ <:merci:42>, "+secretWord)
	if mark(said) != "👍" {
		t.Errorf("the reply is marked %q", mark(said))
	}
	if heard := m.heard(bot.Web, "visitor"); !slices.Equal(heard, []string{"Inès: Bonjour Madame,  \nc’est <vu> & _réglé_ :merci:, " + secretWord}) {
		t.Errorf("the visitor has %q", heard)
	}
	if taken := words(m.posted(thread, 2)); taken != "*Inès a pris le ticket.*" { // nobody had it; and not the agent's own words
		t.Errorf("of a reply is told %q", taken)
	}
	m.turn(bot.Web, "visitor", "merci", "", "")
	third := words(m.posted(thread, 3))
	wants(t, third, "merci")
	if contains(third, "Bonjour Madame") {
		t.Errorf("what was typed here is told here: %s", third)
	}
	m.reply(ref1, "du bureau")
	wants(t, words(m.posted(thread, 4)), "Inès** · ", "du bureau")
	if n := postgrestest.Query[int](t, m.url, `select count(*) from conversations where channel = 'discord'`); n != 0 {
		t.Errorf("the agents are %d customers", n)
	}
	if n := m.discord.Counts().Limited; n != 0 {
		t.Errorf("%d requests broke a limit", n)
	}
}

func TestAnAgentsReplyFromAThreadReachesACustomerOnDiscordAndWaitsForOneOnTelegram(t *testing.T) {
	m := newTeam(t)
	m.serves()
	ana := m.guild.Member("ana")
	m.turn(bot.Discord, ana.ID, "un sinistre", "noté", ref1)
	m.written(m.ines, m.thread(ref1), "je regarde")
	wants(t, m.answers(ana.Direct(), 2)[1], "Inès", "je regarde")
	m.turn(bot.Telegram, "7", "un sinistre", "noté", "G-0000-0002")
	m.written(m.ines, m.thread("G-0000-0002"), "je regarde aussi")
	if n := postgrestest.Query[int](t, m.url, `select count(*) from outbox o join messages m using (conversation_id, seq)
		where o.channel = 'telegram' and m.author = 'agent' and m.text = 'je regarde aussi'`); n != 1 {
		t.Errorf("%d replies wait for Telegram", n)
	}
}

func TestWhatIsNoReplyNeverReachesTheCustomer(t *testing.T) {
	m := newTeam(t)
	m.serves()
	m.turn(bot.Web, "visitor", "bonjour", "noté", ref1)
	thread := m.thread(ref1)
	m.posted(thread, 1)
	if note := m.written(m.ines, thread, "!note "+m.hugo.Mention()+" il a déjà appelé"); mark(note) != "👍" {
		t.Errorf("the note is marked %q", mark(note))
	}
	for i, wrong := range []struct {
		text, says string
		files      []discordtest.File
	}{
		{text: "!ntoe il ment", says: "Cette commande n’existe pas : rien n’a été envoyé"},
		{text: "!note", says: "Écrivez la note à la suite"},
		{text: "!aide", says: "ce que vous écrivez est envoyé au client"},
		{text: m.hugo.Mention() + " tu as vu ?", says: "nomme quelqu’un du serveur"},
		{text: "!note la photo", says: "rien n’a été envoyé", files: []discordtest.File{picture("p.jpg", 20)}},
		{text: "voici", says: "n’est ni une image", files: []discordtest.File{picture("p.jpg", 20), document("x.pdf", []byte("MZ"))}},
	} {
		said := m.written(m.ines, thread, wrong.text, wrong.files...)
		answer := m.posted(thread, 2+i)
		wants(t, words(answer), wrong.says)
		if answer.Reference == nil || answer.Reference.MessageID != said.ID || mark(said) != "" || len(answer.Mentions) != 0 {
			t.Errorf("%q is marked %q and answered by %+v", wrong.text, mark(said), answer)
		}
	}
	before := len(m.said(thread))
	m.written(m.ines, m.channel, "on déjeune ?")
	m.written(m.ines, m.channel, m.discord.Bot.Mention()+" "+kbis)
	m.told()
	if heard := m.heard(bot.Web, "visitor"); len(heard) != 0 {
		t.Errorf("the visitor has %q", heard)
	}
	if events := m.events(ref1); len(events) != 2 || !strings.HasPrefix(events[1], "ines@example.fr note ") {
		t.Errorf("the events are %q", events)
	}
	if n := postgrestest.Query[int](t, m.url, `select count(*) from conversations`); n != 1 || len(m.said(m.channel)) != 0 || len(m.said(thread)) != before {
		t.Errorf("%d conversations; said among colleagues: %q", n, m.said(m.channel))
	}
}

func TestAnAgentsFilesReachTheCustomerAndACustomersAreNamedInTheThread(t *testing.T) {
	m := newTeam(t)
	m.serves()
	ana := m.guild.Member("ana")
	m.turn(bot.Discord, ana.ID, "un sinistre", "noté", ref1)
	thread := m.thread(ref1)
	m.posted(thread, 1)
	pdf := document("Attestation.pdf", bottest.PDF("corrigée"))
	if said := m.written(m.ines, thread, "La voici.", pdf, picture("plan.jpg", 30)); mark(said) != "👍" {
		t.Errorf("the files are marked %q", mark(said))
	}
	m.posted(thread, 2) // Inès has taken the ticket
	m.written(m.ines, thread, "", pdf)
	got := m.arrived(ana.Direct(), 6)
	if got[1] != "**Inès**\n\nLa voici." || !strings.HasPrefix(got[2], "Attestation.pdf") || !strings.HasPrefix(got[3], "plan.jpg") || !strings.HasPrefix(got[5], "Attestation.pdf") {
		t.Errorf("arrived %q", got)
	}
	sends(ana, ana.Direct(), "", picture("caisse.jpg", 30))
	m.settled()
	wants(t, words(m.posted(thread, 3)), "Client** · ", "Fichier joint : caisse.jpg (1 Ko), à ouvrir", "[au bureau]("+base+"/desk/ticket/"+ref1+")")
	if n := len(slices.DeleteFunc(thread.Messages(), func(p discordtest.Message) bool {
		return p.Author.ID != m.discord.Bot.ID || len(p.Attachments) == 0
	})); n != 0 {
		t.Errorf("%d files were uploaded for the agents", n)
	}
}

func TestAnEditDoesNotReachTheCustomerAndIsSaidOnce(t *testing.T) {
	m := newTeam(t)
	m.serves()
	m.turn(bot.Web, "visitor", "bonjour", "noté", ref1)
	thread := m.thread(ref1)
	m.posted(thread, 1)
	said := m.written(m.ines, thread, "c’est réglé")
	m.posted(thread, 2) // Inès has taken the ticket
	must(m.ines.Edit(said, "c’est réglé "))
	must(m.ines.Edit(said, "c’est presque réglé"))
	answer := m.posted(thread, 3)
	wants(t, words(answer), "n’atteint pas le client")
	if heard := m.heard(bot.Web, "visitor"); !slices.Equal(heard, []string{"Inès: c’est réglé"}) {
		t.Errorf("the visitor has %q", heard)
	}
}

func TestWhoIsNotLinkedOrMayNotAnswerReachesNobody(t *testing.T) {
	m := newTeam(t)
	m.serves()
	m.turn(bot.Web, "visitor", "bonjour", "noté", ref1)
	thread := m.thread(ref1)
	post := m.posted(thread, 1)
	for range 3 {
		if said := m.written(m.stranger, thread, "je réponds"); mark(said) != "" {
			t.Errorf("a stranger's words are marked %q", mark(said))
		}
	}
	wants(t, words(m.posted(thread, 2)), "Je ne vous connais pas encore", "guichet user link ADRESSE --discord "+m.stranger.ID)
	m.written(m.stranger, thread, "!note je note")
	m.posted(thread, 2)
	if says := m.pressed(m.stranger, post, "Résoudre"); !contains(says, m.stranger.ID) {
		t.Errorf("a stranger who presses is told %q", says)
	}
	if err := m.db.UnlinkStaff(t.Context(), bot.Discord, ines.Email); err != nil {
		t.Fatal(err)
	}
	m.written(m.ines, thread, "je suis partie hier")
	wants(t, words(m.posted(thread, 3)), "--discord "+m.ines.ID)
	if heard := m.heard(bot.Web, "visitor"); len(heard) != 0 {
		t.Errorf("the visitor has %q", heard)
	}
	if events := m.events(ref1); len(events) != 1 {
		t.Errorf("the events are %q", events)
	}
}

func TestATicketIsTakenResolvedAndReopenedByButtonsAndAtTheDesk(t *testing.T) {
	m := newTeam(t)
	m.serves()
	m.turn(bot.Web, "visitor", "bonjour", "noté", ref1)
	thread := m.thread(ref1)
	opening := m.posted(thread, 1)
	old := button(t, opening, "Je prends")
	if says := m.pressed(m.ines, opening, "Je prends"); says != "Ce ticket vous est attribué." {
		t.Errorf("said %q", says)
	}
	taken := m.posted(thread, 2)
	wants(t, words(taken), "Inès a pris le ticket.")
	m.await("the used buttons to go", func() bool { return len(thread.Messages()[0].Controls()) == 0 })
	if _, err := m.ines.Press(opening, old); err == nil {
		t.Error("the used button is still there")
	}
	if says := m.pressed(m.hugo, taken, "Je rends"); !contains(says, "ne vous est pas attribué") {
		t.Errorf("said %q", says)
	}
	m.written(m.hugo, thread, "!prendre")
	wants(t, words(m.posted(thread, 3)), "Hugo a pris le ticket.")
	if err := m.db.AssignTicket(t.Context(), ref1, hugo, ines.Email); err != nil { // at the desk
		t.Fatal(err)
	}
	atDesk := m.posted(thread, 4)
	wants(t, words(atDesk), "Hugo a attribué le ticket à Inès.")
	m.pressed(m.ines, atDesk, "Résoudre")
	resolved := m.posted(thread, 5)
	wants(t, words(resolved), "Inès a résolu le ticket.")
	if now := thread.Thread(); !now.Archived || now.Locked || len(resolved.Controls()) != 2 {
		t.Errorf("resolved: %+v, %+v", now, resolved)
	}
	if err := m.db.NoteTicket(t.Context(), ref1, hugo, "à suivre", ""); err != nil { // a post takes a thread up again
		t.Fatal(err)
	}
	wants(t, words(m.posted(thread, 6)), "Note interne de Hugo", "à suivre")
	if now := thread.Thread(); !now.Archived || now.Locked {
		t.Errorf("after a note: %+v", now)
	}
	m.turn(bot.Web, "visitor", "ce n’est pas réglé", "", "")
	reopened := m.posted(thread, 7)
	wants(t, words(reopened), "ce n’est pas réglé", "Le client a rouvert le ticket.")
	if now := thread.Thread(); now.Archived || now.Locked {
		t.Errorf("reopened: %+v", now)
	}
	thread.Archive(false) // as Discord does after a week: a post takes it up again
	m.turn(bot.Web, "visitor", "allô ?", "", "")
	m.posted(thread, 8)
	if thread.Thread().Archived {
		t.Error("a post does not take an archived thread up again")
	}
	m.pressed(m.hugo, reopened, "Clore")
	thread2 := m.posted(thread, 9)
	m.pressed(m.hugo, thread2, "Rouvrir")
	m.posted(thread, 10)
	if err := m.db.SetTicketStatus(t.Context(), ref1, ines, bot.Resolved); err != nil {
		t.Fatal(err)
	}
	m.posted(thread, 11)
	m.written(m.ines, thread, "un mot encore") // a reply reopens, as at the desk
	m.posted(thread, 12)
	if now := thread.Thread(); now.Archived {
		t.Errorf("reopened by a reply: %+v", now)
	}
	want := []string{"bot opened", "ines@example.fr assigned ines@example.fr", "hugo@example.fr assigned hugo@example.fr", "hugo@example.fr assigned ines@example.fr",
		"ines@example.fr status resolved", "hugo@example.fr note à suivre", "customer status open", "hugo@example.fr status closed", "hugo@example.fr status open",
		"ines@example.fr status resolved", "ines@example.fr status open", "ines@example.fr reply"}
	if events := m.events(ref1); !slices.Equal(events, want) {
		t.Errorf("the events are %q", events)
	}
}

func TestAThreadThatIsNoLongerATicketsSaysSo(t *testing.T) {
	m := newTeam(t)
	m.serves()
	m.turn(bot.Web, "visitor", "bonjour", "noté", ref1)
	thread := m.thread(ref1)
	m.posted(thread, 1)
	if n := postgrestest.Query[int](t, m.url, `with gone as (delete from conversations returning 1) select count(*) from gone`); n != 1 {
		t.Fatalf("%d conversations erased", n)
	}
	said := m.written(m.ines, thread, "c’est réglé")
	if answer := m.posted(thread, 2); !contains(words(answer), "n’est plus celui d’un ticket : rien n’a été envoyé") || mark(said) != "" {
		t.Errorf("marked %q, answered %+v", mark(said), answer)
	}
}
