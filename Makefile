# The one list of commands. `make help` prints it; the gate (.ci/run) calls the same targets.
# Needs make, a POSIX shell and Python 3.11, 3.12 or 3.13 with venv and pip; everything else comes from
# requirements/dev.txt, pinned and hashed (all wheels on Linux x86-64 and macOS; on Linux arm64 two packages are
# compiled from their hashed sources, which takes a C++ compiler).

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
OPS := .venv-ops
ARGS ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

# The first interpreter that is new enough and can make a virtual environment; PYTHON=... goes first.
CANDIDATES := $(PYTHON) python3.13 python3.12 python3.11 python3
SUITABLE := import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
# A virtual environment is kept while it works and its Python is one that the project supports.
HEALTHY := import pip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: setup
setup: $(STAMP) ## Build .venv with all run-time, embedded and development dependencies; starts nothing

$(STAMP): requirements/dev.txt pyproject.toml service/__init__.py
	@if ! $(BIN)/python -c '$(HEALTHY)' 2>/dev/null; then \
	  for python in $(CANDIDATES); do \
	    if "$$python" -c '$(SUITABLE)' 2>/dev/null; then found="$$python"; break; fi; \
	  done; \
	  if [ -z "$$found" ]; then \
	    echo "make setup: no Python 3.11 to 3.13 with venv and pip found (tried: $(CANDIDATES)); say PYTHON=/path/to/python" >&2; \
	    exit 2; \
	  fi; \
	  echo "make setup: $(VENV) with $$("$$found" --version)"; \
	  "$$found" -m venv --clear $(VENV); \
	fi
	@echo "make setup: installing requirements/dev.txt"
	@$(BIN)/python -m pip install --quiet --require-hashes --prefer-binary -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m pip check --quiet
	@touch $@

.PHONY: run
run: setup ## Set all up, start the embedded broker and the three roles, show the sample events, end with the balance
	@$(BIN)/khabar run $(ARGS)

# Two processes (tests/sharing.py); ARGS="-n 0" for one, ARGS="-n 4" for four.
TWO := -n 2 --no-loadscope-reorder

.PHONY: test
test: setup ## Run every test, those on a real Kafka included (it comes from wheels, no Docker)
	@$(BIN)/pytest $(TWO) $(ARGS)

.PHONY: test-unit
test-unit: setup ## Run the unit tests only: no Kafka, no network
	@$(BIN)/pytest $(TWO) tests/unit $(ARGS)

.PHONY: test-kafka
test-kafka: setup ## Run the tests that need a real Kafka only
	@$(BIN)/pytest $(TWO) -m "kafka or faults" $(ARGS)

.PHONY: test-long
test-long: setup ## Run the long fault tests: some 20 minutes
	@$(BIN)/pytest tests/faults -m long $(ARGS)

# What was found stays in .khabar/fuzz for the next run.
.PHONY: fuzz
fuzz: setup ## Try bad input on the whole pipeline, other records in every run, for 30 minutes (ARGS=60: for 60)
	@$(BIN)/python -m tests.ops.fuzz $(ARGS)

CORPUS := tests/corpora/entities
SETS_AR ?=
SETS_EN ?=
OWN_AR := $(CORPUS)/news/ar/train $(CORPUS)/ar.toml
OWN_EN := $(CORPUS)/news/en/train $(CORPUS)/en.toml

.PHONY: train-entities
train-entities: setup ## Train the entity models anew; SETS_AR and SETS_EN name further CoNLL files
	$(BIN)/python -m service.enrich.entities._train ar $(SETS_AR) hidden $(OWN_AR)
	$(BIN)/python -m service.enrich.entities._frequent ar $(CORPUS)/news/ar/train
	$(BIN)/python -m service.enrich.entities._frequent en $(CORPUS)/news/en/train
	$(BIN)/python -m service.enrich.entities._train en $(SETS_EN) $(OWN_EN)

# Trained on one thread: the same weights in every run. PyTorch is no development dependency: it is larger than all others together.
.PHONY: train-network
train-network: setup ## Train the networks beside the entity models anew; needs PyTorch in .venv, SETS_AR and SETS_EN
	OMP_NUM_THREADS=1 $(BIN)/python -m service.enrich.entities._train_network ar $(SETS_AR) $(OWN_AR)
	OMP_NUM_THREADS=1 $(BIN)/python -m service.enrich.entities._train_network en $(SETS_EN) $(OWN_EN)

.PHONY: lint
lint: setup ## Check style, formatting, types (strict), import rules and generated pages
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m service.ops.reference --check docs

# What builds and runs images, and Prometheus. A mirror that does not answer is asked again, another apt is waited for.
OPS_PACKAGES := prometheus buildah podman debootstrap runc conmon catatonit
APT := DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=5 -o DPkg::Lock::Timeout=300
INSTALL := $(APT) install -y --no-install-recommends

