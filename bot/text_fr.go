package bot

import (
	"fmt"
	"strings"

	"guichet/bot/prose"
)

// What the bot says in French: requests stand in request_fr.go, times and sizes in time_fr.go, all of it in English in the files beside them.

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
