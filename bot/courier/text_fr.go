package courier

import "guichet/bot"

// What is said in French in the same words on every chat with commands.
const (
	textBadReference    = "Ce n’est pas une référence : elle s’écrit par exemple G-4F7K-2MQ9. Elle figure dans le message qui a confirmé votre demande."
	textNoRequest       = "Aucune demande n’a été ouverte dans cette conversation. Si vous avez une référence, écrivez par exemple /statut G-4F7K-2MQ9."
	textStatusPrivately = "Pour savoir où en est une demande, écrivez-moi en privé : ici, d’autres personnes lisent ce que vous écrivez."

	textUnshown = "*La suite n’a pas pu être affichée ici : lisez-la au bureau.*"
)

// textStatus says how a request stands; as is the request itself or the one it goes on in, elsewhere whether that is of
// another conversation, which the replies then go to.
func textStatus(reference string, as bot.Ticket, elsewhere bool) string {
	how := "ouverte, notre équipe va vous répondre ici ou par e-mail"
	switch {
	case as.Status == bot.Waiting:
		how = "en attente de votre réponse"
	case as.Status == bot.Resolved:
		how = "traitée. Écrivez ici si quelque chose manque"
	case as.Status == bot.Closed:
		how = "close. Pour en ouvrir une autre : /conseiller"
	case elsewhere:
		how = "ouverte, notre équipe va vous répondre là où vous l’avez ouverte, ou par e-mail"
	}
	with := ""
	if as.Reference != reference {
		with = ", regroupée avec la demande **" + as.Reference + "**"
	}
	return "Demande **" + reference + "**" + with + " : " + how + "."
}

func textUnknownReference(reference string) string {
	return "Je ne trouve pas de demande **" + reference + "**. Pouvez-vous vérifier la référence ?"
}

// TextFirst is said before the first answer to who was not greeted.
func TextFirst() string {
	conversation, request := bot.KeptPeriods("")
	return "*Je suis l’assistant automatique. Pour une personne : /conseiller. Conservé " + conversation + " (" + request + " après une demande) : /confidentialite.*"
}

// TextKept says at the first contact for how long what is written is kept, and how to have it erased.
func TextKept() string {
	conversation, request := bot.KeptPeriods("")
	return "Vos messages sont conservés " + conversation + ", ou " + request + " après la clôture d’une demande. Les faire effacer : /confidentialite."
}

// TextPrivacy says what is kept of a conversation on a platform.
func TextPrivacy(platform string) string {
	conversation, request := bot.KeptPeriods("")
	return "Cette conversation est conservée pour répondre à votre demande : " + conversation + " après votre dernier message, ou " + request +
		" après la clôture d’une demande. Les numéros de carte, les IBAN et les mots de passe que je reconnais sont masqués avant d’être " +
		"conservés. Votre conversation passe par " + platform + ", qui a ses propres règles.\n\nPour consulter, corriger ou faire effacer vos " +
		"données, demandez-le à une personne : /conseiller."
}
