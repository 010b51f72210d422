"""A search tells what the own unit knows and holds, nearest first; nothing of anybody else's."""

import json
from pathlib import Path

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, Refused
from havre.flows.begin import add_colleague
from havre.flows.dossier import open_dossier
from havre.flows.intake import take_in
from havre.flows.know import know
from havre.flows.search import search
from havre.settings import Settings
from havre.units.models import RoleName
from havre.units.queries import person_named
from tests.cast import Node, acting, node
from tests.folders import digests, folder, scene


def stocked(here: Node, path: Path) -> None:
    """Anke's unit knows one scene and holds another."""
    know(here.home, here.anke, str(folder(path / "judged", a=scene(1))), "us-abuse", workers=1)
    open_dossier(here.home, here.anke, "C", "a warrant", "a test")
    take_in(here.home, here.anke, "C", str(folder(path / "in", a=scene(1), b=scene(2))), workers=1)


def test_another_unit_finds_nothing_and_its_log_says_so(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        stocked(here, tmp_path)
        for asked in (tmp_path / "in" / "a.png", digests(tmp_path / "in" / "b.png")["md5"]):
            assert search(here.home, here.anke, str(asked)).matches != []
            assert search(here.home, here.chiara, str(asked), radius=256).matches == []

    detail = json.loads(Entry.objects.filter(person="chiara").order_by("-index")[0].detail)
    assert (detail["act"], detail["matches"]) == ("search", 0)


def test_the_log_names_no_digest(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        stocked(here, tmp_path)
        held = digests(tmp_path / "in" / "b.png")
        search(here.home, here.anke, held["sha256"])

    newest = Entry.objects.order_by("-index")[0]
    assert newest.verb == "consultation"
    assert held["sha256"] not in newest.detail + newest.thing


@pytest.mark.parametrize(
    ("asked", "radius", "words"),
    [
        ("no such thing", 31, "is neither a file nor a fingerprint"),
        ("ab" * 17, 31, "is neither a file nor a fingerprint"),
        ("ab" * 32, -1, "a radius lies between 0 and 256"),
        ("ab" * 32, 257, "a radius lies between 0 and 256"),
        (".", 31, "is no file"),
    ],
)
def test_what_cannot_be_searched_for_is_said(asked: str, radius: int, words: str, database: Settings) -> None:
    with node(database) as here, pytest.raises(Invalid, match=words):
        search(here.home, here.anke, asked, radius)


def test_an_auditor_alone_does_not_search(database: Settings) -> None:
    with node(database) as here:
        add_colleague(here.home, here.anke, "dora", "", [RoleName.AUDITOR])
        with pytest.raises(Refused):
            search(here.home, acting(person_named("dora")), "ab" * 32)
