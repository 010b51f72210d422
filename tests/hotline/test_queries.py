"""Reads of the hotline show one's own unit alone, and what may be written about."""

from datetime import timedelta

import pytest

from havre.errors import NotFound
from havre.hotline.models import Finding, Findings, Judgement, Mention, State
from havre.hotline.queries import (
    actionable,
    every_word_on,
    findings_on,
    found_out,
    letters_waiting,
    numbers_of,
    overturned,
    page_for,
    pages_named,
    report_for,
    reports_naming,
    routings_of,
    words_on,
)
from havre.settings import Settings
from tests.cast import NOON, introduce
from tests.hotline.reported import OTHER, page
from tests.hotline.test_retention import report


def test_another_unit_sees_nothing_of_it(database: Settings) -> None:
    cast = introduce()
    one, theirs = page(cast.belgium), page(cast.italy)
    made = report(cast.belgium, 1, one)
    assert page_for(cast.anke, one.pk) == one
    assert report_for(cast.anke, 1) == made
    for viewer, unseen in ((cast.chiara, one), (cast.anke, theirs)):
        with pytest.raises(NotFound, match="no page of that number"):
            page_for(viewer, unseen.pk)
    with pytest.raises(NotFound, match="no report of that number"):
        report_for(cast.chiara, 1)
    assert (pages_named(cast.anke, made), pages_named(cast.chiara, made)) == ([one], [])
    assert (list(reports_naming(cast.anke, one)), list(reports_naming(cast.chiara, one))) == ([made], [])
    assert (numbers_of(cast.anke, [one]), numbers_of(cast.chiara, [one])) == ({one.pk: [1]}, {})
    assert letters_waiting(cast.anke).count() == 0


def test_only_what_everybody_calls_actionable_is(database: Settings) -> None:
    cast = introduce()
    unjudged, good, disputed, undone, closed = (
        page(cast.belgium, f"https://site.example/{name}", state=State.TRIAGED) for name in "abcde"
    )
    for each in (good, disputed, undone):
        Judgement.objects.create(page=each, person=cast.anke, verdict="actionable", at=NOON)
    Judgement.objects.create(page=disputed, person=cast.bram, verdict="not actionable", at=NOON)
    Judgement.objects.filter(page=undone).update(undone_at=NOON)
    assert list(actionable(cast.anke)) == [good]
    assert list(actionable(cast.chiara)) == []
    assert list(overturned(cast.anke)) == [undone]
    assert list(overturned(cast.anke, NOON + timedelta(seconds=1))) == []
    good.state = State.RECEIVED
    good.save()
    assert list(actionable(cast.anke)) == []
    assert {unjudged, closed} & set(overturned(cast.anke)) == set()


def test_judged_again_as_before_it_is_not_overturned(database: Settings) -> None:
    cast = introduce()
    one = page(cast.belgium, state=State.TRIAGED)
    Judgement.objects.create(page=one, person=cast.anke, verdict="actionable", at=NOON, undone_at=NOON)
    again = Judgement.objects.create(page=one, person=cast.bram, verdict="actionable", at=NOON)
    assert list(overturned(cast.anke)) == []
    assert words_on(cast.anke, one) == [again]
    assert len(every_word_on(cast.anke, one)) == 2


def test_the_newest_finding_of_each_kind_counts(database: Settings) -> None:
    cast = introduce()
    one = page(cast.belgium, OTHER)
    for hours, value in ((2, "BE"), (1, "NL")):
        about = {"page": one, "kind": Findings.HOSTING, "value": value, "by": cast.anke}
        Finding.objects.create(**about, at=NOON + timedelta(hours=hours))
    assert [each.value for each in findings_on(cast.anke, one)] == ["BE", "NL"]
    assert found_out(cast.anke, one)[Findings.HOSTING].value == "BE"
    assert (found_out(cast.chiara, one), routings_of(cast.anke, one)) == ({}, [])
    assert Mention.objects.count() == 0
