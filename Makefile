# make run: the program; make test: every check; make bench: the measured claims; make e2e: a person's hands.
PYTHON ?= python3
BIN := .venv/bin
export OMP_WAIT_POLICY ?= PASSIVE

.PHONY: run test bench e2e models clean

run: .venv/run
	$(BIN)/python -m lacuna.explorer

test: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -n auto --dist loadfile

bench: .venv/test
	QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen} $(BIN)/python -m tests.bench

e2e: .venv/test
	$(BIN)/python -m tests.e2e.xvfb

# MNIST_DIR: the folder of the four IDX files of MNIST
models: .venv/run
	$(BIN)/python -m lacuna.core train --data strokes --hidden 64 --epochs 40 --seed 1 --portable \
		--out resources/models/strokes.lacuna
	$(BIN)/python -m lacuna.core train --data mnist --data-dir $(MNIST_DIR) --hidden 64 --epochs 16 --portable \
		--out resources/models/mnist.lacuna

.venv/run: pyproject.toml
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

.venv/test: pyproject.toml
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	mkdir -p .venv/tree/lacuna  # mypy does not see where pyproject.toml maps the packages
	ln -sfn ../../../core ../../../explorer .venv/tree/lacuna/
	touch $@

clean:
	rm -rf .venv build *.egg-info
