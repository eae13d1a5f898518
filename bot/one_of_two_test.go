package bot_test

import (
	"strings"
	"testing"

	"guichet/bot"
)

func TestAQuestionWithoutAnAnswerIsQuotedAsPlainWords(t *testing.T) {
	t.Parallel()
	text := "Où trouver mon numéro client ? Combien coûte une **assurance** [ici](https://evil.example/) <b>pour</b> mon chien ?"
	reply := say(t, bot.State{}, siteFor("micro"), text).Reply
	if want := "(« Combien coûte une **assurance** [ici](https://evil.example/) <b>pour</b> mon chien ? »)"; !strings.Contains(bot.Plain(reply.Text), bot.Typeset(want)) {
		t.Errorf("%q is not quoted in %q", want, bot.Plain(reply.Text))
	}
	if html := string(bot.NewRenderer().HTML(reply.Text)); strings.Contains(html, "<b>") || strings.Contains(html, `href="https://evil`) {
		t.Errorf("the quote is read as Markdown: %s", html)
	}
}

func TestALongQuestionWithoutAnAnswerIsQuotedShort(t *testing.T) {
	t.Parallel()
	long := "Combien coûte une assurance pour mon chien, un gros berger allemand de sept ans à poil long très gentil avec les enfants du quartier, les voisins et le facteur ?"
	turn := say(t, bot.State{}, siteFor("micro"), "Où trouver mon numéro client ? "+long)
	if !strings.Contains(turn.Reply.Text, "Combien coûte une assurance pour mon chien") || !strings.Contains(turn.Reply.Text, "…") || strings.Contains(turn.Reply.Text, "facteur") {
		t.Errorf("it is not shortened: %q", turn.Reply.Text)
	}
	if turn.State.Unanswered != long {
		t.Errorf("what a person would be told is %q", turn.State.Unanswered)
	}
}
