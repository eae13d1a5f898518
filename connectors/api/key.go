package api

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"guichet/bot"
)

// authenticate finds the key of a request, and takes one from what it may do now.
func (a *api) authenticate(r *http.Request, scope bot.Scope) (bot.APIKey, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return bot.APIKey{}, problem{http.StatusUnauthorized, `a key is needed: send the header "Authorization: Bearer guichet_…"`}
	}
	unknown := problem{http.StatusUnauthorized, "the key is unknown, revoked or past its time: an operator makes one with guichet key add"}
	hash, ok := bot.HashAPIKey(strings.TrimSpace(token))
	if !ok {
		return bot.APIKey{}, unknown
	}
	key, err := a.keys.UseAPIKey(r.Context(), hash)
	if errors.Is(err, bot.ErrNotFound) {
		return bot.APIKey{}, unknown
	}
	if err != nil {
		return bot.APIKey{}, err
	}
	if wait := a.pace.wait(key.Name, a.now()); wait > 0 {
		return bot.APIKey{}, tooMany{wait}
	}
	if !key.May(scope) {
		return bot.APIKey{}, outOfScope{scope}
	}
	return key, nil
}

// pace is how fast each key may go.
type pace struct {
	every rate.Limit
	burst int

	mu   sync.Mutex
	keys map[string]*rate.Limiter // by name; only keys that exist get in
}

func newPace(every rate.Limit, burst int) *pace {
	return &pace{every: every, burst: burst, keys: map[string]*rate.Limiter{}}
}

// wait is 0 when the key may go on, else how long it has to wait.
func (p *pace) wait(name string, now time.Time) time.Duration {
	p.mu.Lock()
	limiter := p.keys[name]
	if limiter == nil {
		limiter = rate.NewLimiter(p.every, p.burst)
		p.keys[name] = limiter
	}
	p.mu.Unlock()
	reservation := limiter.ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait > 0 {
		reservation.CancelAt(now)
	}
	return wait
}

// tooMany refuses a key that goes too fast.
type tooMany struct{ wait time.Duration }

func (t tooMany) seconds() int { return int(math.Ceil(t.wait.Seconds())) }

func (t tooMany) Error() string {
	return fmt.Sprintf("too many requests with this key: wait %d s", t.seconds())
}

// outOfScope refuses a key what it was not made for.
type outOfScope struct{ scope bot.Scope }

func (o outOfScope) Error() string {
	return fmt.Sprintf("the key has no scope %s: use one that was made with it", o.scope)
}
