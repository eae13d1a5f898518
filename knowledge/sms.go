package knowledge

import "strings"

// Written is a text as it would be written with care: folded, with phone spelling written out ("g pa resu" -> "j'ai pas
// recu"). Its punctuation stays.
func Written(text string) string {
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "")
	}
	folded := Fold(settled(text))
	var b strings.Builder
	b.Grow(len(folded))
	for i := 0; i < len(folded); {
		end := i
		for end < len(folded) && isWordByte(folded[end]) {
			end++
		}
		if end == i {
			b.WriteByte(folded[i])
			i++
			continue
		}
		word := folded[i:end]
		// What follows an apostrophe or a figure stays: "qu'a" and "3 a" are no phone spelling.
		next := strings.TrimLeft(folded[end:], " ")
		if full, ok := spelling[word]; ok && !elides(word, next) && (i == 0 || folded[i-1] != '\'') && (end == len(folded) || folded[end] != '\'') && !isNumber(word) {
			word = elided(full)
		}
		b.WriteString(word)
		i = end
	}
	return b.String()
}

// elides tells whether a single letter stands before the word it lost its vowel to, its apostrophe left out: "c est",
// "t es". It is then no phone spelling.
func elides(letter, next string) bool {
	return len(letter) == 1 && letter != "g" && len(next) > 1 && strings.IndexByte("aeiouy", next[0]) >= 0
}

// isWordByte counts every byte beyond ASCII as part of a word.
func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 0x80
}

