package knowledge_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"guichet/faq"
	"guichet/faq/faqtest"
	"guichet/knowledge"
)

// importCorpus imports the real page whose file begins with prefix.
func importCorpus(t *testing.T, prefix, as string) (knowledge.DocumentDraft, string) {
	t.Helper()
	name, data := faqtest.Page(t, prefix)
	d, err := knowledge.ImportDocument(name, data, as)
	if err != nil {
		t.Fatal(err)
	}
	return d, string(data)
}

func sectionsOf(d knowledge.DocumentDraft) []string {
	var list []string
	for _, s := range d.Sections {
		list = append(list, fmt.Sprintf("%d %s", s.Level, s.Title))
	}
	return list
}

func wantList(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\n\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func sectionText(t *testing.T, d knowledge.DocumentDraft, title string) string {
	t.Helper()
	for _, s := range d.Sections {
		if s.Title == title {
			return s.Body
		}
	}
	t.Errorf("there is no section %q", title)
	return ""
}

func TestImportFindsTheSectionsOfAContract(t *testing.T) {
	t.Parallel()
	d, _ := importCorpus(t, "003", "")
	wantList(t, sectionsOf(d), []string{
		"2 LEXIQUE",
		"2 OBJET DU CONTRAT",
		"2 CONDITIONS DE SOUSCRIPTION",
		"2 OBLIGATION DE L'ASSURÉ",
		"3 Obligation de déclarer les circonstances nouvelles",
		"3 Nullité de la souscription",
		"2 CONDITIONS D’APPLICATION DE LA GARANTIE",
		"2 EXCLUSIONS",
		"2 DATE D’EFFET, DUREE ET CESSATION DU CONTRAT",
		"3 Date d’effet",
		"3 Durée du contrat",
		"3 Résiliation par l’Assuré",
		"3 Résiliation par l’Assureur",
		"3 Cessation",
		"2 PRIMES",
		"2 DÉCLARATION DU SINISTRE",
		"3 Le délai de déclaration en cas de Sinistre",
		"3 Le dossier de déclaration",
		"3 ATTENTION",
		"3 Délai et modalités de paiement de l’indemnité",
		"2 PLAFOND DES GARANTIES",
		"2 LOI APPLICABLE",
		"2 CUMUL D’ASSURANCE",
		"2 PRESCRIPTION",
		"3 Causes de report du point de départ ou de suspension de la prescription conformément au Code civil",
		"3 Causes d’interruption de la prescription",
		"2 SUBROGATION",
		"2 RÉCLAMATION",
	})
	if d.Kind != knowledge.KindContract || !strings.HasPrefix(d.Title, "Conditions générales du contrat") {
		t.Errorf("kind %q, title %q", d.Kind, d.Title)
	}
	if n := strings.Count(sectionText(t, d, "EXCLUSIONS"), "\n- "); n != 14 {
		t.Errorf("%d exclusions, want the 14 that stand glued together in one line", n)
	}
	if text := sectionText(t, d, "Causes d’interruption de la prescription"); !strings.HasPrefix(text, "**Article 2240**\n\nLa reconnaissance") {
		t.Errorf("the articles are lost: %q", text)
	}
	if text := sectionText(t, d, "Résiliation par l’Assureur"); !strings.Contains(text, "- après un Sinistre :\n   - dans les cas visés") {
		t.Errorf("the list in the list is lost: %q", text)
	}
	wantList(t, unplacedOf(d), []string{
		"1 [Webinar pour les commerçants] Découvrir Alma et l'espace marchand (page furniture)", "229 /pa (page furniture)",
	})
}

func unplacedOf(d knowledge.DocumentDraft) []string {
	var list []string
	for _, u := range d.Unplaced {
		list = append(list, fmt.Sprintf("%d %s (%s)", u.Line, u.Text, u.Reason))
	}
	return list
}

func TestImportTakesTheQuestionsOutOfAGuide(t *testing.T) {
	t.Parallel()
	d, _ := importCorpus(t, "002", "")
	var asked []string
	for _, f := range d.FAQ {
		asked = append(asked, f.Question)
		if strings.Contains(f.Answer, "?") || strings.Contains(f.Answer, "\n") {
			t.Errorf("the answer to %q goes on into the next heading: %q", f.Question, f.Answer)
		}
	}
	wantList(t, asked, []string{
		"Comment puis-je accéder à mon contrat d’assurance auto ou habitation ?",
		"Quels sont les délais pour recevoir une attestation ou répondre à une réclamation ?",
		"Comment modifier mes données personnelles ou mon numéro de carte ?",
		"Que faire en cas de sinistre ou d’accident impliquant un jeune conducteur ?",
		"À qui envoyer une réclamation, et comment suivre l’avancement de mon dossier ?",
		"Quelles sont les mesures de sécurité pour protéger mes données dans l’espace client ?",
		"Puis-je changer de formule d’assurance en ligne et obtenir une nouvelle carte verte ?",
		"Comment contacter le support ou un courtier depuis mon espace client ?",
		"Que faire si mon compte est bloqué en fin de contrat ?",
		"Comment obtenir la référence de mon contrat ou le numéro d’objet dans la messagerie ?",
	})
	if d.Kind != knowledge.KindGuide || len(d.Sections) != 13 {
		t.Errorf("kind %q with %d sections, want a guide with its introduction and six pairs of headings", d.Kind, len(d.Sections))
	}
	for i, s := range d.Sections[1:] {
		if want := 2 + i%2; s.Level != want || (s.Body == "") != (want == 2) {
			t.Errorf("section %q has level %d and %d letters", s.Title, s.Level, len(s.Body))
		}
	}
	text := sectionText(t, d, "Étapes détaillées pour télécharger ou demander son attestation d’assurance")
	if !strings.Contains(text, "\n\n| Type d’attestation | Délai d’obtention |\n|---|---|\n| Attestation d’assurance auto | Instantané à 48h maximum |\n") {
		t.Errorf("the table is lost:\n%s", text)
	}
}

func TestImportFindsTheSectionsOfAGuide(t *testing.T) {
	t.Parallel()
	d, _ := importCorpus(t, "004", "")
	wantList(t, sectionsOf(d), []string{
		"1 Assurance multirisque professionnelle",
		"2 Les garanties indispensables",
		"3 L’incendie et l’explosion",
		"4 Que couvre cette garantie ?",
		"4 Quelles sont les garanties légales associées à l’incendie ?",
		"4 Les questions posées par l’assureur",
		"4 La prévention",
		"4 ATTENTION !",
		"2 Les garanties indispensables",
		"3 La responsabilité civile",
		"4 Que couvre cette garantie ?",
		"4 Les questions posées par l’assureur",
		"5 La garantie de responsabilité civile « occupation des locaux »",
		"5 La garantie de responsabilité civile «activité professionnelle »",
		"5 Spécificités de votre activité",
		"2 Les garanties indispensables",
		"3 Les pertes d’exploitation",
		"4 Quels sont les événements couverts ?",
		"4 Quels sont les dommages pris en charge ?",
		"4 Illustration",
		"4 Les points à vérifier avec l’assureur",
		"2 Les garanties recommandées",
		"3 Le vol et le vandalisme à l’occasion d’un vol",
		"4 Que couvre cette garantie ?",
		"4 Les biens assurés",
		"4 Les questions posées par l’assureur",
		"4 La prévention",
		"5 La protection des locaux et des marchandises",
		"5 La protection des liquidités",
		"2 Liste indicative des documents dont vous devez vous munir lors de votre rencontre avec l’assureur",
		"3 Les documents généraux (en fonction de votre activité et de vos besoins)",
		"3 Les documents comptables",
		"3 Les documents relatifs à la prévention",
	})
	if d.Kind != knowledge.KindGuide || d.Title != "Assurance multirisque professionnelle" {
		t.Errorf("kind %q, title %q", d.Kind, d.Title)
	}
	running := 0
	for _, u := range d.Unplaced {
		if u.Text == d.Title && u.Reason == faq.ReasonFurniture {
			running++
		}
	}
	if running != 10 {
		t.Errorf("%d running titles set aside, want 10", running)
	}
}

func TestImportGuessesThatPagesOfQuestionsAreFAQs(t *testing.T) {
	t.Parallel()
	for prefix, questions := range map[string]int{"000": 12, "001": 12} {
		d, _ := importCorpus(t, prefix, "")
		if d.Kind != knowledge.KindFAQ || len(d.FAQ) != questions || len(d.Sections) != 0 {
			t.Errorf("%s: kind %q, %d questions, %d sections", prefix, d.Kind, len(d.FAQ), len(d.Sections))
		}
	}
}

func TestImportDocumentLosesNoLineOfARealPage(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"000", "001", "002", "003", "004"} {
		for _, as := range []string{"", knowledge.KindFAQ, knowledge.KindContract, knowledge.KindGuide} {
			d, source := importCorpus(t, prefix, as)
			placed := letterText(d.Title) + "\n"
			for _, s := range d.Sections {
				placed += letterText(s.Title) + "\n" + letterText(s.Body) + "\n"
			}
			for _, f := range d.FAQ {
				placed += letterText(f.Question) + "\n" + letterText(f.Answer) + "\n"
			}
			furniture := map[int][]string{}
			for _, u := range d.Unplaced {
				if u.Reason == faq.ReasonFurniture {
					furniture[u.Line] = append(furniture[u.Line], letterText(u.Text))
				} else {
					placed += letterText(u.Text) + "\n"
				}
			}
			for i, line := range strings.Split(source, "\n") {
				if rest := lost(line, placed, furniture[i+1]); rest != "" {
					t.Errorf("%s as %q, line %d: %q has no place", prefix, as, i+1, rest)
				}
			}
		}
	}
}

// lost returns what of a line is neither placed nor furniture, sentence by sentence when the line was cut.
func lost(line, placed string, furniture []string) string {
	cut := func(text string) string {
		text = letterText(text)
		for _, f := range furniture {
			text = strings.Replace(text, f, "", 1)
		}
		return text
	}
	if strings.Contains(placed, cut(line)) {
		return ""
	}
	for _, sentence := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(".;!?:", r) }) {
		if !strings.Contains(placed, cut(sentence)) {
			return sentence
		}
	}
	return ""
}

// letterText keeps the letters, digits and currencies of a text.
func letterText(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Sc, r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

func TestImportDocumentSaysWhatItCannotRead(t *testing.T) {
	t.Parallel()
	if _, err := knowledge.ImportDocument("dir/a.txt", nil, ""); !errors.Is(err, faq.ErrNoText) || !strings.HasPrefix(err.Error(), "import a.txt: ") {
		t.Errorf("an empty file gives %v", err)
	}
	if _, err := knowledge.ImportDocument("a.txt", []byte("x"), "novel"); err == nil || !strings.Contains(err.Error(), "faq, contract or guide") {
		t.Errorf("an unknown kind gives %v", err)
	}
}
