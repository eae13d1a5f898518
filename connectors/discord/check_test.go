package discord_test

import (
	"strings"
	"testing"

	"guichet/bot"
	"guichet/connectors/discord"
	"guichet/connectors/discord/discordtest"
)

func says(findings []discord.Finding, ok bool, words string) bool {
	for _, f := range findings {
		if f.OK == ok && strings.Contains(f.Says, words) {
			return true
		}
	}
	return false
}

func TestCheckSaysWhatIsMissingAndThenThatAllIsWell(t *testing.T) {
	c := newCounter(t)
	findings := discord.Check(t.Context(), token, c.discord.URL, discord.Uses{})
	for _, want := range []string{"the commands are not registered: guichet serve does it"} {
		if !says(findings, false, want) {
			t.Errorf("no %q in %+v", want, findings)
		}
	}
	c.listening()
	findings = discord.Check(t.Context(), token, c.discord.URL, discord.Uses{Delete: true})
	for _, want := range []string{"the token is that of guichet", "7 commands", "no privileged intent", "connections are left today", `in the server "Marché" the bot may do what it needs`} {
		if !says(findings, true, want) {
			t.Errorf("no %q in %+v", want, findings)
		}
	}
	for _, f := range findings {
		if !f.OK {
			t.Errorf("wrong: %s", f.Says)
		}
	}
}

func TestCheckLooksAtTheChannelForCases(t *testing.T) {
	c := newCounter(t)
	cases := c.guild.Channel("demandes")
	findings := discord.Check(t.Context(), token, c.discord.URL, discord.Uses{Cases: cases.ID})
	if !says(findings, false, "the intent Message Content is off") || !says(findings, true, "the channel for cases is #demandes") {
		t.Errorf("%+v", findings)
	}
	findings = discord.Check(t.Context(), token, c.discord.URL, discord.Uses{Cases: "123456789012345678"})
	if !says(findings, false, "the channel for cases cannot be read") {
		t.Errorf("%+v", findings)
	}
	other := newSerialCounter(t, func(o *discordtest.Config) { o.Privileged = discordtest.MessageContent })
	findings = discord.Check(t.Context(), token, other.discord.URL, discord.Uses{})
	if !says(findings, true, "on and not needed") {
		t.Errorf("%+v", findings)
	}
}

func TestCheckInvitesABotThatIsInNoServer(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{Token: token})
	findings := discord.Check(t.Context(), token, s.URL, discord.Uses{})
	if !says(findings, true, "invite it with https://discord.com/oauth2/authorize?client_id="+s.AppID) {
		t.Errorf("%+v", findings)
	}
}

func TestCheckSaysWhatIsWrongWithATokenOrTheServer(t *testing.T) {
	t.Parallel()
	s := discordtest.NewServer(discordtest.Config{Token: token})
	for given, words := range map[discord.Secret]string{"other": "does not know this token", "a b": "malformed"} {
		findings := discord.Check(t.Context(), given, s.URL, discord.Uses{})
		if len(findings) != 1 || !says(findings, false, words) {
			t.Errorf("%+v", findings)
		}
	}
	s.Close()
	for api, words := range map[string]string{s.URL: "does not answer", "ftp://x": "no web address"} {
		findings := discord.Check(t.Context(), token, api, discord.Uses{})
		if len(findings) != 1 || !says(findings, false, words) || strings.Contains(findings[0].Says, token) {
			t.Errorf("%+v", findings)
		}
	}
}

func TestNewRefusesOptionsThatCannotWork(t *testing.T) {
	c := newCounter(t)
	for words, change := range map[string]func(*discord.Options){
		"no token":            func(o *discord.Options) { o.Token = "" },
		"does not answer for": func(o *discord.Options) { o.Site.ID = "other" },
		"are required":        func(o *discord.Options) { o.Store = nil },
		"no channel's id":     func(o *discord.Options) { o.Cases = "#demandes" },
		"channel of the agents is no channel's id": func(o *discord.Options) { o.Staff = "#équipe" },
		"where customers are":                      func(o *discord.Options) { o.Staff, o.Cases = "12345678901234567", "12345678901234567" },
		"no web address":                           func(o *discord.Options) { o.API = "discord.com" },
	} {
		o := c.options(c.db, bot.NewChanges(c.db))
		change(&o)
		if _, err := discord.New(o); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%q: %v", words, err)
		}
	}
}

func TestCheckLooksAtTheStaffChannel(t *testing.T) {
	c := newCounter(t)
	channel := c.guild.Channel("équipe")
	uses := discord.Uses{Staff: channel.ID}
	check := func() []discord.Finding { return discord.Check(t.Context(), token, c.discord.URL, uses) }
	findings := check()
	if !says(findings, false, "the threads of the agents need it. Switch it on in the developer portal") ||
		!says(findings, false, "every member of the server can read the staff channel, #équipe") {
		t.Errorf("%+v", findings)
	}
	channel.Only()
	channel.Deny(discordtest.ManageThreads | discordtest.AddReactions)
	if findings := check(); !says(findings, false, "in the staff channel, #équipe, the bot lacks Manage Threads, Add Reactions") {
		t.Errorf("%+v", findings)
	}
	channel.Allow(discordtest.ManageThreads | discordtest.AddReactions)
	if findings := check(); !says(findings, true, "the staff channel is #équipe, members do not see it") {
		t.Errorf("%+v", findings)
	}
	channel.Deny(discordtest.ViewChannel)
	if findings := check(); !says(findings, false, "the staff channel cannot be read: check its id, and add the bot") {
		t.Errorf("%+v", findings)
	}
	forum := c.guild.Forum("tickets")
	forum.Only()
	uses.Staff = forum.ID
	if findings := check(); !says(findings, true, "the staff channel is #tickets") {
		t.Errorf("%+v", findings)
	}
	forum.Deny(discordtest.SendMessages)
	if findings := check(); !says(findings, false, "the bot lacks Create Posts") {
		t.Errorf("%+v", findings)
	}
	open := newSerialCounter(t, withContent)
	uses.Staff = open.guild.Channel("x").ID
	if findings := discord.Check(t.Context(), token, open.discord.URL, uses); !says(findings, true, "is on, for the threads of the agents") {
		t.Errorf("%+v", findings)
	}
}
