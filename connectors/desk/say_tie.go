package desk

import (
	"guichet/bot"
)

// tieAction names an entry of the audit log about tickets that belong together, or about what else is set by hand.
func tieAction(action bot.AuditAction) string {
	switch action {
	case "merged_into":
		return "Fusionné dans un autre ticket"
	case "merged_from":
		return "Autre ticket fusionné ici"
	case "separated":
		return "Fusion annulée"
	case "elsewhere":
		return "Message d’un ticket fusionné"
	case "linked":
		return "Lien avec un autre ticket"
	case "unlinked":
		return "Lien retiré"
	case "amended":
		return "Valeurs de la correction"
	case "retimed":
		return "Échéances recalculées"
	}
	return string(action)
}
