package knowledge_test

import (
	"testing"

	"guichet/knowledge"
)

func TestDrawnOutWordsAreReadAsTheyAreMeant(t *testing.T) {
	t.Parallel()
	for typed, read := range map[string]string{
		"bjrrr": "bonjour", "BONJOURRRR": "bonjour", "merciii !": "merci !", "ouiiii": "oui", "nooon": "non", "atttestation": "attestation", "colllaborateurs": "collaborateurs",
		"une demande créée": "une demande creee", "au 20000 euros": "au 20000 euros", "aaaa": "aaaa", "article III": "article iii", "voir www.exemple.fr": "voir www.exemple.fr", "l'attestation": "l'attestation",
	} {
		if got := knowledge.Written(typed); got != read {
			t.Errorf("%q is read as %q, want %q", typed, got, read)
		}
	}
}
