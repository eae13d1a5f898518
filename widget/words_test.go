package widget

import (
	"reflect"
	"testing"
)

// TestTheChatSaysEverythingInBothLanguages fails where a sentence exists in one language only, or is the same in both.
func TestTheChatSaysEverythingInBothLanguages(t *testing.T) {
	t.Parallel()
	var compare func(what string, fr, en reflect.Value)
	compare = func(what string, fr, en reflect.Value) {
		switch {
		case fr.Kind() == reflect.Struct:
			for i := range fr.NumField() {
				compare(fr.Type().Field(i).Name, fr.Field(i), en.Field(i))
			}
		case fr.IsZero() || en.IsZero():
			t.Errorf("%s is missing in one language", what)
		case fr.Kind() == reflect.String && fr.String() == en.String():
			t.Errorf("%s is the same in both: %q", what, fr.String())
		}
	}
	compare("words", reflect.ValueOf(french), reflect.ValueOf(english))
	other := english.errorText("?")
	for _, code := range []string{notJSON, notText, notUTF8, unknownType, badVersion, unknownSite, badOrigin, badToken, badIdentity, notDone, helloMissing, helloRepeated,
		badID, badChoice, emptyText, tooLong, tooFast, notRecorded, noRoom, notElsewhere, noMail, badAddress, mailedOften, nothingSaid, badFile, busy} {
		if fr, en := french.errorText(code), english.errorText(code); fr == en || en == other {
			t.Errorf("%s is said %q and %q", code, fr, en)
		}
	}
	for _, kept := range [][]string{nil, {"G-4F7K-2MQ9"}} {
		if french.erased(kept) == english.erased(kept) {
			t.Errorf("erased, %v kept, is said the same", kept)
		}
	}
}
