package desk

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"guichet/bot"
)

const webhooksPath = "/desk/admin/webhooks"

// webhooksPage is where an administrator says which addresses are told what happens to tickets.
type webhooksPage struct {
	page
	Webhooks []webhookRow
	Fresh    *freshSecret
	Error    string // why a test or a removal failed
	New      webhookForm
}

// webhookRow is a webhook in the list.
type webhookRow struct {
	Name, URL string
	Events    string
	WithText  bool
	State     string // the words before the moment
	Alert     bool
	Off       bool
	Since     *moment
	Reason    string // of the last failure
	Who       string
	Made      moment
}

// webhookForm is a webhook as it is being added.
type webhookForm struct {
	Name, URL           string
	NameError, URLError string
	EventError          string
	Some                bool // only the chosen events
	Events              []box
	WithText, Private   bool
}

func (d *desk) showWebhooks(w http.ResponseWriter, r *http.Request, user bot.User) {
	p := webhooksPage{New: webhookForm{Events: d.eventChoices(nil)}}
	query := r.URL.Query()
	p.Notice = d.webhookNotice(query.Get("done"), query.Get("name"))
	d.renderWebhooks(w, r, user, http.StatusOK, p)
}

func (l language) eventChoices(chosen []string) []box {
	var all []box
	for _, e := range bot.WebhookEvents() {
		all = append(all, box{Value: e, Label: l.say(eventName(e)), Chosen: slices.Contains(chosen, e)})
	}
	return all
}

func (d *desk) renderWebhooks(w http.ResponseWriter, r *http.Request, user bot.User, status int, p webhooksPage) {
	said := p.Notice
	p.page = d.inside("Webhooks", user)
	p.Notice = said
	all, err := d.programs.Webhooks.Webhooks(r.Context())
	who, problem := d.madeBy(r.Context(), user)
	if err = errors.Join(err, problem); err != nil {
		d.broken(w, r, "list the webhooks", err)
		return
	}
	for _, hook := range all {
		p.Webhooks = append(p.Webhooks, d.webhookRow(hook, who(hook.MadeBy)))
	}
	d.render(w, r, status, "webhooks", p)
}

func (d *desk) webhookRow(hook bot.Webhook, who string) webhookRow {
	row := webhookRow{
		Name: hook.Name, URL: shownURL(hook.URL), Events: d.say("Tout ce qui arrive"), WithText: hook.WithText, Who: who, Made: d.clock.moment(hook.CreatedAt),
	}
	if len(hook.Events) > 0 {
		var names []string
		for _, e := range hook.Events {
			names = append(names, d.say(eventName(e)))
		}
		row.Events = strings.Join(names, ", ")
	}
	since := hook.Delivered
	switch {
	case !hook.Off.IsZero():
		row.State, row.Alert, row.Off, since, row.Reason = d.say("Éteint"), true, true, hook.Off, d.webhookProblem(hook.LastError)
	case !hook.FailingSince.IsZero():
		row.State, row.Alert, since, row.Reason = d.say("En échec"), true, hook.FailingSince, d.webhookProblem(hook.LastError)
	case hook.Delivered.IsZero():
		row.State = d.say("Rien n’a encore été envoyé")
	default:
		row.State = d.say("Dernier envoi reçu")
	}
	if !since.IsZero() {
		at := d.clock.moment(since)
		row.Since = &at
	}
	return row
}

// addWebhook adds an address, and shows its secret.
func (d *desk) addWebhook(w http.ResponseWriter, r *http.Request, user bot.User) {
	form, events := d.readWebhook(r)
	if form.NameError != "" || form.URLError != "" || form.EventError != "" {
		d.renderWebhooks(w, r, user, http.StatusUnprocessableEntity, webhooksPage{New: form})
		return
	}
	made := bot.Webhook{
		Name: form.Name, URL: form.URL, Secret: d.programs.NewSecret(), Events: events, WithText: form.WithText, Private: form.Private, MadeBy: user.Email,
	}
	err := d.programs.Webhooks.AddWebhook(r.Context(), made)
	if errors.Is(err, bot.ErrExists) {
		form.NameError = d.say(sayWebhookExists)
		d.renderWebhooks(w, r, user, http.StatusUnprocessableEntity, webhooksPage{New: form})
		return
	}
	if err != nil {
		d.broken(w, r, "add a webhook", err)
		return
	}
	p := webhooksPage{Fresh: &freshSecret{made.Name, made.Secret}, New: webhookForm{Events: d.eventChoices(nil)}}
	d.renderWebhooks(w, r, user, http.StatusOK, p)
}

// readWebhook reads the form, and says beside each field what is wrong with it. No events are all of them.
func (d *desk) readWebhook(r *http.Request) (form webhookForm, events []string) {
	form = webhookForm{
		Name: typedName(r), URL: strings.TrimSpace(strings.ToValidUTF8(r.PostFormValue("url"), "")), Some: r.PostFormValue("told") == "some",
		WithText: r.PostFormValue("text") != "", Private: r.PostFormValue("private") != "",
	}
	for _, e := range bot.WebhookEvents() {
		if slices.Contains(r.PostForm["event"], e) {
			events = append(events, e)
		}
	}
	form.Events = d.eventChoices(events)
	if bot.CheckName(form.Name) != nil {
		form.NameError = d.say(sayProgramName)
	}
	if err := d.programs.CheckURL(form.URL, form.Private); err != nil {
		form.URLError = d.say(sayWebhookURL)
	}
	if form.Some && len(events) == 0 {
		form.EventError = d.say(sayNoEvent)
	}
	if !form.Some {
		events = nil
	}
	return form, events
}

// changeWebhook tries a webhook or removes it.
func (d *desk) changeWebhook(w http.ResponseWriter, r *http.Request, user bot.User) {
	name, do := r.PostFormValue("name"), r.PostFormValue("do")
	var err error
	switch do {
	case "test":
		trial := bot.WebhookTrial{Webhooks: d.programs.Webhooks, Audit: d.accounts, Post: d.programs.Post, Now: d.clock.now}
		_, err = trial.Try(r.Context(), name)
	case "remove":
		err = d.programs.Webhooks.RemoveWebhook(r.Context(), name)
	default:
		d.failed(w, r, http.StatusBadRequest)
		return
	}
	p := webhooksPage{New: webhookForm{Events: d.eventChoices(nil)}}
	var refused bot.WebhookRefusal
	switch {
	case errors.As(err, &refused):
		p.Error = d.sayWebhookRefused(name, refused.Error())
		d.renderWebhooks(w, r, user, http.StatusBadGateway, p)
	case errors.Is(err, bot.ErrNotFound):
		p.Error = d.say(sayWebhookGone)
		d.renderWebhooks(w, r, user, http.StatusNotFound, p)
	case err != nil:
		d.broken(w, r, "change a webhook", err)
	default:
		http.Redirect(w, r, webhooksPath+"?"+url.Values{"done": {do}, "name": {name}}.Encode(), http.StatusSeeOther)
	}
}
