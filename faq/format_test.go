package faq_test

import (
	"reflect"
	"strings"
	"testing"

	"guichet/faq"
)

func body(first int, lines ...string) faq.Body { return faq.Body{Lines: lines, First: first} }

func TestAHeadingIsReadWithItsLevel(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]struct {
		level int
		text  string
	}{
		"# Un": {1, "Un"}, "## Deux": {2, "Deux"}, "###### Six": {6, "Six"}, "#   Espaces  ": {1, "Espaces"},
		"####### Sept": {}, "#Collé": {}, "Texte # milieu": {}, "": {}, " # décalé": {}, "- # liste": {},
	} {
		if level, text := faq.Heading(line); level != want.level || text != want.text {
			t.Errorf("Heading(%q) = %d, %q, want %d, %q", line, level, text, want.level, want.text)
		}
	}
}

func TestTheWaysToAskAreCutFromTheAnswerAtAnyLevel(t *testing.T) {
	t.Parallel()
	for _, heading := range []string{"## On le demande ainsi", "### On le demande ainsi", "###### On le demande ainsi"} {
		answer, asked := faq.SplitAsked(body(10, "Texte", heading, "", "- une", "- deux"))
		if !reflect.DeepEqual(answer, body(10, "Texte")) || !reflect.DeepEqual(asked, []faq.Phrase{{Text: "une", Line: 13}, {Text: "deux", Line: 14}}) {
			t.Errorf("%s: %+v, %+v", heading, answer, asked)
		}
	}
	answer, asked := faq.SplitAsked(body(1, "Texte", "On le demande ainsi", "- une"))
	if len(answer.Lines) != 3 || asked != nil {
		t.Errorf("without a heading: %+v, %+v", answer, asked)
	}
	if answer, asked := faq.SplitAsked(faq.Body{}); len(answer.Lines) != 0 || len(asked) != 0 {
		t.Errorf("of nothing: %+v, %+v", answer, asked)
	}
}

func TestOnlyLinesThatBeginWithADashAreBullets(t *testing.T) {
	t.Parallel()
	got := faq.Bullets(body(5, "- un", "texte", "-sans espace", "- ", "-   trois  ", "  - décalé", "* étoile", "- - tiret"))
	want := []faq.Phrase{{Text: "un", Line: 5}, {Text: "trois", Line: 9}, {Text: "- tiret", Line: 12}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("bullets %+v, want %+v", got, want)
	}
}

func TestADayIsReadAndWhatIsWrongWithItIsSaid(t *testing.T) {
	t.Parallel()
	for text, right := range map[string]bool{
		"2026-11-22": true, "2024-02-29": true, "": false, "2025-02-29": false, "22/11/2026": false, "2026-1-2": false, "2026-11-22 ": false, "hier": false,
	} {
		var said []string
		day := faq.ParseDay(text, func(s string) { said = append(said, s) })
		if right != (len(said) == 0) || right == day.IsZero() {
			t.Errorf("ParseDay(%q) = %v, saying %q", text, day, said)
		}
		if !right && len(said) > 0 && !strings.Contains(said[0], "2026-11-22") {
			t.Errorf("ParseDay(%q) does not show how a date is written: %q", text, said[0])
		}
	}
}

func TestTheFrontMatterIsDecodedAndTheRestCountedFromTheTop(t *testing.T) {
	t.Parallel()
	var head struct {
		Title string `yaml:"title"`
	}
	rest, err := faq.FrontMatter([]byte("---\ntitle: Été\n---\nun\ndeux"), &head)
	if err != nil || head.Title != "Été" || !reflect.DeepEqual(rest, body(4, "un", "deux")) {
		t.Errorf("%+v, %+v, %v", head, rest, err)
	}
	if rest := rest.From(1); rest.First != 5 || len(rest.Lines) != 1 {
		t.Errorf("From(1) = %+v", rest)
	}
	for text, line := range map[string]int{
		"": 1, "texte": 1, "---\ntitle: x\n": 1, "---\ntitle: x\nautre: y\n---\n": 3, "---\n\n\nautre: y\n---\n": 4, "---\ntitle: [x\n---\n": 2, "a\nb\n\xff": 3, " ---\n---\n": 1,
	} {
		if _, err := faq.FrontMatter([]byte(text), &head); err == nil || err.Line != line {
			t.Errorf("FrontMatter(%q) = %v, want line %d", text, err, line)
		} else if err.Text == "" {
			t.Errorf("FrontMatter(%q) does not say what is wrong", text)
		}
	}
}
