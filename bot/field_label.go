package bot

// Label is how a field is named to people, in French.
func (f Field) Label() string {
	switch f {
	case AttestationNumber:
		return "numéro d’attestation"
	case ContractNumber:
		return "numéro de contrat"
	case Siren:
		return "numéro SIREN"
	case Siret:
		return "numéro SIRET"
	case SubscriptionDate:
		return "date de souscription"
	case IncidentDate:
		return "date des faits"
	case Correction:
		return "correction demandée"
	case Name:
		return "nom"
	case Email:
		return "adresse e-mail"
	case Phone:
		return "téléphone"
	case Place:
		return "lieu"
	case Description:
		return "description"
	}
	return string(f)
}
