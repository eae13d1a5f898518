package discord_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"guichet/bot"
	"guichet/connectors/discord"
	"guichet/connectors/discord/discordtest"
	"guichet/connectors/postgres/postgrestest"
)

// listening starts a replica that listens and has registered its commands.
func (c *counter) listening(change ...func(*discord.Options)) *replica {
	c.t.Helper()
	r := c.connected(change...)
	c.await("the commands", func() bool { return len(c.discord.Commands(nil)) > 0 })
	return r
}

// reply waits for the answer to an interaction, and gives its words with the message.
func reply(t *testing.T, i *discordtest.Interaction) (string, discordtest.Message) {
	t.Helper()
	m, err := i.Reply(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	return words(m), m
}

// button is the custom id of a button by its words.
func button(t *testing.T, m discordtest.Message, label string) string {
	t.Helper()
	var labels []string
	for _, c := range m.Controls() {
		if contains(c.Label, label) {
			return c.CustomID
		}
		labels = append(labels, c.Label)
	}
	t.Fatalf("no button %q among %q under %q", label, labels, words(m))
	return ""
}

// modal waits for the form that an interaction opens.
func modal(t *testing.T, i *discordtest.Interaction) discordtest.Modal {
	t.Helper()
	answer, err := i.Answer(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	if answer.Modal == nil {
		t.Fatalf("no form but %+v", answer)
	}
	return *answer.Modal
}

func TestTheCommandsAreRegisteredOnceAndInFrench(t *testing.T) {
	c := newCounter(t)
	c.listening().stop()
	var names []string
	for _, command := range c.discord.Commands(nil) {
		names = append(names, command.Name)
	}
	if got := strings.Join(names, " "); got != "question attestation sinistre conseiller statut aide confidentialite" {
		t.Errorf("registered: %s", got)
	}
	c.connected()
	registrations := func() (n int) {
		for _, r := range c.discord.Requests() {
			if r.Method == "PUT" {
				n++
			}
		}
		return n
	}
	c.await("a second look", func() bool {
		looks := 0
		for _, r := range c.discord.Requests() {
			if r.Method == "GET" && r.Route == "/applications/{application}/commands" && r.Status == 200 {
				looks++
			}
		}
		return looks == 2
	})
	if n := registrations(); n != 1 {
		t.Errorf("registered %d times", n)
	}
}

func TestAQuestionByCommandIsAnsweredToItsPersonOnly(t *testing.T) {
	c := newCounter(t)
	c.listening()
	ana, hall := c.guild.Member("ana"), c.guild.Channel("accueil")
	text, m := reply(t, must(ana.Command(hall, "question", map[string]any{"texte": kbis})))
	wants(t, text, "Infogreffe", "assistant automatique", "Conservé 90 jours (3 ans après une demande) : /confidentialite.")
	if m.Flags&discordtest.Ephemeral == 0 {
		t.Error("others see it")
	}
	text, m = reply(t, must(ana.Command(ana.Direct(), "question", map[string]any{"texte": kbis})))
	wants(t, text, "Infogreffe")
	if m.Flags&discordtest.Ephemeral != 0 {
		t.Error("it goes away in direct messages")
	}
	text, _ = reply(t, must(ana.Command(hall, "aide", nil)))
	wants(t, text, "/sinistre", "assistant automatique", "Vos messages sont conservés 90 jours, ou 3 ans après la clôture d’une demande.")
	text, _ = reply(t, must(ana.Command(hall, "confidentialite", nil)))
	wants(t, text, "90 jours après votre dernier message, ou 3 ans après la clôture d’une demande")
}

func TestButtonsWorkAfterARestart(t *testing.T) {
	c := newCounter(t)
	first := c.connected()
	ana := c.guild.Member("ana")
	must(ana.Say(ana.Direct(), kbis))
	c.answers(ana.Direct(), 1)
	m := ana.Direct().Messages()[1]
	first.stop()
	c.connected()
	text, _ := reply(t, must(ana.Press(m, button(t, m, "Pas vraiment"))))
	wants(t, text, "Je suis désolé que cela ne réponde pas")
	c.await("the buttons to go", func() bool { return len(ana.Direct().Messages()[1].Controls()) == 0 })
}

func TestAValueTooLongForAButtonIsKept(t *testing.T) {
	c := newCounter(t)
	first := c.connected()
	ana := c.guild.Member("ana")
	long := bot.ChoiceTopic + strings.Repeat("x", 120)
	_, err := c.db.Turn(t.Context(), bot.Inbound{Channel: bot.Discord, Key: ana.ID, Site: site.ID}, func(conversation bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "x", Reply: bot.Reply{Kind: bot.Clarify, Text: "Lequel ?", Choices: []bot.Choice{{Label: kbis, Value: long}}}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c.answers(ana.Direct(), 1)
	first.stop()
	var pressed atomic.Value
	c.start(&postgrestest.Faulty{DB: postgrestest.OpenAt(t, c.url), BeforeTurn: func(in bot.Inbound) error { pressed.Store(in.Choice); return nil }})
	m := ana.Direct().Messages()[0]
	c.await("a session", func() bool { return c.discord.Counts().Ready > 1 })
	text, _ := reply(t, must(ana.Press(m, m.Controls()[0].CustomID)))
	if pressed.Load() != long {
		t.Errorf("pressed %q", pressed.Load())
	}
	wants(t, text, "Infogreffe") // an unknown topic: the words of the button are read
}

func TestAFormWithErrorsIsOpenedAgainWithItsValuesAlsoAfterARestart(t *testing.T) {
	c := newCounter(t)
	first := c.listening()
	ana, hall := c.guild.Member("ana"), c.guild.Channel("accueil")
	opened := must(ana.Command(hall, "attestation", map[string]any{"demande": "attestation_correction"}))
	form := modal(t, opened)
	if len(form.Inputs()) != 5 {
		t.Fatalf("%d inputs", len(form.Inputs()))
	}
	wrong := map[string]string{
		"correction": "le SIREN " + secretWord + " est faux", "attestation_number": "20417", "subscription_date": "30/02/2026", "siren": "732829321", "email": "ana@exemple.fr",
	}
	text, m := reply(t, must(ana.Submit(opened, wrong)))
	wants(t, text, "Rien n’est encore transmis", "clé de contrôle", "Cette date n’existe pas")
	if m.Flags&discordtest.Ephemeral == 0 {
		t.Error("others see it")
	}
	first.stop()
	second := c.connected()
	again := must(ana.Press(m, button(t, m, "Corriger le formulaire")))
	for _, input := range modal(t, again).Inputs() {
		if input.Value != wrong[input.CustomID] {
			t.Errorf("%s holds %q", input.CustomID, input.Value)
		}
	}
	text, m = reply(t, must(ana.Submit(again, map[string]string{"siren": "732 829 320", "subscription_date": "03/02/2026"})))
	wants(t, text, "Voici ce que je vais transmettre", "732 829 320", "3 février 2026", "ana@exemple.fr")
	second.stop()
	c.connected()
	text, _ = reply(t, must(ana.Press(m, button(t, m, "Tout est exact"))))
	wants(t, text, "Votre demande est enregistrée", "Référence")
	fields := postgrestest.Query[string](t, c.url, "select fields->>'siren' || ' ' || (fields->>'subscription_date') from tickets")
	if fields != "732829320 2026-02-03" {
		t.Errorf("recorded: %s", fields)
	}
	if n := postgrestest.Query[int](t, c.url, "select count(*) from notes where name like 'form:%'"); n != 1 {
		t.Errorf("%d forms are kept, want the refused one", n) // it goes within the hour
	}
	c.reply(postgrestest.Query[string](t, c.url, "select reference from tickets"), "C’est corrigé.")
	wants(t, c.answers(ana.Direct(), 1)[0], "Inès", "C’est corrigé.")
}

func TestEveryRequestHasAForm(t *testing.T) {
	c := newCounter(t)
	c.listening()
	ana, hall := c.guild.Member("ana"), c.guild.Channel("accueil")
	for _, form := range []struct {
		command, option, value string
		answers                map[string]string
		category               bot.Category
	}{
		{"attestation", "demande", "attestation_copy", map[string]string{"email": "ana@exemple.fr"}, bot.AttestationCopy},
		{"sinistre", "", "", map[string]string{"description": "vol de la caisse", "email": "ana@exemple.fr", "incident_date": "01/11/2026"}, bot.Claim},
		{"conseiller", "motif", "complaint", map[string]string{"description": "trop long", "email": "ana@exemple.fr"}, bot.Complaint},
		{"conseiller", "motif", "human", map[string]string{"description": "une question", "email": "ana@exemple.fr"}, bot.Human},
		{"conseiller", "", "", map[string]string{"description": "une question", "email": "ana@exemple.fr", "phone": "06 12 34 56 78"}, bot.Human},
	} {
		options := map[string]any{}
		if form.option != "" {
			options[form.option] = form.value
		}
		opened := must(ana.Command(hall, form.command, options))
		modal(t, opened)
		text, m := reply(t, must(ana.Submit(opened, form.answers)))
		wants(t, text, "Voici ce que je vais transmettre")
		text, _ = reply(t, must(ana.Press(m, button(t, m, "Tout est exact"))))
		wants(t, text, "Votre demande est enregistrée")
		if n := postgrestest.Query[int](t, c.url, "select count(*) from tickets where category = $1", form.category); n == 0 {
			t.Errorf("no ticket %s", form.category)
		}
	}
	text, _ := reply(t, must(ana.Command(hall, "statut", nil)))
	wants(t, text, "ouverte")
	if strings.Count(text, "Demande") != 5 {
		t.Errorf("status says %s", text)
	}
	text, _ = reply(t, must(ana.Command(hall, "statut", map[string]any{"reference": "12"})))
	wants(t, text, "Ce n’est pas une référence")
}

func TestInAServerARequestIsPreparedInAForm(t *testing.T) {
	c := newCounter(t)
	c.listening()
	ana, hall := c.guild.Member("ana"), c.guild.Channel("accueil")
	text, m := reply(t, must(ana.Command(hall, "question", map[string]any{"texte": "on m'a volé ma caisse hier au marché"})))
	wants(t, text, "déclaration de sinistre")
	modal(t, must(ana.Press(m, button(t, m, "Remplir le formulaire"))))
	must(ana.Say(hall, c.discord.Bot.Mention()+" quel est le prix d'une licorne volante ?"))
	c.answers(hall, 1)
	abstained := hall.Messages()[len(hall.Messages())-1]
	if len(abstained.Controls()) > 0 {
		for _, control := range abstained.Controls() {
			if strings.Contains(control.CustomID, "request:") {
				t.Error("a request is offered where others read along")
			}
		}
	}
}

func TestPressingTwiceConfirmsOnce(t *testing.T) {
	c := newCounter(t)
	c.listening()
	ana := c.guild.Member("ana")
	opened := must(ana.Command(ana.Direct(), "conseiller", nil))
	modal(t, opened)
	_, m := reply(t, must(ana.Submit(opened, map[string]string{"description": "une question", "email": "ana@exemple.fr"})))
	confirm := button(t, m, "Tout est exact")
	first, second := must(ana.Press(m, confirm)), must(ana.Press(m, confirm))
	c.await("both are acknowledged", func() bool { return !first.Failed() && !second.Failed() })
	c.eventually("one ticket", func() (int, bool) {
		n := postgrestest.Query[int](t, c.url, "select count(*) from tickets")
		return n, n == 1
	})
	c.settled()
	if n := postgrestest.Query[int](t, c.url, "select count(*) from tickets"); n != 1 {
		t.Errorf("%d tickets", n)
	}
	recorded := 0
	for _, text := range c.said(ana.Direct()) {
		if contains(text, "Votre demande est enregistrée") {
			recorded++
		}
	}
	if recorded != 1 {
		t.Errorf("confirmed %d times: %q", recorded, c.said(ana.Direct()))
	}
}

func TestWithAnAgentTheBotSaysWhoAnswers(t *testing.T) {
	c := newCounter(t)
	c.listening()
	ana, hall := c.guild.Member("ana"), c.guild.Channel("accueil")
	c.reply(c.ticketOf(ana.ID), "Bonjour")
	c.answers(ana.Direct(), 1)
	text, _ := reply(t, must(ana.Command(hall, "question", map[string]any{"texte": kbis})))
	wants(t, text, "C’est transmis au conseiller")
}

func TestAnAnswerAfterTheTokenIsAMessage(t *testing.T) {
	clock := discordtest.NewClock()
	c := newCounter(t, func(o *discordtest.Config) { o.Now = clock.Now })
	hold := make(chan struct{})
	c.start(&postgrestest.Faulty{DB: postgrestest.OpenAt(t, c.url), BeforeTurn: func(bot.Inbound) error { <-hold; return nil }})
	c.await("the commands", func() bool { return len(c.discord.Commands(nil)) > 0 && c.discord.Counts().Ready > 0 })
	ana, hall := c.guild.Member("ana"), c.guild.Channel("accueil")
	i := must(ana.Command(hall, "question", map[string]any{"texte": kbis}))
	if _, err := i.Answer(soon(t)); err != nil {
		t.Fatal(err)
	}
	clock.Advance(discordtest.TokenLife + 1)
	close(hold)
	wants(t, c.answers(ana.Direct(), 1)[0], "Infogreffe")
}

func TestADatabaseThatIsAwayHasThePersonTryAgain(t *testing.T) {
	c := newCounter(t)
	c.start(&postgrestest.Faulty{DB: postgrestest.OpenAt(t, c.url), BeforeKeep: func(context.Context) error { return bot.ErrUnavailable }})
	c.await("the commands", func() bool { return len(c.discord.Commands(nil)) > 0 && c.discord.Counts().Ready > 0 })
	ana, hall := c.guild.Member("ana"), c.guild.Channel("accueil")
	text, m := reply(t, must(ana.Command(hall, "question", map[string]any{"texte": kbis})))
	wants(t, text, "Réessayez")
	if m.Flags&discordtest.Ephemeral == 0 {
		t.Error("others see it")
	}
}

func TestACommandThatCannotBeHandledIsAnswered(t *testing.T) {
	c := newCounter(t)
	before := c.discord.Counts()
	c.start(&postgrestest.Faulty{DB: postgrestest.OpenAt(t, c.url), BeforeTurn: func(in bot.Inbound) error {
		if in.Text == secretWord {
			return errDied
		}
		return nil
	}})
	c.listens(before)
	c.await("the commands", func() bool { return len(c.discord.Commands(nil)) > 0 })
	ana, hall := c.guild.Member("ana"), c.guild.Channel("accueil")
	text, m := reply(t, must(ana.Command(hall, "question", map[string]any{"texte": secretWord})))
	wants(t, text, "n’a pas pu être traité")
	modal(t, must(ana.Press(m, button(t, m, "Un conseiller"))))
}

// errDied is what a replica that was killed at that point would never have returned from.
var errDied = errors.New("died here")
