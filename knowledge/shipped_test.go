package knowledge_test

import (
	"bufio"
	"bytes"
	"errors"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"guichet/faq"
	"guichet/knowledge"
)

// examples are messages that are no question about a topic.
var examples = []knowledge.Example{
	{Label: "greeting", Text: "bonjour"}, {Label: "greeting", Text: "bonsoir à tous"}, {Label: "greeting", Text: "salut"},
	{Label: "thanks", Text: "merci"}, {Label: "thanks", Text: "merci beaucoup pour votre aide"}, {Label: "thanks", Text: "je vous remercie"},
	{Label: "human", Text: "je veux parler à quelqu'un"}, {Label: "human", Text: "passez-moi un conseiller"},
}

func shippedContents(t testing.TB) knowledge.Contents {
	t.Helper()
	contents, found, err := knowledge.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 0 {
		t.Fatalf("the shipped knowledge cannot be read: %v", found)
	}
	return contents
}

// built learns the shipped knowledge once for the package: it takes seconds.
var built = sync.OnceValues(func() (*knowledge.Base, error) {
	contents, _, err := knowledge.Shipped()
	if err != nil {
		return nil, err
	}
	return knowledge.Build(contents, examples)
})

func shippedBase(t testing.TB) *knowledge.Base {
	t.Helper()
	base, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return base
}

func find(t testing.TB, base *knowledge.Base, text string, collections ...string) knowledge.Findings {
	t.Helper()
	found, err := base.Find(knowledge.Query{Text: text, Collections: collections})
	if err != nil {
		t.Fatalf("find %.80q: %v", text, err)
	}
	return found
}

func TestTheShippedKnowledgeHasNoProblem(t *testing.T) {
	t.Parallel()
	for _, p := range knowledge.Check(shippedContents(t), published) {
		t.Error(p)
	}
}

func TestTheShippedKnowledgeCoversTheListedTopics(t *testing.T) {
	t.Parallel()
	const file = "../../shared/corpus/topics.tsv"
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") != "true" {
		t.Skipf("%s stands outside of this repository and is not here", file)
	}
	if err != nil {
		t.Fatal(err)
	}
	var wanted []faq.Phrase
	scanner := bufio.NewScanner(bytes.NewReader(data))
	for line := 1; scanner.Scan(); line++ {
		if id, _, _ := strings.Cut(scanner.Text(), "\t"); id != "" && !strings.HasPrefix(id, "#") {
			wanted = append(wanted, faq.Phrase{Text: id, Line: line})
		}
	}
	if len(wanted) < 50 {
		t.Fatalf("%s lists only %d topics", file, len(wanted))
	}
	for _, p := range knowledge.CheckTopics(shippedContents(t), "topics.tsv", wanted) {
		t.Error(p)
	}
}

func TestATopicThatIsListedAndMissingIsReportedAtItsLine(t *testing.T) {
	t.Parallel()
	f := good()
	contents, _, err := knowledge.Load(f.entries, f.documents)
	if err != nil {
		t.Fatal(err)
	}
	found := knowledge.CheckTopics(contents, "topics.tsv", []faq.Phrase{{Text: "velo.payer", Line: 3}, {Text: "velo.vol", Line: 4}})
	if len(found) != 2 {
		t.Fatalf("problems: %v", found)
	}
	slices.SortFunc(found, func(a, b faq.Problem) int { return strings.Compare(a.File, b.File) })
	if p := found[0]; p.File != "topics.tsv" || p.Line != 4 || !strings.Contains(p.Text, "velo.vol") {
		t.Errorf("the missing topic is reported as %v", p)
	}
	if p := found[1]; p.File != "velo/contrat.md" || p.Line != 7 || !strings.Contains(p.Text, "velo.cadre") {
		t.Errorf("the topic that is not listed is reported as %v", p)
	}
}

func TestEveryTopicIsFoundByItsOwnTitle(t *testing.T) {
	t.Parallel()
	base := shippedBase(t)
	for _, topic := range base.Contents().Topics {
		found := find(t, base, topic.Title, topic.Collection)
		if len(found.Hits) == 0 || found.Hits[0].Topic.ID != topic.ID {
			t.Errorf("%q finds %v, want %s", topic.Title, ids(found), topic.ID)
		}
	}
}

func ids(found knowledge.Findings) []string {
	var list []string
	for _, h := range found.Hits {
		list = append(list, h.Topic.ID)
	}
	return list
}

