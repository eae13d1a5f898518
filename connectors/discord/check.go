package discord

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"guichet/bot/courier"
)

// Finding is one thing that Check looked at.
type Finding = courier.Finding

// Flags of an application that may get the words of messages (discord.com/developers/docs/resources/application).
const contentFlags = 1<<18 | 1<<19

// A permission and how Discord's settings call it (discord.com/developers/docs/topics/permissions).
type permission struct {
	bit  int64
	name string
}

const (
	administrator = 1 << 3
	viewChannel   = 1 << 10
)

// Uses are what is asked of the bot beyond answering, as in Options.
type Uses struct {
	Cases, Staff string
	Delete       bool
}

// permissions are what the bot needs in a server.
func (u Uses) permissions() []permission {
	list := []permission{{viewChannel, "View Channels"}, {1 << 11, "Send Messages"}, {1 << 14, "Embed Links"}, {1 << 16, "Read Message History"}}
	if u.Cases != "" {
		list = append(list, permission{1 << 15, "Attach Files"}, permission{1 << 36, "Create Private Threads"}, permission{1 << 38, "Send Messages in Threads"})
	}
	if u.Delete {
		list = append(list, permission{1 << 13, "Manage Messages"})
	}
	return list
}

// Check asks Discord about the bot of a token, and says what an operator has to put right. It changes nothing.
func Check(ctx context.Context, token Secret, server string, uses Uses) []Finding {
	a, err := newAPI(token, server)
	if err != nil {
		return []Finding{{OK: false, Says: err.Error()}}
	}
	defer a.client.CloseIdleConnections()
	u, err := a.me(ctx)
	if err != nil {
		return []Finding{{OK: false, Says: tokenTrouble(err)}}
	}
	findings := []Finding{{OK: true, Says: "the token is that of " + u.Username}}
	app, err := a.application(ctx)
	if err != nil {
		return append(findings, Finding{OK: false, Says: "the application cannot be read: " + err.Error()})
	}
	findings = append(findings, a.checkGateway(ctx), checkIntents(app, uses), a.checkCommands(ctx, app.ID))
	findings = append(findings, a.checkGuilds(ctx, app.ID, uses)...)
	if uses.Cases != "" {
		findings = append(findings, a.checkCases(ctx, uses.Cases))
	}
	if uses.Staff != "" {
		findings = append(findings, a.checkStaff(ctx, uses.Staff, u.ID))
	}
	return findings
}

// tokenTrouble says what is wrong with a token.
func tokenTrouble(err error) string {
	if refused(err).status == http.StatusUnauthorized {
		return "Discord does not know this token: copy it again from the developer portal (Bot, Reset Token)"
	}
	return err.Error()
}

// fewSessions is how many new sessions should be left of a day's thousand.
const fewSessions = 50

func (a *api) checkGateway(ctx context.Context) Finding {
	var gateway struct {
		Sessions struct {
			Total     int `json:"total"`
			Remaining int `json:"remaining"`
		} `json:"session_start_limit"`
	}
	if err := a.call(ctx, http.MethodGet, "/gateway/bot", nil, &gateway); err != nil {
		return Finding{OK: false, Says: "the gateway cannot be read: " + err.Error()}
	}
	left := gateway.Sessions.Remaining
	says := fmt.Sprintf("%d of %d connections are left today", left, gateway.Sessions.Total)
	if left < fewSessions {
		return Finding{OK: false, Says: says + ": another program may use the same token; reset it in the developer portal (Bot, Reset Token)"}
	}
	return Finding{OK: true, Says: says}
}

func checkIntents(app application, uses Uses) Finding {
	may := app.Flags&contentFlags != 0
	what := "the threads of cases"
	if uses.Staff != "" {
		what = "the threads of the agents"
	}
	switch needed := uses.Cases != "" || uses.Staff != ""; {
	case needed && !may:
		return Finding{OK: false, Says: "the intent Message Content is off: " + what + " need it. Switch it on in the developer portal (Bot, Privileged Gateway Intents, Message Content Intent, Save Changes)"}
	case !needed && may:
		return Finding{OK: true, Says: "the intent Message Content is on and not needed: it can be switched off (developer portal, Bot)"}
	case may:
		return Finding{OK: true, Says: "the intent Message Content is on, for " + what}
	}
	return Finding{OK: true, Says: "no privileged intent is asked for"}
}

func (a *api) checkCommands(ctx context.Context, app string) Finding {
	list, err := a.registered(ctx, app)
	switch {
	case err != nil:
		return Finding{OK: false, Says: "the commands cannot be read: " + err.Error()}
	case !same(list):
		return Finding{OK: false, Says: "the commands are not registered: guichet serve does it when it starts"}
	}
	return Finding{OK: true, Says: fmt.Sprintf("%d commands are registered", len(list))}
}

// checkGuilds says in which servers the bot is, and what it may not do there.
func (a *api) checkGuilds(ctx context.Context, app string, uses Uses) []Finding {
	guilds, err := a.guilds(ctx)
	if err != nil {
		return []Finding{{OK: false, Says: "the servers cannot be read: " + err.Error()}}
	}
	needed := uses.permissions()
	invited := needed
	if uses.Staff != "" {
		invited = append(slices.Clip(needed), staffPermissions(textChannel)...)
	}
	if len(guilds) == 0 {
		return []Finding{{OK: true, Says: "the bot is in no server: invite it with " + invitation(app, invited)}}
	}
	var findings []Finding
	for _, g := range guilds {
		has, err := strconv.ParseInt(g.Permissions, 10, 64)
		var lacks []string
		for _, p := range needed {
			if err != nil || has&(p.bit|administrator) == 0 {
				lacks = append(lacks, p.name)
			}
		}
		if len(lacks) > 0 {
			findings = append(findings, Finding{OK: false, Says: fmt.Sprintf("in the server %q the bot lacks %s: give its role these permissions, or invite it again with %s",
				g.Name, strings.Join(lacks, ", "), invitation(app, invited))})
			continue
		}
		findings = append(findings, Finding{OK: true, Says: fmt.Sprintf("in the server %q the bot may do what it needs", g.Name)})
	}
	return findings
}

// invitation is the address at which an administrator of a server lets the bot in.
func invitation(app string, needed []permission) string {
	var all int64
	for _, p := range needed {
		all |= p.bit
	}
	return fmt.Sprintf("%s/oauth2/authorize?client_id=%s&scope=bot+applications.commands&permissions=%d", PublicAPI, app, all)
}

// checkCases says whether the channel for cases is there.
func (a *api) checkCases(ctx context.Context, cases string) Finding {
	var channel struct {
		Name string `json:"name"`
		Type int    `json:"type"`
	}
	err := a.call(ctx, http.MethodGet, "/channels/"+cases, nil, &channel)
	switch {
	case err != nil:
		return Finding{OK: false, Says: "the channel for cases cannot be read: check its id, and that the bot may see it (" + err.Error() + ")"}
	case channel.Type != 0:
		return Finding{OK: false, Says: fmt.Sprintf("the channel for cases, #%s, is no text channel: only those have private threads", channel.Name)}
	}
	return Finding{OK: true, Says: fmt.Sprintf("the channel for cases is #%s", channel.Name)}
}
