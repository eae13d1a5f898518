// Package discord is the counter on Discord. Here stands how a reply leaves:
//
//	bot.Reply -> Render -> messages to create, in the order in which they are to be sent
//
// What it promises:
//   - every string is escaped here, at the last moment: no text, whoever wrote it, pings anybody or sets itself in bold;
//   - no message is longer than Discord takes, and no word is lost: what is too long goes on in the next message;
//   - every message is well-formed by itself: a bold passage or a link that is cut is closed and opened again;
//   - the buttons stand under the last message, and a button whose value Discord cannot carry is left out.
//
// Rendering cannot fail and sends nothing. A reply without a word to read gives no message.
package discord
