package prose_test

import (
	"strings"
	"testing"

	"guichet/bot/prose"
)

func TestWhatAChatCannotShowIsReadAsItWasTyped(t *testing.T) {
	t.Parallel()
	d := prose.Dialect{SourceBase: "https://guichet.example/", Bullet: "• "}
	for markdown, want := range map[string]string{
		"**gras** et *italique*":               "gras et italique",
		"- un\n- deux\n  - trois":              "• un\n• deux\n  • trois",
		"<b>balise</b>":                        "<b>balise</b>",
		"[nous](mailto:a@exemple.fr)":          "nous (a@exemple.fr)",
		"# Titre\n\nTexte":                     "Titre\n\nTexte",
		"Ana" + prose.Escape("*_[x](y)*"):      "Ana*_[x](y)*",
		"[la prime](micro.prime) et `un code`": "la prime et un code",
	} {
		if got := prose.Letters(d.Read(markdown).Glyphs); got != want {
			t.Errorf("%q reads %q, want %q", markdown, got, want)
		}
	}
	glyphs := d.Read("[la prime](micro.prime)").Glyphs
	if link := glyphs[0].Style.Link; link != "https://guichet.example/source/micro.prime" {
		t.Errorf("leads to %q", link)
	}
}

func TestACutLosesNothingButSpace(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("Une phrase. Une autre, plus longue que la première !\n\n", 20)
	glyphs := prose.Dialect{}.Read(text).Glyphs
	size := func(g []prose.Glyph) int { return len(g) }
	for _, limit := range []int{10, 60, 100, 5000} {
		var joined strings.Builder
		for _, part := range prose.Split(glyphs, limit, size) {
			if len(part) > limit {
				t.Errorf("a part of %d, at most %d", len(part), limit)
			}
			joined.WriteString(prose.Letters(part))
		}
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if squeeze(joined.String()) != squeeze(text) {
			t.Errorf("cut at %d: %q", limit, joined.String())
		}
	}
}