// checkFindings is what holds for any question.
func checkFindings(t testing.TB, q string, scope []string, found knowledge.Findings) {
	t.Helper()
	allowed := func(collection string) bool { return len(scope) == 0 || slices.Contains(scope, collection) }
	sum, last := found.Outside, 1.0
	for _, h := range found.Hits {
		if !allowed(h.Topic.Collection) {
			t.Errorf("%.80q in %v gives %s", q, scope, h.Topic.ID)
		}
		if math.IsNaN(h.Probability) || h.Probability < 0 || h.Probability > last {
			t.Errorf("%.80q: the probability of %s is %v after %v", q, h.Topic.ID, h.Probability, last)
		}
		sum, last = sum+h.Probability, h.Probability
	}
	last = 1
	for _, r := range found.Readings {
		if math.IsNaN(r.Probability) || r.Probability < 0 || r.Probability > last {
			t.Errorf("%.80q: the probability of %s is %v after %v", q, r.Label, r.Probability, last)
		}
		last = r.Probability
	}
	if len(found.Hits) > 10 {
		t.Errorf("%.80q gives %d hits", q, len(found.Hits))
	}
	if sum > 1.001 || len(found.Hits) < 10 && sum < 0.999 {
		t.Errorf("%.80q in %v: the probabilities add up to %v (%d hits)", q, scope, sum, len(found.Hits))
	}
	if e := found.Elsewhere; e != nil && allowed(e.Topic.Collection) {
		t.Errorf("%.80q: %s is said to be elsewhere in %v", q, e.Topic.ID, scope)
	}
}

func TestAQuestionIsNeverAnsweredFromACollectionThatIsNotAllowed(t *testing.T) {
	t.Parallel()
	base := shippedBase(t)
	collections := base.Contents().Collections
	n := 0
	for _, topic := range base.Contents().Topics {
		for i, p := range topic.Asked {
			if i%9 != 0 {
				continue
			}
			n++
			for k := range collections {
				one := []string{collections[k].ID}
				two := []string{collections[k].ID, collections[(k+n)%len(collections)].ID}
				scope := [][]string{one, two}[n%2]
				checkFindings(t, p.Text, scope, find(t, base, p.Text, scope...))
			}
		}
	}
	if n < 300 {
		t.Errorf("only %d questions were asked", n)
	}
}

func TestAScopeWithoutAnyKnownCollectionFindsNothing(t *testing.T) {
	t.Parallel()
	found := find(t, shippedBase(t), "comment payer", "nowhere")
	if len(found.Hits) != 0 {
		t.Errorf("a collection that does not exist answers %v", ids(found))
	}
}

func TestANamedInsurerIsRecognised(t *testing.T) {
	t.Parallel()
	base := shippedBase(t)
	for text, want := range map[string]string{
		"et chez L’Auxiliaire ?": "auxiliaire", "je suis chez active assurances": "active", "MON CONTRAT ALMA": "alma",
	} {
		if got := base.NamedIn(text); !slices.Equal(got, []string{want}) {
			t.Errorf("NamedIn(%q) = %v, want %s", text, got, want)
		}
	}
	for _, text := range []string{"comment payer", "", "mon compte n'est plus actif", "l'almanach"} {
		if got := base.NamedIn(text); len(got) != 0 {
			t.Errorf("NamedIn(%q) = %v", text, got)
		}
	}
	found := find(t, base, "comment résilier chez Alma ?", "micro")
	if !slices.Contains(found.Named, "alma") {
		t.Errorf("an insurer that is named and not allowed is not told: %v", found.Named)
	}
	if found.Elsewhere == nil || found.Elsewhere.Topic.Collection != "alma" {
		t.Errorf("elsewhere is %+v", found.Elsewhere)
	}
}

var odd = []string{
	"", " ", "?", "\x00", "\xff\xfe", "😀😀", "a", "l'", "''''", "....", "1234567890", strings.Repeat("a", 5000), strings.Repeat("attestation ", 500), "le la les de du des", "İß ŒUVRE ﬁ",
	"+attestation -kbis", "title:kbis", "kbis*", "(((", "\"attestation", "a AND b OR NOT c", "~2", "^", "attestation^1000000", "/re(gex/", "\\", "{\"match_all\":{}}",
}

func TestAnOddQuestionIsFoundNothingBadFor(t *testing.T) {
	t.Parallel()
	base := shippedBase(t)
	for _, text := range odd {
		for _, scope := range [][]string{nil, {"micro"}, {"alma", "active"}, {"nowhere"}} {
			checkFindings(t, text, scope, find(t, base, text, scope...))
		}
		base.NamedIn(text)
		base.Content(text)
		if c := base.Covers("micro.kbis", text); math.IsNaN(c) || c < 0 || c > 1 {
			t.Errorf("Covers(%.60q) = %v", text, c)
		}
		if c := base.Covers("no.topic", text); math.IsNaN(c) || c < 0 || c > 1 {
			t.Errorf("Covers of an unknown topic (%.60q) = %v", text, c)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, text := range odd {
		f.Add(text)
	}
	base := shippedBase(f)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) <= 2000 {
			checkFindings(t, text, []string{"micro"}, find(t, base, text, "micro"))
		}
	})
}

func TestManyMayAskAtOnceAndGetTheSame(t *testing.T) {
	t.Parallel()
	base := shippedBase(t)
	questions := []string{"comment payer", "où est mon attestation", "résilier", "vol de la caisse"}
	var want []string
	for _, q := range questions {
		want = append(want, strings.Join(ids(find(t, base, q)), " "))
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i, q := range questions {
				found, err := base.Find(knowledge.Query{Text: q})
				if got := strings.Join(ids(found), " "); err != nil || got != want[i] {
					t.Errorf("%q gives %s, %v, want %s", q, got, err, want[i])
				}
			}
		})
	}
	group.Wait()
}
