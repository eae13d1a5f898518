package bot

import (
	"fmt"
	"strings"
	"time"

	"guichet/bot/prose"
)

// Every sentence the bot says in French stands in this file, in English in text_en.go.

// textNotKept stands in a transcript for a message that was not kept. It is looked for there: it has one language.
const textNotKept = "[message non conservé : données personnelles en public]"

// french is all that the bot says in French.
var french = voice{
	greeting:         "Bonjour. Je suis l’assistant automatique de ce guichet : je réponds à partir des documents de l’assureur, avec leur source. Quelle est votre question ? Vous pouvez demander un conseiller à tout moment.",
	thanks:           "Je vous en prie. Je reste à votre disposition.",
	bye:              "Au revoir, et bonne journée.",
	robot:            "Oui, je suis un assistant automatique : je cherche dans les documents de l’assureur et je cite ma source, je n’invente rien. Un conseiller peut prendre le relais quand vous le souhaitez.",
	well:             "Tout va bien, merci. Quelle est votre question sur votre assurance ?",
	okay:             "Entendu. Posez-moi une autre question quand vous voulez.",
	glad:             "Merci de votre retour. Je reste à votre disposition.",
	abstain:          "Je n’ai pas la réponse à cette question dans les documents dont je dispose. Je préfère ne rien affirmer : un conseiller peut vous répondre.",
	abstainAgain:     "Je n’ai pas non plus cette réponse. Souhaitez-vous que je transmette votre question à un conseiller ?",
	foreign:          "Je réponds seulement en français et en anglais. Écrivez-moi dans l’une de ces langues, ou demandez un conseiller.\n\nI only answer in French and in English. Please write in one of them, or ask for a person.",
	clarify:          "La réponse dépend de l’assureur. Duquel s’agit-il ?",
	whichTopic:       "Plusieurs réponses en parlent. Laquelle cherchez-vous ?",
	whichOfThese:     "Duquel s’agit-il ? Choisissez ci-dessous. Si vous ne savez pas, demandez un conseiller : il retrouvera votre dossier.",
	askSubject:       "De quoi s’agit-il ? Écrivez en quelques mots ce que vous cherchez ou ce qui vous est arrivé, ou demandez un conseiller.",
	askSubjectAgain:  "Je ne vois pas encore de quoi il s’agit. Souhaitez-vous que je transmette votre message à un conseiller ?",
	empty:            "Votre message est vide. Écrivez votre question, même en quelques mots.",
	wordless:         "Écrivez-moi votre question en quelques mots, ou demandez un conseiller.",
	insulted:         "Je comprends votre agacement. Dites-moi en une phrase ce qui ne va pas, ou demandez un conseiller.",
	cancelled:        "C’est annulé : rien n’a été transmis. Posez-moi une autre question quand vous voulez.",
	dropped:          "C’est annulé : rien n’a été transmis.",
	nothingOpen:      "Il n’y a rien à annuler. Quelle est votre question ?",
	card:             "Ne communiquez jamais votre numéro de carte bancaire dans cette conversation : je l’ai masqué et il n’est pas conservé. Le paiement se fait uniquement sur la page sécurisée de la banque.",
	iban:             "Ne donnez pas votre IBAN dans cette conversation : je l’ai masqué et il n’est pas conservé. Un conseiller vous dira comment communiquer vos coordonnées bancaires.",
	password:         "Gardez votre mot de passe pour vous, même ici : je l’ai masqué et il n’est pas conservé. Changez-le si d’autres ont pu le lire.",
	feedback:         "Je suis désolé que cela ne réponde pas. Pouvez-vous préciser votre question en une phrase ? Un conseiller peut aussi vous répondre.",
	feedbackNext:     "Je suis désolé que cela ne réponde pas. Votre question concerne peut-être l’un de ces sujets ? Sinon, précisez-la ou demandez un conseiller.",
	privately:        "Pour cette demande, écrivez-moi en privé : ici, d’autres personnes lisent ce que vous écrivez. N’y donnez ni numéro, ni adresse, ni téléphone.",
	fileReceived:     "J’ai bien reçu votre fichier.",
	fileNoted:        "J’ai bien reçu votre fichier : il sera joint à votre demande.",
	fileAbout:        "J’ai bien reçu votre fichier et je le garde pour l’équipe. De quoi s’agit-il ?",
	filePrivately:    "Pour m’envoyer un fichier, écrivez-moi en privé : ici, d’autres personnes le verraient. Celui-ci n’a pas été conservé.",
	labelAgent:       "Un conseiller",
	labelHelpful:     "Cela répond",
	labelSettled:     "Oui, c’est réglé",
	labelUnhelpful:   "Pas vraiment",
	labelMissing:     "Je ne l’ai pas",
	labelCancel:      "Annuler",
	labelConfirm:     "Tout est exact",
	labelChange:      "Corriger une valeur",
	labelForm:        "Corriger le formulaire",
	transcript:       "Transcription de la conversation",
	assistant:        "Assistant automatique",
	adviser:          ", conseiller",
	customer:         "Client",
	crossed:          "Votre conversation commencée sur le site continue ici, avec le même assistant automatique. Un conseiller peut prendre le relais à tout moment.",
	crossedTopic:     "Écrivez votre question, ou relisez la dernière réponse :",
	confirm:          "Voici ce que je vais transmettre :",
	confirmQ:         "Est-ce exact ? Répondez « oui » pour transmettre, ou écrivez ce qu’il faut changer.",
	whichOne:         "Que faut-il changer ? Écrivez la nouvelle valeur, par exemple « mon mail est nom@exemple.fr ».",
	resume:           "Reprenons votre demande.",
	notGot:           textNotGot,
	goOn:             "Je n’ai pas reconnu cette information : votre message reste dans la conversation, et l’équipe le lira.",
	orWithout:        "Si vous n’avez pas cette information, répondez « je ne l’ai pas » : la demande continue sans elle.",
	takeTime:         "Prenez votre temps.",
	noted:            "C’est noté.",
	notGuess:         "Je n’ai pas reconnu cette information.",
	unknown:          "non communiqué",
	toldMore:         "… [la suite est dans la conversation]",
	otherUnanswered:  textOtherUnanswered,
	otherRequest:     textOtherRequest,
	added:            textAdded,
	pending:          textPending,
	fileAdded:        textFileAdded,
	fileCount:        textFileCount,
	labelAbout:       labelAbout,
	crossedRequest:   textCrossedRequest,
	crossedRequests:  textCrossedRequests,
	crossedAgent:     textCrossedAgent,
	crossing:         textCrossing,
	deferred:         textDeferred,
	elsewhere:        textElsewhere,
	perhapsElsewhere: textPerhapsElsewhere,
	afterwards: func(delay string) string {
		if delay == "" {
			return "La réponse arrivera une fois la demande transmise."
		}
		return "La réponse arrivera " + delay + ", une fois la demande transmise."
	},
	insurer: func(name string) string {
		return "Entendu, je réponds d’abord pour " + name + ". Quelle est votre question ?"
	},
	opening:             textOpening,
	ask:                 textAsk,
	refused:             textRefused,
	line:                textLine,
	refusedMark:         refusedMark,
	recorded:            textRecorded,
	form:                textForm,
	problems:            textProblems,
	delay:               textDelay,
	moment:              TextMoment,
	atTime:              " à ",
	open:                textOpen,
	period:              textPeriod,
	day:                 textDay,
	value:               textValue,
	citation:            textCitation,
	tag:                 "fr",
	colon:               " : ",
	site:                "Site",
	reference:           "Référence",
	made:                "Établie le",
	file:                "Fichier",
	source:              "Source",
	label:               Field.Label,
	example:             Field.Example,
	request:             labelRequest,
	size:                TextSize,
	takenOver:           textTakenOver,
	handedBack:          textHandedBack,
	resolved:            textResolved,
	acknowledgementMail: acknowledgementFR,
	replyMail:           replyFR,
	copyMail:            copyFR,
}

