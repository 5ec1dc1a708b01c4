# Asservat. `make` alone says what there is.

SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python
# Most tests wait for child processes, so a few at once take less than half the time.
PARALLEL := -n auto --maxprocesses 4 --dist worksteal
# The tests start hundreds of processes: compiled once, their modules are read and not compiled by every one of them.
test test-all tests: export PYTHONDONTWRITEBYTECODE :=
export BACKEND EXTRAS PYTHON WHEELS EVIDENCE CASE

.PHONY: help setup setup-dev demo desk screenshots translations test test-all tests bench lint format types contracts lock portable clean

help:  ## say what there is
	@echo "Asservat: offline analysis of seized media"
	@echo
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */  make \1\t/' | expand -t 20
	@echo
	@echo "  make demo EVIDENCE=/path [CASE=/path]   on a folder of your own"
	@echo "  make setup BACKEND=gpu                  ONNX Runtime for NVIDIA instead of the one for the processor"
	@echo "  make setup EXTRAS=insightface           the library for InsightFace's packs (research only)"
	@echo "  make setup EXTRAS=easyocr               a second engine for text (large: it brings torch)"
	@echo "  make setup WHEELS=/path                 install from a folder of wheels, without a network"

setup:  ## make .venv and install what the program needs
	@packaging/setup.sh

setup-dev:  ## the same, and what its tests need
	@packaging/setup.sh dev

demo: setup  ## run the main job on a sample (or on EVIDENCE=/path) and say where case and report lie
	@packaging/demo.sh

desk: setup  ## open the desk (CASE=/path opens a case)
	$(PY) main.py $(CASE)

screenshots: setup-dev  ## picture every view into docs/screenshots (CASE=/path: of that case)
	$(PY) packaging/screenshots.py $(CASE)

translations: setup-dev  ## bring the German texts up to date with the sources
	@packaging/translate.sh

# What takes seconds comes first. The types are checked beside the tests: one after the other, one processor would rest.
test: setup-dev lint contracts  ## all checks and the fast tests (minutes)
	@$(MAKE) --no-print-directory --jobs 2 types tests

test-all: setup-dev lint contracts  ## all checks and all tests, also the slow ones
	@$(MAKE) --no-print-directory --jobs 2 types tests CHOSEN="-m ''"

# Collected once before, the tests lie compiled when several processes want them: each would compile all of them itself.
tests: setup-dev
	@$(PY) -m pytest --collect-only --quiet $(CHOSEN) > /dev/null || true
	$(PY) -m pytest $(PARALLEL) $(CHOSEN)

bench: setup-dev  ## measure against plain tools; prints a table and writes JSON
	$(PY) -m benchmarks

lint: setup-dev  ## look for mistakes and style
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: setup-dev  ## check the types
	$(PY) -m mypy

contracts: setup-dev  ## check which layer imports which
	.venv/bin/lint-imports --no-cache

format: setup-dev  ## put the code into the house style
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

lock: setup-dev  ## choose the newest versions of all packages and write requirements/*.txt
	packaging/lock.sh

portable:  ## make a folder and a zip that run without Python, in dist/ (minutes)
	@packaging/setup.sh build
	$(PY) packaging/portable.py

clean:  ## remove what make has made (not the cases)
	rm -rf .venv build dist .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
