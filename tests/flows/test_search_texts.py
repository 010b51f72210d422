"""Words are found whatever their letters' size, and told with what stands around them."""

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest

from havre.cases.models import Item
from havre.flows import search_texts
from havre.flows.search_texts import TEXTS, around, newest_with, told
from havre.media.queries import media_for
from havre.settings import Settings
from tests import films
from tests.assessments.stacked import many
from tests.cast import introduce, node
from tests.entrypoints.analyst.paired import held


def test_every_text_knows_who_asks(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        own = held(here, tmp_path / "own", {"harbour.jpg": films.whole("rocket")})["harbour.jpg"]
        held(here, tmp_path / "theirs", {"harbour.jpg": films.whole("coins")}, here.chiara)
        for text in TEXTS.values():
            found = text.containing(here.anke.person, "HARBOUR").values_list(text.medium, flat=True)
            assert set(found) <= {own.pk}
        assert set(told(here.anke.person, "Harbour", [own.pk, own.pk + 1])) == {own.pk}
        assert told(here.chiara.person, "Harbour", [own.pk]) == {}


def test_signs_of_patterns_are_only_signs(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        held(here, tmp_path / "own", {"harbour.jpg": films.whole("rocket")})
        for words in ("%", "harb_ur", "\\", "h%r"):
            assert not TEXTS["path"].containing(here.anke.person, f"/{words}").exists()


def test_the_newest_are_told_however_common_words_are_and_however_far_back(
    database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with node(database) as here:
        viewer = here.anke.person
        held(here, tmp_path / "old", {f"harbour-{name}.jpg": films.whole(name) for name in ("rocket", "coins")})
        held(here, tmp_path / "new", {"garden.jpg": films.whole("coffee")})
        mine = held(here, tmp_path / "again", {"garden-2.jpg": films.whole("page")})["garden-2.jpg"]
        held(here, tmp_path / "theirs", {"harbour.jpg": films.whole("camera")}, here.chiara)
        own = sorted((medium.pk for medium in media_for(viewer)), reverse=True)
        asked: Sequence[tuple[str, list[int]]] = (
            ("Harbour", own[2:]),
            ("garden", own[:2]),
            (".jpg", own),
            ("nowhere", []),
        )
        for newest, hope, most, (words, some) in product((0, 1, 2, 3, 100), (1, 3), (1, 2, 3, 4, 50), asked):
            monkeypatch.setattr(search_texts, "NEWEST", newest)
            monkeypatch.setattr(search_texts, "HOPE", hope)
            assert newest_with(viewer, words, None, most).newest == some[:most]
            older = [each for each in some if each < mine.pk]
            assert newest_with(viewer, words, mine.pk, most).newest == older[:most]


def test_what_the_newest_promise_and_what_comes_next_does_not_hold_is_found_far_back(
    database: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_texts, "NEWEST", 1)
    monkeypatch.setattr(search_texts, "HOPE", 1)
    cast = introduce()
    items = many(cast.belgium, cast.bram, 12)
    for item in (items[0], items[-1]):
        Item.objects.filter(pk=item.pk).update(path="/drive/harbour.jpg")
    oldest, *_between, newest = media_for(cast.bram).order_by("pk").values_list("pk", flat=True)
    assert newest_with(cast.bram, "harbour", None, 2).newest == [newest, oldest]
    assert newest_with(cast.bram, "harbour", None, 3).newest == [newest, oldest]
    assert newest_with(cast.bram, "harbour", newest, 2).newest == [oldest]


def test_what_stands_around_is_cut() -> None:
    assert around("a harbour", "HARBOUR") == "a harbour"
    cut = around("x" * 500 + "harbour" + "y" * 500, "harbour")
    assert cut.startswith("…x")
    assert cut.endswith("y…")
    assert "harbour" in cut
    assert len(cut) < 140
