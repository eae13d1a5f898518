package widget_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"guichet/bot"
)

func TestAFieldIsCheckedAsItIsTypedAndKeptNowhere(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, w := f.visitor()
	for _, test := range []struct{ category, field, value, wrong string }{
		{"attestation_correction", "siren", "732 829 321", "clé de contrôle"},
		{"attestation_correction", "siren", "732 829 320", ""},
		{"attestation_correction", "email", "paul@exemple", "adresse e-mail"},
		{"attestation_correction", "email", "paul@exemple.fr", ""},
		{"claim", "incident_date", "31/02/2024", "date"},
		{"claim", "incident_date", "hier", ""},
		{"claim", "incident_date", "un de ces jours", "date"},
		{"claim", "description", "Ma caisse a été volée", ""},
		{"human", "phone", "12", "téléphone"},
		{"attestation_copy", "attestation_number", "zorglub", "attestation"},
		{"attestation_copy", "attestation_number", "", ""},
		{"nulle", "part", "x", "vérifier"},
	} {
		c.send(map[string]any{"type": "check", "id": "k", "category": test.category, "field": test.field, "value": test.value})
		got := c.expect("checked")
		if got.ID != "k" || got.Field != test.field || (got.Text == "") != (test.wrong == "") || !strings.Contains(got.Text, test.wrong) {
			t.Errorf("%s %q: %q, want %q", test.field, test.value, got.Text, test.wrong)
		}
		f.clock.set(f.clock.now().Add(1e9))
	}
	if n := len(f.transcript(w.Token)); n != 0 {
		t.Errorf("%d messages are kept", n)
	}
}

// spaced has plain spaces where the typography has others.
func spaced(text string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(text)
}

// request begins a correction and returns its first question.
func (c *client) request() frame {
	c.t.Helper()
	c.send(map[string]any{"type": "message", "id": "start", "choice": "request:attestation_correction", "label": "Le SIREN de mon attestation est faux"})
	c.expect("message")
	return c.expect("message")
}

func (c *client) fill(id string, values map[string]string) (mine, reply frame) {
	c.t.Helper()
	c.send(map[string]any{"type": "message", "id": id, "choice": "intake:form", "values": values, "label": "ignored"})
	return c.expect("message"), c.expect("message")
}

func TestAFormAndWordsMixFreely(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, _ := f.visitor()
	asked := c.request()
	var names []string
	for _, one := range asked.Form {
		names = append(names, one.Name)
	}
	if got := strings.Join(names, " "); got != "attestation_number subscription_date siren email" {
		t.Fatalf("the form has %s", got)
	}
	if one := asked.Form[2]; one.Label != "Numéro SIREN" || one.Hint != "732 829 320" || one.Long || !one.Skip {
		t.Errorf("the field is %+v", one)
	}
	mine, reply := c.fill("f1", map[string]string{"siren": "732 829 320", "subscription_date": ""})
	if mine.Text != "date de souscription : non communiqué\nnuméro SIREN : 732 829 320" {
		t.Errorf("the form is kept as %q", mine.Text)
	}
	if len(reply.Form) != 2 || reply.Form[0].Name != "attestation_number" {
		t.Errorf("then the form has %+v", reply.Form)
	}
	c.say("w", "20417")
	c.expect("message")
	if reply = c.expect("message"); len(reply.Form) != 1 || reply.Form[0].Name != "email" {
		t.Errorf("after words the form has %+v", reply.Form)
	}
	mine, reply = c.fill("f2", map[string]string{"email": "camille@exemple"})
	if !strings.Contains(reply.HTML, "n’est pas valide") || strings.Contains(mine.Text, "camille@exemple") || len(reply.Form) != 1 {
		t.Errorf("a wrong value: kept %q, answered %s with %+v", mine.Text, reply.HTML, reply.Form)
	}
	_, reply = c.fill("f3", map[string]string{"email": "camille@exemple.fr"})
	if len(reply.Form) != 0 || !strings.Contains(spaced(reply.HTML), "732 829 320") || !strings.Contains(reply.HTML, "non communiqué") {
		t.Errorf("the summary is %s", reply.HTML)
	}
	c.send(map[string]any{"type": "message", "id": "ch", "choice": "intake:change", "label": "Corriger une valeur"})
	c.expect("message")
	if reply = c.expect("message"); len(reply.Form) != 4 || reply.Form[1].Value != "20417" {
		t.Errorf("to change something the form has %+v", reply.Form)
	}
}

func TestACardNumberInAFormIsMasked(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, w := f.visitor()
	c.request()
	c.fill("f", map[string]string{"attestation_number": "4111 1111 1111 1111"})
	for _, m := range f.transcript(w.Token) {
		if strings.Contains(m.Text, "1111 1111") {
			t.Errorf("kept: %q", m.Text)
		}
	}
}

