package postgres_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"guichet/bot"
	"guichet/bot/sample"
	"guichet/connectors/postgres"
	"guichet/connectors/postgres/postgrestest"
)

// plainly is text without accents and capitals, by another way than the program's.
func plainly(text string) string {
	text = strings.NewReplacer("œ", "oe", "Œ", "oe", "’", "'").Replace(text)
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r >= 0x300 && r < 0x370 {
			return -1
		}
		return r
	}, norm.NFD.String(text)))
}

// read is a ticket as somebody reads it who looks for words: its fields, its reference with its lines and without, and the words said.
type read struct{ fields, references, said []string }

func readOf(file bot.TicketFile) (r read) {
	for _, value := range file.Fields {
		r.fields = append(r.fields, plainly(value))
	}
	reference := plainly(file.Reference)
	r.references = []string{reference, strings.ReplaceAll(reference, "-", "")}
	for _, m := range file.Transcript {
		r.said = append(r.said, strings.FieldsFunc(plainly(m.Text), func(r rune) bool { return strings.ContainsRune(" .*-'", r) })...)
	}
	return r
}

// holds tells whether a ticket has a word without punctuation.
func (r read) holds(word string) bool {
	has := func(text string) bool { return strings.Contains(text, word) }
	return slices.ContainsFunc(r.fields, has) || slices.ContainsFunc(r.references, has) ||
		slices.ContainsFunc(r.said, func(said string) bool { return said == word || len(word) >= 3 && strings.HasPrefix(said, word) })
}

// TestASearchFindsWhatReadingEverythingFinds compares searches over thousands of tickets, in several stretches, with reading each
// ticket.
func TestASearchFindsWhatReadingEverythingFinds(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	execute(t, url, "create or replace function guichet_stretch(number bigint) returns bigint language sql immutable parallel safe as 'select number / 500'")
	vocabulary := strings.Fields(`le la les de des un une et est que pour assurance attestation contrat sinistre vol marché étal œuvre numéro
		déclarer déclaration garantie franchise client paiement prélèvement résilier résiliation adresse facture camion remorque cuisine four
		été hiver août noël pâques crêpe gaufre fromage légume poisson fleur panier chaise table lampe vélo moto auto bateau`)
	for len(vocabulary) < 130 {
		vocabulary = append(vocabulary, vocabulary[len(vocabulary)-53]+"x")
	}
	made, err := sample.Tickets(sample.Plan{Tickets: 3500, Messages: 10_500, Seed: 3, Now: time.Now(), Words: vocabulary, Sites: sizedSites,
		Agents: []bot.User{{Email: "a@example.org", Name: "Ana"}}})
	must(t, err)
	files := slices.Collect(made)
	readings := make([]read, len(files))
	for i, file := range files {
		readings[i] = readOf(file)
	}
	_, err = db.Load(t.Context(), slices.Values(files), false)
	must(t, err)
	some := files[1234]
	for _, text := range []string{
		"le", "assurance", "ASSUR", "déclar", "oeuvre", "etal", "août noel", "gaufrex", "camion remorque four", "dupont", "@example.org",
		some.Fields[bot.Email], some.Reference, some.Reference[3:6], "61", "0", "e", "zzz", "le zzz", "le noelx", "Éloïse", "rc 06",
	} {
		var want []int64
		for i, file := range slices.Backward(readings) {
			if !slices.ContainsFunc(strings.Fields(plainly(text)), func(word string) bool { return !file.holds(word) }) {
				want = append(want, int64(i+1))
			}
		}
		for _, most := range []int{0, 500, 7} {
			found, err := db.FindTickets(t.Context(), text, most)
			must(t, err)
			expected := want
			if most > 0 && len(want) > most {
				expected = want[:most]
			}
			if found.More != (len(expected) < len(want)) || len(expected)+len(found.Numbers) > 0 && !reflect.DeepEqual(found.Numbers, expected) {
				t.Errorf("%q, %d at most: %d found, %d have it; more: %v", text, most, len(found.Numbers), len(want), found.More)
			}
		}
	}
	if n := postgrestest.Query[int](t, url, miscounted); n != 0 {
		t.Errorf("%d kinds of loaded tickets are miscounted", n)
	}
}

