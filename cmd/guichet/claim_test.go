package main

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The README gives the figures of the three sets by whose misses nothing was changed, taken together. They may be out by
// their own rounding and one question: whoever moves them further writes what they are now.
func TestTheReadmesFiguresAreThoseOfTheThreeSets(t *testing.T) {
	t.Parallel()
	command := evalCommand{contentsFlags: contentsFlags{Cache: defaultCache()}}
	engine, err := command.open()
	if err != nil {
		t.Fatal(err)
	}
	counts := newTally()
	for _, set := range []string{"b", "c", "f"} {
		err := readLines("testdata/fresh-"+set+".jsonl", func(line []byte) error {
			q, a, why, err := evalOne(engine, line)
			counts.weigh(q, why)
			counts.add(q, judge(q, a))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	sure, right := 0, 0
	for i, p := range counts.sure {
		if p >= 0.9 {
			sure++
			if counts.right[i] {
				right++
			}
		}
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(readme)), " ")
	toAnswer, toRefuse, unclear := total(counts.kinds["answer"]), total(counts.kinds["abstain"]), total(counts.kinds["clarify"])
	figures := map[string]float64{}
	for _, m := range counts.metrics() {
		figures[m.name] = m.value
	}
	for _, claim := range []struct {
		says  string
		value float64
		of    int
	}{
		{`([\d.]+) % of the answerable ones get the right answer`, figures["accuracy"], toAnswer},
		{`([\d.]+) % of the unanswerable ones are refused`, figures["abstained"], toRefuse},
		{`([\d.]+) % of what is asked gets a wrong answer`, figures["harm"], toAnswer + toRefuse + unclear},
		{`of those that said 90 % or more, ([\d.]+) % were right`, float64(right) / float64(sure), sure},
	} {
		found := regexp.MustCompile(claim.says).FindStringSubmatch(text)
		if found == nil {
			t.Errorf("the README no longer says %q", claim.says)
			continue
		}
		said, err := strconv.ParseFloat(found[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		_, decimals, _ := strings.Cut(found[1], ".")
		rounding := math.Pow(10, -float64(len(decimals))) / 2
		if measured := 100 * claim.value; math.Abs(said-measured) > rounding+100/float64(claim.of) {
			t.Errorf("the README says %q; it is %.2f %% of %d", found[0], measured, claim.of)
		}
	}
	asked := 0
	for _, kind := range counts.kinds {
		asked += total(kind)
	}
	if stated := "On " + strconv.Itoa(asked) + " questions written"; !strings.Contains(text, stated) {
		t.Errorf("the README does not say %q", stated)
	}
}
