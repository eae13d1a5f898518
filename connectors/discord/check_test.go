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
	findings := discord.Check(t.Context(), token, c.discord.URL, "", false)
	for _, want := range []string{"the commands are not registered: guichet serve does it"} {
		if !says(findings, false, want) {
			t.Errorf("no %q in %+v", want, findings)
		}
	}
	c.listening()
	findings = discord.Check(t.Context(), token, c.discord.URL, "", true)
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
	findings := discord.Check(t.Context(), token, c.discord.URL, cases.ID, false)
	if !says(findings, false, "the intent Message Content is off") || !says(findings, true, "the channel for cases is #demandes") {
		t.Errorf("%+v", findings)
	}
	findings = discord.Check(t.Context(), token, c.discord.URL, "123456789012345678", false)
	if !says(findings, false, "the channel for cases cannot be read") {
		t.Errorf("%+v", findings)
	}
	other := newSerialCounter(t, func(o *discordtest.Config) { o.Privileged = discordtest.MessageContent })
	findings = discord.Check(t.Context(), token, other.discord.URL, "", false)
	if !says(findings, true, "on and not needed") {
		t.Errorf("%+v", findings)
	}
}

func TestCheckInvitesABotThatIsInNoServer(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{Token: token})
	findings := discord.Check(t.Context(), token, s.URL, "", false)
	if !says(findings, true, "invite it with https://discord.com/oauth2/authorize?client_id="+s.AppID) {
		t.Errorf("%+v", findings)
	}
}

func TestCheckSaysWhatIsWrongWithATokenOrTheServer(t *testing.T) {
	t.Parallel()
	s := discordtest.NewServer(discordtest.Config{Token: token})
	for given, words := range map[discord.Secret]string{"other": "does not know this token", "a b": "malformed"} {
		findings := discord.Check(t.Context(), given, s.URL, "", false)
		if len(findings) != 1 || !says(findings, false, words) {
			t.Errorf("%+v", findings)
		}
	}
	s.Close()
	for api, words := range map[string]string{s.URL: "does not answer", "ftp://x": "no web address"} {
		findings := discord.Check(t.Context(), token, api, "", false)
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
		"no web address":      func(o *discord.Options) { o.API = "discord.com" },
	} {
		o := c.options(c.db, bot.NewChanges(c.db))
		change(&o)
		if _, err := discord.New(o); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%q: %v", words, err)
		}
	}
}
