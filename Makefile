# For newcomers: make demo, make test. For Windows see README.md.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
QUESTION ?= How many orders are there per country?
# Further words for pytest: make test ARGS="-x tests/core"
ARGS ?=
# Processes that the whole suite runs in; each starts the database servers that its tests want.
WORKERS ?= 2
# A folder of questions to measure the translators on: make bench SUITE=path/to/suite
SUITE ?=

LABEXTENSION := $(shell find labextension/src labextension/style labextension/schema -type f) \
    $(wildcard labextension/*.json) labextension/.npmrc
INSTALLED_FROM := pyproject.toml hatch_build.py $(LABEXTENSION)

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: catalogues demo test check fix lab lab-dev bench soak docs build lock clean help
.DELETE_ON_ERROR:

help:
	@echo "make demo    install into $(VENV) and ask the demo database a question"
	@echo "make lab     open the first notebook in JupyterLab"
	@echo "make lab-dev JupyterLab that builds the sidebar as its sources are saved"
	@echo "make test    run the whole test suite"
	@echo "make check   lint, types, import directions"
	@echo "make fix     format, and repair what ruff can"
	@echo "make docs    the pages as a site, in build/docs"
	@echo "make bench   measure;  make soak: long checks;  make build: wheel and sdist;  make clean"

demo: $(VENV)/.installed
	@$(PY) -m dbchat_magic "$(QUESTION)"

lab: $(VENV)/.installed
	$(PY) -m jupyterlab $$(test "$$(id -u)" != 0 || echo --allow-root) notebooks/01_first_question.ipynb

# The sidebar is built as its sources are saved: reload the page.
lab-dev: $(VENV)/.installed-dev
	$(PY) tools/lab_dev.py

test: $(VENV)/.installed-dev
	$(PY) tools/system_packages.py
	$(PY) -m pytest $(or $(ARGS),-n $(WORKERS) --dist loadfile --no-loadscope-reorder)
	$(if $(ARGS),,$(PY) tools/sidebar.py test)

check: $(VENV)/.installed-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports
	$(PY) -m pytest -q tests/test_architecture.py
	$(PY) tools/sidebar.py lint

fix: $(VENV)/.installed-dev
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	$(PY) tools/sidebar.py fix

# Texts for people: gathers, compiles, lists what is to be translated.
catalogues: $(VENV)/.installed-dev
	PYTHONPATH=. $(PY) tools/catalogues.py

bench: $(VENV)/.installed-dev
	$(PY) benchmarks/startup.py
	$(if $(SUITE),$(PY) benchmarks/text2sql.py "$(SUITE)" --translator offline)

soak: $(VENV)/.installed-dev
	$(PY) -m pytest -m soak $(ARGS)

docs: $(VENV)/.installed-dev
	$(PY) -m sphinx -q -W --keep-going -c docs -b html . build/docs
	@echo "Open build/docs/index.html."

build: $(VENV)/.installed-dev
	$(PY) -m hatchling build -d dist

# Renews the lock files: without addresses, hence without the packages' adverts.
lock:
	cd labextension && npm install --package-lock-only
	cd labextension/tests && npm install --package-lock-only
	$(PYTHON) -c 'import json, pathlib; \
	    paths = [*map(pathlib.Path, ("labextension/package-lock.json", "labextension/tests/package-lock.json"))]; \
	    locks = [json.loads(path.read_text("utf-8")) for path in paths]; \
	    [package.pop("funding", None) for lock in locks for package in lock["packages"].values()]; \
	    [path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", "utf-8") \
	        for path, lock in zip(paths, locks)]'

clean:
	rm -rf build dist dbchat_magic/labextension labextension/lib labextension/node_modules \
	    labextension/tests/node_modules tests/browser/screenshots \
	    .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	rm -f $(VENV)/.installed $(VENV)/.installed-dev

$(VENV)/.installed: $(INSTALLED_FROM) | $(VENV)/pyvenv.cfg
	@echo "Installing into $(VENV); the first time takes a minute or two."
	@$(PY) -m pip install -q -e ".[arrow,charts,lab,files,mariadb,postgresql]"
	@touch $@

$(VENV)/.installed-dev: $(INSTALLED_FROM) | $(VENV)/pyvenv.cfg
	@echo "Installing into $(VENV) with the developers' tools; the first time takes a minute or two."
	@$(PY) -m pip install -q -e ".[dev]"
	@touch $@ $(VENV)/.installed

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "dbchat_magic needs Python 3.11 or later; '$(PYTHON)' is not that."; \
	    echo "Name another: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	    echo "'$(PYTHON) -m venv' failed; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
