package widget

import "strings"

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
	badIdentity   = "bad_identity"
	notDone       = "not_done"
	helloMissing  = "hello_missing"
	helloRepeated = "hello_repeated"
	badID         = "bad_id"
	badChoice     = "bad_choice"
	emptyText     = "empty"
	tooLong       = "too_long"
	tooFast       = "too_fast"
	busy          = "busy"
	notRecorded   = "not_recorded"
	noRoom        = "no_room"
	failed        = "failed"
	notElsewhere  = "not_elsewhere"
)

// errorText is what a person reads about an error, and may do.
func errorText(code string) string {
	switch code {
	case notJSON:
		return "Ce message n’a pas été compris par le serveur. Rechargez la page et réessayez."
	case notText:
		return "Ce message n’est pas du texte. Rechargez la page et réessayez."
	case notUTF8:
		return "Ce message contient des caractères illisibles. Retapez-le, ou rechargez la page."
	case unknownType:
		return "Cette page est plus récente que le serveur. Rechargez-la dans un instant."
	case badVersion:
		return "Cette page n’est plus à jour. Rechargez-la pour continuer."
	case unknownSite:
		return "Cette discussion n’existe pas ici. Écrivez à votre conseiller par e-mail ou par téléphone."
	case badOrigin:
		return "Cette discussion n’est pas ouverte sur ce site. Écrivez à votre conseiller par e-mail ou par téléphone."
	case badToken:
		return "La conversation précédente n’a pas pu être rouverte. En voici une nouvelle\u202f; votre texte est conservé."
	case badIdentity:
		return "Votre session sur ce site a expiré. Rechargez la page pour retrouver votre conversation."
	case notDone:
		return "Cela n’a pas pu être enregistré. Réessayez dans un instant."
	case helloMissing:
		return "La conversation n’est pas encore ouverte. Votre message sera renvoyé."
	case helloRepeated:
		return "La conversation est déjà ouverte. Vous pouvez écrire."
	case badID:
		return "Ce message n’a pas pu être identifié. Rechargez la page et réessayez."
	case badChoice:
		return "Ce choix n’est plus proposé. Écrivez votre question."
	case emptyText:
		return "Votre message est vide. Écrivez votre question, même en quelques mots."
	case tooLong:
		return "Votre message dépasse 4\u00a0000 caractères. Raccourcissez-le, ou envoyez-le en deux fois."
	case tooFast:
		return "Vous envoyez beaucoup de messages. Celui-ci est conservé et partira dans un instant."
	case busy:
		return "Beaucoup de demandes en ce moment. Votre message est conservé sur cette page et partira dans un instant."
	case notElsewhere:
		return "La conversation ne peut pas continuer ailleurs pour l’instant. Continuez ici, ou réessayez dans un instant."
	case noRoom:
		return "Votre message n’est pas enregistré\u202f: rien ne peut être conservé pour le moment. Gardez-le et réessayez dans quelques minutes, ou joignez votre conseiller par e-mail ou par téléphone."
	case notRecorded:
		return "Votre message n’a pas pu être enregistré, il sera renvoyé automatiquement."
	}
	return "Une erreur est survenue de notre côté. Votre message est conservé\u202f: réessayez, ou demandez un conseiller." // failed
}

// textErased says what erasing left, and why.
func textErased(kept []string) string {
	if len(kept) == 0 {
		return "Votre conversation est effacée. Rien n’en est conservé."
	}
	return "Votre conversation est effacée. Nous devons conserver ce qui concerne votre demande " + strings.Join(kept, ", ") +
		"\u202f: son contenu et les échanges à son sujet, le temps de la traiter puis d’en garder la preuve. L’équipe vous répondra par e-mail ou par téléphone si vous les avez donnés."
}

const (
	textGreeting    = "Bonjour. Je suis un **assistant automatique**\u202f: je réponds à partir des documents de l’assureur, avec leur source. Un conseiller peut prendre le relais à tout moment."
	textPerson      = "Parler à un conseiller"
	textPlainAgain  = "Votre message n’a pas pu être enregistré. Il est conservé ci-dessous\u202f: envoyez-le de nouveau dans un instant."
	textYou         = "Vous"
	textAssistant   = "Assistant automatique"
	textFileUnknown = "Ce fichier n’est pas là. Rouvrez la discussion, puis téléchargez-le depuis le message."
	textFileExpired = "Ce lien n’est plus valable. Rouvrez la discussion, puis téléchargez le fichier depuis le message."
	textFileFailed  = "Ce fichier ne peut pas être lu pour l’instant. Réessayez dans une minute."
	textCrowded     = "Beaucoup de connexions en ce moment. Réessayez dans quelques secondes."
	textRestart     = "Le serveur redémarre, reconnectez-vous."
)
