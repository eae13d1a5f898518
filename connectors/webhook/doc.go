// Package webhook tells other programs what happens to tickets: it signs a message by Standard Webhooks
// (https://www.standardwebhooks.com) and posts it, once. When and how often is the store's business.
//
//	event of a ticket -> job, in the same transaction -> [Sender.Send] -> 2xx: done; else again, for about a day
//
// What it promises: an address of this machine or of a private network is refused unless the webhook is allowed one,
// looked at after the name is resolved, for each connection; redirects are not followed; no proxy is used; an attempt ends
// within a quarter of a minute; errors hold neither the address nor what was sent.
package webhook
