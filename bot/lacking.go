package bot

import (
	"regexp"
	"slices"
	"strings"

	"guichet/knowledge"
)

// What people call what they are asked for, misspelt too, in folded text.
const (
	numberNouns = `nume?r?os?|num|no|n°|nr|number|att?e?sta\w*|certifi\w*|contrats?|contracts?|police|policy|papiers?|documents?|dossier|ref|references?`
	dateNouns   = `dates?|jours?|day|souvenirs?`
)

var askedNouns = map[Field]string{
	Email:             `(?:e[- ]?)?(?:mail|mial|mel|meil|maill)s?|adress?e?s?|address|courr?iel+s?|gmail|hotmail|internet|ordi\w*|boite|arobase|@`,
	Phone:             `tel\w*|phone|portable|mobile|fixe|` + numberNouns,
	AttestationNumber: numberNouns,
	ContractNumber:    numberNouns,
	Siren:             `sir[ea]n\w*|siret\w*|rc|kbis|immatricul\w*|` + numberNouns,
	SubscriptionDate:  dateNouns + `|` + numberNouns,
	IncidentDate:      dateNouns,
}

// How somebody says that they lack something, around what it is called.
const (
	negation = `(?:pas|plus|plu|aucune?s?|sans|ni|zero|no|without|(?:don't|dont|do not|haven't|have not) (?:have|got|know|find|remember))`
	lost     = `(?:perdue?s?|egaree?s?|jetee?s?|oubliee?s?|paumee?s?|volee?s?|brulee?s?|dechiree?s?|noyee?s?|introuvables?|lost|forgot(?:ten)?|can't find|cannot find)`
	between  = `(?:\W+(?:d|de|du|des|le|la|l|les|mon|ma|mes|ce|cet|cette|un|une|eu|recu|encore|trouve|retrouve|retenu|note|garde|connais|connu|vraiment|bon|bonne|sure?|certaine?|tout|quel|quelle|exact\w*|moi|an|any|a|my|the))*\W+`
	after    = `(?:\W+(?:est|etait|a|ai|ete|je|j|l|d|il|elle|ou|completement|is|was|numero|attestation|contrat|assurance|souscription))*\W+`
)

// lacksNoun is how somebody says that they have not got what a field is called: "pas de mail", "j'ai perdu l'attestation".
var lacksNoun = func() map[Field]*regexp.Regexp {
	all := map[Field]*regexp.Regexp{}
	for f, nouns := range askedNouns {
		all[f] = regexp.MustCompile(`(?:\b(?:` + negation + `|` + lost + `)` + between + `(?:` + nouns + `)(?:\W|$)|(?:^|\W)(?:` + nouns + `)` + after + lost + `\b)`)
	}
	return all
}()

var (
	// lacksAll says it of whatever was asked, in a message that says little else.
	lacksAll = regexp.MustCompile(`\b(jsp|j ?s+ ?pas|jss|chepa\w*|ch'?ais pas|c(he|h)? ?pas moi|sais pas|aucun(e)? (idee|souvenir)|(m'en |me |m')?(souviens?|rappelle) (pas|plus)|` +
		`(pas|plus) (sur moi|avec moi|sous (les|mes) yeux|sous la main|devant moi|dispo\w*|chez moi|ici)|(l'|les )(ai|avais) (pas|plus|jamais)|(l'|les )ai \w{0,12} ?(perdue?s?|egaree?s?|jetee?s?|oubliee?s?|paumee?s?)|` +
		`impossible (de|a) (la |le |les |l'|mettre )?(re)?(trouv|retrouv|main)\w*|introuvable|connais pas|retrouve (pas|plus)|j'en ai (pas|plus|aucun\w*)|j'ai (pas|plus) (ca|cela|cette info\w*))\b`)

	// lacksElsewhere says that it is not at hand, or not to be given.
	lacksElsewhere = regexp.MustCompile(`\b((l'|les )(ai|avais) laisse\w*|(est|sont|reste\w*) (a la maison|chez (moi|nous)|au bureau|dans (la |ma |le |mon )?(voiture|camion\w*|bureau|papiers))|rien sur moi|(pas|jamais|toujours pas) (encore )?(ete )?(recue?s?|arrivee?s?|eue?s?)|` +
		`(pref\w+|veux|souhaite|tiens) (a )?(ne )?(pas|plus) \w{0,4} ?\w{0,4} ?(donner|communiquer|dire|laisser)|pas envie|vous (l'|les |le |la )(avez|connaissez)( deja)?|deja (donne|dit|envoye)\w*|le meme que d'habitude|en cours d'immatriculation)\b`)

	// lacksShort is a whole message that says no more than that.
	lacksShort = regexp.MustCompile(`^\W*(?:(?:non+|nn|nan|nope|ben|bah|beh|euh|heu|ah|oh|oui|desole|dsl|pardon|mais|alors|malheureusement|franchement|helas|sorry)\W+)*` +
		`(?:aucune?s?|rien(?: du tout)?|neant|zero|nada|non+|nn|nan|nope|pas|sans|inconnue?|(?:je )?(?:n')?j?'?e? ?(?:n')?ai (?:pas|plus)|y'? ?en a (?:pas|plus)|il n'y en a (?:pas|plus)|n/a|ras|x+|pas encore|none|nothing|no)` +
		`(?:\W+(?:merci|desole|dsl|svp|pas|du|tout|sorry))*\W*$`)

	// ofYours speaks of what the team has or has not.
	ofYours = regexp.MustCompile(`\b(vous (ne |n')?(l'|les )?(avez|trouvez|recevez)|you (have|don't|do not))\b`)

	// waits asks for a moment to look it up.
	waits = regexp.MustCompile(`^\W*(ok |oui |d'accord |euh )?(attend\w*|patient\w*|(une?|deux|2|5|cinq|quelques) (petites? )?(secondes?|sec|minutes?|min|mn|instants?)|un (petit )?(moment|instant)|je (la |le |les |l')?(cherche|regarde|verifie|vais (la |le |les |l')?(chercher|regarder|voir|verifier))|je reviens|wait|hold on|one (moment|second|minute)|just a)\b`)
)

