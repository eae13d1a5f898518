package discordtest

import (
	"encoding/json"
	"strings"
)

// draft is what a bot wants a message to be, in the body of a request that has been checked. A nil pointer is a field
// that was not sent: an edit leaves it.
type draft struct {
	Content         *string
	TTS             bool
	Flags           *int
	EnforceNonce    bool             `json:"enforce_nonce"`
	Embeds          *[]Embed         // null and [] both mean none
	Components      *[]Component     //
	AllowedMentions *AllowedMentions `json:"allowed_mentions"`
	Attachments     *[]struct {
		ID          json.Number
		Filename    string
		Description string
	}
	Reference *struct {
		MessageID       json.Number `json:"message_id"`
		FailIfNotExists *bool       `json:"fail_if_not_exists"`
	} `json:"message_reference"`
}

// put writes a draft into a message. Fields that are not there stay; any file is added. A message that would show
// nothing is refused. The parse of mentions begins with those of a message of its kind unless the draft says otherwise.
func (s *Server) put(m *Message, form any, d draft, files []File, parse AllowedMentions) error {
	changed := *m
	given, _ := form.(map[string]any)
	if _, there := given["content"]; there {
		changed.Content = ""
		if d.Content != nil {
			changed.Content = strings.TrimSpace(*d.Content)
		}
	}
	if _, there := given["embeds"]; there {
		changed.Embeds = []Embed{}
		if d.Embeds != nil {
			changed.Embeds = append(changed.Embeds, *d.Embeds...)
		}
		for i := range changed.Embeds {
			changed.Embeds[i].Type = "rich"
		}
	}
	if _, there := given["components"]; there {
		changed.Components = []Component{}
		if d.Components != nil {
			changed.Components = numbered(*d.Components)
		}
	}
	if d.Flags != nil {
		changed.Flags = m.Flags&^SuppressEmbeds | *d.Flags&^Ephemeral // what is shown to one stays so
	}
	if err := s.attach(&changed, d, files); err != nil {
		return err
	}
	if changed.Content == "" && len(changed.Embeds) == 0 && len(changed.Attachments) == 0 && len(changed.Components) == 0 {
		return refuse(emptyMessage)
	}
	if d.AllowedMentions != nil {
		parse = *d.AllowedMentions
	}
	s.mention(&changed, parse)
	*m = changed
	return nil
}
