package discordtest_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"guichet/connectors/discord/discordtest"
)

func TestTheSameNonceSendsOnce(t *testing.T) {
	t.Parallel()
	clock := discordtest.NewClock()
	s := discordtest.New(t, discordtest.Config{Now: clock.Now})
	help := s.Guild("Marché").Channel("aide")
	path := "/channels/" + help.ID + "/messages"
	_, _, first := call(t, s, "POST", path, `{"content":"un","nonce":"n1","enforce_nonce":true}`)
	_, _, second := call(t, s, "POST", path, `{"content":"un","nonce":"n1","enforce_nonce":true}`)
	if first != second || len(help.Messages()) != 1 {
		t.Errorf("%s and %s", first, second)
	}
	call(t, s, "POST", path, `{"content":"un","nonce":"n1"}`) // not enforced
	clock.Advance(5 * time.Minute)
	call(t, s, "POST", path, `{"content":"un","nonce":"n1","enforce_nonce":true}`) // too long ago
	if n := len(help.Messages()); n != 3 {
		t.Errorf("%d messages", n)
	}
}

func TestTheHistoryIsReadFromAnIdOnwards(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	marie := s.Guild("Marché").Member("marie")
	b := newBot(t, s, least)
	var ids []string
	for i := range 10 {
		ids = append(ids, must(marie.Say(marie.Direct(), fmt.Sprint(i))).ID)
	}
	read := func(limit int, before, after string) string {
		var said []string
		for _, m := range must(b.ChannelMessages(marie.Direct().ID, limit, before, after, "")) {
			said = append(said, m.Content)
		}
		return strings.Join(said, "")
	}
	for want, got := range map[string]string{
		"9876543210": read(0, "", ""),
		"987":        read(3, "", ""),
		"543":        read(3, ids[6], ""),
		"765":        read(3, "", ids[4]),
		"":           read(3, "", ids[9]),
	} {
		if got != want {
			t.Errorf("read %q, want %q", got, want)
		}
	}
	for _, query := range []string{"limit=0", "limit=101", "limit=x", "after=x", "after=1&before=2"} {
		if status, code, _ := call(t, s, "GET", "/channels/"+marie.Direct().ID+"/messages?"+query, ""); status != 400 || code != 50035 {
			t.Errorf("%s was refused with %d, %d", query, status, code)
		}
	}
}

func TestABotEditsAndDeletesWhatItMay(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	market := s.Guild("Marché")
	help, marie := market.Channel("aide"), market.Member("marie")
	b := newBot(t, s, least)
	own := must(b.ChannelMessageSendComplex(help.ID, &discordgo.MessageSend{Content: "un", Components: row("a")}))
	must(b.ChannelMessageEdit(help.ID, own.ID, "deux"))
	if m := help.Messages()[0]; m.Content != "deux" || len(m.Controls()) != 1 || m.EditedTimestamp == nil {
		t.Errorf("edited to %+v", m) // what an edit does not name stays
	}
	if got := must(b.ChannelMessage(help.ID, own.ID)); got.Content != "deux" {
		t.Errorf("got %+v", got)
	}
	theirs := must(marie.Say(help, "mon SIREN"))
	if _, err := b.ChannelMessageEdit(help.ID, theirs.ID, "x"); err == nil {
		t.Error("edited another's message")
	} else if status, code := refusedWith(err); status != 403 || code != 50005 {
		t.Errorf("refused with %d, %d", status, code)
	}
	help.Deny(discordtest.ManageMessages)
	if status, code := refusedWith(b.ChannelMessageDelete(help.ID, theirs.ID)); status != 403 || code != 50013 {
		t.Errorf("refused with %d, %d", status, code)
	}
	help.Allow(discordtest.ManageMessages)
	for _, id := range []string{theirs.ID, own.ID} {
		if err := b.ChannelMessageDelete(help.ID, id); err != nil {
			t.Error(err)
		}
	}
	if status, code := refusedWith(b.ChannelMessageDelete(help.ID, own.ID)); status != 404 || code != 10008 || len(help.Messages()) != 0 {
		t.Errorf("refused with %d, %d", status, code)
	}
	direct := must(marie.Say(marie.Direct(), "bonjour"))
	if status, code := refusedWith(b.ChannelMessageDelete(marie.Direct().ID, direct.ID)); status != 403 || code != 50003 {
		t.Errorf("deleting a user's direct message was refused with %d, %d", status, code)
	}
}

func TestMissingPermissionsAreRefused(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	help := s.Guild("Marché").Channel("aide")
	b := newBot(t, s, least)
	help.Deny(discordtest.SendMessages)
	if _, err := b.ChannelMessageSend(help.ID, "a"); err == nil {
		t.Error("sent")
	} else if status, code := refusedWith(err); status != 403 || code != 50013 {
		t.Errorf("refused with %d, %d", status, code)
	}
	help.Deny(discordtest.ViewChannel)
	if _, err := b.ChannelMessageSend(help.ID, "a"); err == nil {
		t.Error("sent")
	} else if status, code := refusedWith(err); status != 403 || code != 50001 {
		t.Errorf("refused with %d, %d", status, code)
	}
	help.Allow(discordtest.ViewChannel)
	help.Deny(discordtest.ReadMessageHistory)
	if messages := must(b.ChannelMessages(help.ID, 10, "", "", "")); len(messages) != 0 {
		t.Errorf("read %d messages", len(messages))
	}
}

