package discord_test

import (
	"strings"
	"testing"

	"guichet/connectors/discord"
	"guichet/connectors/discord/discordtest"
	"guichet/connectors/postgres/postgrestest"
)

// personal are messages that must not stand in public.
var personal = map[string]string{
	"an attestation number": "mon numéro d'attestation est 20417, il y a une erreur",
	"a SIREN":               "mon SIREN est le 732 829 320, comment faire ?",
	"an e-mail":             "écrivez-moi à ana@exemple.fr",
	"a phone number":        "appelez-moi au 06 12 34 56 78",
	"a card number":         "ma carte est 4111 1111 1111 1111",
}

func TestWhatIsPersonalInPublicIsAnsweredInPrivateAndNotKept(t *testing.T) {
	c := newCounter(t)
	c.connected()
	for name, text := range personal {
		ana, hall := c.guild.Member(name), c.guild.Channel(name)
		must(ana.Say(hall, c.discord.Bot.Mention()+" "+text))
		said := c.answers(ana.Direct(), 1)[0]
		if !contains(said, "d’autres personnes lisent ce que vous écrivez") && !contains(said, "Ne communiquez jamais votre numéro de carte") {
			t.Errorf("%s: said %q", name, said)
		}
		c.settled()
		if public := c.said(hall); len(public) != 0 {
			t.Errorf("%s: said in public %q", name, public)
		}
		if len(hall.Messages()) != 1 {
			t.Errorf("%s: deleted without being asked to", name)
		}
	}
	kept := postgrestest.Query[string](t, c.url, "select string_agg(text, ' ') || string_agg(coalesce(reply::text, ''), ' ') from messages")
	for _, number := range []string{"20417", "732 829 320", "ana@exemple.fr", "06 12 34", "4111"} {
		if strings.Contains(kept, number) {
			t.Errorf("%q is kept", number)
		}
	}
}

func TestWhoTakesNoDirectMessagesIsToldHowWithoutAWordOfIt(t *testing.T) {
	c := newCounter(t)
	c.connected()
	ana, hall := c.guild.Member("ana"), c.guild.Channel("accueil")
	ana.CloseDirect()
	must(ana.Say(hall, c.discord.Bot.Mention()+" mon numéro d'attestation est 20417"))
	said := c.answers(hall, 1)[0]
	wants(t, said, "en privé")
	if strings.Contains(said, "20417") {
		t.Errorf("said in public: %q", said)
	}
	m := hall.Messages()[1]
	text, answer := reply(t, must(ana.Press(m, button(t, m, "Comment continuer en privé"))))
	wants(t, text, "vous seul voyez")
	if answer.Flags&discordtest.Ephemeral == 0 {
		t.Error("others see it")
	}
}

func TestAMessageWithPersonalDataIsDeletedWhereThatIsAskedForAndAllowed(t *testing.T) {
	c := newCounter(t)
	c.connected(func(o *discord.Options) { o.Delete = true })
	ana, hall, other := c.guild.Member("ana"), c.guild.Channel("accueil"), c.guild.Channel("autre")
	other.Deny(discordtest.ManageMessages)
	for _, channel := range []*discordtest.Channel{hall, other} {
		must(ana.Say(channel, c.discord.Bot.Mention()+" mon numéro d'attestation est 20417"))
	}
	must(ana.Say(hall, c.discord.Bot.Mention()+" "+kbis))
	c.answers(ana.Direct(), 2)
	c.answers(hall, 1)
	c.settled()
	if n := len(hall.Messages()); n != 2 { // the question and its answer
		t.Errorf("%d messages are left", n)
	}
	if n := len(other.Messages()); n != 1 {
		t.Errorf("%d messages are left where deleting is not allowed", n)
	}
	if !strings.Contains(c.log.String(), "Manage Messages") {
		t.Error("the log does not say what is missing")
	}
}

func TestACaseHasAThreadOfItsOwn(t *testing.T) {
	c := newCounter(t, func(o *discordtest.Config) { o.Privileged = discordtest.MessageContent })
	cases := c.guild.Channel("demandes")
	first := c.listening(func(o *discord.Options) { o.Cases = cases.ID })
	ana, bob, hall := c.guild.Member("ana"), c.guild.Member("bob"), c.guild.Channel("accueil")
	opened := must(ana.Command(hall, "conseiller", nil))
	modal(t, opened)
	_, m := reply(t, must(ana.Submit(opened, map[string]string{"description": "une question", "email": "ana@exemple.fr"})))
	text, _ := reply(t, must(ana.Press(m, button(t, m, "Tout est exact"))))
	wants(t, text, "Votre demande est enregistrée")
	c.await("the thread", func() bool { return len(cases.Threads()) == 1 && len(c.said(cases.Threads()[0])) == 1 })
	thread := cases.Threads()[0]
	reference := postgrestest.Query[string](t, c.url, "select reference from tickets")
	if s := thread.Thread(); !strings.Contains(s.Name, reference) || s.Invitable || len(s.Members) != 2 || thread.Type != discordtest.PrivateThread {
		t.Errorf("the thread is %+v", s)
	}
	first.stop()
	c.connected(func(o *discord.Options) { o.Cases = cases.ID })
	c.reply(reference, "Bonjour Ana")
	wants(t, c.answers(thread, 2)[1], "Bonjour Ana")
	must(ana.Say(thread, "merci, une précision"))
	c.eventually("it stands in the transcript", func() (int, bool) {
		n := postgrestest.Query[int](t, c.url, "select count(*) from messages where text = 'merci, une précision'")
		return n, n == 1
	})
	if len(c.said(ana.Direct())) != 0 {
		t.Error("something came as a direct message")
	}
	// Elsewhere what does not name the bot is not read.
	other := c.guild.Channel("autre")
	must(bob.Say(other, "bonjour"))
	must(bob.Say(other, c.discord.Bot.Mention()+" "+kbis))
	c.answers(other, 1)
}

func TestACaseWithoutAThreadIsFollowedInDirectMessages(t *testing.T) {
	c := newCounter(t, func(o *discordtest.Config) { o.Privileged = discordtest.MessageContent })
	cases := c.guild.Channel("demandes")
	cases.Deny(discordtest.CreatePrivateThreads)
	c.listening(func(o *discord.Options) { o.Cases = cases.ID })
	ana, hall := c.guild.Member("ana"), c.guild.Channel("accueil")
	opened := must(ana.Command(hall, "conseiller", nil))
	modal(t, opened)
	_, m := reply(t, must(ana.Submit(opened, map[string]string{"description": "une question", "email": "ana@exemple.fr"})))
	reply(t, must(ana.Press(m, button(t, m, "Tout est exact"))))
	c.reply(postgrestest.Query[string](t, c.url, "select reference from tickets"), "Bonjour Ana")
	wants(t, c.answers(ana.Direct(), 1)[0], "Bonjour Ana")
}
