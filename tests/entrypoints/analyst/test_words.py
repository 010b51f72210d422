"""No page says a word that French and Dutch do not have."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from havre.alerts import models as alerts
from havre.cases import models as cases
from havre.feeds import models as feeds
from havre.hotline import models as hotline
from havre.notices.models import State
from havre.series.models import Life, Step
from havre.units.models import RoleName
from tests.words import (
    PAGES,
    SHOWN_ALL_THE_SAME,
    Said,
    acts_in,
    behind_pages,
    catalogue,
    modules,
    said_in,
    said_in_templates,
    said_otherwise,
    said_plainly,
    said_twice,
    unspoken,
    unspoken_errors,
    without_django,
)

pytestmark = pytest.mark.xdist_group("words")  # all source is read once, where all of these run

ALERT = re.compile(r"\balerts?\b", re.IGNORECASE)
SOFT_HYPHEN = "\u00ad"
PLACES = re.compile(r"%\((\w+)\)")
LANGUAGES = ("fr", "nl")


@cache
def trees() -> dict[str, ast.Module]:
    """Every module."""
    return modules()


@cache
def behind() -> dict[str, ast.Module]:
    """Those that a page can reach."""
    return behind_pages(trees())


@cache
def speaking() -> dict[str, ast.Module]:
    """Modules whose errors a page can show, in its language."""
    return {name: tree for name, tree in behind().items() if not without_django(name)}


VALUES = {
    "question": alerts.State,
    "entry": feeds.State,
    "notice": State,
    "order": cases.State,
    "page": hotline.State,
    "series": Life,
    "step": Step,
    "field": ("age band", "sex", "relation", "status"),
    "fact": ("an age", "a way of being made", "something visible"),
    "limit": ("day", "stretch"),
}
"""What sentences are completed with, by the context under which a catalogue has it."""


@cache
def every() -> list[Said]:
    """Whatever a page can say."""
    return [
        *said_in_templates(PAGES / "templates"),
        *(said for name, tree in behind().items() for said in said_in(tree, name)),
        *(said for tree in speaking().values() for said in acts_in(tree)),
        *(said for name in SHOWN_ALL_THE_SAME for said in said_plainly(behind()[f"havre.{name}"], name)),
        *(Said(context, value, "", "VALUES") for context, values in VALUES.items() for value in values),
        *(Said("", role, "", "roles") for role in RoleName),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    known = catalogue(language, PAGES / "locale")
    missing = {f"{each.where} {each.key}" for each in every() if each.text and each.key not in known}
    assert not missing, "\n".join(["", *sorted(missing)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_and_places_for_values_are_all_there(language: str) -> None:
    known = catalogue(language, PAGES / "locale")
    for each in (each for each in every() if each.key in known):
        strings = known[each.key]
        assert len(strings) == (2 if each.plural else 1), (each, strings)
        allowed = set(PLACES.findall(each.text + each.plural))
        assert all(set(PLACES.findall(string)) <= allowed for string in strings), (each, strings)
        assert set(PLACES.findall(strings[-1])) == set(PLACES.findall(each.plural or each.text)), (each, strings)


def test_no_catalogue_has_a_text_twice(tmp_path: Path) -> None:
    folders = sorted(PAGES.parent.glob("*/locale"))
    assert {folder.parent.name: said_twice(folder) for folder in folders} == {"analyst": [], "public": []}
    twice = tmp_path / "some" / "fr" / "LC_MESSAGES" / "django.po"
    twice.parent.mkdir(parents=True)
    twice.write_text('msgid ""\nmsgstr ""\n\n' + 'msgid "a boat"\nmsgstr "un bateau"\n\n' * 2)
    assert said_twice(tmp_path) == ["some/fr/LC_MESSAGES/django.po"]


@pytest.mark.parametrize(("language", "word"), [("fr", "alerte"), ("nl", "waarschuwing")])
def test_an_alert_is_called_by_one_word_on_every_page(language: str, word: str) -> None:
    known = catalogue(language, PAGES / "locale")
    bare = {key: " ".join(said).lower().replace(SOFT_HYPHEN, "") for key, said in known.items()}
    alerts = [said for key, said in bare.items() if ALERT.search(key[1]) and key[0] != "step"]
    assert len(alerts) > 10
    assert [said for said in alerts if word not in said] == []
    assert [said for said in bare.values() if "alarm" in said] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_areas_say_the_same_text_alike(language: str) -> None:
    assert said_otherwise(language, PAGES / "locale") == []


def test_a_text_that_means_two_things_is_found(tmp_path: Path) -> None:
    for area, text in (("clues", "ouvert"), ("desk", "libre"), ("series", "libre")):
        file = tmp_path / area / "fr" / "LC_MESSAGES" / "django.po"
        file.parent.mkdir(parents=True)
        file.write_text(f'msgid "open"\nmsgstr "{text}"\n')
    assert said_otherwise("fr", tmp_path) == ["('', 'open', ''): {('ouvert',): 'clues', ('libre',): 'desk'}"]


def test_no_template_says_a_word_outside_the_tags_that_translate() -> None:
    found = {file.name: words for file in PAGES.rglob("*.html") if (words := unspoken(file.read_text("utf-8")))}
    assert found == {}


def test_what_is_looked_for_is_found() -> None:
    told = {each.text for each in every()}
    assert {"Desk", "Needs you", "Your claim on %(series)s ends soon", "Skip to the content"} <= told
    assert len(told) > 200


def test_a_text_is_found_under_any_name_and_one_put_together_is_refused() -> None:
    code = "from django.utils.translation import pgettext_lazy as meant, ngettext as many\n"
    code += "meant('step', 'Find')\nmany('a', 'b', 2)"
    assert [each.key for each in said_in(ast.parse(code), "x.py")] == [
        ("step", "Find", ""),
        ("", "a", "b"),
    ]
    with pytest.raises(AssertionError, match=r"x.py:2: no catalogue has"):
        list(said_in(ast.parse("from django.utils.translation import gettext as _\n_(f'{a} b')"), "x.py"))


def test_english_outside_the_tags_is_found() -> None:
    assert unspoken('<p title="Hello {{ x }}">{{ _("fine") }} not fine</p>') == ["Hello", "not", "fine"]


def test_every_sentence_of_an_error_that_a_page_can_show_goes_through_gettext() -> None:
    assert unspoken_errors(speaking()) == []


def test_what_only_the_command_line_reaches_is_told_by_its_imports() -> None:
    reached = {name.removeprefix("havre.flows.") for name in behind() if name.startswith("havre.flows.")}
    assert {"assess", "intake", "series", "clue", "uploading", "people"} <= reached
    assert reached.isdisjoint({"age", "backup", "demo", "disclose", "doctor", "erase", "read_list", "restore", "watch"})
    assert not any(name.startswith("havre.entrypoints.command") for name in behind())


def test_what_works_without_django_asks_it_for_no_words() -> None:
    plain = {name: tree for name, tree in trees().items() if without_django(name)}
    assert {"havre.linking.countries", "havre.media.store", "havre.media.decode.pool"} <= set(plain)
    assert [name for name, tree in plain.items() if list(said_in(tree, name))] == []


@pytest.mark.parametrize(
    "code",
    [
        "Invalid('a')",
        "raise NotFound(f'{a} b')",
        "raise Refused('a %s' % b)",
        "raise Broken(other('a'))",
        "class Locked(Refused):\n def __init__(self):\n  super().__init__('a')",
        "def held(home, otherwise):\n raise Refused(otherwise)\nheld(home, 'a')",
        "otherwise = 'a'",
    ],
)
def test_an_error_past_gettext_is_found(code: str) -> None:
    begun = "from django.utils.translation import gettext as _\n"
    assert len(unspoken_errors({"x": ast.parse(begun + code)})) == 1
    spoken = re.sub(r"f?('[^']*')", r"_(\1)", code).replace("other(_('a'))", "_('a')")
    assert unspoken_errors({"x": ast.parse(begun + spoken)}) == []


def test_what_somebody_may_not_do_is_found() -> None:
    code = (
        "acting.must_be(A, to='search')\nwith working_on(home, acting, named, 'draw clues') as x: pass\nTO = 'record'"
    )
    assert {each.text for each in acts_in(ast.parse(code))} == {"search", "draw clues", "record"}


def test_a_sentence_of_an_error_without_django_is_one_that_a_catalogue_can_have() -> None:
    code = "raise Broken('stored file %(blob)s is missing', blob=blob)"
    assert [each.text for each in said_plainly(ast.parse(code), "x")] == ["stored file %(blob)s is missing"]
    for wrong in ("Broken(f'{blob} is missing')", "Broken('%(blob)s')", "Broken('gone', blob=blob)", "Broken()"):
        with pytest.raises(AssertionError, match="no catalogue has"):
            list(said_plainly(ast.parse(wrong), "x"))
