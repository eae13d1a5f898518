package bot

// Field is one thing a request needs. Its name is the key in Ticket.Fields and in the public JSON.
type Field string

// The fields of requests. Dates are kept as ISO (2026-02-03), SIREN and SIRET as digits only.
const (
	AttestationNumber Field = "attestation_number"
	ContractNumber    Field = "contract_number"
	Siren             Field = "siren"
	Siret             Field = "siret"
	SubscriptionDate  Field = "subscription_date"
	IncidentDate      Field = "incident_date"
	Correction        Field = "correction"
	Name              Field = "name"
	Email             Field = "email"
	Phone             Field = "phone"
	Place             Field = "place"
	Description       Field = "description"
)

// Definition says what a category of request needs: the one place the intake, the summary and the desk read.
type Definition struct {
	Category Category
	Label    string  // as a noun phrase: "correction d’attestation"
	Required []Field // asked one by one, in this order, unless already given
	Optional []Field // kept when volunteered, never insisted on
	Verified []Field // numbers that an agent looks up in the official register of companies
	Steps    []Step  // what an agent ticks off before it is done, in this order
}

// Step is one line of the list that an agent ticks off.
type Step struct {
	ID      string // kept with the events of tickets: it never changes
	Label   string
	SentPDF bool // ticked by the reply that carries a PDF
}

// Definitions lists the categories in the order the desk shows them.
func Definitions() []Definition {
	return []Definition{
		{
			Category: AttestationCorrection,
			Label:    "correction d’attestation",
			Required: []Field{Correction, AttestationNumber, SubscriptionDate, Siren, Email},
			Optional: []Field{Name, Siret, Phone, Description},
			Verified: []Field{Siren, Siret},
			Steps: []Step{
				{ID: "verified", Label: "Vérifié"},
				{ID: "corrected", Label: "Corrigé"},
				{ID: "sent", Label: "Envoyé", SentPDF: true},
			},
		},
		{
			Category: AttestationCopy,
			Label:    "nouvel exemplaire d’attestation",
			Required: []Field{AttestationNumber, Email},
			Optional: []Field{Name, Siren, SubscriptionDate, Phone, Description},
			Verified: []Field{Siren},
			Steps: []Step{
				{ID: "identified", Label: "Identité vérifiée"},
				{ID: "sent", Label: "Attestation envoyée", SentPDF: true},
			},
		},
		{
			Category: Claim,
			Label:    "déclaration de sinistre",
			Required: []Field{Description, IncidentDate, AttestationNumber, Email},
			Optional: []Field{ContractNumber, Place, Name, Phone, Siren},
			Verified: []Field{Siren},
			Steps: []Step{
				{ID: "covered", Label: "Garantie vérifiée"},
				{ID: "documents", Label: "Pièces reçues"},
				{ID: "declared", Label: "Déclaré à l’assureur"},
			},
		},
		{
			Category: Complaint,
			Label:    "réclamation",
			Required: []Field{Description, ContractNumber, Email},
			Optional: []Field{AttestationNumber, Name, Phone},
			Steps: []Step{
				{ID: "acknowledged", Label: "Réception confirmée par écrit"},
				{ID: "examined", Label: "Réclamation examinée"},
				{ID: "answered", Label: "Réponse motivée, avec les recours"},
			},
		},
		{
			Category: Human,
			Label:    "demande de conseiller",
			Required: []Field{Description, Email},
			Optional: []Field{Name, Phone, AttestationNumber, ContractNumber},
			Steps:    []Step{{ID: "answered", Label: "Client rappelé ou répondu"}},
		},
	}
}

// Define returns the definition of a category; ok is false for an unknown one.
func Define(category Category) (d Definition, ok bool) {
	for _, d := range Definitions() {
		if d.Category == category {
			return d, true
		}
	}
	return Definition{}, false
}

// told is the field of a request that holds what its customer tells in words of their own; empty where there is none.
func (c Category) told() Field {
	d, _ := Define(c)
	for _, f := range d.Required {
		if f == Description || f == Correction {
			return f
		}
	}
	return ""
}

// Step returns a step of the list by its ID.
func (d Definition) Step(id string) (s Step, ok bool) {
	for _, s := range d.Steps {
		if s.ID == id {
			return s, true
		}
	}
	return Step{}, false
}

// Fields lists required then optional fields.
func (d Definition) Fields() []Field {
	return append(append([]Field{}, d.Required...), d.Optional...)
}

// Intake is a request being prepared: what is known so far and what was asked last.
type Intake struct {
	Category   Category         `json:"category"`
	Fields     map[Field]string `json:"fields"`
	Missing    []Field          `json:"missing,omitempty"` // what the person said they have not got
	Asked      Field            `json:"asked,omitempty"`   // the field the last reply asked for
	Confirming bool             `json:"confirming,omitempty"`
	Unclear    int              `json:"unclear,omitempty"` // answers in a row in which nothing was recognised, or a wrong value
}
