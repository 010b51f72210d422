"""Words are found whatever their letters' size, and told with what stands around them."""

from pathlib import Path

from havre.flows.search_texts import TEXTS, around, told
from havre.settings import Settings
from tests import films
from tests.cast import node
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


def test_what_stands_around_is_cut() -> None:
    assert around("a harbour", "HARBOUR") == "a harbour"
    cut = around("x" * 500 + "harbour" + "y" * 500, "harbour")
    assert cut.startswith("…x")
    assert cut.endswith("y…")
    assert "harbour" in cut
    assert len(cut) < 140