// textOtherUnanswered says which of two questions has no answer here.
func textOtherUnanswered(question string) string {
	return "Je n’ai pas trouvé de réponse à votre autre question (« " + question + " ») : un conseiller peut vous répondre."
}

// textOtherRequest says how what was asked beside a question is requested.
func textOtherRequest(asked, label string) string {
	return "Pour votre demande (« " + asked + " »), choisissez **" + label + "** : elle sera transmise à notre équipe."
}

// textAdded says where a message after a request goes.
func textAdded(reference string) string {
	return "C’est noté dans cette conversation, avec votre demande " + reference + ". Si elle est déjà close, demandez un conseiller : une nouvelle demande sera ouverte."
}

// textPending says what becomes of a request that was transmitted.
func textPending(reference string) string {
	return "Votre demande **" + reference + "** est transmise : l’équipe répond dans cette conversation, dans le délai indiqué avec la référence. Pour ajouter une précision, écrivez-la simplement ici."
}

// textFileAdded says with which request a file is.
func textFileAdded(reference string) string {
	return "J’ai bien reçu votre fichier : il est avec votre demande " + reference + ". Si elle est déjà close, demandez un conseiller : une nouvelle demande sera ouverte."
}

// textFileCount is a line of a summary.
func textFileCount(n int) string {
	if n == 1 {
		return "fichier joint : 1"
	}
	return fmt.Sprintf("fichiers joints : %d", n)
}

