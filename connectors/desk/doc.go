// Package desk is the team's web desk: for agents the queue of tickets and a ticket with its conversation, for editors what is
// answered from, for administrators accounts, the journal, keys and webhooks of other programs; and signing in.
//
//	browser -> headers -> same-origin check -> session -> signed in, with the role? -> page | action -> bot.Tickets
//	bot.Changes -> /desk/events (SSE, no content) -> the script fetches ?fragment=1 of its own page
//
// Everything works without JavaScript: pages are rendered here and actions are forms that answer with a redirect. The
// script only replaces the parts marked data-live when something changed, keeps drafts, tells who is there, and adds keys.
//
// What the package promises:
//   - every address stands in the table of routes.go with the least role it asks for; nobody reads or does anything
//     without an account, except signing in and the one-time links;
//   - a sign-in is a row of the store that is read for each page: what ends it, a new password, a disabled account, holds
//     at once, and so does a new role;
//   - signing in is limited by address and by account, in the store; what is refused is recorded, never what was typed;
//   - what a customer wrote is shown as text, always; Markdown of the bot and of agents passes bot.Renderer;
//   - a form sent twice acts once, and a text somebody typed is never lost by a refusal: it comes back in its form, or on the page that refuses;
//   - a reply written before a newer message was seen is not sent before the agent has seen it.
//
// The desk speaks French, and English to who chooses it. French is the source: pages and code are written in it, a text of the
// code is of the type french, and english.tsv has the English of each. There is a desk value for each language, with
// the pages put into it when they were loaded; a request goes to that of its reader. To add a text, write it in French and
// its line in english.tsv: the test names each that is missing, with its file and line. What goes to a customer
// does not follow its agent's language: what the desk writes itself, a deadline in a template or the copy of a conversation, is
// French (inFrench), and what the bot says of an action is in the conversation's language.
//
// When the store does not answer, a page says so with status 503 and, after a form, holds the text that was typed.
// The address that sign-in attempts are counted by, and that the audit log shows, is Request.RemoteAddr: behind a proxy,
// whoever mounts the desk sets it to the client's.
package desk
