"""The documents say what is so: every command, link and file they name exists, and no machine or host is named."""

import re
import tomllib
from pathlib import PurePosixPath

import pytest

from havre.cases.models import Outcome
from tests import command_line
from tests.checkout import ROOT, files

DOCS = {path: text for path, text in files().items() if path.endswith(".md") and not path.startswith("examples/")}
DECISIONS = {path: text for path, text in DOCS.items() if re.match(r"docs/decisions/\d", path)}
PROJECT = tomllib.loads(files()["pyproject.toml"])["project"]
IMPORTED_AS = {
    "argon2-cffi": "Argon2PasswordHasher",
    "backports-zstd": "from backports import zstd",
    "django-allauth": "allauth",
    "pi-heif": "pi_heif",
    "pillow": "PIL",
    "psycopg": "django.db.backends.postgresql",
    "tzdata": "from zoneinfo import",
}
MOST_LINES = 60
"""One screen, for ARCHITECTURE.md."""

# In two halves, so that this file does not name what it looks for.
HOSTS = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com", "crates" + ".io"]
HOSTS += ["debian" + ".org/debian", "proxy.golang" + ".org", "rubygems" + ".org", "maven" + ".org"]
MACHINE = re.compile(r"(?<![\w.~$}/-])/(work|root|mnt/data|opt/(wheels|pypi))/")

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
MAKE = re.compile(r"\bmake ([a-z]+)\b")
HAVRE_COMMAND = re.compile(r"(?:^|`|bin/)havre ([a-z]+)", re.MULTILINE)
FILE = re.compile(r"`((?:src|native|tests|docs|bench)/[\w./-]+)`")


def code(text: str) -> str:
    """What stands in code spans and blocks."""
    return "\n".join(re.findall(r"```.*?\n(.*?)```", text, re.DOTALL) + re.findall(r"`[^`\n]+`", text))


def targets() -> set[str]:
    """What make can make."""
    return set(re.findall(r"^([a-z]+):", files()["Makefile"], re.MULTILINE))


@pytest.mark.parametrize("path", sorted(DOCS))
def test_links_lead_somewhere(path: str) -> None:
    links = [link for link in LINK.findall(DOCS[path]) if "://" not in link]
    folder = (ROOT / path).parent
    assert [link for link in links if not (folder / link.partition("#")[0]).exists()] == []


@pytest.mark.parametrize("path", sorted(DOCS))
def test_files_that_are_named_exist(path: str) -> None:
    assert [name for name in FILE.findall(DOCS[path]) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", sorted(DOCS))
def test_make_makes_what_the_documents_say(path: str) -> None:
    assert set(MAKE.findall(code(DOCS[path]))) <= targets()


def test_everything_the_makefile_promises_is_there() -> None:
    assert {"setup", "demo", "test", "check", "bench", "fuzz", "proof"} <= targets()


def test_every_command_the_documents_give_exists() -> None:
    named = {command for text in DOCS.values() for command in HAVRE_COMMAND.findall(code(text))}
    asked = {name: command_line.run(name, "--help", settings=None) for name in named}
    assert len(named) > 5
    assert sorted(name for name, answer in asked.items() if answer.exit != 0) == []


def test_the_architecture_fits_one_screen() -> None:
    assert len(DOCS["ARCHITECTURE.md"].splitlines()) <= MOST_LINES


def test_the_changelog_has_this_version() -> None:
    assert f"\n## {PROJECT['version']} (" in DOCS["CHANGELOG.md"]


def test_every_decision_is_listed_and_has_a_number_of_its_own() -> None:
    decisions = sorted(PurePosixPath(path).name for path in DECISIONS)
    listed = re.findall(r"^\| \[\d{4}\]\((\d{4}[\w.-]+)\)", DOCS["docs/decisions/README.md"], re.MULTILINE)
    assert listed == decisions
    assert len({name[:4] for name in decisions}) == len(decisions)


@pytest.mark.parametrize("path", sorted(DECISIONS))
def test_a_decision_has_its_number_in_its_title_and_says_what_was_chosen(path: str) -> None:
    assert DECISIONS[path].startswith(f"# {PurePosixPath(path).name[:4]} ")
    assert re.search(r"\*\*(Chosen\.|Decided)\*\*", DECISIONS[path])


def test_every_package_that_runs_in_production_has_its_licence_named() -> None:
    needed = {re.split(r"[\[<>=~]", requirement)[0] for requirement in PROJECT["dependencies"]}
    assert needed == set(re.findall(r"^\| (?!what)([a-z0-9-]+) \| \S", DOCS["docs/decisions/README.md"], re.MULTILINE))


def test_nothing_is_installed_in_production_that_is_not_used() -> None:
    source = "".join(text for path, text in files().items() if path.startswith("src/"))
    needed = {re.split(r"[\[<>=~]", requirement)[0] for requirement in PROJECT["dependencies"]}
    assert {name for name in needed if not re.search(rf"\b{IMPORTED_AS.get(name, name)}\b", source)} == set()


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("path", ["docs/glossary.md", "docs/analyst.md"])
def test_every_outcome_is_explained(path: str, outcome: Outcome) -> None:
    assert re.search(rf"^\| {outcome.value} \|", DOCS[path], re.MULTILINE)


def test_the_glossary_is_in_order() -> None:
    words = re.findall(r"^\| (?!word|---)([^|]+) \|", DOCS["docs/glossary.md"], re.MULTILINE)
    assert words == sorted(words, key=str.casefold)


def test_every_setting_is_explained() -> None:
    read = set(re.findall(r"HAVRE_[A-Z_]+", files()["src/havre/settings.py"]))
    assert read <= set(re.findall(r"^\| `(HAVRE_[A-Z_]+)`", DOCS["docs/operating.md"], re.MULTILINE))


def test_no_registry_is_named() -> None:
    assert [(path, host) for path, text in files().items() for host in HOSTS if host in text] == []


def test_the_locks_name_no_address_at_all() -> None:
    locks = {path: text for path, text in files().items() if path.endswith(".lock")}
    assert len(locks) == 3
    assert [path for path, text in locks.items() if re.search(r"://|--(find-links|index-url|extra-index)", text)] == []


def test_every_locked_package_has_a_hash() -> None:
    locks = "".join(text for path, text in files().items() if path.endswith(".lock"))
    assert re.findall(r"^[a-z][^\n]*[^\\\n]$", locks, re.MULTILINE) == []


def test_the_locks_agree() -> None:
    locks = {path: text for path, text in files().items() if path.endswith(".lock")}
    pins = {path: set(re.findall(r"^([a-z0-9-]+==[^ ]+)", text, re.MULTILINE)) for path, text in locks.items()}
    assert pins["requirements.lock"] <= pins["requirements-dev.lock"]
    assert pins["requirements-build.lock"] <= pins["requirements-dev.lock"]


def test_no_place_of_one_machine_is_named() -> None:
    assert [path for path, text in files().items() if MACHINE.search(text)] == []
