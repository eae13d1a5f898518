package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"guichet/bot"
	"guichet/bot/publish"
	"guichet/connectors/desk"
	"guichet/connectors/discord"
	"guichet/connectors/files"
	"guichet/connectors/gate"
	"guichet/connectors/metrics"
	"guichet/connectors/spool"
	"guichet/connectors/telegram"
	"guichet/connectors/webhook"
	"guichet/widget"
)

// wiring is what the parts of a server are made of.
type wiring struct {
	*serveCommand
	db      *database
	kept    *spool.Spool
	secrets *secrets
	sites   []bot.Site
	changes *bot.Changes
	counter *bot.Counter
	store   *files.Store
	figures *metrics.Metrics
	log     *slog.Logger
}

// wire makes the parts and joins them. The database may not be there yet.
func (s *serveCommand) wire(ctx context.Context, engine *bot.Engine, books *library, db *database, kept *spool.Spool, log *slog.Logger) (*house, error) {
	proxies, err := readProxies(s.TrustedProxies)
	if err != nil {
		return nil, err
	}
	sites := books.sites.Sites
	h := &house{db: db, spool: kept, changes: bot.NewChanges(kept), proxies: proxies, log: log}
	w := &wiring{serveCommand: s, db: db, kept: kept, secrets: s.secrets(db), sites: sites, changes: h.changes, log: log}
	if w.store, err = s.filesFlags.open(ctx, s.Data, largestUpload(sites)); err != nil {
		return nil, err
	}
	h.files = w.store
	if err := h.onceThere(ctx, func(ctx context.Context) error { return claim(ctx, w.store, db.DB) }); err != nil {
		return nil, err
	}
	// The counter is measured with the spool: what a person waits for.
	if w.figures, err = s.openMetrics(db.DB, kept, s.URL, func() int { return h.chat.Sockets() }, books.Serving, log); err != nil {
		return nil, err
	}
	w.counter = bot.NewCounter(engine, w.figures.Watch(kept), sites, inParis())
	h.counter, h.books = w.counter, books
	if err := w.rooms(ctx, h); err != nil {
		return nil, err
	}
	mux, err := w.routes(ctx, h)
	if err != nil {
		return nil, err
	}
	h.server = &http.Server{Handler: gate.Patience{}.Handler(proxies.client(mux)), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	return h, h.onceThere(ctx, w.secrets.settle)
}

// rooms opens what customers write in, and how word of it gets out.
func (w *wiring) rooms(ctx context.Context, h *house) (err error) {
	// Platforms keep, or their inbox does, what the database does not take: their turns pass the spool by.
	h.telegram, err = w.openTelegram(ctx, telegram.Options{
		Counter: w.counter, Store: w.db, Changes: w.changes, Files: w.store, SourceBase: w.URL, Log: w.log,
	}, w.secrets)
	if err != nil {
		return err
	}
	h.discord, err = w.openDiscord(discord.Options{
		Counter: w.counter, Store: w.db, Changes: w.changes, Files: w.store, SourceBase: w.URL, Log: w.log,
	})
	if err != nil {
		return err
	}
	if h.mailing, err = w.mailing(w.sites); err != nil {
		return err
	}
	h.chat, err = w.openChat(ctx, h)
	staff := h.telegram != nil && w.TelegramStaff != 0 || h.discord != nil && w.DiscordStaff != ""
	h.reach = reach{db: w.db.DB, mail: h.mailing.Send != nil, staff: staff}
	return err
}

// openChat opens the website's chat. Before it comes what people may go on with elsewhere: Telegram and e-mail.
func (w *wiring) openChat(ctx context.Context, h *house) (*widget.Server, error) {
	secret, err := w.secrets.get(ctx, "visitor")
	if err != nil {
		return nil, err
	}
	o := widget.Options{
		Counter: w.counter, Store: w.kept, Visitors: w.kept.Visitors(w.db), URL: w.URL, Changes: w.changes, Sites: w.sites, Secret: secret, Resumptions: w.db, Presence: w.db, Now: time.Now, Log: w.log,
		Files: w.store, Attachments: w.db, Uploads: w.filesFlags.uploads(w.Data), Limits: w.chat(),
	}
	if h.telegram != nil {
		o.Telegram, o.Passages = &widget.Elsewhere{Serves: w.servesOnTelegram(w.counter), Link: h.telegram.Link}, w.db
	}
	if h.mailing.Send != nil {
		o.Copies, o.Limiter = w.db, w.db
	}
	return widget.New(o)
}

// openAgents opens the desk: at once, or when the database is there.
func (w *wiring) openAgents(ctx context.Context, h *house) (http.Handler, error) {
	o := desk.Options{
		Tickets: w.db, Work: w.db, Ties: w.db, Pending: w.db, Retime: w.counter.Terms, Drafts: w.db, Attendance: w.db, Macros: w.db, Suggest: w.counter.Suggest, Visitors: w.db, Notices: w.db, Sites: w.sites, Changes: w.changes, Files: w.store, Attachments: w.db, Outbox: w.db, Log: w.log,
		Programs: &desk.Programs{Keys: w.db, Webhooks: w.db, NewSecret: webhook.NewSecret, CheckURL: webhook.CheckURL, Post: webhook.NewSender().Send},
	}
	o.Knowledge = &desk.Knowledge{
		Publisher: publish.New(publish.Options{Editions: w.db, Fit: h.books.sites.fit, Cache: w.Cache}), Serving: h.books.Serving,
	}
	if h.mailing.Send != nil {
		o.Mail = w.db.SendMail
	}
	prepared, err := w.prepareDesk(o, w.db.DB, w.URL)
	if err != nil {
		return nil, err
	}
	agents, err := newLateDesk(w.log)
	if err != nil {
		return nil, err
	}
	return agents, h.onceThere(ctx, func(ctx context.Context) error { return agents.open(ctx, prepared, w.db.DB) })
}

// routes says which part answers which address.
func (w *wiring) routes(ctx context.Context, h *house) (*http.ServeMux, error) {
	agents, err := w.openAgents(ctx, h)
	if err != nil {
		return nil, err
	}
	programs, err := openAPI(w.counter, w.db.DB, w.log)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	if h.telegram != nil {
		mux.Handle(telegramPath, h.telegram.Webhook())
	}
	mux.Handle("/desk", agents)
	mux.Handle("/desk/", agents)
	mux.Handle(apiPath, programs)
	mux.Handle("GET /metrics", w.figures.Handler())
	mux.Handle("/", h.chat.Handler())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", ready(w.db.DB, w.kept, h.reach))
	return mux, nil
}
