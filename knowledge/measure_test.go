package knowledge

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"guichet/faq"
)

// shelf are a few topics to measure.
func shelf() []Topic {
	topic := func(id, title, body string, asked ...string) Topic {
		t := Topic{ID: "x." + id, Collection: "x", Title: title, Body: body}
		for _, a := range asked {
			t.Asked = append(t.Asked, faq.Phrase{Text: a})
		}
		return t
	}
	return []Topic{
		topic("kbis", "Comment obtenir un extrait Kbis ?", "Commandez-le sur Infogreffe, le site officiel.", "où trouver mon kbis"),
		topic("payer", "Comment payer ?", "Par carte bancaire, sur la page sécurisée de la banque.", "quels sont les moyens de paiement"),
		topic("recu", "Je n'ai pas reçu mon attestation", "Regardez dans vos courriers indésirables.", "toujours pas reçu le papier"),
		topic("vol", "Le vol est-il couvert ?", "Le vol avec effraction est couvert, le vol simple non."),
	}
}

func measured(t *testing.T, r *ranker, stems stemmer, text string) []Features {
	t.Helper()
	all := make([]int32, len(r.passages))
	for i := range all {
		all[i] = int32(i)
	}
	return r.measure(r.want(stems.understand(text)), all)
}

func TestTheTopicThatHasTheWordsFitsBest(t *testing.T) {
	t.Parallel()
	stems := newStemmer()
	r := newRanker(shelf(), stems)
	for text, want := range map[string]int{
		"comment obtenir un extrait kbis": 0, "kbiss svp": 0, "infogrefe": 0, "je peux payé coman": 1, "paiement par carte": 1, "g pa recu mon atestassion": 2, "vol sans effraction": 3,
	} {
		best := 0
		features := measured(t, r, stems, text)
		for i, f := range features {
			if f.plain() > features[best].plain() {
				best = i
			}
		}
		if best != want {
			t.Errorf("%q fits %s best: %+v", text, shelf()[best].ID, features)
		}
	}
}

func TestTheSameWordsAreAFullPhraseAndFullyCovered(t *testing.T) {
	t.Parallel()
	stems := newStemmer()
	f := measured(t, newRanker(shelf(), stems), stems, "Comment obtenir un extrait Kbis ?")[0]
	if f.Phrase < 0.999 || f.Phrase > 1.001 || f.Covered < 0.999 {
		t.Errorf("%+v", f)
	}
	if f := measured(t, newRanker(shelf(), stems), stems, "zèbre montgolfière")[0]; f != (Features{}) {
		t.Errorf("words that stand nowhere fit: %+v", f)
	}
}

func TestATitleThatSeveralTopicsShareAsksForNone(t *testing.T) {
	t.Parallel()
	stems := newStemmer()
	topics := []Topic{{ID: "a.1", Title: "Guide", Body: "les serrures"}, {ID: "a.2", Title: "Guide", Body: "les pertes"}, {ID: "a.3", Title: "Serrures", Body: "de la porte"}}
	r := newRanker(topics, stems)
	if f := measured(t, r, stems, "guide"); f[0].Title != 0 || f[0].Words == 0 {
		t.Errorf("the shared title is asked for: %+v", f[0])
	}
	if f := measured(t, r, stems, "serrures"); f[2].Title == 0 {
		t.Errorf("the title of one topic is not: %+v", f[2])
	}
}

func TestMeasuringSomeIsMeasuringThemAmongAll(t *testing.T) {
	t.Parallel()
	stems := newStemmer()
	r := newRanker(shelf(), stems)
	w := r.want(stems.understand("où payer mon kbis pas reçu"))
	all := r.measure(w, []int32{0, 1, 2, 3})
	if some := r.measure(w, []int32{2, 0}); some[0] != all[2] || some[1] != all[0] {
		t.Errorf("%+v, among all %+v", some, all)
	}
	if again := r.measure(w, []int32{0, 1, 2, 3}); !reflect.DeepEqual(all, again) {
		t.Error("measuring twice gives two results")
	}
}

func TestPairsAreCountedWhereverTheyStand(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{0, 1, 2, 50, 5000} {
		pairs := make([]uint32, size)
		for i := range pairs {
			if pairs[i] = random.Uint32(); i%7 == 0 {
				pairs[i] = 42 // far from where it is guessed
			}
		}
		slices.Sort(pairs)
		for _, p := range append([]uint32{0, 42, 1 << 31, 1<<32 - 1}, pairs[:min(size, 200)]...) {
			want := 0
			for _, q := range pairs {
				if q == p {
					want++
				}
			}
			if got := count(pairs, p); got != want {
				t.Fatalf("%d of %d pairs: %d counted, %d there", p, size, got, want)
			}
		}
	}
}

func TestALongBodyIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	stems := newStemmer()
	body := strings.Repeat("mot ", maxText) + "montgolfière"
	r := newRanker([]Topic{{ID: "a.1", Title: "Titre", Body: body}, {ID: "a.2", Title: "Autre", Body: "chose"}}, stems)
	if f := measured(t, r, stems, "montgolfière"); f[0].Covered == 0 {
		t.Errorf("the last word of %d bytes is not found", len(body))
	}
}

func TestTheEvidenceKeepsItsOrder(t *testing.T) {
	t.Parallel()
	var list [19]float64
	for i := range list {
		list[i] = float64(i + 1)
	}
	if got := evidenceOf(list).list(); got != list {
		t.Errorf("%v", got)
	}
	fields := reflect.TypeOf(Evidence{})
	for i, name := range evidenceNames {
		if tag := fields.Field(i).Tag.Get("json"); tag != name {
			t.Errorf("field %d is called %q and %q", i, tag, name)
		}
	}
}

func TestTheShippedWeightsCanBeRead(t *testing.T) {
	t.Parallel()
	w, err := readWeights()
	if err != nil {
		t.Fatal(err)
	}
	if w.Learned.Rank.Classifier <= 0 || w.Learned.Sure.Evidence.First <= 0 || w.Plain.Rank.Classifier != 0 || w.Plain.Sure.Bias >= 0 {
		t.Errorf("%+v", w)
	}
}

// A base that asks its own phrases back must be surer of what it learned than of what it did not.
func TestCalibratingGivesWeightsThatTell(t *testing.T) {
	t.Parallel()
	contents := Contents{Collections: []Collection{{ID: "x", Name: "x"}}}
	for i, subject := range []string{"kbis", "paiement", "attestation", "sinistre", "résiliation", "mot de passe"} {
		topic := Topic{ID: fmt.Sprintf("x.%d", i), Collection: "x", Title: "Et pour " + subject + " ?", Body: "Voici pour " + subject + "."}
		for _, form := range []string{"comment faire pour %s", "je voudrais savoir pour %s", "%s svp", "une question sur %s", "où trouver %s", "c'est quoi %s", "aide pour %s", "infos %s", "besoin %s", "quand %s"} {
			topic.Asked = append(topic.Asked, faq.Phrase{Text: fmt.Sprintf(form, subject)})
		}
		contents.Topics = append(contents.Topics, topic)
	}
	for _, far := range []string{"la météo de demain", "une recette de crêpes", "le score du match", "un film à voir", "réserver un train"} {
		for _, form := range []string{"je cherche %s", "donne-moi %s", "et %s ?"} {
			contents.Collections[0].Outside = append(contents.Collections[0].Outside, faq.Phrase{Text: fmt.Sprintf(form, far)})
		}
	}
	found, err := Calibrate(contents, nil)
	if err != nil {
		t.Fatal(err)
	}
	if found.Asked != 75 || found.Right < 0.9 || found.Error > 0.2 {
		t.Errorf("%d asked, %.2f right, error %.2f", found.Asked, found.Right, found.Error)
	}
	again, err := Calibrate(contents, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(found, again) {
		t.Error("calibrating twice gives two results")
	}
}

func TestReliabilityComparesWhatWasSaidWithWhatWas(t *testing.T) {
	t.Parallel()
	bins, distance := Reliability([]float64{0.95, 0.95, 0.15, 1}, []bool{true, false, false, true})
	if bins[9].Questions != 3 || bins[1].Questions != 1 || bins[1].Right != 0 {
		t.Errorf("%+v", bins)
	}
	if want := (0.9 + 0.15) / 4; distance < want-1e-9 || distance > want+1e-9 {
		t.Errorf("the error is %v, want %v", distance, want)
	}
}

func TestPartsAreNamed(t *testing.T) {
	t.Parallel()
	if got, err := ParseParts("lexicon,sounds"); err != nil || !slices.Equal(got, []Part{PartLexicon, PartSounds}) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := ParseParts("lexicon,brilliance"); err == nil || !strings.Contains(err.Error(), `"brilliance"`) {
		t.Errorf("%v", err)
	}
}
