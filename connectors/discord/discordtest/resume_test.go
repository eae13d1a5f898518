package discordtest_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"guichet/connectors/discord/discordtest"
)

// resumes takes up the session of a READY after its first event, and expects the named event or opcode first.
func resumes(t *testing.T, s *discordtest.Server, ready frame, want string) wire {
	t.Helper()
	var session struct {
		ID string `json:"session_id"`
	}
	if err := json.Unmarshal(ready.D, &session); err != nil {
		t.Fatal(err)
	}
	w := dial(t, s, "/resume?v=9&encoding=json")
	w.until(10)
	w.send(fmt.Sprintf(`{"op":6,"d":{"token":"token","session_id":%q,"seq":%d}}`, session.ID, ready.S))
	f, code := w.read()
	if got := f.T; got != want && fmt.Sprint("op ", f.Op) != want && fmt.Sprint(code) != want {
		t.Errorf("resuming gave %+v and code %d, want %s", f, code, want)
	}
	return w
}

func ready(t *testing.T, s *discordtest.Server) (wire, frame) {
	t.Helper()
	w := dial(t, s, "/?v=9&encoding=json")
	w.until(10)
	w.send(identify)
	return w, w.until(0)
}

func TestWhatWasSaidWhileTheConnectionWasDownIsReplayed(t *testing.T) {
	t.Parallel()
	for name, part := range map[string]func(*discordtest.Server){
		"cut":                (*discordtest.Server).Drop,
		"asked to reconnect": (*discordtest.Server).Reconnect,
		"closed":             func(s *discordtest.Server) { s.CloseGateway(4000) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := discordtest.New(t, discordtest.Config{})
			marie := s.Guild("Marché").Member("marie")
			b := connect(t, s, least)
			must(marie.Say(marie.Direct(), "0"))
			next(t, b.heard)
			part(s)
			for i := range 5 {
				must(marie.Say(marie.Direct(), fmt.Sprint(i+1)))
			}
			for i := range 5 {
				if heard := next(t, b.heard); heard.Content != fmt.Sprint(i+1) {
					t.Errorf("heard %q, want %d", heard.Content, i+1)
				}
			}
			if err := s.Await(soon(t), func() bool { return s.Counts().Resumed == 1 }); err != nil {
				t.Fatal(err)
			}
			if c := s.Counts(); c.Ready != 1 || c.Identifies != 1 {
				t.Errorf("counts %+v", c)
			}
		})
	}
}

func TestWhatWasSaidIsLostWithTheSession(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	marie := s.Guild("Marché").Member("marie")
	b := connect(t, s, least)
	s.Drop()
	s.Forget()
	must(marie.Say(marie.Direct(), "perdu"))
	if err := s.Await(soon(t), func() bool { return s.Counts().Ready == 2 }); err != nil {
		t.Fatal(err)
	}
	must(marie.Say(marie.Direct(), "entendu"))
	if heard := next(t, b.heard); heard.Content != "entendu" {
		t.Errorf("heard %q", heard.Content)
	}
	if c := s.Counts(); c.Resumes != 1 || c.Resumed != 0 {
		t.Errorf("counts %+v", c)
	}
	// It can be fetched, which is what a bot must do after every READY.
	missed := must(b.ChannelMessages(marie.Direct().ID, 100, "", "", ""))
	if len(missed) != 2 || missed[1].Content != "perdu" {
		t.Errorf("fetched %d", len(missed))
	}
}

func TestAnInvalidSessionMayStillBeResumable(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	marie := s.Guild("Marché").Member("marie")
	for _, resumable := range []bool{true, false} {
		w, first := ready(t, s)
		s.Invalidate(resumable)
		if f := w.until(9); string(f.D) != fmt.Sprint(resumable) {
			t.Errorf("op 9 %s", f.D)
		}
		must(marie.Say(marie.Direct(), "bonjour"))
		w.send(identify)
		if f := w.until(0); f.T != "READY" { // not what was said before it
			t.Errorf("read %+v", f)
		}
		want := "GUILD_CREATE" // what came after READY, the first event
		if !resumable {
			want = "op 9"
		}
		resumes(t, s, first, want)
	}
}

func TestTheLibraryIdentifiesAgainAfterAnInvalidSession(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	b := connect(t, s, least)
	s.Invalidate(false)
	if first, second := next(t, b.sessions), next(t, b.sessions); first != "ready" || second != "ready" {
		t.Errorf("%s, %s", first, second)
	}
	if c := s.Counts(); c.Connections != 1 || c.Identifies != 2 {
		t.Errorf("counts %+v", c)
	}
}

func TestABotThatClosesWith1000EndsItsSession(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	for code, want := range map[int]string{1000: "op 9", 1001: "op 9", 4000: "RESUMED"} {
		w, first := ready(t, s)
		closed := s.Counts().ClosedByBot
		if err := w.socket.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		if err := s.Await(soon(t), func() bool { return s.Counts().ClosedByBot == closed+1 }); err != nil {
			t.Fatal(err)
		}
		resumes(t, s, first, want)
	}
}

func TestASessionWaitsAFewMinutes(t *testing.T) {
	t.Parallel()
	clock := discordtest.NewClock()
	s := discordtest.New(t, discordtest.Config{Now: clock.Now})
	for after, want := range map[time.Duration]string{time.Minute: "RESUMED", time.Hour: "op 9"} {
		w, first := ready(t, s)
		s.CloseGateway(4000)
		for code := 0; code == 0; {
			_, code = w.read()
		}
		clock.Advance(after)
		resumes(t, s, first, want)
	}
}

func TestASequenceFromTheFutureIsInvalid(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	_, first := ready(t, s)
	first.S = 99
	resumes(t, s, first, "4007")
}

func TestALibraryWithoutAcknowledgementsReconnects(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{Heartbeat: 100 * time.Millisecond})
	s.WithholdAcks(true)
	connect(t, s, least)
	if err := s.Await(soon(t), func() bool { return s.Counts().Connections >= 2 }); err != nil {
		t.Fatal(err)
	}
	s.WithholdAcks(false)
	// discordgo closes with 1000, which ends the session: nothing is resumed.
	if err := s.Await(soon(t), func() bool { return s.Counts().Ready >= 2 }); err != nil {
		t.Fatal(err)
	}
	if c := s.Counts(); c.ClosedByBot < 1 || c.Resumed != 0 {
		t.Errorf("counts %+v", c)
	}
}

func TestAGatewayOutOfReachTurnsAway(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	s.Unreachable(true)
	b := newBot(t, s, least)
	if err := b.Open(); err == nil {
		t.Fatal("opened")
	}
	s.Unreachable(false)
	b.open(t, s)
}

func TestReconnectMayComeBeforeReady(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	s.ReconnectBeforeReady(1)
	w := dial(t, s, "/?v=9&encoding=json")
	w.send(identify)
	w.until(7)
	w.send(identify)
	w.until(0)
}
