package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestMakeHelpListsEveryTarget(t *testing.T) {
	t.Parallel()
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	phony := regexp.MustCompile(`(?m)^\.PHONY: (.*)$`).FindStringSubmatch(string(makefile))
	if phony == nil {
		t.Fatal("the Makefile names no targets")
	}
	for _, target := range strings.Fields(phony[1]) {
		if !regexp.MustCompile(`(?m)^` + target + `:.*## \S`).Match(makefile) {
			t.Errorf("make help does not list %s: its line needs a ## and a sentence", target)
		}
	}
}
