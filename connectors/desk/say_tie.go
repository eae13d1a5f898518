package desk

import (
	"time"

	"guichet/bot"
)

// tieSentence tells an event about tickets that belong together, or what else is set by hand.
func (d *desk) tieSentence(people people, e bot.Event) (text string, ok bool) {
	did := func(what french, values ...any) (string, bool) {
		return d.did(people, e.Actor, d.say(what, values...)), true
	}
	switch e.Kind {
	case bot.EventMergedInto:
		return did("fusionné ce ticket dans %s", e.Detail)
	case bot.EventMergedFrom:
		return did("fusionné %s dans ce ticket", e.Detail)
	case bot.EventSeparated:
		return did("séparé ce ticket de %s", e.Detail)
	case bot.EventElsewhere:
		return d.say("Le client a écrit dans la conversation de %s, fusionné ici", e.Detail), true
	case bot.EventLinked:
		return did("lié %s à ce ticket", e.Detail)
	case bot.EventUnlinked:
		return did("retiré le lien avec %s", e.Detail)
	case bot.EventAmended:
		a := bot.ParseAmendment(e.Detail)
		if a.Wrong == "" {
			return did("retiré les deux valeurs de la correction")
		}
		return did("noté la correction\u202f: «\u202f%s\u202f» devient «\u202f%s\u202f»", a.Wrong, a.Right)
	}
	return "", false
}

// afterName is what a reply does to the ticket.
func afterName(s bot.Status) french {
	switch s {
	case bot.Waiting:
		return "mettre en attente"
	case bot.Resolved:
		return "résoudre"
	}
	return ""
}

func (l language) undoName(t time.Duration) string {
	if t == 0 {
		return l.say("Non, mes réponses partent aussitôt")
	}
	return l.say("Pendant %d\u00a0secondes", int(t/time.Second))
}

// tieNotice is what a page says after an action on two tickets, or on a reply that waits.
func tieNotice(done string) french {
	switch done {
	case "linked":
		return "Les deux tickets sont liés."
	case "unlinked":
		return "Le lien est retiré."
	case "merged":
		return "Les deux tickets n’en font plus qu’un, celui-ci. Tant que rien n’est écrit, vous pouvez les séparer, sous «\u202fTickets fusionnés ici\u202f»."
	case "separated":
		return "Les deux tickets sont de nouveau séparés."
	case "tie-self":
		return "Rien n’a été modifié\u202f: c’est la référence de ce ticket-ci. Indiquez celle d’un autre."
	case "tie-unknown":
		return "Rien n’a été modifié\u202f: aucun ticket n’a cette référence. Elle se lit G-4F7K-2MQ9, en haut du ticket."
	case "tie-merged":
		return "Rien n’a été modifié\u202f: l’un des deux est déjà fusionné. Indiquez le ticket dans lequel il continue, ou séparez-les d’abord."
	case "tie-pending":
		return "Rien n’a été modifié\u202f: une réponse est sur le point de partir. Attendez qu’elle parte ou annulez-la, puis recommencez."
	case "tie-written":
		return "Rien n’a été modifié\u202f: le client ou l’équipe a écrit depuis la fusion. Ouvrez plutôt un lien entre les deux, ou répondez ici."
	case "pending":
		return "Votre réponse part dans quelques secondes. D’ici là, vous pouvez l’annuler."
	case "recalled":
		return "Envoi annulé\u202f: le client n’a rien reçu. Votre texte est de nouveau ci-dessous."
	case "left":
		return "Trop tard\u202f: cette réponse est déjà partie."
	case "amended":
		return "Les deux valeurs sont enregistrées. Les mots du client restent au-dessous."
	case "unamended":
		return "Vos valeurs sont retirées."
	case "amend-wrong":
		return "Rien n’a été modifié\u202f: il faut les deux valeurs, différentes, de 120 caractères au plus chacune."
	}
	return ""
}
