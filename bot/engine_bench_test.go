package bot_test

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"guichet/bot"
	"guichet/bot/bottest"
)

// BenchmarkNext answers the development questions, each on the site it is for: worked out each time, and remembered.
func BenchmarkNext(b *testing.B) {
	b.Run("alone", func(b *testing.B) { answerAll(b, bottest.Engine(b)) })
	b.Run("remembering", func(b *testing.B) { answerAll(b, bottest.Engine(b).Remembering()) })
}

func answerAll(b *testing.B, e *bot.Engine) {
	file, err := os.Open("../cmd/guichet/testdata/eval/questions.jsonl")
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	type question struct {
		site bot.Site
		in   bot.Inbound
	}
	var questions []question
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var q struct{ Scope, Text string }
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			b.Fatal(err)
		}
		one := question{siteFor(), bot.Inbound{Text: q.Text}}
		if q.Scope != "" {
			one.site = siteFor(q.Scope)
		}
		questions = append(questions, one)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		q := questions[i%len(questions)]
		if _, err := e.Next(bot.State{}, q.site, q.in, bot.Moment{Now: today, Reference: "G-0000-0001"}); err != nil {
			b.Fatal(err)
		}
	}
}
