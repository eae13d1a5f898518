package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guichet/bot"
	"guichet/connectors/desk"

	"github.com/chromedp/chromedp"
)

// suggests is a stand-in for the knowledge: it answers what holds the word franchise.
func suggests(o *desk.Options) {
	o.Suggest = func(site, text string, most int) ([]bot.Suggestion, error) {
		if !strings.Contains(text, "franchise") || site != "demo" || most != 3 {
			return nil, nil
		}
		return []bot.Suggestion{{Topic: "micro.franchise", Title: "La <b>franchise", Text: "La franchise est de 150 €.\n\nSource : Conditions générales",
			Citation: bot.Citation{Topic: "micro.franchise", Document: "Conditions générales", Section: "article 4"}, Probability: 0.914}}, nil
	}
}

func TestAMacroIsKeptByEditorsAndInsertedByAgentsWithoutSending(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.addUser("claire@exemple.fr", "Claire Moreau")
	h.claim(reference, map[bot.Field]string{bot.Email: "karim@exemple.fr"})
	h.claim("G-1111-1111", map[bot.Field]string{bot.Name: "Karim </textarea><script>alert(1)</script>"})
	editor := h.signInAs("editor@exemple.fr", bot.RoleEditor)
	wantContains(t, editor.get("/desk/macros").body, "Aucun modèle pour l’instant", "{{référence}}")
	form := url.Values{"name": {" Relance  <b> "}, "text": {"Bonjour {{nom}}, {{prénom}}"}}
	got := editor.post("/desk/macros", form)
	wantStatus(t, got, http.StatusUnprocessableEntity)
	wantContains(t, got.body, "Rien n’est enregistré", "{{prénom}} n’est pas connu", "{{nom}}, {{prénom}}</textarea>")
	form.Set("text", "Bonjour {{nom}}, votre dossier {{référence}}. {{agent}}")
	wantStatus(t, editor.post("/desk/macros", form), http.StatusSeeOther)
	wantContains(t, editor.post("/desk/macros", form).body, "porte déjà ce nom")
	all, err := h.db.Macros(t.Context())
	if err != nil || len(all) != 1 || all[0].Name != "Relance <b>" {
		t.Fatalf("the macros are %+v, %v", all, err)
	}

	b := h.signIn("claire@exemple.fr")
	page := b.get("/desk/ticket/G-1111-1111").body
	wantContains(t, page, ">Relance &lt;b&gt;</option>")
	reply, _ := forms(page)
	reply.Set("text", "Déjà écrit")
	reply.Set("insert", "macro")
	reply.Set("macro", url.QueryEscape("1"))
	got = b.post("/desk/ticket/G-1111-1111/insert", reply)
	wantStatus(t, got, http.StatusOK)
	wantContains(t, got.body, "Déjà écrit\n\nBonjour Karim &lt;/textarea&gt;&lt;script&gt;", "dossier G-1111-1111. Claire Moreau</textarea>", `value="`+reply.Get("once")+`"`)
	if strings.Contains(got.body, "<script>alert") || len(said(h.file("G-1111-1111"), bot.FromAgent)) != 0 {
		t.Error("a macro ran a script or was sent")
	}

	reply, _ = forms(b.get(ticketPath).body) // of which no name is known
	reply.Set("insert", "macro")
	reply.Set("macro", "1")
	got = b.post(ticketPath+"/insert", reply)
	wantStatus(t, got, http.StatusOK)
	wantContains(t, got.body, "Pour ce ticket, {{nom}} n’a pas de valeur", "Bonjour {{nom}}, votre dossier "+reference)
	reply.Set("text", "Bonjour {{nom}}")
	got = b.post(ticketPath+"/reply", reply)
	wantStatus(t, got, http.StatusUnprocessableEntity)
	wantContains(t, got.body, "{{nom}} n’a pas de valeur", "Bonjour {{nom}}</textarea>")
	for _, unknown := range []string{"2", "x", "1 or 1=1", ""} {
		reply.Set("macro", unknown)
		wantStatus(t, b.post(ticketPath+"/insert", reply), http.StatusNotFound)
	}
	wantStatus(t, editor.post("/desk/macros", url.Values{"id": {"1"}, "name": {"Relance"}, "text": {"Bonsoir"}}), http.StatusSeeOther)
	wantContains(t, editor.get("/desk/macros?done=saved").body, "Le modèle est enregistré", "Bonsoir</textarea>")
	wantStatus(t, editor.post("/desk/macros", url.Values{"id": {"1"}, "do": {"remove"}}), http.StatusSeeOther)
	if all, err := h.db.Macros(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("left are %+v, %v", all, err)
	}
}

func TestAnAnswerOfTheBotIsOneClickFromTheReply(t *testing.T) {
	t.Parallel()
	h := openWith(t, suggests)
	h.addUser("claire@exemple.fr", "Claire")
	h.claim(reference, nil)
	b := h.signIn("claire@exemple.fr")
	if page := b.get(ticketPath).body; strings.Contains(page, "Réponses de l’assistant") {
		t.Error("answers are offered where there are none")
	}
	h.say(reference, "et ma franchise", bot.Reply{Kind: bot.Silent}, nil)
	h.say(reference, "merci", bot.Reply{Kind: bot.Silent}, nil)
	wantContains(t, b.get(ticketPath).body, "Réponses de l’assistant (1)", "La &lt;b&gt;franchise", "91\u00a0%", `href="/source/micro.franchise"`)
	reply, _ := forms(b.get(ticketPath).body)
	for _, wrong := range []string{"answer:3:micro.plafond", "answer:4:micro.franchise", "answer:x", "poem"} {
		reply.Set("insert", wrong)
		wantStatus(t, b.post(ticketPath+"/insert", reply), http.StatusNotFound)
	}
	c := h.chromium()
	c.do(chromedp.Navigate(c.url+ticketPath), chromedp.SendKeys(chromedp.CSS("#reply-text"), "Bonjour"),
		chromedp.Click(chromedp.CSS(".answers summary")), chromedp.Click(chromedp.CSS(".answers button")))
	c.eventually(`document.querySelector('#reply-text').value.startsWith('Bonjour\n\nLa franchise est de 150') && document.activeElement.id === 'reply-text'`)
	c.eventually(`document.querySelector('form.reply [data-kept]').textContent === 'Brouillon gardé.'`)
	c.do(chromedp.Click(chromedp.CSS(".reply .primary")))
	c.eventually(`document.querySelector('[data-live=thread]')?.textContent.includes('La franchise est de 150') && document.querySelector('#reply-text').value === ''`)
	if got := said(h.file(reference), bot.FromAgent); len(got) != 1 || !strings.Contains(got[0], "Source : Conditions générales") {
		t.Errorf("the customer got %q", got)
	}
}
