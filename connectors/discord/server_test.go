package discord_test

import (
	"strings"
	"testing"

	"guichet/bot"
	"guichet/connectors/discord/discordtest"
)

func TestADirectMessageIsAnsweredWithAnIntroductionAndASource(t *testing.T) {
	c := newCounter(t)
	c.connected()
	ana := c.guild.Member("ana")
	must(ana.Say(ana.Direct(), kbis))
	wants(t, c.answers(ana.Direct(), 1)[0], "assistant automatique", "/conseiller", "Infogreffe", "Foire aux questions")
	must(ana.Say(ana.Direct(), "merci"))
	if second := c.answers(ana.Direct(), 2)[1]; contains(second, "assistant automatique") {
		t.Errorf("introduced again: %s", second)
	}
}

func TestInAServerTheBotAnswersWhenItIsNamed(t *testing.T) {
	c := newCounter(t)
	c.connected()
	ana, hall := c.guild.Member("ana"), c.guild.Channel("accueil")
	must(ana.Say(hall, "bonjour à tous"))
	question := must(ana.Say(hall, c.discord.Bot.Mention()+" "+kbis))
	wants(t, c.answers(hall, 1)[0], "Infogreffe")
	reply := hall.Messages()[2]
	if reply.Reference == nil || reply.Reference.MessageID != question.ID || len(reply.Mentions) != 0 {
		t.Errorf("the answer refers to %+v and pings %+v", reply.Reference, reply.Mentions)
	}
	must(ana.Say(hall, c.discord.Bot.Mention()))
	wants(t, c.answers(hall, 2)[1], "/question")
}

func TestBotsAndNoticesOfDiscordsAreNotAnswered(t *testing.T) {
	c := newCounter(t)
	c.connected()
	ana, hall := c.guild.Member("ana"), c.guild.Channel("accueil")
	must(ana.StartThread(hall, "fil", false)) // Discord says so in the channel
	must(ana.Say(hall, c.discord.Bot.Mention()+" "+kbis))
	c.answers(hall, 1)
	c.settled()
	c.answers(hall, 1)
}

func TestAnEditedMessageIsAnsweredAnewAndAnUnchangedOneIsNot(t *testing.T) {
	c := newCounter(t)
	c.connected()
	ana := c.guild.Member("ana")
	m := must(ana.Say(ana.Direct(), "bonjour"))
	c.answers(ana.Direct(), 1)
	m = must(ana.Edit(m, kbis))
	wants(t, c.answers(ana.Direct(), 2)[1], "Infogreffe")
	must(ana.Edit(m, kbis+" "))
	must(ana.Say(ana.Direct(), "merci"))
	c.answers(ana.Direct(), 3)
	c.settled()
	c.answers(ana.Direct(), 3)
}

func TestWhatIsNoTextIsDeclinedPolitely(t *testing.T) {
	c := newCounter(t)
	c.connected()
	ana := c.guild.Member("ana")
	file := discordtest.File{Name: "photo.png", ContentType: "image/png", Data: []byte("png")}
	must(ana.Send(ana.Direct(), discordtest.Draft{Files: []discordtest.File{file}}))
	wants(t, c.answers(ana.Direct(), 1)[0], "Je ne peux pas recevoir ce fichier", "une image (PNG, JPEG, WebP, HEIC) ou un PDF")
	must(ana.Send(ana.Direct(), discordtest.Draft{Content: kbis, Files: []discordtest.File{file}}))
	said := c.answers(ana.Direct(), 3)
	wants(t, said[1], "Je ne peux pas recevoir ce fichier")
	wants(t, said[2], "Infogreffe")
	transcript, err := c.db.Transcript(t.Context(), bot.Discord, ana.ID, 0)
	if err != nil || transcript[0].Text != "[fichier non reçu]" {
		t.Errorf("kept is %+v, %v", transcript, err)
	}
}

func TestNobodyIsPingedByWhatSomebodyWrote(t *testing.T) {
	c := newCounter(t)
	c.connected()
	ana, bob := c.guild.Member("ana"), c.guild.Member("bob")
	reference := c.ticketOf(ana.ID)
	c.reply(reference, "@everyone "+bob.Mention()+" @here")
	c.answers(ana.Direct(), 1)
	m := ana.Direct().Messages()[0]
	if m.MentionEveryone || len(m.Mentions) != 0 || len(m.MentionRoles) != 0 {
		t.Errorf("pings %+v", m)
	}
}

func TestOnlyTheLeastIntentsAreAskedFor(t *testing.T) {
	c := newCounter(t) // it refuses privileged intents
	c.connected()
	if n := c.discord.Counts().Closes[4014]; n != 0 {
		t.Errorf("refused %d times", n)
	}
	if strings.Contains(c.log.String(), "level=ERROR") {
		t.Error("there are errors")
	}
}
