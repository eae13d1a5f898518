package desk

import (
	"cmp"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"guichet/bot"

	"github.com/alexedwards/scs/v2"
)

// Options are what the desk works with. Tickets, Work, Ties, Drafts, Attendance, Macros, Accounts and Sessions are required.
type Options struct {
	Tickets    bot.Tickets
	Work       bot.TicketWork
	Drafts     bot.Drafts
	Accounts   bot.Accounts
	Sessions   scs.Store // who is signed in; tokens are hashed before they reach it
	Attendance bot.Attendance
	Macros     bot.Macros
	Ties       bot.TicketTies
	Pending    bot.PendingReplies // keeps replies for the seconds in which they may be called back; nil says them at once
	Retime     bot.Retime         // the deadlines of another request; nil leaves those there are
	Suggest    bot.Suggest        // the bot's answers beside a reply; nil for none
	Notices    bot.Notices        // what each person is told of; without it there is no page to choose
	Sites      []bot.Site         // by whose names the queue is filtered; may be empty
	Mail       bot.SendMail       // puts an account's link on its way; nil where no e-mail leaves
	Visitors   bot.Visitors       // shows customers that an agent is writing; without it they do not see it
	Changes    *bot.Changes       // wakes open pages; without it they refresh once a minute
	Secure     bool               // the desk is served over HTTPS: cookies are Secure
	URL        string             // the public address, https://host, for links; without it the request's
	// Secrets are keys of 32 bytes or more, the same on every replica; one is required. The first seals second factors
	// and signs the cookies of known devices; the others only open what they sealed before.
	Secrets             [][]byte
	RequireSecondFactor bool          // nobody gets further than setting one up without it
	SignInLife          time.Duration // a sign-in ends after it; 0 means 12 hours
	SignInIdle          time.Duration // and after so long without a page asked for; 0 means 2 hours
	Provider            *Provider     // with whom people may sign in instead of a password; nil for nobody
	Now                 func() time.Time
	Log                 *slog.Logger

	Files       bot.Files       // with Attachments: without them no file is shown or sent
	Attachments bot.Attachments // finds a file's name and type
	Outbox      bot.Outbox      // sends again what did not arrive; nil takes the button away
	Programs    *Programs       // keys of the API and webhooks; nil takes their pages away
	Knowledge   *Knowledge      // what is answered from; nil takes the editors' pages away
}

// desk holds what every request needs, in one language. It is safe for concurrent use.
type desk struct {
	language
	speaking []*desk // the desk in each language
	table    []route

	tickets    bot.Tickets
	work       bot.TicketWork
	drafts     bot.Drafts
	attendance bot.Attendance
	macros     bot.Macros
	ties       bot.TicketTies
	replies    bot.PendingReplies
	retime     bot.Retime
	suggest    bot.Suggest
	accounts   bot.Accounts
	notices    bot.Notices
	sites      []bot.Site
	visitors   bot.Visitors
	changes    *bot.Changes
	sessions   *scs.SessionManager
	renderer   *bot.Renderer
	pages      pages
	assets     *assets
	clock      clock
	log        *slog.Logger
	keys       keys
	url        string
	secure     bool
	life       time.Duration
	idle       time.Duration
	factor     bool // everybody must have a second factor
	provider   *provider
	hashing    chan struct{} // one element for each hash being computed
	decoy      string        // the hash an unknown e-mail is checked against, so that both take as long
	streams    *streams
	mail       bot.SendMail

	files       bot.Files
	attachments bot.Attachments
	outbox      bot.Outbox
	programs    *Programs
	knowledge   *Knowledge
}

// New returns the desk. It serves everything below /desk and is mounted at /desk and /desk/.
func New(o Options) (http.Handler, error) {
	if o.Tickets == nil || o.Work == nil || o.Ties == nil || o.Drafts == nil || o.Attendance == nil || o.Macros == nil || o.Accounts == nil || o.Sessions == nil {
		return nil, errors.New("desk: Tickets, Work, Ties, Drafts, Attendance, Macros, Accounts and Sessions are required")
	}
	if (o.Files == nil) != (o.Attachments == nil) {
		return nil, errors.New("desk: Files and Attachments come together")
	}
	if err := o.Programs.complete(); err != nil {
		return nil, err
	}
	if o.Knowledge != nil && o.Knowledge.Publisher == nil {
		return nil, errors.New("desk: Knowledge needs a Publisher")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	d := &desk{
		tickets: o.Tickets, work: o.Work, ties: o.Ties, replies: o.Pending, retime: o.Retime, drafts: o.Drafts, attendance: o.Attendance, macros: o.Macros, suggest: o.Suggest,
		accounts: o.Accounts, visitors: o.Visitors, notices: o.Notices, sites: o.Sites, changes: o.Changes,
		renderer: bot.NewRenderer(), log: o.Log, hashing: make(chan struct{}, hashesAtOnce), streams: newStreams(),
		url: strings.TrimRight(o.URL, "/"), secure: o.Secure, factor: o.RequireSecondFactor,
		life: cmp.Or(o.SignInLife, defaultLife), idle: cmp.Or(o.SignInIdle, defaultIdle),
		mail: o.Mail, files: o.Files, attachments: o.Attachments, outbox: o.Outbox, programs: o.Programs, knowledge: o.Knowledge,
	}
	var err error
	if d.keys, err = newKeys(o.Secrets); err != nil {
		return nil, err
	}
	if d.provider, err = newProvider(o.Provider, d.url); err != nil {
		return nil, err
	}
	d.clock = newClock(o.Now)
	if d.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if d.decoy, err = decoy(); err != nil {
		return nil, err
	}
	d.sessions = d.newSessions(o.Sessions, o.Secure)
	if err = d.speak(); err != nil {
		return nil, err
	}
	return d.handler(), nil
}

// decoy is a hash of what nobody knows. It takes its time to make, and one serves every desk.
var decoy = sync.OnceValues(func() (string, error) { return bot.HashPassword(randomToken()) })

// handler puts the routes behind what protects them.
func (d *desk) handler() http.Handler {
	origin := http.NewCrossOriginProtection()
	origin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { d.of(r).forbidden(w, r) }))
	return d.recovered(secured(limited(origin.Handler(d.router()))))
}
