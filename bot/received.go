package bot

import (
	"strings"
)

// received handles files that came without words: kept with the request that is being prepared or was opened last; where
// there is neither, it asks what they are about.
func (t *turn) received() {
	t.took = true
	switch n := len(t.state.References); {
	case t.sameAlbum():
		t.reply.Kind = Silent
	case t.state.Intake != nil:
		t.askNext(t.voice.fileNoted)
	case n > 0:
		t.say(Escalate, t.voice.fileAdded(t.state.References[n-1]))
		t.offerAgent()
	default:
		t.say(Clarify, t.voice.fileAbout)
		for _, c := range []Category{AttestationCorrection, Claim, Human} {
			t.reply.Choices = append(t.reply.Choices, Choice{Label: t.voice.labelAbout(c), Value: ChoiceRequest + string(c)})
		}
	}
}

// saysLittle tells whether the words beside a file ("voici la photo", "mon attestation") name it rather than ask or tell
// something. In an intake all words are read.
func (t *turn) saysLittle() bool {
	return t.text == "" || t.state.Intake == nil && !interrogates.MatchString(t.said) &&
		len(t.base.Content(fileWords.ReplaceAllString(t.said, ""))) <= 1
}

// fileWords hand a file over and say nothing of what it is about.
var fileWords = speaks(`\b(voici|voila|ci[- ]?joint\w*|joint\w*|photos?|fichiers?|documents?|images?|scans?|pieces?|pj|pdf|here is|picture|file)\b`)

// sameAlbum tells whether the album that these files belong to has had its answer.
func (t *turn) sameAlbum() bool { return t.together != "" && t.together == t.state.Together }

// withFiles completes the answer to a message that brings files beside its words. Words that say nothing by themselves
// ("voici la photo") are not answered as a question that has no answer.
func (t *turn) withFiles() {
	switch {
	case t.reply.Kind == Silent:
	case t.took:
	case t.reply.Kind == Abstain && t.state.Intake == nil:
		t.state.Lost = 0
		t.why = Explanation{}
		t.received()
	default:
		t.reply.Text = t.voice.fileReceived + "\n\n" + t.reply.Text
	}
	if t.together != "" && t.reply.Kind != Silent {
		t.state.Together = t.together
	}
	if t.ticket == nil && (t.state.Intake != nil || len(t.state.References) == 0) {
		t.state.Files += t.files
	}
}

// aboutFiles says in a summary how many files go with the request; empty for none.
func (t *turn) aboutFiles() string {
	n := t.state.Files + t.files
	if n == 0 {
		return ""
	}
	return "\n- " + t.voice.fileCount(n)
}

// declineFiles answers files sent where others read along: nothing was fetched, and nothing is kept.
func (t *turn) declineFiles() {
	t.say(Escalate, strings.TrimSpace(t.voice.filePrivately))
	t.reply.Choices = nil
}
