"""Whom something concerns: the source and holders of a series, as far as they may know; nobody hears a thing twice."""

from datetime import timedelta

from havre.exchange.models import About, Notice, Shared
from havre.exchange.notify import Concerned, holders, may_know, notify
from havre.settings import Settings
from tests.cast import NOON, node
from tests.exchange.shared import held_too, shared


def test_holders_are_told_once_and_again_when_it_changed(database: Settings) -> None:
    with node(database) as here:
        series, _ = shared(here, "IT")
        row = Shared.objects.get(kind="series")
        assert holders(row, NOON) == []
        own = held_too(here, series)
        assert holders(row, NOON) == [Concerned(here.chiara.unit, own)]
        assert (may_know(here.chiara.unit, row, NOON), may_know(here.anke.unit, row, NOON)) == (True, True)
        concerned = Concerned(here.chiara.unit, own)
        first, new = notify(concerned, About.CLAIMED, row, {"until": 1}, NOON, timedelta(hours=1))
        assert (new, first.answer_by) == (True, NOON + timedelta(hours=1))
        Notice.objects.filter(pk=first.pk).update(read_at=NOON)
        assert notify(concerned, About.CLAIMED, row, {"until": 1}, NOON)[1] is False
        again, new = notify(concerned, About.CLAIMED, row, {"until": 2}, NOON)
        assert (again.pk, new, again.read_at) == (first.pk, True, None)
