// Package knowledgetest gives tests contents that are learned in no time.
package knowledgetest

import "testing/fstest"

// BakeryGuide is the file of the one document of the bakery.
const BakeryGuide = "knowledge/content/boulangerie/guide.md"

// Bakery is a tree of contents of one collection, boulangerie, with one topic, horaires: when the baker is open. Answer is its text.
func Bakery(answer string) fstest.MapFS {
	asked := ""
	for _, how := range []string{"horaires", "heures d’ouverture", "quand ouvrez vous", "ouvert le dimanche", "vs fermez a kel heure", "opening hours"} {
		asked += "- " + how + "\n- " + how + " svp\n"
	}
	return fstest.MapFS{
		"knowledge/content/boulangerie/collection.md": {Data: []byte("---\nname: Boulangerie\nproduct: Le pain\nlead: Chez le boulanger\n---\n")},
		BakeryGuide: {Data: []byte("---\ntitle: Guide de la boulangerie\nkind: guide\nchecked: 2026-11-22\nreview: 2030-11-22\n---\n" +
			"## Quand est-ce ouvert ? {#horaires}\nsource: Horaires\n\n" + answer + "\n\n### On le demande ainsi\n\n" + asked)},
	}
}
