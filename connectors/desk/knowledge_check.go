package desk

import (
	"html/template"
	"net/url"
	"strconv"
	"strings"

	"guichet/bot"
	"guichet/bot/publish"
	"guichet/knowledge"
)

// toldProblem is what an editor must mend.
type toldProblem struct {
	Place string // file:line
	Text  string
	Line  string // as it stands there, when it is in the text that was typed
	Href  string // where it is mended, when that is elsewhere
}

// change is what becomes of a topic or a collection.
type change struct {
	What, ID, Title string
	Href            string // of the topic as it is now

	Before, After template.HTML // the answers, where they differ; empty for the last of many
}

// comparedMost is of how many topics both answers are shown.
const comparedMost = 50

// problems tells those of what was typed, and those that its edition had elsewhere already: an editor who mends one
// file at a time is not kept from it by another.
func (d *desk) problems(draft publish.Draft, newest publish.Holdings, form editForm) (must, standing []toldProblem) {
	type key struct{ file, text string }
	before := map[key]bool{}
	for _, p := range newest.Problems {
		before[key{p.File, p.Text}] = true
	}
	typed := strings.Split(form.Text, "\n")
	for _, p := range draft.Problems {
		told := toldProblem{Place: p.File + ":" + strconv.Itoa(p.Line), Text: d.problem(p.Text)}
		own := form.File == "faq/content/"+p.File || form.File == "knowledge/content/"+p.File
		at := p.Line - form.Line
		if own = own && (form.Part == "" || at >= 0 && at < len(typed)); own && at < len(typed) {
			told.Line = strings.TrimSpace(typed[max(at, 0)])
		}
		if !own {
			told.Href = mendedAt(newest.Contents, p.File, p.Line)
		}
		if own || !before[key{p.File, p.Text}] {
			must = append(must, told)
		} else {
			standing = append(standing, told)
		}
	}
	return must, standing
}

// compared are the answers of a topic before and after; empty when they are the same, or there is only one.
func (d *desk) compared(before knowledge.Contents, was knowledge.Topic, after knowledge.Contents) (then, now template.HTML) {
	is, ok := after.Topic(was.ID)
	if !ok {
		return "", ""
	}
	old, _ := bot.Told(before, was)
	told, _ := bot.Told(after, is)
	if old == told {
		return "", ""
	}
	return d.renderer.HTML(old), d.renderer.HTML(told)
}

// mendedAt is the address of the topic that stands at a line of a file; empty when there is none.
func mendedAt(contents knowledge.Contents, file string, line int) string {
	found, above := "", 0
	for _, t := range contents.Topics {
		if t.File == file && (t.Kind == knowledge.KindFAQ || t.Line <= line && t.Line >= above) {
			found, above = topicPath+"?id="+url.QueryEscape(t.ID), t.Line
		}
	}
	return found
}

// whatChanges lists what becomes of the topics and collections.
func (d *desk) whatChanges(before, after knowledge.Contents) []change {
	difference := knowledge.Compare(before, after)
	var all []change
	for _, list := range []struct {
		what french
		ids  []string
		in   knowledge.Contents
		link bool
	}{{"Nouveau", difference.Added, after, false}, {"Modifié", difference.Changed, after, true}, {"Retiré", difference.Removed, before, true}} {
		for _, id := range list.ids {
			c := change{What: d.say(list.what), ID: id}
			if topic, ok := list.in.Topic(id); ok {
				c.Title = bot.Typeset(topic.Title)
			}
			if was, ok := before.Topic(id); ok && c.Title != "" && len(all) < comparedMost {
				c.Before, c.After = d.compared(before, was, after)
			}
			if list.link {
				c.Href = topicPath + "?id=" + url.QueryEscape(id)
			}
			all = append(all, c)
		}
	}
	for _, id := range difference.Collections {
		all = append(all, change{What: d.say("Collection"), ID: id})
	}
	return all
}
