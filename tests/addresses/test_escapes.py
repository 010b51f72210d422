"""What needs no escape has none."""

from urllib.parse import unquote_to_bytes

from hypothesis import given
from hypothesis import strategies as st

from havre.addresses.escapes import IN_PATH, IN_QUERY, UNRESERVED, escaped, path_of, query_of

WRITABLE = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(WRITABLE)
def test_what_is_escaped_stays_as_it_is(text: str) -> None:
    for allowed in (IN_PATH, IN_QUERY):
        once = escaped(text, allowed)
        assert escaped(once, allowed) == once
        assert set(once) <= allowed | {"%"}


@given(st.binary(max_size=60))
def test_escapes_mean_the_same_bytes_afterwards(data: bytes) -> None:
    written = "".join(f"%{byte:02x}" for byte in data)
    once = escaped(written, IN_PATH)
    assert unquote_to_bytes(once) == data
    assert once == "".join(chr(byte) if chr(byte) in UNRESERVED else f"%{byte:02X}" for byte in data)


def test_a_path_begins_at_its_root() -> None:
    assert path_of("") == "/"
    assert path_of("a") == "/a"
    assert path_of("/a/./../b/..") == "/"


def test_parameters_are_dropped_by_name_and_by_beginning_and_keep_their_order() -> None:
    assert query_of("z=1&Drop=2&a=3&pre_x=4&", ["drop"], ("pre_",)) == "z=1&a=3"
