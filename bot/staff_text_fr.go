package bot

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"guichet/bot/prose"
)

// What is said to agents in a staff room, in French, before its spaces are set (Typeset).
const (
	staffCustomer  = "Client"
	staffAssistant = "Assistant"
	staffNoteOf    = "Note interne de"
	staffOpened    = "%s, %s."
	staffMissing   = "non donné"
	staffRenewed   = "*Le fil précédent de ce ticket n’existe plus : celui-ci le remplace.*"

	staffHelp = "Dans le fil d’un ticket, ce que vous écrivez est envoyé au client, avec les images et les PDF que vous joignez, sur son canal et sous votre nom. Commandes :\n\n" +
		"- **!note** suivi du texte : note interne, que le client ne voit pas\n" +
		"- **!prendre**, **!rendre** : vous attribuer le ticket, le rendre\n" +
		"- **!attente**, **!resoudre**, **!clore**, **!rouvrir** : l’état du ticket\n" +
		"- **!aide** : ce rappel"
	staffUnknown    = "Cette commande n’existe pas : rien n’a été envoyé au client."
	staffNoteEmpty  = "Écrivez la note à la suite de !note : rien n’a été enregistré."
	staffFileBeside = "Un fichier part seul ou avec une réponse au client, et non avec une commande ou une note : rien n’a été fait, rien n’a été envoyé. " +
		"Envoyez le fichier et la commande séparément ; pour une note, dites où il se trouve."
	staffFileLarge = "Ce fichier dépasse 20 Mo : rien n’a été envoyé, ni le texte. Envoyez-le en plus petit, ou depuis le bureau."
	staffFileType  = "Ce fichier n’est ni une image (PNG, JPEG, WebP, HEIC) ni un PDF : rien n’a été envoyé, ni le texte."
	staffTooLong   = "Ce texte dépasse 10 000 caractères : rien n’a été envoyé. Envoyez-le en deux fois."
	staffRole      = "Votre compte ne permet pas de répondre aux clients : rien n’a été envoyé. Demandez à un administrateur du bureau."
	staffGone      = "Ce ticket n’existe plus : rien n’a été envoyé."
	staffElsewhere = "Ce message a déjà servi pour un autre texte : rien n’a été envoyé. Écrivez-le de nouveau."
	staffMerged    = "Ce ticket a été fusionné dans un autre, où il continue : rien n’a été envoyé. Écrivez dans le fil de celui-là."

	staffEdited = "Cette modification n’atteint pas le client : il garde le premier texte. Écrivez-lui la correction dans un nouveau message."

	staffReplied  = "Réponse envoyée au client."
	staffNoted    = "Note enregistrée. Le client ne la voit pas."
	staffTaken    = "Ce ticket vous est attribué."
	staffGiven    = "Ce ticket n’est plus attribué."
	staffNotYours = "Ce ticket ne vous est pas attribué : rien n’a changé."
	staffWaits    = "Ticket en attente du client. Sa réponse le rouvrira."
	staffResolved = "Ticket résolu. L’assistant répond de nouveau au client."
	staffClosed   = "Ticket clos. L’assistant répond de nouveau au client."
	staffReopened = "Ticket rouvert."
)

// staffLabels are the words on the buttons.
var staffLabels = map[StaffOrder]string{
	StaffTake: "Je prends", StaffGive: "Je rends", StaffResolve: "Résoudre", StaffClose: "Clore", StaffReopen: "Rouvrir",
}

// staffStranger is what somebody is told who is linked to no account. channel is the flag of "guichet user link".
func staffStranger(channel, person string) string {
	return fmt.Sprintf("Je ne vous connais pas encore : rien n’a été envoyé. Votre numéro est %s. Un administrateur du serveur vous relie à votre compte "+
		"du bureau avec `guichet user link ADRESSE --%s %s`.", person, channel, person)
}

// staffOther says that somebody else has a ticket.
func staffOther(name string) string {
	return "Ce ticket est suivi par " + name + " : rien n’a changé. Pour le prendre quand même, écrivez !prendre."
}

// staffFile says that a file came with a message, and where it opens. link is empty when the desk's address is not known.
func staffFile(a Attachment, link string) string {
	desk := "au bureau"
	if link != "" {
		desk = "[au bureau](" + link + ")"
	}
	return "*Fichier joint : " + prose.Escape(a.Name) + " (" + staffSize(a.Size) + "), à ouvrir* " + desk
}

func staffSize(bytes int64) string {
	if bytes < 1<<20 {
		return strconv.FormatInt(max(1, (bytes+1<<9)>>10), 10) + " Ko"
	}
	return strings.ReplaceAll(strconv.FormatFloat(float64(bytes)/(1<<20), 'f', 1, 64), ".", ",") + " Mo"
}

func staffSkipped(n int) string {
	if n == 1 {
		return "*Un message plus ancien est à lire au bureau.*"
	}
	return fmt.Sprintf("*%d messages plus anciens sont à lire au bureau.*", n)
}

