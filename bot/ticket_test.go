package bot_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"guichet/bot"
)

// A reference is read aloud on the telephone: no I, L, O or U.
var referenceForm = regexp.MustCompile(`^G-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`)

func TestAReferenceHasNoLetterThatIsMistakenForAnother(t *testing.T) {
	t.Parallel()
	seen := map[rune]bool{}
	for range 500 {
		reference, err := bot.NewReference(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if !referenceForm.MatchString(reference) {
			t.Fatalf("the reference is %q", reference)
		}
		for _, r := range strings.ReplaceAll(reference[2:], "-", "") {
			seen[r] = true
		}
	}
	if len(seen) != 32 {
		t.Errorf("4 000 characters use %d letters of the alphabet's 32", len(seen))
	}
}

func TestEveryByteGivesALetterOfTheAlphabetAndEachIsAsLikely(t *testing.T) {
	t.Parallel()
	count := map[byte]int{}
	for b := range 256 {
		reference, err := bot.NewReference(bytes.NewReader(bytes.Repeat([]byte{byte(b)}, 64)))
		if err != nil {
			t.Fatal(err)
		}
		if !referenceForm.MatchString(reference) {
			t.Errorf("bytes %d give %q", b, reference)
		}
		count[reference[2]]++
	}
	for letter, n := range count {
		if n != 8 {
			t.Errorf("%c comes from %d bytes of 256, want 8", letter, n)
		}
	}
}

func TestTheSameBytesGiveTheSameReferenceAndOthersAnother(t *testing.T) {
	t.Parallel()
	make := func(seed string) string {
		reference, err := bot.NewReference(strings.NewReader(seed))
		if err != nil {
			t.Fatal(err)
		}
		return reference
	}
	if first, second := make("abcdefghijklmnop"), make("abcdefghijklmnop"); first != second {
		t.Error("one seed gives two references")
	}
	if make("abcdefghijklmnop") == make("bbcdefghijklmnop") {
		t.Error("the first byte does not matter")
	}
}

func TestWithoutRandomBytesThereIsNoReference(t *testing.T) {
	t.Parallel()
	for _, random := range []io.Reader{strings.NewReader(""), strings.NewReader("abc")} {
		reference, err := bot.NewReference(random)
		if err == nil || reference != "" {
			t.Errorf("NewReference of too few bytes = %q, %v", reference, err)
		}
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("the error does not say why: %v", err)
		}
	}
}

func TestEveryCategoryIsDefinedOnceAndEveryFieldIsNamed(t *testing.T) {
	t.Parallel()
	seen := map[bot.Category]bool{}
	for _, d := range bot.Definitions() {
		if seen[d.Category] || d.Label == "" || len(d.Required) == 0 {
			t.Errorf("the definition of %s is %+v", d.Category, d)
		}
		seen[d.Category] = true
		fields := map[bot.Field]bool{}
		for _, f := range d.Fields() {
			if fields[f] || f.Label() == "" || strings.Contains(f.Label(), "_") || f.Label() == "email" {
				t.Errorf("the field %s of %s is listed twice or not named in French: %q", f, d.Category, f.Label())
			}
			fields[f] = true
		}
		if again, ok := bot.Define(d.Category); !ok || again.Label != d.Label {
			t.Errorf("Define(%s) = %+v, %v", d.Category, again, ok)
		}
	}
	for _, c := range []bot.Category{bot.AttestationCorrection, bot.AttestationCopy, bot.Claim, bot.Complaint, bot.Human} {
		if !seen[c] {
			t.Errorf("%s has no definition", c)
		}
	}
	if _, ok := bot.Define("refund"); ok {
		t.Error("an unknown category is defined")
	}
}

func TestChangingAListOfDefinitionsChangesNobodyElses(t *testing.T) {
	t.Parallel()
	d, _ := bot.Define(bot.Claim)
	fields := d.Fields()
	fields[0] = "broken"
	d.Required[0] = "broken"
	if again, _ := bot.Define(bot.Claim); again.Required[0] == "broken" || again.Fields()[0] == "broken" {
		t.Error("a definition can be changed from outside")
	}
}
