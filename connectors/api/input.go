package api

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/bot"
)

// readJSON reads the body of a request into value, strictly: a misspelt field would otherwise be silently ignored.
func readJSON(c call, value any) error {
	if kind, _, err := mime.ParseMediaType(c.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return problem{http.StatusUnsupportedMediaType, `send JSON, with the header "Content-Type: application/json"`}
	}
	decoder := json.NewDecoder(c.Body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(value)
	if err == nil {
		if _, more := decoder.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is more after the object")
		}
	}
	var large *http.MaxBytesError
	var mistyped *json.UnmarshalTypeError
	var known problem
	switch {
	case err == nil:
		return nil
	case errors.As(err, &large), errors.As(err, &known):
		return err
	case errors.As(err, &mistyped):
		return problem{http.StatusBadRequest, "the field " + strconv.Quote(mistyped.Field) + " of the body should be a " + mistyped.Type.Kind().String()}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return problem{http.StatusBadRequest, "the body has a field that is not known here: " + name}
	}
	return problem{http.StatusBadRequest, "the body is not one JSON object: check its quotes, commas and braces"}
}

// longestText is that of a reply and of a note, in characters, as at the desk.
const longestText = 10_000

func checkText(what, text string, most int) error {
	switch {
	case !utf8.ValidString(text):
		return invalid("the %s is not valid UTF-8", what)
	case strings.TrimSpace(text) == "":
		return invalid("the %s is empty", what)
	case utf8.RuneCountInString(text) > most:
		return invalid("the %s has %d characters, at most %d are taken: shorten it", what, utf8.RuneCountInString(text), most)
	}
	return nil
}

// once recognises a repeated write by the header Idempotency-Key. Each key of the API has its own.
func once(c call) (string, error) {
	given := strings.Trim(c.Header.Get("Idempotency-Key"), `"`) // the draft standard has it quoted
	if given == "" {
		return "", nil
	}
	if len(given) > 100 || strings.ContainsFunc(given, func(r rune) bool { return r < '!' || r > '~' }) {
		return "", problem{http.StatusBadRequest, "the header Idempotency-Key should hold at most 100 visible ASCII characters, such as a UUID"}
	}
	return c.key.Actor().Email + " " + given, nil
}

// query reads the parameters of a list.
type query struct {
	values map[string][]string
	err    error // the first thing that is wrong
}

// queryOf refuses parameters other than the known ones: a misspelt filter would otherwise list everything.
func queryOf(c call, known ...string) *query {
	q := &query{values: c.URL.Query()}
	for name, values := range q.values {
		switch {
		case !slices.Contains(known, name):
			q.refuse("there is no parameter " + strconv.Quote(name) + " here: the parameters are " + strings.Join(known, ", "))
		case len(values) > 1 && name != "status":
			q.refuse("the parameter " + name + " is given more than once")
		case !utf8.ValidString(strings.Join(values, "")):
			q.refuse("the parameter " + name + " is not valid UTF-8")
		}
	}
	return q
}

func (q *query) refuse(detail string) {
	if q.err == nil {
		q.err = problem{http.StatusBadRequest, detail}
	}
}

func (q *query) text(name string) string {
	if len(q.values[name]) == 0 {
		return ""
	}
	return q.values[name][0]
}

// Pages of a list, in entries.
const (
	usualLimit = 50
	mostLimit  = 200
)

func (q *query) limit() int {
	if q.text("limit") == "" {
		return usualLimit
	}
	n, err := strconv.Atoi(q.text("limit"))
	if err != nil || n < 1 || n > mostLimit {
		q.refuse("limit should be a number from 1 to " + strconv.Itoa(mostLimit))
		return usualLimit
	}
	return n
}

func (q *query) time(name string) time.Time {
	if q.text(name) == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, q.text(name))
	if err != nil {
		q.refuse(name + " should be a moment such as 2026-11-02T09:00:00Z")
	}
	return at
}

// cursor gives the parts of the cursor that a page before this one ended with; nil on the first page.
func (q *query) cursor(parts int) []string {
	given := q.text("cursor")
	if given == "" {
		return nil
	}
	data, err := base64.RawURLEncoding.DecodeString(given)
	found := strings.Split(string(data), " ")
	if err != nil || len(found) != parts {
		q.refuse(badCursor)
		return nil
	}
	return found
}

const badCursor = "the cursor is none that was given out: send the one of next as it came, or none for the first page"

func newCursor(parts ...string) *string {
	cursor := base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, " ")))
	return &cursor
}

func validStatus(status bot.Status) bool { return slices.Contains(bot.Statuses(), status) }
