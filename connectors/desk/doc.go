// Package desk is the agents' web desk: the queue of tickets, a ticket with its conversation, and signing in.
//
//	browser -> headers -> same-origin check -> session -> signed in? -> page | action -> bot.Tickets
//	bot.Changes -> /desk/events (SSE, no content) -> the script fetches ?fragment=1 of its own page
//
// Everything works without JavaScript: pages are rendered here and actions are forms that answer with a redirect. The
// script only replaces the parts marked data-live when something changed, keeps drafts, and adds keys.
//
// What the package promises:
//   - nobody reads or does anything without an account, except signing in and the one-time set-up link;
//   - what a customer wrote is shown as text, always; Markdown of the bot and of agents passes bot.Renderer;
//   - a form sent twice acts once, and a text an agent typed is never lost by a refusal: it comes back in its form;
//   - a reply written before a newer message was seen is not sent before the agent has seen it.
//
// When the store does not answer, a page says so with status 503 and, after a form, holds the text that was typed.
// The address that sign-in attempts are counted by is Request.RemoteAddr: behind a proxy, whoever mounts the desk sets
// it to the client's.
package desk
