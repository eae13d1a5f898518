package bot

import (
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the machine may have none
)

// months are the French names, from January.
var months = strings.Fields("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")

// TextDate writes a date as French people read it, 1er février 2026; empty for the zero time. The zone is that of day.
func TextDate(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	number := strconv.Itoa(day.Day())
	if day.Day() == 1 {
		number = "1er"
	}
	return number + " " + months[day.Month()-1] + " " + strconv.Itoa(day.Year())
}

// Paris is the zone of every time that is said or set, wherever the server stands: the whole of metropolitan France has one.
func Paris() *time.Location { return paris() }

var paris = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return time.UTC // cannot happen: the zones are part of the program
	}
	return zone
})

func inParis(at time.Time) time.Time { return at.In(Paris()) }
