package bot

import "guichet/bot/secret"

// MostUploadMB bounds Site.UploadMB.
const MostUploadMB = 1000

// Site is a place where the bot is present: a page with the chat, a Telegram bot, a Discord server.
type Site struct {
	ID          string   `yaml:"id"`
	Name        string   `yaml:"name"`
	Collections []string `yaml:"collections"` // answered from; empty means all
	Colour      string   `yaml:"colour"`      // the accent, #rrggbb
	Origins     []string `yaml:"origins"`     // web origins that may embed the chat; the server's own is always allowed
	Greeting    string   `yaml:"greeting"`    // first words, Markdown
	Starters    []string `yaml:"starters"`    // topic ids proposed before the first question
	// IdentitySecret is what the site's own server signs its logged-in persons with (widget's identify); empty: nobody.
	IdentitySecret secret.Text `yaml:"identity_secret"`
	Delay          string      `yaml:"delay"` // when an agent answers, said at hand-over: "sous 1 jour ouvré"; "" for what the deadlines say

	// UploadMB is how many megabytes (1 048 576 bytes each) a file sent on the website may have; 0 for 50.
	UploadMB int `yaml:"upload_mb"`

	Opening   `yaml:",inline"`    // hours, holidays, closed
	Deadlines map[Category]Target `yaml:"deadlines"` // "" for the defaults
}
