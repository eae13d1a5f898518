package discord

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"guichet/bot"
	"guichet/bot/courier"
)

// The names of the commands and of their options.
const (
	commandQuestion    = "question"
	commandAttestation = "attestation"
	commandClaim       = "sinistre"
	commandPerson      = "conseiller"
	commandStatus      = "statut"
	commandHelp        = "aide"
	commandPrivacy     = "confidentialite"

	optionText      = "texte"
	optionRequest   = "demande"
	optionReason    = "motif"
	optionReference = "reference"
)

// command is a slash command as it is registered (discord.com/developers/docs/interactions/application-commands).
type command struct {
	Type        int      `json:"type"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Options     []option `json:"options,omitempty"`
}

type option struct {
	Type        int      `json:"type"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Required    bool     `json:"required"`
	MaxLength   int      `json:"max_length,omitempty"`
	Choices     []choice `json:"choices,omitempty"`
}

type choice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

const (
	chatInput       = 1 // a slash command
	textOption      = 3
	longestQuestion = 2000
)

// commands are what Discord shows when somebody types a slash.
func commands() []command {
	text := func(name, says string, required bool, choices ...choice) option {
		o := option{Type: textOption, Name: name, Description: says, Required: required, Choices: choices}
		if len(choices) == 0 {
			o.MaxLength = longestQuestion
		}
		return o
	}
	return []command{
		{chatInput, commandQuestion, saysQuestion, []option{text(optionText, saysText, true)}},
		{chatInput, commandAttestation, saysAttestation, []option{text(optionRequest, saysRequest, true,
			choice{saysCorrection, string(bot.AttestationCorrection)}, choice{saysCopy, string(bot.AttestationCopy)})}},
		{chatInput, commandClaim, saysClaim, nil},
		{chatInput, commandPerson, saysPerson, []option{text(optionReason, saysReason, false,
			choice{saysHuman, string(bot.Human)}, choice{saysComplaint, string(bot.Complaint)})}},
		{chatInput, commandStatus, saysStatus, []option{text(optionReference, saysReference, false)}},
		{chatInput, commandHelp, saysHelp, nil},
		{chatInput, commandPrivacy, saysPrivacy, nil},
	}
}

// same tells whether the commands that are registered are ours.
func same(registered []command) bool {
	return slices.EqualFunc(registered, commands(), func(a, b command) bool {
		return a.Type == b.Type && a.Name == b.Name && a.Description == b.Description &&
			slices.EqualFunc(a.Options, b.Options, func(a, b option) bool {
				return a.Type == b.Type && a.Name == b.Name && a.Description == b.Description && a.Required == b.Required &&
					a.MaxLength == b.MaxLength && slices.Equal(a.Choices, b.Choices)
			})
	})
}

// application is what Discord says of the application; its id is not that of the bot's user.
type application struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Flags  int    `json:"flags"`
	Public bool   `json:"bot_public"`
}

func (a *api) application(ctx context.Context) (app application, err error) {
	return app, a.call(ctx, http.MethodGet, "/oauth2/applications/@me", nil, &app)
}

// registered are the commands that Discord knows, in the order of ours.
func (a *api) registered(ctx context.Context, app string) (list []command, err error) {
	if err := a.call(ctx, http.MethodGet, "/applications/"+app+"/commands", nil, &list); err != nil {
		return nil, err
	}
	place := map[string]int{}
	for i, c := range commands() {
		place[c.Name] = i + 1
	}
	slices.SortStableFunc(list, func(a, b command) int { return place[a.Name] - place[b.Name] })
	return list, nil
}

// register tells Discord the commands, if it knows others.
func (s *Server) register(ctx context.Context) {
	trouble := courier.Complaint{Log: s.log, What: "register the commands"}
	for n := 1; ; n++ {
		err := s.registerOnce(ctx)
		if ctx.Err() != nil {
			return
		}
		if trouble.About(err); err == nil {
			return
		}
		if r := refused(err); r.status == http.StatusBadRequest || r.status == http.StatusForbidden {
			return
		}
		if !courier.Rest(ctx, courier.PauseAfter(err, courier.Doubled(s.pace.Trouble, n, s.pace.away))) {
			return
		}
	}
}

func (s *Server) registerOnce(ctx context.Context) error {
	app, err := s.api.application(ctx)
	if err != nil {
		return err
	}
	list, err := s.api.registered(ctx, app.ID)
	if err != nil || same(list) {
		return err
	}
	var made json.RawMessage
	return s.api.call(ctx, http.MethodPut, "/applications/"+app.ID+"/commands", commands(), &made)
}
