# Needs nothing but Go, git and make. Every other tool is pinned in a Go module
# of its own below hack/ and built into bin/ when it is first needed.

.DEFAULT_GOAL := help

# One setting for everything keeps one build cache warm; nothing here needs C.
export CGO_ENABLED := 0
# The same flags for building and testing, so that nothing is compiled twice.
export GOFLAGS := $(GOFLAGS) -trimpath
export DOMICILE_BIN := $(CURDIR)/bin

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null)
MODULE := github.com/domicile-dev/domicile
GO_BUILD := go build -buildvcs=false -trimpath -ldflags "-s -w -X $(MODULE)/internal/version.Version=$(VERSION)"

TOOLS := bin/tools
GENERATED := bin/generated
FUZZ ?= 10m
FUZZTIME ?= 30s

.PHONY: help
help: ## List every target, one line each
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ See it

.PHONY: demo
demo: build controlplane ## A story in fourteen steps on a real API server (KEEP=1 leaves the cluster)
	@go run ./hack/demo

.PHONY: cluster-up
cluster-up: build controlplane ## Start a local cluster with the manager (NODES=file names its nodes)
	@$(TOOLS)/cluster up

.PHONY: cluster-down
cluster-down: ## Stop the local cluster and everything that it started
	@$(GO_BUILD) -o $(TOOLS)/ ./hack/cluster
	@$(TOOLS)/cluster down

##@ Build

.PHONY: build
build: ## Build bin/manager, bin/kubectl-residency and what starts the local cluster
	@mkdir -p $(TOOLS)
	@$(GO_BUILD) -o bin/ ./cmd/manager ./cmd/kubectl-residency
	@$(GO_BUILD) -o $(TOOLS)/ ./hack/cluster

.PHONY: manifests
manifests: ## Render config/default, what is applied to install it, into bin/domicile.yaml
	@go run ./hack/build kustomize
	@$(TOOLS)/kustomize build config/default -o bin/domicile.yaml

.PHONY: generate
generate: ## Write what is generated: deep copies, CRDs, the manager's role, the catalogue
	@go run ./hack/build controller-gen
	@rm -rf $(GENERATED) && mkdir -p $(GENERATED)
	@$(TOOLS)/controller-gen object:headerFile=hack/boilerplate.go.txt paths=./api/...
	@$(TOOLS)/controller-gen crd paths=./api/... output:crd:dir=$(GENERATED)/crd
	@$(TOOLS)/controller-gen rbac:roleName=domicile-manager \
		paths=./controllers/... paths=./internal/... paths=./cmd/... output:rbac:dir=$(GENERATED)/rbac
	@mkdir -p config/crd/bases config/rbac
	@rm -f config/crd/bases/*.yaml && cp $(GENERATED)/crd/*.yaml config/crd/bases/
	@cp $(GENERATED)/rbac/role.yaml config/rbac/role.yaml
	@go run ./hack/catalogue

.PHONY: controlplane
controlplane: ## Build the local control plane (about 11 min the first time)
	@go run ./hack/build controlplane

.PHONY: tools
tools: ## Build controller-gen, kustomize and golangci-lint (about 4 min the first time)
	@go run ./hack/build tools

##@ Check

.PHONY: test
test: build controlplane ## Run every test, those on a real API server too
	go test -timeout 20m $(TESTFLAGS) $$(go list ./... | grep -v '/internal/matrix$$')
	go -C hack/provisioner test $(TESTFLAGS) ./...
	go test $(TESTFLAGS) ./internal/matrix # Alone: it measures how soon something is flagged.

.PHONY: matrix
matrix: build controlplane ## Try every way in, in every state of the operator, and print a table (ROWS=33-53 for some)
	@go test -count=1 -v -run '^TestMatrix$$' ./internal/matrix

.PHONY: test-unit
test-unit: ## Run the tests that need no API server
	go test $(TESTFLAGS) $$(go list ./... | grep -Ev '/(internal/e2e|internal/matrix|hack/cluster|hack/localcluster)$$')

.PHONY: fuzz
fuzz: ## Hold all verdicts against an oracle (FUZZ=10m), and fuzz every parser (FUZZTIME=30s each)
	FUZZ=$(FUZZ) go test -count 1 -timeout 0 -v -run '^TestAllAgree$$' ./internal/differential
	@set -e; for file in $$(grep -rl --include='*_test.go' '^func Fuzz' api cmd controllers internal); do \
		for name in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' $$file); do \
			go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x ./$$(dirname $$file); \
		done; \
	done

.PHONY: lint
lint: ## Run go vet and golangci-lint
	@go run ./hack/build golangci-lint
	go vet ./...
	$(TOOLS)/golangci-lint run

.PHONY: verify
verify: lint ## Check everything but behaviour: lint, generated files, go.mod, licences
	go run ./hack/verify

.PHONY: bench
bench: ## Measure the figures that have a target, and print a table
	@go run ./hack/bench

.PHONY: bench-cluster
bench-cluster: build controlplane ## Measure clusters of 5,000 nodes and of 10,000 pods on a real API server (minutes)
	@go run ./hack/bench -cluster
	@go run ./hack/bench -carriers

.PHONY: bench-admission
bench-admission: build controlplane ## Measure what admission adds to the creation of a pod, on a real API server (minutes)
	@go run ./hack/bench -admission $(BENCHFLAGS)

##@ Tidy up

.PHONY: clean
clean: ## Stop the local cluster and remove bin/
	@if [ -x $(TOOLS)/cluster ]; then for dir in bin/cluster bin/demo; do if [ -d $$dir ]; then $(TOOLS)/cluster down --dir $$dir; fi; done; fi
	rm -rf bin
