package desk_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"guichet/bot"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

func seed(h *house) {
	h.addUser("claire@exemple.fr", "Claire Moreau")
	sami := h.addUser("sami@exemple.fr", "Sami Haddad")
	claire, _ := h.db.User(h.t.Context(), "claire@exemple.fr")
	cit := []bot.Citation{{Topic: "micro.attestation", Document: "Foire aux questions micro-entreprise", Section: "Attestation", URL: "https://example.org", Checked: "2026-10-02"}}
	k := "alpha"
	h.say(k, "bonjour jai une erreur sur mon attestation", bot.Reply{Kind: bot.Answer, Text: "Chez assurance-microentreprise.fr, une attestation se corrige **gratuitement**, sous 2 jours ouvrables.\n\n1. Indiquez le numéro de l’attestation.\n2. Dites ce qui doit changer.\n3. La nouvelle attestation arrive par e-mail.", Topic: "micro.attestation", Citations: cit, Choices: []bot.Choice{{Label: "Cela répond à ma question", Value: "y"}, {Label: "Faire corriger mon attestation", Value: "n"}}}, nil)
	h.say(k, "Faire corriger mon attestation", bot.Reply{Kind: bot.Escalate, Text: "Qu’est-ce qui doit être corrigé ?\n\nPar exemple : le nom de l’entreprise, l’adresse, l’activité."}, nil)
	h.say(k, "le nom, c’est « Les Délices de Karim » et pas « Les Delices de Karine ».\nEt l’adresse est bonne.", bot.Reply{Kind: bot.Escalate, Text: "Merci. Votre demande **G-4F7K-2MQ9** est enregistrée : un conseiller vous répond ici sous 1 jour ouvré."},
		&bot.Ticket{Reference: "G-4F7K-2MQ9", Category: bot.AttestationCorrection, Fields: map[bot.Field]string{bot.Correction: "Nom de l’entreprise : « Les Délices de Karim » au lieu de « Les Delices de Karine »", bot.AttestationNumber: "AT-2026-004518", bot.SubscriptionDate: "2026-02-03", bot.Siren: "732829320", bot.Email: "karim.benali@exemple.fr", bot.Name: "Karim Benali", bot.Phone: "06 12 34 56 78"}})
	ctx := h.t.Context()
	h.db.AssignTicket(ctx, "G-4F7K-2MQ9", claire, claire.Email)
	h.db.NoteTicket(ctx, "G-4F7K-2MQ9", sami, "Vu avec la gestion : le nom vient du SIRENE, il faut un justificatif.\nLe client a déjà appelé hier.", "n1")
	h.db.ReplyTicket(ctx, "G-4F7K-2MQ9", claire, "Bonjour Monsieur Benali,  \nje corrige le nom aujourd’hui. Pouvez-vous m’envoyer un extrait Kbis ou votre avis de situation SIRENE ?", "r1")
	h.say(k, "oui je vous envoie ca ce soir, merci", bot.Reply{Kind: bot.Silent}, nil)
	names := []string{"Nadia Lefèvre", "Jean-Baptiste Charpentier-Delacourt", "Thi Mai Nguyen", "Olivier Petit", "", "Fatou Diop", "Marc Giraud", "Inès Colin"}
	texts := []string{"Ma caisse enregistreuse a été volée sur le marché de Vincennes pendant que je déchargeais le camion", "Je conteste la prime prélevée deux fois en octobre", "Perdu l’attestation, contrôle demain matin au marché", "Un client a glissé sur la bâche de mon étal"}
	for i := range 60 {
		ref := fmt.Sprintf("G-%04d-7RKX", 1000+i*37)
		def := bot.Definitions()[(i*3)%5]
		fields := map[bot.Field]string{bot.Email: fmt.Sprintf("client%d@exemple.fr", i)}
		if n := names[i%len(names)]; n != "" {
			fields[bot.Name] = n
		}
		if def.Category != bot.AttestationCopy {
			fields[bot.Description] = texts[i%len(texts)]
			fields[bot.IncidentDate] = "2026-11-14"
		} else {
			fields[bot.AttestationNumber] = fmt.Sprintf("AT-2026-%06d", i*913)
		}
		h.say(ref, "bonjour", bot.Reply{Kind: bot.Escalate, Text: "D’accord."}, &bot.Ticket{Reference: ref, Category: def.Category, Fields: fields})
		switch i % 6 {
		case 1:
			h.db.SetTicketStatus(ctx, ref, sami, bot.Waiting)
		case 2:
			h.db.SetTicketStatus(ctx, ref, sami, bot.Closed)
		case 3:
			h.db.AssignTicket(ctx, ref, sami, sami.Email)
		}
	}
	// bring the ticket to the top
	h.say(k+"2", "C’est urgent", bot.Reply{Kind: bot.Abstain, Text: "Je n’ai pas de réponse sûre à cette question."}, &bot.Ticket{Reference: "G-9ZZZ-1AAA", Category: bot.Human, Fields: map[bot.Field]string{bot.Description: strings.Repeat("Texte très long sans fin ", 30), bot.Email: "x@exemple.fr"}})
}