// labelAbout is the button by which somebody makes a request.
func labelAbout(c Category) string {
	switch c {
	case AttestationCorrection:
		return "Corriger une attestation"
	case Claim:
		return "Déclarer un sinistre"
	case Complaint:
		return "Faire une réclamation"
	case AttestationCopy:
		return "Demander un nouvel exemplaire"
	}
	return "Un conseiller"
}

func textCrossedRequest(reference string) string {
	return "La réponse à votre demande **" + reference + "** arrivera ici."
}

func textCrossedRequests(references []string) string {
	return "Les réponses à vos demandes **" + strings.Join(references, "**, **") + "** arriveront ici."
}

func textCrossedAgent(name string) string { return name + " vous répond désormais ici." }

func textCrossing(channel string) string {
	where := "ailleurs"
	if channel == Telegram {
		where = "sur Telegram"
	}
	return "La conversation continue " + where + " : les réponses à vos demandes y arriveront. Vous pouvez toujours poser une question ici."
}

// textDeferred says that a request is safe though the team cannot see it yet.
func textDeferred(reference string) string {
	return "Un incident technique retarde sa transmission : votre demande " + reference + " est bien conservée ; elle sera transmise à l’équipe dès que possible, sans rien à refaire de votre part."
}

// textElsewhere says that a question is about an insurer this site does not answer for.
func textElsewhere(name string) string {
	return fmt.Sprintf("Votre question concerne %s, pour qui je ne réponds pas ici. Je préfère ne rien affirmer : un conseiller peut vous orienter.", name)
}

// textPerhapsElsewhere is the same where the person has named no insurer: the question only looks like it.
func textPerhapsElsewhere(name string) string {
	return fmt.Sprintf("Je n’ai pas la réponse à cette question dans les documents dont je dispose. Si elle concerne %s, je n’en réponds pas ici. Un conseiller peut vous répondre.", name)
}

// textOpening begins the preparation of a request.
func textOpening(c Category) string {
	switch c {
	case AttestationCorrection:
		return "Je prépare votre demande de correction d’attestation pour notre équipe."
	case AttestationCopy:
		return "Je prépare votre demande d’un nouvel exemplaire de votre attestation pour notre équipe."
	case Claim:
		return "Je prépare votre déclaration de sinistre pour notre équipe. Si une personne est en danger, appelez d’abord le 112."
	case Complaint:
		return "Je suis désolé de cette situation. Je prépare votre réclamation : elle sera lue par notre équipe."
	}
	return "Je transmets votre demande à un conseiller."
}

