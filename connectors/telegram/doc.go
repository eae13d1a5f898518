// Package telegram is the counter on Telegram.
//
//	getUpdates or webhook -> Inbox (as it came) -> acknowledged -> worker -> bot.Counter -> Outbox -> sender -> sendMessage
//	└─ one replica (Leadership) ─┘                 └────── every replica ──────┘            └── one replica ──┘
//
// What it promises:
//   - an update is kept before Telegram is told that it was received, once for its number, and is handled in the order
//     of its chat; one that cannot be handled is set aside after some attempts, and its person is told;
//   - what is said is committed with the turn that says it, then sent at least once and in order, within Telegram's
//     limits; after a crash at most the one message that was on its way is sent twice;
//   - what Telegram will not take stands on the ticket, and a person who blocked the bot is not tried again;
//   - every string is escaped here, at the last moment (Render): no text, whoever wrote it, becomes a tag or breaks a
//     message; none is longer than Telegram takes, and no word is lost;
//   - in a group the bot answers when it is addressed, and neither asks for nor keeps anything personal there;
//   - the token stands in no error and in no log, and neither does a word of what people write.
//
// The receiving side is ours: the library's acknowledges an update before it is handled, and one that it cannot decode
// stops it for good. The library sends.
//
// When the database is away nothing is acknowledged, and Telegram keeps its updates for a day. When Telegram is away
// the replies wait in the outbox for some hours, then stand on the ticket as not delivered.
package telegram
