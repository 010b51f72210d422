"""Country alerts: acknowledged, passed on with the reason, escalated when nobody answers; closed once identified."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound
from havre.exchange.models import About, Notice, Shared, Sighting
from havre.exchange.rules import ANSWERED_WITHIN, reference
from havre.flows.notices import acknowledge, escalate, list_notices, not_ours, shown
from havre.flows.restrict import restrict
from havre.flows.theirs import clue_theirs, identify_theirs
from havre.linking.countries import constraint
from havre.restrictions.keep import keep
from havre.restrictions.model import KEPT_FOR
from havre.units.found import found_unit
from tests.cast import NOON, Node
from tests.exchange.shared import confirmed, open_to, shared
from tests.simulators.worlds import Worlds

ITALY = constraint({"kind": "country", "values": ["IT"], "certainty": "sure"})


def logged(thing: str) -> Any:
    """What the log has last of this."""
    return json.loads(Entry.objects.filter(thing=thing).latest("index").detail)


def alerted(here: Node) -> Notice:
    """Italy is alerted."""
    shared(here, "IT")
    clue_theirs(here.home, here.chiara, reference(Shared.objects.get(kind="series")), "red box", "sign", [ITALY])
    return Notice.objects.get(about=About.COUNTRY)


def test_an_alert_has_reasons_and_a_clock_and_is_acknowledged_once(begun: Node) -> None:
    notice = alerted(begun)
    listed = list_notices(begun.home, begun.chiara)
    assert [(each["about"], each["told"]["reasons"]) for each in listed] == [(About.COUNTRY, ["red box"])]
    assert Sighting.objects.get(shared=notice.shared, why="look", unit="Polizia Postale").entry is not None
    assert notice.answer_by == NOON + ANSWERED_WITHIN
    acknowledge(begun.home, begun.chiara, notice.pk)
    assert acknowledge(begun.home, begun.chiara, notice.pk).read_by == begun.chiara.person
    assert list_notices(begun.home, begun.chiara) == []
    assert len(list_notices(begun.home, begun.chiara, old=True)) == 1


def test_one_that_nobody_answers_is_escalated_once_and_its_source_hears(begun: Node) -> None:
    notice = alerted(begun)
    assert escalate(begun.home, NOON + ANSWERED_WITHIN - timedelta(seconds=1)) == 0
    assert [escalate(begun.home, NOON + ANSWERED_WITHIN) for _ in range(2)] == [1, 0]
    notice.refresh_from_db()
    assert (notice.urgent, notice.escalated_at) == (True, NOON + ANSWERED_WITHIN)
    source = Notice.objects.get(unit=begun.anke.unit, about=About.COUNTRY)
    assert source.told["unanswered"] == "Polizia Postale (IT)"
    assert shown(begun.anke, source)["series"] == "S1"
    with pytest.raises(Invalid, match="says that nobody answered"):
        not_ours(begun.home, begun.anke, source.pk, "no such box")


def test_one_of_a_unit_that_may_not_know_any_more_is_closed_and_not_escalated(begun: Node) -> None:
    notice = alerted(begun)
    Shared.objects.filter(kind="hypothesis").update(condition=keep(open_to("FR")))
    assert escalate(begun.home, NOON + ANSWERED_WITHIN) == 0
    notice.refresh_from_db()
    assert (notice.escalated_at, notice.closed_at) == (None, NOON + ANSWERED_WITHIN)
    assert not Notice.objects.filter(unit=begun.anke.unit, about=About.COUNTRY).exists()


def test_one_that_is_not_theirs_says_why_and_goes_where_somebody_may_know(begun: Node) -> None:
    notice = alerted(begun)
    with pytest.raises(Invalid, match="say why"):
        not_ours(begun.home, begun.chiara, notice.pk, " ")
    with pytest.raises(Invalid, match="nobody in FR"):
        not_ours(begun.home, begun.chiara, notice.pk, "no such box", "FR")
    not_ours(begun.home, begun.chiara, notice.pk, "no such box")
    assert Shared.objects.get(kind="comment").body["text"] == "IT: not ours: no such box"
    with pytest.raises(Invalid, match="that is open"):
        not_ours(begun.home, begun.chiara, notice.pk, "again")


@pytest.mark.parametrize(("opened", "alerted_too"), [("BE", []), ("FR", ["Gendarmerie (FR)"])])
def test_one_of_another_node_goes_on_to_a_country_with_units_here_only_where_one_may_know(
    begun: Node, opened: str, alerted_too: list[str]
) -> None:
    notice = alerted(begun)
    theirs = {"owner": None, "node": "ee" * 32, "condition": keep(open_to("IT", opened))}
    Shared.objects.filter(kind="hypothesis").update(**theirs)
    found_unit("Gendarmerie", "FR", NOON)
    if not alerted_too:
        with pytest.raises(Invalid, match="nobody in FR"):
            not_ours(begun.home, begun.chiara, notice.pk, "no such box", "FR")
        assert not Shared.objects.filter(kind="comment").exists()
        return
    _closed, passed = not_ours(begun.home, begun.chiara, notice.pk, "no such box", "fr ")
    assert [str(unit) for unit in passed] == alerted_too
    assert Notice.objects.filter(unit__in=passed, about=About.COUNTRY).count() == 1
    assert logged(f"notice {notice.pk}") == {"act": "not ours", "to": "FR", "passed on to": ["FR"]}


def test_one_of_another_node_goes_on_to_a_country_that_is_not_here_in_words_alone(begun: Node) -> None:
    notice = alerted(begun)
    Shared.objects.filter(kind="hypothesis").update(owner=None, node="ee" * 32)
    assert not_ours(begun.home, begun.chiara, notice.pk, "no such box", "fr")[1] == []
    assert logged(f"notice {notice.pk}") == {"act": "not ours", "to": "FR", "passed on to": []}
    assert Shared.objects.get(kind="comment").body["text"] == "IT: not ours -> FR: no such box"


def test_what_is_written_to_a_source_elsewhere_is_logged_and_ends_even_where_the_alert_is_held(begun: Node) -> None:
    notice = alerted(begun)
    held = keep(replace(open_to("IT"), retain_until=NOON + 2 * ANSWERED_WITHIN, legal_hold=True))
    Shared.objects.filter(kind="hypothesis").update(owner=None, node="ee" * 32, condition=held)
    at = NOON + ANSWERED_WITHIN
    assert escalate(begun.home, at) == 1
    row = Shared.objects.get(kind="comment")
    assert row.condition.value.expires_at == at + KEPT_FOR
    assert logged(f"series {notice.told['reference']}") == {"act": "comment shared", "ref": str(row.ref)}


def test_an_identification_closes_open_alerts(begun: Node) -> None:
    notice = alerted(begun)
    identify_theirs(begun.home, begun.chiara, str(notice.told["reference"]), "IT")
    notice.refresh_from_db()
    assert notice.closed_at == NOON
    assert list_notices(begun.home, begun.chiara) == []


def test_another_unit_answers_none_of_it(begun: Node) -> None:
    notice = alerted(begun)
    acts: tuple[Callable[[], object], ...] = (
        lambda: acknowledge(begun.home, begun.anke, notice.pk),
        lambda: not_ours(begun.home, begun.anke, notice.pk, "no"),
    )
    for act in acts:
        with pytest.raises(NotFound):
            act()


def test_a_source_on_another_node_hears_alone_that_nobody_answered_and_to_whom_it_goes_on(worlds: Worlds) -> None:
    with worlds("BE IT FR") as world:
        belgium, italy, france = world.nations.values()
        with belgium.open() as anke:
            series = confirmed(anke)
            restrict(belgium.home, anke, "series", series.reference, open_to("IT", "FR"))
        world.ask(belgium, italy)
        world.ask(belgium, france)
        with italy.open() as anna:
            ref = reference(Shared.objects.get(kind="series"))
            clue_theirs(italy.home, anna, ref, "red box", "sign", [ITALY])
        world.ask(italy, belgium)
        world.ask(belgium, italy)
        with italy.open() as anna:
            (notice,) = Notice.objects.filter(about=About.COUNTRY)
            assert escalate(italy.home, notice.answer_by or NOON) == 1
            not_ours(italy.home, anna, notice.pk, "no such box", "FR")
        for other in (belgium, france):
            world.ask(italy, other)
        words = ["IT: not ours -> FR: no such box", f"IT: unanswered since {NOON:%Y-%m-%d %H:%M} UTC"]
        for nation, read in ((belgium, words), (france, words[:1])):
            with nation.open():
                rows = Shared.objects.filter(kind="comment")
                assert sorted(row.body["text"] for row in rows) == read
