package courier

// Finding is one thing that a check of a platform looked at.
type Finding struct {
	OK   bool
	Says string // one line for the operator: what is so, or what is wrong and how to put it right
}
