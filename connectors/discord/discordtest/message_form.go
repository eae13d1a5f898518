package discordtest

import (
	"net/http"
	"strconv"
	"strings"
)

// Flags of messages (docs: message object, message flags).
const (
	SuppressEmbeds        = 1 << 2
	Ephemeral             = 1 << 6
	Loading               = 1 << 7
	SuppressNotifications = 1 << 12
)

var image = object(fields{
	"url!": address("http", "https", "attachment"), "proxy_url": anything, "height": anything, "width": anything,
	"content_type": anything, "description": anything,
})

// embedForm has the limits of one embed (docs: message, embed limits). What a bot may not set is passed over, as there.
var embedForm = object(fields{
	"title": text(0, 256), "type": anything, "description": text(0, 4096), "url": address("http", "https"),
	"timestamp": moment, "color": whole(0, 0xFFFFFF), "image": image, "thumbnail": image,
	"video": anything, "provider": anything,
	"footer": object(fields{"text!": text(1, 2048), "icon_url": address("http", "https", "attachment"), "proxy_icon_url": anything}),
	"author": object(fields{
		"name!": text(1, 256), "url": address("http", "https"),
		"icon_url": address("http", "https", "attachment"), "proxy_icon_url": anything,
	}),
	"fields": list(0, 25, object(fields{"name!": text(1, 256), "value!": text(1, 1024), "inline": boolean})),
})

// longestEmbeds is how many characters all embeds of a message may have together.
const longestEmbeds = 6000

func embeds(f *form, path []string, value any) {
	list(0, 10, embedForm)(f, path, value)
	elements, _ := value.([]any)
	total := 0
	for i, element := range elements {
		embed, _ := element.(map[string]any)
		shown := embed["image"] != nil || embed["thumbnail"] != nil
		for _, path := range [][]string{{"title"}, {"description"}, {"footer", "text"}, {"author", "name"}} {
			total += length(embed, path...)
			shown = shown || length(embed, path...) > 0
		}
		rows, _ := embed["fields"].([]any)
		for _, row := range rows {
			o, _ := row.(map[string]any)
			total += length(o, "name") + length(o, "value")
		}
		if !shown && len(rows) == 0 {
			f.wrong(under(under(path, strconv.Itoa(i)), "description"), "BASE_TYPE_REQUIRED", "This field is required")
		}
	}
	if total > longestEmbeds {
		f.wrong(path, "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
	}
}

// length counts the text at a path in an object.
func length(o map[string]any, path ...string) int {
	for _, name := range path[:len(path)-1] {
		o, _ = o[name].(map[string]any)
	}
	s, _ := o[path[len(path)-1]].(string)
	return units(strings.TrimSpace(s))
}

// allowedMentions may not both parse a kind and list whom of that kind (docs: message, allowed mentions object).
func allowedMentions(f *form, path []string, value any) {
	object(fields{
		"parse": list(0, 3, oneOf("roles", "users", "everyone")), "roles": list(0, 100, snowflake),
		"users": list(0, 100, snowflake), "replied_user": boolean,
	})(f, path, value)
	o, _ := value.(map[string]any)
	parse, _ := o["parse"].([]any)
	for _, kind := range parse {
		name, _ := kind.(string)
		if listed, _ := o[name].([]any); len(listed) > 0 {
			f.wrong(path, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", `parse:["`+name+`"] and `+name+` are mutually exclusive.`)
		}
	}
}

// attachmentForm is the metadata of one file, with what client libraries repeat of it.
var attachmentForm = object(fields{
	"id!": snowflake, "filename": text(0, 260), "title": text(0, 1024), "description": text(0, 1024), "is_spoiler": boolean,
	"url": anything, "proxy_url": anything, "content_type": anything, "width": anything, "height": anything, "size": anything,
	"ephemeral": anything, "duration_secs": anything, "waveform": anything, "flags": anything,
})

var referenceForm = object(fields{
	"type": oneOf(0), "message_id!": snowflake, "channel_id": snowflake, "guild_id": snowflake, "fail_if_not_exists": boolean,
})

// longestContent is how long a message may be.
const longestContent = 2000

// said are the fields of everything that is a message, new or edited.
var said = fields{
	"content": text(0, longestContent), "embeds": embeds, "allowed_mentions": allowedMentions, "components": messageComponents,
	"attachments": list(0, 10, attachmentForm),
}

var (
	createForm = object(said.with(fields{
		"nonce": nonceForm, "enforce_nonce": boolean, "tts": boolean, "message_reference": referenceForm,
		"sticker_ids": list(0, 0, snowflake), "flags": flags(SuppressEmbeds | SuppressNotifications),
	}))
	editForm = object(said.with(fields{
		"flags": flags(SuppressEmbeds),
		"ID":    anything, "Channel": anything, // discordgo sends them with every edit
	}))
	followUpForm = object(said.with(fields{"tts": boolean, "flags": flags(SuppressEmbeds | SuppressNotifications | Ephemeral)}))
	answerForm   = object(said.with(fields{"tts": boolean, "flags": flags(SuppressEmbeds | SuppressNotifications | Ephemeral)}))
	updateForm   = object(said.with(fields{"tts": boolean, "flags": flags(SuppressEmbeds)}))
)

func nonceForm(f *form, path []string, value any) {
	if _, ok := integer(value); !ok {
		text(1, 25)(f, path, value)
	}
}

// mostBody is the greatest request, mostFile the greatest file in it (docs: create message; reference, uploading files).
const (
	mostBody = 25 << 20
	mostFile = 10 << 20
)

// readForm reads the body of a request, JSON or an upload, into call.form and call.files.
func (c *call) readForm(r rule) error {
	if c.err != nil {
		return c.err
	}
	if c.form == nil {
		return &refusal{status: http.StatusBadRequest, code: invalidForm,
			body: map[string]any{"message": "Invalid Form Body", "code": invalidForm, "errors": map[string]any{
				"_errors": []any{map[string]any{"code": "CONTENT_TYPE_INVALID", "message": "A body of application/json is expected."}},
			}}}
	}
	return check(c.form, r)
}
