"""What a search asks: what digits and files come to, and what a region leaves of a picture."""

from pathlib import Path

import pytest
from django.utils.translation import override

from havre.errors import Invalid
from havre.fingerprints import scene
from havre.flows.know import know
from havre.flows.search import search
from havre.flows.search_asked import Question, is_digits, of_digits, only_region, question_of
from havre.matches.digests import Named
from havre.settings import Settings
from tests.cast import node
from tests.folders import folder
from tests.folders import scene as picture
from tests.pictures import gradient


@pytest.mark.parametrize(
    ("asked", "is_some"),
    [("AB" * 16, True), (" " + "0f" * 20, True), ("ab" * 32, True), ("ab" * 17, False), ("g" * 32, False), ("", False)],
)
def test_digits_are_told_by_their_number_and_their_letters(asked: str, is_some: bool) -> None:
    assert is_digits(asked) == is_some


def test_digits_ask_for_every_kind_they_can_be() -> None:
    both = of_digits("AB" * 32)
    assert of_digits("ab" * 16).names == (Named(md5=b"\xab" * 16),)
    assert of_digits("ab" * 20).names == (Named(sha1=b"\xab" * 20),)
    assert (both.names, both.prints) == ((Named(sha256=b"\xab" * 32),), ((b"\xab" * 256, None),))


def test_a_flat_picture_is_found_by_equal_bytes_alone_and_the_answer_says_why(
    database: Settings, tmp_path: Path
) -> None:
    flat = folder(tmp_path / "flat", a=gradient(1, 160, 160))
    with node(database) as here:
        know(here.home, here.anke, str(flat), "pertinent", workers=1)
        found = search(here.home, here.anke, str(flat / "a.png"))

    assert [one["kind"] for one in found.matches] == ["identical"]
    assert "too flat" in found.notes[0]


def test_what_a_person_should_know_is_said_in_their_language(database: Settings, tmp_path: Path) -> None:
    flat = folder(tmp_path / "flat", a=gradient(1, 160, 160))
    with node(database) as here, override("fr"):
        found = search(here.home, here.anke, str(flat / "a.png"))

    assert found.notes == (
        "trop uniforme pour que son empreinte signifie quelque chose\xa0: seuls des octets identiques sont trouvés",
    )


def test_a_region_asks_for_what_is_seen_in_it_alone(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        whole = question_of(here.home, str(folder(tmp_path / "in", a=picture(1)) / "a.png"))
    part = only_region(whole, (10, 20, 60, 50))

    assert (part.names, part.prints, part.asker.region) == ((), (), (10, 20, 60, 50))
    assert {mark.method for mark in part.asker.marks} == {scene.METHOD}
    assert part.thing == f"{whole.thing}, in a region of it"


@pytest.mark.parametrize("region", [(-1, 0, 5, 5), (0, 0, 0, 5), (0, 0, 100_000, 5), (0, 0, 5, 100_000)])
def test_a_region_outside_its_picture_is_refused(
    region: tuple[int, int, int, int], database: Settings, tmp_path: Path
) -> None:
    with node(database) as here:
        whole = question_of(here.home, str(folder(tmp_path / "in", a=picture(1)) / "a.png"))
    with pytest.raises(Invalid, match="lies outside the picture of"):
        only_region(whole, region)


def test_a_digest_has_no_regions() -> None:
    with pytest.raises(Invalid, match="a region is of a picture in which there is something to be seen"):
        only_region(Question("digits"), (0, 0, 5, 5))
