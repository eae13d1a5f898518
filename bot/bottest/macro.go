package bottest

import (
	"errors"
	"testing"

	"guichet/bot"
)

// MacroStore is what macros are tested on.
type MacroStore interface {
	bot.Macros
	bot.Audit
}

// TestMacros checks an implementation of bot.Macros.
func TestMacros(t *testing.T, open func(t *testing.T) MacroStore) {
	run(t, open, []testCase[MacroStore]{{"macros are kept by name, and each change is recorded", keepsMacros}})
}

func keepsMacros(t *testing.T, s MacroStore) {
	ctx := bot.ActAs(t.Context(), bot.Actor{Who: marie.Email})
	ok(t, s.SaveMacro(ctx, bot.Macro{Name: "Relance", Text: "Bonjour {{nom}}"}))
	ok(t, s.SaveMacro(ctx, bot.Macro{Name: "accueil", Text: "Bienvenue\n</textarea>"}))
	all, err := s.Macros(ctx)
	ok(t, err)
	if len(all) != 2 || all[0].Name != "accueil" || all[0].Text != "Bienvenue\n</textarea>" || all[1].By != marie.Email || all[1].At.IsZero() {
		t.Fatalf("the macros are %+v", all)
	}
	if err := s.SaveMacro(ctx, bot.Macro{Name: "Relance", Text: "x"}); !errors.Is(err, bot.ErrExists) {
		t.Errorf("a name that is taken gives %v", err)
	}
	all[1].Name, all[1].Text = "Rappel", "Bonsoir"
	ok(t, s.SaveMacro(ctx, all[1]))
	ok(t, s.RemoveMacro(ctx, all[0].ID))
	for name, err := range map[string]error{
		"SaveMacro": s.SaveMacro(ctx, bot.Macro{ID: all[0].ID, Name: "x", Text: "x"}), "RemoveMacro": s.RemoveMacro(ctx, all[0].ID),
	} {
		if !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("%s of one that is gone gives %v", name, err)
		}
	}
	if left, err := s.Macros(ctx); err != nil || len(left) != 1 || left[0].Name != "Rappel" || left[0].Text != "Bonsoir" {
		t.Errorf("left are %+v, %v", left, err)
	}
	log, err := s.Audit(ctx, bot.AuditFilter{Who: marie.Email})
	ok(t, err)
	var got []string
	for _, e := range log {
		got = append(got, string(e.Action)+" "+e.Object)
	}
	want := []string{"macro_removed accueil", "macro_saved Rappel", "macro_saved accueil", "macro_saved Relance"}
	if len(got) != len(want) {
		t.Fatalf("recorded is %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("recorded is %q, want %q", got, want)
		}
	}
}
