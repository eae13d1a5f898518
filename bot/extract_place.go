package bot

import (
	"regexp"
	"strings"
)

// placeLabel names the place of a claim; what follows is one up to the next value or what it is not.
var (
	placeLabel = regexp.MustCompile(`(?i)\b(?:lieu(?: du sinistre| des faits)?|endroit|place)\s*(?:[:=]|,?\s*c['’](?:est|était)|est|était|is|was)\s*([^.;\n]{2,120})`)
	placeEnds  = regexp.MustCompile(`(?i)\s*(?:[,(]\s*|\s)(?:(?:et )?(?:pas|non|not)\s.*|(?:et )?(?:le |mon |ma )?(?:pr[ée]noms?|noms?|e-?mails?|mails?|courriel|t[ée]l\w*|portable|contrat|attestation|police|num[ée]ro|date|description|email|phone)\b.*)$`)
)

// placeAlone is a message that is nothing but a place: "12 chemin des Vignes, Mâcon", "sur le parking de la gare".
var placeAlone = regexp.MustCompile(`(?i)^\W*(?:(?:c['’ ]?[ée]tait|[çc]a s['’]est pass[ée]|it was|à|a|au|aux|sur|dans|devant|chez|at|in|on|pr[èe]s d[eu])\s+)*(?:l[ae]s? |l['’]|the )?` +
	`(\d{1,4}(?: bis| ter)?,? (?:rue|avenue|av|bd|boulevard|chemin|place|impasse|all[ée]es?|route|quai|cours|square)\b[^.;!?\n]*|(?:place|rue|avenue|boulevard|chemin|parking|march[ée]|halles?|foire|brocante|salon|chantier|zone|quai|route|sunday market|market)\b[^.;!?\n]{2,})$`)

// placeWords and placeWithin are a place in what is told: a market or a fair, an address with its street, a town behind "à".
var placeWords = regexp.MustCompile(`(?:[Aa]u march[ée]|[Ss]ur le march[ée]|[àa] la foire|[àa] la brocante|[Aa]u salon|[Aa]ux halles|[Ss]ur le parking|[Ss]ur la place)\s+(?:de |d['’]|du |des |à |a )?(\p{Lu}[\p{L}'’-]+(?:\s+(?:(?:sur|en|de|la|le|les)\s+)*\p{Lu}[\p{L}'’-]+)*)`)

var placeWithin = []*regexp.Regexp{
	regexp.MustCompile(`\d{1,4}(?: bis| ter)?,? (?:rue|avenue|av|bd|boulevard|chemin|place|impasse|all[ée]es?|route|quai|cours|square)\s[^.;:!?,\n]{2,60}(?:, \p{Lu}[\p{L}'’-]+)?`),
	regexp.MustCompile(`(?i)\b(?:march[ée]|halles?|foire|brocante)\s(?:de la |de |du |des |d['’])\p{L}[\p{L}'’-]{2,}(?: (?:[àa]|de|en|sur) \p{L}[\p{L}'’-]+)?`),
	regexp.MustCompile(`(?:salon|parking)\s(?:de la |de |du |des |d['’])\p{Lu}[\p{L}'’-]+(?: (?:[àa]|de|en|sur) \p{L}[\p{L}'’-]+)?`),
	regexp.MustCompile(`(?:^|\s)(?:à|[Àà] la|a|in|near) (\p{Lu}[\p{L}'’-]{2,}(?:[ -](?:(?:sur|en|de|la|le|les|lès|sous)[ -])*\p{Lu}[\p{L}'’-]+)*(?:, (?:sur |au |à |place |rue )[^.;:!?,\n]{2,60})?)`),
}

const longestPlace = 12 // words in a message that is nothing but a place, at most

// place reads the place of a claim, behind its label or alone; where else one may stand, see placeIn.
func (r *reader) place() {
	if r.intake != Claim {
		return
	}
	if m := placeAlone.FindStringSubmatchIndex(r.text); m != nil && len(strings.Fields(r.text)) <= longestPlace {
		r.accept(value{Field: Place, Raw: r.text[m[2]:m[3]], start: m[0], end: m[1]}, strings.TrimSpace(r.text[m[2]:m[3]]))
		return
	}
	m := placeLabel.FindStringSubmatchIndex(r.text)
	if m != nil {
		v := value{Field: Place, Raw: r.text[m[2]:m[3]], start: m[2], end: m[3]}
		if at := strings.TrimRight(placeEnds.ReplaceAllString(v.Raw, ""), " ,"); strings.TrimSpace(at) != "" {
			r.accept(v, strings.TrimSpace(at))
		}
	}
}

// placeIn is the place in what somebody tells; empty where there is none that is sure.
func placeIn(text string) string {
	for _, form := range append([]*regexp.Regexp{placeWords}, placeWithin...) {
		if m := form.FindStringSubmatch(text); m != nil && !nobodysPlace.MatchString(m[len(m)-1]) {
			return strings.TrimSpace(m[len(m)-1])
		}
	}
	return ""
}

// nobodysPlace is what stands behind "à" and is none.
var nobodysPlace = regexp.MustCompile(`(?i)^(m\.|mr|monsieur|madame|mme|bonjour|merci)\b`)
