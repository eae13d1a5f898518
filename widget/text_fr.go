package widget

import (
	"strconv"
	"strings"

	"guichet/bot"
)

// The codes of error frames.
const (
	notJSON       = "not_json"
	notText       = "not_text"
	notUTF8       = "not_utf8"
	unknownType   = "unknown_type"
	badVersion    = "bad_version"
	unknownSite   = "unknown_site"
	badOrigin     = "bad_origin"
	badToken      = "bad_token"
	badIdentity   = "bad_identity"
	notDone       = "not_done"
	helloMissing  = "hello_missing"
	helloRepeated = "hello_repeated"
	badID         = "bad_id"
	badChoice     = "bad_choice"
	emptyText     = "empty"
	tooLong       = "too_long"
	tooFast       = "too_fast"
	busy          = "busy"
	notRecorded   = "not_recorded"
	noRoom        = "no_room"
	failed        = "failed"
	notElsewhere  = "not_elsewhere"
	noMail        = "no_mail"
	badAddress    = "bad_address"
	mailedOften   = "mailed_often"
	nothingSaid   = "nothing_said"
	badFile       = "bad_file"
)

// french is all that the chat itself says in French, besides the script.
var french = words{
	errorText: errorFR,
	day:       frenchDay,
	pages: pageWords{
		Tag: "fr", Chat: "Discussion", ChatWith: "Discussion avec", Error: "Erreur", Assistant: "Assistant automatique",
		Legend: "Ce qu’il reste à indiquer", Submit: "Envoyer ces informations", Message: "Votre message", Send: "Envoyer",
		Others: "Voir les nouvelles réponses", Or: "ou écrire à", Source: "Source\u202f:",
		Kept:      keptFR() + " Pour les faire effacer, demandez un conseiller. Gardez cette page ouverte\u202f: elle seule donne accès à la conversation.",
		MailLabel: "Recevoir la conversation par e-mail", MailSend: "Envoyer à cette adresse",
		ResumeTitle: "Reprendre la conversation", Resume: "Reprendre la conversation", ResumeHere: "Reprendre la conversation ici\u202f?",
		ResumeWhat: "Elle s’ouvrira dans ce navigateur, telle qu’elle est maintenant. Le lien ne servira plus ensuite.", Yours: "Votre conversation",
		Gone: "Lien expiré", GoneTitle: "Ce lien a déjà servi, ou son délai est passé.", Open: "Ouvrir une conversation",
		GoneWhat:   "Si vous avez repris la conversation dans un autre navigateur, elle s’y trouve encore. Sinon, écrivez-nous de nouveau en donnant la référence de votre demande.",
		OwnedTitle: "Elle s’ouvre quand vous êtes connecté.", OwnedOr: "Vous pouvez aussi écrire à",
		OwnedWhat: "Connectez-vous sur le site où vous l’avez commencée, puis ouvrez la discussion\u202f: la réponse du conseiller s’y trouve.",
		Later:     "Un instant", LaterTitle: "La conversation ne peut pas être ouverte pour l’instant.", LaterWhat: "Votre lien reste valable. Réessayez dans une minute.", Again: "Réessayer",
		NoPage: "Page introuvable", NoPageTitle: "Cette page n’existe pas.", NoPageWhat: "L’adresse a peut-être été mal recopiée, ou la page a été retirée.",
		NoPassage: "Passage introuvable", NoPassageTitle: "Ce passage n’existe plus.",
		NoPassageWhat: "Le document a sans doute été mis à jour depuis que la réponse vous a été donnée. Posez de nouveau votre question\u202f: la réponse citera le texte en vigueur.",
		Home:          "Revenir à l’accueil", Ask: "Poser une question",
	},
	erased:    erasedFR,
	mailed:    mailedFR,
	greeting:  "Bonjour. Je suis un **assistant automatique**\u202f: je réponds à partir des documents de l’assureur, avec leur source. Un conseiller peut prendre le relais à tout moment.",
	person:    "Parler à un conseiller",
	privacy:   keptFR() + " Pour les effacer\u202f: menu ⋮, «\u202fEffacer mes données\u202f».",
	mail:      "Recevoir la conversation par e-mail",
	mailTo:    "Votre adresse e-mail",
	files:     filesFR,
	again:     "Votre message n’a pas pu être enregistré. Il est conservé ci-dessous\u202f: envoyez-le de nouveau dans un instant.",
	unshown:   "Ce message ne peut pas être affiché. Posez de nouveau votre question, ou demandez un conseiller.",
	you:       "Vous",
	assistant: "Assistant automatique",
}

// keptFR says for how long messages are kept.
func keptFR() string {
	conversation, request := bot.KeptPeriods("")
	return bot.Typeset("Vos messages sont conservés " + conversation + ", ou " + request + " après la clôture d’une demande.")
}

