package discordtest_test

import (
	"testing"

	"github.com/bwmarrin/discordgo"

	"guichet/connectors/discord/discordtest"
)

func TestABotHearsADirectMessageAndReplies(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	marie := s.Guild("Marché").Member("marie")
	b := connect(t, s, least)
	said := must(marie.Say(marie.Direct(), "Bonjour, mon attestation ?"))
	heard := next(t, b.heard)
	if heard.Content != said.Content || heard.ID != said.ID || heard.GuildID != "" || heard.Author.ID != marie.ID {
		t.Fatalf("heard %+v", heard)
	}
	must(b.ChannelMessageSendReply(heard.ChannelID, "La voici.", heard.Reference()))
	reply := must(marie.Direct().Next(soon(t)))
	if reply.Content != "La voici." || reply.Author.ID != s.Bot.ID || reply.Reference.MessageID != said.ID {
		t.Errorf("reply %+v", reply)
	}
}

func TestTheBotIsToldOfGuildsAndChannelsAtOnceAndLater(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	market := s.Guild("Marché")
	help := market.Channel("aide")
	b := newBot(t, s, least)
	guilds, channels := make(chan *discordgo.GuildCreate, 10), make(chan *discordgo.ChannelCreate, 10)
	b.AddHandler(func(_ *discordgo.Session, g *discordgo.GuildCreate) { guilds <- g })
	b.AddHandler(func(_ *discordgo.Session, c *discordgo.ChannelCreate) { channels <- c })
	b.open(t, s)
	if g := next(t, guilds); g.ID != market.ID || len(g.Channels) != 1 || g.Channels[0].ID != help.ID || g.Channels[0].Name != "aide" {
		t.Errorf("guild %+v", g.Guild)
	}
	late := market.Channel("plus-tard")
	if c := next(t, channels); c.ID != late.ID || c.GuildID != market.ID {
		t.Errorf("channel %+v", c.Channel)
	}
	if g := s.Guild("Autre"); next(t, guilds).ID != g.ID {
		t.Error("another guild")
	}
}

func TestContentInAGuildIsWithheldUnlessTheBotIsMentioned(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config  discordtest.Config
		intents discordgo.Intent
		want    string
	}{
		"without the intent": {discordtest.Config{}, least, ""},
		"with it":            {discordtest.Config{Privileged: discordtest.MessageContent}, least | discordgo.IntentMessageContent, "à tous"},
		"allowed, not asked": {discordtest.Config{Privileged: discordtest.MessageContent}, least, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := discordtest.New(t, c.config)
			market := s.Guild("Marché")
			help, marie := market.Channel("aide"), market.Member("marie")
			b := connect(t, s, c.intents)
			must(marie.Send(help, discordtest.Draft{Content: "à tous", Files: []discordtest.File{{Name: "a.txt", Data: []byte("a")}}}))
			heard := next(t, b.heard)
			if heard.Content != c.want || (len(heard.Attachments) == 1) != (c.want != "") || heard.GuildID != market.ID {
				t.Errorf("heard %+v", heard)
			}
			must(marie.Say(help, "à toi "+s.Bot.Mention()))
			if heard := next(t, b.heard); heard.Content != "à toi "+s.Bot.Mention() || len(heard.Mentions) != 1 {
				t.Errorf("heard %+v", heard)
			}
			// REST withholds by what the application may have, whatever the session asked for.
			messages := must(b.ChannelMessages(help.ID, 10, "", "", ""))
			if got := messages[1].Content != ""; got != (c.config.Privileged != 0) {
				t.Errorf("REST gave %q", messages[1].Content)
			}
		})
	}
}

func TestAReplyToTheBotMentionsIt(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	market := s.Guild("Marché")
	help, marie := market.Channel("aide"), market.Member("marie")
	b := connect(t, s, least)
	asked := must(b.ChannelMessageSend(help.ID, "Oui ?"))
	must(marie.Send(help, discordtest.Draft{Content: "merci", ReplyTo: asked.ID}))
	if heard := next(t, b.heard); heard.Content != "merci" || heard.ReferencedMessage.Content != "Oui ?" {
		t.Errorf("heard %+v", heard)
	}
}

func TestIntentsThatWereNotAskedForBringNothing(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	market := s.Guild("Marché")
	help, marie := market.Channel("aide"), market.Member("marie")
	b := connect(t, s, discordgo.IntentDirectMessages)
	must(marie.Say(help, "non"))
	must(marie.Say(marie.Direct(), "oui"))
	if heard := next(t, b.heard); heard.Content != "oui" {
		t.Errorf("heard %q", heard.Content)
	}
}

func TestEditsAndDeletionsOfAUserAreTold(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	marie := s.Guild("Marché").Member("marie")
	b := newBot(t, s, least)
	edited, deleted := make(chan string, 1), make(chan string, 1)
	b.AddHandler(func(_ *discordgo.Session, m *discordgo.MessageUpdate) { edited <- m.Content })
	b.AddHandler(func(_ *discordgo.Session, m *discordgo.MessageDelete) { deleted <- m.ID })
	b.open(t, s)
	said := must(marie.Say(marie.Direct(), "bonjou"))
	must(marie.Edit(said, "bonjour"))
	if got := next(t, edited); got != "bonjour" {
		t.Errorf("edited to %q", got)
	}
	if err := marie.Delete(said); err != nil {
		t.Fatal(err)
	}
	if got := next(t, deleted); got != said.ID {
		t.Errorf("deleted %s", got)
	}
}

func TestAUserDoesNotWriteWhereTheyAreNot(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	help, marie, paul := s.Guild("Marché").Channel("aide"), s.User("marie"), s.User("paul")
	if _, err := marie.Say(help, "bonjour"); err == nil {
		t.Error("a stranger wrote in a guild")
	}
	if _, err := paul.Say(marie.Direct(), "bonjour"); err == nil {
		t.Error("one user wrote in another's direct messages")
	}
	if _, err := marie.Say(marie.Direct(), "  "); err == nil {
		t.Error("a message of nothing")
	}
}