func TestAFormWithoutARequestIsReadAsWords(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, _ := f.visitor()
	mine, reply := c.fill("f", map[string]string{"email": "camille@exemple.fr", "nimporte": "<b>quoi</b>"})
	if !strings.Contains(mine.Text, "camille@exemple.fr") || reply.From != "bot" {
		t.Errorf("kept %q, answered %+v", mine.Text, reply)
	}
}

func TestAConversationIsRatedOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, w := f.visitor()
	c.ask("one", "Comment obtenir un extrait Kbis ?")
	c.send(map[string]any{"type": "rate", "id": "r", "score": 6})
	c.refused("bad_choice", "r")
	if f.dial().hello(w.Token, 0).Rated {
		t.Error("rated before it was")
	}
	for range 2 {
		c.send(map[string]any{"type": "rate", "id": "r", "score": 4})
		c.expect("rated")
	}
	if !f.dial().hello(w.Token, 0).Rated {
		t.Error("it will be asked again")
	}
}

func TestErasingLeavesNothingThatTheTokenOpens(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, w := f.visitor()
	c.ask("one", "Comment obtenir un extrait Kbis ?")
	c.send(map[string]any{"type": "erase", "id": "e"})
	if got := c.expect("erased"); got.ID != "e" || len(got.Kept) != 0 || !strings.Contains(got.Text, "effacée") {
		t.Errorf("got %+v", got)
	}
	if n := len(f.transcript(w.Token)); n != 0 {
		t.Errorf("%d messages are left", n)
	}
	if again := f.dial().hello(w.Token, 2); again.After != 0 || len(again.Messages) != 0 {
		t.Errorf("the token opens %+v", again)
	}
}

func TestATranscriptIsDatedCompleteAndOnlyForItsPerson(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, w := f.visitor()
	c.ask("one", "Comment obtenir un <b>extrait</b> Kbis ?")
	s := &follower{t: t, base: f.http.URL}
	res := s.post("/transcript", map[string]any{"v": 1, "site": "micro", "token": w.Token})
	body := readAll(t, res)
	for _, want := range []string{"<dt>Établie le</dt><dd>", "Comment obtenir un &lt;b&gt;extrait&lt;/b&gt; Kbis ?", "<strong>Infogreffe</strong>", "Source\u202f: Foire aux questions, Comment obtenir un extrait Kbis ? (vérifié le 22 novembre 2026)", "Client", "Assistant automatique"} {
		if !strings.Contains(body, want) {
			t.Errorf("the transcript lacks %q:\n%s", want, body)
		}
	}
	if res.Header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("headers %v", res.Header)
	}
	for _, token := range []string{"", "forged", w.Token + "x"} {
		res := s.post("/transcript", map[string]any{"v": 1, "site": "micro", "token": token})
		if body := readAll(t, res); res.StatusCode != http.StatusForbidden || strings.Contains(body, "Kbis") {
			t.Errorf("token %q: status %d", token, res.StatusCode)
		}
	}
}

func TestAnAgentsTypingIsSeenWithTheName(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c, _ := f.visitor()
	c.request()
	c.fill("f", map[string]string{"attestation_number": "20417", "subscription_date": "", "siren": "732829320", "email": "c@example.fr"})
	c.send(map[string]any{"type": "message", "id": "ok", "choice": "intake:confirm", "label": "Tout est exact"})
	c.expect("message")
	reference := c.expect("message").Reference
	ctx := t.Context()
	if err := f.db.AgentTypes(ctx, reference); err != nil {
		t.Fatal(err)
	}
	if got := c.expect("typing"); got.Agent != "" {
		t.Errorf("before anybody spoke: %+v", got)
	}
	if err := f.db.ReplyTicket(ctx, reference, theAgent, bot.AgentReply{Text: "Bonjour.", Once: "1"}); err != nil {
		t.Fatal(err)
	}
	c.expect("message")
	if err := f.db.AgentTypes(ctx, reference); err != nil {
		t.Fatal(err)
	}
	if got := c.expect("typing"); got.Agent != "Claire Martin" {
		t.Errorf("got %+v", got)
	}
}

// A socket has one conversation for good.
func TestASocketDoesNotChangeItsConversation(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	other := f.dial().hello("", 0).Token
	c, _ := f.visitor()
	c.send(map[string]any{"type": "hello", "v": 1, "site": "micro", "token": other})
	c.refused("hello_repeated", "")
	_ = c.WriteMessage(websocket.TextMessage, []byte(`{"type":"message","id":"a","text":"Bonjour","token":"`+other+`"}`))
	c.expect("message")
	if n := len(f.transcript(other)); n != 0 {
		t.Errorf("the other conversation has %d messages", n)
	}
}
