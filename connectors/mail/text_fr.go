package mail

// What the check of the settings sends.
const (
	textCheckSubject = "Essai du guichet"
	textCheck        = "Bonjour,\n\nCe message montre que le guichet peut envoyer des e-mails. Il n’appelle aucune réponse."
)
