"""What an analyst said comes back as it was said, of the media that are still held."""

from havre.linking.decisions import confirmed, rejected, split
from havre.media.models import Exhibit, Medium
from havre.series.decide import decide, decisions_about, decisions_of
from havre.series.models import Series, Status, Word
from tests.cast import NOON, Cast
from tests.series.held import medium


def series(cast: Cast, number: int = 1) -> Series:
    return Series.objects.create(unit=cast.belgium, number=number, created_at=NOON)


def test_words_come_back_in_their_order(cast: Cast) -> None:
    a, b, c = (medium(cast.anke, at).pk for at in range(3))
    held = series(cast)
    said = [
        decide(held, Word.CONFIRMED, [{a, b, c}], cast.anke, NOON, "").pk,
        decide(held, Word.SPLIT, [{a}, {b, c}], cast.anke, NOON, "").pk,
        decide(held, Word.REJECTED, [{b, c}], cast.anke, NOON, "").pk,
    ]
    assert decisions_of(cast.belgium) == [
        confirmed(said[0], {a, b, c}),
        split(said[1], [{a}, {b, c}]),
        rejected(said[2], {b, c}),
    ]
    assert decisions_of(cast.italy) == []
    assert decisions_about(cast.belgium, {a}) == decisions_of(cast.belgium)[:2]
    assert (decisions_about(cast.italy, {a, b, c}), decisions_about(cast.belgium, set())) == ([], [])


def test_a_word_decides_what_the_series_is_but_a_split_does_not(cast: Cast) -> None:
    a, b = (medium(cast.anke, at).pk for at in range(2))
    for word, status in (
        (Word.SPLIT, Status.PROPOSED),
        (Word.CONFIRMED, Status.CONFIRMED),
        (Word.SPLIT, Status.CONFIRMED),
        (Word.REJECTED, Status.REJECTED),
    ):
        held = Series.objects.first() or series(cast)
        decide(held, word, [{a}, {b}], cast.bram, NOON, "not the same room")
        held.refresh_from_db()
        assert (held.status, held.decided_by, held.decided_at) == (status, cast.bram, NOON)
    assert {decision.reason for decision in held.decisions.all()} == {"not the same room"}


def test_an_erased_medium_leaves_every_word(cast: Cast) -> None:
    a, b, c = (medium(cast.anke, at).pk for at in range(3))
    number = decide(series(cast), Word.SPLIT, [{a}, {b, c}], cast.anke, NOON, "").pk
    Exhibit.objects.filter(medium=b).delete()
    Medium.objects.filter(id=b).delete()
    assert decisions_of(cast.belgium) == [split(number, [{a}, {c}])]
