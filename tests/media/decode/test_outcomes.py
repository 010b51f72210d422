"""The values themselves."""

from havre.errors import HavreError
from havre.media.decode.outcomes import Broke, Exceeded, Frame, NotMedia


def test_the_first_orientation_is_the_hash() -> None:
    assert Frame(0, bytes(range(256)), 80).pdq == bytes(range(32))


def test_every_failure_is_one_sentence_for_a_person() -> None:
    assert [str(failed) for failed in (Broke("a"), Exceeded("pixels", "b"), NotMedia("c"))] == ["a", "b", "c"]
    assert issubclass(Exceeded, HavreError)