# promtool comes with Debian's prometheus. kubectl is the one on the path (1.27 or newer, for its kustomize), else built.
.PHONY: verify-ops
verify-ops: setup $(OPS)/.set-up ## Check manifests, alerts, Dockerfile, scripts, image with the tools of their makers (as root)
	@for tool in promtool $(OPS_PACKAGES); do \
	  command -v $$tool >/dev/null || { $(APT) update && $(INSTALL) $(OPS_PACKAGES) >/dev/null; break; }; done
	@$(BIN)/python -m tests.ops.verify $(OPS)/bin

.PHONY: verify-ops-full
verify-ops-full: setup $(OPS)/.set-up ## Draw the dashboards, build and run image and pods, ask a real API server (as root, many minutes)
	@$(APT) update && $(INSTALL) $(OPS_PACKAGES) chromium containernetworking-plugins iptables \
	  golang-github-containernetworking-plugin-dnsname dnsmasq-base etcd-server openssl >/dev/null
	@$(BIN)/python -m tests.ops.verify $(OPS)/bin full

# checkov has a folder of its own: it pins what it needs to versions that others do not want.
$(OPS)/.set-up: requirements/ops.txt requirements/checkov.txt requirements/crds/package-lock.json | setup
	@echo "make verify-ops: installing requirements/ops.txt, checkov.txt, crds/"
	@$(BIN)/python -m venv --clear $(OPS)
	@$(OPS)/bin/python -m pip install --quiet --require-hashes -r requirements/ops.txt
	@$(BIN)/python -m venv --clear $(OPS)/checkov
	@$(OPS)/checkov/bin/python -m pip install --quiet --require-hashes -r requirements/checkov.txt
	@cp requirements/crds/package.json requirements/crds/package-lock.json $(OPS)
	@command -v npm >/dev/null || { $(APT) update && $(INSTALL) nodejs npm >/dev/null; }
	@cd $(OPS) && npm ci --fetch-retries=5 --silent --no-audit --no-fund --ignore-scripts
	@touch $@

AUDIT := .venv-audit

$(AUDIT)/.set-up: requirements/audit.txt | setup
	@$(BIN)/python -m venv --clear $(AUDIT)
	@$(AUDIT)/bin/python -m pip install --quiet --require-hashes -r requirements/audit.txt
	@touch $@

.PHONY: sbom
sbom: $(AUDIT)/.set-up ## Write build/khabar.cdx.json: what a release is made of, with hashes (CycloneDX)
	@mkdir -p build
	@$(AUDIT)/bin/python -W ignore -m cyclonedx_py requirements requirements/run.txt --pyproject pyproject.toml \
	  --output-reproducible --validate --output-file build/khabar.cdx.json
	@echo "build/khabar.cdx.json"

.PHONY: audit
audit: $(AUDIT)/.set-up ## Ask for known weaknesses of the pinned dependencies; needs the network, fails where one is found or cannot be asked for
	@$(AUDIT)/bin/pip-audit --strict --require-hashes --disable-pip --requirement requirements/run.txt

.PHONY: format
format: setup ## Put the code into its canonical form
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

.PHONY: docs
docs: setup ## Write the generated pages (docs/settings.md, docs/metrics.md) anew
	$(BIN)/python -m service.ops.reference docs

.PHONY: bench
bench: setup ## Measure every stage and the whole, print a table and JSON
	@$(BIN)/khabar bench $(ARGS)

# Hashes for every supported Python and platform. What is pinned stays pinned unless ARGS=--upgrade.
LOCK := env -u PIP_FIND_LINKS -u UV_FIND_LINKS $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
  --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header $(ARGS)

.PHONY: lock
lock: setup ## Pin and hash requirements/*.txt anew from pyproject.toml and requirements/dev.in
	$(LOCK) pyproject.toml --output-file requirements/run.txt
	$(LOCK) pyproject.toml --extra embedded --constraint requirements/run.txt --output-file requirements/embedded.txt
	$(LOCK) pyproject.toml --extra embedded --extra spacy --extra onnx requirements/dev.in \
	  --constraint requirements/embedded.txt --output-file requirements/dev.txt
	$(LOCK) pyproject.toml --extra spacy --constraint requirements/dev.txt --output-file requirements/spacy.txt
	$(LOCK) pyproject.toml --extra onnx --constraint requirements/dev.txt --output-file requirements/onnx.txt
	$(LOCK) requirements/build.in --constraint requirements/dev.txt --output-file requirements/build.txt
	$(LOCK) requirements/ops.in --constraint requirements/dev.txt --output-file requirements/ops.txt
	$(LOCK) requirements/audit.in --output-file requirements/audit.txt
	$(LOCK) requirements/checkov.in --output-file requirements/checkov.txt
	cd requirements/crds && npm install --silent --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund

.PHONY: clean
clean: ## Remove what builds and checks leave behind; .venv and .khabar stay
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
