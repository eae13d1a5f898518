package widget

// The codes of error frames.
const (
	notJSON       = "not_json"
	notText       = "not_text"
	notUTF8       = "not_utf8"
	unknownType   = "unknown_type"
	badVersion    = "bad_version"
	unknownSite   = "unknown_site"
	badOrigin     = "bad_origin"
	badToken      = "bad_token"
	helloMissing  = "hello_missing"
	helloRepeated = "hello_repeated"
	badID         = "bad_id"
	badChoice     = "bad_choice"
	emptyText     = "empty"
	tooLong       = "too_long"
	tooFast       = "too_fast"
	notRecorded   = "not_recorded"
	failed        = "failed"
)

// errorText is what a person reads, and may do.
var errorText = map[string]string{
	notJSON:       "Ce message n’a pas été compris par le serveur. Rechargez la page et réessayez.",
	notText:       "Ce message n’est pas du texte. Rechargez la page et réessayez.",
	notUTF8:       "Ce message contient des caractères illisibles. Retapez-le, ou rechargez la page.",
	unknownType:   "Cette page est plus récente que le serveur. Rechargez-la dans un instant.",
	badVersion:    "Cette page n’est plus à jour. Rechargez-la pour continuer.",
	unknownSite:   "Cette discussion n’existe pas ici. Écrivez à votre conseiller par e-mail ou par téléphone.",
	badOrigin:     "Cette discussion n’est pas ouverte sur ce site. Écrivez à votre conseiller par e-mail ou par téléphone.",
	badToken:      "La conversation précédente n’a pas pu être rouverte. En voici une nouvelle\u202f; votre texte est conservé.",
	helloMissing:  "La conversation n’est pas encore ouverte. Votre message sera renvoyé.",
	helloRepeated: "La conversation est déjà ouverte. Vous pouvez écrire.",
	badID:         "Ce message n’a pas pu être identifié. Rechargez la page et réessayez.",
	badChoice:     "Ce choix n’est plus proposé. Écrivez votre question.",
	emptyText:     "Votre message est vide. Écrivez votre question, même en quelques mots.",
	tooLong:       "Votre message dépasse 4\u00a0000 caractères. Raccourcissez-le, ou envoyez-le en deux fois.",
	tooFast:       "Vous envoyez beaucoup de messages. Celui-ci est conservé et partira dans un instant.",
	notRecorded:   "Votre message n’a pas pu être enregistré, il sera renvoyé automatiquement.",
	failed:        "Une erreur est survenue de notre côté. Votre message est conservé\u202f: réessayez, ou demandez un conseiller.",
}

const (
	textGreeting = "Bonjour. Je suis un **assistant automatique**\u202f: je réponds à partir des documents de l’assureur, avec leur source. Un conseiller peut prendre le relais à tout moment."
	textPerson   = "Parler à un conseiller"
	textRestart  = "Le serveur redémarre, reconnectez-vous."
)
