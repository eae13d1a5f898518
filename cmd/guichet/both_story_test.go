package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"guichet/bot/bottest"
	"guichet/connectors/discord/discordtest"
	"guichet/connectors/telegram/telegramtest"
)

// community is a Discord with the server's bot on it.
type community struct {
	t *testing.T
	*discordtest.Server
	guild *discordtest.Guild
}

// startDiscord starts a Discord that the next server uses.
func startDiscord(t *testing.T) community {
	t.Helper()
	d := discordtest.New(t, discordtest.Config{Token: "a-token", Privileged: discordtest.MessageContent})
	t.Setenv("GUICHET_DISCORD_TOKEN", "a-token")
	t.Setenv("GUICHET_DISCORD_API", d.URL)
	return community{t, d, d.Guild("Marché")}
}

// hears waits for a message of the bot's in a channel with some words, or a file of that name, and gives it.
func (c community) hears(channel *discordtest.Channel, words string) (found discordtest.Message) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Minute)
	defer cancel()
	err := c.Await(ctx, func() bool {
		for _, m := range channel.Messages() {
			said := m.Content
			for _, e := range m.Embeds {
				said += "\n" + e.Description
			}
			for _, a := range m.Attachments {
				said += "\n" + a.Filename
			}
			if m.Author.ID == c.Bot.ID && strings.Contains(plainly(said), words) {
				found = m
				return true
			}
		}
		return false
	})
	if err != nil {
		c.t.Fatalf("“%s”: %v", words, err)
	}
	return found
}

// plainly is a text with plain spaces and without Discord's escapes.
func plainly(text string) string {
	return strings.NewReplacer("\u202f", " ", "\u00a0", " ", "\\", "").Replace(text)
}

// thread waits for a ticket's thread.
func (c community) thread(channel *discordtest.Channel, reference string) (found *discordtest.Channel) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Minute)
	defer cancel()
	err := c.Await(ctx, func() bool {
		for _, thread := range channel.Threads() {
			if strings.HasPrefix(thread.Name, reference) {
				found = thread
			}
		}
		return found != nil
	})
	if err != nil {
		c.t.Fatalf("the thread of %s: %v", reference, err)
	}
	return found
}

func (c community) presses(person *discordtest.User, m discordtest.Message, label string) {
	c.t.Helper()
	for _, b := range m.Controls() {
		if plainly(b.Label) == label {
			if _, err := person.Press(m, b.CustomID); err != nil {
				c.t.Fatal(err)
			}
			return
		}
	}
	c.t.Fatalf("no button %q under %q", label, m.Content)
}

func (c community) says(person *discordtest.User, channel *discordtest.Channel, text string, files ...discordtest.File) {
	c.t.Helper()
	if _, err := person.Send(channel, discordtest.Draft{Content: text, Files: files}); err != nil {
		c.t.Fatal(err)
	}
}

