// Package gate stands between the network and the server. It bounds how many connections there are, in all and from one
// address, and how slowly one of them may send a request or take an answer. What it turns away is told so (503, with
// Retry-After); what it lets in knows nothing of it.
package gate
