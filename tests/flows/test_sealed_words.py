"""Words are read again by their unit alone, where they belong."""

import pytest

from havre.errors import Refused
from havre.flows.sealed_words import open_words, seal_words
from tests.cast import Node


def test_words_open_for_their_unit_where_they_belong_and_nowhere_else(begun: Node) -> None:
    sealed = seal_words(begun.home, begun.anke.unit, "what a host said é", "request HN-1")
    assert b"what a host said" not in sealed
    assert open_words(begun.home, begun.anke.unit, sealed, "request HN-1") == "what a host said é"
    assert sealed != seal_words(begun.home, begun.anke.unit, "what a host said é", "request HN-1")
    for unit, kept, bound in (
        (begun.chiara.unit, sealed, "request HN-1"),
        (begun.anke.unit, sealed, "request HN-2"),
        (begun.anke.unit, sealed[:-1] + bytes([sealed[-1] ^ 1]), "request HN-1"),
        (begun.anke.unit, b"", "request HN-1"),
    ):
        with pytest.raises(Refused):
            open_words(begun.home, unit, kept, bound)


def test_half_a_letter_is_replaced(begun: Node) -> None:
    sealed = seal_words(begun.home, begun.anke.unit, "a\ud800b", "x")
    assert open_words(begun.home, begun.anke.unit, sealed, "x") == "a?b"
