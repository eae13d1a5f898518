package bot

import "context"

// Leadership has one replica at a time do what only one may do, such as polling a platform.
type Leadership interface {
	// Lead waits until this replica is the leader of that name, then calls lead, until ctx ends; then it returns nil
	// once lead has returned. The context of lead ends with ctx or when leadership is lost, and then, as when lead
	// returned by itself, the next leader is found: this replica or another, within 15 seconds also when a whole
	// machine went away. Two leaders may overlap for these seconds when the network between them is cut: what they do
	// must be harmless twice.
	Lead(ctx context.Context, name string, lead func(ctx context.Context)) error
}
