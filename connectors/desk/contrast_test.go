package desk_test

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var token = regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`)

// tokens reads the colours of a block of the styles.
func tokens(block string) map[string]string {
	colours := map[string]string{}
	for _, m := range token.FindAllStringSubmatch(block, -1) {
		colours[m[1]] = m[2]
	}
	return colours
}

func TestColoursHaveTheContrastOfWCAGInLightAndDark(t *testing.T) {
	t.Parallel()
	styles, err := os.ReadFile("assets/desk.css")
	if err != nil {
		t.Fatal(err)
	}
	light, rest, _ := strings.Cut(string(styles), "@media (prefers-color-scheme: dark)")
	dark, _, _ := strings.Cut(rest, "*, ::before")
	for scheme, colours := range map[string]map[string]string{"light": tokens(light), "dark": tokens(dark)} {
		check := func(front, back string, want float64) {
			t.Helper()
			if colours[front] == "" || colours[back] == "" {
				t.Fatalf("%s: no colour %s or %s", scheme, front, back)
			}
			if got := contrast(colours[front], colours[back]); got < want {
				t.Errorf("%s: %s on %s has %.2f:1, want %.1f:1", scheme, front, back, got, want)
			}
		}
		for _, back := range []string{"surface", "ground", "tint", "mine", "note", "alert-ground"} {
			check("ink", back, 7)
		}
		for _, back := range []string{"surface", "ground", "tint"} {
			check("muted", back, 4.5)
			check("accent", back, 4.5)
			check("edge", back, 3)
		}
		check("accent", "mine", 4.5)
		check("on", "fill", 4.5)
		check("on", "fill-hover", 4.5)
		check("surface", "ink", 4.5)
		check("note-ink", "note", 4.5)
		check("muted", "note", 4.5)
		check("note-edge", "note", 3)
		check("alert", "surface", 4.5)
		check("alert", "ground", 4.5)
		check("alert", "alert-ground", 4.5)
	}
}

// contrast is WCAG's ratio of two colours, rrggbb.
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func luminance(colour string) float64 {
	n, _ := strconv.ParseUint(colour, 16, 32)
	sum := 0.0
	for i, weight := range []float64{0.0722, 0.7152, 0.2126} {
		c := float64(n>>(8*i)&0xff) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
