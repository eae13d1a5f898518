package widget

import "guichet/bot"

// personChoice is the button that asks for a person.
const personChoice = bot.ChoiceRequest + string(bot.Human)

// welcome is the first screen of a site; a starter whose topic is gone is left out.
func (s *Server) welcome(one *site, key string) welcomeFrame {
	return welcomeFrame{
		Type: "welcome", Token: signToken(s.secret, one.ID, key), Greeting: string(s.renderer.HTML(one.greeting())),
		Messages: []messageFrame{}, Starters: s.starters(one), Person: choiceFrame{textPerson, personChoice},
		Site: siteFrame{Name: one.Name, Colour: one.palette.Fill},
	}
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

func (s *site) greeting() string {
	if s.Greeting != "" {
		return s.Greeting
	}
	return textGreeting
}
