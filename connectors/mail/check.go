package mail

import (
	"context"
	"fmt"

	"guichet/bot"
)

// Finding is one thing that Check looked at.
type Finding struct {
	OK   bool
	Says string
}

// Check signs in to the server and, when to is not empty, sends a message there. It stops at the first thing that is wrong.
func (s *Sender) Check(ctx context.Context, to string) []Finding {
	client, err := s.client()
	if err != nil {
		return []Finding{{false, err.Error()}}
	}
	dialling, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	if err := s.explain(client.DialWithContext(dialling)); err != nil {
		return []Finding{{false, err.Error()}}
	}
	_ = client.Close() // it answered: that was the question
	who := "without signing in"
	if s.o.User != "" {
		who = "signed in as " + s.o.User
	}
	found := []Finding{
		{true, fmt.Sprintf("%s answers, %s, encryption %s", s.o.Server, who, s.o.TLS)},
		{true, "mail leaves from " + s.from.String()},
	}
	if to == "" {
		return found
	}
	test := bot.Mail{To: to, Subject: textCheckSubject, Text: textCheck}
	if err := s.Send(ctx, test); err != nil {
		return append(found, Finding{false, err.Error()})
	}
	return append(found, Finding{true, "a message was handed over for " + to + "; look whether it arrives, also among the unwanted"})
}
