package knowledge

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"guichet/faq"
)

func botExamples() []Example {
	var examples []Example
	files, _ := os.ReadDir("../bot/phrases")
	for _, f := range files {
		data, _ := os.ReadFile("../bot/phrases/" + f.Name())
		name := strings.TrimSuffix(f.Name(), ".md")
		label := name
		for i, line := range strings.Split(string(data), "\n") {
			if level, heading := faq.Heading(line); level == 2 && name == "smalltalk" {
				label = "smalltalk." + heading
			}
			for _, p := range faq.Bullets(faq.Body{Lines: []string{line}, First: i + 1}) {
				examples = append(examples, Example{Label: label, Text: p.Text})
			}
		}
	}
	return examples
}

func TestScratchHyper(t *testing.T) {
	contents, _, _ := Shipped()
	ex := botExamples()
	w0, l0 := channelWeight, learning
	for _, c := range []struct {
		name string
		f    func()
	}{
		{"base", func() {}},
		{"epochs 8", func() { learning.epochs = 8 }},
		{"epochs 20", func() { learning.epochs = 20 }},
		{"rate 1", func() { learning.rate = 1 }},
		{"rate 2.5", func() { learning.rate = 2.5 }},
		{"char 1.0", func() { channelWeight[1] = 1 }},
		{"char 1.8", func() { channelWeight[1] = 1.8 }},
		{"sound 0.8", func() { channelWeight[2] = .8 }},
		{"concept 1.4", func() { channelWeight[3] = 1.4 }},
		{"word 1.4", func() { channelWeight[0] = 1.4 }},
	} {
		channelWeight, learning = w0, l0
		c.f()
		s := time.Now()
		r, err := Calibrate(contents, ex)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("%-12s right %.4f ece %.3f  %v\n", c.name, r.Right, r.Error, time.Since(s).Round(time.Second))
	}
}
