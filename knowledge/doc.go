// Package knowledge is everything that can be cited, and how it is found.
//
//	faq entries ┐
//	contracts   ├> Contents (what editors wrote) -> Build -> Base (immutable snapshot) -> Find -> ranked, calibrated hits
//	guides      ┘
//
// Finding goes in four steps, each in files of its own: a message is analysed (analysis.go, sms.go, phonetic.go,
// lexicon.go); candidates are nominated by the index and the classifier (index.go, classifier.go); they are ranked by the
// classifier's score and by how well their words fit (measure.go); and it is judged how sure the first is (confidence.go).
// The weights of the last two steps are made by Calibrate and hold for any contents.
//
// The French analysis lives here, and so does Bleve: no Bleve type crosses the exported API. A Base is immutable and
// safe for concurrent use; an edit builds a new one that replaces the old. Nothing in the code names a topic or a
// collection: adding a file is enough for it to be found.
//
// Invariants: a hit always belongs to a collection that the question was allowed to be answered from; building twice
// from the same contents gives the same base.
package knowledge

import "embed"

// Content holds the shipped collections, contracts and guides: content/<collection>/<name>.md.
//
//go:embed content
var Content embed.FS
