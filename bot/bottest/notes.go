package bottest

import (
	"errors"
	"maps"
	"testing"
	"time"

	"guichet/bot"
)

// TestNotes tests an implementation of bot.Notes.
func TestNotes(t *testing.T, open func(t *testing.T) bot.Notes) {
	t.Helper()
	run(t, open, []testCase[bot.Notes]{
		{"a note is read until it is replaced or dropped", testNoteLife},
		{"a note whose life has ended is gone", testNoteEnds},
		{"notes are listed by the beginning of their name", testNotesNamed},
	})
}

func keepNote(t *testing.T, s bot.Notes, channel, name, value string, life time.Duration) {
	t.Helper()
	if err := s.KeepNote(t.Context(), channel, name, []byte(value), life); err != nil {
		t.Fatalf("KeepNote: %v", err)
	}
}

func testNoteLife(t *testing.T, s bot.Notes) {
	if _, err := s.Note(t.Context(), "discord", "a"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a note that nobody kept: %v", err)
	}
	keepNote(t, s, "discord", "a", "1", time.Hour)
	keepNote(t, s, "discord", "a", "2", time.Hour)
	keepNote(t, s, "telegram", "a", "3", time.Hour)
	if v, err := s.Note(t.Context(), "discord", "a"); string(v) != "2" || err != nil {
		t.Errorf("Note gives %q, %v", v, err)
	}
	for range 2 {
		if err := s.DropNote(t.Context(), "discord", "a"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Note(t.Context(), "discord", "a"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a note that was dropped: %v", err)
	}
	if v, err := s.Note(t.Context(), "telegram", "a"); string(v) != "3" || err != nil {
		t.Errorf("the other channel's is %q, %v", v, err)
	}
	if err := s.KeepNote(t.Context(), "discord", "", nil, time.Hour); err == nil {
		t.Error("a note without a name is kept")
	}
}

func testNoteEnds(t *testing.T, s bot.Notes) {
	keepNote(t, s, "discord", "a", "1", -time.Second)
	if _, err := s.Note(t.Context(), "discord", "a"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("Note: %v", err)
	}
	if all, err := s.NotesNamed(t.Context(), "discord", ""); len(all) != 0 || err != nil {
		t.Errorf("NotesNamed gives %v, %v", all, err)
	}
}

func testNotesNamed(t *testing.T, s bot.Notes) {
	for _, name := range []string{"seen:1", "seen:2", "seen%", "other"} {
		keepNote(t, s, "discord", name, name, time.Hour)
	}
	all, err := s.NotesNamed(t.Context(), "discord", "seen:")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for name, value := range all {
		got[name] = string(value)
	}
	if want := map[string]string{"seen:1": "seen:1", "seen:2": "seen:2"}; !maps.Equal(got, want) {
		t.Errorf("NotesNamed gives %v", got)
	}
}
