package telegram_test

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guichet/bot"
	"guichet/bot/bottest"
	"guichet/connectors/telegram"
	"guichet/connectors/telegram/telegramtest"
)

// photo is what a message holds for a picture that was uploaded in several sizes, the largest not last.
func (c *counter) photo(name string, data []byte) map[string]any {
	small := c.telegram.Upload(telegramtest.File{Name: "small-" + name, Data: bottest.JPEG(2)})
	large := c.telegram.Upload(telegramtest.File{Name: name, Data: data})
	return map[string]any{"photo": []any{
		map[string]any{"file_id": large, "file_unique_id": "l", "width": 800, "height": 600, "file_size": len(data)},
		map[string]any{"file_id": small, "file_unique_id": "s", "width": 90, "height": 60},
	}}
}

func (c *counter) document(f telegramtest.File) map[string]any {
	size := f.Size
	if size == 0 {
		size = int64(len(f.Data))
	}
	return map[string]any{"document": map[string]any{"file_id": c.telegram.Upload(f), "file_unique_id": "d", "file_name": f.Name, "file_size": size}}
}

func with(content map[string]any, name string, value any) map[string]any {
	content[name] = value
	return content
}

// transcript is a person's conversation.
func (c *counter) transcript(person int64) []bot.Message {
	c.t.Helper()
	all, err := c.db.Transcript(c.t.Context(), bot.Telegram, fmt.Sprint(person), 0)
	if err != nil {
		c.t.Fatal(err)
	}
	return all
}

func (c *counter) content(a bot.Attachment) []byte {
	c.t.Helper()
	f, err := c.files.Open(c.t.Context(), a.ID)
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		c.t.Fatal(err)
	}
	return data
}

func TestAPhotoIsKeptAndGoesWithTheRequest(t *testing.T) {
	c := newCounter(t)
	c.start(c.db)
	picture := bottest.JPEG(300)
	c.telegram.Send(ana, c.photo("p.jpg", picture))
	wants(t, c.said(ana, 1)[0].Text, "J’ai bien reçu votre fichier", "De quoi s’agit-il", "assistant automatique")
	c.press(ana, "Déclarer un sinistre")
	wants(t, c.said(ana, 2)[1].Text, "déclaration de sinistre")
	c.telegram.Send(ana, with(c.document(telegramtest.File{Name: "constat.pdf", Data: bottest.PDF("x")}), "caption", "On m’a volé ma caisse hier soir sur le marché de Cavaillon"))
	wants(t, c.said(ana, 3)[2].Text, "J’ai bien reçu votre fichier", "numéro d’attestation")
	all := c.transcript(ana)
	first, last := all[0], all[4]
	if len(first.Attachments) != 1 || first.Attachments[0].Type != "image/jpeg" || first.Text != "" || !bytes.Equal(c.content(first.Attachments[0]), picture) {
		t.Errorf("the photo is kept as %+v", first)
	}
	if len(last.Attachments) != 1 || last.Attachments[0].Name != "constat.pdf" || !strings.Contains(last.Text, "Cavaillon") {
		t.Errorf("the document is kept as %+v", last)
	}
	if strings.Contains(c.log.String(), "Cavaillon") {
		t.Error("a caption stands in the log")
	}
}

func TestAnAlbumIsAnsweredOnce(t *testing.T) {
	c := newCounter(t)
	c.start(c.db)
	for i := range 4 {
		c.telegram.Send(ana, with(c.photo(fmt.Sprint(i, ".jpg"), bottest.JPEG(10+i)), "media_group_id", "1355"))
	}
	c.settled()
	c.said(ana, 1)
	kept := 0
	for _, m := range c.transcript(ana) {
		kept += len(m.Attachments)
	}
	if kept != 4 {
		t.Errorf("%d photos are kept", kept)
	}
}

