package bottest

import (
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"guichet/bot"
)

func repeated(t *testing.T, s bot.Store) {
	in := says("ana", "m1", "x")
	first := turn(t, s, in, answer("first"))
	turn(t, s, says("ana", "m2", "x"), answer("second"))
	again := turn(t, s, in, func(bot.Conversation) (bot.Turn, error) {
		t.Error("a repeated message is decided again")
		return bot.Turn{}, nil
	})
	if !again.Duplicate {
		t.Error("the repetition is not told")
	}
	again.Duplicate = false
	if !reflect.DeepEqual(again, first) {
		t.Errorf("the repetition gives %+v, the first time gave %+v", again, first)
	}
	if n := len(transcript(t, s, "ana")); n != 4 {
		t.Errorf("%d messages, want 4", n)
	}
	elsewhere := in
	elsewhere.Channel = "telegram"
	if outcome := turn(t, s, elsewhere, answer("other")); outcome.Duplicate {
		t.Error("the same id on another channel is taken for a repetition")
	}
}

func racingCopies(t *testing.T, s bot.Store) {
	const copies = 20
	var decided, fresh atomic.Int32
	outcomes := make([]bot.Outcome, copies)
	together(copies, func(i int) {
		outcome, err := s.Turn(t.Context(), says("ana", "m1", "x"), func(c bot.Conversation) (bot.Turn, error) {
			decided.Add(1)
			return answer("y")(c)
		})
		if err != nil {
			t.Errorf("copy %d: %v", i, err)
		}
		if !outcome.Duplicate {
			fresh.Add(1)
		}
		outcome.Duplicate = false
		outcomes[i] = outcome
	})
	if decided.Load() != 1 || fresh.Load() != 1 {
		t.Errorf("%d copies were decided, %d were new", decided.Load(), fresh.Load())
	}
	for _, outcome := range outcomes {
		if !reflect.DeepEqual(outcome, outcomes[0]) {
			t.Errorf("one copy gives %+v, another %+v", outcomes[0], outcome)
		}
	}
	if n := len(transcript(t, s, "ana")); n != 2 {
		t.Errorf("%d messages, want 2", n)
	}
}

func withoutID(t *testing.T, s bot.Store) {
	for range 2 {
		if outcome := turn(t, s, says("ana", "", "x"), answer("y")); outcome.Duplicate {
			t.Error("a message without an id is taken for a repetition")
		}
	}
	if n := len(transcript(t, s, "ana")); n != 4 {
		t.Errorf("%d messages, want 4", n)
	}
}

func foreignID(t *testing.T, s bot.Store) {
	turn(t, s, says("ana", "m1", "x"), answer("secret"))
	outcome, err := s.Turn(t.Context(), says("eve", "m1", "x"), func(bot.Conversation) (bot.Turn, error) {
		t.Error("the message is decided")
		return bot.Turn{}, nil
	})
	if err == nil || outcome.Bot != nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("the id of another conversation gives %+v, %v", outcome, err)
	}
	if messages := transcript(t, s, "eve"); len(messages) != 0 {
		t.Errorf("it has left %+v", messages)
	}
}

func badText(t *testing.T, s bot.Store) {
	for name, bad := range map[string]string{
		"NUL":                   "avant\x00après",
		"invalid UTF-8":         "avant\xff\xfeaprès",
		"half a letter":         "avantaprès\xc3",
		"an escape, literally":  `avant\u0000après`,
		"a backslash and a NUL": "avant\\\x00après",
		"half a surrogate":      "avant\xed\xa0\x80après",
		"a line separator":      "avant\u2028après",
	} {
		outcome := turn(t, s, bot.Inbound{Channel: "web", Key: name, Site: "demo" + bad, Text: bad},
			func(bot.Conversation) (bot.Turn, error) {
				return bot.Turn{
					Text:  bad,
					Reply: bot.Reply{Kind: bot.Answer, Text: bad, Citations: []bot.Citation{{Section: bad}}},
					State: bot.State{Question: bad},
				}, nil
			})
		kept := []string{
			outcome.Customer.Text, outcome.Bot.Text, outcome.Bot.Reply.Text, outcome.Bot.Reply.Citations[0].Section,
			state(t, s, name).Question,
		}
		for i, text := range kept {
			if !strings.HasPrefix(text, "avant") || !strings.Contains(text, "après") || !utf8.ValidString(text) ||
				strings.Contains(text, "\x00") {
				t.Errorf("%s: text %d is kept as %q", name, i, text)
			}
			if utf8.ValidString(bad) && !strings.Contains(bad, "\x00") && text != bad {
				t.Errorf("%s: text %d, %q, is kept as %q", name, i, bad, text)
			}
		}
		if messages := transcript(t, s, name); !reflect.DeepEqual(messages, []bot.Message{outcome.Customer, *outcome.Bot}) {
			t.Errorf("%s: kept %+v, acknowledged %+v", name, messages, outcome)
		}
	}
}

func badNames(t *testing.T, s bot.Store) {
	long := strings.Repeat("é", 200)
	turn(t, s, says(long, long, "x"), answer("y")) // as long as may be
	for name, in := range map[string]bot.Inbound{
		"no channel":                  {Key: "k"},
		"no key":                      {Channel: "web"},
		"a long channel":              {Channel: strings.Repeat("x", 51), Key: "k"},
		"a long key":                  {Channel: "web", Key: long + "é"},
		"a long id":                   {Channel: "web", Key: "k", ExternalID: long + "é"},
		"a key with NUL":              {Channel: "web", Key: "k\x00"},
		"a key that is invalid UTF-8": {Channel: "web", Key: "k\xff"},
		"an id with NUL":              {Channel: "web", Key: "k", ExternalID: "i\x00"},
	} {
		if _, err := s.Turn(t.Context(), in, answer("y")); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	if messages := transcript(t, s, "k"); len(messages) != 0 {
		t.Errorf("refused messages have left %+v", messages)
	}
}
