package faq_test

import (
	"fmt"
	"strings"
	"testing"

	"guichet/faq"
)

// outline writes the headings of a text, indented by their level.
func outline(page faq.Page) []string {
	var list []string
	for _, s := range page.Sections {
		if s.Title != "" {
			list = append(list, fmt.Sprintf("%d %s", s.Level, s.Title))
		}
	}
	return list
}

func textPage(t *testing.T, text string) faq.Page {
	t.Helper()
	return faq.Outline(lines(t, "page.txt", text))
}

func TestImportReadsNumberedArticles(t *testing.T) {
	t.Parallel()
	page := textPage(t, `Contrat de dépôt

Sommaire
1. Objet ........ 2
2. Durée ........ 3

1. Objet du dépôt

Le dépôt est gratuit. Il comprend :

1. la garde,
2. la restitution.

2. Durée

2.1 Début

Le dépôt débute à la remise.

2.2 Fin

Le dépôt finit au retrait.

Article 3 – Responsabilité

Le dépositaire répond du dépôt.
Page 2/4

Force majeure

Elle le libère.

Qui la prouve ?

Lui.

Article 4 : Litiges

Le juge du lieu est compétent.
`)
	equalLists(t, outline(page), []string{
		"2 1. Objet du dépôt", "2 2. Durée", "3 2.1 Début", "3 2.2 Fin", "2 Article 3 – Responsabilité",
		"3 Force majeure", "4 Qui la prouve ?", "2 Article 4 : Litiges",
	})
	if page.Title != "Contrat de dépôt" {
		t.Errorf("the title is %q", page.Title)
	}
	if body := page.Sections[0].Body; page.Sections[0].Title == "1. Objet du dépôt" && !strings.HasSuffix(body, "\n\n1. la garde,\n2. la restitution.") {
		t.Errorf("the list is lost: %q", body)
	}
}

func TestImportJoinsTheLinesOfAWrappedText(t *testing.T) {
	t.Parallel()
	page := textPage(t, `Comment se passe la visite ?

La visite commence à neuf heures devant la grande porte, où le
Guide remet à chacun un casque et un plan. Elle dure deux heures
et se termine au café. Prévoyez de bonnes chaussures : le sol de
Paris est inégal. Apportez :

- un vêtement chaud, car la température descend en dessous de
  douze degrés toute l'année ;
- une lampe.

Que faire en cas de retard ?

Téléphonez à l'accueil, qui prévient le guide. Au delà de vingt
minutes la visite est perdue, mais elle peut être reportée sans
frais dans les trois mois, une seule fois.
`)
	equalLists(t, outline(page), []string{"2 Comment se passe la visite ?", "2 Que faire en cas de retard ?"})
	want := "La visite commence à neuf heures devant la grande porte, où le Guide remet à chacun un casque et un plan. " +
		"Elle dure deux heures et se termine au café. Prévoyez de bonnes chaussures : le sol de Paris est inégal. Apportez :\n\n" +
		"- un vêtement chaud, car la température descend en dessous de douze degrés toute l'année ;\n- une lampe."
	if got := page.Sections[0].Body; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestImportFindsListsThatLostTheirMarks(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, body string }{
		"small letters below a colon": {
			"Sont compris :\n\nles frais de dossier\nla visite (le matin)\n\nLe reste est à payer.",
			"Sont compris :\n\n- les frais de dossier\n- la visite (le matin)\n\nLe reste est à payer.",
		},
		"labels below a colon": {
			"Prenez un formulaire :\n\nFormulaire bleu (adultes)\nFormulaire vert (enfants)\n",
			"Prenez un formulaire :\n\n- Formulaire bleu (adultes)\n- Formulaire vert (enfants)",
		},
		"elements glued together": {
			"Sont exclus :\n\nles vols ;les pertes ;les retards ;les grèves.Grève : arrêt du travail.",
			"Sont exclus :\n\n- les vols ;\n- les pertes ;\n- les retards ;\n- les grèves.\n\nGrève : arrêt du travail.",
		},
		"a mark alone on its line": {"Deux cas :\n-\nLe premier. -\nLe second.", "Deux cas :\n\n- Le premier.\n- Le second."},
		"questions in a list are no headings": {
			"On vous demandera :\n\n1. Fumez-vous ?\n2. Buvez-vous ?\n3. Dormez-vous ?\n\nRépondez vrai.",
			"On vous demandera :\n\n1. Fumez-vous ?\n2. Buvez-vous ?\n3. Dormez-vous ?\n\nRépondez vrai.",
		},
		"an address is no list":           {"Écrivez à :\n\naccueil@halles.example", "Écrivez à :\n\naccueil@halles.example"},
		"a formula is kept on its line":   {"Le calcul est simple.\nprix = nombre x tarif\nremise = prix x 10 %", "Le calcul est simple.\n\nprix = nombre x tarif\n\nremise = prix x 10 %"},
		"a text that looks like Markdown": {"Lisez ceci.\n\n# pas un titre\n\n> pas une citation.", "Lisez ceci.\n\n\\# pas un titre\n\n\\> pas une citation."},
		"numbers of the source are kept":  {"Étapes :\n3) la troisième\n4) la quatrième", "Étapes :\n\n3. la troisième\n4. la quatrième"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := textPage(t, "Aide\n\nQue faut-il savoir ?\n\n"+test.text)
			if len(page.Sections) != 1 || page.Sections[0].Body != test.body {
				t.Errorf("got %+v\nwant %q", page.Sections, test.body)
			}
		})
	}
}