func TestWhatIsErasedOrCarriedIsSearchedWhereItIs(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	found := func(text string) int {
		t.Helper()
		got, err := db.FindTickets(t.Context(), text, 10)
		must(t, err)
		return len(got.Numbers)
	}
	say := func(key, text string, turn bot.Turn) {
		t.Helper()
		turn.Text = text
		_, err := db.Turn(t.Context(), bot.Inbound{Channel: "web", Key: key, Site: "micro"}, func(bot.Conversation) (bot.Turn, error) { return turn, nil })
		must(t, err)
	}
	say("a", "bonjour le perroquet", bot.Turn{Reply: bot.Reply{Kind: bot.Answer, Text: "Un iguane."}})
	if found("perroquet") != 0 {
		t.Error("a conversation without a ticket is found")
	}
	say("a", "on m’a volé un hérisson", bot.Turn{Reply: bot.Reply{Kind: bot.Escalate, Text: "Enregistré."}, Ticket: &bot.Ticket{Reference: "G-1", Category: bot.Claim}})
	say("a", "et une girafe", bot.Turn{Reply: bot.Reply{Kind: bot.Answer, Text: "Une belette."}})
	all := func() {
		t.Helper()
		for _, word := range []string{"perroquet", "iguane", "herisson", "m'a", "l'iguane", "girafe", "belette", "une belette", "herisson girafe"} {
			if found(word) != 1 {
				t.Errorf("%q is not found", word)
			}
		}
		for _, word := range []string{"hérisson-enregistré", "perroquet zèbre"} { // across two messages; of which one is nowhere
			if found(word) != 0 {
				t.Errorf("%q is found", word)
			}
		}
	}
	all()
	must(t, postgres.FoldWords(t.Context(), db))
	if n := postgrestest.Query[int](t, url, "select count(*) from ticket_words where seq <> 0"); n != 0 {
		t.Errorf("%d rows are apart once folded", n)
	}
	all()
	say("a", "et un zébu", bot.Turn{})
	if found("zebu girafe") != 1 {
		t.Error("what came after the fold is not found with what came before")
	}
	_, err := db.EraseConversation(t.Context(), "web", "a")
	must(t, err)
	for _, word := range []string{"perroquet", "iguane", "girafe", "belette"} {
		if found(word) != 0 {
			t.Errorf("%q is found though it was erased", word)
		}
	}
	if found("hérisson") != 1 {
		t.Error("what belongs to the request is no longer found")
	}
	must(t, postgres.FoldWords(t.Context(), db))
	if n := postgrestest.Query[int](t, url, `select count(*) from ticket_words where words::text ~ 'perroquet|iguane|girafe|belette'`); n != 0 {
		t.Errorf("%d rows have words that are gone", n)
	}
	execute(t, url, "delete from conversations")
	if n := postgrestest.Query[int](t, url, "select count(*) from ticket_words"); n != 0 {
		t.Errorf("%d rows of words are left of deleted tickets", n)
	}
}

func TestAVeryLongConversationIsSearchedToItsEnd(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	file := bot.TicketFile{Ticket: bot.Ticket{Reference: "G-LONG", Channel: "web", Site: "micro", Category: bot.Human, Status: bot.Open,
		Priority: bot.PriorityNormal, CreatedAt: time.Now(), UpdatedAt: time.Now()}}
	for seq := range int64(9) {
		text := strings.Repeat("et encore une fois ", 1000)
		if seq%4 == 0 {
			text += "balise" + string(rune('a'+seq/4))
		}
		file.Transcript = append(file.Transcript, bot.Message{Seq: seq + 1, From: bot.FromCustomer, Text: text, At: time.Now()})
	}
	_, err := db.Load(t.Context(), slices.Values([]bot.TicketFile{file}), false)
	must(t, err)
	check := func() {
		t.Helper()
		if n := postgrestest.Query[int](t, url, "select count(*) from ticket_words"); n < 3 {
			t.Errorf("the conversation has %d rows of words", n)
		}
		for text, want := range map[string]int{"balisea": 1, "baliseb": 1, "balisec": 1, "balisec balisea G-LONG": 1, "balised": 0, "balisec zzz": 0} {
			got, err := db.FindTickets(t.Context(), text, 10)
			must(t, err)
			if len(got.Numbers) != want {
				t.Errorf("%q finds %v", text, got.Numbers)
			}
		}
	}
	check()
	_, err = db.Turn(t.Context(), bot.Inbound{Channel: "web", Key: "sample-G-LONG", Text: "balisee"}, decide)
	must(t, err)
	must(t, postgres.FoldWords(t.Context(), db))
	check()
}

