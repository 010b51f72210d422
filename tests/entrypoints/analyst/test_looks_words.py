"""Each thing by which the fetcher tells has its words, and a person's look has none of them."""

from havre.entrypoints.analyst.looks_words import WHYS, look_shown
from havre.media.outside.signs import Why
from havre.notices.models import BY_FETCHER, BY_PERSON, Look
from havre.units.models import Person


def test_every_reason_has_its_words() -> None:
    assert set(WHYS) == set(Why)
    assert len({str(words) for words in WHYS.values()}) == len(Why)


def test_who_looked_is_told_and_for_whom_the_fetcher_did() -> None:
    anke = Person(name="anke")
    fetched = look_shown(Look(by=anke, how=BY_FETCHER, why=Why.LOGIN))
    assert (fetched["by"], str(fetched["why"])) == ("the fetcher, for anke", "it asks who one is")
    assert look_shown(Look(by=anke, how=BY_PERSON)) | {"row": None} == {"row": None, "by": "anke", "why": ""}
