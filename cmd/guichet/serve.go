package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"guichet/bot"
	"guichet/connectors/desk"
	"guichet/connectors/discord"
	"guichet/connectors/postgres"
	"guichet/connectors/telegram"
	"guichet/widget"
)

type serveCommand struct {
	databaseFlags
	telegramFlags
	filesFlags
	discordFlags
	mailFlags
	metricsFlags
	deskFlags
	Addr           string   `help:"Where to listen." default:":8080" env:"GUICHET_ADDR" placeholder:"HOST:PORT"`
	URL            string   `help:"The address people use, when a proxy stands before." env:"GUICHET_URL" placeholder:"URL"`
	TrustedProxies []string `help:"Networks of the proxies before this server; their X-Forwarded-For names the client." env:"GUICHET_TRUSTED_PROXIES" placeholder:"CIDR,..."`
	Sites          string   `help:"The file of sites, instead of the shipped ones." type:"existingfile" env:"GUICHET_SITES" placeholder:"FILE"`
	Cache          string   `help:"Folder that keeps what was learned between runs." default:"${cache}" env:"GUICHET_CACHE"`
}

// How long a stopping server waits for sockets and requests.
const drainLimit = 15 * time.Second

// Run serves until it is told to stop.
func (s *serveCommand) Run(ctx context.Context, c console) error {
	log := slog.New(slog.NewTextHandler(c.err, nil))
	engine, err := openEngine(s.Cache)
	if err != nil {
		return err
	}
	sites, err := openSites(s.Sites, engine)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.Addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", s.Addr, err)
	}
	defer listener.Close()
	db, lost, stop, err := s.serve(ctx, log)
	if err != nil {
		return err
	}
	defer stop()
	house, err := s.open(ctx, engine, sites, db, log)
	if err != nil {
		return err
	}
	if err := s.announce(ctx, c, db, listener.Addr()); err != nil {
		return err
	}
	return house.run(ctx, listener, lost)
}

// house is a running server with its parts.
type house struct {
	db       *postgres.DB
	changes  *bot.Changes
	files    bot.Files
	chat     *widget.Server
	telegram *telegram.Server // nil without a token
	discord  *discord.Server  // nil without a token
	mailing  postgres.Mailing
	reach    reach
	server   *http.Server
	log      *slog.Logger
}

func (s *serveCommand) open(ctx context.Context, engine *bot.Engine, sites []bot.Site, db *postgres.DB, log *slog.Logger) (*house, error) {
	proxies, err := readProxies(s.TrustedProxies)
	if err != nil {
		return nil, err
	}
	secret, err := db.Secret(ctx, "visitor")
	if err != nil {
		return nil, err
	}
	store, err := s.filesFlags.open(ctx, s.Data, db)
	if err != nil {
		return nil, err
	}
	var chat *widget.Server
	figures, err := s.openMetrics(db, s.URL, func() int { return chat.Sockets() }, log)
	if err != nil {
		return nil, err
	}
	changes, counter := bot.NewChanges(db), bot.NewCounter(engine, figures.Watch(db), sites, inParis())
	messenger, err := s.openTelegram(ctx, telegram.Options{Counter: counter, Store: db, Changes: changes, Files: store, SourceBase: s.URL, Log: log}, db)
	if err != nil {
		return nil, err
	}
	chatOptions := widget.Options{
		Counter: counter, Store: db, Changes: changes, Sites: sites, Secret: secret, Resumptions: db, Presence: db, Now: time.Now, Log: log,
		Files: store, Attachments: db,
	}
	if messenger != nil {
		chatOptions.Telegram, chatOptions.Passages = &widget.Elsewhere{Serves: s.servesOnTelegram(counter), Link: messenger.Link}, db
	}
	chat, err = widget.New(chatOptions)
	if err != nil {
		return nil, err
	}
	mailing, err := s.mailing(sites)
	if err != nil {
		return nil, err
	}
	deskOptions := desk.Options{
		Tickets: db, Work: db, Drafts: db, Attendance: db, Macros: db, Suggest: counter.Suggest, Notices: db, Sites: sites, Changes: changes, Files: store, Attachments: db, Outbox: db, Log: log,
	}
	if mailing.Send != nil {
		deskOptions.Mail = db.SendMail
	}
	agents, err := s.openDesk(ctx, deskOptions, db, s.URL)
	if err != nil {
		return nil, err
	}
	community, err := s.openDiscord(counter, db, changes, s.URL, log)
	if err != nil {
		return nil, err
	}
	programs, err := openAPI(counter, db, log)
	if err != nil {
		return nil, err
	}
	told := reach{db: db, mail: mailing.Send != nil, staff: messenger != nil && s.TelegramStaff != 0}
	mux := http.NewServeMux()
	if messenger != nil {
		mux.Handle(telegramPath, messenger.Webhook())
	}
	mux.Handle("/desk", agents)
	mux.Handle("/desk/", agents)
	mux.Handle(apiPath, programs)
	mux.Handle("GET /metrics", figures.Handler())
	mux.Handle("/", chat.Handler())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", ready(db, told))
	server := &http.Server{Handler: proxies.client(mux), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	return &house{
		db: db, changes: changes, files: store, chat: chat, telegram: messenger, discord: community, mailing: mailing,
		reach: told, server: server, log: log,
	}, nil
}

// inParis is a clock on French time: "hier" means the customer's yesterday, wherever the server stands.
func inParis() func() time.Time {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return time.Now // cannot happen: the zones are part of the program
	}
	return func() time.Time { return time.Now().In(paris) }
}

