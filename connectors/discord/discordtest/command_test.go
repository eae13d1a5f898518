package discordtest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"guichet/connectors/discord/discordtest"
)

func TestCommandsAreReplacedAndKeepTheirIds(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	market := s.Guild("Marché")
	b := newBot(t, s, least)
	french := map[discordgo.Locale]string{discordgo.French: "question"}
	first := must(b.ApplicationCommandBulkOverwrite(s.AppID, "", []*discordgo.ApplicationCommand{
		{Name: "question", NameLocalizations: &french, Description: "Une question"}, {Name: "statut", Description: "Où en est-on ?"},
	}))
	must(b.ApplicationCommandBulkOverwrite(s.AppID, market.ID, question))
	second := must(b.ApplicationCommandBulkOverwrite(s.AppID, "", []*discordgo.ApplicationCommand{
		{Name: "question", NameLocalizations: &french, Description: "Une autre"},
	}))
	if len(first) != 2 || len(second) != 1 || second[0].ID != first[0].ID || second[0].ApplicationID != s.AppID {
		t.Errorf("commands %+v, then %+v", first, second)
	}
	read := must(b.ApplicationCommands(s.AppID, ""))
	if len(read) != 1 || read[0].Description != "Une autre" || (*read[0].NameLocalizations)[discordgo.French] != "question" {
		t.Errorf("read %+v", read)
	}
	if there := must(b.ApplicationCommands(s.AppID, market.ID)); len(there) != 1 || there[0].GuildID != market.ID || len(there[0].Options) != 1 {
		t.Errorf("read %+v", there)
	}
	if here := s.Commands(market); len(here) != 1 || here[0].Options[0].Name != "texte" {
		t.Errorf("commands %+v", here)
	}
	if _, err := b.ApplicationCommands("12", ""); err == nil {
		t.Error("read another application's commands")
	}
	if _, err := b.ApplicationCommands(s.AppID, "12"); err == nil {
		t.Error("read the commands of an unknown guild")
	}
}

func TestACommandIsOfferedWhereItIsRegisteredAndChecked(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{})
	market := s.Guild("Marché")
	marie, help, elsewhere := market.Member("marie"), market.Channel("aide"), s.Guild("Autre").Channel("aide")
	b := connect(t, s, least)
	inGuilds := []discordgo.InteractionContextType{discordgo.InteractionContextGuild}
	must(b.ApplicationCommandBulkOverwrite(s.AppID, "", []*discordgo.ApplicationCommand{{Name: "ici", Description: "Ici", Contexts: &inGuilds}}))
	must(b.ApplicationCommandBulkOverwrite(s.AppID, market.ID, []*discordgo.ApplicationCommand{{
		Name: "choix", Description: "Choix", Options: []*discordgo.ApplicationCommandOption{
			{Type: discordgo.ApplicationCommandOptionString, Name: "quoi", Description: "Quoi", Required: true,
				Choices: []*discordgo.ApplicationCommandOptionChoice{{Name: "Micro", Value: "micro"}}},
			{Type: discordgo.ApplicationCommandOptionInteger, Name: "nombre", Description: "Nombre", MaxValue: 3},
		},
	}}))
	for name, run := range map[string]func() (*discordtest.Interaction, error){
		"an unknown command": func() (*discordtest.Interaction, error) { return marie.Command(help, "rien", nil) },
		"a direct message": func() (*discordtest.Interaction, error) {
			return marie.Command(marie.Direct(), "ici", nil)
		},
		"a guild's command elsewhere": func() (*discordtest.Interaction, error) {
			return marie.Command(marie.Direct(), "choix", map[string]any{"quoi": "micro"})
		},
		"another guild":    func() (*discordtest.Interaction, error) { return marie.Command(elsewhere, "ici", nil) },
		"a missing option": func() (*discordtest.Interaction, error) { return marie.Command(help, "choix", nil) },
		"another choice": func() (*discordtest.Interaction, error) {
			return marie.Command(help, "choix", map[string]any{"quoi": "alma"})
		},
		"another type": func() (*discordtest.Interaction, error) {
			return marie.Command(help, "choix", map[string]any{"quoi": "micro", "nombre": "2"})
		},
		"too great a number": func() (*discordtest.Interaction, error) {
			return marie.Command(help, "choix", map[string]any{"quoi": "micro", "nombre": 4})
		},
		"an unknown option": func() (*discordtest.Interaction, error) {
			return marie.Command(help, "choix", map[string]any{"quoi": "micro", "autre": "a"})
		},
	} {
		if _, err := run(); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	must(marie.Command(help, "choix", map[string]any{"quoi": "micro", "nombre": 2}))
	if data := next(t, b.pressed).ApplicationCommandData(); data.Options[0].StringValue() != "micro" || data.Options[1].IntValue() != 2 {
		t.Errorf("data %+v", data)
	}
}

func TestCommandsThatDiscordRefuses(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Config{Route: fast, Global: fast})
	option := func(name string, required bool) string {
		return fmt.Sprintf(`{"type":3,"name":%q,"description":"a","required":%v}`, name, required)
	}
	with := func(options ...string) string {
		return `[{"name":"a","description":"a","options":[` + strings.Join(options, ",") + `]}]`
	}
	var many []string
	for i := range 26 {
		many = append(many, option(fmt.Sprint("o", i), false))
	}
	long := `{"name":"` + strings.Repeat("c", 90) + `","value":"` + strings.Repeat("v", 90) + `"}`
	big := func(name string) string {
		return `{"type":3,"name":"` + name + `","description":"a","choices":[` + repeated(25, long) + `]}`
	}
	for body, path := range map[string]string{
		`[{"name":"Question","description":"a"}]`:                        "0.name",
		`[{"name":"deux mots","description":"a"}]`:                       "0.name",
		`[{"name":"` + strings.Repeat("a", 33) + `","description":"a"}]`: "0.name",
		`[{"name":"a"}]`: "0.description",
		`[{"name":"a","description":"` + strings.Repeat("d", 101) + `"}]`:     "0.description",
		`[{"name":"a","description":"a","name_localizations":{"fr-FR":"a"}}]`: "0.name_localizations.fr-FR",
		`[{"name":"a","description":"a"},{"name":"a","description":"b"}]`:     "1.name",
		`[{"name":"a","description":"a","titel":"b"}]`:                        "0.titel",
		with(many...): "0.options",
		with(option("a", false), option("b", true)): "0.options.1",
		with(option("a", true), option("a", false)): "0.options.1.name",
		with(`{"type":3,"name":"a","description":"a","choices":[` + repeated(26, `{"name":"a","value":"b"}`) + `]}`): "0.options.0.choices",
		with(big("a"), big("b")): "0",
	} {
		status, code, answer := call(t, s, "PUT", "/applications/"+s.AppID+"/commands", body)
		if status != 400 || code != 50035 || len(faults(t, answer, path)) == 0 {
			t.Errorf("%s gave %d, %s", body, status, answer)
		}
	}
	if n := len(s.Commands(nil)); n != 0 {
		t.Errorf("%d commands", n)
	}
	if status, _, answer := call(t, s, "PUT", "/applications/"+s.AppID+"/commands", `[{"name":"état","description":"a"}]`); status != 200 {
		t.Errorf("status %d, %s", status, answer)
	}
}