func TestLook(t *testing.T) {
	out := os.Getenv("LOOK")
	if out == "" {
		t.Skip("set LOOK")
	}
	h := open(t)
	seed(h)
	h.clock.Store(int64(3 * time.Hour))
	b := h.signIn("claire@exemple.fr")
	page := b.get("/desk/ticket/G-4F7K-2MQ9").body
	_ = page
	ctx, cancel := chromedp.NewContext(context.Background())
	defer cancel()
	ctx, cancel2 := context.WithTimeout(ctx, 4*time.Minute)
	defer cancel2()
	do := func(as ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, as...); err != nil {
			t.Fatal(err)
		}
	}
	media := func(scheme string) chromedp.Action[chromedp.Void] {
		return chromedp.Func(func(ctx context.Context, tg *chromedp.Target) error {
			_, err := cdp.Call(ctx, tg, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
			return err
		})
	}
	shot := func(name string, full bool) {
		t.Helper()
		var data []byte
		var err error
		if full {
			data, err = chromedp.Run(ctx, chromedp.FullScreenshot(100))
		} else {
			data, err = chromedp.Run(ctx, chromedp.CaptureScreenshot())
		}
		if err != nil {
			t.Fatal(err)
		}
		os.WriteFile(out+"/"+name+".png", data, 0o644)
	}
	u := h.server.URL
	do(chromedp.EmulateViewport(1440, 900), chromedp.Navigate(u+"/desk/login"))
	shot("login-1440", false)
	do(chromedp.SendKeys(chromedp.CSS("#email"), "claire@exemple.fr"), chromedp.SendKeys(chromedp.CSS("#password"), password+"\r"), chromedp.WaitVisible(chromedp.CSS(".rows")))
	pages := map[string]string{"queue": "/desk/", "ticket": "/desk/ticket/G-4F7K-2MQ9", "empty": "/desk/?q=zzzzz", "closed": "/desk/?status=resolved", "404": "/desk/nowhere", "long": "/desk/ticket/G-9ZZZ-1AAA"}
	_ = pages
	do(media("dark"), chromedp.EmulateViewport(1440, 900), chromedp.Navigate(u+"/desk/ticket/G-4F7K-2MQ9"), chromedp.Evaluate[chromedp.Void](`document.querySelector('[data-seen]').value='4'; document.querySelector('#reply-text').value='Bonjour,\nmerci'; document.querySelector('form.reply').submit()`), chromedp.Sleep(time.Second))
	shot("warned-1440-dark", false)
	do(media("light"), chromedp.EmulateViewport(360, 740), chromedp.Navigate(u+"/desk/ticket/G-4F7K-2MQ9"), chromedp.Evaluate[chromedp.Void](`document.querySelector('#compose').scrollIntoView()`), chromedp.Sleep(200*time.Millisecond))
	shot("compose-360", false)
	do(chromedp.Navigate(u+"/desk/?mine=1"), chromedp.Sleep(200*time.Millisecond))
	shot("mine-360", false)
	do(chromedp.EmulateViewport(720, 450), chromedp.Navigate(u+"/desk/ticket/G-4F7K-2MQ9"), chromedp.Sleep(200*time.Millisecond))
	shot("zoom200", false)
	do(chromedp.EmulateViewport(800, 1100), chromedp.Func(func(ctx context.Context, tg *chromedp.Target) error {
		_, err := cdp.Call(ctx, tg, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	}), chromedp.Navigate(u+"/desk/ticket/G-4F7K-2MQ9"), chromedp.Sleep(200*time.Millisecond))
	shot("print", true)
}

func TestLookSetup(t *testing.T) {
	out := os.Getenv("LOOK")
	h := open(t)
	token := h.setupToken(h.now())
	ctx, cancel := chromedp.NewContext(context.Background())
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(768, 900), chromedp.Navigate(h.server.URL+"/desk/setup?token="+token), chromedp.Evaluate[chromedp.Void](`document.querySelector('#email').value='x'; document.querySelector('#name').value='Claire'; document.querySelector('form').submit()`), chromedp.Sleep(time.Second)); err != nil {
		t.Fatal(err)
	}
	data, _ := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	os.WriteFile(out+"/setup.png", data, 0o644)
}