func TestWhatIsNotTakenIsDeclinedAndItsWordsAreKept(t *testing.T) {
	c := newCounter(t)
	c.start(c.db)
	large := telegramtest.File{Name: "film.pdf", Data: bottest.PDF("x"), Size: 21 << 20}
	lies := telegramtest.File{Name: "lies.pdf", Data: append(bottest.PDF("x"), make([]byte, 20<<20)...), Size: 1000}
	for i, sent := range []struct {
		content map[string]any
		says    string
	}{
		{c.document(telegramtest.File{Name: "page.pdf", Data: []byte("<html>")}), "une image (PNG, JPEG, WebP, HEIC) ou un PDF"},
		{c.document(large), "que 20 Mo"},
		{c.document(lies), "que 20 Mo"},
		{map[string]any{"document": map[string]any{"file_id": c.telegram.Upload(large)}}, "que 20 Mo"}, // its size is not said
	} {
		c.telegram.Send(ana, with(sent.content, "caption", "ma carte 4111 1111 1111 1111, gardez-la"))
		wants(t, c.said(ana, i+1)[i].Text, sent.says)
	}
	for _, m := range c.transcript(ana) {
		if len(m.Attachments) != 0 || strings.Contains(m.Text, "4111") || m.From == bot.FromCustomer && !strings.Contains(m.Text, "gardez-la") {
			t.Errorf("kept: %+v", m)
		}
	}
	if n := c.telegram.Calls("file"); n != 2 {
		t.Errorf("%d files were fetched: one whose size is said to be too large need not be", n)
	}
	var left []string
	if err := c.files.Each(t.Context(), time.Now().Add(time.Hour), func(ids []string) error { left = append(left, ids...); return nil }); err != nil || left != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestAFileThatDoesNotComeIsFetchedAgainAndThenGivenUp(t *testing.T) {
	c := newCounter(t)
	c.start(c.db)
	var tries atomic.Int32
	c.telegram.Trouble(func(call telegramtest.Call) *telegramtest.Failure {
		if call.Method != "file" && call.Method != "getFile" {
			return nil
		}
		switch tries.Add(1) {
		case 1, 3:
			return &telegramtest.Failure{Code: 502, Body: "<html>Bad Gateway</html>"}
		case 5, 7:
			return &telegramtest.Failure{Cut: true}
		}
		return nil
	})
	picture := bottest.JPEG(500)
	c.telegram.Send(ana, c.photo("p.jpg", picture))
	c.telegram.Write(ana, "comment obtenir un kbis ?")
	said := c.said(ana, 2)
	wants(t, said[0].Text, "De quoi s’agit-il")
	wants(t, said[1].Text, "Infogreffe")
	if kept := c.transcript(ana)[0].Attachments; len(kept) != 1 || !bytes.Equal(c.content(kept[0]), picture) {
		t.Errorf("kept: %+v", kept)
	}
	// Gone at Telegram's: its person is told, and the chat goes on.
	c.telegram.Trouble(nil)
	before := c.telegram.Calls("getFile")
	c.telegram.Send(ana, map[string]any{"document": map[string]any{"file_id": "nowhere", "file_name": "a.pdf"}})
	c.telegram.Write(ana, "merci")
	wants(t, c.said(ana, 4)[2].Text, "n’a pas pu être traité")
	if n := c.telegram.Calls("getFile") - before; n != telegram.UpdateTries {
		t.Errorf("it was asked for %d times", n)
	}
	// One that Telegram has failed to give for long counts too, so that the chat does not wait for ever.
	c.telegram.Trouble(func(call telegramtest.Call) *telegramtest.Failure {
		if call.Method == "file" {
			return &telegramtest.Failure{Code: 500, Description: "Internal Server Error"}
		}
		return nil
	})
	c.telegram.Send(ana, with(c.photo("q.jpg", picture), "date", time.Now().Add(-time.Hour).Unix()))
	wants(t, c.said(ana, 5)[4].Text, "n’a pas pu être traité")
}

func TestAFileInAGroupIsDeclinedAndNotFetched(t *testing.T) {
	c := newCounter(t)
	const group = -1002
	c.telegram.Group(group, "Marchands", false)
	c.start(c.db)
	c.telegram.WriteIn(group, ana, "/aide", 0)
	help := c.said(group, 1)[0]
	message := func(caption string, replyTo int64) map[string]any {
		m := c.photo("p.jpg", bottest.JPEG(20))
		m["message_id"], m["date"], m["caption"] = 900+replyTo, time.Now().Unix(), caption
		m["chat"] = map[string]any{"id": group, "type": "supergroup"}
		m["from"] = map[string]any{"id": ana, "is_bot": false}
		if replyTo != 0 {
			m["reply_to_message"] = map[string]any{"message_id": replyTo, "from": map[string]any{"id": telegramtest.BotID, "is_bot": true}, "chat": m["chat"]}
		}
		return m
	}
	c.telegram.Deliver("message", message("entre nous", 0))
	c.telegram.Deliver("message", message("", help.ID))
	wants(t, c.said(group, 2)[1].Text, "Pour m’envoyer un fichier, écrivez-moi en privé", "https://t.me/"+telegramtest.BotUsername)
	c.settled()
	c.said(group, 2)
	if n := c.telegram.Calls("getFile"); n != 0 {
		t.Errorf("%d files were fetched", n)
	}
}

// put keeps a file as the desk does.
func (c *counter) put(name string, data []byte) bot.Attachment {
	c.t.Helper()
	a, err := c.files.Put(c.t.Context(), name, bytes.NewReader(data))
	if err != nil {
		c.t.Fatal(err)
	}
	return a
}

func (c *counter) replyWith(reference, text string, files ...bot.Attachment) {
	c.t.Helper()
	if err := c.db.ReplyTicket(c.t.Context(), reference, ines, bot.AgentReply{Text: text, Attachments: files}); err != nil {
		c.t.Fatal(err)
	}
}

func TestAnAgentsFilesArriveBehindTheirWordsInOrder(t *testing.T) {
	c := newCounter(t)
	c.telegram.Open(ana)
	reference := c.ticketOf(ana)
	document, picture := c.put("Attestation été.pdf", bottest.PDF("corrigée")), c.put("plan.png", bottest.PNG(30))
	wide := c.put("frise.png", bottest.PNG(5001)) // too wide for a photo
	c.replyWith(reference, "Voici.", document, picture, wide)
	c.replyWith(reference, "", document)
	c.replyWith(reference, "Bonne journée.")
	var n atomic.Int32
	c.telegram.Trouble(func(call telegramtest.Call) *telegramtest.Failure {
		if call.Method == "sendDocument" && n.Add(1) == 1 {
			return &telegramtest.Failure{Code: 429, RetryAfter: 1}
		}
		return nil
	})
	c.start(c.db)
	var got []string
	for _, m := range c.said(ana, 7) {
		switch {
		case m.File == nil:
			got = append(got, m.Text)
		case m.Photo:
			got = append(got, "photo "+fmt.Sprint(len(m.File.Data) == int(picture.Size)))
		default:
			got = append(got, "document "+m.File.Name)
		}
	}
	want := []string{"Inès\n\nVoici.", "document Attestation été.pdf", "photo true", "document frise.png", "Inès", "document Attestation été.pdf", "Inès\n\nBonne journée."}
	if !slices.Equal(got, want) {
		t.Errorf("arrived:\n%q\nwant\n%q", got, want)
	}
	if data := c.telegram.Said(ana)[1].File.Data; !bytes.Equal(data, bottest.PDF("corrigée")) {
		t.Errorf("the document arrived as %q", data)
	}
	c.settled()
	if got := c.undelivered(reference); got != nil {
		t.Errorf("the ticket says %q", got)
	}
}

func TestAFileThatIsGoneStandsOnTheTicketAndDoesNotHoldUpTheNext(t *testing.T) {
	c := newCounter(t)
	c.telegram.Open(ana)
	reference := c.ticketOf(ana)
	gone := c.put("a.pdf", bottest.PDF("x"))
	if err := c.files.Delete(t.Context(), gone.ID); err != nil {
		t.Fatal(err)
	}
	c.replyWith(reference, "Voici.", gone)
	c.replyWith(reference, "Encore.")
	c.start(c.db)
	if got := texts(c.said(ana, 2)); !slices.Equal(got, []string{"Voici.", "Encore."}) {
		t.Errorf("said %q", got)
	}
	c.settled()
	if got := c.undelivered(reference); !slices.Equal(got, []string{bot.ReasonRefused}) {
		t.Errorf("the ticket says %q", got)
	}
}

func TestMarkupThatTelegramDoesNotUnderstandLeavesAsPlainWords(t *testing.T) {
	c := newCounter(t)
	c.telegram.Open(ana)
	reference := c.ticketOf(ana)
	c.telegram.Trouble(sending(func(call telegramtest.Call) *telegramtest.Failure {
		if call.Fields["parse_mode"] != "" && strings.Contains(call.Fields["text"], "étrange") {
			return &telegramtest.Failure{Code: 400, Description: "Bad Request: can't parse entities: Unsupported start tag \"étrange\" at byte offset 7"}
		}
		return nil
	}))
	c.reply(reference, "Un **mot** étrange & [un lien](https://exemple.fr) : 1 < 2", "suite")
	c.start(c.db)
	if got := texts(c.said(ana, 2)); !slices.Equal(got, []string{"Un mot étrange & un lien : 1 < 2", "suite"}) {
		t.Errorf("said %q", got)
	}
	if c.telegram.Said(ana)[0].HTML != "" {
		t.Error("it was sent with markup after all")
	}
	if got := c.undelivered(reference); got != nil {
		t.Errorf("the ticket says %q", got)
	}
	c.telegram.Trouble(sending(func(telegramtest.Call) *telegramtest.Failure {
		return &telegramtest.Failure{Code: 400, Description: "Bad Request: can't parse entities: no"}
	}))
	before := c.telegram.Calls("sendMessage")
	c.reply(reference, "jamais")
	c.settled()
	if n := c.telegram.Calls("sendMessage") - before; n != 2 {
		t.Errorf("a message refused as plain words too was sent %d times", n)
	}
	if got := c.undelivered(reference); !slices.Equal(got, []string{bot.ReasonRefused}) {
		t.Errorf("the ticket says %q", got)
	}
	if strings.Contains(c.log.String(), "étrange") {
		t.Error("the message stands in the log")
	}
}

func TestWhoUnblocksTheBotGetsWhatWasMissed(t *testing.T) {
	c := newCounter(t)
	c.telegram.Open(ana)
	reference := c.ticketOf(ana)
	c.telegram.Block(ana)
	c.reply(reference, "un", "deux", "trois")
	c.start(c.db)
	c.settled()
	file, err := c.db.Ticket(t.Context(), reference)
	if err != nil {
		t.Fatal(err)
	}
	missed := file.Events[len(file.Events)-1]
	if missed.Kind != "undelivered" {
		t.Fatalf("the last event is %+v", missed)
	}
	c.telegram.Write(ana, "je vous ai débloqué")
	c.settled()
	if err := c.db.Redeliver(t.Context(), reference, ines, missed.Seq); err != nil {
		t.Fatal(err)
	}
	if got := texts(c.said(ana, 3)); !slices.Equal(got, []string{"un", "deux", "trois"}) {
		t.Errorf("said %q", got)
	}
}
