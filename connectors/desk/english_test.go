package desk_test

import (
	"regexp"
	"strings"
	"testing"

	"guichet/connectors/desk"

	"golang.org/x/net/html"
)

// readInEnglishToo tells whether a page that a test gets is asked for in English as well. Before the sign-in each page counts as a
// try, and files and streams are no pages.
var notAgain = regexp.MustCompile(`^/desk/(login|link|setup|events|files/|assets/)|transcript|\.csv`)

func readInEnglishToo(path string, got answer) bool {
	return !notAgain.MatchString(path) && got.header.Get("Location") == "" && strings.HasPrefix(got.header.Get("Content-Type"), "text/html")
}

// wantEnglish fails when a page in English says something in French, besides what is marked as French: what customers wrote
// and the bot answered.
func wantEnglish(t *testing.T, name, page string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(page, `<html lang="en">`) && !strings.HasPrefix(page, "<div data-live") {
		t.Errorf("%s is not in English", name)
		return
	}
	walk(t, name, root)
}

// ours are the parts of pages with what people of the team and customers call things.
var ours = regexp.MustCompile(`\b(words|ticket-tag|files|ref|row-customer|line-title|kept)\b`)

func walk(t *testing.T, name string, n *html.Node) {
	t.Helper()
	if n.Type == html.ElementNode {
		lang := attribute(n, "lang")
		if lang != "" && lang != "en" || ours.MatchString(attribute(n, "class")) || n.Data == "script" || n.Data == "textarea" {
			return
		}
		for _, a := range n.Attr {
			if a.Key == "aria-label" || a.Key == "placeholder" || a.Key == "alt" || a.Key == "title" || strings.HasPrefix(a.Key, "data-say-") {
				wantEnglishText(t, name, a.Val)
			}
		}
	}
	if n.Type == html.TextNode {
		wantEnglishText(t, name, n.Data)
	}
	for c := range n.ChildNodes() {
		walk(t, name, c)
	}
}

// frenchSpace is what French sets before its marks and English does not.
var frenchSpace = regexp.MustCompile(`\pL [;:?!]`)

// variables are named in every language as in the texts that they stand in.
var variables = regexp.MustCompile(`\{\{\S+\}\}`)

// given are words of people in sentences of the desk: tags, the names of templates, and the titles of answers.
var given = strings.NewReplacer("à rappeler", "", "Attestation corrigée", "", "La <b>franchise", "", "Comment faire corriger une erreur sur mon attestation ?", "", "Quand reçoit-on son attestation ?", "")

var englishOf = desk.EnglishOf()

func wantEnglishText(t *testing.T, name, text string) {
	t.Helper()
	text = given.Replace(variables.ReplaceAllString(desk.Plain(text), ""))
	said, french := englishOf[text]
	if found := desk.FrenchWords.FindString(strings.ReplaceAll(text, "’", "'")); found != "" || french && said != text && !isEnglish[text] {
		t.Errorf("%s says in English: %q", name, text)
	}
	if frenchSpace.MatchString(text) {
		t.Errorf("%s is set as French is: %q", name, text)
	}
}

// isEnglish are the English texts: some are the French of others.
var isEnglish = func() map[string]bool {
	all := map[string]bool{}
	for _, said := range englishOf {
		all[said] = true
	}
	return all
}()

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
