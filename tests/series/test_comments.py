"""What is said of a series is written once and withdrawn at most, by whoever said it."""

import pytest

from havre.errors import Invalid, Refused
from havre.series.comments import LONGEST, comment, withdraw
from havre.series.models import Comment
from tests.cast import NOON, Cast
from tests.series.many import series_of


def test_a_comment_keeps_its_words(cast: Cast) -> None:
    said = comment(series_of(cast.anke, 2), "  <b>The blind says Poole.</b>\n", cast.anke, NOON)
    assert (said.text, said.by, said.at) == ("<b>The blind says Poole.</b>", cast.anke, NOON)


@pytest.mark.parametrize(("text", "why"), [("  \n", "write the comment first"), ("x" * (LONGEST + 1), "4001")])
def test_nothing_and_too_much_are_not_said(cast: Cast, text: str, why: str) -> None:
    series = series_of(cast.anke, 2)
    with pytest.raises(Invalid, match=why):
        comment(series, text, cast.anke, NOON)
    assert not Comment.objects.exists()


def test_only_who_said_it_withdraws_it(cast: Cast) -> None:
    said = comment(series_of(cast.anke, 2), "wrong", cast.anke, NOON)
    with pytest.raises(Refused, match="only anke"):
        withdraw(said, cast.bram, NOON)
    assert withdraw(said, cast.anke, NOON)
    assert not withdraw(said, cast.anke, NOON)
    assert Comment.objects.get().withdrawn_at == NOON
