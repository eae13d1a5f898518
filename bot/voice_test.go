package bot

import (
	"fmt"
	"reflect"
	"testing"
)

// TestBothLanguagesSayEverything fails where a sentence exists in one language only, or is the same in both.
func TestBothLanguagesSayEverything(t *testing.T) {
	t.Parallel()
	same := map[string]bool{"site": true, "source": true} // words that both languages write so
	onlyEnglish := map[string]bool{"quoting": true, "masks": true}
	fr, en := reflect.ValueOf(french), reflect.ValueOf(english)
	for i := range fr.NumField() {
		name := fr.Type().Field(i).Name
		if en.Field(i).IsZero() || fr.Field(i).IsZero() != onlyEnglish[name] {
			t.Errorf("%s is missing in one language", name)
		}
		if fr.Field(i).Kind() == reflect.String && fr.Field(i).String() == en.Field(i).String() && !same[name] {
			t.Errorf("%s is the same in both: %q", name, fr.Field(i).String())
		}
	}
	// What the functions say of each thing there is to say.
	fields := []Field{AttestationNumber, ContractNumber, Siren, Siret, SubscriptionDate, IncidentDate, Correction, Name, Email, Phone, Place, Description}
	alike := map[string]bool{"description": true}
	differ := func(what, a, b string) {
		t.Helper()
		if a == "" || b == "" || a == b && !alike[a] {
			t.Errorf("%s: %q and %q", what, a, b)
		}
	}
	for _, d := range Definitions() {
		differ("the request "+string(d.Category), french.request(d.Category), english.request(d.Category))
		differ("the opening of "+string(d.Category), french.opening(d.Category), english.opening(d.Category))
		differ("about "+string(d.Category), french.labelAbout(d.Category), english.labelAbout(d.Category))
		for _, f := range d.Required {
			differ(fmt.Sprint("the question for ", f, " of ", d.Category), french.ask(f, d.Category), english.ask(f, d.Category))
		}
	}
	for _, f := range fields {
		differ("the label of "+string(f), french.label(f), english.label(f))
		if english.label(f) == string(f) && f != Name && f != Place && f != Description {
			t.Errorf("%s has no label in English", f)
		}
	}
	for _, why := range []refusal{badSIREN, badSIRET, badEmail, futureDate, unreadableDate, badAttestation, refusal(Phone), refusal(IncidentDate), "?"} {
		v := value{Field: Siren, Raw: "123456789", Refused: why}
		differ("refused "+string(why), french.refused(v), english.refused(v))
		if why != "?" && english.refused(v) == english.refused(value{Refused: "?"}) {
			t.Errorf("%s has no sentence of its own in English", why)
		}
	}
}
