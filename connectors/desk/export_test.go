package desk

import "guichet/bot"

// Routes are the patterns of the table, each with the least role it asks for; "" for nobody.
func Routes() map[string]bot.Role {
	all := map[string]bot.Role{}
	for _, r := range (&desk{}).routes() {
		all[r.pattern] = r.least
	}
	return all
}
