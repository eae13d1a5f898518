package widget

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"guichet/bot"
)

func TestAMessageThatCannotBeRenderedSaysSoInItsPlace(t *testing.T) {
	t.Parallel()
	var logs bytes.Buffer
	s := &Server{log: slog.New(slog.NewTextHandler(&logs, nil))} // without a renderer
	const words = "mon secret de famille"
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	got := s.framed(bot.Message{Seq: 2, From: bot.FromBot, Text: words, At: at, Reply: &bot.Reply{Kind: bot.Answer}}, "key")
	if got.Seq != 2 || got.At != "2026-11-22T10:00:00Z" || !strings.Contains(got.HTML, "ne peut pas être affiché") || strings.Contains(got.HTML, words) {
		t.Errorf("it is sent as %+v", got)
	}
	if log := logs.String(); !strings.Contains(log, "seq=2") || !strings.Contains(log, "nil pointer") || strings.Contains(log, words) {
		t.Errorf("the log is %s", log)
	}
	english := s.framed(bot.Message{Seq: 4, From: bot.FromBot, At: at, Reply: &bot.Reply{Language: bot.English}}, "key")
	if english.Lang != "en" || !strings.Contains(english.HTML, "cannot be shown") {
		t.Errorf("in English it is sent as %+v", english)
	}
	if mine := s.framed(bot.Message{Seq: 1, From: bot.FromCustomer, Text: words, ExternalID: "key:one", At: at}, "key"); mine.Text != words || mine.ID != "one" {
		t.Errorf("the customer's own is sent as %+v", mine)
	}
}

func TestACrewOutlivesAPanic(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	told := make(chan any)
	c := newCrew(ctx, func(p any) { told <- p })
	for range 3 {
		c.do(func() { panic("broken") })
		if p := <-told; p != "broken" {
			t.Errorf("told of %v", p)
		}
	}
	done := make(chan struct{})
	c.do(func() { close(done) })
	<-done
}
