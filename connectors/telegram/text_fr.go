package telegram

import (
	"fmt"
	"strings"
	"time"

	"guichet/bot"
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
	textFirst  = "*Je suis l’assistant automatique de ce guichet. Pour parler à une personne : /conseiller. Ce qui est conservé : /confidentialite.*"

	textHelp = "Écrivez votre question, même en quelques mots. Vous pouvez aussi utiliser :\n\n" +
		"/conseiller : parler à une personne\n\n/statut : où en est votre demande\n\n" +
		"/annuler : abandonner la demande en cours\n\n/confidentialite : ce qui est conservé"
	textPassageGone    = "Le lien venu du site ne sert qu’une fois, pendant 10 minutes : celui-ci n’est plus valable, et la conversation du site n’a pas pu être reprise. Vous pouvez en demander un autre sur le site, ou écrire votre question ici."
	textUnknownCommand = "Je ne connais pas cette commande."

	// The times are those of postgres.DefaultRetention.
	textPrivacy = "Cette conversation est conservée pour répondre à votre demande : 90 jours après votre dernier message, ou 3 ans " +
		"après la clôture d’une demande. Les numéros de carte, les IBAN et les mots de passe que je reconnais sont masqués avant d’être " +
		"conservés. Votre conversation passe par Telegram, qui a ses propres règles.\n\nPour consulter, corriger ou faire effacer vos " +
		"données, demandez-le à une personne : /conseiller."

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

	textBadReference    = "Ce n’est pas une référence : elle s’écrit par exemple G-4F7K-2MQ9. Elle figure dans le message qui a confirmé votre demande."
	textNoRequest       = "Aucune demande n’a été ouverte dans cette conversation. Si vous avez une référence, écrivez par exemple /statut G-4F7K-2MQ9."
	textStatusPrivately = "Pour savoir où en est une demande, écrivez-moi en privé : ici, d’autres personnes lisent ce que vous écrivez."
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
		who = "du guichet **" + markdownEscape(site) + "**"
	}
	return "Bonjour. Je suis l’assistant automatique " + who + " : je réponds à vos questions d’assurance à partir des documents de " +
		"l’assureur, avec leur source.\n\nÉcrivez votre question. Pour parler à une personne : /conseiller. Ce qui est conservé : /confidentialite."
}

// textStatus says how a request stands.
func textStatus(reference string, status bot.Status) string {
	how := "ouverte, notre équipe va vous répondre ici ou par e-mail"
	switch status {
	case bot.Waiting:
		how = "en attente de votre réponse"
	case bot.Resolved:
		how = "traitée. Écrivez ici si quelque chose manque"
	case bot.Closed:
		how = "close. Pour en ouvrir une autre : /conseiller"
	}
	return "Demande **" + reference + "** : " + how + "."
}

func textUnknownReference(reference string) string {
	return "Je ne trouve pas de demande **" + reference + "**. Pouvez-vous vérifier la référence ?"
}

var months = strings.Fields("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")

// checkedOn says when a citation was last compared with its source; empty when that is not known.
func checkedOn(iso string) string {
	day, err := time.Parse(time.DateOnly, iso)
	if err != nil || day.IsZero() {
		return ""
	}
	number := fmt.Sprint(day.Day())
	if day.Day() == 1 {
		number = "1er"
	}
	return fmt.Sprintf(textChecked, fmt.Sprintf("%s %s %d", number, months[day.Month()-1], day.Year()))
}
