package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"guichet/knowledge"
)

type kbCalibrateCommand struct {
	Out string `help:"Write the weights to this file, in the form of knowledge/weights.json." placeholder:"FILE"`
}

// Run asks every part of the shipped phrases of a base that learned the others, and prints how that went.
func (k *kbCalibrateCommand) Run(c console) error {
	contents, examples, err := readContents(knowledge.ShippedTree())
	if err != nil {
		return err
	}
	found, err := knowledge.Calibrate(contents, examples)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%d questions asked, %.3f of those with an answer right\n\n", found.Asked, found.Right)
	printReliability(c.out, found.Reliability, found.Error)
	if k.Out == "" {
		return nil
	}
	return writeWeights(k.Out, found.Weights)
}

// printReliability prints a reliability table.
func printReliability(w io.Writer, bins []knowledge.Bin, distance float64) {
	fmt.Fprintln(w, "| sure | questions | mean | right |\n|---|---|---|---|")
	for _, b := range bins {
		if b.Questions > 0 {
			fmt.Fprintf(w, "| %.1f to %.1f | %d | %.3f | %.3f |\n", b.From, b.To, b.Questions, b.Sure, b.Right)
		}
	}
	fmt.Fprintf(w, "\nexpected calibration error %.3f\n", distance)
}

// writeWeights replaces the learned weights of a file and keeps its other part.
func writeWeights(file string, learned knowledge.Weights) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read the weights: %w", err)
	}
	var parts map[string]any
	if err := json.Unmarshal(data, &parts); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	parts["learned"] = learned
	data, err = json.MarshalIndent(parts, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(data, '\n'), 0o600)
}
