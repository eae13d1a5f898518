package desk

// What the desk says to its people, in French, where it is not in a page.
const (
	sayWrongLogin    french = "Adresse e-mail ou mot de passe incorrect."
	sayBusy          french = "Le serveur est très sollicité. Réessayez dans quelques secondes."
	sayNameNeeded    french = "Indiquez votre nom, en 80 caractères au plus\u202f: vos clients le liront au-dessus de vos réponses."
	sayEmailWrong    french = "Cette adresse n’est pas valide. Exemple\u202f: claire@exemple.fr"
	sayPasswordShort french = "Il faut au moins 12 caractères. Une phrase de quelques mots convient bien."
	sayPasswordLong  french = "Ce mot de passe dépasse 256 caractères."

	sayReplyEmpty  french = "Votre réponse est vide\u202f: rien n’a été envoyé."
	sayReplyLong   french = "Votre réponse dépasse 10\u202f000 caractères\u202f: rien n’a été envoyé. Raccourcissez-la ou envoyez-la en deux fois."
	sayReplyAgain  french = "Ce formulaire a déjà servi pour un autre texte. Celui-ci n’est pas parti\u202f: envoyez-le de nouveau si c’est bien une nouvelle réponse."
	sayNoteEmpty   french = "Votre note est vide\u202f: rien n’a été enregistré."
	sayNoteLong    french = "Votre note dépasse 10\u202f000 caractères\u202f: rien n’a été enregistré. Raccourcissez-la ou enregistrez-la en deux fois."
	sayNoteAgain   french = "Ce formulaire a déjà servi pour un autre texte. Celui-ci n’est pas enregistré\u202f: enregistrez-le de nouveau si c’est bien une nouvelle note."
	sayFilesMany   french = "Une réponse porte au plus 10 fichiers\u202f: elle n’est pas partie. Retirez-en, ou envoyez-la en deux fois."
	sayNoticesKept french = "Vos choix sont enregistrés."

	sayFormOld french = "Le formulaire était incomplet et rien n’est parti. Votre texte est conservé\u202f: envoyez-le de nouveau."
)

// sayFileType says which files are taken.
func (l language) sayFileType(name string) string {
	return l.say("«\u202f%s\u202f» n’est ni une image (PNG, JPEG, WebP, HEIC) ni un PDF\u202f: la réponse n’est pas partie. Enregistrez-le en PDF, puis joignez-le de nouveau.", name)
}

func (l language) sayFileLarge(name string) string {
	return l.say("«\u202f%s\u202f» est trop volumineux\u202f: la réponse n’est pas partie. Réduisez-le, ou envoyez-le en plusieurs parties.", name)
}

// sayVariablesLeft names the variables for which a ticket has no value.
func (l language) sayVariablesLeft(names []string) string {
	return l.say("Pour ce ticket, %s n’a pas de valeur\u202f: complétez le texte avant de l’envoyer.", inBraces(names))
}

// notice is what a page says after an action, by the value of done in its address.
func notice(done string) french {
	switch done {
	case "reply":
		return "Réponse envoyée."
	case "resend":
		return "Le message repart. S’il n’arrive pas, ce sera dit ici."
	case "resent":
		return "Ce message est déjà reparti."
	case "note":
		return "Note enregistrée. Le client ne la voit pas."
	case "held":
		return "La conversation est à vous\u202f: le client sait que vous répondez, et l’assistant se tait."
	case "handed":
		return "L’assistant répond de nouveau au client."
	case "draft":
		return "Brouillon enregistré. Vous le retrouverez ici, sur n’importe quel poste."
	case "checked":
		return "La liste est à jour."
	case "classed":
		return "Le classement est enregistré."
	case "tags":
		return "Rien n’a été modifié\u202f: dix étiquettes au plus, de 40 caractères au plus chacune, séparées par des virgules."
	case "snoozed":
		return "Ticket reporté. Il revient dans la file ce jour-là, ou dès que le client écrit."
	case "awake":
		return "Le ticket est de nouveau dans la file."
	case "past":
		return "Rien n’a été modifié\u202f: choisissez un jour à venir, dans l’année."
	case "mine":
		return "Ce ticket vous est attribué."
	case "free":
		return "Ce ticket n’est plus attribué."
	case "taken":
		return "Entre-temps, ce ticket a changé de mains\u202f: rien n’a été modifié. Vérifiez qui le suit."
	case "open":
		return "Ticket ouvert."
	case "waiting":
		return "Ticket en attente du client. Sa réponse le rouvrira."
	case "resolved":
		return "Ticket résolu. L’assistant répond de nouveau au client."
	case "closed":
		return "Ticket clos. L’assistant répond de nouveau au client."
	}
	return tieNotice(done)
}
