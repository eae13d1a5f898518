// Package postgres keeps everything that lasts in one PostgreSQL, version 14 or later: conversations, tickets, the
// people of the desk, their sessions, the server's secrets, what comes from platforms and what goes to them. [DB]
// implements every store that package bot describes: the list stands beside it, in db.go, where the compiler holds it.
//
//	Turn:  begin -> lock the conversation's row -> seen before? -> decide -> messages, outbox, state, ticket, NOTIFY -> commit
//
// What it promises:
//   - what a method returned without an error is committed; what failed left nothing;
//   - the messages of one conversation are numbered 1, 2, 3 without a gap and decided one at a time, whatever the
//     number of replicas: the lock is the conversation's row;
//   - a message that was handled is recognised by its channel and external id, a repeated form by its once, also when
//     both copies arrive at the same moment;
//   - text never makes a transaction fail: what PostgreSQL cannot hold (NUL, invalid UTF-8) is dropped or replaced;
//   - NOTIFY carries the channel and the key of a conversation, never what was said;
//   - what is due, and whom to tell by e-mail or notice, is written in the transaction of what it follows from;
//   - errors carry ids only, and a driver's error is translated in one place (errors.go).
//
// Every method gives up after a few seconds and returns bot.ErrUnavailable when the database does not answer. The
// caller may then repeat it: nothing happened, or it had been committed and the repetition is recognised.
//
// LISTEN, session locks and River's notifications need a direct connection or a pooler in session mode. No extension
// is used, and nothing but the rights to create tables in one schema is needed.
//
// The package also runs the private cluster of a machine without a database (cluster.go).
package postgres
