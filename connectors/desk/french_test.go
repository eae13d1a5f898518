package desk_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"guichet/bot"
)

var (
	tags     = regexp.MustCompile(`(?s)<(script|style)[^>]*>.*?</\w+>|<[^>]*>`)
	badMarks = regexp.MustCompile(`.{0,20}( [;:?!»]|« |\pL'\pL|[^\s\x{202f}\x{a0}][;?!»](\s|$)).{0,20}`)
)

func TestPagesAreSetAsFrenchIsPrinted(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	h.say(reference, "Et ensuite", bot.Reply{Kind: bot.Clarify, Text: "Voici.", Choices: []bot.Choice{{Label: "Oui"}, {Label: "Non"}}}, nil)
	form, _ := forms(b.get(ticketPath).body)
	form.Set("seen", "1")
	form.Set("text", "a")
	empty, _ := forms(b.get(ticketPath).body)
	out := h.browser()
	for name, got := range map[string]answer{
		"login": out.get("/desk/login"), "bye": out.get("/desk/login?bye=1"),
		"wrong login": out.post("/desk/login", url.Values{}), "setup": out.get("/desk/setup"),
		"queue": b.get("/desk/?q=x"), "filters": b.get("/desk/?status=any&site=x&view=overdue"), "late": b.get("/desk/?view=overdue"), "mine": b.get("/desk/?view=mine"), "resolved": b.get("/desk/?status=resolved"), "closed": b.get("/desk/?status=closed&q=G-4F7K"),
		"ticket": b.get(ticketPath), "refused": b.post(ticketPath+"/reply", empty), "warned": b.post(ticketPath+"/reply", form),
		"taken": b.get(ticketPath + "?done=taken"), "404": b.get("/desk/x"), "notices": b.get("/desk/notices?done=1"),
		"403": b.do(http.MethodPost, "/desk/logout", url.Values{}, "Sec-Fetch-Site", "cross-site"),
	} {
		text := html.UnescapeString(tags.ReplaceAllString(got.body, "\n"))
		text = regexp.MustCompile(`(?m)^\?$`).ReplaceAllString(text, "") // the key
		for _, bad := range badMarks.FindAllString(text, -1) {
			t.Errorf("%s: %q", name, bad)
		}
	}
}

func TestTimesAreToldAsInFranceAndExactlyOnDemand(t *testing.T) {
	t.Parallel()
	h, _ := atDesk(t)
	opened := h.file(reference).CreatedAt
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	local := opened.In(paris)
	exact := local.Format("15:04")
	for _, c := range []struct {
		after time.Duration
		want  string
	}{
		{0, "à l’instant"}, {5 * time.Minute, "il y a 5\u202fmin"}, {3*time.Hour + time.Minute, "il y a 3\u202fh"}, {50 * time.Hour, "il y a 2\u202fj"},
	} {
		h.clock.Store(int64(c.after + 10*time.Second))
		page := h.signIn("claire@exemple.fr").get("/desk/").body // two days end a sign-in
		wantContains(t, page, ">"+c.want+"</time>", " à "+exact+`"`, opened.UTC().Format(time.RFC3339))
	}
}

func TestATicketRecordedDuringAnOutageSaysWhenItWasTransmitted(t *testing.T) {
	t.Parallel()
	h, b := atDesk(t)
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	recorded := time.Now().Add(-time.Hour)
	const late = "G-0000-0777"
	if _, err := h.db.Turn(t.Context(), bot.Inbound{Channel: "web", Key: "late", ExternalID: "late", Site: "demo"},
		func(bot.Conversation) (bot.Turn, error) {
			return bot.Turn{
				Text: "un conseiller", Reply: bot.Reply{Kind: bot.Escalate, Text: "Noté."}, Recorded: recorded,
				Ticket: &bot.Ticket{Reference: late, Category: bot.Human},
			}, nil
		}); err != nil {
		t.Fatal(err)
	}
	page := b.get("/desk/ticket/" + late).body
	wantContains(t, page, "enregistrée à ", recorded.In(paris).Format("15:04"), "pendant une panne de la base de données, transmise à ")
	if opened := h.file(late); opened.CreatedAt.Sub(recorded).Abs() > time.Millisecond {
		t.Errorf("the ticket is of %v, it was recorded at %v", opened.CreatedAt, recorded)
	}
}
