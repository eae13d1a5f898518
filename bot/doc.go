// Package bot is the conversation, free of any channel.
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
// A failing store is returned as an error by Receive: nothing was acknowledged, the connector may deliver the same
// message again. A panic inside one conversation is the connector's edge to recover.
package bot
