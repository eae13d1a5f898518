package discord_test

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
	"guichet/connectors/discord"
	"guichet/connectors/discord/discordtest"
)

func picture(name string, side int) discordtest.File {
	return discordtest.File{Name: name, ContentType: "image/jpeg", Data: bottest.JPEG(side)}
}

func document(name string, data []byte) discordtest.File {
	return discordtest.File{Name: name, ContentType: "application/pdf", Data: data}
}

// sends has a person send files with words.
func sends(person *discordtest.User, channel *discordtest.Channel, text string, files ...discordtest.File) discordtest.Message {
	return must(person.Send(channel, discordtest.Draft{Content: text, Files: files}))
}

// content is a file as it is kept.
func (c *counter) content(a bot.Attachment) []byte {
	c.t.Helper()
	f, err := c.files.Open(c.t.Context(), a.ID)
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close()
	return must(io.ReadAll(f))
}

func (c *counter) transcript(channel, key string) []bot.Message {
	c.t.Helper()
	return must(c.db.Transcript(c.t.Context(), channel, key, 0))
}

func TestThePhotosOfAMessageAreKeptAndGoWithTheRequest(t *testing.T) {
	c := newCounter(t)
	c.connected()
	ana := c.guild.Member("ana")
	first, second := picture("caisse.jpg", 300), picture("étal.jpg", 200)
	sends(ana, ana.Direct(), "", first, second)
	said := c.answers(ana.Direct(), 1)[0]
	wants(t, said, "J’ai bien reçu votre fichier", "De quoi s’agit-il", "assistant automatique")
	m := ana.Direct().Messages()[1]
	must(ana.Press(m, button(t, m, "Déclarer un sinistre")))
	wants(t, c.answers(ana.Direct(), 2)[1], "déclaration de sinistre")
	sends(ana, ana.Direct(), "On m’a volé ma caisse hier soir sur le marché, c’est "+secretWord, document("constat.pdf", bottest.PDF("x")))
	wants(t, c.answers(ana.Direct(), 3)[2], "J’ai bien reçu votre fichier", "numéro d’attestation")
	all := c.transcript(bot.Discord, ana.ID)
	if kept := all[0].Attachments; len(kept) != 2 || kept[1].Name != "étal.jpg" || kept[0].Type != "image/jpeg" || !bytes.Equal(c.content(kept[0]), first.Data) {
		t.Errorf("the photos are kept as %+v", all[0])
	}
	if last := all[4]; len(last.Attachments) != 1 || last.Attachments[0].Name != "constat.pdf" || !strings.Contains(last.Text, "caisse") {
		t.Errorf("the document is kept as %+v", last)
	}
	if strings.Contains(c.log.String(), "/attachments/") {
		t.Error("the address of a file stands in the log")
	}
}

func TestOfFilesThoseThatAreTakenAreKeptAndTheOthersDeclined(t *testing.T) {
	c := newCounter(t)
	c.connected()
	ana := c.guild.Member("ana")
	large := document("film.pdf", append(bottest.PDF("x"), make([]byte, 20<<20)...))
	sends(ana, ana.Direct(), "", document("x.pdf", []byte("<html>")), picture("p.jpg", 30), large)
	said := c.answers(ana.Direct(), 2)
	wants(t, said[0], "une image (PNG, JPEG, WebP, HEIC) ou un PDF", "que 20 Mo")
	wants(t, said[1], "De quoi s’agit-il")
	sends(ana, ana.Direct(), kbis, large)
	said = c.answers(ana.Direct(), 4)
	wants(t, said[2], "que 20 Mo")
	wants(t, said[3], "Infogreffe")
	var kept []string
	for _, m := range c.transcript(bot.Discord, ana.ID) {
		for _, a := range m.Attachments {
			kept = append(kept, a.Name)
		}
	}
	if !slices.Equal(kept, []string{"p.jpg"}) {
		t.Errorf("kept are %q", kept)
	}
	var there []string
	err := c.files.Each(t.Context(), time.Now().Add(time.Hour), func(ids []string) error { there = append(there, ids...); return nil })
	if err != nil || len(there) != 1 {
		t.Errorf("there are %q, %v", there, err)
	}
}

func TestAFileThatDoesNotComeIsFetchedAgainAndThenGivenUp(t *testing.T) {
	c := newCounter(t)
	c.connected()
	ana := c.guild.Member("ana")
	c.discord.FailDownloads(2, discordtest.Fault{Status: 502, HTML: true})
	c.discord.FailDownloads(2, discordtest.Fault{Cut: true})
	photo := picture("p.jpg", 400)
	sends(ana, ana.Direct(), "", photo)
	must(ana.Say(ana.Direct(), kbis))
	said := c.answers(ana.Direct(), 2)
	wants(t, said[0], "De quoi s’agit-il")
	wants(t, said[1], "Infogreffe")
	if kept := c.transcript(bot.Discord, ana.ID)[0].Attachments; len(kept) != 1 || !bytes.Equal(c.content(kept[0]), photo.Data) {
		t.Errorf("kept: %+v", kept)
	}
	// Gone at Discord's: its person is told, and the others go on.
	c.discord.FailDownloads(discord.UpdateTries, discordtest.Fault{Status: 404})
	sends(ana, ana.Direct(), "", photo)
	must(ana.Say(ana.Direct(), "merci"))
	wants(t, c.answers(ana.Direct(), 4)[2], "n’a pas pu être traité")
}

