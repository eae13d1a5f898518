package desk

import (
	"strings"

	"guichet/bot"
)

// What the pages about other programs say, in French, where it is not in a page.
const (
	sayProgramName   french = "Un nom a 50 caractères au plus\u202f: des minuscules sans accent, des chiffres, des points, des tirets. Exemple\u202f: crm-lyon"
	sayNoScope       french = "Cochez au moins un droit\u202f: une clé sans droit ne sert à rien."
	sayKeyExists     french = "Une clé porte ou a porté ce nom. Choisissez-en un autre\u202f: l’historique des tickets garde celui-là."
	sayKeyGone       french = "Il n’y a pas de clé de ce nom, ou elle est déjà révoquée\u202f: rien n’a été modifié."
	sayNoEvent       french = "Cochez au moins un événement, ou choisissez «\u202fTout ce qui arrive\u202f»."
	sayWebhookExists french = "Un webhook porte déjà ce nom. Choisissez-en un autre, ou supprimez d’abord celui-là."
	sayWebhookGone   french = "Il n’y a pas de webhook de ce nom\u202f: rien n’a été modifié."
	sayWebhookURL    french = "Donnez une adresse complète de 500 caractères au plus, en https://, sans identifiant ni mot de passe. Celle d’un réseau privé demande de cocher la case plus bas."
)

func keyNotice(done string) french {
	if done == "revoked" {
		return "Clé révoquée. Elle n’ouvre plus rien, dès maintenant et pour toujours."
	}
	return ""
}

// webhookNotice is what the page says after an action on the webhook of a name.
func (l language) webhookNotice(done, name string) string {
	if bot.CheckName(name) != nil {
		return "" // an address that is none of ours
	}
	switch done {
	case "test":
		return l.say("«\u202f%s\u202f» a bien reçu le message d’essai. Il est en marche.", name)
	case "remove":
		return l.say("«\u202f%s\u202f» est supprimé. Il n’apprend plus rien.", name)
	}
	return ""
}

// sayWebhookRefused says that a test did not arrive, and why.
func (l language) sayWebhookRefused(name, reason string) string {
	return l.say("Le message d’essai n’est pas arrivé à «\u202f%s\u202f»\u202f: %s.", name, l.webhookProblem(reason))
}

// webhookProblem says why a message did not arrive, as connectors/webhook says it.
func (l language) webhookProblem(reason string) string {
	if code, _, ok := strings.Cut(strings.TrimPrefix(reason, "it answers "), ","); ok && code != reason && len(code) == 3 {
		return l.say("il répond %s, une redirection, qui n’est pas suivie. Donnez l’adresse où elle mène", code)
	}
	if code, ok := strings.CutPrefix(reason, "it answers "); ok {
		code, _, _ = strings.Cut(code, " ")
		return l.say("il répond %s", code)
	}
	for _, known := range []struct {
		reason string
		said   french
	}{
		{bot.ErrWebhookGone.Error(), "il répond 410, il ne veut plus rien recevoir"},
		{"its address is one of this machine", "son adresse est celle de cette machine ou d’un réseau privé, ce qui ne lui est pas permis"},
		{"its address is none of a machine", "à son adresse ne peut se trouver aucun destinataire"},
		{"its address is not one", "son adresse n’en est pas une"},
		{"its name has no address", "son nom de domaine ne mène nulle part"},
		{"its certificate is not trusted", "son certificat n’est pas digne de confiance"},
		{"its secret", "son secret est abîmé. Supprimez ce webhook et ajoutez-le de nouveau"},
		{"it does not answer in time", "il ne répond pas dans les 15 secondes"},
		{"no connection", "aucune connexion, ou elle a été coupée"},
	} {
		if strings.HasPrefix(reason, known.reason) {
			return l.say(known.said)
		}
	}
	return l.say("l’envoi a échoué")
}

// scopeName says what a key with a scope may do.
func scopeName(s bot.Scope) french {
	switch s {
	case bot.ScopeTicketsRead:
		return "Lire les tickets, avec ce que les clients ont écrit"
	case bot.ScopeTicketsWrite:
		return "Répondre, noter, attribuer, classer et clore des tickets"
	case bot.ScopeConversationsRead:
		return "Lire toutes les conversations, aussi sans ticket"
	case bot.ScopeAsk:
		return "Poser des questions à l’assistant"
	case bot.ScopeKnowledgeRead:
		return "Lire les connaissances et y chercher"
	}
	return french(s)
}

// scopeShort is a scope in a list.
func scopeShort(s bot.Scope) french {
	switch s {
	case bot.ScopeTicketsRead:
		return "lire les tickets"
	case bot.ScopeTicketsWrite:
		return "agir sur les tickets"
	case bot.ScopeConversationsRead:
		return "lire les conversations"
	case bot.ScopeAsk:
		return "poser des questions"
	case bot.ScopeKnowledgeRead:
		return "lire les connaissances"
	}
	return french(s)
}

func (l language) keyLifeName(days int) string {
	switch days {
	case 0:
		return l.say("Sans fin")
	case 365:
		return l.say("Un an")
	}
	return l.say("%d\u00a0jours", days)
}

// eventName is what a webhook can be told, in words.
func eventName(event string) french {
	if event == bot.WebhookCustomerMessage {
		return "Message du client"
	}
	return auditName(bot.AuditAction(strings.TrimPrefix(event, "ticket.")))
}

// programAction says what was done, in the audit log; empty when it is nothing about other programs.
func programAction(action bot.AuditAction) french {
	switch action {
	case bot.AuditKeyAdded:
		return "Clé de l’API créée"
	case bot.AuditKeyRevoked:
		return "Clé de l’API révoquée"
	case bot.AuditWebhookAdded:
		return "Webhook ajouté"
	case bot.AuditWebhookTested:
		return "Webhook essayé"
	case bot.AuditWebhookRemoved:
		return "Webhook supprimé"
	}
	return ""
}

// programDetail says the detail of such an entry; ok is false for any other.
func (l language) programDetail(e bot.AuditEntry) (text string, ok bool) {
	switch e.Action {
	case bot.AuditKeyAdded:
		var scopes []string
		for s := range strings.SplitSeq(e.Detail, ", ") {
			scopes = append(scopes, l.say(scopeShort(bot.Scope(s))))
		}
		return strings.Join(scopes, ", "), true
	case bot.AuditWebhookAdded:
		if e.Detail == "text" {
			return l.say("avec les textes"), true
		}
		return "", true
	case bot.AuditWebhookTested:
		if e.Detail == "delivered" {
			return l.say("message reçu"), true
		}
		return l.say("message non reçu"), true
	}
	return "", false
}
