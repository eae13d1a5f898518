package faq_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"guichet/faq"
	"guichet/faq/faqtest"
)

func importFAQ(t *testing.T, name string, data []byte) ([]faq.Draft, []faq.Unplaced) {
	t.Helper()
	lines, _, err := faq.ReadLines(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return wholePage(lines)
}

func questions(drafts []faq.Draft) []string {
	var list []string
	for _, d := range drafts {
		list = append(list, d.Question)
	}
	return list
}

func equalLists(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\n\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// fold keeps what carries meaning of a text: letters in small, digits and currencies.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Sc, r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

func TestImportFindsTheQuestionsThatAPublishingSystemMarkedWithTimestamps(t *testing.T) {
	t.Parallel()
	name, data := faqtest.Page(t, "000")
	drafts, unplaced := importFAQ(t, name, data)
	equalLists(t, questions(drafts), []string{
		"Je viens de souscrire à une assurance et je souhaite exercer mon droit de rétractation",
		"J’ai une question mais je ne trouve pas la réponse",
		"Comment obtenir un extrait Kbis ?",
		"Je souhaite renouveler mon contrat",
		"Je ne parviens pas à me connecter à mon compte",
		"J’ai fait une erreur lors de ma souscription",
		"Je n’ai pas reçu mon attestation, que dois je faire ?",
		"En cas de sinistre, comment faire ?",
		"A quelle adresse je dois renvoyer mon contrat signé ?",
		"Comment télécharger le contrat que je dois renvoyer ?",
		"Où se trouve mon N° client ?",
		"Comment télécharger mon attestation ?",
	})
	for _, d := range drafts {
		if d.Answer == "" {
			t.Errorf("%q has no answer", d.Question)
		}
		for _, furniture := range []string{"T07:", "2020-11-09", "Go to Top", "Accueil |", "Foire aux Questions", "Numero Client"} {
			if strings.Contains(d.Question+d.Answer, furniture) {
				t.Errorf("%q holds the page furniture %q", d.Question, furniture)
			}
		}
	}
	reasons := map[string]string{}
	for _, u := range unplaced {
		reasons[u.Text] = u.Reason
	}
	for text, reason := range map[string]string{
		"Go to Top": faq.ReasonFurniture, "Accueil | F.A.Q Foire aux Questions": faq.ReasonFurniture,
		"2020-11-09T07:20:42+01:00": faq.ReasonFurniture, "Numero Client Assurance-marche.fr": faq.ReasonCaption,
		"F.A.Q Foire aux Questions": reasonTitle, "A consulter avant de contacter notre service client.": faq.ReasonPreamble,
	} {
		if reasons[text] != reason {
			t.Errorf("%q is unplaced as %q, want %q", text, reasons[text], reason)
		}
	}
}

func TestImportKeepsTheListsOfAnAnswer(t *testing.T) {
	t.Parallel()
	name, data := faqtest.Page(t, "000")
	drafts, _ := importFAQ(t, name, data)
	answers := map[string]string{}
	for _, d := range drafts {
		answers[d.Question] = d.Answer
	}
	for question, parts := range map[string][]string{
		"Je souhaite renouveler mon contrat": {"Pour cela :\n\n1. Connectez vous", "\n5. Cliquez sur", "\n\n- Vous pouvez alors imprimer"},
		"Je ne parviens pas à me connecter à mon compte": {
			"- Si vous avez souscrit pour la première fois avant le 20 Février 2020 :\n   - Vous devez recréer un compte.", "\n- Si vous ne parvenez pas",
		},
		"Comment télécharger le contrat que je dois renvoyer ?": {"- Contrat Niveau 1 (Tous commerces sauf alimentaire)\n- Contrat Niveau 2"},
		"A quelle adresse je dois renvoyer mon contrat signé ?": {"à l’adresse :\n\ncontact@assurance-microentreprise.fr"},
	} {
		for _, part := range parts {
			if !strings.Contains(answers[question], part) {
				t.Errorf("the answer to %q lacks %q:\n%s", question, part, answers[question])
			}
		}
	}
}

func TestImportProposesQuestionsForATextWithoutHeadings(t *testing.T) {
	t.Parallel()
	name, data := faqtest.Page(t, "001")
	drafts, unplaced := importFAQ(t, name, data)
	list := questions(drafts)
	for _, want := range []string{
		"Avec ce nouvel espace client, vous devez vous-même créer votre mot de passe de connexion",
		"Voici quelques conseils essentiels pour élaborer un mot de passe robuste",
		"Comment accéder à toutes mes entreprises ?",
		"Il existe 2 types de profils sur votre espace client",
		"Comment obtenir vos attestations d'assurance ?",
		"Pourquoi digitaliser toutes vos attestations d'assurance ?",
		"Ce menu vous permet de : Mettre à jour les coordonnées de votre entreprise",
		"Comment réaliser une déclaration de sinistre ?",
		"Vous avez des questions ou souhaitez ajouter des éléments complémentaires ?",
	} {
		if !slices.Contains(list, want) {
			t.Errorf("no draft %q among\n%s", want, strings.Join(list, "\n"))
		}
	}
	for _, d := range drafts {
		found := strings.Contains(string(data), "\n"+d.Question+"\n")
		if d.Proposed == found {
			t.Errorf("%q: proposed is %v, but the source has it as a heading: %v", d.Question, d.Proposed, found)
		}
		if words := len(strings.Fields(d.Answer)); words < 10 || words > 320 {
			t.Errorf("the answer to %q has %d words", d.Question, words)
		}
	}
	if len(unplaced) != 1 || unplaced[0].Reason != reasonTitle {
		t.Errorf("unplaced: %+v, want the title alone", unplaced)
	}
}

func TestImportFAQLosesNoLineOfARealPage(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"000", "001", "002", "003", "004"} {
		name, data := faqtest.Page(t, prefix)
		drafts, unplaced := importFAQ(t, name, data)
		var placed strings.Builder
		for _, d := range drafts {
			placed.WriteString(fold(d.Question) + "\n" + fold(d.Answer) + "\n")
		}
		aside := map[int][]string{}
		for _, u := range unplaced {
			if u.Reason == "" || u.Line == 0 || u.Text == "" {
				t.Errorf("%s: unplaced without line, text or reason: %+v", prefix, u)
			}
			aside[u.Line] = append(aside[u.Line], fold(u.Text))
			if u.Reason != faq.ReasonFurniture { // a paragraph of several lines, listed by its first
				placed.WriteString(fold(u.Text) + "\n")
			}
		}
		for i, line := range strings.Split(string(data), "\n") {
			if rest := missing(line, placed.String(), aside[i+1]); rest != "" {
				t.Errorf("%s:%d: %q is neither in a draft nor unplaced", prefix, i+1, rest)
			}
		}
	}
}

// missing returns what of a source line is neither placed nor set aside.
func missing(line, placed string, aside []string) string {
	whole := fold(line)
	for _, text := range aside {
		whole = strings.Replace(whole, text, "", 1)
	}
	if strings.Contains(placed, whole) {
		return ""
	}
	for _, sentence := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(".;!?:", r) }) {
		part := fold(sentence)
		for _, text := range aside {
			part = strings.Replace(part, text, "", 1)
		}
		if !strings.Contains(placed, part) {
			return sentence
		}
	}
	return ""
}

func TestImportInventsNothing(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"000", "001", "002", "003", "004"} {
		name, data := faqtest.Page(t, prefix)
		drafts, _ := importFAQ(t, name, data)
		source := fold(string(data))
		for _, d := range drafts {
			for _, line := range strings.Split(d.Answer, "\n") {
				for _, sentence := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(".;!?", r) }) {
					if !strings.Contains(source, fold(sentence)) {
						t.Errorf("%s: %q is not in the source", prefix, sentence)
					}
				}
			}
		}
	}
}
