package bot_test

import (
	"testing"

	"guichet/bot"
)

func TestAHouseholdCountsOnce(t *testing.T) {
	t.Parallel()
	for remote, want := range map[string]string{
		"203.0.113.7:5000":          "203.0.113.7",
		"203.0.113.7":               "203.0.113.7",
		"[::ffff:203.0.113.7]:5000": "203.0.113.7",
		"[2001:db8:1:2:3::4]:5000":  "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::9":      "2001:db8:1:2::/64",
		"[2001:db8:1:3::4]:5000":    "2001:db8:1:3::/64",
		"[fe80::1%eth0]:5000":       "fe80::/64",
		"@":                         "@",
		"":                          "",
	} {
		if got := bot.Network(remote); got != want {
			t.Errorf("%q counts as %q, want %q", remote, got, want)
		}
	}
}
