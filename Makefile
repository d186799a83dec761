# Copyright (c) 2026, the scrumops.bitrix24 authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

SHELL := /bin/sh
TEST := .venv/test/ready
AWX := .venv/awx/ready
DEMO := .venv/demo/ready
GATES := $(shell sed -n 's/^    "\([a-z-]*\)": Gate.*/\1/p' tools/gates.py)

.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo; echo "  Gates of make test and make check, each a target of its own:"
	@echo "$(GATES)" | fold -s -w 90 | sed 's/^/    /'

test: $(TEST) $(AWX) ## set up and run the tests, before each commit
	@.venv/test/bin/python tools/run_gates.py test

quick: $(TEST) ## the inner loop: ruff, types and unit tests
	@.venv/test/bin/python tools/run_gates.py quick

check: $(TEST) $(AWX) ## everything, as CI and a release run it
	@.venv/test/bin/python tools/run_gates.py check

lint: $(TEST) $(AWX) ## ansible-lint, yamllint, ruff and shellcheck in one go
	@.venv/test/bin/python tools/run_gates.py ansible-lint yamllint ruff shellcheck

$(GATES): $(TEST) $(AWX)
	@.venv/test/bin/python tools/run_gates.py $@

demo: $(DEMO) ## a playbook against a stand-in for a portal: check, run, run again
	@.venv/demo/bin/python tools/demo.py

portal: $(DEMO) ## start the stand-in for a portal in the foreground
	@PYTHONPATH=tests exec .venv/demo/bin/python -m portal serve

conform: $(DEMO) ## replay recorded cases: make conform VECTORS=FILE
	@test -n "$(VECTORS)" || { echo "Say which file: make conform VECTORS=FILE" >&2; exit 2; }
	@PYTHONPATH=tests .venv/demo/bin/python -m portal conform "$(VECTORS)"

bench: .venv/benchmark/ready ## how long it takes, side by side with other ways: prints a table, writes build/benchmark.json
	@.venv/benchmark/bin/python tests/benchmark $(OPTIONS)

matrix: $(TEST) $(AWX) ## every supported ansible-core and Python: make matrix [ONLY="2.20 3.9"]
	@.venv/test/bin/python tools/matrix.py $(ONLY)

test-gates: $(TEST) $(AWX) ## prove that each gate detects a seeded fault: make test-gates [ONLY="ruff types"]
	@.venv/test/bin/python tools/seeded_faults.py $(ONLY)

mutants: .venv/mutation/ready $(AWX) ## do the tests notice random changes? make mutants [COUNT=100] [SEED=1]
	@.venv/mutation/bin/python tools/mutants.py $(COUNT) $(SEED)

fuzz: $(TEST) ## look longer for what breaks, by chance: make fuzz [EXAMPLES=2000] [SEED=1]
	@seed=$${SEED:-$$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}; echo "SEED=$$seed"; \
	    BITRIX24_TEST_EXAMPLES=$${EXAMPLES:-2000} .venv/test/bin/python -m pytest -q -n 2 -p no:cacheprovider --hypothesis-seed="$$seed" tests/fuzz

docs: $(TEST) ## guides and plugin reference as a site: build/site/index.html
	@.venv/test/bin/python tools/docs_site.py build/site

release: check ## make check, then changelog, version, commit, tag and built file: make release VERSION=1.2.3
	@sh tools/release.sh "$(VERSION)" .venv/test/bin

pins: $(TEST) ## renew the pinned versions in requirements/
	@.venv/test/bin/python tools/pins.py

clean: ## remove what was set up and built
	rm -rf .venv .cache build collections .ansible .ruff_cache .mypy_cache .pytest_cache .hypothesis
	rm -f scrumops-bitrix24-*.tar.gz

$(TEST): requirements/core.txt requirements/test.txt tools/venv.sh
	@sh tools/venv.sh .venv/test requirements/test.txt

$(AWX): requirements/awx.txt tools/awx_collection.sh | $(TEST)
	@sh tools/awx_collection.sh .venv/awx requirements/awx.txt .venv/test/bin/python

$(DEMO): requirements/core.txt tools/venv.sh
	@sh tools/venv.sh .venv/demo requirements/core.txt

.venv/mutation/ready: requirements/core.txt requirements/test.txt requirements/mutation.txt tools/venv.sh
	@sh tools/venv.sh .venv/mutation requirements/mutation.txt

.venv/benchmark/ready: requirements/core.txt requirements/benchmark.txt tools/venv.sh
	@sh tools/venv.sh .venv/benchmark requirements/benchmark.txt

.PHONY: bench check fuzz help mutants quick test lint demo portal conform matrix test-gates docs release pins clean $(GATES)