// ready says whether messages can be recorded now, and whether a new ticket is told to anybody. The second is for the
// operator to put right, and no reason to send nobody here.
func ready(db *postgres.DB, team reach) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if err := db.Ping(ctx); err != nil {
			http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
		if problem := team.problem(ctx); problem != "" {
			fmt.Fprintln(w, "but "+problem)
		}
	}
}

// announce prints where things are, and the link that makes the first account when there is none.
func (s *serveCommand) announce(ctx context.Context, c console, db *postgres.DB, address net.Addr) error {
	base := s.URL
	if base == "" {
		host, port, err := net.SplitHostPort(address.String())
		if err != nil {
			return err
		}
		if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
			host = "localhost"
		}
		base = "http://" + net.JoinHostPort(host, port)
	}
	fmt.Fprintf(c.out, "Chat  %s/\nDesk  %s/desk\n", base, base)
	link, err := desk.SetupLink(ctx, db, base, time.Now())
	if err != nil {
		return err
	}
	if link != "" {
		fmt.Fprintf(c.out, "First account (once, within 24 hours): %s\n", link)
	}
	return nil
}

// run serves until ctx ends or a part fails, then drains: no new sockets, replies leave, clients reconnect elsewhere.
func (h *house) run(ctx context.Context, listener net.Listener, lost <-chan struct{}) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return ended(ctx, h.changes.Run(ctx)) })
	if h.telegram != nil {
		group.Go(func() error { return ended(ctx, h.telegram.Run(ctx)) })
	}
	if h.discord != nil {
		group.Go(func() error { return ended(ctx, h.discord.Run(ctx)) })
	}
	retention := postgres.DefaultRetention()
	retention.Files = h.files
	group.Go(func() error { return ended(ctx, h.db.RunJobs(ctx, retention, h.mailing, h.log, webhookJob(h.log))) })
	group.Go(func() error { h.reach.watch(ctx, h.log); return nil })
	group.Go(func() error {
		if err := h.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		select {
		case <-lost: // nil, and so never ready, when the database is not ours
			return errors.New("the private database has stopped")
		case <-ctx.Done():
			return nil
		}
	})
	group.Go(func() error {
		<-ctx.Done()
		drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainLimit)
		defer cancel()
		return errors.Join(h.chat.Close(drain), h.server.Shutdown(drain))
	})
	return group.Wait()
}

// ended is nil for a part that stopped because it was told to.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}