func staffState(s Status) string {
	switch s {
	case Waiting:
		return "En attente du client"
	case Resolved:
		return "Résolu"
	case Closed:
		return "Clos"
	}
	return "Ouvert"
}

func staffFollowed(name string) string {
	if name == "" {
		return "personne ne le suit"
	}
	return "suivi par " + prose.Escape(name)
}

func staffChannel(channel string) string {
	switch channel {
	case Web:
		return "Site web"
	case Telegram:
		return "Telegram"
	case Discord:
		return "Discord"
	}
	return prose.Escape(capital(channel))
}

// who is how the doer of an event is named.
func (f StaffFact) who() string {
	switch f.Who {
	case "customer":
		return "Le client"
	case "bot":
		return "L’assistant"
	}
	return f.Who
}

// sentence tells an event.
func (f StaffFact) sentence() string {
	who := f.who()
	switch f.Kind {
	case EventAssigned:
		switch f.Detail {
		case "":
			return who + " a rendu le ticket."
		case f.Who:
			return who + " a pris le ticket."
		}
		return who + " a attribué le ticket à " + f.Detail + "."
	case EventTakenOver:
		return who + " a repris la conversation à l’assistant."
	case EventHandedBack:
		return who + " a rendu la conversation à l’assistant."
	case EventPriority:
		return who + " a donné au ticket la priorité " + staffPriority(Priority(f.Detail)) + "."
	case EventCategory:
		label := f.Detail
		if d, known := Define(Category(f.Detail)); known {
			label = d.Label
		}
		return who + " a changé la demande : " + label + "."
	case EventSnoozed:
		if at, err := time.Parse(time.RFC3339, f.Detail); err == nil {
			return who + " a reporté le ticket au " + staffDay(inParis(at)) + "."
		}
		return who + " a remis le ticket dans la file."
	case EventMergedInto:
		return who + " a fusionné ce ticket dans " + f.Detail + " : la suite se passe là."
	case EventMergedFrom:
		return who + " a fusionné " + f.Detail + " dans ce ticket."
	case EventSeparated:
		return who + " a séparé ce ticket de " + f.Detail + "."
	case EventElsewhere:
		return "Le client a écrit dans la conversation de " + f.Detail + ", fusionné dans ce ticket. Ses mots sont là, au bureau."
	case EventLinked:
		return who + " a lié " + f.Detail + " à ce ticket."
	case EventUnlinked:
		return who + " a retiré le lien avec " + f.Detail + "."
	case EventRetimed:
		if due := staffDue(f.Detail); due != "" {
			return "Les échéances sont recalculées : " + due + "."
		}
		return "Les échéances sont recalculées."
	case EventDueSoon:
		return "L’échéance approche : " + staffDue(f.Detail) + "."
	case EventOverdue:
		return "L’échéance est dépassée : il fallait " + staffDue(f.Detail) + "."
	case EventErased:
		return "Le client a effacé sa conversation sur le site. Il n’y lira plus de réponse : utilisez l’e-mail ou le téléphone de la demande. " +
			"Les échanges sans rapport avec ses demandes ont été supprimés."
	case EventUndelivered:
		switch f.Detail {
		case ReasonBlocked:
			return "Un message n’a pas été remis au client : il a bloqué l’assistant ou fermé la conversation."
		case ReasonTries:
			return "Un message n’a pas été remis au client : la plateforme n’a pas répondu, malgré plusieurs essais."
		}
		return "Un message n’a pas été remis au client : la plateforme l’a refusé."
	}
	switch Status(f.Detail) {
	case Open:
		return who + " a rouvert le ticket."
	case Waiting:
		return who + " a mis le ticket en attente du client."
	case Resolved:
		return who + " a résolu le ticket."
	case Closed:
		return who + " a clos le ticket."
	}
	return who + " a changé l’état du ticket."
}

// staffDue says what is due: "répondre avant le 3 février 2026 à 15:00, résoudre avant le …"; empty when nothing is.
func staffDue(detail string) string {
	var all []string
	for _, d := range ReadRetimed(detail) {
		verb := "résoudre"
		if d.Aim == ToReply {
			verb = "répondre"
		}
		at := inParis(d.Due)
		all = append(all, verb+" avant le "+staffDay(at)+" à "+at.Format("15:04"))
	}
	return strings.Join(all, ", ")
}

func staffPriority(p Priority) string {
	switch p {
	case PriorityLow:
		return "basse"
	case PriorityHigh:
		return "haute"
	case PriorityUrgent:
		return "urgente"
	}
	return "normale"
}

func staffTime(at time.Time, zone *time.Location) string { return at.In(zone).Format("15:04") }

// staffMoment is "3 février 2026 à 14:05".
func staffMoment(at time.Time, zone *time.Location) string {
	return staffDay(at.In(zone)) + " à " + staffTime(at, zone)
}

func staffDay(day time.Time) string { return TextDate(day) }
