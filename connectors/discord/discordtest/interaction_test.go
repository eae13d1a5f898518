package discordtest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"guichet/connectors/discord/discordtest"
)

// question is a slash command with one required text.
var question = []*discordgo.ApplicationCommand{{
	Name: "question", Description: "Posez votre question", Options: []*discordgo.ApplicationCommandOption{
		{Type: discordgo.ApplicationCommandOptionString, Name: "texte", Description: "Votre question", Required: true},
	},
}}

func respond(kind discordgo.InteractionResponseType, data *discordgo.InteractionResponseData) *discordgo.InteractionResponse {
	return &discordgo.InteractionResponse{Type: kind, Data: data}
}

// asked is a bot with the command, and a member who has run it in a guild.
func asked(t *testing.T, c discordtest.Config) (*discordtest.Server, *bot, *discordtest.User, *discordtest.Interaction) {
	t.Helper()
	s := discordtest.New(t, c)
	market := s.Guild("Marché")
	marie, help := market.Member("marie"), market.Channel("aide")
	b := connect(t, s, least)
	must(b.ApplicationCommandBulkOverwrite(s.AppID, "", question))
	return s, b, marie, must(marie.Command(help, "question", map[string]any{"texte": "Où est mon attestation ?"}))
}

func TestACommandIsDeferredThenAnsweredForOneUserOnly(t *testing.T) {
	t.Parallel()
	s, b, marie, run := asked(t, discordtest.Config{})
	i := next(t, b.pressed)
	data := i.ApplicationCommandData()
	if data.Name != "question" || data.Options[0].StringValue() != "Où est mon attestation ?" || i.Member.User.ID != marie.ID || i.AppID != s.AppID {
		t.Fatalf("interaction %+v", i)
	}
	later := respond(discordgo.InteractionResponseDeferredChannelMessageWithSource, &discordgo.InteractionResponseData{Flags: discordgo.MessageFlagsEphemeral})
	if err := b.InteractionRespond(i, later); err != nil {
		t.Fatal(err)
	}
	if answer := must(run.Answer(soon(t))); answer.Type != 5 || answer.Message.Flags != discordtest.Ephemeral|discordtest.Loading {
		t.Fatalf("answer %+v", answer)
	}
	must(b.InteractionResponseEdit(i, &discordgo.WebhookEdit{Content: text("La voici.")}))
	reply := must(run.Reply(soon(t)))
	if reply.Content != "La voici." || reply.Flags != discordtest.Ephemeral {
		t.Errorf("reply %+v", reply)
	}
	must(b.FollowupMessageCreate(i, true, &discordgo.WebhookParams{Content: "Autre chose ?"}))
	if more := run.FollowUps(); len(more) != 1 || more[0].Content != "Autre chose ?" {
		t.Errorf("follow-ups %+v", more)
	}
	if messages := must(b.ChannelMessages(i.ChannelID, 10, "", "", "")); len(messages) != 1 { // the follow-up
		t.Errorf("%d messages are for everybody", len(messages))
	}
	if _, code := refusedWith(b.ChannelMessageDelete(i.ChannelID, reply.ID)); code != 10008 {
		t.Errorf("an ephemeral message was reached by its channel: %d", code)
	}
	if err := b.InteractionResponseDelete(i); err != nil {
		t.Error(err)
	}
	if _, err := b.InteractionResponse(i); err == nil {
		t.Error("a deleted answer is still there")
	}
}

func TestAFollowUpToADeferredAnswerIsTheAnswer(t *testing.T) {
	t.Parallel()
	_, b, _, run := asked(t, discordtest.Config{})
	i := next(t, b.pressed)
	if err := b.InteractionRespond(i, respond(discordgo.InteractionResponseDeferredChannelMessageWithSource, nil)); err != nil {
		t.Fatal(err)
	}
	must(b.FollowupMessageCreate(i, true, &discordgo.WebhookParams{Content: "Voici.", Flags: discordgo.MessageFlagsEphemeral}))
	reply := must(run.Reply(soon(t)))
	if reply.Content != "Voici." || reply.Flags != 0 || len(run.FollowUps()) != 0 {
		t.Errorf("reply %+v, %d follow-ups", reply, len(run.FollowUps()))
	}
}

