// Package bot is the conversation, free of any channel, and what the rooms around it share.
//
//	connector -> Counter.Receive(Inbound) -> Engine.Next (pure) -> Store.Turn (one transaction) -> reply to the channel
//
// The engine is a pure function of the conversation's state, the message, the knowledge and the moment: no I/O, no
// clock, no randomness. Every dialogue can therefore be a table test, and any conversation can be replayed.
//
// What the package promises:
//   - a message is masked (card numbers, IBANs, passwords announced as such) before anything keeps it;
//   - an answer is a curated text with its citation, never generated, never mixed from two collections;
//   - when the engine is not sure it says so and offers a person;
//   - what Receive acknowledged has been committed by the store, once, in the order of the conversation.
//
// Where to read: counter.go receives and engine.go decides, understand.go what a message is, intake.go how a request is
// gathered, compose.go and voice.go what is said; store.go is what keeps it. The rest are the words that two rooms or more
// need, each in a file of its name, with the interface of its store: tickets and their deadlines, what agents do, accounts and
// their passwords, keys, webhooks, the audit log, files, mail, editions. Nothing of the conversation depends on those of the desk
// and of other programs; they stand here because the desk, the API, the database and the command may not import one another.
//
// A failing store is returned as an error by Receive: nothing was acknowledged, the connector may deliver the same
// message again. A panic inside one conversation is the connector's edge to recover.
package bot
