# make run and make test are the two commands a newcomer needs; make help lists the rest.

GO        ?= go
BIN       := bin/guichet
ADDR      ?= :8080
QUESTIONS := cmd/guichet/testdata/eval/questions.jsonl
LINT      := bin/golangci-lint
LEAKS     := TestNoEvaluationQuestionIsLearned

.DEFAULT_GOAL := help
.PHONY: help run build install test unit vet lint evaluate leaks fuzz bench load clean

help: ## List the commands.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: install build ## Install what is missing, build, start, and print the addresses.
	./$(BIN) serve --addr $(ADDR)

build: ## Build the program into bin/.
	$(GO) build -o $(BIN) ./cmd/guichet
	./$(BIN) kb learn

install: ## Install the programs that serving needs (Go and PostgreSQL).
	@.ci/install serve

test: ## Everything: build, vet, lint, tests on a real PostgreSQL and Chromium, evaluation, leak check.
	@.ci/install test
	$(MAKE) build vet lint leaks unit evaluate

unit: ## The tests, with the race detector; what leaks looks for is left to it.
	$(GO) test -race -timeout 20m -skip '^$(LEAKS)$$' ./...

vet: ## go vet, also for the other system that the private cluster runs on.
	$(GO) vet ./...
	GOOS=darwin $(GO) vet ./connectors/postgres

lint: $(LINT) ## gofmt and golangci-lint (.golangci.yml says why each linter is on).
	@unformatted=$$(gofmt -l .); [ -z "$$unformatted" ] || { echo "gofmt: $$unformatted"; exit 1; }
	$(LINT) run ./...

$(LINT):
	GOBIN=$(CURDIR)/bin $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

evaluate: build ## Measure the answers; fails when a figure falls below the bounds here.
	./$(BIN) kb check
	./$(BIN) eval --quiet --min accuracy=0.95,abstained=0.90,escalated=0.95,clarified=0.90,smalltalk=1,worst_style=0.85 --max harm=0.03,wrong=0.03,false_escal=0.01 $(QUESTIONS)
	./$(BIN) eval --quiet --min accuracy=0.92,abstained=0.90,escalated=0.90 --max harm=0.04,false_escal=0.01 cmd/guichet/testdata/fresh-*.jsonl

leaks: ## No evaluation question may stand in what the program learns from: prints 0 leaks for each set.
	$(GO) test -count=1 -v -run '^$(LEAKS)$$' ./cmd/guichet

fuzz: ## A minute of fuzzing for each parser.
	@for target in $$(grep -rhoE 'func (Fuzz\w+)' --include=*_test.go . | cut -d' ' -f2 | sort -u); do \
		dir=$$(grep -rlE "func $$target\b" --include=*_test.go . | head -1 | xargs dirname); \
		$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime 60s $$dir || exit 1; done

bench: ## Benchmarks, with a bare Bleve query beside them.
	$(GO) test -run '^$$' -bench . -benchmem ./knowledge ./bot

load: build ## Every table of docs/performance.md, in a quarter of an hour (LOAD=--short: in some minutes; LOAD=--million: with a million passages).
	$(GO) build -o bin/guichet-bench ./cmd/guichet-bench
	./bin/guichet-bench all --serve $(BIN) --json load.json $(LOAD)

clean: ## Remove what was built and pictured.
	rm -rf bin screenshots
