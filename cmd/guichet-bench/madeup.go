package main

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"guichet/knowledge"
)

const syllables = "ba be bi bo bu ca ce ci co da de di do fa fe fi ga ge ha la le li lo lu ma me mi mo na ne ni no pa pe pi po ra re ri ro sa se si so ta te ti to va ve vi tion ment eur ance able ique ette oire"

// madeUp makes contents of so many passages, of invented words that are as frequent as words are (Zipf), and questions that
// take words from them. The same numbers give the same.
func madeUp(passages, questions int) (knowledge.Contents, []string) {
	random := rand.New(rand.NewPCG(7, 7))
	parts := strings.Fields(syllables)
	words := make([]string, 40_000)
	for i := range words {
		var w strings.Builder
		for range 2 + random.IntN(3) {
			w.WriteString(parts[random.IntN(len(parts))])
		}
		words[i] = w.String()
	}
	zipf := rand.NewZipf(random, 1.1, 8, uint64(len(words)-1))
	text := func(n int) string {
		list := make([]string, n)
		for i := range list {
			list[i] = words[zipf.Uint64()]
		}
		return strings.Join(list, " ")
	}
	c := knowledge.Contents{Collections: []knowledge.Collection{{ID: "large", Name: "large"}}, Topics: make([]knowledge.Topic, passages)}
	for i := range c.Topics {
		c.Topics[i] = knowledge.Topic{ID: "large." + strconv.Itoa(i), Collection: "large", Title: text(3 + random.IntN(8)), Body: text(20 + random.IntN(61))}
	}
	asked := make([]string, questions)
	for i := range asked {
		t := &c.Topics[i*passages/questions]
		in := strings.Fields(t.Title + " " + t.Body)
		random.Shuffle(len(in), func(a, b int) { in[a], in[b] = in[b], in[a] })
		asked[i] = strings.Join(in[:3+random.IntN(6)], " ")
	}
	return c, asked
}
