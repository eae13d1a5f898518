package bot

import (
	"regexp"
	"slices"
	"strings"

	"guichet/knowledge"
)

var (
	// agreeWord is a word that accepts a summary; fillWord may stand around it. A message of nothing else is a yes.
	agreeWord = regexp.MustCompile(`^(oui+|ouais?|oue|ui|wi|yes|yep|yeah|ya|si|ok+|okay|okey|oki|ok\w?|daccord|accord|dac|parfait\w*|perfect|ni(?:c|k|ck)el\w*|impec\w*|super\w*|top|genial\w*|excellent\w*|cool|` +
		`exact\w*|correct\w*|juste|bon|bonne|bien|good|fine|great|right|conforme|merci\w*|mercii+|mrc|mci|thanks|thank|go|aller?|allez|allons|vas|envo\w+|transm\w+|valid\w+|confirm\w+|send|submit|tkt|` +
		`marche|roule|convient|colle|va|joue|entendu|carrement|absolument|affirmatif|evidemment|volontiers|certes|lancez|faites|poursuivez|continuez|nothing)$`)
	fillWord = regexp.MustCompile(`^(c|ce|cest|est|sont|tout|tous|toutes?|le|la|l|les|je|j|vous|tu|pouvez|peux|peut|on|y|ma|mon|mes|votre|demande|declaration|dossier|infos?|informations?|valeurs?|cela|ca|sa|a|moi|me|pour|beaucoup|bcp|` +
		`d|avance|journee|soiree|svp|stp|s|il|te|plait|voila|alors|donc|et|tres|vraiment|bel|semble|parait|fait|sur|comme|en|ordre|regle|au|madame|monsieur|it|is|that|all|the|looks|please|you|them|ahead|sounds|i|be|to|n|suis|h+u?m+|ah+|oh+|eh|let|lets)$`)
	// harmless are words of denial that deny nothing, and what has nothing to be changed.
	harmless = regexp.MustCompile(`\b(pas|aucun|sans|no) (de |d'|un |le moindre )?(souci|soucis|probleme|problemes|pb|pbs|erreur|erreurs|faute|fautes|problem)\b|\b(il n'y a |y'? ?a )?(rien|pas|plus rien|nothing) (a|d'autre a|de plus a|to) (changer|modifier|corriger|ajouter|redire|dire|change|add)\b|^\W*c'est (bien )?tout\W*$|^\W*(non\W+)?rien (d'autre|de plus)?\W*$`)
	// noChange is a no to "is there anything to change?".
	noChange = regexp.MustCompile(`^\W*(non|nan|no)\W+(merci\W+)?(c'est|tout|ca (me )?(va|convient)|it'?s)\b`)
	thumbUp  = regexp.MustCompile(`[👍👌✅✔🆗☑💯🤝]`)
	thumbs   = regexp.MustCompile(`[👎❌🚫⛔✖]`)
	wordRune = regexp.MustCompile(`[\pL\d]+`)
	// saysWrong tells that something is not right.
	saysWrong = regexp.MustCompile(`\b(faux|fausses?|erreurs?|fautes?|incorrect\w*|inexact\w*|errone\w*|mauvais\w*|mal (ecrit|orthographi|note|tape)\w*|(pas|plus) (du tout |tout a fait )?(bon|bonne|bons|bonnes|exact\w*|correct\w*|juste|ca|cela|la bonne|le bon|les bon\w*|celui|celle|d'accord|valable|mon|ma)|trompee?s?|wrong|mistakes?|not (right|correct|good)|nope)\b`)
	nearlySo  = regexp.MustCompile(`^\W*(oui |ok |d'accord )?(presque|pas (tout a fait|exactement|vraiment|totalement|encore tout)|sauf|hormis|a part|almost|except)\b`)
	isMissing = regexp.MustCompile(`\b(il manque|manque|vous avez oublie|missing)\b`)
	isUnsure  = regexp.MustCompile(`\b(pas|non|attend\w*|pourquoi|aucune?|jamais|wait)\b`)
)

// longestYes is how many words a message of nothing but agreement has at most.
const longestYes = 12

