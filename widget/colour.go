package widget

import (
	"fmt"
	"math"
	"strconv"
)

// The surfaces that colours are compared with: of those a text in the accent stands on, the least favourable, which
// the style sheets call --tint.
const (
	lightSurface = "#f0ede7"
	darkSurface  = "#2b2927"
	usualColour  = "#24507a" // of a site without a colour
)

// readable is the contrast that WCAG 2.2 asks between a text and its ground (1.4.3, AA).
const readable = 4.5

// palette is a site's accent, made readable: a fill with what is written on it, and the same hue as text.
type palette struct {
	Fill  string // the site's colour, behind a text
	On    string // black or white, whichever contrasts more with Fill
	Light string // text and lines on the light surface: the colour, darkened until readable
	Dark  string // the same on the dark surface: lightened
}

type colour struct{ r, g, b float64 } // 0 to 255

func newPalette(text string) (palette, error) {
	if text == "" {
		text = usualColour
	}
	fill, err := parseColour(text)
	if err != nil {
		return palette{}, err
	}
	black, white := colour{}, colour{255, 255, 255}
	p := palette{Fill: fill.String(), On: black.String()}
	if contrast(fill, white) >= contrast(fill, black) {
		p.On = white.String()
	}
	light, _ := parseColour(lightSurface)
	dark, _ := parseColour(darkSurface)
	p.Light = towards(fill, black, light).String()
	p.Dark = towards(fill, white, dark).String()
	return p, nil
}

// towards mixes a colour with another in small steps until it is readable on a surface.
func towards(c, goal, surface colour) colour {
	for step := 0.0; step <= 1; step += 0.02 {
		mixed := colour{c.r + (goal.r-c.r)*step, c.g + (goal.g-c.g)*step, c.b + (goal.b-c.b)*step}.round()
		if contrast(mixed, surface) >= readable {
			return mixed
		}
	}
	return goal
}

func parseColour(text string) (colour, error) {
	n, err := strconv.ParseUint(text[min(1, len(text)):], 16, 32)
	if err != nil || len(text) != 7 || text[0] != '#' {
		return colour{}, fmt.Errorf("colour %q should read #rrggbb", text)
	}
	return colour{float64(n >> 16), float64(n >> 8 & 255), float64(n & 255)}, nil
}

func (c colour) round() colour { return colour{math.Round(c.r), math.Round(c.g), math.Round(c.b)} }

func (c colour) String() string {
	return fmt.Sprintf("#%02x%02x%02x", uint8(c.r), uint8(c.g), uint8(c.b))
}

// contrast is WCAG's contrast ratio, 1 to 21.
func contrast(a, b colour) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// luminance is WCAG's relative luminance, 0 to 1.
func luminance(c colour) float64 {
	linear := func(v float64) float64 {
		v /= 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.r) + 0.7152*linear(c.g) + 0.0722*linear(c.b)
}

// css declares the palette for a selector, in both schemes.
func (p palette) css(selector string) string {
	return fmt.Sprintf("%[1]s{--fill:%[2]s;--on:%[3]s;--accent:%[4]s}\n@media (prefers-color-scheme:dark){%[1]s{--accent:%[5]s}}\n",
		selector, p.Fill, p.On, p.Light, p.Dark)
}
