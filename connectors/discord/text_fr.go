package discord

import (
	"fmt"
	"strings"
	"time"
)

// What this connector itself says in French. All else comes from bot.
const (
	textSource  = "Source"
	textChecked = " (vérifié le %s)" // the day of the last comparison with the source
	textTopics  = "Choisissez un sujet"
)

var months = strings.Fields("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")

// checkedOn says when a citation was last compared with its source; empty when that is not known.
func checkedOn(iso string) string {
	day, err := time.Parse(time.DateOnly, iso)
	if err != nil || day.IsZero() {
		return ""
	}
	number := fmt.Sprint(day.Day())
	if day.Day() == 1 {
		number = "1er"
	}
	return fmt.Sprintf(textChecked, fmt.Sprintf("%s %s %d", number, months[day.Month()-1], day.Year()))
}