func TestHostileWordsAreOnlyWords(t *testing.T) {
	t.Parallel()
	db := postgrestest.Open(t)
	_, err := db.Turn(t.Context(), bot.Inbound{Channel: "web", Key: "a", Site: "micro"}, func(bot.Conversation) (bot.Turn, error) {
		return bot.Turn{Text: "bonjour", Ticket: &bot.Ticket{Reference: "G-1", Category: bot.Claim, Fields: map[bot.Field]string{
			bot.Name: `O'Brien \ "Bob" 0~a 0/b <script> ` + strings.Repeat("é", 3000), bot.Description: strings.Repeat("mot-long", 50)}}}, nil
	})
	must(t, err)
	for text, want := range map[string]int{
		`o'brien`: 1, `brien' | 'x`: 0, `\`: 1, `\\`: 0, `"bob"`: 1, "0~a": 1, "0/b": 1, "bonjour':*": 1, "bonjour'": 1, "!bonjour": 1, "x&!bonjour": 0,
		"(bonjour": 1, "bonjour|x": 0, "$1": 0, "%": 0, "_": 0, "'); drop table tickets; --": 0, "\x00": 1, "<script>": 1, "0~o'brien':*": 0,
		strings.Repeat("é", 200): 1, strings.Repeat("mot-long", 20): 1, "\u0301": 1, strings.Repeat("a ", 100): 1,
	} {
		tickets, err := db.Tickets(t.Context(), bot.TicketFilter{Text: text})
		must(t, err)
		counts, err := db.CountViews(t.Context(), bot.TicketFilter{Text: text})
		must(t, err)
		if len(tickets) != want || counts[bot.ViewAll] != want {
			t.Errorf("%.40q finds %d and counts %d, want %d", text, len(tickets), counts[bot.ViewAll], want)
		}
	}
}

func TestWhatWasSaidIsFoundOnceTheConversationHasATicket(t *testing.T) {
	t.Parallel()
	url := postgrestest.Migrated(t)
	db := postgrestest.OpenAt(t, url)
	say := func(id, text string, ticket *bot.Ticket) {
		in := from("ana")
		in.ExternalID = id
		if _, err := db.Turn(t.Context(), in, func(c bot.Conversation) (bot.Turn, error) {
			return bot.Turn{Text: text, Reply: bot.Reply{Kind: bot.Answer, Text: "Réponse"}, State: c.State, Ticket: ticket}, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	finds := func(word string) bool {
		found, err := db.Tickets(t.Context(), bot.TicketFilter{Text: word})
		if err != nil {
			t.Fatal(err)
		}
		return len(found) == 1
	}
	say("1", "ma péniche", nil)
	if n := postgrestest.Query[int](t, url, `select count(*) from ticket_words`); n != 0 {
		t.Errorf("%d messages of a conversation without a ticket have words to be searched by", n)
	}
	say("2", "je veux parler à quelqu'un", &bot.Ticket{Reference: "G-1", Category: bot.Human})
	say("3", "et mon scaphandre", nil)
	if err := db.ReplyTicket(t.Context(), "G-1", bot.User{Email: "m@example.fr", Name: "Marie"}, bot.AgentReply{Text: "Votre hélicoptère aussi"}); err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"peniche", "quelqu", "scaphandre", "helicoptere"} {
		if !finds(word) {
			t.Errorf("%q is not found", word)
		}
	}
	if finds("sous-marin") {
		t.Error("what nobody has said is found")
	}
}
