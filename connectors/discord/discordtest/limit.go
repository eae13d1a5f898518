package discordtest

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"strconv"
	"time"
)

// Rate is how many requests may come in how long a time.
type Rate struct {
	Requests int
	Per      time.Duration
}

// bucket counts the requests of one route, for one channel, guild or webhook, in a window that the first one opens. It
// goes by the real clock: a client waits in real time.
type bucket struct {
	used  int
	reset time.Time
}

// take counts one request; it is false when that is one too many.
func (b *bucket) take(r Rate, now time.Time) bool {
	if !now.Before(b.reset) {
		b.used, b.reset = 0, now.Add(r.Per)
	}
	b.used++
	return b.used <= r.Requests
}

// limit counts a request against its bucket and the global rate, and says in the headers how many are left (docs: rate
// limits). Interactions and their webhooks have no part in the global rate.
func (s *Server) limit(headers http.Header, c *call, pattern string, r route) error {
	now := time.Now()
	if !r.apart && !s.global.take(s.config.Global, now) {
		s.counts.Limited++
		return limited(headers, s.global.reset.Sub(now), true, "global")
	}
	key := pattern
	for _, major := range []string{"channel", "guild", "application", "interaction", "token"} {
		key += " " + c.request.PathValue(major)
	}
	b := s.buckets[key]
	if b == nil {
		b = &bucket{}
		s.buckets[key] = b
	}
	allowed := b.take(s.config.Route, now)
	hash := fnv.New64a()
	hash.Write([]byte(pattern))
	wait := b.reset.Sub(now)
	headers.Set("X-RateLimit-Limit", strconv.Itoa(s.config.Route.Requests))
	headers.Set("X-RateLimit-Remaining", strconv.Itoa(max(0, s.config.Route.Requests-b.used)))
	headers.Set("X-RateLimit-Reset", seconds(time.Duration(b.reset.UnixNano())))
	headers.Set("X-RateLimit-Reset-After", seconds(wait))
	headers.Set("X-RateLimit-Bucket", fmt.Sprintf("%016x", hash.Sum64()))
	if allowed {
		return nil
	}
	s.counts.Limited++
	return limited(headers, wait, false, "user")
}

// limited is the answer 429 (docs: rate limits, exceeding a rate limit).
func limited(headers http.Header, wait time.Duration, global bool, scope string) *refusal {
	headers.Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	headers.Set("X-RateLimit-Scope", scope)
	if global {
		headers.Set("X-RateLimit-Global", "true")
	}
	return &refusal{status: http.StatusTooManyRequests, body: map[string]any{
		"message": "You are being rate limited.", "retry_after": float64(wait.Milliseconds()+1) / 1000, "global": global,
	}}
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }
