package telegram

import (
	"fmt"
	"time"

	"guichet/bot"
	"guichet/bot/courier"
	"guichet/bot/prose"
)

// What this connector itself says in French. All else comes from bot, which also sets its spaces (bot.Typeset).
const (
	textSource  = "Source\u202f: "   // narrow no-break space, as French sets a colon
	textChecked = " (vérifié le %s)" // the day of the last comparison with the source
)

const (
	labelPerson = "Un conseiller"
	labelCancel = "Annuler"

	// introduced stands in every text by which the bot introduces itself.
	introduced = "assistant automatique"

	textHelp = "Écrivez votre question, même en quelques mots. Vous pouvez aussi utiliser :\n\n" +
		"/conseiller : parler à une personne\n\n/statut : où en est votre demande\n\n" +
		"/annuler : abandonner la demande en cours\n\n/confidentialite : ce qui est conservé"
	textPassageGone    = "Le lien venu du site ne sert qu’une fois, pendant 10 minutes : celui-ci n’est plus valable, et la conversation du site n’a pas pu être reprise. Vous pouvez en demander un autre sur le site, ou écrire votre question ici."
	textUnknownCommand = "Je ne connais pas cette commande."

	textVoice     = "Je ne peux pas écouter les messages vocaux. Écrivez votre question, même en quelques mots, ou demandez une personne : /conseiller."
	textSticker   = "Je lis seulement le texte. Écrivez votre question, même en quelques mots."
	textFileType  = "Je ne peux pas recevoir ce fichier : envoyez une photo, une image (PNG, JPEG, WebP, HEIC) ou un PDF. Celui-ci n’a pas été conservé."
	textFileLarge = "Telegram ne me laisse lire que 20 Mo et votre fichier est plus lourd : il n’a pas été conservé. Envoyez-le en plus petit " +
		"(une photo plutôt qu’un « fichier », ou un PDF par page). Une personne peut aussi vous dire comment l’envoyer autrement."
	textOther  = "Je lis seulement le texte : ce message n’a pas été conservé. Écrivez votre question, même en quelques mots."
	textParked = "Une erreur est survenue de notre côté et votre dernier message n’a pas pu être traité. Écrivez-le autrement, ou demandez une personne."

	keptVoice   = "[message vocal]"
	keptSticker = "[autocollant]"
	keptFile    = "[fichier non reçu]"
	keptOther   = "[message sans texte]"
	keptParked  = "[message non traité]"
)

// What agents read in their group.
const (
	textStaffFile      = "Je ne peux pas transmettre cela : rien n’a été envoyé au client, ni la légende. Envoyez un texte, une image (PNG, JPEG, WebP, HEIC) ou un PDF."
	textStaffAnonymous = "Vous écrivez en administrateur anonyme : je ne sais pas qui vous êtes, et rien n’a été envoyé. Désactivez « Rester anonyme » dans vos droits d’administrateur, puis écrivez de nouveau."
	textStaffForgotten = "Ce sujet n’est plus celui d’un ticket : rien n’a été envoyé. Le ticket a été effacé, ou un autre sujet le suit."
	textStaffParked    = "Une erreur est survenue de notre côté et ce message n’a pas pu être traité. Vérifiez au bureau, puis recommencez."
	textStaffOldButton = "Ce bouton ne sert plus."
	textStaffLater     = "Cela n’a pas pu être fait tout de suite : c’est réessayé."
)

// menu is what Telegram shows when somebody types a slash.
var menu = []struct{ name, says string }{
	{"conseiller", "Parler à une personne"},
	{"statut", "Où en est votre demande"},
	{"annuler", "Abandonner la demande en cours"},
	{"aide", "Ce que je sais faire"},
	{"confidentialite", "Ce qui est conservé"},
}

// textStart is the first thing said in a chat.
func textStart(site string) string {
	who := "de ce guichet"
	if site != "" {
		who = "du guichet **" + prose.Escape(site) + "**"
	}
	return "Bonjour. Je suis l’assistant automatique " + who + " : je réponds à vos questions d’assurance à partir des documents de " +
		"l’assureur, avec leur source.\n\nÉcrivez votre question. Pour parler à une personne : /conseiller. " + courier.TextKept()
}

// checkedOn says when a citation was last compared with its source; empty when that is not known.
func checkedOn(iso string) string {
	day, err := time.Parse(time.DateOnly, iso)
	if err != nil || day.IsZero() {
		return ""
	}
	return fmt.Sprintf(textChecked, bot.TextDate(day))
}
