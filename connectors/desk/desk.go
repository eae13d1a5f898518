package desk

import (
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"guichet/bot"

	"github.com/alexedwards/scs/v2"
)

// Options are what the desk works with. Tickets, Accounts and Sessions are required.
type Options struct {
	Tickets  bot.Tickets
	Accounts bot.Accounts
	Sessions scs.Store    // who is signed in; tokens are hashed before they reach it
	Visitors bot.Visitors // shows customers that an agent is writing; without it they do not see it
	Changes  *bot.Changes // wakes open pages; without it they refresh once a minute
	Secure   bool         // the desk is served over HTTPS: cookies are Secure
	Now      func() time.Time
	Log      *slog.Logger
}

// desk holds what every request needs. It is safe for concurrent use.
type desk struct {
	tickets  bot.Tickets
	accounts bot.Accounts
	visitors bot.Visitors
	changes  *bot.Changes
	sessions *scs.SessionManager
	renderer *bot.Renderer
	pages    map[string]*template.Template
	assets   *assets
	clock    clock
	log      *slog.Logger
	hashing  chan struct{} // one element for each hash being computed
	decoy    string        // the hash an unknown e-mail is checked against, so that both take as long
	byEmail  *throttle
	byOrigin *throttle
	streams  *streams
}

// New returns the desk. It serves everything below /desk and is mounted at /desk and /desk/.
func New(o Options) (http.Handler, error) {
	if o.Tickets == nil || o.Accounts == nil || o.Sessions == nil {
		return nil, errors.New("desk: Tickets, Accounts and Sessions are required")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	d := &desk{
		tickets: o.Tickets, accounts: o.Accounts, visitors: o.Visitors, changes: o.Changes, renderer: bot.NewRenderer(), log: o.Log,
		hashing:  make(chan struct{}, hashesAtOnce),
		byEmail:  newThrottle(emailBurst, emailEvery, o.Now),
		byOrigin: newThrottle(originBurst, originEvery, o.Now),
		streams:  newStreams(),
	}
	var err error
	if d.clock, err = newClock(o.Now); err != nil {
		return nil, err
	}
	if d.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if d.pages, err = d.loadPages(); err != nil {
		return nil, err
	}
	if d.decoy, err = bot.HashPassword(randomToken()); err != nil {
		return nil, err
	}
	d.sessions = d.newSessions(o.Sessions, o.Secure)
	return d.handler(), nil
}

// handler puts the routes behind what protects them.
func (d *desk) handler() http.Handler {
	inside := http.NewServeMux()
	inside.HandleFunc("GET /desk/login", d.showLogin)
	inside.HandleFunc("POST /desk/login", d.login)
	inside.HandleFunc("POST /desk/logout", d.logout)
	inside.HandleFunc("GET /desk/setup", d.showSetup)
	inside.HandleFunc("POST /desk/setup", d.setup)
	inside.HandleFunc("GET /desk/{$}", d.signedIn(d.showQueue))
	inside.HandleFunc("GET /desk/events", d.signedIn(d.serveEvents))
	inside.HandleFunc("GET /desk/ticket/{reference}", d.signedIn(d.showTicket))
	inside.HandleFunc("GET /desk/ticket/{reference}/{action}", d.signedIn(d.leaveAction))
	inside.HandleFunc("POST /desk/ticket/{reference}/reply", d.signedIn(d.reply))
	inside.HandleFunc("POST /desk/ticket/{reference}/typing", d.signedIn(d.typing))
	inside.HandleFunc("POST /desk/ticket/{reference}/note", d.signedIn(d.note))
	inside.HandleFunc("POST /desk/ticket/{reference}/assign", d.signedIn(d.assign))
	inside.HandleFunc("POST /desk/ticket/{reference}/status", d.signedIn(d.setStatus))
	inside.HandleFunc("/desk/", d.signedIn(func(w http.ResponseWriter, r *http.Request, _ bot.User) { d.notFound(w, r) }))

	outside := http.NewServeMux()
	outside.HandleFunc("GET /desk/assets/{file}", d.serveAsset)
	outside.Handle("GET /desk", http.RedirectHandler("/desk/", http.StatusSeeOther))
	outside.Handle("/desk/", d.sessions.LoadAndSave(inside))
	outside.HandleFunc("/", d.notFound)

	origin := http.NewCrossOriginProtection()
	origin.SetDenyHandler(http.HandlerFunc(d.forbidden))
	return d.recovered(secured(limited(origin.Handler(outside))))
}
