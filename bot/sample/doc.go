// Package sample makes up tickets with their conversations: persons with French names, all categories, states, tags and
// channels, transcripts whose words are as unevenly spread as in any language. They are for trying the desk at the size of
// years on one's own machine, and for tests of it. Nobody in them exists: every e-mail address ends in a domain that is
// reserved for examples, and the same seed makes the same tickets.
package sample
