"""The values themselves."""

import pytest

from havre.errors import HavreError
from havre.media.decode.outcomes import Broke, Budget, Exceeded, Frame, NotMedia


def test_the_first_orientation_is_the_hash() -> None:
    assert Frame(0, bytes(range(256)), 80).pdq == bytes(range(32))


def test_every_failure_is_one_sentence_for_a_person() -> None:
    assert [str(failed) for failed in (Broke("a"), Exceeded("pixels", "b"), NotMedia("c"))] == ["a", "b", "c"]
    assert issubclass(Exceeded, HavreError)


def test_a_share_of_a_budget_is_taken_from_the_whole_too() -> None:
    whole = Budget(bytes_left=100, files_left=5)
    share = whole.share(60)
    share.take_bytes(50)
    share.take_file()
    assert (share.bytes_left, whole.bytes_left, whole.files_left) == (10, 50, 4)
    with pytest.raises(Exceeded):
        share.take_bytes(11)
    with pytest.raises(Exceeded):
        whole.share(1000).take_bytes(51)


def test_more_files_than_the_budget_has_are_too_many() -> None:
    share = Budget(files_left=1).share(10)
    share.take_file()
    with pytest.raises(Exceeded):
        share.take_file()
