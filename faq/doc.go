// Package faq holds curated questions and their answers: the model of an entry, its Markdown format, the checks an
// editor relies on, and the import of a raw FAQ page into drafts.
//
// It imports nothing of ours. The shipped entries stand under content/<collection>/<slug>.md and are part of the program.
package faq

import "embed"

// Content holds the shipped entries, one file each: content/<collection>/<slug>.md.
//
//go:embed content
var Content embed.FS
