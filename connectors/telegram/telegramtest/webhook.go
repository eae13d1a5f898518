package telegramtest

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"sync"
	"time"
)

// webhook is where updates are posted, in place of polling.
type webhook struct {
	url, secret string
	connections int64
	retry       time.Duration // between two attempts; Telegram begins with a second
	lastError   string
	lastErrorAt time.Time
	cancel      context.CancelFunc
	running     sync.WaitGroup
}

func (h *webhook) stop() {
	if h.cancel != nil {
		h.cancel()
		h.cancel = nil
	}
	h.url, h.secret, h.lastError = "", "", ""
}

var secretShape = regexp.MustCompile(`^[A-Za-z0-9_-]*$`)

func (s *Server) setWebhook(given fields) (any, *apiError) {
	secret := given["secret_token"]
	switch {
	case len(secret) > 256:
		return nil, badRequest("secret token is too long")
	case !secretShape.MatchString(secret):
		return nil, badRequest("secret token contains unallowed characters")
	}
	if given["url"] == "" {
		return s.deleteWebhook(given)
	}
	u, err := url.Parse(given["url"])
	if err != nil || u.Host == "" {
		return nil, badRequest("bad webhook: Failed to parse URL")
	}
	// A Bot API server of one's own (--local) takes http; the public one does not.
	if ip := net.ParseIP(u.Hostname()); u.Scheme != "https" && (ip == nil || !ip.IsLoopback()) {
		return nil, badRequest("bad webhook: An HTTPS URL must be provided for webhook")
	}
	if err := given.parse("allowed_updates", &s.updates.allowed); err != nil {
		return nil, badRequest("can't parse allowed updates")
	}
	if given.yes("drop_pending_updates") {
		s.updates.waiting = nil
	}
	s.updates.end(conflict("terminated by setWebhook request"))
	s.hook.stop()
	s.hook.url, s.hook.secret, s.hook.connections = given["url"], secret, given.within("max_connections", 40, 1, 100)
	ctx, cancel := context.WithCancel(context.Background())
	s.hook.cancel = cancel
	address := s.hook.url
	s.hook.running.Go(func() { s.post(ctx, address, secret) })
	return true, nil
}

func (s *Server) deleteWebhook(given fields) (any, *apiError) {
	if given.yes("drop_pending_updates") {
		s.updates.waiting = nil
	}
	s.hook.stop()
	return true, nil
}

func (s *Server) getWebhookInfo(fields) (any, *apiError) {
	info := map[string]any{"url": s.hook.url, "has_custom_certificate": false, "pending_update_count": len(s.updates.waiting)}
	if s.hook.url != "" {
		info["max_connections"] = s.hook.connections
	}
	if s.hook.lastError != "" {
		info["last_error_message"], info["last_error_date"] = s.hook.lastError, s.hook.lastErrorAt.Unix()
	}
	return info, nil
}

// post delivers the updates one after another, each until it is answered with 200.
func (s *Server) post(ctx context.Context, address, secret string) {
	for {
		s.mu.Lock()
		changed := s.changed
		first := s.updates.first(1)
		var id int64
		if len(first) > 0 {
			id = s.updates.waiting[0].id
		}
		s.mu.Unlock()
		if len(first) == 0 {
			select {
			case <-ctx.Done():
				return
			case <-changed:
			}
			continue
		}
		failed := postOnce(ctx, address, secret, first[0])
		if ctx.Err() != nil {
			return
		}
		s.mu.Lock()
		if failed == nil {
			if len(s.updates.waiting) > 0 && s.updates.waiting[0].id == id {
				s.updates.waiting = s.updates.waiting[1:]
			}
		} else {
			s.hook.lastError, s.hook.lastErrorAt = s.hidden(failed), time.Now()
		}
		s.signal()
		s.mu.Unlock()
		if failed == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(s.hook.retry):
		}
	}
}

func postOnce(ctx context.Context, address, secret string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if secret != "" {
		request.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("Wrong response from the webhook: %s", response.Status) // Telegram's words
	}
	return nil
}
