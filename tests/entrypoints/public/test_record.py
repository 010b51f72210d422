"""A provider reads its own record under its code, and nobody else's; what it contests is a sealed letter."""

import pytest
from django.test import Client

from havre.entrypoints.public.record import FIGURES, source_of, value_of
from havre.hotline.models import Door, Letter, LetterKind
from havre.platforms.door import OF_RECORD
from havre.platforms.figures import figures_of
from havre.platforms.models import AccessCode
from havre.sealing.receipt import new_code
from tests.entrypoints.public.recorded import OTHERS, OWN, RULES, opened
from tests.entrypoints.public.shown import code_on, hidden, posted, said_in, text
from tests.sealing.wire import chance


def test_a_code_shows_the_record_of_its_provider_alone(visitor: Client, door: Door) -> None:
    opened(door)
    shown = text(posted(visitor, "/en/record", code=str(OWN)))
    assert "Host A" in shown
    assert "Half of your answers came within7 hours" in shown
    assert "No answer, as a share50 %" in shown
    assert "HN-AAAA-1Sent: 21 February 2026. Answered: 21 February 2026." in shown
    assert "No one else reads it before 1 April 2026." in shown
    assert "BBBB" not in shown
    assert "BBBB" in text(posted(visitor, "/en/record", code=str(OTHERS)))  # it was there to be shown


def test_what_is_contested_is_sealed_with_the_record_it_is_about(visitor: Client, door: Door) -> None:
    opened(door)
    form = hidden(posted(visitor, "/fr/record", code=str(OWN)))
    assert "Say why you do not agree." in text(posted(visitor, "/en/record", **form))
    assert not Letter.objects.exists()
    codes = {
        str(code_on(posted(visitor, "/fr/record", **form | {"seen": "not silent", "contact": "a@host.example"})))
        for _time in range(2)
    }
    assert codes == {"-".join(form["follows"][start : start + 5] for start in range(0, 25, 5))}
    letter = Letter.objects.get(kind=LetterKind.CHALLENGE)
    said = said_in(letter)
    assert (said.about, said.seen) == (f"{OF_RECORD}{OWN.digest.hex()}", "not silent")
    assert (said.contact, said.language) == ("a@host.example", "fr")
    assert "It has come in." in text(posted(visitor, "/en/follow", code=codes.pop()))


@pytest.mark.parametrize("act", ["", "contest"])
def test_a_wrong_code_and_one_that_was_replaced_look_the_same(visitor: Client, door: Door, act: str) -> None:
    mine, _other = opened(door)
    fresh = new_code(chance(9))
    AccessCode.objects.filter(record=mine).update(digest=fresh.digest)
    never = new_code(chance(7))
    wrong, back = (posted(visitor, "/en/record", code=str(each), act=act, seen="x") for each in (never, OWN))
    assert (wrong.status_code, dict(wrong.headers)) == (back.status_code, dict(back.headers))
    assert wrong.content.replace(str(never).encode(), b"") == back.content.replace(str(OWN).encode(), b"")
    assert "Nothing waits under this code" in text(back)
    assert "Host A" in text(posted(visitor, "/en/record", code=str(fresh)))
    assert not Letter.objects.exists()


def test_every_figure_is_told_and_none_is_made_up_where_too_few_stand_behind_it() -> None:
    figures = figures_of([], [], RULES).to_json()
    plain = {name for name, value in figures.items() if not isinstance(value, dict)} - {"fewest"}
    parts = {f"{name}.{part}" for name in ("answer", "removal") for part in ("median", "ninety")}
    assert set(FIGURES) == plain | parts
    assert (value_of(figures, "answer.median"), value_of(figures, "notices")) == ("too few to say", "0")
    assert value_of({"silent_share": 0.125}, "silent_share") == "12.5 %"
    assert value_of({}, "answer.ninety") == "too few to say"
    assert source_of({"reference": "R", "asked_at": None})["sent"] is None
