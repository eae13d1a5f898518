package bot

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"guichet/knowledge"
)

// everySpeech lists the expressions that are looked for in what people say.
func everySpeech() []speech {
	all := []speech{
		cancelWords, dropsIt, dropsFirst, wantsPerson, yesWords, sendWords, noWords, missingWords, unhelpful, acknowledges, helpful,
		interrogates, asksHow, asksToAct, asksWhether, asksIfRobot, wantsToKnow, valueMarkers, aboutPolicy, contrary, requestWords,
		leansOn, pronouns, theOther, keptMarks, fileWords, secondQuestion, asksSomething, englishPerson,
	}
	for _, p := range performs {
		all = append(all, p.words)
	}
	for _, e := range englishSayings {
		all = append(all, e.words)
	}
	return all
}

// saidTexts are the questions of the evaluation and all that is said in the dialogues, as the engine looks at them.
func saidTexts(t *testing.T) (all []string) {
	t.Helper()
	files, err := filepath.Glob("testdata/dialogues/*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no dialogues: %v", err)
	}
	for _, name := range append(files, "../cmd/guichet/testdata/eval/questions.jsonl") {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		for lines := bufio.NewScanner(file); lines.Scan(); {
			text := lines.Text()
			var question struct{ Text string }
			if json.Unmarshal(lines.Bytes(), &question) == nil && question.Text != "" {
				text = question.Text
			}
			all = append(all, text, knowledge.Fold(text), knowledge.Written(text))
		}
	}
	return all
}

func TestWhatAnExpressionNeedsStandsInAllThatItMatches(t *testing.T) {
	t.Parallel()
	texts := saidTexts(t)
	spared := 0
	for _, s := range everySpeech() {
		for _, text := range texts {
			if !s.may(text) && s.Regexp.MatchString(text) {
				t.Errorf("%s matches %q, which holds none of %q", s, text, s.needs)
			}
		}
		if len(s.needs) > 0 {
			spared++
		}
	}
	if spared < 15 {
		t.Errorf("only %d expressions know what they need", spared)
	}
	for expression, want := range map[string][]string{
		`\bautres?\b`:             {"autre"},
		`(?i)\bautres?\b`:         nil, // in any case
		`\b(merci|thanks?)\b`:     {"merci", "thank"},
		`x*`:                      nil,
		`\?|merci`:                nil, // one letter is in most messages
		`^(ok )?(c'est|ca) utile`: {" utile"},
		`(merci )+`:               {"merci "},
		`a declarer|declarer`:     {"declarer"},
	} {
		if got := speaks(expression).needs; !slices.Equal(got, want) {
			t.Errorf("%s needs %q, want %q", expression, got, want)
		}
	}
}

func TestAMessageThatIsNotTakenApartHoldsOneQuestionAtMost(t *testing.T) {
	t.Parallel()
	ended := 0
	for _, text := range saidTexts(t) {
		if goesOn(text) {
			continue
		}
		ended++
		if at := secondQuestion.Regexp.FindStringIndex(text); at != nil {
			t.Errorf("%q holds a second question at %v", text, at)
		}
	}
	if ended < 100 {
		t.Errorf("only %d texts end with their first question", ended)
	}
}
