# Havre. `make demo` shows it at work; CONTRIBUTING.md says how it is built.

.PHONY: setup demo run test check style types migrations house collected bench fuzz proof lock clean

setup: .venv/built       # .venv with everything in it, the command at .venv/bin/havre
demo: setup              # the main job on benign pictures, then three stories: a child, a report, a platform
	.venv/bin/havre demo
	.venv/bin/havre demo --story ten-hours
	.venv/bin/havre demo --story removal
	.venv/bin/havre demo --story platform
run: setup               # the workspace on a benign example, until Ctrl C
	.venv/bin/havre demo --serve
test: setup              # every test, on SQLite and on a PostgreSQL server that the tests start
	$(PYTEST) -n 3 --dist loadgroup  # each waits a quarter of its time: for processes, browsers, disks
check: style types migrations house collected  # style, types, migrations, architecture, and that no registry's host is named
style: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
types: setup
	.venv/bin/mypy
migrations: setup
	.venv/bin/python -m django makemigrations --check --dry-run --settings havre.entrypoints.command.bare_settings
house: setup
	$(PYTEST) -q tests/test_architecture.py tests/test_docs.py
collected: setup         # every test can be collected; one reads all source, and the processes of `make test` find it read
	$(PYTEST) -q -k test_any_entry_is_genuine_as_it_was_written
bench: setup             # ours and the peers, interleaved in one run
	for what in fingerprint search join intake sound edits place; do .venv/bin/havre bench $$what || exit 1; done
	.venv/bin/python -m bench.sift
fuzz: setup              # COUNT hostile inputs for each kernel, each parser and the decode path
	native/pdq/fuzz.sh $(COUNT) $(SEED)
	native/hamming/fuzz.sh $$(($(COUNT) / 20)) $(SEED)  # each case compares some 30,000 hits
	native/sift/fuzz.sh $$(($(COUNT) / 10)) $(SEED)
	native/scene/fuzz.sh $$(($(COUNT) / 10)) $(SEED)
	.venv/bin/python -m tests.media.decode.fuzz $(COUNT) $(SEED)
	.venv/bin/python -m tests.matches.formats.fuzz $$((6 * $(COUNT))) $(SEED)  # shared by six readers
proof: setup             # the tests that `make test` samples, with their full counts
	HAVRE_PROOF=1 $(PYTEST) -m proof
lock: .venv/locked       # pin and hash the newest versions that pyproject.toml allows
	$(LOCK) pyproject.toml --extra dev --extra bench --group build -o requirements-dev.lock
	$(LOCK) --group build -c requirements-dev.lock -o requirements-build.lock
	$(LOCK) pyproject.toml -c requirements-dev.lock -o requirements.lock
clean:                   # what was made here, and nothing else
	rm -rf .venv build src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src -name '*.so' -delete

COUNT ?= 100000
SEED ?= 1
# The first Python that is new enough, can make environments and can be built for. Debian's own come first: they are
# built with profiles, and a third faster than those that pyenv builds (decision 0196).
ENOUGH := 'import ensurepip, os, sys, sysconfig, venv; sys.exit(sys.version_info < (3, 11) or \
	not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))'
CANDIDATES := $(addprefix /usr/bin/,python3.11 python3.12 python3.13) python3.11 python3 python3.12 python3.13
PYTHON ?= $(firstword $(foreach name,$(CANDIDATES),$(shell $(name) -c $(ENOUGH) 2>/dev/null && echo $(name))))
PIP := .venv/bin/python -m pip --quiet --disable-pip-version-check --no-input
PYTEST := .venv/bin/python -m pytest
# Where a machine says that Python is to keep nothing compiled, each of a thousand processes would compile it all again.
export PYTHONDONTWRITEBYTECODE =
# Locks name no host: where packages come from is each machine's own setting.
LOCK := env -u PIP_FIND_LINKS .venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links

# What builds the kernels and pdqhash comes first, so that no build fetches anything that is not pinned.
.venv/locked: requirements-build.lock requirements-dev.lock
	@test -n "$(PYTHON)" || { echo "Havre needs Python 3.11 or newer with venv and headers (Debian: python3-venv python3-dev)" >&2; exit 1; }
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	$(PIP) install --require-hashes -r requirements-build.lock
	$(PIP) install --require-hashes --no-build-isolation -r requirements-dev.lock
	touch $@

.venv/built: .venv/locked setup.py pyproject.toml $(shell find native src -name '*.[ch]' -o -name '*.po')
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@