func TestImportSetsPageFurnitureAside(t *testing.T) {
	t.Parallel()
	for _, furniture := range []string{
		"Accueil > Aide > Contrat", "Home / Help", "Retour en haut de page", "Lire la suite", "Page 3 sur 12", "- 4 -",
		"Mis à jour le 3 mai 2024", "Accepter les cookies", "© Halles 2024", "* * *", "2024-05-03T10:00:00Z", "Garanties ........ 12",
	} {
		t.Run(furniture, func(t *testing.T) {
			t.Parallel()
			drafts, unplaced := wholePage(lines(t, "a.txt", "Comment payer ?\n\nAu guichet.\n\n"+furniture+"\n\nOu par carte."))
			equalDrafts(t, drafts, []faq.Draft{{Question: "Comment payer ?", Answer: "Au guichet.\n\nOu par carte.", Line: 1}})
			equalUnplaced(t, unplaced, []string{"5 " + furniture + " (page furniture)"})
		})
	}
}

func TestImportTellsRunningTitlesFromHeadingsThatComeBack(t *testing.T) {
	t.Parallel()
	page := textPage(t, strings.Join([]string{
		"Guide des halles", "", "La viande", "Elle est fraîche.", "", "La prévention", "", "Gardez-la au froid.", "", "Guide des halles", "Guide des halles", "",
		"Le poisson", "Il est du jour.", "", "La prévention", "", "Sur glace.", "", "Guide des halles", "",
		"Les fruits", "Ils sont mûrs.", "", "La prévention", "", "À l'ombre.", "",
	}, "\n"))
	if page.Title != "Guide des halles" {
		t.Errorf("the title is %q", page.Title)
	}
	equalLists(t, outline(page), []string{
		"2 La viande", "3 La prévention", "2 Le poisson", "3 La prévention", "2 Les fruits", "3 La prévention",
	})
	if len(page.Unplaced) != 3 {
		t.Errorf("unplaced: %+v, want the three running titles", page.Unplaced)
	}
}

func TestImportListsQuestionsThatHaveNoAnswer(t *testing.T) {
	t.Parallel()
	drafts, unplaced := wholePage(lines(t, "a.md", "# Aide\n\n## Où dormir ?\n\n## Où manger ?\n\nAu café.\n\n## Où aller ?\n"))
	equalDrafts(t, drafts, []faq.Draft{{Question: "Où manger ?", Answer: "Au café.", Line: 5}})
	equalUnplaced(t, unplaced, []string{
		"1 Aide (title of the page)", "3 Où dormir ? (heading without text)", "9 Où aller ? (heading without text)",
	})
}
