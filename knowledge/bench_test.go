package knowledge_test

import (
	"slices"
	"testing"
	"time"

	"guichet/bot"
	"guichet/knowledge"
)

var spoken = []string{
	"Comment obtenir un extrait Kbis pour le marché ?", "g pa recu mon atestassion koi faire", "quel est le délai pour déclarer un sinistre ?",
	"je voudrais changer mon mot de passe", "la garantie perte d'exploitation dure combien de temps", "est-ce que le vol de la caisse est couvert la nuit",
	"how can I download my certificate", "qui est le médiateur et est-ce gratuit",
}

// compare times two things in turn, so that a noisy machine is noisy for both, and reports the medians, the 99th
// percentiles and their ratios.
func compare(b *testing.B, name string, ours, bare func(i int)) {
	var a, c []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		bare(i)
		middle := time.Now()
		ours(i)
		c, a = append(c, middle.Sub(start)), append(a, time.Since(middle))
	}
	slices.Sort(a)
	slices.Sort(c)
	at := func(list []time.Duration, share float64) float64 {
		return float64(list[min(len(list)-1, int(share*float64(len(list))))].Microseconds())
	}
	b.ReportMetric(at(a, 0.5), name+"-p50-µs")
	b.ReportMetric(at(c, 0.5), "bare-p50-µs")
	b.ReportMetric(at(a, 0.5)/at(c, 0.5), "ratio-p50")
	b.ReportMetric(at(a, 0.99)/at(c, 0.99), "ratio-p99")
}

func BenchmarkWholeAnswerBesideABareQuery(b *testing.B) {
	base := shippedBase(b)
	engine := bot.NewEngine(base)
	compare(b, "answer", func(i int) {
		if _, err := engine.Next(bot.State{}, bot.Site{ID: "all"}, bot.Inbound{Text: spoken[i%len(spoken)]}, bot.Moment{}); err != nil {
			b.Fatal(err)
		}
	}, func(i int) {
		if _, err := base.BareQuery(spoken[i%len(spoken)]); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkWholeAnswerOfOneCollectionBesideABareQuery(b *testing.B) {
	base := shippedBase(b)
	engine := bot.NewEngine(base)
	compare(b, "answer", func(i int) {
		site := bot.Site{ID: "one", Collections: []string{"multirisque"}}
		if _, err := engine.Next(bot.State{}, site, bot.Inbound{Text: spoken[i%len(spoken)]}, bot.Moment{}); err != nil {
			b.Fatal(err)
		}
	}, func(i int) {
		if _, err := base.BareQuery(spoken[i%len(spoken)]); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	base := shippedBase(b)
	for i := 0; b.Loop(); i++ {
		if _, err := base.Find(knowledge.Query{Text: spoken[i%len(spoken)]}); err != nil {
			b.Fatal(err)
		}
	}
}