func TestWhoTakesNoDirectMessagesCannotBeWrittenTo(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	b := newBot(t, s, least)
	marie, stranger := s.Guild("Marché").Member("marie"), s.User("inconnu")
	marie.CloseDirect()
	for _, u := range []*discordtest.User{marie, stranger} {
		channel := must(b.UserChannelCreate(u.ID)) // this much succeeds
		if _, err := b.ChannelMessageSend(channel.ID, "a"); err == nil {
			t.Error("sent")
		} else if status, code := refusedWith(err); status != 403 || code != 50007 {
			t.Errorf("refused with %d, %d", status, code)
		}
	}
	marie.OpenDirect()
	must(stranger.Say(stranger.Direct(), "bonjour"))
	for _, u := range []*discordtest.User{marie, stranger} {
		must(b.ChannelMessageSend(u.Direct().ID, "a"))
	}
	if _, err := b.UserChannelCreate("12"); err == nil {
		t.Error("opened")
	} else if status, code := refusedWith(err); status != 400 || code != 50033 {
		t.Errorf("refused with %d, %d", status, code)
	}
}

func TestMentionsPingWhomTheMessageAllows(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	market := s.Guild("Marché")
	help, marie, paul := market.Channel("aide"), market.Member("marie"), market.Member("paul")
	content := "@everyone " + marie.Mention() + " " + paul.Mention() + " <@&7>"
	for allowed, want := range map[string]string{
		`{"parse":[]}`:                   "",
		`{"parse":["users"]}`:            "marie paul",
		`{"parse":["everyone"]}`:         "everyone",
		`{"users":["` + paul.ID + `"]}`:  "paul",
		`{"parse":["roles"],"users":[]}`: "roles",
		`{"parse":null}`:                 "everyone roles marie paul",
		`null`:                           "everyone roles marie paul",
	} {
		path := "/channels/" + help.ID + "/messages"
		call(t, s, "POST", path, fmt.Sprintf(`{"content":%q,"allowed_mentions":%s}`, content, allowed))
		messages := help.Messages()
		m := messages[len(messages)-1]
		var pinged []string
		if m.MentionEveryone {
			pinged = append(pinged, "everyone")
		}
		if len(m.MentionRoles) > 0 {
			pinged = append(pinged, "roles")
		}
		for _, p := range m.Mentions {
			pinged = append(pinged, p.Username)
		}
		if got := strings.Join(pinged, " "); got != want {
			t.Errorf("%s pings %q, want %q", allowed, got, want)
		}
	}
}

func TestFilesGoBothWays(t *testing.T) {
	t.Parallel()
	clock := discordtest.NewClock()
	s := discordtest.New(t, discordtest.Config{Now: clock.Now})
	marie := s.Guild("Marché").Member("marie")
	b := connect(t, s, least)
	photo := discordtest.File{Name: "sinistre n° 1.jpg", ContentType: "image/jpeg", Data: []byte("photo")}
	must(marie.Send(marie.Direct(), discordtest.Draft{Files: []discordtest.File{photo}}))
	heard := next(t, b.heard)
	if a := heard.Attachments[0]; a.Filename != photo.Name || a.Size != 5 || a.ContentType != "image/jpeg" {
		t.Fatalf("attachment %+v", a)
	}
	fetch := func(address string) (int, string) {
		request := must(http.NewRequestWithContext(soon(t), http.MethodGet, address, nil))
		response := must((&http.Client{Transport: s.Transport()}).Do(request))
		defer func() { _ = response.Body.Close() }()
		return response.StatusCode, string(must(io.ReadAll(response.Body)))
	}
	if status, data := fetch(heard.Attachments[0].URL); status != http.StatusOK || data != "photo" {
		t.Errorf("fetched %d %q", status, data)
	}
	sent := must(b.ChannelMessageSendComplex(heard.ChannelID, &discordgo.MessageSend{
		Files: []*discordgo.File{{Name: "attestation.pdf", ContentType: "application/pdf", Reader: strings.NewReader("pdf")}},
	}))
	reply := must(marie.Direct().Next(soon(t)))
	if a := reply.Attachments[0]; a.Filename != "attestation.pdf" || a.ContentType != "application/pdf" || a.ID != sent.Attachments[0].ID {
		t.Errorf("attachment %+v", a)
	}
	if status, data := fetch(reply.Attachments[0].URL); status != http.StatusOK || data != "pdf" {
		t.Errorf("fetched %d %q", status, data)
	}
	clock.Advance(48 * time.Hour)
	if status, _ := fetch(reply.Attachments[0].URL); status != http.StatusNotFound {
		t.Errorf("an old address gave %d", status)
	}
	_, err := b.ChannelFileSend(heard.ChannelID, "grand.bin", bytes.NewReader(make([]byte, 10<<20+1)))
	if status, code := refusedWith(err); status != 413 || code != 40005 {
		t.Errorf("a file of more than 10 MiB was refused with %d, %d", status, code)
	}
	// An edit that lists no attachment removes them all.
	if _, err := b.ChannelMessageEditComplex(&discordgo.MessageEdit{
		Channel: heard.ChannelID, ID: sent.ID, Content: text("sans"), Attachments: &[]*discordgo.MessageAttachment{},
	}); err != nil {
		t.Error(err)
	}
	if m := marie.Direct().Messages()[1]; len(m.Attachments) != 0 || m.Content != "sans" {
		t.Errorf("edited to %+v", m)
	}
}

