"""People of one unit talk about a series; the log has that they did, not what they said."""

import pytest

from havre.audit.models import Entry
from havre.errors import NotFound, Refused
from havre.flows.comment import say, take_back
from havre.series.models import Comment, Series, Status
from havre.series.queries import comments_of
from havre.series.united import united
from tests.cast import Node
from tests.series.many import series_of


def test_what_is_said_is_read_by_the_unit_and_kept_out_of_the_log(begun: Node) -> None:
    series = series_of(begun.anke.person, 2)
    said = say(begun.home, begun.bram, "S1", "The blind says Poole.")
    assert [one.text for one in comments_of(begun.anke.person, [series.pk])] == ["The blind says Poole."]
    assert comments_of(begun.chiara.person, [series.pk]) == []
    assert not any("Poole" in entry.detail + entry.reason for entry in Entry.objects.all())
    with pytest.raises(NotFound):
        say(begun.home, begun.chiara, "S1", "hello")
    with pytest.raises(NotFound):
        take_back(begun.home, begun.chiara, "S1", said.pk)
    with pytest.raises(Refused, match="only bram"):
        take_back(begun.home, begun.anke, "S1", said.pk)
    take_back(begun.home, begun.bram, "S1", said.pk)
    assert comments_of(begun.anke.person, [series.pk]) == []
    assert Comment.objects.get().text  # it is not shown; it is not gone


def test_what_was_said_of_a_series_is_said_of_the_one_it_became_part_of(begun: Node) -> None:
    into, other, deeper = (series_of(begun.anke.person, 2) for _ in range(3))
    said = say(begun.home, begun.anke, "S3", "from the harbour")
    Series.objects.filter(pk=deeper.pk).update(status=Status.MERGED, merged_into=other)
    Series.objects.filter(pk=other.pk).update(status=Status.MERGED, merged_into=into)
    family = united(into)
    assert sorted(family) == [into.pk, other.pk, deeper.pk]
    assert [one.text for one in comments_of(begun.anke.person, family)] == ["from the harbour"]
    take_back(begun.home, begun.anke, "S1", said.pk)
    elsewhere = series_of(begun.anke.person, 2)
    with pytest.raises(NotFound, match="no such comment"):
        take_back(begun.home, begun.anke, elsewhere.reference, said.pk)
