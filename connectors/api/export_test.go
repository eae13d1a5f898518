package api

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"guichet/bot"
)

// Routes lists what is served, as "METHOD /path".
func Routes() []string {
	var all []string
	for _, r := range new(api).routes() {
		all = append(all, r.method+" "+r.path)
	}
	return all
}

// RouteScopes gives the scope that each route needs, by its method in lower case and its path.
func RouteScopes() map[[2]string]string {
	all := map[[2]string]string{}
	for _, r := range new(api).routes() {
		all[[2]string{strings.ToLower(r.method), r.path}] = string(r.scope)
	}
	return all
}

// ReadFilter reads the parameters of a list of tickets; status is that of the refusal, 0 when they are taken.
func ReadFilter(parameters string) (filter bot.TicketFilter, status int) {
	request := &http.Request{URL: &url.URL{RawQuery: parameters}}
	filter, _, err := ticketFilter(call{Request: request})
	var refused problem
	if errors.As(err, &refused) {
		return filter, refused.status
	}
	if err != nil {
		return filter, http.StatusInternalServerError
	}
	return filter, 0
}

// Cursor makes the cursor of a page that ended with these.
func Cursor(parts ...string) string { return *newCursor(parts...) }