func TestAnAnswerComesInThreeSecondsOnceAndWithItsToken(t *testing.T) {
	t.Parallel()
	clock := discordtest.NewClock()
	s, b, marie, run := asked(t, discordtest.Config{Now: clock.Now})
	i := next(t, b.pressed)
	message := respond(discordgo.InteractionResponseChannelMessageWithSource, &discordgo.InteractionResponseData{Content: "Oui."})
	if _, err := b.FollowupMessageCreate(i, true, &discordgo.WebhookParams{Content: "Trop tôt"}); err == nil {
		t.Error("a follow-up before the answer")
	} else if status, code := refusedWith(err); status != 404 || code != 10015 {
		t.Errorf("refused with %d, %d", status, code)
	}
	other := *i
	other.Token = "other"
	if status, code := refusedWith(b.InteractionRespond(&other, message)); status != 401 || code != 50027 {
		t.Errorf("a wrong token was refused with %d, %d", status, code)
	}
	other.ID = "12"
	if status, code := refusedWith(b.InteractionRespond(&other, message)); status != 404 || code != 10062 {
		t.Errorf("a wrong id was refused with %d, %d", status, code)
	}
	clock.Advance(discordtest.AnswerWithin)
	if run.Failed() {
		t.Error("failed before its time")
	}
	if err := b.InteractionRespond(i, message); err != nil {
		t.Fatalf("in time, but %v", err)
	}
	if status, code := refusedWith(b.InteractionRespond(i, message)); status != 400 || code != 40060 {
		t.Errorf("a second answer was refused with %d, %d", status, code)
	}
	clock.Advance(discordtest.TokenLife - discordtest.AnswerWithin)
	must(b.InteractionResponseEdit(i, &discordgo.WebhookEdit{Content: text("Encore.")}))
	clock.Advance(time.Millisecond)
	if _, err := b.InteractionResponseEdit(i, &discordgo.WebhookEdit{Content: text("Non.")}); err == nil {
		t.Error("edited after fifteen minutes")
	} else if status, code := refusedWith(err); status != 401 || code != 50027 {
		t.Errorf("refused with %d, %d", status, code)
	}

	second := must(marie.Command(marie.Direct(), "question", map[string]any{"texte": "Et ?"}))
	i = next(t, b.pressed)
	if i.User.ID != marie.ID || i.Member != nil || i.GuildID != "" {
		t.Errorf("interaction %+v", i)
	}
	clock.Advance(discordtest.AnswerWithin + time.Millisecond)
	if status, code := refusedWith(b.InteractionRespond(i, message)); status != 404 || code != 10062 || !second.Failed() {
		t.Errorf("a late answer was refused with %d, %d", status, code)
	}
	if s.Counts().Codes[10062] != 2 {
		t.Errorf("codes %v", s.Counts().Codes)
	}
}

func TestAButtonWorksAfterTheBotWasStartedAgain(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	marie := s.Guild("Marché").Member("marie")
	first := newBot(t, s, least)
	first.start(t, s)
	channel := must(first.UserChannelCreate(marie.ID))
	must(first.ChannelMessageSendComplex(channel.ID, &discordgo.MessageSend{Content: "Qui ?", Components: row("v1:micro", "v1:alma")}))
	asked := must(marie.Direct().Next(soon(t)))
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := connect(t, s, least)
	press := must(marie.Press(asked, "v1:alma"))
	i := next(t, second.pressed)
	if i.MessageComponentData().CustomID != "v1:alma" || i.Message.ID != asked.ID || i.User.ID != marie.ID {
		t.Fatalf("interaction %+v", i)
	}
	// The message is changed in place, and its buttons are gone.
	update := respond(discordgo.InteractionResponseUpdateMessage, &discordgo.InteractionResponseData{Content: "Alma."})
	if err := second.InteractionRespond(i, update); err != nil {
		t.Fatal(err)
	}
	reply := must(press.Reply(soon(t)))
	if reply.ID != asked.ID || reply.Content != "Alma." || len(reply.Controls()) != 0 {
		t.Errorf("reply %+v", reply)
	}
	if _, err := marie.Press(asked, "v1:alma"); err == nil {
		t.Error("a button that is gone was pressed")
	}
}

