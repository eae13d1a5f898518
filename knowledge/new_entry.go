package knowledge

import (
	"fmt"
	"time"

	"guichet/faq"
)

// NewEntry is the text of an entry to complete: its source, if there is one already, and dates from the day it is written on.
func NewEntry(document string, today time.Time) string {
	return fmt.Sprintf("---\ndocument: %s\nsection: \nchecked: %s\nreview: %s\n---\n# \n\n1. \n\n## %s\n\n- \n",
		document, today.Format(time.DateOnly), today.AddDate(1, 0, 0).Format(time.DateOnly), faq.AskedHeading)
}
