package desk

import (
	"strings"
	"time"

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

// tieSentence tells an event about tickets that belong together, or what else is set by hand; who ends in "a " or "avez ".
func (d *desk) tieSentence(who string, e bot.Event) (text string, ok bool) {
	switch e.Kind {
	case "merged_into":
		return who + "fusionné ce ticket dans " + e.Detail, true
	case "merged_from":
		return who + "fusionné " + e.Detail + " dans ce ticket", true
	case "separated":
		return who + "séparé ce ticket de " + e.Detail, true
	case "elsewhere":
		return "Le client a écrit dans la conversation de " + e.Detail + ", fusionné ici", true
	case "linked":
		return who + "lié " + e.Detail + " à ce ticket", true
	case "unlinked":
		return who + "retiré le lien avec " + e.Detail, true
	case "amended":
		a := bot.ParseAmendment(e.Detail)
		if a.Wrong == "" {
			return who + "retiré les deux valeurs de la correction", true
		}
		return who + "noté la correction" + nb + ": «" + nb + a.Wrong + nb + "» devient «" + nb + a.Right + nb + "»", true
	case "retimed":
		return "Échéances recalculées depuis l’ouverture, pauses comprises" + d.retimed(e.Detail), true
	}
	return "", false
}

// retimed says what is due since the request is another one.
func (d *desk) retimed(detail string) string {
	var all []string
	for _, due := range bot.ReadRetimed(detail) {
		all = append(all, strings.ToLower(aimVerb(due.Aim))+" avant le "+d.clock.moment(due.Due).Exact)
	}
	if len(all) == 0 {
		return nb + ": plus rien n’est dû"
	}
	return nb + ": " + strings.Join(all, ", ")
}

// afterName is what a reply does to the ticket.
func afterName(s bot.Status) string {
	switch s {
	case bot.Waiting:
		return "mettre en attente"
	case bot.Resolved:
		return "résoudre"
	}
	return ""
}

func undoName(t time.Duration) string {
	if t == 0 {
		return "Non, mes réponses partent aussitôt"
	}
	return "Pendant " + t.String()[:len(t.String())-1] + nb + "secondes"
}

// tieNotice is what a page says after an action on two tickets, or on a reply that waits.
func tieNotice(done string) string {
	switch done {
	case "linked":
		return "Les deux tickets sont liés."
	case "unlinked":
		return "Le lien est retiré."
	case "merged":
		return "Les deux tickets n’en font plus qu’un, celui-ci. Tant que rien n’est écrit, vous pouvez les séparer, sous «" + nb + "Tickets fusionnés ici" + nb + "»."
	case "separated":
		return "Les deux tickets sont de nouveau séparés."
	case "tie-self":
		return "Rien n’a été modifié" + nb + ": c’est la référence de ce ticket-ci. Indiquez celle d’un autre."
	case "tie-unknown":
		return "Rien n’a été modifié" + nb + ": aucun ticket n’a cette référence. Elle se lit G-4F7K-2MQ9, en haut du ticket."
	case "tie-merged":
		return "Rien n’a été modifié" + nb + ": l’un des deux est déjà fusionné. Indiquez le ticket dans lequel il continue, ou séparez-les d’abord."
	case "tie-pending":
		return "Rien n’a été modifié" + nb + ": une réponse est sur le point de partir. Attendez qu’elle parte ou annulez-la, puis recommencez."
	case "tie-written":
		return "Rien n’a été modifié" + nb + ": le client ou l’équipe a écrit depuis la fusion. Ouvrez plutôt un lien entre les deux, ou répondez ici."
	case "pending":
		return "Votre réponse part dans quelques secondes. D’ici là, vous pouvez l’annuler."
	case "recalled":
		return "Envoi annulé" + nb + ": le client n’a rien reçu. Votre texte est de nouveau ci-dessous."
	case "left":
		return "Trop tard" + nb + ": cette réponse est déjà partie."
	case "amended":
		return "Les deux valeurs sont enregistrées. Les mots du client restent au-dessous."
	case "unamended":
		return "Vos valeurs sont retirées."
	case "amend-wrong":
		return "Rien n’a été modifié" + nb + ": il faut les deux valeurs, différentes, de 120 caractères au plus chacune."
	}
	return ""
}
