// Package telegram is the counter on Telegram. Here stands how a reply leaves:
//
//	bot.Reply -> Render -> sendMessage parameters, in the order in which they are to be sent
//
// What it promises:
//   - every string is escaped here, at the last moment: no text, whoever wrote it, becomes a tag or breaks a message;
//   - no message is longer than Telegram takes, and no word is lost: what is too long goes on in the next message;
//   - every message is well-formed by itself: a bold passage or a link that is cut is closed and opened again;
//   - the buttons stand under the last message, and a button whose value Telegram cannot carry is left out.
//
// Rendering cannot fail and sends nothing. A reply without a word to read gives no message.
package telegram
