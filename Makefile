# Clientele. `make` alone prints what there is.

GO ?= go
BIN := $(CURDIR)/bin
LINT_VERSION := v2.15.0
DEMO := demo
# Customers of the companies whose nights are measured, each in a process of its own.
SIZES := 100000 300000 1000000
# Records of the files of persons that are deduped, each in a process of its own, and of that which others dedupe too.
PERSONS := 10000 100000 1000000 3000000
PEERS := 1000000
# Packages whose tests ask the SQL analyser.
ANALYSED := ./schemas/dialect/dialecttest ./schemas/expr ./transforms/transformstest ./pipelines
export CGO_ENABLED := 1

.DEFAULT_GOAL := help

help: ## print this
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

build: ## build bin/clientele
	$(GO) build -o $(BIN)/clientele ./jobs/clientele

demo: build ## make a fictitious company's sources in demo/ and work a night on them
	$(BIN)/clientele demo --as-of 2026-11-21 $(DEMO)

test: ## run all tests
	$(GO) test -timeout 60m ./...

test-googlesql: $(BIN)/googlesql ## have Google's own SQL analyser take every BigQuery statement
	@out=$$(CLIENTELE_GOOGLESQL=$(BIN)/googlesql $(GO) test -count 1 -run 'GoogleSQL|Analyser' $(ANALYSED)) || { echo "$$out"; exit 1; }; \
	echo "$$out"; case "$$out" in *"no tests to run"*) exit 1;; esac

