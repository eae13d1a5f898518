package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"guichet/bot"
	"guichet/connectors/desk"
	"guichet/connectors/postgres"
	"guichet/connectors/spool"
	"guichet/connectors/telegram"
	"guichet/widget"
)

type serveCommand struct {
	databaseFlags
	telegramFlags
	Addr       string `help:"Where to listen." default:":8080" env:"GUICHET_ADDR" placeholder:"HOST:PORT"`
	URL        string `help:"The address people use, when a proxy stands before." env:"GUICHET_URL" placeholder:"URL"`
	Sites      string `help:"The file of sites, instead of the shipped ones." type:"existingfile" env:"GUICHET_SITES" placeholder:"FILE"`
	SpoolLimit int64  `help:"MiB that may wait on disk for a database that is away." default:"256" env:"GUICHET_SPOOL_LIMIT" placeholder:"MIB"`
	Cache      string `help:"Folder that keeps what was learned between runs." default:"${cache}" env:"GUICHET_CACHE"`
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
	db, err := s.serve(ctx, log)
	if err != nil {
		return err
	}
	defer db.stop()
	kept, err := spool.Open(spool.Options{Store: db.DB, Path: s.spoolPath(), Limit: s.SpoolLimit << 20, Log: log})
	if err != nil {
		return err
	}
	defer func() {
		if err := kept.Close(); err != nil {
			log.Error("close the spool", "error", err)
		}
	}()
	if err := db.attach(ctx); err != nil {
		return err
	}
	house, err := s.open(ctx, engine, sites, db, kept, log)
	if err != nil {
		return err
	}
	if house.invite, err = s.announce(ctx, c, db, listener.Addr()); err != nil {
		return err
	}
	return house.run(ctx, listener)
}

// house is a running server with its parts.
type house struct {
	db       *database
	spool    *spool.Spool
	secrets  *secrets
	invite   func(context.Context) error // prints the link of the first account; nil once that is done
	changes  *bot.Changes
	chat     *widget.Server
	telegram *telegram.Server // nil without a token
	server   *http.Server
	log      *slog.Logger
}

func (s *serveCommand) open(ctx context.Context, engine *bot.Engine, sites []bot.Site, db *database, kept *spool.Spool, log *slog.Logger) (*house, error) {
	secrets := s.secrets(db)
	secret, err := secrets.get(ctx, "visitor")
	if err != nil {
		return nil, err
	}
	changes, counter := bot.NewChanges(kept), bot.NewCounter(engine, kept, sites, inParis())
	chat, err := widget.New(widget.Options{
		Counter: counter, Store: kept, Changes: changes, Sites: sites, Secret: secret, Now: time.Now, Log: log,
	})
	if err != nil {
		return nil, err
	}
	agents, err := desk.New(desk.Options{
		Tickets: db, Accounts: db, Sessions: db.Sessions(), Changes: changes, Secure: strings.HasPrefix(s.URL, "https://"), Now: time.Now, Log: log,
	})
	if err != nil {
		return nil, err
	}
	messenger, err := s.openTelegram(ctx, counter, db.DB, secrets, changes, s.URL, log)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	if messenger != nil {
		mux.Handle(telegramPath, messenger.Webhook())
	}
	mux.Handle("/desk", agents)
	mux.Handle("/desk/", agents)
	mux.Handle("/", chat.Handler())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", ready(db.DB, kept))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	return &house{db: db, spool: kept, secrets: secrets, changes: changes, chat: chat, telegram: messenger, server: server, log: log}, nil
}

// inParis is a clock on French time: "hier" means the customer's yesterday, wherever the server stands.
func inParis() func() time.Time {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return time.Now // cannot happen: the zones are part of the program
	}
	return func() time.Time { return time.Now().In(paris) }
}

// ready says whether messages can be recorded now, and where. The reasons stand in the log: anybody may read this page.
func ready(db *postgres.DB, kept *spool.Spool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		answers := db.Ping(ctx) == nil
		switch st := kept.Status(); {
		case st.Condition == spool.Refusing && !answers:
			http.Error(w, "refusing: the database does not answer and the spool takes no more", http.StatusServiceUnavailable)
		case !answers:
			fmt.Fprintf(w, "spooling: the database does not answer; %d turns wait\n", st.Waiting)
		case st.Condition != spool.OK:
			fmt.Fprintf(w, "spooling: %d turns wait for the database\n", st.Waiting)
		default:
			fmt.Fprintln(w, "ready")
		}
	}
}

// announce prints where things are, and the link that makes the first account when there is none. While the database is
// away, the link is left to invite.
func (s *serveCommand) announce(ctx context.Context, c console, db *database, address net.Addr) (invite func(context.Context) error, err error) {
	base := s.URL
	if base == "" {
		host, port, err := net.SplitHostPort(address.String())
		if err != nil {
			return nil, err
		}
		if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
			host = "localhost"
		}
		base = "http://" + net.JoinHostPort(host, port)
	}
	fmt.Fprintf(c.out, "Chat  %s/\nDesk  %s/desk\n", base, base)
	invite = func(ctx context.Context) error {
		link, err := desk.SetupLink(ctx, db, base, time.Now())
		if link != "" {
			fmt.Fprintf(c.out, "First account (once, within 24 hours): %s\n", link)
		}
		return err
	}
	if !db.isConnected() {
		return invite, nil
	}
	if err := invite(ctx); errors.Is(err, bot.ErrUnavailable) {
		return invite, nil
	} else if err != nil {
		return nil, err
	}
	return nil, nil
}

// run serves until ctx ends or a part fails, then drains: no new sockets, replies leave, clients reconnect elsewhere.
func (h *house) run(ctx context.Context, listener net.Listener) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return ended(ctx, h.changes.Run(ctx)) })
	if h.telegram != nil {
		group.Go(func() error { return ended(ctx, h.telegram.Run(ctx)) })
	}
	group.Go(func() error { return ended(ctx, h.spool.Run(ctx)) })
	group.Go(func() error { return ended(ctx, h.db.watch(ctx)) })
	group.Go(func() error { return ended(ctx, h.onceConnected(ctx)) })
	group.Go(func() error {
		if err := h.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainLimit)
		defer cancel()
		return errors.Join(h.chat.Close(drain), h.server.Shutdown(drain))
	})
	err := group.Wait()
	h.handOver(context.WithoutCancel(ctx))
	return err
}

// handOverLimit is how long a stopping server tries to hand over what waits in the spool: it may not come back.
const handOverLimit = 3 * time.Second

func (h *house) handOver(ctx context.Context) {
	if h.spool.Status().Waiting == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, handOverLimit)
	defer cancel()
	if err := h.spool.Flush(ctx); err != nil {
		h.log.Warn("turns stay in the spool for the next start", "turns", h.spool.Status().Waiting, "error", err)
	}
}

// ended is nil for a part that stopped because it was told to.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// onceConnected does what needs the database, from the moment it is there: what was left from the start, then the
// background jobs.
func (h *house) onceConnected(ctx context.Context) error {
	select {
	case <-h.db.connected:
	case <-ctx.Done():
		return nil
	}
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		err := h.finish(ctx)
		if err == nil || !errors.Is(err, bot.ErrUnavailable) {
			return err
		}
		if !sleep(ctx, pause) {
			return nil
		}
	}
}

func (h *house) finish(ctx context.Context) error {
	if err := h.secrets.settle(ctx); err != nil {
		return err
	}
	if h.invite != nil {
		if err := h.invite(ctx); err != nil {
			return err
		}
		h.invite = nil
	}
	return h.db.RunJobs(ctx, postgres.DefaultRetention(), h.log)
}
