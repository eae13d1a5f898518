package desk_test

import (
	"testing"
	"time"

	"guichet/bot"
	"guichet/connectors/desk"

	"github.com/chromedp/chromedp"
)

func TestHowLateATicketIsIsReadWholeInTheQueueAndBesideTheConversation(t *testing.T) {
	t.Parallel()
	h := openWith(t, func(o *desk.Options) { o.SignInIdle = 24 * time.Hour })
	h.addUser("claire@exemple.fr", "Claire Moreau")
	fields := map[bot.Field]string{bot.Name: "Marie-Antoinette Charpentier-Delacourt", bot.Correction: "DUPOND au lieu de DUPONT"}
	for reference, clock := range map[string]bot.Clock{
		reference:      served(h.start.AddDate(0, 0, -90), hoursOfOpening(8), hoursOfOpening(24)),
		otherReference: served(h.start.AddDate(0, 0, -190), bot.Term{N: 10, Unit: bot.WorkingDays}, bot.Term{N: 2, Unit: bot.Months}),
	} {
		h.say(reference, "bonjour", bot.Reply{Kind: bot.Escalate, Text: "Entendu."}, &bot.Ticket{Reference: reference, Category: bot.AttestationCorrection, Fields: fields, Clock: clock})
	}
	c := h.chromium()
	for path, says := range map[string]string{"/desk/": "En retard de 89\u00a0jours d’ouverture", ticketPath: "jours d’ouverture"} {
		c.do(chromedp.Navigate(c.url + path))
		c.eventually(`[...document.querySelectorAll('.row-due')].some((due) => due.textContent.includes('` + says + `'))`)
		for _, width := range []int64{1440, 1200, 1000, 390} {
			c.do(chromedp.EmulateViewport(width, 844))
			c.eventually(`[...document.querySelectorAll('.row-due')].filter((due) => due.textContent.includes('En retard')).length === 2`)
			c.eventually(`[...document.querySelectorAll('.row-due')].every((due) => due.scrollWidth <= due.clientWidth)`)
		}
		c.do(chromedp.EmulateViewport(1440, 900))
		c.check("late" + map[bool]string{true: "-queue", false: "-ticket"}[path == "/desk/"])
	}
}
