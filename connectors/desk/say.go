package desk

// What the desk says to its people, in French, where it is not in a page.
const (
	sayWrongLogin    = "Adresse e-mail ou mot de passe incorrect."
	sayBusy          = "Le serveur est très sollicité. Réessayez dans quelques secondes."
	sayNameNeeded    = "Indiquez votre nom, en 80 caractères au plus\u202f: vos clients le liront au-dessus de vos réponses."
	sayEmailWrong    = "Cette adresse n’est pas valide. Exemple\u202f: claire@exemple.fr"
	sayPasswordShort = "Il faut au moins 12 caractères. Une phrase de quelques mots convient bien."
	sayPasswordLong  = "Ce mot de passe dépasse 256 caractères."

	sayReplyEmpty  = "Votre réponse est vide\u202f: rien n’a été envoyé."
	sayReplyLong   = "Votre réponse dépasse 10\u202f000 caractères\u202f: rien n’a été envoyé. Raccourcissez-la ou envoyez-la en deux fois."
	sayReplyAgain  = "Ce formulaire a déjà servi pour un autre texte. Celui-ci n’est pas parti\u202f: envoyez-le de nouveau si c’est bien une nouvelle réponse."
	sayNoteEmpty   = "Votre note est vide\u202f: rien n’a été enregistré."
	sayNoteLong    = "Votre note dépasse 10\u202f000 caractères\u202f: rien n’a été enregistré. Raccourcissez-la ou enregistrez-la en deux fois."
	sayNoteAgain   = "Ce formulaire a déjà servi pour un autre texte. Celui-ci n’est pas enregistré\u202f: enregistrez-le de nouveau si c’est bien une nouvelle note."
	sayFilesMany   = "Une réponse porte au plus 10 fichiers\u202f: elle n’est pas partie. Retirez-en, ou envoyez-la en deux fois."
	sayNoticesKept = "Vos choix sont enregistrés."

	sayFormOld = "Le formulaire était incomplet et rien n’est parti. Votre texte est conservé\u202f: envoyez-le de nouveau."
)

// sayFileType says which files are taken.
func sayFileType(name string) string {
	return "«" + nb + name + nb + "» n’est ni une image (PNG, JPEG, WebP, HEIC) ni un PDF\u202f: la réponse n’est pas partie. Enregistrez-le en PDF, puis joignez-le de nouveau."
}

func sayFileLarge(name string) string {
	return "«" + nb + name + nb + "» est trop volumineux\u202f: la réponse n’est pas partie. Réduisez-le, ou envoyez-le en plusieurs parties."
}

// sayVariablesLeft names the variables for which a ticket has no value.
func sayVariablesLeft(names []string) string {
	return "Pour ce ticket, " + inBraces(names) + " n’a pas de valeur\u202f: complétez le texte avant de l’envoyer."
}

// notice is what a page says after an action, by the value of done in its address.
func notice(done string) string {
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