// longLacking is how many words a message has at most that says with a noun what is lacking.
const longLacking = 14

// lacks tells whether the person has not got what was asked.
func (t *turn) lacks() bool {
	asked := t.state.Intake.Asked
	if t.choice != "" || asked == "" || !asked.MayLack() {
		return false
	}
	for _, folded := range []string{t.said, knowledge.Fold(t.text)} {
		words := len(strings.Fields(folded))
		noun := lacksNoun[asked]
		switch {
		case words <= shortSaying && (saysMissing(folded) || lacksAll.MatchString(folded) || lacksElsewhere.MatchString(folded)), lacksShort.MatchString(folded):
			return true
		case words <= longLacking && noun != nil && noun.MatchString(folded) && !ofYours.MatchString(folded):
			return true
		}
	}
	return false
}

// isWord tells whether a refused value is but a word: it has nothing of an address, a number or a date.
func (v value) isWord() bool {
	return v.Refused != "" && !strings.ContainsAny(strings.Trim(v.Raw, "@."), "0123456789@.")
}

// without goes on without what was asked.
func (t *turn) without(opening string) {
	i := t.state.Intake
	if asked := i.Asked; asked != "" {
		delete(i.Fields, asked) // of a value that was said to be wrong
		i.Missing = append(slices.DeleteFunc(i.Missing, func(f Field) bool { return f == asked }), asked)
	}
	t.askNext(opening)
}

// goesWithout marks what was asked as missing where a message gives other values instead: "pas de mail mais mon tel est …",
// or a telephone number for an answer to come.
func (t *turn) goesWithout(values []value) {
	i := t.state.Intake
	reachable := i.Asked == Email && i.Category != Human && slices.ContainsFunc(values, func(v value) bool { return v.Field == Phone })
	if i.Asked != "" && !i.has(i.Asked) && (t.lacks() || reachable) {
		i.Missing = append(i.Missing, i.Asked)
	}
}

// goesOn asks on after a message with values. What somebody passes over again and again, who gives everything else, is offered a
// way around and then done without.
func (t *turn) goesOn() {
	i := t.state.Intake
	passed := i.Asked != "" && i.Asked == i.next() && i.Asked.MayLack()
	if !passed {
		i.Unclear = 0
		t.askNext(t.voice.noted)
		return
	}
	i.Unclear++
	switch {
	case i.Unclear > mostTries:
		t.without(t.voice.goOn)
	case i.Unclear >= patience:
		t.askNext(t.voice.noted + " " + t.voice.orWithout)
	default:
		t.askNext(t.voice.noted)
	}
}

const (
	patience  = 2 // answers in a row without what was asked, from which on a way around is offered
	mostTries = 3 // from which on the request goes on without it
)

// unclear handles an answer without what was asked. It is asked again, then with a way around and a person to turn to, then no
// more: the team reads the conversation, and a request that is not made helps nobody.
func (t *turn) unclear(opening, again string) {
	i := t.state.Intake
	if t.card { // was what there was to recognise
		t.askNext("")
		return
	}
	i.Unclear++
	tries, asksValue := i.Unclear, i.Asked != "" && i.Asked.MayLack()
	switch {
	case tries >= mostTries && asksValue:
		t.without(t.voice.goOn)
	case tries >= patience && asksValue:
		t.askNext(again)
	default:
		t.askNext(opening)
	}
	if tries >= patience && i.Category != Human {
		t.offerAgent()
	}
}
