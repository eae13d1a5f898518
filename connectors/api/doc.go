// Package api is the door for other programs, at /api/v1: tickets and conversations are read, tickets are answered, noted,
// assigned and moved on, questions are asked, and the knowledge is read and searched.
//
//	request -> key and its scope -> pace -> route -> store or engine -> JSON, or a problem (RFC 9457) that says what to do
//
// What it promises: nothing is answered without a key that has the scope, but for the document that describes the API
// (openapi.yaml, checked against the code); no answer may be kept by a cache; what a key does stands in the ticket's events
// under the key's name; a write with the same Idempotency-Key is done once; no text of a customer is in a log or an error.
package api