// textAsk asks for a field: why, how it looks.
func textAsk(f Field, c Category) string {
	switch f {
	case AttestationNumber:
		if c == Claim {
			return "Quel est votre **numéro d’attestation ou de contrat** ? Il figure sur votre attestation (par exemple 20417) et permet de retrouver votre dossier."
		}
		return "Quel est votre **numéro d’attestation** ? Il figure en haut du document (par exemple 20417) et permet de retrouver votre dossier."
	case ContractNumber:
		return "Quel est votre **numéro de contrat ou d’attestation** ? Il permet de retrouver votre dossier."
	case Siren:
		return "Quel est le **numéro SIREN** exact ? Il compte 9 chiffres, par exemple 732 829 320. Il sera comparé au répertoire SIREN."
	case SubscriptionDate:
		return "À quelle **date avez-vous souscrit** ? Par exemple 3 février 2026."
	case IncidentDate:
		return "**Quand** cela s’est-il passé ? Par exemple 3 février 2026, ou « hier »."
	case Correction:
		return "**Que faut-il corriger**, et quelle est la bonne valeur ? Par exemple : « Dupond au lieu de Dupont »."
	case Email:
		if c == Human {
			return "À quelle **adresse e-mail** l’équipe peut-elle vous répondre ? Par exemple nom@exemple.fr. Un numéro de téléphone convient aussi."
		}
		return "À quelle **adresse e-mail** l’équipe peut-elle vous répondre ? Par exemple nom@exemple.fr."
	case Description:
		return askDescription(c)
	}
	return "Pouvez-vous indiquer votre " + f.Label() + " ?"
}

// textNotGot goes on without a field, and says what else serves.
func textNotGot(f Field) string {
	switch f {
	case AttestationNumber, ContractNumber:
		return "Ce n’est pas grave, l’équipe vous retrouvera autrement : un numéro SIREN ou de téléphone y aide, si vous voulez l’ajouter."
	case Email:
		return "Ce n’est pas grave : la réponse arrivera dans cette conversation. Un numéro de téléphone convient aussi, si vous voulez l’ajouter."
	}
	return "Ce n’est pas grave, l’équipe vous retrouvera autrement."
}

func askDescription(c Category) string {
	switch c {
	case Claim:
		return "**Que s’est-il passé**, et où ? Quelques mots suffisent."
	case Complaint:
		return "**Quel est le motif** de votre réclamation ? Quelques mots suffisent."
	}
	return "**De quoi s’agit-il** ? Quelques mots suffisent pour que le conseiller connaisse déjà votre dossier."
}

// textRefused says what is wrong with a value and how it should look.
func textRefused(v value) string {
	switch v.Refused {
	case badSIREN:
		if n := len(digitsOf(v.Raw)); n != 9 {
			return fmt.Sprintf("Ce numéro SIREN n’est pas valide : il compte 9 chiffres, j’en lis %d. Pouvez-vous vérifier ?", n)
		}
		return "Ce numéro SIREN n’est pas valide : il compte 9 chiffres et le dernier est une clé de contrôle. Pouvez-vous vérifier ?"
	case badSIRET:
		return "Ce numéro SIRET n’est pas valide : il compte 14 chiffres et le dernier est une clé de contrôle. Pouvez-vous vérifier ?"
	case badEmail:
		return "Cette adresse e-mail n’est pas valide : elle doit contenir un @ et un domaine, par exemple nom@exemple.fr. Pouvez-vous vérifier ?"
	case longEmail:
		return "Cette adresse e-mail est trop longue : elle compte 254 caractères au plus, dont 64 avant le @. Pouvez-vous vérifier ?"
	case futureDate:
		return "Cette date est dans le futur : elle doit être passée. Pouvez-vous vérifier le jour, le mois et l’année ?"
	case unreadableDate:
		return "Cette date n’existe pas. Écrivez-la par exemple 3 février 2026 ou 03/02/2026. Pouvez-vous vérifier ?"
	case refusal(Phone):
		return "Ce numéro de téléphone n’est pas valide : il compte 10 chiffres, par exemple 06 12 34 56 78. Pouvez-vous vérifier ?"
	case refusal(SubscriptionDate), refusal(IncidentDate):
		return "Je ne lis pas cette date. Écrivez-la par exemple 3 février 2026 ou 03/02/2026."
	case badAttestation:
		return "Ce n’est pas un numéro d’attestation : il contient au moins un chiffre, par exemple 20417. Pouvez-vous vérifier ?"
	case longReference:
		return "Ce numéro est trop long : un numéro d’attestation ou de contrat compte 40 caractères au plus, par exemple 20417. Pouvez-vous vérifier ?"
	}
	return "Cette valeur n’est pas valide. Pouvez-vous vérifier ?"
}