// accepts tells whether the message agrees to the summary, in whatever words or with a thumb up.
func (t *turn) accepts() bool {
	if !t.state.Intake.Confirming || t.choice != "" {
		return agrees(t.said, false)
	}
	if thumbs.MatchString(t.text) {
		return false
	}
	said := harmless.ReplaceAllString(t.said, " rien ")
	said = noChange.ReplaceAllString(said, "$3")
	if thumbUp.MatchString(t.text) && strings.TrimSpace(wordRune.ReplaceAllString(t.text, "")) == strings.TrimSpace(t.text) {
		return true
	}
	return onlyAgrees(said) || onlyAgrees(harmless.ReplaceAllString(knowledge.Fold(t.text), " rien ")) ||
		agrees(said, true) && !saysWrong.MatchString(said) && !isUnsure.MatchString(said)
}

// onlyAgrees tells whether a folded text has words of agreement and none that says anything else.
func onlyAgrees(folded string) bool {
	words, agreed := wordRune.FindAllString(folded, -1), false
	if len(words) > longestYes {
		return false
	}
	for _, w := range words {
		switch {
		case agreeWord.MatchString(w), w == "rien":
			agreed = true
		case !fillWord.MatchString(w):
			return false
		}
	}
	return agreed && !saysWrong.MatchString(folded)
}

// wrongNouns is what people call the fields of a summary when they say that one is wrong, the most particular first.
var wrongNouns = []struct {
	field Field
	words *regexp.Regexp
}{
	{Email, regexp.MustCompile(`\b(e-?mails?|mails?|mel|courriel|adresse e?-?mail)\b`)},
	{Siret, regexp.MustCompile(`\bsiret\b`)},
	{Siren, regexp.MustCompile(`\bsiren\b`)},
	{Phone, regexp.MustCompile(`\b(tel|telephone|portable|mobile|phone)\b`)},
	{SubscriptionDate, regexp.MustCompile(`\b(date|jour|day)\b`)},
	{IncidentDate, regexp.MustCompile(`\b(date|jour|day)\b`)},
	{Place, regexp.MustCompile(`\b(lieu|endroit|place)\b`)},
	{ContractNumber, regexp.MustCompile(`\b(contrat|police|contract)\b`)},
	{AttestationNumber, regexp.MustCompile(`\b(numero|n°|number)( de| d'| d| of)? ?(l'|mon |my |the )?(attestation|certificat\w*)\b`)},
	{Name, regexp.MustCompile(`\b(nom|prenom|name)\b`)},
	{Description, regexp.MustCompile(`\b(description|explication|recit)\b`)},
	{ContractNumber, regexp.MustCompile(`\b(numero|number)\b`)},
	{AttestationNumber, regexp.MustCompile(`\b(numero|number)\b`)},
}

// objects handles what is said against a summary without the right value: it asks for the one that is named, or which it is.
// false where nothing is, or where the message tells more than that.
func (t *turn) objects() bool {
	i := t.state.Intake
	asked := i.Asked == "" && !i.Confirming && t.choice == "" // "what has to be changed?"
	wrong := i.Confirming && (saysNo(t.said) || saysWrong.MatchString(t.said) || nearlySo.MatchString(t.said) || thumbs.MatchString(t.text))
	missing := i.Confirming && isMissing.MatchString(t.said)
	if !wrong && !asked && !missing || len(strings.Fields(t.said)) > longLacking {
		return false
	}
	for _, noun := range wrongNouns {
		if (missing || i.Fields[noun.field] != "") && i.takes(noun.field) && noun.words.MatchString(t.said) {
			i.Asked, i.Confirming, i.Unclear = noun.field, false, 0
			t.sayIntake(t.voice.ask(noun.field, i.Category))
			t.reply.Choices, t.reply.Form = t.fieldChoices(), []FormField{{Field: noun.field}}
			return true
		}
	}
	if !wrong || !saysNo(t.said) && len(strings.Fields(t.said)) > shortSaying {
		return false
	}
	t.askWhich()
	return true
}

// takes tells whether the request has a place for a field.
func (i *Intake) takes(f Field) bool {
	d, _ := Define(i.Category)
	return slices.Contains(d.Fields(), f)
}

// askWhich asks what of the summary is to be changed.
func (t *turn) askWhich() {
	i := t.state.Intake
	i.Confirming, i.Asked, i.Unclear = false, "", 0
	t.sayIntake(t.voice.whichOne)
	t.reply.Form = i.form(t.voice, true)
}
