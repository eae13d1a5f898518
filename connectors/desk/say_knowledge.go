package desk

import (
	"regexp"
	"strings"
)

const (
	sayTextLong       french = "Un texte compte 200\u00a0Ko au plus\u202f: celui-ci est plus long, et rien n’a été publié. Modifiez un long document passage par passage, ou publiez-le avec guichet kb apply."
	sayTextEmpty      french = "Le texte est vide. Pour retirer cette réponse, servez-vous du lien «\u202fRetirer\u202f»."
	sayTextChanged    french = "Le texte a changé depuis la vérification. Voici ce que devient la nouvelle version\u202f: publiez-la si elle vous convient."
	sayNoteTooLong    french = "La note compte 200 caractères au plus\u202f: rien n’a été publié."
	sayPublishingBusy french = "Une autre publication est en cours sur ce serveur. Votre texte est conservé\u202f: réessayez dans une minute."
)

func (l language) sayMisfit(err error) string {
	return l.say("Les sites de ce serveur ne pourraient pas répondre d’après ce texte\u202f: %s.", strings.TrimSuffix(err.Error(), "."))
}

// checkText is what a check of the knowledge says, which is English, as a format, and how an editor is told.
type checkText struct {
	format string
	french french
}

// checkTexts are those of faq and knowledge, all of which TestEveryProblemIsToldInFrench finds there.
func checkTexts() []checkText {
	return []checkText{
		{"the path must be <collection>/<slug>.md, in lower-case letters, digits and hyphens", "le nom du fichier doit être <collection>/<nom>.md, en minuscules, chiffres et traits d’union"},
		{"the citation is missing: give document and section in the front matter", "la source manque\u202f: indiquez document et section dans l’en-tête"},
		{"checked: the date is missing, write it as 2026-11-22", "checked\u202f: la date manque, écrivez-la ainsi\u202f: 2026-11-22"},
		{"review: the date is missing, write it as 2026-11-22", "review\u202f: la date manque, écrivez-la ainsi\u202f: 2026-11-22"},
		{"checked: %q is not a date, write it as 2026-11-22", "checked\u202f: «\u202f%s\u202f» n’est pas une date, écrivez-la ainsi\u202f: 2026-11-22"},
		{"review: %q is not a date, write it as 2026-11-22", "review\u202f: «\u202f%s\u202f» n’est pas une date, écrivez-la ainsi\u202f: 2026-11-22"},
		{"the title is missing: the text must begin with '# ' and the question", "le titre manque\u202f: le texte doit commencer par «\u202f#\u202f», un espace et la question"},
		{"the answer is missing below the title", "la réponse manque sous le titre"},
		{"the file is not valid UTF-8: save it as UTF-8", "le texte n’est pas en UTF-8"},
		{"the front matter is missing: the file must begin with a line '---'", "l’en-tête manque\u202f: le fichier doit commencer par une ligne ---"},
		{"the front matter is not closed: a second line '---' is missing", "l’en-tête n’est pas fermé\u202f: il manque une seconde ligne ---"},
		{"front matter: this cannot be read as YAML", "l’en-tête n’est pas lisible comme du YAML"},
		{"front matter: %s", "l’en-tête n’est pas lisible\u202f: %s"},
		{"name and lead must be given in the front matter", "name et lead doivent figurer dans l’en-tête"},
		{"the document's title is missing in the front matter", "le titre du document (title) manque dans l’en-tête"},
		{"kind must be %s or %s, not %q", "kind doit être %s ou %s, et non «\u202f%s\u202f»"},
		{"the section has no id: write '## Heading {#slug}'", "ce passage n’a pas d’identifiant\u202f: écrivez «\u202f## Titre {#nom}\u202f»"},
		{"the citation is missing: write 'source: <section or article>' below the heading", "la source manque\u202f: écrivez «\u202fsource: <section ou article>\u202f» sous le titre"},
		{"the text is missing below the heading", "le texte manque sous le titre"},
		{"unknown collection %q: knowledge/content/%s/collection.md is missing", "la collection «\u202f%s\u202f» n’existe pas\u202f: il manque knowledge/content/%s/collection.md"},
		{"topic %s is already in %s:%d", "le sujet %s existe déjà, dans %s, ligne %s"},
		{"topic %s has %d ways to ask, it needs at least %d", "le sujet %s a %s façons de demander, il en faut au moins %s"},
		{"topic %s was to be reviewed by %s: compare it with its source and move the dates", "le sujet %s était à revoir avant le %s\u202f: comparez-le à sa source, puis avancez les dates"},
		{"unknown topic %s in next of %s", "le sujet %s n’existe pas, et next de %s le propose"},
		{"dead link to topic %s", "le lien mène au sujet %s, qui n’existe pas"},
		{"%q is already a way to ask %s", "«\u202f%s\u202f» est déjà une façon de demander %s"},
	}
}

var formatVerb = regexp.MustCompile(`%[sdq]`)

// read matches what the format has made, with the values as groups.
func (c checkText) read() *regexp.Regexp {
	pattern := strings.ReplaceAll(regexp.QuoteMeta(c.format), "%q", `"(.*)"`)
	return regexp.MustCompile("(?s)^" + formatVerb.ReplaceAllString(pattern, "(.*)") + "$")
}

// checkPatterns are read once.
var checkPatterns = func() (all []*regexp.Regexp) {
	for _, c := range checkTexts() {
		all = append(all, c.read())
	}
	return all
}()

// problem tells what a check has found. What is not known is told as it is.
func (l language) problem(text string) string {
	for i, c := range checkTexts() {
		m := checkPatterns[i].FindStringSubmatch(text)
		if m == nil {
			continue
		}
		var values []any
		for _, v := range m[1:] {
			values = append(values, v)
		}
		return capital(l.say(c.french, values...)) + "."
	}
	return text
}