// Example shows what a field may look like; empty where any words will do.
func (f Field) Example() string {
	switch f {
	case AttestationNumber, ContractNumber:
		return "20417"
	case Siren:
		return "732 829 320"
	case Siret:
		return "732 829 320 00074"
	case SubscriptionDate, IncidentDate:
		return "03/02/2026"
	case Correction:
		return "«\u202fDupond\u202f» au lieu de «\u202fDupont\u202f»"
	case Email:
		return "nom@exemple.fr"
	case Phone:
		return "06 12 34 56 78"
	}
	return ""
}

// textLine is a field with its value on a line of a message.
func textLine(f Field, value string) string { return f.Label() + " : " + value }

// refusedMark stands in the kept message for a value that failed its check, so that nobody copies it from there.
func refusedMark(v value) string {
	return "[" + v.Field.Label() + " non valide]"
}

const (
	textAddMore = "Pour ajouter une précision, écrivez-la simplement ici."
	textByChat  = "La réponse arrivera dans cette conversation"
	textHasMail = " L’équipe a aussi votre adresse %s."
)

// textRecorded tells the reference, what happens next, by when and on which channel.
func textRecorded(label, reference, delay, email string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Votre demande est enregistrée (%s).\n\n**Référence : %s**\n\n%s", label, reference, textByChat)
	if delay != "" {
		b.WriteString(", " + delay)
	}
	b.WriteString(".")
	if email != "" {
		fmt.Fprintf(&b, textHasMail, email)
	}
	b.WriteString(" " + textAddMore)
	return b.String()
}

// textForm begins what is kept of a form.
func textForm(label string) string { return "Formulaire : " + label }

// textProblems says what to correct in a form.
func textProblems(problems []Problem) string {
	var b strings.Builder
	b.WriteString("Rien n’est encore transmis. Dans le formulaire :\n")
	for _, p := range problems {
		fmt.Fprintf(&b, "\n- **%s** : %s", p.Field.Label(), p.Says)
	}
	b.WriteString("\n\nCe que vous avez écrit est conservé : vous pouvez le corriger.")
	return b.String()
}

// textDelay says when an agent answers: in the site's own words, else by the first deadline.
func textDelay(own string, clock Clock) string {
	d := clock.Next()
	switch {
	case own != "":
		return own
	case d.Due.IsZero():
		return ""
	case d.Term.Unit == OpeningHours:
		return "d’ici le " + TextMoment(d.Due)
	}
	return fmt.Sprintf("sous %s (jusqu’au %s)", textTerm(d.Term), textDay(d.Due.Format(time.DateOnly)))
}

// textTerm writes a term: 10 jours ouvrables.
func textTerm(t Term) string {
	unit := map[Unit]string{OpeningHours: "heure% d’ouverture", BusinessDays: "jour% ouvré%", WorkingDays: "jour% ouvrable%", Months: "mois"}[t.Unit]
	plural := ""
	if t.N > 1 {
		plural = "s"
	}
	return fmt.Sprint(t.N) + " " + strings.ReplaceAll(unit, "%", plural)
}

