package discord

import (
	"fmt"
	"time"

	"guichet/bot"
	"guichet/bot/courier"
	"guichet/bot/prose"
)

// What this connector itself says in French. All else comes from bot, which also sets its spaces (bot.Typeset).
const (
	textSource  = "Source"
	textChecked = " (vérifié le %s)" // the day of the last comparison with the source
	textTopics  = "Choisissez un sujet"
)

const (
	labelPerson = "Un conseiller"
	labelForm   = "Remplir le formulaire"
	labelHow    = "Comment continuer en privé ?"

	// introduced stands in every text by which the bot introduces itself.
	introduced = "assistant automatique"

	textHelp = "Écrivez votre question, même en quelques mots. Vous pouvez aussi utiliser :\n\n" +
		"/question : poser une question\n\n/attestation : faire corriger une attestation, ou la recevoir de nouveau\n\n" +
		"/sinistre : déclarer un sinistre\n\n/conseiller : parler à une personne\n\n/statut : où en est votre demande\n\n" +
		"/confidentialite : ce qui est conservé"

	textVoice     = "Je ne peux pas écouter les messages vocaux. Écrivez votre question, même en quelques mots, ou demandez une personne : /conseiller."
	textSticker   = "Je lis seulement le texte. Écrivez votre question, même en quelques mots."
	textFileType  = "Je ne peux pas recevoir ce fichier : envoyez une photo, une image (PNG, JPEG, WebP, HEIC) ou un PDF. Celui-ci n’a pas été conservé."
	textFileLarge = "Je ne peux recevoir que 20 Mo et votre fichier est plus lourd : il n’a pas été conservé. Envoyez-le en plus petit " +
		"(une image réduite, ou un PDF par page). Une personne peut aussi vous dire comment l’envoyer autrement."
	textParked  = "Une erreur est survenue de notre côté et votre dernier message n’a pas pu être traité. Écrivez-le autrement, ou demandez une personne."
	textNotKept = "Je ne peux pas enregistrer votre message pour le moment. Réessayez dans un instant."

	textWithAgent = "C’est transmis au conseiller qui suit votre demande : il vous répond lui-même."
	textInChannel = "Je vous réponds en privé dès que vous acceptez les messages privés des membres de ce serveur : ici, d’autres personnes lisent ce que vous écrivez."
	textHow       = "Dans Discord, ouvrez les paramètres de confidentialité de ce serveur et autorisez les messages privés, puis écrivez-moi. " +
		"Vous pouvez aussi utiliser ici /question, /attestation, /sinistre ou /conseiller : vous seul voyez ce que vous y écrivez et ma réponse."

	keptVoice   = "[message vocal]"
	keptSticker = "[autocollant]"
	keptFile    = "[fichier non reçu]"
	keptParked  = "[message non traité]"
)

// What agents read in their channel.
const (
	textStaffThread    = "Ticket transmis par l’assistant"
	textStaffFile      = "Je ne peux pas transmettre cela : rien n’a été envoyé au client, ni le texte. Envoyez un texte, une image (PNG, JPEG, WebP, HEIC) ou un PDF."
	textStaffMention   = "Ce message nomme quelqu’un du serveur, ce que le client ne comprendrait pas : rien ne lui a été envoyé. Pour parler à un collègue, écrivez !note ou un message hors de ce fil."
	textStaffForgotten = "Ce fil n’est plus celui d’un ticket : rien n’a été envoyé. Le ticket a été effacé, ou un autre fil le suit."
	textStaffOldButton = "Ce bouton ne sert plus."
	textStaffLater     = "Cela n’a pas pu être fait tout de suite : c’est réessayé."
	textStaffParked    = "Une erreur est survenue de notre côté et cela n’a pas pu être traité. Vérifiez au bureau, puis recommencez."
)

// The descriptions of the commands, at most 100 characters.
const (
	saysQuestion    = "Poser une question sur votre assurance"
	saysText        = "Votre question, même en quelques mots"
	saysAttestation = "Faire corriger votre attestation, ou en recevoir un nouvel exemplaire"
	saysRequest     = "Ce que vous demandez"
	saysCorrection  = "Une correction"
	saysCopy        = "Un nouvel exemplaire"
	saysClaim       = "Déclarer un sinistre"
	saysPerson      = "Parler à une personne"
	saysReason      = "Pour une question ou une réclamation"
	saysHuman       = "Une question"
	saysComplaint   = "Une réclamation"
	saysStatus      = "Où en est votre demande"
	saysReference   = "La référence de la demande, par exemple G-4F7K-2MQ9"
	saysHelp        = "Ce que je sais faire"
	saysPrivacy     = "Ce qui est conservé"
)

// placeholder is an example in the input of a form.
func placeholder(f bot.Field) string {
	switch f {
	case bot.Correction:
		return "Ce qui est écrit, et ce qui devrait être écrit"
	case bot.Description:
		return "Quelques mots suffisent"
	case bot.AttestationNumber:
		return "Par exemple 20417. Laissez vide si vous ne l’avez pas"
	case bot.ContractNumber:
		return "Laissez vide si vous ne l’avez pas"
	case bot.SubscriptionDate, bot.IncidentDate:
		return "Par exemple 03/02/2026"
	case bot.Siren:
		return "9 chiffres"
	case bot.Email:
		return "nom@exemple.fr"
	case bot.Phone:
		return "Par exemple 06 12 34 56 78"
	}
	return ""
}

// textStart says what the bot is.
func textStart(site string) string {
	who := "de ce guichet"
	if site != "" {
		who = "du guichet **" + prose.Escape(site) + "**"
	}
	return "Bonjour. Je suis l’assistant automatique " + who + " : je réponds à vos questions d’assurance à partir des documents de " +
		"l’assureur, avec leur source. " + courier.TextKept()
}

// textCase opens the thread of a request.
func textCase(reference string) string {
	return "Votre demande **" + reference + "** est suivie dans ce fil : les réponses y arriveront, et ce que vous y écrivez est ajouté à la demande."
}

// nameCase is the name of that thread.
func nameCase(reference string) string { return "Demande " + reference }

// checkedOn says when a citation was last compared with its source; empty when that is not known.
func checkedOn(iso string) string {
	day, err := time.Parse(time.DateOnly, iso)
	if err != nil || day.IsZero() {
		return ""
	}
	return fmt.Sprintf(textChecked, bot.TextDate(day))
}
