"""One process of a node sends at a time, and the next may when it ends."""

from havre.flows.sender import only_sender
from tests.cast import Node


def test_one_sends_and_the_other_does_not_until_it_ends(begun: Node) -> None:
    with only_sender(begun.home) as first, only_sender(begun.home) as second:
        assert (first, second) == (True, False)
    with only_sender(begun.home) as next_one:
        assert next_one