// TextMoment writes an instant as it is read in Paris: mardi 3 février 2026 à 15:04.
func TextMoment(at time.Time) string {
	local := inParis(at)
	return weekdays[local.Weekday()] + " " + textDay(local.Format(time.DateOnly)) + " à " + local.Format("15:04")
}

// textOpen says whether agents are there, and when that changes.
func textOpen(h Hours, now time.Time) string {
	open, next := h.Change(now)
	switch {
	case open && next.IsZero():
		return "Nos conseillers répondent à toute heure."
	case open:
		return "Nos conseillers répondent en ce moment, jusqu’à " + textUpcoming(next, now, "minuit") + "."
	case next.IsZero():
		return "Nos conseillers sont absents pour l’instant. L’assistant répond à toute heure."
	}
	return "Nos conseillers sont absents : ils répondent à partir de " + textUpcoming(next, now, "00:00") + ". L’assistant répond à toute heure."
}

// textUpcoming writes an instant to come as one would say it now.
func textUpcoming(at, now time.Time, midnight string) string {
	day, clock, apart := upcoming(at, now, midnight)
	switch {
	case apart == 0:
		return clock
	case apart == 1:
		return "demain à " + clock
	case apart < 7:
		return weekdays[day.Weekday()] + " à " + clock
	}
	return weekdays[day.Weekday()] + " " + textDay(day.Format(time.DateOnly)) + " à " + clock
}

// TextSize writes a size as it is read in France: 1,2 Mo.
func TextSize(bytes int64) string {
	const kilo = 1000
	switch {
	case bytes < kilo:
		return fmt.Sprintf("%d\u00a0octets", bytes)
	case bytes < kilo*kilo:
		return fmt.Sprintf("%d\u00a0Ko", (bytes+kilo/2)/kilo)
	}
	return strings.ReplaceAll(fmt.Sprintf("%.1f\u00a0Mo", float64(bytes)/(kilo*kilo)), ".", ",")
}

// weekdays are the French names, from Sunday.
var weekdays = strings.Fields("dimanche lundi mardi mercredi jeudi vendredi samedi")

// textDay writes a date as people read it: 3 février 2026.
func textDay(iso string) string {
	day, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return TextDate(day)
}

// textValue writes a field's value as people read it.
func textValue(f Field, v string) string {
	switch f {
	case SubscriptionDate, IncidentDate:
		return textDay(v)
	case Siren:
		if len(v) == 9 {
			return v[:3] + " " + v[3:6] + " " + v[6:]
		}
	case Siret:
		if len(v) == 14 {
			return v[:3] + " " + v[3:6] + " " + v[6:9] + " " + v[9:]
		}
	case Phone:
		if len(v) == 10 {
			return v[:2] + " " + v[2:4] + " " + v[4:6] + " " + v[6:8] + " " + v[8:]
		}
	}
	return v
}

// textSource names where an answer that an agent sends comes from.
func textSource(c Citation) string {
	text := "Source : " + c.Document
	if c.Section != "" {
		text += ", " + c.Section
	}
	if c.URL != "" {
		text += " (" + c.URL + ")"
	}
	return text
}

func textTakenOver(agent string) string {
	return "**" + prose.Escape(agent) + "** vous répond. L’assistant automatique n’intervient plus dans cette conversation."
}

func textHandedBack() string {
	return "L’assistant automatique vous répond de nouveau. Votre demande reste suivie par un conseiller."
}

// labelRequest names what is asked for, as a noun phrase.
func labelRequest(c Category) string {
	d, _ := Define(c)
	return d.Label
}

func textCitation(c Citation) string {
	text := c.Document
	if c.Section != "" {
		text += ", " + c.Section
	}
	if c.Checked != "" {
		text += " (vérifié le " + textDay(c.Checked) + ")"
	}
	return text
}

func textResolved(reference string) string {
	return "Votre demande **" + reference + "** est résolue. Est-ce bien réglé ? S’il manque quelque chose, écrivez-le ici : elle sera rouverte."
}
