package bot

import "time"

// Backlog is what waits to be done in the store, for whoever watches over it.
type Backlog struct {
	Inbox    map[string]Queue // by channel; a channel where nothing waits may be absent
	Outbox   map[string]Queue
	Tickets  map[Status]int
	Jobs     []JobCount // the background work that is not completed
	Webhooks Webhooked
}

// Queue is what waits on one channel.
type Queue struct {
	Waiting  int
	SetAside int           // parked updates, messages that will not arrive
	Oldest   time.Duration // how long the first one has waited, 0 when none does
}

// JobCount is how many jobs of a kind are in a state.
type JobCount struct {
	Kind, State string
	Count       int
}

// Webhooked counts webhooks.
type Webhooked struct {
	Failing int // the last attempt failed
	Off     int
}
