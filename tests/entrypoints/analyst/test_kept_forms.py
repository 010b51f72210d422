"""What stands at the places of a sentence is found again, in one pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.entrypoints.analyst.kept_forms import Form

PAIR = Form(("what", "of"), ("intake ", " of case ", ""))
LINE = Form(("number", "why"), ("line ", ": ", ""), {"number"})


@given(st.text("a1 :", min_size=1), st.text("a1 of case", min_size=1))
def test_what_was_put_in_is_found_whatever_it_is(what: str, of: str) -> None:
    assert PAIR.values(f"intake {what} of case {of}") == {"what": what, "of": of}


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        ("line 7: cut off: here", {"number": "7", "why": "cut off: here"}),
        ("line 1,000: x", {"number": "1,000", "why": "x"}),
        ("line seven: x", None),
        ("line 7: ", None),
        ("line 7", None),
        ("a line 7: x", None),
        ("", None),
    ],
)
def test_numbers_are_numbers_and_nothing_is_empty(kept: str, found: dict[str, str] | None) -> None:
    assert LINE.values(kept) == found


def test_where_the_first_way_to_part_it_leaves_no_number_the_last_is_tried() -> None:
    late = Form(("path", "number"), ("", ": byte ", " is wrong"), {"number"})
    assert late.values("a: byte b: byte 3 is wrong") == {"path": "a: byte b", "number": "3"}
