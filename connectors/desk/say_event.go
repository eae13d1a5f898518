package desk

import "guichet/bot"

// kindName is a kind of a ticket's events in the audit log, its filter and the choice of a webhook; empty for an unknown one, and for what
// comes of the mails, which stands in none of them.
func kindName(kind bot.EventKind) french {
	switch kind {
	case bot.EventOpened:
		return "Ticket ouvert"
	case bot.EventReply:
		return "Réponse au client"
	case bot.EventNote:
		return "Note interne"
	case bot.EventAssigned:
		return "Attribution"
	case bot.EventStatus:
		return "État du ticket"
	case bot.EventUndelivered:
		return "Message non remis"
	case bot.EventRedelivered:
		return "Message renvoyé"
	case bot.EventCarried:
		return "Conversation poursuivie sur un autre canal"
	case bot.EventChecked:
		return "Étape cochée"
	case bot.EventUnchecked:
		return "Étape décochée"
	case bot.EventPriority:
		return "Priorité"
	case bot.EventTagged:
		return "Étiquettes"
	case bot.EventCategory:
		return "Demande changée"
	case bot.EventSnoozed:
		return "Report"
	case bot.EventTakenOver:
		return "Conversation reprise à l’assistant"
	case bot.EventHandedBack:
		return "Conversation rendue à l’assistant"
	case bot.EventMergedInto:
		return "Fusionné dans un autre ticket"
	case bot.EventMergedFrom:
		return "Autre ticket fusionné ici"
	case bot.EventSeparated:
		return "Fusion annulée"
	case bot.EventElsewhere:
		return "Message d’un ticket fusionné"
	case bot.EventLinked:
		return "Lien avec un autre ticket"
	case bot.EventUnlinked:
		return "Lien retiré"
	case bot.EventAmended:
		return "Valeurs de la correction"
	case bot.EventRetimed:
		return "Échéances recalculées"
	case bot.EventDueSoon:
		return "Échéance proche"
	case bot.EventOverdue:
		return "Échéance dépassée"
	case bot.EventErased:
		return "Conversation effacée par le client"
	}
	return ""
}
