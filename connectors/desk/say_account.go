package desk

import (
	"strings"
	"time"

	"guichet/bot"
)

// What the pages about accounts say, in French, where it is not in a page.
const (
	sayDisabled       french = "Ce compte est désactivé. Adressez-vous à la personne qui administre Guichet."
	sayPasswordKnown  french = "Ce mot de passe est trop facile à deviner\u202f: il est très répandu, ou proche de votre adresse. Une phrase de quelques mots convient bien."
	sayPasswordWrong  french = "Ce n’est pas votre mot de passe actuel."
	sayCodeWrong      french = "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant dans votre application, puis réessayez."
	sayCodeFirst      french = "Ce code n’est pas le bon. Vérifiez que l’heure de votre téléphone est réglée automatiquement, puis entrez le code affiché."
	sayCodeLate       french = "Vous avez attendu trop longtemps. Entrez de nouveau votre mot de passe."
	saySealed         french = "Votre second facteur ne peut plus être lu sur ce serveur. Demandez à la personne qui administre Guichet de le réinitialiser."
	sayFactorRequired french = "Un second facteur est exigé pour tous les comptes\u202f: il ne peut pas être retiré."
	sayAccountExists  french = "Cette adresse a déjà un compte. Cherchez-la dans la liste."
	sayAccountGone    french = "Ce compte n’existe pas, ou il est désactivé\u202f: rien n’a été modifié."
	sayLastAdmin      french = "C’est le dernier compte qui peut administrer Guichet\u202f: il ne peut être ni désactivé, ni changé de rôle. Donnez d’abord ce rôle à quelqu’un d’autre."

	sayProviderAway    french = "Le service de connexion ne répond pas. Réessayez dans une minute, ou utilisez votre mot de passe."
	sayProviderState   french = "Cette connexion a expiré, a déjà servi ou vient d’une autre page. Recommencez."
	sayProviderRefused french = "Le service de connexion n’a pas confirmé votre identité. Recommencez\u202f; si cela se répète, prévenez la personne qui administre Guichet."
	sayProviderUnknown french = "Vous n’avez pas de compte dans Guichet. Demandez une invitation à la personne qui l’administre."
	sayProviderEmail   french = "Votre adresse e-mail n’est pas vérifiée auprès du service de connexion\u202f: elle ne peut pas désigner un compte."
	sayProviderDomain  french = "Votre adresse e-mail n’est pas de celles qui donnent accès à Guichet."
	sayProviderRole    french = "Le service de connexion ne vous donne aucun rôle dans Guichet. Adressez-vous à la personne qui l’administre."
	sayProviderOther   french = "Ce compte est déjà lié à une autre personne du service de connexion. Adressez-vous à la personne qui administre Guichet."
	sayProviderFirst   french = "Le premier compte se crée avec le lien affiché au démarrage de Guichet."
)

// sayThrottled says how long to wait.
func (l language) sayThrottled(wait time.Duration) string {
	if wait <= time.Minute {
		return l.say("Trop de tentatives. Réessayez dans %d\u202fs.", int((wait+time.Second-1)/time.Second))
	}
	return l.say("Trop de tentatives. Réessayez dans %d\u202fmin.", int((wait+time.Minute-1)/time.Minute))
}

// accountNotice is what an account page says after an action, by the value of done in its address.
func accountNotice(done string) french {
	switch done {
	case "password":
		return "Mot de passe changé. Vos autres appareils sont déconnectés."
	case "undo":
		return "Votre choix est enregistré. Il vaut dès votre prochaine réponse."
	case "ended":
		return "Appareil déconnecté."
	case "all":
		return "Vos autres appareils sont déconnectés."
	case "factor-off":
		return "Second facteur retiré. Vos autres appareils sont déconnectés."
	case "language":
		return "La langue est enregistrée."
	case "role":
		return "Rôle changé. Il vaut dès maintenant."
	case "disable":
		return "Compte désactivé. Ses appareils sont déconnectés."
	case "enable":
		return "Compte réactivé."
	case "factor":
		return "Second facteur réinitialisé. Ses appareils sont déconnectés."
	}
	return ""
}

func roleName(role bot.Role) french {
	switch role {
	case bot.RoleAgent:
		return "Conseiller"
	case bot.RoleEditor:
		return "Rédacteur"
	case bot.RoleAdmin:
		return "Administrateur"
	}
	return french(role)
}

