package bot

import (
	"strconv"
	"time"
)

// How long conversations are kept: by this the daily job deletes (postgres.DefaultRetention), and this each channel says at the
// first contact (Règlement (UE) 2016/679, article 13, 2, a).
const (
	KeptConversation = 90 * 24 * time.Hour      // without a ticket, since the last message
	KeptRequest      = 3 * 365 * 24 * time.Hour // with tickets, since the last of them was closed
)

// KeptPeriods are both as they are read in a language: "90 jours" and "3 ans".
func KeptPeriods(language string) (conversation, request string) {
	v := voiceOf(language)
	return v.period(KeptConversation), v.period(KeptRequest)
}

// textPeriod writes a period in whole years, else in days.
func textPeriod(d time.Duration) string { return writePeriod(d, " jour", " jours", " an", " ans") }

func englishPeriod(d time.Duration) string { return writePeriod(d, " day", " days", " year", " years") }

func writePeriod(d time.Duration, day, days, year, years string) string {
	const inDay, inYear = 24 * time.Hour, 365 * 24 * time.Hour
	n, one, many := int(d/inDay), day, days
	if d >= inYear && d%inYear == 0 {
		n, one, many = int(d/inYear), year, years
	}
	if n == 1 {
		return "1" + one
	}
	return strconv.Itoa(n) + many
}
