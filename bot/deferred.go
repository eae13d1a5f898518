package bot

import (
	"slices"
	"time"
)

// Defer is a turn that is kept beside a database that is away: it says so to the person whose request it opens.
func (t Turn) Defer(at time.Time) Turn {
	t.Recorded, t.Reply.Deferred = at, true
	if t.Ticket != nil {
		t.Reply.Text += "\n\n" + Typeset(voiceOf(t.Reply.Language).deferred(t.Ticket.Reference))
	}
	return t
}

// Onto is the state that a deferred turn leaves in a conversation whose state, found, is not the one it was worked out
// from. What was said last counts, but no ticket is forgotten and who holds the conversation is who holds it now. unknown
// tells that nothing was known of the conversation when the turn was worked out: a request that was being prepared then
// goes on, unless the turn began or finished one.
func (s State) Onto(found State, unknown bool) State {
	merged := s.clone()
	merged.Agent = found.Agent
	merged.References = slices.Clone(found.References)
	for _, reference := range s.References {
		if !slices.Contains(merged.References, reference) {
			merged.References = append(merged.References, reference)
		}
	}
	if unknown {
		merged.Greeted = merged.Greeted || found.Greeted
		if merged.Intake == nil && len(s.References) == 0 {
			merged.Intake = found.clone().Intake
		}
		if len(s.References) == 0 {
			merged.Files += found.Files
		}
	}
	return merged
}
