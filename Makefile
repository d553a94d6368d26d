# SPDX-License-Identifier: Apache-2.0
# Everything there is to do with this tree. Each target does its own set-up; the second time that is instant.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup system demo test lint coverage check format docs pictures lock fuzz bench changelog clean

BIN := .venv/bin
STAMP := .venv/.prepared
PYTHON ?= python3
ARGS ?=
# What the tests drive besides Python; PACKAGE=COMMAND where the names differ.
DEBIAN_PACKAGES := chromium-headless-shell default-jre-headless=java docker-registry git exim4-daemon-light=exim4 nodejs=node npm skopeo

help: ## say what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F '|' '{ printf "make %-10s %s\n", $$1, $$2 }'

setup: $(STAMP) ## prepare .venv

$(STAMP): requirements/dev.txt requirements/uv.txt pyproject.toml tools/setup.sh
	@PYTHON="$(PYTHON)" sh tools/setup.sh
	@touch $@

system:
	@sh tools/install_debian.sh $(DEBIAN_PACKAGES)
	@sh tools/install_servers.sh

demo: setup $(if $(findstring --distribute,$(ARGS)),system) ## take a real archive to its release; ARGS=--once, ARGS=--distribute
	@$(BIN)/atr demo $(ARGS)

test: setup system ## run every test; ARGS="tests/unit -k tally" runs some
	$(BIN)/pytest --cov --cov-report= $(ARGS)

lint: setup ## style, types, layers, generated pages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.generate_reference --check

coverage: setup ## hold the last `make test` against the thresholds
	$(BIN)/coverage report --skip-covered --fail-under=95
	$(BIN)/coverage report --skip-covered --show-missing --fail-under=100 --include='src/atr/domain/*,src/atr/services/*'

check: ## exactly what CI runs
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory test
	@$(MAKE) --no-print-directory coverage

format: setup ## format, and repair what can be repaired by machine
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: setup ## write the generated pages of docs/reference again
	$(BIN)/python -m tools.generate_reference

pictures: setup system ## take the pictures of the documentation again
	TUTORIAL_PICTURES=docs/tutorial/pictures $(BIN)/pytest tests/e2e/test_tutorial.py -q
	$(BIN)/pytest tests/e2e/test_gallery.py -q -k channels
	mkdir -p docs/pictures
	cp build/pictures/rm-releases-demo-main-1-0-distribution-wide-light.jpg docs/pictures/channels.jpg

lock: setup ## resolve requirements/*.txt again; ARGS=--upgrade takes the newest versions
	$(BIN)/python -m tools.lock_requirements $(ARGS)

fuzz: setup ## try readers on tens of thousands of changed files; ARGS="-k zip"
	$(BIN)/pytest tests/fuzz -n0 --hypothesis-profile=long -o faulthandler_timeout=0 $(ARGS)

bench: setup system ## measure; each figure is a ratio within one run
	@missed=; for each in start upload listing store_put checks findings mail_tally ballots tally verify_staged promotion pages; do \
		echo "== $$each"; $(BIN)/python -m "benchmarks.$$each" || missed="$$missed $$each"; \
	done; test -z "$$missed" || { echo "missed:$$missed"; exit 1; }

changelog: setup ## put the fragments of changelog.d into CHANGELOG.md; ARGS="--version 0.2.0"
	$(BIN)/towncrier build $(ARGS)

clean: ## remove what the tools left behind, .venv too
	rm -rf .venv .cache .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
