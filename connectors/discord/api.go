package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
	"golang.org/x/time/rate"
)

// refusal is what Discord answered instead of yes, without the token and without what was sent.
type refusal struct {
	status int // of HTTP; 0 when there was no usable answer
	code   int // of Discord's list; 0 when there was none
	what   string
	after  time.Duration // with 429: how long to wait
	global bool          // with 429: the whole bot has to
}

// Error implements error.
func (r *refusal) Error() string {
	switch {
	case r.status == 0:
		return "Discord does not answer: " + r.what
	case r.code != 0:
		return fmt.Sprintf("Discord answers %d, code %d", r.status, r.code)
	}
	return fmt.Sprintf("Discord answers %d: %s", r.status, r.what)
}

// Pause implements courier.Away.
func (r *refusal) Pause() time.Duration { return r.after }

// refused is an error as Discord's refusal; the zero one for any other error or none.
func refused(err error) refusal {
	var r *refusal
	if errors.As(err, &r) {
		return *r
	}
	return refusal{}
}

// What Discord says in code (discord.com/developers/docs/topics/opcodes-and-status-codes).
const (
	unknownWebhook = 10015 // also an interaction that was never answered
	closedDirects  = 50007
	invalidToken   = 50027 // of an interaction: too old
)

// api calls Discord's REST API. The library's own calls are not used: they wait inside without end, send again what may
// have arrived, and cannot send a nonce. Its reckoning of the limits is.
type api struct {
	token  Secret
	server string // https://discord.com
	client *http.Client
	files  *http.Client // without a limit of its own: a file takes its time
	limits *discordgo.RateLimiter
	global *rate.Limiter
}

// everything is how many requests a second the bot makes, one after another; interactions do not count. Discord takes 50 in
// any second. Those on their way when a second begins may arrive in it, too: one of each worker and sender, of who reads
// what was missed, of who registers the commands and of who tells the agents.
const everything = 50 - 1 - workers - senders - 3

func newAPI(token Secret, server string) (*api, error) {
	if server == "" {
		server = PublicAPI
	}
	server = strings.TrimRight(server, "/")
	u, err := url.Parse(server)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("discord: the API is no web address")
	}
	if strings.ContainsAny(string(token), " \t\r\n") {
		return nil, errors.New("discord: the token is malformed: copy it from the Bot page of the developer portal, without \"Bot\" before it")
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = workers + senders
	return &api{
		token: token, server: server, client: &http.Client{Transport: transport, Timeout: callLimit}, files: &http.Client{Transport: transport},
		limits: discordgo.NewRatelimiter(), global: rate.NewLimiter(everything, 1),
	}, nil
}

// bucket is what Discord counts requests by: the route and the channel, guild or application in it.
func bucket(method, path string) string { return method + " " + strings.SplitN(path, "?", 2)[0] }

// wait is how long a request of a bucket would have to wait.
func (a *api) wait(bucket string) time.Duration {
	b := a.limits.GetBucket(bucket)
	b.Lock()
	defer b.Unlock()
	return a.limits.GetWaitTime(b, 1)
}

// call makes a request of the bot, within the limits, and reads the answer into out unless that is nil.
func (a *api) call(ctx context.Context, method, path string, body, out any) error {
	return a.callAs(ctx, bucket(method, path), method, path, body, out)
}

// callAs is call for a path that is counted under another name.
func (a *api) callAs(ctx context.Context, bucket, method, path string, body, out any) error {
	sent, err := encoded(body)
	if err != nil {
		return err
	}
	return a.callWith(ctx, bucket, method, path, sent, out)
}

// callWith is callAs with a body that is ready.
func (a *api) callWith(ctx context.Context, bucket, method, path string, sent content, out any) error {
	if err := a.global.Wait(ctx); err != nil {
		return err
	}
	b := a.limits.LockBucket(bucket)
	header, err := a.do(ctx, method, path, "Bot "+string(a.token), sent, out)
	if b.Release(header) != nil {
		return errors.Join(err, errors.New("the limits in Discord's answer cannot be read"))
	}
	return err
}

