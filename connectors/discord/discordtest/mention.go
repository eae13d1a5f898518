package discordtest

import (
	"regexp"
	"slices"
)

// AllowedMentions is whom a message may ping of those that it names (docs: message, allowed mentions object).
type AllowedMentions struct {
	Parse       *[]string `json:"parse"`
	Users       []string  `json:"users"`
	Roles       []string  `json:"roles"`
	RepliedUser bool      `json:"replied_user"`
}

// everything is what an ordinary message may ping when it does not say.
func everything() AllowedMentions {
	return AllowedMentions{Parse: &[]string{"users", "roles", "everyone"}, RepliedUser: true}
}

// usersOnly is what an answer to an interaction may ping when it does not say.
func usersOnly() AllowedMentions { return AllowedMentions{Parse: &[]string{"users"}} }

var (
	userMention = regexp.MustCompile(`<@!?(\d+)>`)
	roleMention = regexp.MustCompile(`<@&(\d+)>`)
	everyone    = regexp.MustCompile(`@(everyone|here)\b`)
)

// mention notes whom a message pings. What a parse of null means is not documented; here it pings all it can, so that a
// test sees the mistake.
func (s *Server) mention(m *Message, allowed AllowedMentions) {
	parses := func(kind string) bool {
		return allowed.Parse == nil && len(allowed.Users)+len(allowed.Roles) == 0 || allowed.Parse != nil && slices.Contains(*allowed.Parse, kind)
	}
	m.Mentions, m.MentionRoles = []Person{}, []string{}
	add := func(u *User) {
		if u != nil && !slices.ContainsFunc(m.Mentions, func(p Person) bool { return p.ID == u.ID }) {
			m.Mentions = append(m.Mentions, u.wire())
		}
	}
	content := m.Content
	for _, found := range userMention.FindAllStringSubmatch(content, -1) {
		if parses("users") || slices.Contains(allowed.Users, found[1]) {
			add(s.users[found[1]])
		}
	}
	for _, found := range roleMention.FindAllStringSubmatch(content, -1) {
		if parses("roles") || slices.Contains(allowed.Roles, found[1]) {
			m.MentionRoles = append(m.MentionRoles, found[1])
		}
	}
	m.MentionEveryone = parses("everyone") && everyone.MatchString(content) && m.channel.guild != nil
	if m.Referenced != nil && allowed.RepliedUser {
		add(s.users[m.Referenced.Author.ID])
	}
}

// Mention is how a message names the user.
func (u *User) Mention() string { return "<@" + u.ID + ">" }
