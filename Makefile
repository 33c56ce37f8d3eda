# Two commands: `make demo` shows the product at work, `make test` proves it.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix web
WEB_SOURCES := $(shell find web/src web/public -type f -not -name schema.d.ts 2>/dev/null) web/index.html web/openapi.json web/vite.config.ts web/tsconfig.json

.PHONY: setup models web demo serve test web-checks check fuzz lint types contracts tests samples bench-speed bench-soak bench-quality bench-matching bench-review bench-workplace bench-text calibrate bench-calibration glyphs bench-glyphs clean

setup: $(STAMP)

# The stamp makes every later call start at once; a change of the pins installs again.
$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(STAMP)

models: $(STAMP)
	$(BIN)/zhenghe models --quiet

# Node.js comes with the development packages, so that any machine with Python builds the pages.
web/node_modules/.installed: web/package.json web/package-lock.json $(STAMP)
	$(NPM) ci
	touch $@

web/dist/index.html: web/node_modules/.installed $(WEB_SOURCES)
	$(NPM) run build

# The pages for the browser, which `zhenghe serve` hands out.
web: web/dist/index.html

demo: models
	$(BIN)/python -m cli.demo

# A running service with demonstration data in out/service; prints the address and the people.
serve: models web
	$(BIN)/zhenghe demo-data --data out/service --if-empty
	$(BIN)/zhenghe serve --data out/service $(ARGS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

contracts: $(STAMP)
	$(BIN)/lint-imports

web-checks: web/node_modules/.installed
	$(NPM) run types
	$(NPM) run lint
	$(NPM) run test

tests: models web
	$(BIN)/pytest -n 2 --dist loadgroup

# The interface with many random calls; ARGS as for pytest.
fuzz: $(STAMP)
	$(BIN)/pytest -n 2 --fuzz-examples=300 $(ARGS) tests/unit/api/test_schemathesis.py

test: lint types contracts web-checks tests
check: test

samples: $(STAMP)
	$(BIN)/python -m samples.generate

bench-speed: models
	$(BIN)/python -m bench.speed

# One worker over 2,000 pages, most of an hour; ARGS="--pages 250 --from 100" for a first look.
bench-soak: models
	$(BIN)/python -m bench.soak $(ARGS)

bench-quality: models
	$(BIN)/python -m bench.quality

bench-matching: $(STAMP)
	$(BIN)/python -m bench.matching

# Fills 200,000 rows first, two minutes for each database; ARGS="--data FOLDER" keeps them for a next run.
bench-review: $(STAMP)
	$(BIN)/python -m bench.review $(ARGS)

# The pages in Chromium: first load, key press to next row, memory, 20,000 rows; about ten minutes.
bench-workplace: web
	$(BIN)/python -m bench.workplace $(ARGS)

bench-text: models
	$(BIN)/python -m bench.text_layers

# Measures what readings are worth and stores it in matching/calibration.json; goes on where it stopped.
# ARGS="--decisions labels.jsonl" mixes in what people decided (zhenghe admin export-labels), here and in bench-calibration.
calibrate: models
	$(BIN)/python -m bench.calibrate $(ARGS)

bench-calibration: models
	$(BIN)/python -m bench.calibration $(ARGS)

# Draws and compares characters; stores which look alike in matching/similar_glyphs.txt.
glyphs: models
	$(BIN)/python -m bench.glyph_table

bench-glyphs: models
	$(BIN)/python -m bench.glyphs

clean:
	rm -rf $(VENV) out bench/out web/node_modules web/dist
