// Package discord is the counter on Discord.
//
//	gateway -> Inbox (as it came) -> worker -> bot.Counter -> Outbox -> sender -> a message, or an interaction's answer
//	└─ one replica (Leadership) ─┘  └── every replica ───┘           └──────────────── one replica ─────────────────┘
//
// What it promises:
//   - an event is kept, once for its id, in the order of its channel, and handled in the order of its conversation. The
//     gateway sends nothing again to who was away: at the start of each session what was said meanwhile in the channels
//     known from before is fetched and kept, if it is no older than a day;
//   - an interaction is kept, then acknowledged within Discord's three seconds, and answered by a worker: in the place
//     that was acknowledged while its token is good, by a direct message after that. A form is opened at once and kept when
//     it is sent;
//   - what is said is committed with the turn that says it, then sent at least once and in order, within Discord's limits;
//     a repetition after a crash carries a nonce by which Discord knows it;
//   - what Discord will not take stands on the ticket;
//   - every string is escaped here, at the last moment (Render): no text, whoever wrote it, pings anybody or sets itself in
//     bold; no message is longer than Discord takes, and no word is lost;
//   - in a server the bot answers who names it. What is personal is asked for in forms and answered to its person only; a
//     message that says something personal where others read along is not kept, and is answered in private;
//   - files of customers are fetched and kept before the message that holds them; in public they are not fetched;
//   - what happens to tickets is told in threads of the agents' channel (staff_post.go), and what linked agents write there
//     reaches the customer once (staff.go). Nothing said there goes to the counter;
//   - what has to outlive a restart (tokens of interactions, forms that were refused, how far channels were read, which
//     threads are whose) is in notes: buttons and forms work on any replica;
//   - the token stands in no error and in no log, and neither does a word of what people write.
//
// The library keeps the gateway's protocol and is not let to do more (gateway.go says why). When the database is away,
// messages wait in memory and are fetched again after a restart; who uses a command is told to try again.
package discord