func TestAChoiceInAMenuIsPutOffAndItsMessageEdited(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	market := s.Guild("Marché")
	help, marie := market.Channel("aide"), market.Member("marie")
	b := connect(t, s, least)
	menu := discordgo.SelectMenu{MenuType: discordgo.StringSelectMenu, CustomID: "menu", Options: []discordgo.SelectMenuOption{
		{Label: "Un", Value: "1"}, {Label: "Deux", Value: "2"},
	}}
	must(b.ChannelMessageSendComplex(help.ID, &discordgo.MessageSend{
		Content: "Lequel ?", Components: []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{menu}}},
	}))
	asked := must(help.Next(soon(t)))
	for _, values := range [][]string{{}, {"3"}, {"1", "2"}} {
		if _, err := marie.Choose(asked, "menu", values...); err == nil {
			t.Errorf("chose %v", values)
		}
	}
	if _, err := marie.Press(asked, "menu"); err == nil {
		t.Error("pressed a menu")
	}
	chosen := must(marie.Choose(asked, "menu", "2"))
	i := next(t, b.pressed)
	if got := i.MessageComponentData().Values; len(got) != 1 || got[0] != "2" {
		t.Fatalf("values %v", got)
	}
	if err := b.InteractionRespond(i, respond(discordgo.InteractionResponseDeferredMessageUpdate, nil)); err != nil {
		t.Fatal(err)
	}
	must(b.InteractionResponseEdit(i, &discordgo.WebhookEdit{Content: text("Deux."), Components: &[]discordgo.MessageComponent{}}))
	if reply := must(chosen.Reply(soon(t))); reply.ID != asked.ID {
		t.Errorf("reply %+v", reply)
	}
	if now := help.Messages(); now[0].Content != "Deux." || len(now[0].Controls()) != 0 || now[0].EditedTimestamp == nil {
		t.Errorf("messages %+v", now)
	}
}

func TestOneUserDoesNotPressAnothersEphemeralButton(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	market := s.Guild("Marché")
	marie, paul, help := market.Member("marie"), market.Member("paul"), market.Channel("aide")
	b := connect(t, s, least)
	must(b.ApplicationCommandBulkOverwrite(s.AppID, "", question))
	run := must(marie.Command(help, "question", map[string]any{"texte": "Et moi ?"}))
	err := b.InteractionRespond(next(t, b.pressed), respond(discordgo.InteractionResponseChannelMessageWithSource,
		&discordgo.InteractionResponseData{Content: "Pour vous.", Components: row("oui"), Flags: discordgo.MessageFlagsEphemeral}))
	if err != nil {
		t.Fatal(err)
	}
	reply := must(run.Reply(soon(t)))
	if _, err := paul.Press(reply, "oui"); err == nil {
		t.Error("another pressed it")
	}
	must(marie.Press(reply, "oui"))
	if i := next(t, b.pressed); i.Message.ID != reply.ID || i.Message.Flags != discordgo.MessageFlagsEphemeral {
		t.Errorf("interaction %+v", i)
	}
}

func TestAnAnswerOfTheWrongTypeIsRefusedAndMayBeGivenAgain(t *testing.T) {
	t.Parallel()
	_, b, _, run := asked(t, discordtest.Config{})
	i := next(t, b.pressed)
	for _, kind := range []discordgo.InteractionResponseType{1, 6, 7, 8, 11} {
		if status, code := refusedWith(b.InteractionRespond(i, respond(kind, nil))); status != 400 || code != 50035 {
			t.Errorf("type %d was refused with %d, %d", kind, status, code)
		}
	}
	empty := respond(discordgo.InteractionResponseChannelMessageWithSource, &discordgo.InteractionResponseData{})
	if status, code := refusedWith(b.InteractionRespond(i, empty)); status != 400 || code != 50006 {
		t.Errorf("an answer of nothing was refused with %d, %d", status, code)
	}
	full := respond(discordgo.InteractionResponseChannelMessageWithSource, &discordgo.InteractionResponseData{Content: "Oui."})
	if err := b.InteractionRespond(i, full); err != nil {
		t.Error(err)
	}
	if reply := must(run.Reply(soon(t))); reply.Content != "Oui." {
		t.Errorf("reply %+v", reply)
	}
}

func TestAnAnswerMayBeAskedBackAndIsSeenByItsUserOnly(t *testing.T) {
	t.Parallel()
	s, b, marie, run := asked(t, discordtest.Config{})
	i := next(t, b.pressed)
	status, _, answer := call(t, s, "POST", "/interactions/"+i.ID+"/"+i.Token+"/callback?with_response=true",
		`{"type":4,"data":{"content":"Pour vous.","flags":64}}`)
	reply := must(run.Reply(soon(t)))
	if status != 200 || !strings.Contains(answer, `"response_message_id":"`+reply.ID+`"`) || !strings.Contains(answer, `"response_message_ephemeral":true`) {
		t.Errorf("status %d, %s", status, answer)
	}
	must(b.InteractionResponse(i))
	if c, paul := must(b.Channel(i.ChannelID)), s.User("paul"); c.ID != reply.ChannelID || len(marie.Sees(reply.Channel())) != 1 || len(paul.Sees(reply.Channel())) != 0 {
		t.Error("seen by others")
	}
	for _, path := range []string{"/webhooks/12/" + i.Token + "/messages/@original", "/webhooks/" + s.AppID + "/other/messages/@original"} {
		if status, _, _ := call(t, s, "GET", path, ""); status != 404 && status != 401 {
			t.Errorf("%s gave %d", path, status)
		}
	}
}
