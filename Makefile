# The commands of everyday work, in one place; each is an ordinary command that can be typed as well.
PYTHON ?= .venv/bin/python

.PHONY: install app test quick slow claims check lint types words wheel

install:  ## everything that app and tests need, in .venv
	python3 -m venv .venv && .venv/bin/pip install -r requirements-dev.txt

app:  ## the app, on http://localhost:8501
	$(PYTHON) -m streamlit run streamlit_app.py

test:  ## all tests but the slow ones
	$(PYTHON) -m pytest -n auto --dist worksteal

quick:  ## what says most in little time: no browser, no server
	$(PYTHON) -m pytest -q -n auto --dist worksteal tests/weighting tests/sharing tests/training tests/task_types tests/experiment tests/structure/test_layers.py

slow:  ## those too that take long; with -m exhaustive every one of a product where others hold a sample
	$(PYTHON) -m pytest -q -n auto --dist worksteal -m "slow and not exhaustive"

claims:  ## what presets claim, trained anew over twenty fresh seeds and stored
	$(PYTHON) -m tests.claims --write --at-once 2

check:  ## all that must hold before a change lands, from an empty environment
	.ci/run

lint:  ## style and spelling
	$(PYTHON) -m ruff check . && $(PYTHON) -m ruff format --check . && $(PYTHON) -m codespell_lib

types:  ## types
	$(PYTHON) -m mypy playground && $(PYTHON) -m mypy pages streamlit_app.py tests

words:  ## bring the catalogue of translations up to date
	PYTHONPATH=. .venv/bin/pybabel -q extract -F babel.cfg -k N_ -k ngettext:1,2 --no-location -o messages.pot .
	.venv/bin/pybabel -q update --width 120 -i messages.pot -o playground/locale/zh/LC_MESSAGES/messages.po -l zh --no-fuzzy-matching
	rm messages.pot

wheel:  ## the package, in dist/
	$(PYTHON) -m pip wheel --no-deps -w dist .
