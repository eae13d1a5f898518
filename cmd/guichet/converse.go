package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"guichet/bot"
)

type converseCommand struct {
	JSON bool `name:"json" help:"Print JSON Lines (the only form)." required:""`
	contentsFlags
	File string `arg:"" help:"JSON Lines of {id, scope, turns:[{user}]}; - is standard input."`
}

type dialogueLine struct {
	ID    string  `json:"id"`
	Scope *string `json:"scope"`
	Turns []struct {
		User string `json:"user"`
	} `json:"turns"`
}

type dialogueJSON struct {
	ID     string           `json:"id"`
	Turns  []bot.AnswerJSON `json:"turns"`
	Ticket *ticketJSON      `json:"ticket"`
	Stored string           `json:"stored"`
}

type ticketJSON struct {
	Category bot.Category         `json:"category"`
	Recorded bool                 `json:"recorded"`
	Fields   map[bot.Field]string `json:"fields"`
}

// Run plays each conversation from its start, with the engine that serves customers.
func (d *converseCommand) Run(c console) error {
	engine, err := d.engine()
	if err != nil {
		return err
	}
	in, name := c.in, "standard input"
	if d.File != "-" {
		file, err := os.Open(d.File)
		if err != nil {
			return err
		}
		defer file.Close()
		in, name = file, d.File
	}
	out := json.NewEncoder(c.out)
	return eachLine(in, name, func(line []byte) error {
		var dialogue dialogueLine
		if err := json.Unmarshal(line, &dialogue); err != nil {
			return fmt.Errorf("not a JSON conversation: %w", err)
		}
		played, err := play(engine, dialogue, time.Now())
		if err != nil {
			return err
		}
		return out.Encode(played)
	})
}

// play runs one conversation. Stored is every text the store would keep: messages as masked, replies, tickets, state.
func play(engine *bot.Engine, d dialogueLine, now time.Time) (dialogueJSON, error) {
	out := dialogueJSON{ID: d.ID, Turns: []bot.AnswerJSON{}}
	site, err := engine.Scope(deref(d.Scope))
	if err != nil {
		return out, err
	}
	var state bot.State
	var stored []string
	for _, t := range d.Turns {
		turn, err := engine.Next(state, site, bot.Inbound{Channel: "cli", Text: t.User}, bot.Moment{Now: now, Reference: "G-0000-0000"})
		if err != nil {
			return out, err
		}
		state = turn.State
		out.Turns = append(out.Turns, bot.NewAnswerJSON("", turn.Reply))
		stored = append(stored, turn.Text, turn.Reply.Text)
		if turn.Ticket != nil {
			out.Ticket = &ticketJSON{turn.Ticket.Category, true, turn.Ticket.Fields}
		}
	}
	if out.Ticket == nil && state.Intake != nil {
		out.Ticket = &ticketJSON{state.Intake.Category, false, state.Intake.Fields}
	}
	kept, err := json.Marshal(state)
	if err != nil {
		return out, err
	}
	out.Stored = strings.Join(append(stored, string(kept)), "\n")
	return out, nil
}
