package discord

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/bwmarrin/discordgo"

	"guichet/bot/courier"
)

// receive keeps a connection to the gateway until ctx ends, and what comes in over it. The library connects once and is
// not let to connect again by itself: it would go on for ever with a wrong token, identify every second where Discord
// allows a thousand times a day, and hang when it is told to reconnect before it is ready.
func (s *Server) receive(ctx context.Context) {
	k := newKeeper(s)
	kept := make(chan struct{})
	stop, end := context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		defer close(kept)
		k.run(stop)
	}()
	trouble := courier.Complaint{Log: s.log, What: "be connected to Discord"}
	for failures := 0; ctx.Err() == nil; {
		began := time.Now()
		err := s.session(ctx, k, func() { trouble.About(nil) })
		if ctx.Err() != nil {
			break
		}
		trouble.About(err)
		if failures++; time.Since(began) > s.pace.settled {
			failures = 1
		}
		courier.Rest(ctx, s.apart(err, failures))
	}
	end() // nothing comes any more: what came is still kept
	<-kept
}

// apart is how long to wait before the next session: a random while, as Discord asks for after an invalid one.
func (s *Server) apart(err error, failures int) time.Duration {
	if isFatal(err) {
		return s.pace.away
	}
	pause := courier.Doubled(s.pace.Trouble, failures, s.pace.away)
	return pause + rand.N(pause)
}

// session makes a new session and keeps it, resuming it after lost connections, until it cannot be kept.
func (s *Server) session(ctx context.Context, k *keeper, works func()) error {
	g, err := s.newSession(k)
	if err != nil {
		return err
	}
	for short := 1; ; {
		began := time.Now()
		switch err := g.open(ctx, s.pace.open); {
		case err == nil:
			works()
			if err := s.stay(ctx, g); err != nil {
				return err
			}
		case !errors.Is(err, errNoGateway) || !g.resumable:
			return err
		}
		if short++; time.Since(began) > s.pace.settled {
			short = 1
		} else if short > mostShort {
			return errUnsettled
		}
		if !courier.Rest(ctx, courier.Doubled(s.pace.Trouble, short-1, s.pace.LongestTrouble)) {
			return nil
		}
	}
}

// stay returns when the connection has ended: with an error when the session has, too, or ctx.
func (s *Server) stay(ctx context.Context, g *session) error {
	g.resumable = true
	err := g.stay(ctx, s.pace)
	switch {
	case ctx.Err() != nil:
		g.close(1000) // the session ends with it
		return ctx.Err()
	case errors.Is(err, errNotReady):
		g.close(1000)
		return err
	case err != nil:
		g.close(4000) // another code than 1000 leaves the session to be resumed
	}
	return nil
}

// mostShort is how many short connections in a row a session may have.
const mostShort = 4

// session is one session at the gateway.
type session struct {
	*discordgo.Session
	wires     *wires
	gone      chan struct{} // gets a signal when a connection has ended
	readied   chan struct{} // gets one when the session is ready on a new connection
	resumable bool          // it was ready once
}

func (s *Server) newSession(k *keeper) (*session, error) {
	d, err := discordgo.New("Bot " + string(s.options.Token))
	if err != nil {
		return nil, errors.New("the library refuses the token")
	}
	d.Client = s.api.rewriting()
	d.StateEnabled, d.Compress, d.ShouldReconnectOnError, d.SyncEvents = false, false, false, true
	d.LogLevel = -1 // it would write what people say
	d.Identify.Intents = s.intents()
	g := &session{Session: d, wires: &wires{}, gone: make(chan struct{}, 1), readied: make(chan struct{}, 1)}
	dialer := *d.Dialer
	dialer.HandshakeTimeout = callLimit
	dialer.NetDialContext = g.wires.dial
	if !proxied() {
		dialer.NetDialTLSContext = g.wires.dialTLS
	}
	d.Dialer = &dialer
	d.AddHandler(func(*discordgo.Session, *discordgo.Disconnect) { signal(g.gone) })
	// Handlers are called one after another: they must be quick, and not write to the gateway.
	d.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) {
		switch e.Type {
		case "READY":
			k.ready(e.RawData)
			g.isReady()
		case "RESUMED":
			g.isReady()
		default:
			k.put(e.Type, e.RawData)
		}
	})
	return g, nil
}

func (g *session) isReady() {
	g.wires.ready.Store(true)
	signal(g.readied)
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // one is there already
	}
}

// intents are the events that the bot asks for, the least that will do. Discord gives the words of direct messages and of
// messages that name the bot; those in the threads of cases and of the agents are a privileged intent.
func (s *Server) intents() discordgo.Intent {
	intents := discordgo.IntentDirectMessages | discordgo.IntentGuildMessages
	if s.options.Cases != "" || s.staff != nil {
		intents |= discordgo.IntentMessageContent
	}
	return intents
}

// open connects, and returns when the session is ready or was resumed. What is sent again by a resumption comes first.
func (g *session) open(ctx context.Context, limit time.Duration) error {
	for _, old := range []chan struct{}{g.gone, g.readied} { // of the connection before
		select {
		case <-old:
		default:
		}
	}
	g.wires.ready.Store(false)
	opened := make(chan error, 1)
	go func() { opened <- g.Open() }()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for isOpen, isReady := false, false; !isOpen || !isReady; {
		select {
		case err := <-opened:
			if errors.Is(err, discordgo.ErrWSAlreadyOpen) {
				return nil
			}
			if err != nil {
				return g.openError(err)
			}
			isOpen = true
		case <-g.readied:
			isReady = true
		case <-g.gone:
			return errNoGateway
		case <-timer.C:
			g.wires.close() // Open returns with an error, and if not, it is left behind
			return errStuck
		case <-ctx.Done():
			g.wires.close()
			return ctx.Err()
		}
	}
	return nil
}

// openError is why a session could not be opened.
func (g *session) openError(err error) error {
	if g.wires.invalid.Load() {
		return errNotReady
	}
	return gatewayError(err)
}

// stay returns when the connection has ended, with an error when it has to be ended, or ctx has.
func (g *session) stay(ctx context.Context, p pace) error {
	look := time.NewTicker(p.watch)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-g.gone:
			if g.wires.invalid.Load() {
				return errNotReady
			}
			return nil
		case now := <-look.C:
			g.RLock()
			last := g.LastHeartbeatAck
			g.RUnlock()
			if now.Sub(last) > p.silence {
				return errSilent
			}
		}
	}
}

// close ends the connection. The library takes a second for it.
func (g *session) close(code int) {
	if err := g.CloseWithCode(code); err != nil {
		g.wires.close()
	}
}
