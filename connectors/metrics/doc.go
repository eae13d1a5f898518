// Package metrics says how a replica does, in the format that Prometheus reads: what is asked and how fast it is answered,
// what waits and for how long, and the process itself (docs/monitoring.md says what to watch).
//
// What it promises: no label comes from a customer, so that their number stays small and nothing of a conversation gets
// out; a database that is away is a figure and no error; who may not read the figures is told why.
package metrics
