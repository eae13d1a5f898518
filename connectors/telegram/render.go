package telegram

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf16"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"guichet/bot"
	"guichet/bot/prose"
)

// Limits of the Bot API (core.telegram.org/bots/api, sendMessage and InlineKeyboardButton).
const (
	longestText  = 4096 // UTF-16 units, counted after the entities are parsed
	longestData  = 64   // bytes of callback_data
	longestLabel = 64   // UTF-16 units; ours, for a phone shows no more on a button
)

// Keyboard is the inline keyboard of a message. It stands in for the library's own type, which sends an empty copy_text
// with every button: Telegram may refuse it (BUTTON_COPY_TEXT_INVALID).
type Keyboard struct {
	Rows [][]Button `json:"inline_keyboard"`
}

// Button is one button. Data comes back in the callback query and is the Value of the bot's choice.
type Button struct {
	Text string `json:"text"`
	Data string `json:"callback_data"`
}

// Render turns a reply into the messages that say it, in order, in Telegram's HTML. sourceBase is the public address of
// this counter (https://guichet.example), under which the page of each topic stands; when it is empty, links to topics
// are plain words. A silent reply and one without a word give no message. ReplyMarkup is a *Keyboard, on the last
// message only.
func Render(chatID int64, r bot.Reply, sourceBase string) []*tg.SendMessageParams {
	if r.Kind == bot.Silent {
		return nil
	}
	d := prose.Dialect{SourceBase: sourceBase, Bullet: "• "}
	p := d.Read(r.Text)
	cite(p, d, r.Citations)
	var messages []*tg.SendMessageParams
	for _, part := range prose.Split(p.Glyphs, longestText, units) {
		messages = append(messages, &tg.SendMessageParams{
			ChatID: chatID, Text: format(part), ParseMode: models.ParseModeHTML,
			LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: tg.True()},
		})
	}
	if k := keyboard(r.Choices); k != nil && len(messages) > 0 {
		messages[len(messages)-1].ReplyMarkup = k // assigned only here: a nil *Keyboard would be sent as "null"
	}
	return messages
}

// cite adds a line for each source: the page that shows the passage, else the original's own address.
func cite(p *prose.Text, d prose.Dialect, citations []bot.Citation) {
	apart := "\n\n"
	for _, c := range citations {
		words := strings.Trim(strings.TrimSpace(c.Document)+", "+strings.TrimSpace(c.Section), ", ")
		if words == "" {
			continue
		}
		link := d.Address(c.Topic)
		if link == "" {
			link = d.WebAddress(c.URL)
		}
		p.Write(apart+textSource, prose.Style{})
		p.Write(strings.ToValidUTF8(words, "\uFFFD"), prose.Style{Link: link})
		p.Write(checkedOn(c.Checked), prose.Style{})
		apart = "\n"
	}
}

// units counts a text as Telegram does. Tags and entities do not count.
func units(glyphs []prose.Glyph) int {
	n := 0
	for _, g := range glyphs {
		n += utf16.RuneLen(g.R)
	}
	return n
}

// format writes glyphs as Telegram's HTML. Each stretch of one style opens and closes its own tags.
func format(glyphs []prose.Glyph) string {
	var b strings.Builder
	for len(glyphs) > 0 {
		s, n := glyphs[0].Style, 1
		for n < len(glyphs) && glyphs[n].Style == s {
			n++
		}
		opened, closed := tags(s)
		b.WriteString(opened + escape(prose.Letters(glyphs[:n])) + closed)
		glyphs = glyphs[n:]
	}
	return b.String()
}

func tags(s prose.Style) (opened, closed string) {
	if s.Link != "" {
		opened, closed = `<a href="`+html.EscapeString(s.Link)+`">`, "</a>"
	}
	for _, mark := range []struct {
		name string
		on   bool
	}{{"b", s.Bold}, {"i", s.Italic}, {"code", s.Code}} {
		if mark.on {
			opened, closed = opened+"<"+mark.name+">", "</"+mark.name+">"+closed
		}
	}
	return opened, closed
}

// escape writes the three signs that mean something in Telegram's HTML. Quotes mean nothing outside a tag.
func escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}

// keyboard lays out the buttons, one a row; the answers to "Cela répond-il ?" stand side by side. Nil without a button.
func keyboard(choices []bot.Choice) *Keyboard {
	var rows [][]Button
	beside := false
	for _, c := range choices {
		button := Button{Text: label(c.Label), Data: c.Value}
		if button.Text == "" || c.Value == "" || len(c.Value) > longestData {
			continue
		}
		feedback := strings.HasPrefix(c.Value, "feedback:")
		if feedback && beside {
			rows[len(rows)-1] = append(rows[len(rows)-1], button)
		} else {
			rows = append(rows, []Button{button})
		}
		beside = feedback
	}
	if len(rows) == 0 {
		return nil
	}
	return &Keyboard{Rows: rows}
}

// label sets the words of a button on one line, cut after a word when they are too long.
func label(words string) string {
	p := &prose.Text{}
	p.Write(strings.ReplaceAll(strings.ToValidUTF8(words, "\uFFFD"), "\n", " "), prose.Style{})
	all := prose.Trim(p.Glyphs)
	if !prose.Readable(all) {
		return ""
	}
	if units(all) <= longestLabel {
		return prose.Letters(all)
	}
	return strings.TrimRightFunc(prose.Letters(prose.Split(all, longestLabel-1, units)[0]), unicode.IsPunct) + "…"
}