$(BIN)/googlesql: $(wildcard schemas/dialect/googlesql/*)
	$(GO) -C schemas/dialect/googlesql build -o $@ .

race: ## run the tests of what is concurrent under the race detector
	$(GO) test -timeout 60m -race -short ./connectors/... ./transforms/conform ./schemas/expr
	$(GO) test -timeout 60m -race -short -run 'Held|Reader|Replay|Lock|Withdraw' ./pipelines

test-bigquery: ## run the suites of warehouses and sources, a night, a move and a restore on an emulator of BigQuery
	GO=$(GO) .ci/test-bigquery

test-postgres: ## run the tests that need a PostgreSQL server, on a throw-away one
	mkdir -p $(BIN)
	.ci/with-postgres $(GO) test -count 1 -v ./connectors/postgresstate > $(BIN)/postgres.txt || { cat $(BIN)/postgres.txt; exit 1; }
	.ci/with-postgres $(GO) test -count 1 -v -run 'TestStory/state_postgres' ./jobs >> $(BIN)/postgres.txt || { cat $(BIN)/postgres.txt; exit 1; }
	.ci/ran $(BIN)/postgres.txt TestConformance/ TestLockBetweenProcesses/ TestStory/state_postgres

test-sqldb: ## run the tests of reading databases on a throw-away PostgreSQL and MariaDB
	mkdir -p $(BIN)
	.ci/with-postgres .ci/with-mariadb $(GO) test -count 1 -timeout 20m -v ./connectors/sqldb > $(BIN)/sqldb.txt || { cat $(BIN)/sqldb.txt; exit 1; }
	.ci/ran $(BIN)/sqldb.txt TestConformance/PostgreSQL TestConformance/MariaDB TestConformance/SQLite TestTypes/PostgreSQL TestTypes/MariaDB TestCursor/PostgreSQL TestCursor/MariaDB

# Connectors whose tests have a large input; `go test` takes one package at a time.
LARGE := ./connectors/csvfile ./connectors/jsonfile ./connectors/parquetfile ./connectors/xlsxfile ./connectors/savfile ./connectors/triplesfile ./connectors/sqldb ./connectors/restapi

test-large: ## read 1 GB through each connector of files and of SQLite, refuse it over HTTP, and hold the memory that it takes
	mkdir -p $(BIN)
	CLIENTELE_LARGE=1 $(GO) test -count 1 -p 1 -timeout 60m -v -run '^TestLarge$$' $(LARGE) > $(BIN)/large.txt || { cat $(BIN)/large.txt; exit 1; }
	.ci/ran $(BIN)/large.txt TestLarge TestLarge/json TestLarge/ndjson TestLarge/texts_in_cells TestLarge/shared_texts TestLarge/sav TestLarge/zsav TestLarge/fixed TestLarge/csv TestLarge/identity TestLarge/gzip
	grep -h -e 'peak of' -e '^ok' $(BIN)/large.txt

test-examples: build ## run the example of four sources, on a throw-away PostgreSQL
	.ci/with-postgres env CLIENTELE=$(BIN)/clientele $(GO) test -count 1 -v ./examples/... > $(BIN)/examples.txt || { cat $(BIN)/examples.txt; exit 1; }
	.ci/ran $(BIN)/examples.txt TestFourSources

test-client: $(BIN)/client/bin/python ## open the published file with DuckDB's Python package while a night runs
	CLIENTELE_BI_PYTHON=$(BIN)/client/bin/python $(GO) test -count 1 -v -run 'TestClientWhileNight' ./pipelines > $(BIN)/client.txt || { cat $(BIN)/client.txt; exit 1; }
	.ci/ran $(BIN)/client.txt TestClientWhileNight

$(BIN)/client/bin/python:
	python3 -m venv $(BIN)/client
	$(BIN)/client/bin/pip install --quiet 'duckdb>=1.4'

# Public data with a known truth; its folders are those that the test names.
DATA := ../shared/data/match

accuracy: ## print how well matching finds the truth of public data in DATA, and hold its floors
	@out=$$(CLIENTELE_MATCH_DATA=$(abspath $(DATA)) $(GO) test -count 1 -v -run 'TestAccuracy$$' ./transforms/match); ok=$$?; echo "$$out" | grep -v '^=== '; exit $$ok

lint: $(BIN)/golangci-lint ## hold the house's laws
	$(BIN)/golangci-lint run ./...

$(BIN)/golangci-lint:
	GOBIN=$(BIN) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)

test-deploy: ## check the texts of docs/deploy and the Dockerfile by the definitions of their readers
	cd docs/deploy && $(GO) vet ./... && $(GO) test ./...

test-dist: ## work docs/install.md through from the archives of `make dist`
	CLIENTELE_DIST=$(CURDIR)/$(DIST) $(GO) test -count 1 -run '^TestInstall$$' -v ./docs

bench: build ## measure; writes bin/bench.json, and the README's table and demo
	$(BIN)/clientele demo --as-of 2026-11-21 $(DEMO) > $(BIN)/demo.txt
	$(GO) test -run '^$$' -bench '^BenchmarkConform$$' -cpu 1 ./transforms/conform | tee $(BIN)/bench.txt
	$(GO) test -run '^$$' -bench '^BenchmarkOnlineRetailNight$$' -benchtime 3x ./pipelines | tee -a $(BIN)/bench.txt
	$(GO) test -run '^$$' -bench '^BenchmarkLand$$' ./pipelines | tee -a $(BIN)/bench.txt
	$(GO) test -run '^$$' -bench '^BenchmarkExtract$$/^1940000$$' -benchtime 1x -timeout 1h ./connectors/kbo | tee -a $(BIN)/bench.txt
	$(GO) test -run '^$$' -bench '^BenchmarkLink$$' -benchtime 1x -timeout 1h ./pipelines/registers | tee -a $(BIN)/bench.txt
	for n in $(SIZES); do $(GO) test -run '^$$' -bench "^BenchmarkNights$$/^$$n$$" -benchtime 1x -timeout 2h ./pipelines | tee -a $(BIN)/bench.txt; done
	for n in $(PERSONS); do $(GO) test -run '^$$' -bench "^BenchmarkDedupe$$/^$$n$$" -benchtime 1x -timeout 1h ./jobs | tee -a $(BIN)/bench.txt; done
	$(GO) test -run '^$$' -bench '^BenchmarkNightOfPersons$$/^1000000$$' -benchtime 1x -timeout 1h ./jobs | tee -a $(BIN)/bench.txt
	CLIENTELE_BENCH=$(BIN)/bench.txt CLIENTELE_DEMO=$(BIN)/demo.txt $(GO) test -count 1 -run 'Figures|Demo' ./docs

bench-peers: build ## dedupe a million persons with this program and with Splink, in a virtual environment, and write the page's table
	.ci/bench-peers $(PEERS)

verify: ## check that what is generated is what is committed
	$(GO) mod tidy -diff
	$(GO) -C schemas/dialect/googlesql mod tidy -diff
	$(GO) -C docs/deploy mod tidy -diff
	$(GO) vet ./...
	test -z "$$(gofmt -l $$(git ls-files '*.go'))"
	$(GO) test ./schemas -run Dictionary
	$(GO) test ./pipelines/config -run Manual
	$(GO) test ./jobs -run Docs

# A release: one archive per platform that can be built here, with checksums. What
# is built of the same commit with the same compilers is the same to the byte.
DIST := dist
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
EPOCH := $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
CROSS := $(shell command -v aarch64-linux-gnu-g++ >/dev/null && echo linux-arm64)
PLATFORMS ?= linux-amd64 $(CROSS)
CC_linux-arm64 := CC=aarch64-linux-gnu-gcc CXX=aarch64-linux-gnu-g++

dist: ## build release archives in dist/, for linux/arm64 too where its cross compiler is installed
	rm -rf $(DIST)
	$(foreach p,$(PLATFORMS),$(MAKE) --no-print-directory archive PLATFORM=$(p) &&) true
	cd $(DIST) && sha256sum *.tar.gz > SHA256SUMS && cat SHA256SUMS

archive: NAME = clientele-$(VERSION)-$(PLATFORM)
archive:
	mkdir -p $(DIST)/$(NAME)/docs $(DIST)/$(NAME)/deploy
	GOOS=$(word 1,$(subst -, ,$(PLATFORM))) GOARCH=$(word 2,$(subst -, ,$(PLATFORM))) $(CC_$(PLATFORM)) \
	  $(GO) build -trimpath -buildvcs=false -tags timetzdata -ldflags "-s -w -X main.release=$(VERSION)" -o $(DIST)/$(NAME)/clientele ./jobs/clientele
	cp LICENSE README.md CHANGELOG.md $(DIST)/$(NAME)
	cp docs/*.md $(DIST)/$(NAME)/docs
	cp $(filter-out %.go %/go.mod %/go.sum,$(wildcard docs/deploy/*)) $(DIST)/$(NAME)/deploy
	chmod -R u=rwX,go=rX $(DIST)/$(NAME)
	tar -C $(DIST) --sort=name --mtime=@$(EPOCH) --owner=0 --group=0 --numeric-owner --format=ustar -cf - $(NAME) | gzip -9n > $(DIST)/$(NAME).tar.gz
	rm -r $(DIST)/$(NAME)

clean: ## remove what was built
	rm -rf $(BIN) $(DEMO) $(DIST)

.PHONY: help build demo test test-googlesql test-bigquery test-postgres test-sqldb test-large test-examples test-client test-deploy test-dist race accuracy lint bench verify dist archive clean
