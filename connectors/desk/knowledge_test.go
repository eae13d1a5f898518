package desk_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"guichet/bot"
	"guichet/bot/publish"
	"guichet/connectors/desk"
	"guichet/knowledge"

	"github.com/chromedp/chromedp"
)

const (
	knowledgePath = "/desk/knowledge"
	topicPath     = knowledgePath + "/topic"
	breadFile     = "faq/content/boulangerie/pain.md"
	guideFile     = "knowledge/content/boulangerie/guide.md"
)

// bread is an entry with an answer; asked are 20 ways to ask it.
func bread(answer string) string {
	return "---\ndocument: Guide\nsection: Le pain\nchecked: 2026-11-22\nreview: 2060-11-22\n---\n# Quel pain ?\n\n" + answer + "\n\n## On le demande ainsi\n\n" + ways("pain", 20)
}

func ways(word string, n int) string {
	all := ""
	for i := range n {
		all += fmt.Sprintf("- %s numéro %d\n", word, i)
	}
	return all
}

// bakery is a small knowledge: an entry, and a guide of two passages.
func bakery() fstest.MapFS {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	return fstest.MapFS{
		"knowledge/content/boulangerie/collection.md": file("---\nname: Boulangerie\nlead: Chez le boulanger\n---\n"),
		guideFile: file("---\ntitle: Guide\nkind: guide\nchecked: 2026-11-22\nreview: 2060-11-22\n---\n" +
			"## Quand est-ce ouvert ? {#horaires}\nsource: Horaires\n\nDe sept heures à midi.\n\n### On le demande ainsi\n\n" + ways("horaire", 12) +
			"\n## Où est-ce ? {#adresse}\nsource: Adresse\n\nPlace du marché.\n\n### On le demande ainsi\n\n" + ways("adresse", 12)),
		breadFile: file(bread("Du **levain**.")),
	}
}

