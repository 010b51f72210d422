"""A form gives out its parts as they come, however the bytes are cut; one that ends early is none."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as some

from havre.cybertip.form import LONGEST_HEAD, LONGEST_VALUE, MOST_PARTS, boundary_of, fields_of
from havre.errors import Invalid

BOUNDARY = b"h-0"
HEAD = b'Content-Disposition: form-data; name="%s"'


def reading(whole: bytes, step: int) -> Callable[[int], bytes]:
    """The bytes, so many at a time."""
    pieces: Iterator[bytes] = iter([whole[at : at + step] for at in range(0, len(whole), step)])
    return lambda _count: next(pieces, b"")


def form(*parts: tuple[bytes, bytes], end: bytes = b"--\r\n") -> bytes:
    """A form of these heads and contents."""
    return b"".join(b"--h-0\r\n" + head + b"\r\n\r\n" + content + b"\r\n" for head, content in parts) + b"--h-0" + end


def read(whole: bytes, step: int = 1 << 16) -> list[tuple[str, str | None, bytes]]:
    return [(part.name, part.filename, b"".join(part.pieces)) for part in fields_of(reading(whole, step), BOUNDARY)]


@given(some.binary(max_size=60), some.integers(1, 80))
def test_a_file_comes_out_as_it_went_in_however_it_is_cut(content: bytes, step: int) -> None:
    if b"\r\n--h-0" in content:
        return
    whole = form((HEAD % b"id", b"7"), (HEAD % b"file" + b'; filename="a"', content + b"\r\n--h-"), (HEAD % b"x", b""))
    assert read(whole, step) == [("id", None, b"7"), ("file", "a", content + b"\r\n--h-"), ("x", None, b"")]


@given(some.integers(0, 95), some.integers(1, 40))
def test_a_form_that_ends_early_is_none(length: int, step: int) -> None:
    whole = form((HEAD % b"file" + b'; filename="a"', b"a boat"))[: -len(b"--\r\n")]
    with pytest.raises(Invalid, match="ends early"):
        read(whole[: min(length, len(whole))], step)


def test_what_nobody_reads_is_skipped_and_a_name_is_read_as_it_was_meant() -> None:
    whole = b"nothing\r\n" + form((HEAD % b"file" + b'; filename="a%22%0D\xff.jpg"', b"x" * 9), (HEAD % b"id", b" 7 "))
    first, second = fields_of(reading(whole, 5), BOUNDARY)
    assert (first.filename, second.name) == ('a"\r\ufffd.jpg', "id")
    assert [part.value() for part in fields_of(reading(whole, 5), BOUNDARY) if part.name == "id"] == ["7"]


@pytest.mark.parametrize(
    ("whole", "why"),
    [
        (form(*[(HEAD % b"x", b"")] * (MOST_PARTS + 1)), "at most 32 parts"),
        (form((b"x" * (LONGEST_HEAD + 1), b"")), "without a name that can be read"),
        (b"--h-0 \r\n\r\n\r\n--h-0--", "without a name that can be read"),
    ],
)
def test_a_form_beyond_the_limits_is_refused(whole: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        read(whole)


def test_as_many_parts_as_may_be_are_read_and_one_without_a_name_has_none() -> None:
    assert len(read(form(*[(b"X: y", b"")] * MOST_PARTS))) == MOST_PARTS
    assert read(form((b"X: y", b"z"))) == [("", None, b"z")]


def test_a_field_is_short() -> None:
    with pytest.raises(Invalid, match="at most 1000 bytes"):
        next(fields_of(reading(form((HEAD % b"id", b"7" * (LONGEST_VALUE + 1))), 99), BOUNDARY)).value()


def test_what_parts_a_form_stands_in_its_type() -> None:
    assert boundary_of("multipart/form-data; boundary=h-0") == b"h-0"
    assert boundary_of('Multipart/Form-Data; charset=utf-8; boundary="a b"; x') == b"a b"
    for kind in ("", "text/xml; boundary=x", "multipart/form-data", f"multipart/form-data; boundary={'x' * 201}"):
        with pytest.raises(Invalid, match="with a boundary"):
            boundary_of(kind)
