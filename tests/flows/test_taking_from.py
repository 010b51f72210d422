"""What a peer brings about is said in one line that can be kept, and says nothing of how the node works."""

from havre.errors import Invalid
from havre.flows.taking_from import MOST_SAID, printable, said_of


def test_only_our_own_sentences_are_said() -> None:
    assert said_of(Invalid("a\x00b\ud800c")) == "a b c"
    assert said_of(ValueError("column xyz")) == "it is not as messages are"
    assert printable("two\nlines") == "two lines"
    assert len(printable("x" * 10_000)) == MOST_SAID
