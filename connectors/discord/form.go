package discord

import (
	"context"
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"guichet/bot"
)

// formChoice begins the value of a button that opens a form: its category, and for one that was filled in wrongly the
// note with its answers.
const formChoice = "form:"

// Limits of modals (discord.com/developers/docs/components/reference).
const (
	longestTitle = 45
	longestInput = 45 // its label
	longestLine  = 200
	longestText  = 2000 // ours: Discord takes 4000, a claim is told in less
)

// formFields are what a form asks for: Discord takes five inputs. What else a request can hold is volunteered in the chat.
func formFields(c bot.Category) []bot.Field {
	switch c {
	case bot.AttestationCorrection:
		return []bot.Field{bot.Correction, bot.AttestationNumber, bot.SubscriptionDate, bot.Siren, bot.Email}
	case bot.AttestationCopy:
		return []bot.Field{bot.AttestationNumber, bot.Email, bot.Name}
	case bot.Claim:
		return []bot.Field{bot.Description, bot.IncidentDate, bot.Place, bot.AttestationNumber, bot.Email}
	case bot.Complaint:
		return []bot.Field{bot.Description, bot.ContractNumber, bot.Email}
	case bot.Human:
		return []bot.Field{bot.Description, bot.Email, bot.Phone}
	}
	return nil
}

// needed are the fields without which a form is not sent. What else is missing is said to be missing: "I have not got it"
// is always an answer.
func needed(f bot.Field) bool { return f == bot.Correction || f == bot.Description || f == bot.Email }

// modal is the form of a request, with answers that were given before.
func modal(c bot.Category, answers map[bot.Field]string) response {
	d, _ := bot.Define(c)
	data := &responseData{CustomID: Version + formChoice + string(c), Title: cut(sentence(d.Label), longestTitle)}
	for _, f := range formFields(c) {
		input := discordgo.TextInput{
			CustomID: string(f), Label: cut(sentence(f.Label()), longestInput), Style: discordgo.TextInputShort,
			Placeholder: placeholder(f), Required: needed(f), MaxLength: longestLine, Value: answers[f],
		}
		if f == bot.Correction || f == bot.Description {
			input.Style, input.MaxLength = discordgo.TextInputParagraph, longestText
		}
		data.Components = append(data.Components, discordgo.ActionsRow{Components: []discordgo.MessageComponent{input}})
	}
	return response{Type: int(discordgo.InteractionResponseModal), Data: data}
}

// sentence begins a label with a capital.
func sentence(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(first)) + words[size:]
}

// asksFor is the category of the form that an interaction opens; empty when it opens none. The second part is the note
// with the answers of a form that was filled in wrongly.
func (p *press) asksFor() (c bot.Category, note string) {
	switch {
	case p.Type == byCommand && p.Data.Name == commandClaim:
		return bot.Claim, ""
	case p.Type == byCommand && p.Data.Name == commandAttestation:
		if p.option(optionRequest) == string(bot.AttestationCopy) {
			return bot.AttestationCopy, ""
		}
		return bot.AttestationCorrection, ""
	case p.Type == byCommand && p.Data.Name == commandPerson:
		if p.option(optionReason) == string(bot.Complaint) {
			return bot.Complaint, ""
		}
		return bot.Human, ""
	case p.Type == byComponent:
		value, _ := strings.CutPrefix(p.Data.CustomID, Version)
		if rest, ok := strings.CutPrefix(value, formChoice); ok {
			category, note, _ := strings.Cut(rest, ":")
			return bot.Category(category), note
		}
		// In a server the answers to questions would be read by others, or could not be given at all.
		if category, ok := strings.CutPrefix(value, bot.ChoiceRequest); ok && p.Guild != "" {
			return bot.Category(category), ""
		}
	}
	return "", ""
}

func (p *press) opensForm() bool {
	c, _ := p.asksFor()
	return formFields(c) != nil
}

// openForm answers an interaction with a form. Nothing is kept: who gets none asks again.
func (s *Server) openForm(ctx context.Context, p *press) {
	c, note := p.asksFor()
	answers := map[bot.Field]string{}
	if isID(note) {
		limited, cancel := context.WithTimeout(ctx, keepLimit)
		defer cancel()
		value, err := s.store.Note(limited, bot.Discord, noteForm+p.from()+":"+note)
		if err == nil {
			err = json.Unmarshal(value, &answers)
		}
		if err != nil && !isNotFound(err) {
			s.log.Warn("a form is opened without what was written before", "error", err)
		}
	}
	if err := s.respond(ctx, p, modal(c, answers)); err != nil {
		s.log.Warn("open a form", "interaction", p.ID, "error", err)
	}
}

// submitted handles a form that was sent.
func (s *Server) submitted(ctx context.Context, p *press, in bot.Inbound) error {
	value, _ := strings.CutPrefix(p.Data.CustomID, Version+formChoice)
	c := bot.Category(value)
	if formFields(c) == nil {
		return nil // of another version
	}
	answers := map[bot.Field]string{}
	for _, row := range p.Data.Rows {
		for _, input := range row.Controls {
			if len(input.Value) > 0 {
				answers[bot.Field(input.CustomID)] = input.Value
			}
		}
	}
	form := bot.Form{Category: c, Answers: answers, Again: formChoice + value + ":" + p.ID}
	// Kept before the button under which it is opened again can be pressed; nothing of it stays when all is well.
	if err := s.keepForm(ctx, p, answers); err != nil {
		return err
	}
	out, problems, err := s.options.Counter.Fill(ctx, in, form)
	if err != nil {
		return err
	}
	if len(problems) == 0 && !out.Duplicate {
		if err := s.store.DropNote(ctx, bot.Discord, noteForm+p.from()+":"+p.ID); err != nil {
			s.log.Warn("drop a form that was accepted", "error", err) // it goes by itself within the hour
		}
	}
	s.answered(ctx, p, out)
	return nil
}

// keepForm keeps the answers of a form, masked, so that it can be opened with them on any replica.
func (s *Server) keepForm(ctx context.Context, p *press, answers map[bot.Field]string) error {
	masked := map[bot.Field]string{}
	for f, answer := range answers {
		masked[f], _ = bot.Mask(answer)
	}
	value, err := json.Marshal(masked)
	if err != nil {
		return err
	}
	return s.store.KeepNote(ctx, bot.Discord, noteForm+p.from()+":"+p.ID, value, lifeForm)
}
