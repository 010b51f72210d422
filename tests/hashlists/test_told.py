"""What others say is read within bounds, and one bad record costs nothing but itself."""

import pytest

from havre.errors import Invalid
from havre.hashlists import told
from havre.hashlists.entry import Signal
from havre.hashlists.told import BadTold, Told, document, each, fits, listed, signal, whole, word, words


def test_a_bad_record_comes_back_in_its_place() -> None:
    def read(record: object) -> Told:
        return Told(word(record["key"]))  # type: ignore[index]

    found = each([{"key": "a"}, {"key": 1}, {}, None, {"key": "b"}], "record", read)
    assert found == [
        Told("a"),
        BadTold("record 2", "a word here is one line of at most 500 characters"),
        BadTold("record 3", "this record has another form than its format says"),
        BadTold("record 4", "this record has another form than its format says"),
        Told("b"),
    ]


@pytest.mark.parametrize("wrong", ["", "a\nb", "a\0", "x" * 501, 1, None, ["a"]])
def test_a_word_is_one_short_line(wrong: object) -> None:
    with pytest.raises(Invalid):
        word(wrong)


def test_tags_are_sorted_and_few() -> None:
    assert words(["b", "a", "b"]) == ("a", "b")
    with pytest.raises(Invalid, match="at most 100"):
        words(["a"] * 101)


def test_numbers_may_be_written_as_words() -> None:
    assert (whole(7), whole("7")) == (7, 7)
    for wrong in (-1, 1.5, True, "x", "", None, "9" * 17):
        with pytest.raises(Invalid, match="whole"):
            whole(wrong)


def test_a_signal_is_read_in_capitals_too() -> None:
    assert signal("md5", "AB" * 16) == Signal("md5", "ab" * 16)
    assert fits("md5", "ab" * 16)
    assert not fits("md5", "AB" * 16)
    assert not fits("pdna", "ab" * 16)
    for wrong in (1, None, "ab"):
        with pytest.raises(Invalid):
            signal("md5", wrong)


def test_a_document_is_an_object_of_bounded_size(monkeypatch: pytest.MonkeyPatch) -> None:
    assert document(b'{"a": 1}') == {"a": 1}
    for wrong, why in ((b"", "no JSON"), (b"[" * 100_000, "no JSON"), (b"\xff", "no JSON"), (b"[]", "no object")):
        with pytest.raises(Invalid, match=why):
            document(wrong)
    monkeypatch.setattr(told, "MOST_BYTES", 7)
    with pytest.raises(Invalid, match="at most 7 bytes"):
        document(b'{"a": 1}')


def test_a_list_that_is_missing_is_empty() -> None:
    assert listed({}, "data") == []
    assert listed({"data": None}, "data") == []
    assert listed({"data": [1]}, "data") == [1]
    with pytest.raises(Invalid, match="data of this answer are a list"):
        listed({"data": {}}, "data")