// TestAgentsOnBothChatsAnswerCustomersOnAllThree: with a group of agents on Telegram and a channel of agents on Discord,
// tickets from the website, Telegram and Discord are told in both, and answered from the other side, files too.
func TestAgentsOnBothChatsAnswerCustomersOnAllThree(t *testing.T) {
	telegram, discord := startTelegram(t), startDiscord(t)
	const group, person, bob = -1001234567890, 900, 43
	telegram.Group(group, "Équipe", true)
	telegram.Promote(group, true)
	t.Setenv("GUICHET_TELEGRAM_STAFF", "-1001234567890")
	channel, agent := discord.guild.Channel("équipe"), discord.guild.Member("ines")
	channel.Only(agent)
	t.Setenv("GUICHET_DISCORD_STAFF", channel.ID)
	s := startServer(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := discord.Await(ctx, func() bool { return discord.Counts().Ready > 0 && discord.Counts().Heartbeats > 0 }); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"user", "add", "ines@example.org", "--name=Inès Morel", "--data=" + s.data},
		{"user", "link", "ines@example.org", "--telegram=900", "--discord=" + agent.ID, "--data=" + s.data},
	} {
		if code, _, errs := guichet(t, "un long mot de passe sûr\n", args...); code != 0 {
			t.Fatalf("%v: %s", args, errs)
		}
	}

	// From the agents' channel on Discord to a visitor of the website, and a customer on Telegram.
	visitor := newBrowser(t, 390, 780)
	visitor.openChat(s.chat)
	visitor.types("je veux parler à un conseiller")
	visitor.reads("De quoi s’agit-il")
	visitor.types("mon attestation est illisible, il m’en faut une autre")
	visitor.reads("adresse e-mail")
	visitor.types("camille@example.org")
	visitor.reads("Voici ce que je vais transmettre")
	visitor.types("oui")
	visitor.reads("Votre demande est enregistrée")
	text, err := chromedp.Run(visitor.ctx, chromedp.Evaluate[string](shadow+`.querySelector('.list').innerText`))
	if err != nil {
		t.Fatal(err)
	}
	thread := discord.thread(channel, referenceShape.FindString(text))
	discord.hears(thread, "mon attestation est illisible")
	letter := discordtest.File{Name: "Attestation.pdf", ContentType: "application/pdf", Data: bottest.PDF("lisible")}
	discord.says(agent, thread, "Voici une copie lisible.", letter)
	visitor.reads("Voici une copie lisible.")
	visitor.reads("Attestation.pdf")
	visitor.picture("both-1-answered-from-discord")

	telegram.Write(bob, "/conseiller")
	telegram.hears(bob, "De quoi s’agit-il")
	telegram.Write(bob, "mon adresse a changé, que faut-il faire de mon attestation")
	telegram.hears(bob, "adresse e-mail")
	telegram.Write(bob, "bob@example.org")
	telegram.presses(bob, telegram.hears(bob, "Voici ce que je vais transmettre"), "Tout est exact")
	thread = discord.thread(channel, referenceShape.FindString(telegram.hears(bob, "Votre demande est enregistrée").Text))
	discord.says(agent, thread, "Je m’en occupe.")
	telegram.hears(bob, "Je m’en occupe.")

	// From the agents' group on Telegram to a customer on Discord, whose photo is named there.
	ana := discord.guild.Member("ana")
	discord.says(ana, ana.Direct(), "", discordtest.File{Name: "attestation.jpg", ContentType: "image/jpeg", Data: bottest.JPEG(200)})
	discord.presses(ana, discord.hears(ana.Direct(), "De quoi s’agit-il"), "Un conseiller")
	discord.hears(ana.Direct(), "Je transmets votre demande")
	discord.says(ana, ana.Direct(), "le nom y est mal écrit, voilà une photo")
	discord.hears(ana.Direct(), "adresse e-mail")
	discord.says(ana, ana.Direct(), "ana@example.org")
	discord.presses(ana, discord.hears(ana.Direct(), "fichier joint : 1"), "Tout est exact")
	reference := referenceShape.FindString(plainly(discord.hears(ana.Direct(), "Votre demande est enregistrée").Content))
	var topic int64
	telegram.Wait(t, "the photo named in the topic of "+reference, func() bool {
		for _, m := range telegram.Said(group) {
			if strings.Contains(m.Text, reference) && strings.Contains(plainly(m.Text), "Fichier joint : attestation.jpg") {
				topic = m.ThreadID
			}
		}
		return topic != 0
	})
	telegram.SendInTopic(group, person, topic, map[string]any{"caption": "Voici la bonne.", "document": map[string]any{
		"file_id": telegram.Upload(telegramtest.File{Name: "Corrigée.pdf", Data: bottest.PDF("corrigée")}), "file_name": "Corrigée.pdf",
	}})
	discord.hears(ana.Direct(), "Voici la bonne.")
	got := discord.hears(ana.Direct(), "Corrigée.pdf")
	if string(discord.Content(got.Attachments[0])) != string(bottest.PDF("corrigée")) {
		t.Error("on Discord arrives another file")
	}
	// What was answered from one side is told on the other.
	discord.hears(discord.thread(channel, reference), "Voici la bonne.")
	discord.hears(discord.thread(channel, reference), "Fichier joint : Corrigée.pdf")

	code, out, errs := guichet(t, "", "check", "discord")
	if code != 0 || !strings.Contains(out, "the staff channel is #équipe, members do not see it") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
}