func TestThreadsHaveMembersAndWakeUp(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	market := s.Guild("Marché")
	help, marie, paul := market.Channel("aide"), market.Member("marie"), market.Member("paul")
	b := newBot(t, s, least)
	threads, changes := make(chan *discordgo.Channel, 10), make(chan *discordgo.Channel, 10)
	b.AddHandler(func(_ *discordgo.Session, c *discordgo.ThreadCreate) { threads <- c.Channel })
	b.AddHandler(func(_ *discordgo.Session, c *discordgo.ThreadUpdate) { changes <- c.Channel })
	b.open(t, s)
	made := must(b.ThreadStart(help.ID, "G-4F7K", discordgo.ChannelTypeGuildPrivateThread, 60))
	if told := next(t, threads); told.ID != made.ID || told.ParentID != help.ID || told.Type != discordgo.ChannelTypeGuildPrivateThread {
		t.Errorf("told of %+v", told)
	}
	if err := b.ThreadMemberAdd(made.ID, marie.ID); err != nil {
		t.Fatal(err)
	}
	thread := help.Threads()[0]
	if got := thread.Thread(); got.Name != "G-4F7K" || got.OwnerID != s.Bot.ID || !slices.Equal(got.Members, []string{s.Bot.ID, marie.ID}) {
		t.Errorf("thread %+v", got)
	}
	must(marie.Say(thread, "bonjour"))
	if heard := next(t, b.heard); heard.ChannelID != made.ID || heard.GuildID != market.ID {
		t.Errorf("heard %+v", heard)
	}
	if _, err := paul.Say(thread, "bonjour"); err == nil {
		t.Error("who is no member wrote in a private thread")
	}
	thread.Archive(false)
	if c := next(t, changes); !c.ThreadMetadata.Archived {
		t.Errorf("told of %+v", c.ThreadMetadata)
	}
	if status, code := refusedWith(b.ThreadMemberAdd(made.ID, paul.ID)); status != 400 || code != 50083 {
		t.Errorf("refused with %d, %d", status, code)
	}
	must(b.ChannelMessageSend(made.ID, "Du nouveau"))
	if c := next(t, changes); c.ThreadMetadata.Archived {
		t.Errorf("told of %+v", c.ThreadMetadata)
	}
	thread.Archive(true)
	next(t, changes)
	thread.Deny(discordtest.ManageThreads)
	if _, err := b.ChannelMessageSend(made.ID, "Encore"); err == nil {
		t.Error("wrote in a locked thread")
	} else if status, code := refusedWith(err); status != 400 || code != 160005 {
		t.Errorf("refused with %d, %d", status, code)
	}
	thread.Allow(discordtest.ManageThreads)
	closed, open := false, true
	if _, err := b.ChannelEditComplex(made.ID, &discordgo.ChannelEdit{Archived: &closed, Locked: &closed, Name: "Clos"}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ChannelEditComplex(made.ID, &discordgo.ChannelEdit{Archived: &open}); err != nil {
		t.Fatal(err)
	}
	if got := thread.Thread(); got.Name != "Clos" || !got.Archived || got.Locked {
		t.Errorf("thread %+v", got)
	}
	// From a message, with the message's id, once.
	said := must(b.ChannelMessageSend(help.ID, "Un dossier"))
	if from := must(b.MessageThreadStart(help.ID, said.ID, "Dossier", 60)); from.ID != said.ID || from.Type != discordgo.ChannelTypeGuildPublicThread {
		t.Errorf("thread %+v", from)
	}
	if _, err := b.MessageThreadStart(help.ID, said.ID, "Dossier", 60); err == nil {
		t.Error("started twice")
	} else if status, code := refusedWith(err); status != 400 || code != 160004 {
		t.Errorf("refused with %d, %d", status, code)
	}
	for _, body := range []string{`{"name":""}`, `{"name":"` + strings.Repeat("x", 101) + `"}`, `{"name":"a","auto_archive_duration":61}`, `{"name":"a","type":10}`} {
		if status, code, _ := call(t, s, "POST", "/channels/"+help.ID+"/threads", body); status != 400 || code != 50035 {
			t.Errorf("%s was refused with %d, %d", body, status, code)
		}
	}
	if started := must(marie.StartThread(help, "privé", true)); started.Thread().OwnerID != marie.ID {
		t.Errorf("thread %+v", started.Thread())
	}
}
