package knowledge_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
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

// large makes contents of so many passages, of invented words that are as frequent as words are (Zipf), and questions
// that take words from them.
func large(passages int) (knowledge.Contents, []string) {
	random := rand.New(rand.NewPCG(7, 7))
	const vocabulary = 40_000
	syllables := strings.Fields("ba be bi bo bu ca ce ci co da de di do fa fe fi ga ge ha la le li lo lu ma me mi mo na ne ni no pa pe pi po ra re ri ro sa se si so ta te ti to va ve vi tion ment eur ance able ique ette oire")
	words := make([]string, vocabulary)
	for i := range words {
		var w strings.Builder
		for range 2 + random.IntN(3) {
			w.WriteString(syllables[random.IntN(len(syllables))])
		}
		words[i] = w.String()
	}
	zipf := rand.NewZipf(random, 1.1, 8, vocabulary-1)
	text := func(n int) string {
		list := make([]string, n)
		for i := range list {
			list[i] = words[zipf.Uint64()]
		}
		return strings.Join(list, " ")
	}
	c := knowledge.Contents{Collections: []knowledge.Collection{{ID: "large", Name: "large"}}}
	var questions []string
	for i := range passages {
		t := knowledge.Topic{ID: "large." + strconv.Itoa(i), Collection: "large", Title: text(3 + random.IntN(8)), Body: text(20 + random.IntN(61))}
		c.Topics = append(c.Topics, t)
		if i%(passages/500) == 0 {
			in := strings.Fields(t.Title + " " + t.Body)
			random.Shuffle(len(in), func(a, b int) { in[a], in[b] = in[b], in[a] })
			questions = append(questions, strings.Join(in[:3+random.IntN(6)], " "))
		}
	}
	return c, questions
}

func BenchmarkWholeAnswerAmong100000PassagesBesideABareQuery(b *testing.B) {
	contents, questions := large(100_000)
	base, err := knowledge.Open(b.TempDir(), contents, nil)
	if err != nil {
		b.Fatal(err)
	}
	engine := bot.NewEngine(base)
	compare(b, "answer", func(i int) {
		if _, err := engine.Next(bot.State{}, bot.Site{ID: "all"}, bot.Inbound{Text: questions[i%len(questions)]}, bot.Moment{}); err != nil {
			b.Fatal(err)
		}
	}, func(i int) {
		if _, err := base.BareQuery(questions[i%len(questions)]); err != nil {
			b.Fatal(err)
		}
	})
}
