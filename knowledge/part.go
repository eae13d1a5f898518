package knowledge

import (
	"fmt"
	"slices"
	"strings"
)

// Part is a part of the answering that can be left out, to see what it is worth.
type Part string

// The parts. docs/answering.md has the table of what each is worth.
const (
	PartSpelling   Part = "spelling"   // phone spelling written out
	PartLexicon    Part = "lexicon"    // what words mean
	PartWords      Part = "words"      // the classifier's view of words
	PartPieces     Part = "pieces"     // its view of pieces of words
	PartSounds     Part = "sounds"     // its view of how words sound
	PartClassifier Part = "classifier" // all that is learned from ways to ask
	PartRanker     Part = "ranker"     // how well the words of a topic fit, beside the classifier
	PartNear       Part = "near"       // words that are spelt or sound alike, in the ranker
	PartPairs      Part = "pairs"      // neighbouring words, in the ranker
	PartLong       Part = "long"       // the question within a long message
	PartEvidence   Part = "evidence"   // all that certainty is judged by but the first topic's probability
)

var parts = []Part{
	PartSpelling, PartLexicon, PartWords, PartPieces, PartSounds, PartClassifier, PartRanker, PartNear, PartPairs, PartLong, PartEvidence,
}

// ParseParts reads a list of parts, parted by commas.
func ParseParts(list string) ([]Part, error) {
	var out []Part
	for name := range strings.SplitSeq(list, ",") {
		if !slices.Contains(parts, Part(name)) {
			return nil, fmt.Errorf("there is no part %q; the parts are %v", name, parts)
		}
		out = append(out, Part(name))
	}
	return out, nil
}

// BuildWithout builds a base that lacks some parts, with weights calibrated for what is left, so that the comparison with
// a whole base is fair. It takes a minute.
func BuildWithout(contents Contents, examples []Example, without []Part) (*Base, error) {
	found, err := calibrate(contents, examples, without)
	if err != nil {
		return nil, err
	}
	return build(contents, examples, without, &found.Weights)
}

// channelOf is the classifier's view that a part is.
var channelOf = map[Part]channel{PartWords: wordChannel, PartPieces: charChannel, PartSounds: soundChannel, PartLexicon: conceptChannel}
