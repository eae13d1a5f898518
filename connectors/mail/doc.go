// Package mail sends e-mail through an SMTP server: acknowledgements and replies to customers, notices to the team.
//
//	bot.Mail (Markdown) -> plain text and HTML -> SMTP over TLS
//
// It keeps nothing and retries nothing: whoever calls it has the mail on disk and comes again (connectors/postgres). Its
// errors say whether that is any use: bot.ErrMailRefused is for good, everything else may pass. They hold the server's
// code, never its words, which may quote an address, and never a word of the message.
package mail
