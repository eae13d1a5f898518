package api_test

import (
	"net/url"
	"slices"
	"testing"
	"unicode/utf8"

	"guichet/bot"
	"guichet/connectors/api"
)

func FuzzParametersOfAList(f *testing.F) {
	f.Add("status=open&status=waiting&limit=20&text=%C3%A9")
	f.Add("cursor=" + api.Cursor("1793610000000000", "G-4F7K-2MQ9"))
	f.Add("cursor=" + api.Cursor("-1", ""))
	f.Add("limit=9999999999999999999&cursor=%FF&status=%00")
	f.Fuzz(func(t *testing.T, parameters string) {
		filter, status := api.ReadFilter(parameters)
		if status != 0 && status != 400 {
			t.Fatalf("%q is refused with %d", parameters, status)
		}
		if status != 0 {
			return
		}
		if filter.After != nil && filter.After.CreatedAt.Year() < 1970 {
			t.Errorf("%q asks for %v, before all time", parameters, filter.After.CreatedAt)
		}
		for _, s := range filter.Statuses {
			if !slices.Contains(bot.Statuses(), s) {
				t.Errorf("%q asks for the status %q", parameters, s)
			}
		}
		values, _ := url.ParseQuery(parameters)
		for name := range values {
			if name != "status" && len(values[name]) > 1 || !utf8.ValidString(filter.Text) {
				t.Errorf("%q is taken", parameters)
			}
		}
	})
}