func TestAFileInPublicIsDeclinedByNameAndNotFetched(t *testing.T) {
	c := newCounter(t)
	c.connected()
	ana, hall := c.guild.Member("ana"), c.guild.Channel("accueil")
	c.discord.FailDownloads(1, discordtest.Fault{Status: 500}) // which none meets
	sends(ana, hall, "entre nous", picture("p.jpg", 20))
	sends(ana, hall, c.discord.Bot.Mention(), picture("p.jpg", 20))
	wants(t, c.answers(ana.Direct(), 1)[0], "Pour m’envoyer un fichier, écrivez-moi en privé")
	c.settled()
	if n := len(c.said(hall)); n != 0 {
		t.Errorf("said in public: %d messages", n)
	}
	if c.discord.Counts().Downloads != 0 {
		t.Error("a file was fetched")
	}
}

// put keeps a file as the desk does.
func (c *counter) put(name string, data []byte) bot.Attachment {
	c.t.Helper()
	return must(c.files.Put(c.t.Context(), name, bytes.NewReader(data)))
}

func (c *counter) replyWith(reference, text string, files ...bot.Attachment) {
	c.t.Helper()
	if err := c.db.ReplyTicket(c.t.Context(), reference, ines, bot.AgentReply{Text: text, Attachments: files}); err != nil {
		c.t.Fatal(err)
	}
}

// arrived is what the bot said in a channel, files by their names.
func (c *counter) arrived(channel *discordtest.Channel, n int) (all []string) {
	c.t.Helper()
	c.answers(channel, n)
	for _, m := range channel.Messages() {
		switch {
		case m.Author.ID != c.discord.Bot.ID:
		case len(m.Attachments) > 0:
			all = append(all, fmt.Sprintf("%s%s (%d)", words(m), m.Attachments[0].Filename, len(c.discord.Content(m.Attachments[0]))))
		default:
			all = append(all, words(m))
		}
	}
	return all
}

func TestAnAgentsFilesArriveBehindTheirWordsInOrderAndOnce(t *testing.T) {
	var n atomic.Int32
	c := newCounter(t, posting(func(r discordtest.Request) discordtest.Fault {
		switch n.Add(1) {
		case 2: // of the first file: it arrives, and nobody hears of it
			return discordtest.Fault{Status: 502, HTML: true, Done: true}
		case 4:
			return discordtest.Fault{Status: 429, RetryAfter: 10 * time.Millisecond}
		}
		return discordtest.Fault{}
	}))
	ana := c.guild.Member("ana")
	reference := c.ticketOf(ana.ID)
	pdf, photo := bottest.PDF("corrigée"), bottest.PNG(30)
	letter, plan := c.put("Attestation été \"1\".pdf", pdf), c.put("plan.png", photo)
	c.replyWith(reference, "Voici.", letter, plan)
	c.replyWith(reference, "", letter)
	c.replyWith(reference, "Bonne journée.")
	c.start(c.db)
	inPDF, inPNG := fmt.Sprintf(" (%d)", len(pdf)), fmt.Sprintf(" (%d)", len(photo))
	want := []string{"**Inès**\n\nVoici.", letter.Name + inPDF, "plan.png" + inPNG, "**Inès**", letter.Name + inPDF, "**Inès**\n\nBonne journée."}
	if got := c.arrived(ana.Direct(), len(want)); !slices.Equal(got, want) {
		t.Errorf("arrived:\n%q\nwant\n%q", got, want)
	}
	c.settled()
	c.answers(ana.Direct(), len(want))
	if got := c.undelivered(reference); got != nil {
		t.Errorf("the ticket says %q", got)
	}
}

func TestAFileThatIsGoneOrTooLargeStandsOnTheTicketAndDoesNotHoldUpTheNext(t *testing.T) {
	c := newCounter(t)
	ana := c.guild.Member("ana")
	reference := c.ticketOf(ana.ID)
	gone := c.put("a.pdf", bottest.PDF("x"))
	if err := c.files.Delete(t.Context(), gone.ID); err != nil {
		t.Fatal(err)
	}
	c.replyWith(reference, "Un.", gone)
	c.replyWith(reference, "Deux.", c.put("b.pdf", append(bottest.PDF("x"), make([]byte, 11<<20)...))) // Discord takes 10 MB
	c.replyWith(reference, "Trois.")
	c.start(c.db)
	if got := texts(c.answers(ana.Direct(), 3)); !slices.Equal(got, []string{"Un.", "Deux.", "Trois."}) {
		t.Errorf("said %q", got)
	}
	c.settled()
	if got := c.undelivered(reference); !slices.Equal(got, []string{bot.ReasonRefused, bot.ReasonRefused}) {
		t.Errorf("the ticket says %q", got)
	}
}

func TestAnAgentsReplyIsNeverShownForAMomentOnly(t *testing.T) {
	c := newCounter(t)
	c.listening()
	ana, hall := c.guild.Member("ana"), c.guild.Channel("accueil")
	reference := c.ticketOf(ana.ID)
	c.reply(reference, "Bonjour")
	c.answers(ana.Direct(), 1)
	asked := must(ana.Command(hall, "question", map[string]any{"texte": "merci"})) // whose answer only ana sees, until she reloads
	text, _ := reply(t, asked)
	wants(t, text, "transmis au conseiller")
	c.replyWith(reference, "Voici.", c.put("a.pdf", bottest.PDF("x")))
	got := c.arrived(ana.Direct(), 3)
	if got[1] != "**Inès**\n\nVoici." || !strings.HasPrefix(got[2], "a.pdf") {
		t.Errorf("arrived %q", got)
	}
	if text, _ := reply(t, asked); !contains(text, "transmis au conseiller") {
		t.Errorf("the answer to the command has become %q", text)
	}
}