// elided puts the apostrophes back into a spelling that is kept as words: "j ai" -> "j'ai".
func elided(words string) string {
	var b strings.Builder
	parts := strings.Fields(words)
	for i, w := range parts {
		b.WriteString(w)
		if i == len(parts)-1 {
			break
		}
		if (len(w) == 1 || w == "qu" || w == "aujourd" || w == "quelqu") && strings.IndexByte("aeiouyh", parts[i+1][0]) >= 0 {
			b.WriteByte('\'')
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// spelling is how French words are typed on a phone, folded, with what they stand for. A word that is also ordinary
// French ("a", "on") is not in the list. Built from general usage; it names nothing of any company.
var spelling = map[string]string{
	"g": "j ai", "jai": "j ai", "gt": "j etais", "jme": "je me", "jle": "je le", "jla": "je la", "jsui": "je suis", "jsuis": "je suis", "chui": "je suis", "chuis": "je suis",
	"jve": "je veux", "jveu": "je veux", "jveux": "je veux", "jvx": "je veux", "jpeu": "je peux", "jpeux": "je peux", "jpe": "je peux", "jfe": "je fais", "jfai": "je fais", "jfais": "je fais",
	"jdoi": "je dois", "jdois": "je dois", "jpaye": "je paye", "jpaie": "je paie", "jariv": "j arrive", "jarrive": "j arrive", "jatten": "j attends", "jattend": "j attends", "jattends": "j attends",
	"javai": "j avais", "javais": "j avais", "jvoi": "je vois", "jvois": "je vois", "jtrouv": "je trouve", "jtrouve": "je trouve", "jrecoi": "je recois", "jenvoi": "j envoie", "jvoudrai": "je voudrais", "jvoudrais": "je voudrais",
	"jaimerai": "j aimerais", "jaimerais": "j aimerais", "jen": "j en", "jy": "j y", "ya": "il y a", "ia": "il y a", "yavai": "il y avait", "yapa": "il n y a pas",
	"c": "c est", "cest": "c est", "ces": "c est", "sa": "ca", "cava": "ca va", "cetai": "c etait", "s": "c est",
	"ki": "qui", "ke": "que", "kel": "quel", "kelle": "quelle", "kels": "quels", "kelles": "quelles", "kil": "qu il", "kon": "qu on", "koi": "quoi", "kwa": "quoi", "quoa": "quoi",
	"keske": "qu est ce que", "kesk": "qu est ce que", "kess": "qu est ce", "keskon": "qu est ce qu on", "kesse": "qu est ce", "eske": "est ce que", "esk": "est ce que", "esque": "est ce que", "esce": "est ce", "kes": "qu est ce",
	"koman": "comment", "komen": "comment", "koment": "comment", "comen": "comment", "coment": "comment", "cmt": "comment", "cment": "comment", "coman": "comment", "kmt": "comment", "commen": "comment",
	"kan": "quand", "kand": "quand", "qd": "quand", "qqun": "quelqu un", "qqn": "quelqu un", "kelkun": "quelqu un", "qqch": "quelque chose", "kombien": "combien", "conbien": "combien", "combi1": "combien",
	"pr": "pour", "pk": "pourquoi", "pkoi": "pourquoi", "pq": "pourquoi", "pourkoi": "pourquoi", "prkoi": "pourquoi", "ds": "dans", "dan": "dans", "av": "avec", "avc": "avec", "avek": "avec", "ac": "avec",
	"pa": "pas", "po": "pas", "pu": "plus", "plu": "plus", "tjr": "toujours", "tjrs": "toujours", "tjs": "toujours", "toujour": "toujours", "jms": "jamais", "jamai": "jamais", "bcp": "beaucoup",
	"ossi": "aussi", "osi": "aussi", "oci": "aussi", "mai": "mais", "mtn": "maintenant", "mnt": "maintenant", "mintenan": "maintenant", "auj": "aujourd hui", "ojd": "aujourd hui", "ajd": "aujourd hui", "aujourdhui": "aujourd hui",
	"dc": "donc", "dak": "d accord", "dac": "d accord", "daccord": "d accord", "ok": "d accord", "oki": "d accord", "okay": "d accord",
	"bjr": "bonjour", "bjour": "bonjour", "slt": "salut", "bsr": "bonsoir", "cc": "coucou", "stp": "s il te plait", "svp": "s il vous plait", "silvouplai": "s il vous plait", "sivouplai": "s il vous plait", "plz": "s il vous plait", "pls": "s il vous plait",
	"mrc": "merci", "thx": "merci", "thks": "merci", "tks": "merci", "mersi": "merci", "mci": "merci", "mercie": "merci", "rdv": "rendez vous", "tel": "telephone", "tell": "telephone", "num": "numero", "nb": "nombre", "adr": "adresse",
	"vs": "vous", "vou": "vous", "ns": "nous", "nou": "nous", "chu": "je suis", "t": "tu", "ts": "tous", "tt": "tout", "tte": "toute", "ttes": "toutes", "tou": "tout",
	"fo": "il faut", "fau": "il faut", "fodra": "il faudra", "ifo": "il faut", "o": "au", "dja": "deja", "kler": "clair",
	"resu": "recu", "ressu": "recu", "recue": "recu", "repondr": "repondre", "fer": "faire", "fair": "faire", "fe": "fais", "fai": "fais", "feson": "faisons",
	"avoar": "avoir", "voar": "voir", "savoar": "savoir", "poura": "pourra", "pouve": "pouvez", "pouvai": "pouvait", "pve": "pouvez",
	"assur": "assurance", "assu": "assurance", "ass": "assurance", "attest": "attestation", "attes": "attestation", "mdp": "mot de passe", "mdpass": "mot de passe", "cgv": "conditions generales", "cg": "conditions generales",
	"rc": "responsabilite civile", "cb": "carte bancaire", "rib": "coordonnees bancaires", "pj": "piece jointe",
	"1": "un", "2": "deux", "2m1": "demain", "dem1": "demain", "bi1": "bien", "ri1": "rien", "kelk1": "quelqu un", "qq1": "quelqu un", "a2m1": "a demain",
	"msg": "message", "tps": "temps", "tmp": "temps", "lgtps": "longtemps", "lgtp": "longtemps", "pb": "probleme", "prob": "probleme", "pbm": "probleme", "rep": "reponse", "mel": "mail", "emel": "email", "meil": "mail",
	"mm": "meme", "mem": "meme", "kom": "comme", "com": "comme", "fon": "font",
	"tro": "trop", "vit": "vite", "vrmt": "vraiment", "vmt": "vraiment", "jte": "je te", "dsl": "desole", "asap": "vite", "urgen": "urgent", "bp": "beaucoup",
}