// errorFR is what a person reads about an error, and may do.
func errorFR(code string) string {
	switch code {
	case notJSON:
		return "Ce message n’a pas été compris par le serveur. Rechargez la page et réessayez."
	case notText:
		return "Ce message n’est pas du texte. Rechargez la page et réessayez."
	case notUTF8:
		return "Ce message contient des caractères illisibles. Retapez-le, ou rechargez la page."
	case unknownType:
		return "Cette page est plus récente que le serveur. Rechargez-la dans un instant."
	case badVersion:
		return "Cette page n’est plus à jour. Rechargez-la pour continuer."
	case unknownSite:
		return "Cette discussion n’existe pas ici. Écrivez à votre conseiller par e-mail ou par téléphone."
	case badOrigin:
		return "Cette discussion n’est pas ouverte sur ce site. Écrivez à votre conseiller par e-mail ou par téléphone."
	case badToken:
		return "La conversation précédente n’a pas pu être rouverte. En voici une nouvelle\u202f; votre texte est conservé."
	case badIdentity:
		return "Votre session sur ce site a expiré. Rechargez la page pour retrouver votre conversation."
	case notDone:
		return "Cela n’a pas pu être enregistré. Réessayez dans un instant."
	case helloMissing:
		return "La conversation n’est pas encore ouverte. Votre message sera renvoyé."
	case helloRepeated:
		return "La conversation est déjà ouverte. Vous pouvez écrire."
	case badID:
		return "Ce message n’a pas pu être identifié. Rechargez la page et réessayez."
	case badChoice:
		return "Ce choix n’est plus proposé. Écrivez votre question."
	case emptyText:
		return "Votre message est vide. Écrivez votre question, même en quelques mots."
	case tooLong:
		return "Votre message dépasse 4\u00a0000 caractères. Raccourcissez-le, ou envoyez-le en deux fois."
	case tooFast:
		return "Vous envoyez beaucoup de messages. Celui-ci est conservé et partira dans un instant."
	case busy:
		return "Beaucoup de demandes en ce moment. Votre message est conservé sur cette page et partira dans un instant."
	case notElsewhere:
		return "La conversation ne peut pas continuer ailleurs pour l’instant. Continuez ici, ou réessayez dans un instant."
	case noMail:
		return "La conversation ne peut pas être envoyée par e-mail ici. Téléchargez-la."
	case badAddress:
		return "Cette adresse e-mail n’est pas valide\u202f: elle doit contenir un @ et un domaine, par exemple nom@exemple.fr."
	case mailedOften:
		return "Cette conversation a déjà été envoyée plusieurs fois. Réessayez dans quelques heures, ou téléchargez-la."
	case nothingSaid:
		return "Rien n’a encore été dit. Écrivez d’abord votre question."
	case badFile:
		return "Votre fichier n’est plus là. Choisissez-le de nouveau."
	case noRoom:
		return "Votre message n’est pas enregistré\u202f: rien ne peut être conservé pour le moment. Gardez-le et réessayez dans quelques minutes, ou joignez votre conseiller par e-mail ou par téléphone."
	case notRecorded:
		return "Votre message n’a pas pu être enregistré, il sera renvoyé automatiquement."
	}
	return "Une erreur est survenue de notre côté. Votre message est conservé\u202f: réessayez, ou demandez un conseiller." // failed
}

// erasedFR says what erasing left, and why.
func erasedFR(kept []string) string {
	if len(kept) == 0 {
		return "Votre conversation est effacée. Rien n’en est conservé."
	}
	return "Votre conversation est effacée. Nous devons conserver ce qui concerne votre demande " + strings.Join(kept, ", ") +
		"\u202f: son contenu et les échanges à son sujet, le temps de la traiter puis d’en garder la preuve. L’équipe vous répondra par e-mail ou par téléphone si vous les avez donnés."
}

const (
	textFileUnknown = "Ce fichier n’est pas là. Rouvrez la discussion, puis téléchargez-le depuis le message."
	textFileExpired = "Ce lien n’est plus valable. Rouvrez la discussion, puis téléchargez le fichier depuis le message."
	textFileFailed  = "Ce fichier ne peut pas être lu pour l’instant. Réessayez dans une minute."
	textCrowded     = "Beaucoup de connexions en ce moment. Réessayez dans quelques secondes."
	textRestart     = "Le serveur redémarre, reconnectez-vous."
)

// mailedFR says that a conversation is on its way, and whether with a link that resumes it.
func mailedFR(resumes bool) string {
	link := ""
	if resumes {
		link = ", avec un lien pour la reprendre sur un autre appareil"
	}
	return "C’est demandé\u202f: la conversation part dans la minute vers cette adresse" + link +
		". Si elle n’arrive pas, regardez parmi les courriers indésirables, ou téléchargez-la."
}

var filesFR = fileWords{
	kind:    "Ce fichier n’est pas d’un type accepté. Envoyez une photo (JPEG, PNG, WebP, HEIC) ou un PDF.",
	many:    "Vous avez envoyé beaucoup de fichiers. Réessayez plus tard, ou écrivez à votre conseiller par e-mail.",
	noRoom:  "Le serveur n’a plus de place pour ce fichier. Gardez-le et réessayez dans quelques minutes, ou écrivez à votre conseiller par e-mail.",
	later:   "Ce fichier n’a pas pu être conservé pour l’instant. Réessayez dans une minute.",
	unknown: "Cet envoi n’est pas connu ici. Recommencez-le.",
	choose:  "Choisissez aussi vos fichiers de nouveau.",
	large: func(limit int64) string {
		return "Ce fichier est trop lourd\u202f: la limite est de " + strconv.FormatInt(limit>>20, 10) + "\u00a0Mo. Envoyez-en une version plus légère."
	},
	sent: "Fichier reçu, à envoyer avec votre message\u202f:",
	attach: func(megabytes int64) string {
		return "Joindre des fichiers (photos ou PDF, " + strconv.FormatInt(megabytes, 10) + "\u00a0Mo au plus en tout)"
	},
}
