package bot

import (
	"fmt"
	"strings"
)

// What is said in French around a request: what is asked for, what is wrong with a value, what was recorded.

// textOpening begins the preparation of a request.
func textOpening(c Category) string {
	switch c {
	case AttestationCorrection:
		return "Je prépare votre demande de correction d’attestation pour notre équipe."
	case AttestationCopy:
		return "Je prépare votre demande d’un nouvel exemplaire de votre attestation pour notre équipe."
	case Claim:
		return "Je prépare votre déclaration de sinistre pour notre équipe. Si une personne est en danger, appelez d’abord le 112."
	case Complaint:
		return "Je suis désolé de cette situation. Je prépare votre réclamation : elle sera lue par notre équipe."
	}
	return "Je transmets votre demande à un conseiller."
}

// textAsk asks for a field: why, how it looks.
func textAsk(f Field, c Category) string {
	switch f {
	case AttestationNumber:
		if c == Claim {
			return "Quel est votre **numéro d’attestation ou de contrat** ? Il figure sur votre attestation (par exemple 20417) et permet de retrouver votre dossier."
		}
		return "Quel est votre **numéro d’attestation** ? Il figure en haut du document (par exemple 20417) et permet de retrouver votre dossier."
	case ContractNumber:
		return "Quel est votre **numéro de contrat ou d’attestation** ? Il permet de retrouver votre dossier."
	case Siren:
		return "Quel est le **numéro SIREN** exact ? Il compte 9 chiffres, par exemple 732 829 320. Il sera comparé au répertoire SIREN."
	case SubscriptionDate:
		return "À quelle **date avez-vous souscrit** ? Par exemple 3 février 2026."
	case IncidentDate:
		return "**Quand** cela s’est-il passé ? Par exemple 3 février 2026, ou « hier »."
	case Correction:
		return "**Que faut-il corriger**, et quelle est la bonne valeur ? Par exemple : « Dupond au lieu de Dupont »."
	case Email:
		if c == Human {
			return "À quelle **adresse e-mail** l’équipe peut-elle vous répondre ? Par exemple nom@exemple.fr. Un numéro de téléphone convient aussi."
		}
		return "À quelle **adresse e-mail** l’équipe peut-elle vous répondre ? Par exemple nom@exemple.fr."
	case Description:
		return askDescription(c)
	}
	return "Pouvez-vous indiquer votre " + f.Label() + " ?"
}

// textNotGot goes on without a field, and says what else serves.
func textNotGot(f Field) string {
	switch f {
	case AttestationNumber, ContractNumber:
		return "Ce n’est pas grave, l’équipe vous retrouvera autrement : un numéro SIREN ou de téléphone y aide, si vous voulez l’ajouter."
	case Email:
		return "Ce n’est pas grave : la réponse arrivera dans cette conversation. Un numéro de téléphone convient aussi, si vous voulez l’ajouter."
	}
	return "Ce n’est pas grave, l’équipe vous retrouvera autrement."
}

func askDescription(c Category) string {
	switch c {
	case Claim:
		return "**Que s’est-il passé**, et où ? Quelques mots suffisent."
	case Complaint:
		return "**Quel est le motif** de votre réclamation ? Quelques mots suffisent."
	}
	return "**De quoi s’agit-il** ? Quelques mots suffisent pour que le conseiller connaisse déjà votre dossier."
}

// textRefused says what is wrong with a value and how it should look.
func textRefused(v value) string {
	switch v.Refused {
	case badSIREN:
		if n := len(digitsOf(v.Raw)); n != 9 {
			return fmt.Sprintf("Ce numéro SIREN n’est pas valide : il compte 9 chiffres, j’en lis %d. Pouvez-vous vérifier ?", n)
		}
		return "Ce numéro SIREN n’est pas valide : il compte 9 chiffres et le dernier est une clé de contrôle. Pouvez-vous vérifier ?"
	case badSIRET:
		return "Ce numéro SIRET n’est pas valide : il compte 14 chiffres et le dernier est une clé de contrôle. Pouvez-vous vérifier ?"
	case badEmail:
		return "Cette adresse e-mail n’est pas valide : elle doit contenir un @ et un domaine, par exemple nom@exemple.fr. Pouvez-vous vérifier ?"
	case longEmail:
		return "Cette adresse e-mail est trop longue : elle compte 254 caractères au plus, dont 64 avant le @. Pouvez-vous vérifier ?"
	case futureDate:
		return "Cette date est dans le futur : elle doit être passée. Pouvez-vous vérifier le jour, le mois et l’année ?"
	case unreadableDate:
		return "Cette date n’existe pas. Écrivez-la par exemple 3 février 2026 ou 03/02/2026. Pouvez-vous vérifier ?"
	case refusal(Phone):
		return "Ce numéro de téléphone n’est pas valide : il compte 10 chiffres, par exemple 06 12 34 56 78. Pouvez-vous vérifier ?"
	case refusal(SubscriptionDate), refusal(IncidentDate):
		return "Je ne lis pas cette date. Écrivez-la par exemple 3 février 2026 ou 03/02/2026."
	case badAttestation:
		return "Ce n’est pas un numéro d’attestation : il contient au moins un chiffre, par exemple 20417. Pouvez-vous vérifier ?"
	case longReference:
		return "Ce numéro est trop long : un numéro d’attestation ou de contrat compte 40 caractères au plus, par exemple 20417. Pouvez-vous vérifier ?"
	}
	return "Cette valeur n’est pas valide. Pouvez-vous vérifier ?"
}

// Example shows what a field may look like; empty where any words will do.
func (f Field) Example() string {
	switch f {
	case AttestationNumber, ContractNumber:
		return "20417"
	case Siren:
		return "732 829 320"
	case Siret:
		return "732 829 320 00074"
	case SubscriptionDate, IncidentDate:
		return "03/02/2026"
	case Correction:
		return "«\u202fDupond\u202f» au lieu de «\u202fDupont\u202f»"
	case Email:
		return "nom@exemple.fr"
	case Phone:
		return "06 12 34 56 78"
	}
	return ""
}

// textLine is a field with its value on a line of a message.
func textLine(f Field, value string) string { return f.Label() + " : " + value }

// refusedMark stands in the kept message for a value that failed its check, so that nobody copies it from there.
func refusedMark(v value) string {
	return "[" + v.Field.Label() + " non valide]"
}

const (
	textAddMore = "Pour ajouter une précision, écrivez-la simplement ici."
	textByChat  = "La réponse arrivera dans cette conversation"
	textHasMail = " L’équipe a aussi votre adresse %s."
)

// textRecorded tells the reference, what happens next, by when and on which channel.
func textRecorded(label, reference, delay, email string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Votre demande est enregistrée (%s).\n\n**Référence : %s**\n\n%s", label, reference, textByChat)
	if delay != "" {
		b.WriteString(", " + delay)
	}
	b.WriteString(".")
	if email != "" {
		fmt.Fprintf(&b, textHasMail, email)
	}
	b.WriteString(" " + textAddMore)
	return b.String()
}

// textForm begins what is kept of a form.
func textForm(label string) string { return "Formulaire : " + label }

// textProblems says what to correct in a form.
func textProblems(problems []Problem) string {
	var b strings.Builder
	b.WriteString("Rien n’est encore transmis. Dans le formulaire :\n")
	for _, p := range problems {
		fmt.Fprintf(&b, "\n- **%s** : %s", p.Field.Label(), p.Says)
	}
	b.WriteString("\n\nCe que vous avez écrit est conservé : vous pouvez le corriger.")
	return b.String()
}
