// Package spool keeps the website's conversations going while the database is away. It is a bot.Store around the
// database's: a turn goes to the database when that answers in time; otherwise it is worked out here, from what is
// known of the conversation, written to a file and fsynced, and only then acknowledged.
//
//	Turn ── the database answers ───────────────────────────> Store.Turn
//	   └─── away, slow, full, read-only ──> file (fsync) ──replay, in order, once──> Store.Turn
//
// What the package promises:
//   - what was acknowledged is on disk, here or in the database, and reaches the database once: a turn keeps its
//     ExternalID, and one whose fate was unknown when the connection broke is replayed as it was decided then;
//   - the turns of a conversation stay in order: while some of them wait here, the next ones join them;
//   - a ticket keeps the reference that the person was given;
//   - a database that is slow makes one turn wait, not each: after a failure turns go to the file at once, and only the
//     replay tries the database, after growing pauses;
//   - the file holds masked text only, and only its owner may read it.
//
// Numbers. A message that waits here is numbered after the last one that is known, which is the number it will have
// in the database unless somebody else wrote into the same conversation meanwhile (an agent, through another replica).
// Then the replay gives it a higher one, and Transcript says bot.ErrRenumbered to whoever has read the provisional ones, for a week.
//
// On failure: a file that has reached its limit, or whose disk is full, refuses the turn with bot.ErrFull; a file that
// is damaged is moved aside, what can be read of it goes on in a new one, and the log names it; a turn that the
// database refuses for good is set aside in the file, and the log names it; it ends with its time or, but for a request, when its
// person erases the conversation. A process that dies loses nothing but its
// memory of conversations: until the database is back, those without a turn in the file begin afresh, and join what
// the database knows of them when they are replayed.
package spool
