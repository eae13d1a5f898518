package widget

import (
	"cmp"
	"html/template"

	"guichet/bot"
)

// personChoice is the button that asks for a person.
const personChoice = bot.ChoiceRequest + string(bot.Human)

// welcome is the first screen of a site; a starter whose topic is gone is left out.
func (s *Server) welcome(one *site, key, language string) welcomeFrame {
	words, mail := wordsOf(language), ""
	if s.copies != nil {
		mail = words.mail
	}
	w := welcomeFrame{
		Type: "welcome", Token: signToken(s.secret, one.ID, key), Greeting: string(s.greeting(one, language)), Privacy: words.privacy,
		Messages: []messageFrame{}, Starters: s.starters(one, language), Person: choiceFrame{words.person, personChoice, language},
		Site: siteFrame{Name: one.Name, Colour: one.palette.Fill}, Elsewhere: s.elsewhere(one), Mail: mail,
	}
	if s.uploads != nil {
		w.Upload = one.limit()
	}
	return w
}

func (s *Server) starters(one *site, language string) []choiceFrame {
	list := []choiceFrame{}
	base := s.counter.Engine().Base()
	for _, id := range one.Starters {
		if topic, ok := base.Topic(id); ok {
			list = append(list, choiceFrame{bot.Typeset(topic.Title), bot.ChoiceTopic + id, choiceLanguage(true, language)})
		}
	}
	return list
}

// greeting is what a conversation begins with: the site's words, which are French, and whether agents are there.
func (s *Server) greeting(one *site, language string) template.HTML {
	words := wordsOf(language).greeting
	if language == "" {
		words = cmp.Or(one.Greeting, words)
	}
	return s.renderer.HTML(words + "\n\n" + bot.Typeset(bot.TextOpen(one.hours, s.now(), language)))
}
