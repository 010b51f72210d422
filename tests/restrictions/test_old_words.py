"""What was said of comments while nothing followed from it lets nobody read them after an update."""

from dataclasses import replace

import pytest
from django.core.management import call_command

from havre.exchange.models import Kind as Told
from havre.exchange.publish import publish
from havre.flows.tables import make_tables
from havre.restrictions.keep import said, say
from havre.restrictions.model import CLOSED, Level, Restriction
from havre.restrictions.models import Condition, Kind, Restricted
from tests.cast import NOON, acting, introduce
from tests.exchange.shared import confirmed, open_to
from tests.quick_history import Count, quick_history

BEFORE = "0003_one_reach"
"""The newest tables of restrictions while a word on a comment let nobody read it."""

HELD = replace(open_to("IT"), legal_hold=True)
HIT = open_to("IT", level=Level.HIT)


@pytest.mark.usefixtures("database")
def test_words_on_comments_that_had_no_effect_are_closed_and_all_others_stay(count: Count) -> None:
    anke = acting(introduce().anke)
    series = confirmed(anke, 1)
    spoken = [series.comments.create(text=text, by=anke.person, at=NOON).pk for text in ("a", "b", "c")]
    words: list[tuple[Kind, int, Restriction]] = [(Kind.COMMENT, spoken[0], open_to("IT")), (Kind.CLUE, 1, HIT)]
    words += [(Kind.COMMENT, spoken[1], HELD), (Kind.CLUE, 2, open_to("IT")), (Kind.SERIES, series.pk, open_to("IT"))]
    words += [(Kind.CASE, 3, HIT), (Kind.MEDIA, 4, HIT)]
    with quick_history(count):
        call_command("migrate", "restrictions", BEFORE, verbosity=0, interactive=False)
        for kind, key, word in words:
            say(anke.unit, kind, key, word, anke.person, NOON)
        before = list(Restricted.objects.order_by("pk").values("pk", "kind", "key", "by", "at"))
        make_tables()
    now = {(kind, key): said(kind, [key])[key] for kind, key, _word in words}
    changed = {(kind, key): now[kind, key] for kind, key, word in words if now[kind, key] != word}
    held = replace(CLOSED, legal_hold=True)
    assert changed == {(Kind.COMMENT, spoken[0]): CLOSED, (Kind.COMMENT, spoken[1]): held, (Kind.CLUE, 1): CLOSED}
    assert list(Restricted.objects.order_by("pk").values("pk", "kind", "key", "by", "at")) == before
    assert [row.kind for row in publish(series, NOON).put] == [Told.SERIES, Told.MEDIA]
    kept = Condition.objects.count()
    say(anke.unit, Kind.COMMENT, spoken[2], CLOSED, anke.person, NOON)
    assert Condition.objects.count() == kept  # the update wrote it as it is written today
