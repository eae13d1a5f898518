package desk

import (
	"net/http"
	"net/url"
	"sync"
	"time"

	"guichet/bot"

	bcp47 "golang.org/x/text/language"
)

// languageCookie holds the language chosen in a browser, for the pages before the sign-in and for accounts that chose none.
const (
	languageCookie = "guichet_language"
	languageLife   = 365 * 24 * time.Hour
)

// book is the pages of one language.
type book struct {
	language
	pages
}

// books are the same for every desk: they are part of the program.
var books = sync.OnceValues(func() ([]book, error) {
	all, err := languages()
	if err != nil {
		return nil, err
	}
	files, err := loadAssets()
	if err != nil {
		return nil, err
	}
	made := make([]book, len(all))
	for i, l := range all {
		made[i] = book{l, l.loadPages(files)}
	}
	return made, nil
})

// speak makes the desk of each language: its own pages and its own table of routes, with all else in common.
func (d *desk) speak() error {
	all, err := books()
	if err != nil {
		return err
	}
	d.speaking = make([]*desk, len(all))
	for i, b := range all {
		spoken := *d
		spoken.language, spoken.clock.language, spoken.pages = b.language, b.language, b.pages
		spoken.table = spoken.routes()
		d.speaking[i] = &spoken
	}
	return nil
}

// in is the desk in a language; nil where it is none that the desk speaks.
func (d *desk) in(code string) *desk {
	for _, spoken := range d.speaking {
		if spoken.Code == code {
			return spoken
		}
	}
	return nil
}

// inFrench is the desk as customers read what it writes to them.
func (d *desk) inFrench() *desk { return d.speaking[0] }

// matcher finds the nearest of our languages, the first where none is near.
var matcher = bcp47.NewMatcher([]bcp47.Tag{bcp47.French, bcp47.English})

// of is the desk in the language of a request: the one chosen in that browser, else the one that the browser asks for.
func (d *desk) of(r *http.Request) *desk {
	if cookie, err := r.Cookie(languageCookie); err == nil {
		if chosen := d.in(cookie.Value); chosen != nil {
			return chosen
		}
	}
	_, nearest := bcp47.MatchStrings(matcher, r.Header.Get("Accept-Language"))
	return d.speaking[nearest]
}

// ofUser is the desk in the language of who is signed in, of the request where they never chose one.
func (d *desk) ofUser(r *http.Request, user bot.User) *desk {
	if chosen := d.in(user.Language); chosen != nil {
		return chosen
	}
	return d.of(r)
}

// opened runs a route of the table that is open to anybody, in the language of the request. ?lang= chooses another one.
func (d *desk) opened(at int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		if chosen := d.in(query.Get("lang")); chosen != nil && r.Method == http.MethodGet {
			chosen.remember(w)
			query.Del("lang")
			http.Redirect(w, r, (&url.URL{Path: r.URL.Path, RawQuery: query.Encode()}).String(), http.StatusSeeOther)
			return
		}
		d.of(r).table[at].open(w, r)
	}
}

// remember has the browser ask for this language from now on.
func (d *desk) remember(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure when the desk is served over HTTPS
		Name: languageCookie, Value: d.Code, Path: "/desk", MaxAge: int(languageLife.Seconds()),
		HttpOnly: true, Secure: d.secure, SameSite: http.SameSiteLaxMode,
	})
}

// tongue is a link to a page in another language.
type tongue struct{ Href, Code, Name string }

// door begins a page before the sign-in, with the way to it in the other language. What its address holds is kept, also
// where a form brought it.
func (d *desk) door(r *http.Request, title french) page {
	p := d.outside(title)
	for _, other := range d.speaking {
		if other.Code == d.Code {
			continue
		}
		query := url.Values{"lang": {other.Code}}
		for _, name := range []string{"token", "next"} {
			if value := r.FormValue(name); value != "" {
				query.Set(name, value)
			}
		}
		p.Other = &tongue{Href: r.URL.Path + "?" + query.Encode(), Code: other.Code, Name: other.Name}
	}
	return p
}

// languageOptions are the languages, each named in itself.
func (d *desk) languageOptions() []option {
	var all []option
	for _, other := range d.speaking {
		all = append(all, option{Value: other.Code, Label: other.Name, Selected: other.Code == d.Code})
	}
	return all
}

// setLanguage keeps the language that somebody chose with their account, and in this browser.
func (d *desk) setLanguage(w http.ResponseWriter, r *http.Request, user bot.User) {
	chosen := d.in(r.PostFormValue("language"))
	if chosen == nil {
		d.failed(w, r, http.StatusBadRequest)
		return
	}
	if err := d.accounts.SetLanguage(r.Context(), user.Email, chosen.Code); err != nil {
		d.broken(w, r, "choose a language", err)
		return
	}
	chosen.remember(w)
	http.Redirect(w, r, "/desk/account?done=language", http.StatusSeeOther)
}
