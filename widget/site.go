package widget

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"guichet/bot"
)

// site is a site with what was worked out from its settings at the start.
type site struct {
	bot.Site
	palette palette
	hours   bot.Hours
	origins map[string]bool // normalised
}

func readSites(list []bot.Site) (map[string]*site, error) {
	sites := map[string]*site{}
	for _, given := range list {
		one, err := readSite(given)
		if err != nil {
			return nil, fmt.Errorf("widget: site %s: %w", given.ID, err)
		}
		sites[given.ID] = one
	}
	return sites, nil
}

// CheckSite finds the first mistake in what a site says of its colour and of where it may be embedded: a *bot.SettingError.
func CheckSite(given bot.Site) error {
	_, err := readSite(given)
	return err
}

func readSite(given bot.Site) (*site, error) {
	colours, err := newPalette(given.Colour)
	if err != nil {
		return nil, &bot.SettingError{Path: []string{"colour"}, Says: err.Error()}
	}
	hours, err := bot.ReadHours(given.Opening)
	if err != nil {
		return nil, err
	}
	one := &site{Site: given, palette: colours, hours: hours, origins: map[string]bool{}}
	for _, origin := range given.Origins {
		normal, ok := normalOrigin(origin)
		if !ok {
			return nil, &bot.SettingError{Path: []string{"origins"}, Says: fmt.Sprintf("%q should read https://www.example.fr", origin)}
		}
		one.origins[normal] = true
	}
	return one, nil
}

// demoSite names the site of the demo page, whose text is about one insurer; the first when that one is not served.
func demoSite(list []bot.Site) string {
	for _, s := range list {
		if s.ID == "micro" {
			return s.ID
		}
	}
	if len(list) > 0 {
		return list[0].ID
	}
	return ""
}

// normalOrigin writes an origin as browsers send it: lower case, without the scheme's own port.
func normalOrigin(text string) (string, bool) {
	u, err := url.Parse(strings.ToLower(strings.TrimSuffix(strings.TrimSpace(text), "/")))
	if err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.User != nil {
		return "", false
	}
	switch u.Scheme {
	case "https":
		u.Host = strings.TrimSuffix(u.Host, ":443")
	case "http":
		u.Host = strings.TrimSuffix(u.Host, ":80")
	default:
		return "", false
	}
	return u.Scheme + "://" + u.Host, true
}

// foreignOrigin is the origin of a request from another host, normalised; "" when it comes from ours or from no page
// at all. ok is false for an origin that cannot be read, such as the "null" of a sandboxed frame.
func foreignOrigin(r *http.Request) (origin string, ok bool) {
	given := r.Header.Get("Origin")
	if given == "" {
		return "", true // not a browser: the token is what protects a conversation
	}
	normal, ok := normalOrigin(given)
	if !ok {
		return "", false
	}
	if u, err := url.Parse(normal); err == nil {
		own, _ := normalOrigin(u.Scheme + "://" + r.Host)
		if own == normal {
			return "", true
		}
	}
	return normal, true
}

// anyoneAllows is the check before a socket opens: some site must allow the origin. Which one is only known from the
// first frame, where allows has the last word.
func (s *Server) anyoneAllows(r *http.Request) bool {
	origin, ok := foreignOrigin(r)
	if !ok {
		return false
	}
	for _, one := range s.sites {
		if one.allows(origin) {
			return true
		}
	}
	return origin == ""
}

func (s *site) allows(origin string) bool { return origin == "" || s.origins[origin] }

// framedBy are the origins whose pages may hold the site's chat page in a frame.
func (s *site) framedBy() []string {
	return append([]string{"'self'"}, slices.Sorted(maps.Keys(s.origins))...)
}
