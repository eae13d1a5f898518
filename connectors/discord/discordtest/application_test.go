package discordtest_test

import (
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"guichet/connectors/discord/discordtest"
)

func TestABotReadsWhatItIsAndWhere(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{Privileged: discordtest.MessageContent})
	market := s.Guild("Marché")
	help := market.Channel("aide")
	b := newBot(t, s, least)
	if me := must(b.User("@me")); me.ID != s.Bot.ID || !me.Bot {
		t.Errorf("me %+v", me)
	}
	if marie := market.Member("marie"); must(b.User(marie.ID)).Username != "marie" {
		t.Error("another name")
	}
	if guilds := must(b.UserGuilds(100, "", "", false)); len(guilds) != 1 || guilds[0].ID != market.ID || guilds[0].Permissions&discordgo.PermissionSendMessages == 0 {
		t.Errorf("guilds %+v", guilds)
	}
	if channels := must(b.GuildChannels(market.ID)); len(channels) != 1 || channels[0].ID != help.ID {
		t.Errorf("channels %+v", channels)
	}
	if err := b.ChannelTyping(help.ID); err != nil {
		t.Error(err)
	}
	if start := must(b.GatewayBot()); start.Shards != 1 || start.SessionStartLimit.Remaining != 1000 || !strings.HasPrefix(start.URL, "ws://") {
		t.Errorf("gateway %+v", start)
	}
	// The flag of the message content intent for an application with few users.
	if status, _, answer := call(t, s, "GET", "/applications/@me", ""); status != 200 || !strings.Contains(answer, `"flags":524288`) {
		t.Errorf("status %d, %s", status, answer)
	}
}

func TestAnotherConnectionTakesTheSessionOver(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	old, first := ready(t, s)
	resumes(t, s, first, "RESUMED")
	if _, code := old.read(); code != 4000 {
		t.Errorf("the old connection was closed with %d", code)
	}
	if c := s.Counts(); c.ResumeURL != 1 || c.Resumed != 1 || c.Ready != 1 {
		t.Errorf("counts %+v", c)
	}
}

func TestAHiddenChannelIsNotHeard(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	market := s.Guild("Marché")
	help, marie := market.Channel("aide"), market.Member("marie")
	b := connect(t, s, least)
	help.Deny(discordtest.ViewChannel)
	must(marie.Say(help, "à part"))
	must(marie.Say(marie.Direct(), "à toi"))
	if heard := next(t, b.heard); heard.Content != "à toi" {
		t.Errorf("heard %q", heard.Content)
	}
}

func TestThreadMembersComeAndGo(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{Privileged: discordtest.GuildMembers})
	market := s.Guild("Marché")
	help, marie := market.Channel("aide"), market.Member("marie")
	b := newBot(t, s, least)
	made := must(b.ThreadStart(help.ID, "Dossier", discordgo.ChannelTypeGuildPrivateThread, 60))
	if err := b.ThreadMemberAdd(made.ID, marie.ID); err != nil {
		t.Fatal(err)
	}
	if members := must(b.ThreadMembers(made.ID, 0, false, "")); len(members) != 2 {
		t.Errorf("%d members", len(members))
	}
	if err := b.ThreadMemberRemove(made.ID, marie.ID); err != nil {
		t.Fatal(err)
	}
	thread := help.Threads()[0]
	if _, err := marie.Say(thread, "bonjour"); err == nil {
		t.Error("who was removed wrote")
	}
	if err := b.ThreadLeave(made.ID); err != nil {
		t.Fatal(err)
	}
	thread.Deny(discordtest.ManageThreads)
	if _, err := b.Channel(made.ID); err == nil {
		t.Error("who left a private thread sees it")
	} else if status, code := refusedWith(err); status != 403 || code != 50001 {
		t.Errorf("refused with %d, %d", status, code)
	}
	if status, code := refusedWith(b.ThreadMemberAdd(help.ID, marie.ID)); status != 400 || code != 50024 {
		t.Errorf("a channel that is no thread was refused with %d, %d", status, code)
	}
	for id, want := range map[string]int{"12": 10013, s.User("paul").ID: 10007} {
		thread.Allow(discordtest.ManageThreads)
		if _, code := refusedWith(b.ThreadMemberAdd(made.ID, id)); code != want {
			t.Errorf("refused with %d, want %d", code, want)
		}
	}
}
