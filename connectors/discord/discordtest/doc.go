// Package discordtest is a Discord for tests of a bot, in the manner of net/http/httptest: a server on this machine that
// speaks the gateway and the REST API (version 9) as discord.com/developers/docs describes them, and people in it who
// say things, press buttons, run commands and submit modals.
//
//	discord := discordtest.New(t, discordtest.Config{})
//	client.Transport = discord.Transport()     // or name discord.URL in place of https://discord.com
//	marie := discord.Guild("Marché").Member("marie")
//	marie.Say(marie.Direct(), "Bonjour")
//	reply, err := marie.Direct().Next(ctx)
//
// What it promises:
//   - it follows the published documentation and knows no client library; where the documentation is silent, the file
//     says what was assumed, and the reading chosen is the one that is harder on a bot;
//   - a request that Discord refuses is refused, with Discord's status and code and the fields at fault. It is stricter in
//     two ways: it refuses fields that it does not know, which Discord passes over, and it counts characters in UTF-16
//     units, of which there are never fewer than Discord counts;
//   - what a bot has been sent, and what it answered, happens in one order: a message is in its channel before its
//     event leaves, and a dispatch is on its session before it is on a socket, so that cutting a connection loses nothing
//     that a resume would not bring back;
//   - nothing here waits for a length of time, except the gateway for heartbeats: a test waits for what it wants to see
//     (Await and its kin), with a context;
//   - Close leaves no goroutine and no connection.
//
// Everything may be called from several goroutines at once. The deadlines of interactions, the life of sessions and
// attachments, and nonces are reckoned on Config.Now; heartbeats and rate limits on the real clock, because a client
// waits them out in real time.
//
// Not here: voice, reactions of people, polls, stickers, tags of forums, sharding, layout components (IS_COMPONENTS_V2), subcommands,
// autocomplete, interactions over HTTP, roles beyond the bot's permissions in a channel.
package discordtest
