package bot_test

import (
	"strings"
	"testing"

	"guichet/bot"
)

func TestATranscriptIsADatedDocumentOfWhatWasSaid(t *testing.T) {
	t.Parallel()
	transcript := bot.Transcript{Site: "assurance <micro>", Reference: "G-4F7K-2MQ9", Made: at(t, "2026-02-04 09:05"), Messages: []bot.Message{
		{Seq: 1, From: bot.FromCustomer, Text: "Où est <b>mon</b> **kbis** ?\nmerci", At: at(t, "2026-02-03 23:59")},
		{Seq: 2, From: bot.FromBot, Text: "Voir [le Kbis](micro.kbis) sur **Infogreffe**.", At: at(t, "2026-02-04 00:00"),
			Reply: &bot.Reply{Kind: bot.Answer, Why: &bot.Why{Rule: bot.RuleSure}, Citations: []bot.Citation{{Document: "Foire aux questions", Section: "Kbis", Checked: "2026-01-01"}}}},
		{Seq: 3, From: bot.FromAgent, Agent: "Inès M.", Text: "C’est *fait*.<script>x</script>", At: at(t, "2026-02-04 09:00"),
			Attachments: []bot.Attachment{{Name: "attestation <1>.pdf", Type: "application/pdf", Size: 1_260_000}}},
	}}
	text := transcript.Text()
	for _, want := range []string{
		"Transcription de la conversation\nSite\u202f: assurance <micro>\nRéférence\u202f: G-4F7K-2MQ9\nÉtablie le\u202f: mercredi 4 février 2026 à 09:05\n",
		"MARDI 3 FÉVRIER 2026\n\n23:59  Client\nOù est <b>mon</b> **kbis**\u202f?\nmerci\n", "MERCREDI 4 FÉVRIER 2026\n\n00:00  Assistant automatique\nVoir le Kbis sur Infogreffe.\n",
		"Source\u202f: Foire aux questions, Kbis (vérifié le 1er janvier 2026)\n", "09:00  Inès M., conseiller\nC’est fait.", "Fichier\u202f: attestation <1>.pdf (1,3\u00a0Mo)\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	page, err := transcript.HTML(bot.NewRenderer())
	if err != nil {
		t.Fatal(err)
	}
	html := string(page)
	for _, want := range []string{"Où est &lt;b&gt;mon&lt;/b&gt; **kbis** ?", "Voir le Kbis sur <strong>Infogreffe</strong>.", "assurance &lt;micro&gt;", "<h2>mercredi 4 février 2026</h2>", "C’est <em>fait</em>", "attestation &lt;1&gt;.pdf (1,3\u00a0Mo)"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %q:\n%s", want, html)
		}
	}
	if strings.Contains(html, "<script") || strings.Contains(html+text, string(bot.RuleSure)) {
		t.Errorf("the page holds what it must not:\n%s", html)
	}
	transcript.Base = "https://guichet.example/"
	if page, _ = transcript.HTML(bot.NewRenderer()); !strings.Contains(string(page), `<a href="https://guichet.example/source/micro.kbis">le Kbis</a>`) {
		t.Errorf("the link leads nowhere:\n%s", page)
	}
}
