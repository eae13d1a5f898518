// Package widget is the website's chat: the script that a page embeds, what it speaks to, the hosted chat page with its
// form for browsers without JavaScript, and the pages that citations lead to.
//
//	browser                           server
//	widget.js ── socket or POST ──> session ── Counter.Receive ──> store (one transaction)
//	   ^                              │ wakes                        │ NOTIFY, from any replica
//	   └──── socket or stream ────── writer <── Changes.Watch ───────┘
//	                                  └── Store.Transcript after the last number sent
//	files.js ── tus ──> uploads ── all there: bot.Files ──> a receipt, which a message names
//
// The same frames travel over a websocket or, where these are blocked, over plain HTTP: a session handles them one at a
// time, so that a person's messages are handled in the order they were sent. One writer a client writes, and alone knows
// which message was sent last: whatever wakes it, it reads the transcript after that number; what its own client's message
// came to it is told, and sends when it is next. Each message therefore leaves once and in order, be it this tab's, another
// tab's or an agent's.
//
// What the package promises:
//   - a message is acknowledged (sent back with its number) only when the store has committed it;
//   - nothing is stored on the server before the first message, nor in the browser before the person does something;
//   - a file is what its content says, and reaches a conversation by a message only: exactly once and in order, as all of them;
//   - the text of a message and the name of a file never reach a log, whatever goes wrong;
//   - a conversation opens with its signed token, or with an identity that the site signed, and with nothing else;
//   - only the server's own host and the origins of a site may speak for that site;
//   - HTML comes from bot.Renderer and nowhere else.
//
// On failure: an upload goes on where it was cut, and begins anew where it is not known; a store that fails makes the client send the same message again, with the same id, until it is recorded;
// a store that has no room left has the person told so; numbers that have changed cut the socket, so that the client starts over;
// a transcript that cannot be read is tried again, the socket staying open; a panic in one message costs that message
// an error and a proposal to try again; a client that does not read is dropped and comes back for what it missed; Close
// lets the replies in progress leave, then tells every client to reconnect (1012).
//
// The protocol is written down in docs/chat-protocol.md.
package widget