// holds publishes a knowledge as it is, without learning it.
func (h *house) holds(tree fstest.MapFS, note string) int64 {
	h.t.Helper()
	packed, err := knowledge.Pack(tree)
	var latest, number int64
	if err == nil {
		latest, err = h.db.LatestEdition(h.t.Context())
	}
	if err == nil {
		number, err = h.db.Publish(bot.ActAs(h.t.Context(), bot.Actor{Who: "marc@exemple.fr"}), bot.Edition{Note: note, Topics: 3, Files: packed}, latest)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return number
}

// held is a file of the newest edition, and its number.
func (h *house) held(file string) (number int64, text string) {
	h.t.Helper()
	e, err := h.db.Edition(h.t.Context(), 0)
	if err != nil {
		h.t.Fatal(err)
	}
	tree, err := knowledge.Unpack(e.Files)
	if err != nil {
		h.t.Fatal(err)
	}
	_ = knowledge.Walk(tree, func(name string, data []byte) error {
		if name == file {
			text = string(data)
		}
		return nil
	})
	return e.Number, text
}

// editor is a browser of somebody who edits the bakery's knowledge.
func editor(t *testing.T) (*house, *browser) {
	t.Helper()
	h := open(t)
	h.holds(bakery(), "Première édition")
	return h, h.signInAs("claire@exemple.fr", bot.RoleEditor)
}

func edit(file, part string, after int64, text string) url.Values {
	return url.Values{"file": {file}, "part": {part}, "after": {strconv.FormatInt(after, 10)}, "text": {strings.ReplaceAll(text, "\n", "\r\n")}, "do": {"check"}}
}

var sum = regexp.MustCompile(`name="sum" value="([0-9a-f]*)"`)

// publishes checks a text, and publishes it.
func (b *browser) publishes(form url.Values, note string) answer {
	b.h.t.Helper()
	got := b.post(topicPath, form)
	wantStatus(b.h.t, got, http.StatusOK)
	form.Set("do", "publish")
	form.Set("note", note)
	form.Set("sum", sum.FindStringSubmatch(got.body)[1])
	return b.post(topicPath, form)
}

func TestAnEditorPublishesAPassageAndTheRestOfItsDocumentStays(t *testing.T) {
	t.Parallel()
	h, b := editor(t)
	page := b.get(topicPath + "?id=boulangerie.horaires")
	wantStatus(t, page, http.StatusOK)
	wantContains(t, page.body, "## Quand est-ce ouvert", "à partir de la ligne 7", "De sept heures à midi.")
	if strings.Contains(page.body, "Place du marché") {
		t.Error("the other passage is in the text")
	}
	text := "## Quand est-ce ouvert ? {#horaires}\nsource: Horaires\n\nDe **six** heures à midi.\n\n### On le demande ainsi\n\n" + ways("horaire", 12)
	form := edit(guideFile, "horaires", 1, text)
	got := b.publishes(form, "L’été")
	wantStatus(t, got, http.StatusSeeOther)
	if to := got.header.Get("Location"); to != knowledgePath+"?done=published&edition=2" {
		t.Errorf("it leads to %s", to)
	}
	number, held := h.held(guideFile)
	before := string(bakery()[guideFile].Data)
	if number != 2 || held != strings.Replace(before, "De sept heures", "De **six** heures", 1) {
		t.Errorf("edition %d holds\n%s", number, held)
	}
	list := b.get(knowledgePath)
	wantContains(t, list.body, "l’édition 2 (Vous, ", "L’été", "marc@exemple.fr")
	entries, err := h.db.Audit(t.Context(), bot.AuditFilter{Action: bot.AuditPublished, Who: "claire@exemple.fr"})
	if err != nil || len(entries) != 1 || entries[0].Object != "2" {
		t.Errorf("recorded is %+v, %v", entries, err)
	}
	if e, err := h.db.Edition(t.Context(), 2); err != nil || e.Digest == "" || len(e.Learned) == 0 || e.Topics != 3 {
		t.Errorf("what was learned does not come with it: %q, %d topics, %v", e.Digest, e.Topics, err)
	}
}

func TestWhatWasTypedComesBackWithEachProblemAndItsLine(t *testing.T) {
	t.Parallel()
	h, b := editor(t)
	text := strings.Replace(bread("Voir [là](boulangerie.rien)."), "checked: 2026-11-22", "checked: hier", 1)
	for _, do := range []string{"check", "publish"} {
		form := edit(breadFile, "", 1, text)
		form.Set("do", do)
		got := b.post(topicPath, form)
		wantStatus(t, got, http.StatusUnprocessableEntity)
		wantContains(t, got.body, "boulangerie/pain.md:4", "Checked\u202f: «\u202fhier\u202f» n’est pas une date", "<code lang=\"fr\">checked: hier</code>",
			"boulangerie/pain.md:9", "Le lien mène au sujet boulangerie.rien", "Voir [là](boulangerie.rien).")
		if strings.Contains(got.body, `value="publish"`) {
			t.Error("it can be published")
		}
	}
	if number, _ := h.held(breadFile); number != 1 {
		t.Error("it was published")
	}
}

func TestWhoPublishesSecondIsToldAndKeepsWhatTheyTyped(t *testing.T) {
	t.Parallel()
	h, b := editor(t)
	mine, theirs := bread("Du pain de **seigle**."), bakery()
	theirs[breadFile] = &fstest.MapFile{Data: []byte(bread("Du pain de <b>maïs</b>."))}
	h.holds(theirs, "Maïs")
	form := edit(breadFile, "", 1, mine)
	got := b.post(topicPath, form)
	wantStatus(t, got, http.StatusConflict)
	wantContains(t, got.body, "Quelqu’un a publié entre-temps", "marc@exemple.fr", "Du pain de **seigle**.", "Du pain de &lt;b&gt;maïs", `name="after" value="2"`, "Ce texte-ci a changé aussi")
	form.Set("after", "2")
	wantStatus(t, b.publishes(form, ""), http.StatusSeeOther)
	if number, held := h.held(breadFile); number != 3 || held != mine {
		t.Errorf("edition %d holds %q", number, held)
	}
	elsewhere := edit(guideFile, "adresse", 2, "## Où est-ce ? {#adresse}\nsource: Adresse\n\nRue neuve.\n\n### On le demande ainsi\n\n"+ways("adresse", 12))
	got = b.post(topicPath, elsewhere)
	wantStatus(t, got, http.StatusConflict)
	wantContains(t, got.body, "Ce texte-ci n’a pas changé", "Rue neuve.")
	// The passage is gone meanwhile: the text still comes back.
	elsewhere.Set("part", "rien")
	got = b.post(topicPath, elsewhere)
	wantStatus(t, got, http.StatusNotFound)
	wantContains(t, got.body, "Rue neuve.", "Rien n’a été publié")
}

func TestATextThatChangedAfterItsCheckIsShownAgainBeforeItIsPublished(t *testing.T) {
	t.Parallel()
	h, b := editor(t)
	form := edit(breadFile, "", 1, bread("Du seigle."))
	checked := b.post(topicPath, form)
	form = edit(breadFile, "", 1, bread("Du maïs."))
	form.Set("do", "publish")
	form.Set("sum", sum.FindStringSubmatch(checked.body)[1])
	got := b.post(topicPath, form)
	wantStatus(t, got, http.StatusConflict)
	wantContains(t, got.body, "Le texte a changé depuis la vérification", "Du maïs.", `value="publish"`)
	form.Set("sum", sum.FindStringSubmatch(got.body)[1])
	form.Set("note", strings.Repeat("é", 201))
	got = b.post(topicPath, form)
	wantStatus(t, got, http.StatusUnprocessableEntity)
	wantContains(t, got.body, "La note compte 200", "Du maïs.")
	same := b.post(topicPath, edit(breadFile, "", 1, bread("Du **levain**.")))
	wantStatus(t, same, http.StatusUnprocessableEntity)
	wantContains(t, same.body, "Rien n’a changé")
	if number, _ := h.held(breadFile); number != 1 {
		t.Error("it was published")
	}
}

func TestAnotherFilesOverdueReviewDoesNotKeepAnEditorFromMendingThisOne(t *testing.T) {
	t.Parallel()
	h := open(t)
	overdue := bakery()
	overdue[guideFile] = &fstest.MapFile{Data: []byte(strings.Replace(string(overdue[guideFile].Data), "2060", "2020", 1))}
	h.holds(overdue, "")
	b := h.signInAs("claire@exemple.fr", bot.RoleEditor)
	wantContains(t, b.get(knowledgePath).body, `id="due-title"`, "À revoir depuis le 22\u00a0novembre\u00a02020"[:20])
	got := b.post(topicPath, edit(breadFile, "", 1, bread("Du seigle.")))
	wantStatus(t, got, http.StatusOK)
	wantContains(t, got.body, "Ailleurs, d’autres points", "boulangerie/guide.md:5", `value="publish"`)
	head := b.get(topicPath + "?file=" + guideFile + "&part=%23")
	wantStatus(t, head, http.StatusOK)
	got = b.post(topicPath, edit(guideFile, "#", 1, "---\ntitle: Guide\nkind: guide\nchecked: 2026-11-22\nreview: 2020-11-22\n---\n<!-- -->\n"))
	wantStatus(t, got, http.StatusUnprocessableEntity)
	wantContains(t, got.body, "était à revoir avant le 2020-11-22")
	got = b.publishes(edit(guideFile, "#", 1, "---\ntitle: Guide\nkind: guide\nchecked: 2026-11-22\nreview: 2060-11-22\n---\n"), "")
	wantStatus(t, got, http.StatusSeeOther)
	if _, held := h.held(guideFile); held != string(bakery()[guideFile].Data) {
		t.Errorf("the document is\n%s", held)
	}
}

func TestAnEntryIsAddedAndRemoved(t *testing.T) {
	t.Parallel()
	h, b := editor(t)
	for _, slug := range []string{"../x", "../../../etc/passwd", "a/b", "Tarte", "tarte aux pommes", "-x", "x.md", strings.Repeat("é", 9), "", "\x00", "pain", "horaires"} {
		got := b.get(knowledgePath + "/new?" + url.Values{"collection": {"boulangerie"}, "slug": {slug}}.Encode())
		wantStatus(t, got, http.StatusUnprocessableEntity)
	}
	for _, collection := range []string{"..", "../boulangerie", "nulle", ""} {
		wantStatus(t, b.get(knowledgePath+"/new?"+url.Values{"collection": {collection}, "slug": {"tarte"}}.Encode()), http.StatusUnprocessableEntity)
	}
	page := b.get(knowledgePath + "/new?collection=boulangerie&slug=tarte")
	wantStatus(t, page, http.StatusOK)
	wantContains(t, page.body, "document: Guide", "## On le demande ainsi", "faq/content/boulangerie/tarte.md")
	tarte := "faq/content/boulangerie/tarte.md"
	text := strings.ReplaceAll(strings.Replace(bread("Oui, voir le [pain](boulangerie.pain)."), "Quel pain", "Une tarte", 1), "- pain", "- tarte")
	wantStatus(t, b.publishes(edit(tarte, "", 1, text), "La tarte"), http.StatusSeeOther)
	if number, held := h.held(tarte); number != 2 || held != text {
		t.Errorf("edition %d holds %q", number, held)
	}

	// What something still leads to stays.
	kept := b.get(knowledgePath + "/remove?file=" + breadFile)
	wantStatus(t, kept, http.StatusOK)
	wantContains(t, kept.body, "Retiré", "boulangerie.pain", "boulangerie/tarte.md:9", "Ceci y mène encore")
	wantStatus(t, b.post(knowledgePath+"/remove", url.Values{"file": {breadFile}, "after": {"2"}}), http.StatusUnprocessableEntity)
	wantStatus(t, b.post(knowledgePath+"/remove", url.Values{"file": {tarte}, "after": {"1"}}), http.StatusConflict)
	wantStatus(t, b.post(knowledgePath+"/remove", url.Values{"file": {tarte}, "after": {"2"}}), http.StatusSeeOther)
	wantStatus(t, b.post(knowledgePath+"/remove", url.Values{"file": {guideFile}, "part": {"adresse"}, "after": {"3"}}), http.StatusSeeOther)
	if number, held := h.held(tarte); number != 4 || held != "" {
		t.Errorf("edition %d still holds %q", number, held)
	}
	if _, held := h.held(guideFile); strings.Contains(held, "adresse") || !strings.Contains(held, "{#horaires}") {
		t.Errorf("the guide is\n%s", held)
	}
	for _, path := range []string{"/remove?file=knowledge/content/boulangerie/collection.md", "/remove?file=" + guideFile + "&part=%23", "/remove?file=../x"} {
		wantStatus(t, b.get(knowledgePath+path), http.StatusNotFound)
	}

	got := b.get(knowledgePath + "/edition?number=1")
	wantContains(t, got.body, "Revenir à l’édition 1", "boulangerie.adresse", "Nouveau")
	wantStatus(t, b.post(knowledgePath+"/edition", url.Values{"number": {"1"}, "after": {"3"}}), http.StatusConflict)
	wantStatus(t, b.post(knowledgePath+"/edition", url.Values{"number": {"1"}, "after": {"4"}, "note": {"Retour"}}), http.StatusSeeOther)
	if number, held := h.held(guideFile); number != 5 || held != string(bakery()[guideFile].Data) {
		t.Errorf("edition %d holds\n%s", number, held)
	}
	wantStatus(t, b.get(knowledgePath+"/edition?number=99"), http.StatusNotFound)
}

func TestNoPlaceButAFileOfContentsIsWritten(t *testing.T) {
	t.Parallel()
	h, b := editor(t)
	for _, file := range []string{"../x.md", "faq/content/../../x.md", "/etc/passwd", "faq/content/boulangerie/../pain.md", "faq/content/a.md", "faq/content/a/b/c.md", "faq/content/a/b.txt", "knowledge/content/A/b.md", "faq/content/a/b.md\x00", ""} {
		got := b.post(topicPath, edit(file, "", 1, bread("Du <i>seigle</i>.")))
		wantStatus(t, got, http.StatusNotFound)
		wantContains(t, got.body, "Du &lt;i&gt;seigle") // it is given back
		wantStatus(t, b.get(topicPath+"?"+url.Values{"file": {file}}.Encode()), http.StatusNotFound)
	}
	long := b.post(topicPath, edit(breadFile, "", 1, bread(strings.Repeat("Du pain é. ", 20_000))))
	wantStatus(t, long, http.StatusUnprocessableEntity)
	wantContains(t, long.body, "Un texte compte 200", "Du pain é.")
	endless := b.post(topicPath, edit(breadFile, "", 1, strings.Repeat("x", 5<<20)))
	wantStatus(t, endless, http.StatusRequestEntityTooLarge)
	wantContains(t, endless.body, "Un texte compte 200")
	empty := b.post(topicPath, edit(breadFile, "", 1, " \n"))
	wantStatus(t, empty, http.StatusUnprocessableEntity)
	if number, _ := h.held(breadFile); number != 1 {
		t.Error("something was published")
	}
}

// heldBack is a store whose editions are published when the test lets them.
type heldBack struct {
	bot.Editions
	entered, leave chan struct{}
}

func (s heldBack) Publish(ctx context.Context, e bot.Edition, after int64) (int64, error) {
	s.entered <- struct{}{}
	<-s.leave
	return s.Editions.Publish(ctx, e, after)
}

func TestOnePublicationIsMadeAtATimeAndTheOtherKeepsItsText(t *testing.T) {
	t.Parallel()
	base := open(t)
	store := heldBack{base.db, make(chan struct{}), make(chan struct{})}
	h := base.again(func(o *desk.Options) {
		o.Knowledge = &desk.Knowledge{Publisher: publish.New(publish.Options{Editions: store, Cache: t.TempDir(), Now: base.now, Patience: time.Millisecond})}
	})
	h.holds(bakery(), "")
	first, second := h.signInAs("claire@exemple.fr", bot.RoleEditor), h.signInAs("hugo@exemple.fr", bot.RoleEditor)
	done := make(chan answer, 1)
	go func() { done <- first.publishes(edit(breadFile, "", 1, bread("Du seigle.")), "") }()
	<-store.entered
	got := second.publishes(edit(breadFile, "", 1, bread("Du maïs.")), "")
	wantStatus(t, got, http.StatusServiceUnavailable)
	wantContains(t, got.body, "Une autre publication est en cours", "Du maïs.")
	close(store.leave)
	wantStatus(t, <-done, http.StatusSeeOther)
	if number, held := h.held(breadFile); number != 2 || held != bread("Du seigle.") {
		t.Errorf("edition %d holds %q", number, held)
	}
}

func TestAFormThatIsSentTwicePublishesOnce(t *testing.T) {
	t.Parallel()
	h, b := editor(t)
	form := edit(breadFile, "", 1, bread("Du seigle."))
	for range 2 {
		got := b.post(topicPath, form)
		form.Set("do", "publish")
		if m := sum.FindStringSubmatch(got.body); m != nil {
			form.Set("sum", m[1])
			got = b.post(topicPath, form)
		}
		wantStatus(t, got, http.StatusSeeOther)
		if to := got.header.Get("Location"); to != knowledgePath+"?done=published&edition=2" {
			t.Errorf("it leads to %s", to)
		}
	}
	if number, _ := h.held(breadFile); number != 2 {
		t.Errorf("the newest edition is %d", number)
	}
}

func TestWhatTheSitesNeedIsNotTakenFromThem(t *testing.T) {
	t.Parallel()
	base := open(t)
	h := base.again(func(o *desk.Options) {
		fit := func(c knowledge.Contents) error {
			if _, ok := c.Topic("boulangerie.pain"); !ok {
				return fmt.Errorf(`sites.yaml:6: site "demo": there is no topic "boulangerie.pain"`)
			}
			return nil
		}
		o.Knowledge = &desk.Knowledge{Publisher: publish.New(publish.Options{Editions: base.db, Fit: fit}), Serving: func() int64 { return 0 }}
	})
	h.holds(bakery(), "")
	b := h.signInAs("claire@exemple.fr", bot.RoleEditor)
	wantContains(t, b.get(knowledgePath).body, "Ce serveur répond encore d’après l’édition précédente")
	wantContains(t, b.get(knowledgePath+"/remove?file="+breadFile).body, "Les sites de ce serveur ne pourraient pas répondre", "sites.yaml:6")
	wantStatus(t, b.post(knowledgePath+"/remove", url.Values{"file": {breadFile}, "after": {"1"}}), http.StatusUnprocessableEntity)
	// Nor by going back to what has it not.
	got := b.get(knowledgePath + "/edition?number=0")
	wantContains(t, got.body, "Les sites de ce serveur ne pourraient pas répondre")
	wantStatus(t, b.post(knowledgePath+"/edition", url.Values{"number": {"0"}, "after": {"1"}}), http.StatusUnprocessableEntity)
}

func TestNothingInTheKnowledgeRunsAtTheDesk(t *testing.T) {
	t.Parallel()
	h := open(t)
	quoted := strconv.Quote(evil)
	tree := fstest.MapFS{
		"knowledge/content/boulangerie/collection.md":                {Data: []byte("---\nname: " + quoted + "\nlead: " + quoted + "\n---\n")},
		"faq/content/boulangerie/\"><script>window.hit=1<script>.md": {Data: []byte("---\nx: [\n---\n" + evil)},
		breadFile: {Data: []byte("---\ndocument: " + quoted + "\nsection: " + quoted + "\nurl: javascript:window.hit=1\nchecked: 2026-11-22\nreview: 2026-11-23\n---\n# " + evil + "\n\n" + evil + " </textarea>\n\n## On le demande ainsi\n\n" + ways(evil, 20))},
	}
	h.holds(tree, evil)
	h.holds(bakery(), evil+" 2")
	h.holds(tree, evil)
	h.signInAs("claire@exemple.fr", bot.RoleAdmin)
	c := h.chromium()
	safe := func(where string) {
		t.Helper()
		c.eventually(`document.querySelector('main') != null`)
		hit, err := chromedp.Run(c.ctx, chromedp.Evaluate[bool](`window.hit !== undefined || [...document.querySelectorAll('a[href]')].some((a) => a.protocol === 'javascript:') || document.querySelector('[onerror], script:not([src])') != null`))
		if err != nil || hit {
			t.Errorf("%s runs what was stored: %v, %v", where, hit, err)
		}
	}
	for _, path := range []string{"", "?q=" + url.QueryEscape(evil), "/topic?id=boulangerie.pain", "/topic?file=" + url.QueryEscape("faq/content/boulangerie/\"><script>window.hit=1<script>.md"), "/topic?file=knowledge/content/boulangerie/collection.md",
		"/remove?file=" + breadFile, "/edition?number=2", "/edition?number=1", "/new?collection=boulangerie&slug=" + url.QueryEscape(evil)} {
		c.do(chromedp.Navigate(c.url + knowledgePath + path))
		safe(path)
	}
	c.do(chromedp.Navigate(c.url+topicPath+"?id=boulangerie.pain"), chromedp.SendKeys(chromedp.CSS("#text"), "[x](javascript:window.hit=1) <img src=x onerror=window.hit=1>"), chromedp.Click(chromedp.CSS("[value=check]")))
	c.eventually(`document.querySelector('[role=alert]') != null`)
	safe("a check")
}

func TestTheEditorsStatesHaveNoAccessibilityViolations(t *testing.T) {
	t.Parallel()
	h := open(t)
	tree := bakery()
	tree[guideFile] = &fstest.MapFile{Data: []byte(strings.Replace(string(tree[guideFile].Data), "review: 2060-11-22", "review: "+h.now().AddDate(0, 0, 12).Format(time.DateOnly), 1))}
	h.holds(bakery(), "Première édition")
	h.holds(tree, "Les horaires d’hiver, et une note qui en dit assez long pour ne pas tenir sur une seule ligne d’un téléphone")
	h.signInAs("claire@exemple.fr", bot.RoleAdmin)
	c := h.chromium()
	c.visit("knowledge-bakery", knowledgePath)
	typed := func(text string) chromedp.Action[chromedp.Void] {
		return chromedp.Evaluate[chromedp.Void]("document.querySelector('#text').value = new TextDecoder().decode(Uint8Array.from(atob('" + base64.StdEncoding.EncodeToString([]byte(text)) + "'), (c) => c.charCodeAt(0)))")
	}
	c.do(chromedp.Navigate(c.url+topicPath+"?id=boulangerie.pain"), typed(strings.Replace(bread("Voir [là](boulangerie.rien)."), "section: Le pain\n", "", 1)), chromedp.Click(chromedp.CSS("[value=check]")))
	c.eventually(`document.querySelector('.found') != null`)
	c.check("knowledge-problems")
	c.do(typed(bread("Du pain de **seigle**, et de la brioche le dimanche.")), chromedp.Click(chromedp.CSS("[value=check]")))
	c.eventually(`document.querySelector('.changes') != null`)
	c.do(chromedp.Click(chromedp.CSS(".changes summary")))
	c.eventually(`document.querySelector('.both').textContent.includes('Du levain.') && document.querySelector('.both').textContent.includes('Du pain de seigle')`)
	c.check("knowledge-checked")
	theirs := bakery()
	theirs[breadFile] = &fstest.MapFile{Data: []byte(bread("Du maïs."))}
	h.holds(theirs, "Maïs")
	c.do(chromedp.Click(chromedp.CSS("[value=publish]")))
	c.eventually(`document.querySelector('#theirs') != null`)
	c.check("knowledge-conflict")
	c.visit("knowledge-edition", knowledgePath+"/edition?number=2")
}