// callInteraction makes a request whose secret is in its path; Discord does not count it with the others.
func (a *api) callInteraction(ctx context.Context, method, path string, body, out any) error {
	sent, err := encoded(body)
	if err == nil {
		_, err = a.do(ctx, method, path, "", sent, out)
	}
	return err
}

// content is the body of a request; the zero content is none.
type content struct {
	kind  string
	from  io.Reader
	size  int64
	limit time.Duration // for the request, when it takes longer than others
}

// encoded is a body as JSON.
func encoded(body any) (content, error) {
	if body == nil {
		return content{}, nil
	}
	data, err := json.Marshal(body)
	if err != nil {
		return content{}, errors.New("a request to Discord cannot be written")
	}
	return content{kind: "application/json", from: bytes.NewReader(data), size: int64(len(data))}, nil
}

// largestAnswer bounds what is read of an answer: a hundred messages are far smaller.
const largestAnswer = 16 << 20

func (a *api) do(ctx context.Context, method, path, authorization string, sent content, out any) (http.Header, error) {
	client, limit := a.client, callLimit
	if sent.limit > 0 {
		client, limit = a.files, sent.limit
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, a.server+"/api/v"+discordgo.APIVersion+path, sent.from)
	if err != nil {
		return nil, errors.New("a request to Discord cannot be made")
	}
	request.Header.Set("User-Agent", "DiscordBot (https://guichet.example, 1)")
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	if sent.from != nil {
		request.Header.Set("Content-Type", sent.kind)
		request.ContentLength = sent.size
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, &refusal{what: unusable(err)}
	}
	defer response.Body.Close()
	data, err := io.ReadAll(io.LimitReader(response.Body, largestAnswer))
	if err != nil {
		return response.Header, &refusal{what: unusable(err)}
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		return response.Header, judge(response, data)
	}
	if out != nil && json.Unmarshal(data, out) != nil {
		return response.Header, &refusal{what: "the answer is none of the API's"}
	}
	return response.Header, nil
}

// judge reads a refusal. Of Discord's words none are kept: they may repeat what was sent.
func judge(response *http.Response, data []byte) *refusal {
	r := &refusal{status: response.StatusCode, what: http.StatusText(response.StatusCode)}
	var said struct {
		Code       int     `json:"code"`
		RetryAfter float64 `json:"retry_after"`
		Global     bool    `json:"global"`
	}
	_ = json.Unmarshal(data, &said) // the proxies before Discord answer with pages
	r.code = said.Code
	if r.status == http.StatusTooManyRequests {
		r.global = said.Global
		r.after = time.Duration(said.RetryAfter * float64(time.Second))
		if r.after <= 0 {
			r.after = longestBan // of a proxy that does not say for how long
			r.global = true
		}
	}
	return r
}

// longestBan is how long nothing is sent after a proxy's refusal without a time.
const longestBan = 30 * time.Second

// unusable says in a few words why there is no answer, and never with an address: it would hold the token of an
// interaction.
func unusable(err error) string {
	var failed interface{ Timeout() bool }
	if errors.As(err, &failed) && failed.Timeout() {
		return "no answer in time"
	}
	return "no connection"
}

// me is the bot's own user.
type me struct {
	ID       string `json:"id"`
	Username string `json:"username"`
}

func (a *api) me(ctx context.Context) (u me, err error) {
	return u, a.call(ctx, http.MethodGet, "/users/@me", nil, &u)
}

// direct is the channel of direct messages with a user; Discord makes it when it is not there yet.
func (a *api) direct(ctx context.Context, user string) (channel string, err error) {
	var made struct {
		ID string `json:"id"`
	}
	err = a.call(ctx, http.MethodPost, "/users/@me/channels", map[string]string{"recipient_id": user}, &made)
	return made.ID, err
}