// auditName says what was done.
func auditName(action bot.AuditAction) french {
	switch action {
	case bot.AuditSignIn:
		return "Connexion"
	case bot.AuditSignInRefused:
		return "Connexion refusée"
	case bot.AuditSignOut:
		return "Déconnexion"
	case bot.AuditSignInEnded:
		return "Appareil déconnecté"
	case bot.AuditAccountAdded:
		return "Compte créé"
	case bot.AuditInvited:
		return "Invitation"
	case bot.AuditResetLink:
		return "Lien de nouveau mot de passe"
	case bot.AuditLinkUsed:
		return "Lien utilisé, mot de passe choisi"
	case bot.AuditPassword:
		return "Mot de passe changé"
	case bot.AuditRole:
		return "Rôle changé"
	case bot.AuditDisabled:
		return "Compte désactivé"
	case bot.AuditEnabled:
		return "Compte réactivé"
	case bot.AuditFactorOn:
		return "Second facteur activé"
	case bot.AuditFactorOff:
		return "Second facteur retiré"
	case bot.AuditRecoveryUsed:
		return "Code de secours utilisé"
	case bot.AuditRecoveryRenewed:
		return "Codes de secours renouvelés"
	case bot.AuditLinked:
		return "Compte lié au service de connexion"
	case bot.AuditExported:
		return "Journal téléchargé"
	case bot.AuditMacroSaved:
		return "Modèle enregistré"
	case bot.AuditMacroRemoved:
		return "Modèle supprimé"
	case bot.AuditPublished:
		return "Connaissances publiées"
	}
	if said := programAction(action); said != "" {
		return said
	}
	if said := kindName(bot.EventKind(action)); said != "" {
		return said
	}
	return french(action)
}

// auditDetail says the detail of an entry in words.
func (d *desk) auditDetail(e bot.AuditEntry) string {
	if e.Ticket {
		return d.eventDetail(e)
	}
	switch e.Action {
	case bot.AuditAccountAdded:
		return d.say(roleName(bot.Role(e.Detail)))
	case bot.AuditRole:
		before, after, _ := strings.Cut(e.Detail, " > ")
		return d.say(roleName(bot.Role(before))) + " → " + d.say(roleName(bot.Role(after)))
	}
	if text, ok := d.programDetail(e); ok {
		return text
	}
	switch e.Detail {
	case "password":
		return d.say("mot de passe")
	case "code":
		return d.say("code du second facteur")
	case "recovery":
		return d.say("code de secours")
	case "disabled":
		return d.say("compte désactivé")
	case "provider":
		return d.say("service de connexion")
	case "link":
		return d.say("lien")
	case "setup":
		return d.say("premier compte")
	case "all":
		return d.say("tous les autres")
	}
	return e.Detail
}

// eventDetail says what a ticket's event in the audit log is about.
func (d *desk) eventDetail(e bot.AuditEntry) string {
	switch bot.DefineEvent(bot.EventKind(e.Action)).Detail {
	case bot.DetailStatus:
		return d.say(statusName(bot.Status(e.Detail)))
	case bot.DetailPriority:
		return d.say(priorityName(bot.Priority(e.Detail)))
	case bot.DetailCategory:
		return d.say(categoryTitle(bot.Category(e.Detail)))
	case bot.DetailStep:
		return d.say(stepName(e.Detail, ""))
	case bot.DetailChannel:
		return d.say(channelName(e.Detail))
	case bot.DetailAssignee:
		if e.Detail == "" {
			return d.say("à personne")
		}
		return d.say("à %s", e.Detail)
	case bot.DetailDues:
		return d.whatIsDue(e.Detail)
	}
	return e.Detail
}

// auditActor says who did it.
func (l language) auditActor(e bot.AuditEntry) string {
	switch {
	case e.FromBot && e.Actor.Who == "customer":
		return l.say("Client")
	case e.FromBot:
		return l.say("Assistant")
	case e.Actor.Who == "guichet":
		return l.say("Ligne de commande")
	case e.Actor.Who == "":
		return l.say("Inconnu")
	}
	return e.Actor.Who
}

// browserName says which browser a sign-in is in, from its User-Agent header: enough to tell one's own devices apart.
func (l language) browserName(agent string) string {
	name := l.say("Navigateur inconnu")
	for _, b := range [][2]string{ // Chrome names itself in most others, Safari in Chrome
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"},
		{"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	} {
		if strings.Contains(agent, b[0]) {
			name = b[1]
			break
		}
	}
	for _, s := range [][2]string{
		{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "Mac"}, {"Linux", "Linux"},
	} {
		if strings.Contains(agent, s[0]) {
			return l.say("%s sur %s", name, s[1])
		}
	}
	return name
}
