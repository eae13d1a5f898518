package desk

import (
	"bytes"
	"testing"
)

// A page is parsed when it is first shown, so that a mistake in one is found here.
func TestEveryPageParsesInEveryLanguage(t *testing.T) {
	t.Parallel()
	d := &desk{}
	if err := d.speak(); err != nil {
		t.Fatal(err)
	}
	if len(d.speaking) < 2 {
		t.Fatalf("the desk speaks %d languages", len(d.speaking))
	}
	for _, spoken := range d.speaking {
		for name, parse := range spoken.pages {
			if _, err := parse(); err != nil {
				t.Errorf("%s in %s: %v", name, spoken.Name, err)
			}
		}
	}
}

func TestAPageThatIsNotInTheListIsAnError(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := (pages{}).execute(&b, "nowhere", false, nil); err == nil || b.Len() > 0 {
		t.Errorf("a page without a template gave %q and %v", b.String(), err)
	}
}
