package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"time"

	"guichet/bot"
	"guichet/connectors/desk"
	"guichet/connectors/spool"
)

type serveCommand struct {
	databaseFlags
	telegramFlags
	filesFlags
	discordFlags
	mailFlags
	metricsFlags
	deskFlags
	limitFlags
	Addr           string   `help:"Where to listen." default:":8080" env:"GUICHET_ADDR" placeholder:"HOST:PORT"`
	URL            string   `help:"The address people use, when a proxy stands before." env:"GUICHET_URL" placeholder:"URL"`
	TrustedProxies []string `help:"Networks of the proxies before this server; their X-Forwarded-For names the client." env:"GUICHET_TRUSTED_PROXIES" placeholder:"CIDR,..."`
	Sites          string   `help:"The file of sites, instead of the shipped ones." type:"existingfile" env:"GUICHET_SITES" placeholder:"FILE"`
	SpoolLimit     int64    `help:"MiB that may wait on disk for a database that is away." default:"256" env:"GUICHET_SPOOL_LIMIT" placeholder:"MIB"`
	Cache          string   `help:"Folder that keeps what was learned between runs." default:"${cache}" env:"GUICHET_CACHE"`
}

// Run serves until it is told to stop.
func (s *serveCommand) Run(ctx context.Context, c console) error {
	log := slog.New(slog.NewTextHandler(c.err, nil))
	sites, err := readSites(s.Sites)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.Addr)
	if err != nil {
		return listenError(s.Addr, err)
	}
	defer listener.Close()
	db, err := s.serve(ctx, log)
	if err != nil {
		return err
	}
	defer db.stop()
	kept, err := spool.Open(s.spoolOptions(spool.Options{Store: db.DB, Limit: s.SpoolLimit << 20, Log: log}))
	if err != nil {
		return err
	}
	defer func() {
		if err := kept.Close(); err != nil {
			log.Error("close the spool", "error", err)
		}
	}()
	if err := db.attach(ctx, s.patience()); err != nil {
		return err
	}
	books := &library{editions: db, cache: s.Cache, folder: filepath.Join(s.Data, "knowledge"), sites: sites, log: log}
	engine, err := books.open(ctx, db.isConnected())
	if err != nil {
		return err
	}
	house, err := s.wire(ctx, engine, books, db, kept, log)
	if err != nil {
		return err
	}
	if err := s.announce(ctx, c, house, listener.Addr()); err != nil {
		return err
	}
	return house.run(ctx, s.gate(listener, house.proxies))
}

// inParis is a clock on French time: "hier" means the customer's yesterday, wherever the server stands.
func inParis() func() time.Time {
	return func() time.Time { return time.Now().In(bot.Paris()) }
}

// announce prints where things are, and the link that makes the first account when there is none.
func (s *serveCommand) announce(ctx context.Context, c console, h *house, address net.Addr) error {
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
	return h.onceThere(ctx, func(ctx context.Context) error {
		link, err := desk.SetupLink(ctx, h.db, base, time.Now())
		if link != "" {
			fmt.Fprintf(c.out, "First account (once, within 24 hours): %s\n", link)
		}
		return err
	})
}

// onceThere does at once what needs the database, or leaves it to the moment when the database is there.
func (h *house) onceThere(ctx context.Context, do func(ctx context.Context) error) error {
	if h.db.isConnected() {
		if err := do(ctx); !errors.Is(err, bot.ErrUnavailable) {
			return err
		}
	}
	h.left = append(h.left, do)
	return nil
}
