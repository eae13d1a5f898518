package widget

import (
	"cmp"
	"html/template"

	"guichet/bot"
)

// personChoice is the button that asks for a person.
const personChoice = bot.ChoiceRequest + string(bot.Human)

// welcome is the first screen of a site; a starter whose topic is gone is left out.
func (s *Server) welcome(one *site, key string) welcomeFrame {
	w := welcomeFrame{
		Type: "welcome", Token: signToken(s.secret, one.ID, key), Greeting: string(s.greeting(one)),
		Messages: []messageFrame{}, Starters: s.starters(one), Person: choiceFrame{textPerson, personChoice},
		Site: siteFrame{Name: one.Name, Colour: one.palette.Fill}, Elsewhere: s.elsewhere(one),
	}
	if s.uploads != nil {
		w.Upload = one.limit()
	}
	return w
}

func (s *Server) starters(one *site) []choiceFrame {
	list := []choiceFrame{}
	base := s.counter.Engine().Base()
	for _, id := range one.Starters {
		if topic, ok := base.Topic(id); ok {
			list = append(list, choiceFrame{bot.Typeset(topic.Title), bot.ChoiceTopic + id})
		}
	}
	return list
}

// greeting is what a conversation begins with: the site's words, and whether agents are there.
func (s *Server) greeting(one *site) template.HTML {
	return s.renderer.HTML(cmp.Or(one.Greeting, textGreeting) + "\n\n" + bot.Typeset(bot.TextOpen(one.hours, s.now())))
}
