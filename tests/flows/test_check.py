"""A check finds what others hold, in whichever order both came, and nothing of what is not for the unit."""

import json
from datetime import timedelta
from itertools import count
from uuid import UUID

import pytest
from django.db import connection

from havre.audit.models import Entry
from havre.errors import Refused
from havre.exchange.board import put
from havre.exchange.models import About, Notice, PassedOver, SameMedium, Shared, Sighting
from havre.flows import check as checking
from havre.flows.check import beside_ours, check, check_after, elsewhere
from havre.flows.claim import take
from havre.flows.exchanging import check_what_came
from havre.flows.identify import record_victim
from havre.flows.restrict import restrict
from havre.flows.theirs import say_theirs
from havre.restrictions.model import Level, Owner
from havre.units.acting import Acting
from havre.units.found import add_person
from havre.victims.record import Child
from tests.cast import NOON, Node, noon
from tests.exchange.shared import confirmed, held_too, open_to, printed, same_here, shared
from tests.simulators.nations import Killed, killed_at


def test_what_came_after_the_others_shared_it_is_found(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    found = elsewhere(begun.chiara, own)
    assert [(each.kind, each.percent, each.media, each.told["unit"]) for each in found] == [
        ("identical", 100, 3, "Federal Police")
    ]
    notice = Notice.objects.get(about=About.HELD)
    assert (notice.unit, notice.series, notice.told["media"]) == (begun.chiara.unit, own, 3)
    assert Sighting.objects.filter(unit="Polizia Postale", why="check").count() == 4  # and the series


def test_what_was_there_before_the_others_shared_it_is_found(begun: Node) -> None:
    series = confirmed(begun.anke)
    own = held_too(begun, series)
    assert elsewhere(begun.chiara, own) == []
    restrict(begun.home, begun.anke, "series", "S1", open_to("IT"))
    assert check_after(begun.home, begun.chiara).new == 3
    assert len(elsewhere(begun.chiara, own)) == 1
    assert check_after(begun.home, begun.chiara).new == 0


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(("bits", "is_near"), [(0, True), (31, True), (32, False)])
def test_what_looks_alike_is_found_within_the_distance_of_the_field(
    begun: Node, bits: int, is_near: bool, before: bool
) -> None:
    series = confirmed(begun.anke, 1)
    printed(series.members.get().medium, 7)
    own = confirmed(begun.chiara, 1)
    printed(own.members.get().medium, 7, bits)
    if before:
        check_after(begun.home, begun.chiara)
    restrict(begun.home, begun.anke, "series", "S1", open_to("IT"))
    check_after(begun.home, begun.chiara)
    found = [(each.kind, each.percent) for each in elsewhere(begun.chiara, own)]
    assert found == ([("near", round(100 * (256 - bits) / 256))] if is_near else [])


def test_what_is_flat_is_like_nothing(begun: Node) -> None:
    series = confirmed(begun.anke, 1)
    printed(series.members.get().medium, 7, quality=49)
    own = confirmed(begun.chiara, 1)
    printed(own.members.get().medium, 7, quality=49)
    restrict(begun.home, begun.anke, "series", "S1", open_to("IT"))
    assert check(begun.home, begun.chiara).series == []
    assert elsewhere(begun.chiara, own) == []


def test_a_hit_says_who_holds_it_and_whom_to_contact_and_no_more(begun: Node) -> None:
    series, _ = shared(begun, "IT", level=Level.HIT)
    own = held_too(begun, series)
    found = elsewhere(begun.chiara, own)
    contact = {"unit": "Federal Police", "country": "BE", "contact": "Federal Police (BE)"}
    assert [each.told for each in found] == [{"kind": "series", **contact, "level": "hit"}]
    text = str([each.to_json() for each in found])
    assert "Green chair" not in text
    assert str(Shared.objects.get(kind="series").ref)[:8] not in text
    assert Sighting.objects.filter(unit="Polizia Postale", level=Level.OPEN).count() == 0


def test_it_is_claimed_until_the_claim_that_holds_runs_out(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    ref = str(Shared.objects.get(kind="series").ref)
    body = {"series": ref, "since": NOON.isoformat(), "until": (NOON + timedelta(days=99)).isoformat()}
    put(Owner("ee" * 32, "Peer", "FR"), "claim", UUID(int=1), body, open_to("BE", "IT"), 1, NOON)
    assert [each.to_json()["claimed_until"] for each in elsewhere(begun.chiara, own)] == [None]
    take(begun.home, begun.anke, "S1")
    until = Shared.objects.get(kind="claim", node="").body["until"]
    assert [each.to_json()["claimed_until"] for each in elsewhere(begun.chiara, own)] == [until]


def test_what_is_closed_or_for_another_is_not_found(begun: Node) -> None:
    series, _ = shared(begun, "FR")
    own = held_too(begun, series)
    assert (elsewhere(begun.chiara, own), SameMedium.objects.count(), Notice.objects.count()) == ([], 0, 0)


def test_narrowing_takes_at_once_what_was_found(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    assert elsewhere(begun.chiara, own)
    restrict(begun.home, begun.anke, "series", "S1", open_to("FR"))
    assert elsewhere(begun.chiara, own) == []
    assert check(begun.home, begun.chiara).to_json()["elsewhere"] == []


def test_the_source_reads_what_others_put_beside_its_series(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    assert beside_ours(begun.anke, series) == []
    row = Shared.objects.get(kind="series")
    say_theirs(begun.home, begun.chiara, f"BE-{row.ref.hex[:8]}", "seen in Genoa")
    assert [each["body"]["text"] for each in beside_ours(begun.anke, series)] == ["seen in Genoa"]


def test_only_who_works_with_media_checks(begun: Node) -> None:
    clerk = add_person("carl", begun.anke.unit, NOON, [])
    with pytest.raises(Refused):
        check(begun.home, Acting(clerk, noon))


def test_two_units_that_share_the_same_find_one_another(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = same_here(begun.chiara, series)
    restrict(begun.home, begun.chiara, "series", own.reference, open_to("BE"))
    for one in (begun.chiara, begun.anke):
        check_after(begun.home, one)
    assert [each.told["unit"] for each in elsewhere(begun.anke, series)] == ["Polizia Postale"]
    assert [each.told["unit"] for each in elsewhere(begun.chiara, own)] == ["Federal Police"]


@pytest.mark.parametrize("few", [1, 10_000])
def test_whether_much_or_little_came_the_same_is_found(begun: Node, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(checking, "FEW", few)
    series = confirmed(begun.anke)
    for number, member in enumerate(series.members.order_by("pk")):
        printed(member.medium, number)
    own = same_here(begun.chiara, series)
    alike = confirmed(begun.chiara, 1)
    printed(alike.members.get().medium, 1, bits=5)
    restrict(begun.home, begun.anke, "series", series.reference, open_to("FR"))
    assert check_after(begun.home, begun.chiara).new == 0  # all its media met the board, which had nothing for it
    restrict(begun.home, begun.anke, "series", series.reference, open_to("IT"))
    found = check_after(begun.home, begun.chiara)
    assert (found.new, found.media) == (4, 4 if few == 1 else 0)
    assert [each.kind for one in (own, alike) for each in elsewhere(begun.chiara, one)] == ["identical", "near"]
    assert check_after(begun.home, begun.chiara).new == 0


def test_before_a_unit_ever_checked_its_media_meet_the_board_once(begun: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    series, _ = shared(begun, "IT")
    same_here(begun.chiara, series)
    monkeypatch.setattr(checking, "held_like", lambda _unit, prints: [pytest.fail("again")] if prints else [])
    assert check_after(begun.home, begun.chiara).new == 3


def told_once(here: Node) -> None:
    """Chiara's unit heard once of what agrees and of what was said of it before, and the log has it once."""
    about = Notice.objects.filter(unit=here.chiara.unit).order_by("about").values_list("about", flat=True)
    assert list(about) == [About.HELD, About.IDENTIFIED]
    logged = [json.loads(each.detail) for each in Entry.objects.filter(detail__contains="found elsewhere")]
    assert [each["media"] for each in logged] == [3]
    assert SameMedium.objects.filter(unit=here.chiara.unit).count() == 3
    assert not Sighting.objects.filter(unit="Polizia Postale", why="check", entry=None).exists()


def test_killed_at_any_question_to_the_database_the_next_check_tells_it_once(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    record_victim(begun.home, begun.anke, series.reference, Child("Wren"), identified_by="BE")
    same_here(begun.chiara, series)
    for query in count(1, 3):
        try:
            with killed_at(query):
                check_after(begun.home, begun.chiara)
        except Killed:
            continue
        break
    assert query > 30
    told_once(begun)
    assert check_after(begun.home, begun.chiara).new == 0
    told_once(begun)


def check_dies(here: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chiara's unit compares everything, and the check dies as it would say what it found."""
    with monkeypatch.context() as dying:
        dying.setattr(checking, "say_found", lambda *_: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            check_after(here.home, here.chiara)


def test_what_a_killed_check_found_is_told_by_whoever_works_next(begun: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """The unit compared all that the board has; then its own media come, and the check dies as it would say so."""
    series, _ = shared(begun, "IT")
    record_victim(begun.home, begun.anke, series.reference, Child("Wren"), identified_by="BE")
    check_after(begun.home, begun.chiara)
    same_here(begun.chiara, series)
    check_dies(begun, monkeypatch)
    assert (SameMedium.objects.count(), Notice.objects.count()) == (3, 0)
    assert check_what_came(begun.home, noon) == 2  # Belgium never compared anything
    told_once(begun)
    assert check_what_came(begun.home, noon) == 0
    told_once(begun)


def test_what_a_killed_check_found_and_the_source_narrowed_since_is_told_to_nobody(
    begun: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    series, _ = shared(begun, "IT")
    stays = confirmed(begun.anke, 1, "Blue lamp")
    restrict(begun.home, begun.anke, "series", stays.reference, open_to("IT"))
    same_here(begun.chiara, series), same_here(begun.chiara, stays)
    check_dies(begun, monkeypatch)
    for theirs in Shared.objects.filter(kind="media"):
        PassedOver.objects.create(unit=begun.chiara.unit, theirs=theirs, why="it is spoilt", at=NOON)
    restrict(begun.home, begun.anke, "series", series.reference, open_to("FR"))
    for _ in range(2):
        check_after(begun.home, begun.chiara)
        assert said_and_waiting(begun) == ([1], [1], 0)
    assert Notice.objects.filter(unit=begun.chiara.unit).count() == 1
    SameMedium.objects.update(untold=True), PassedOver.objects.update(unlogged=True)
    restrict(begun.home, begun.anke, "series", stays.reference, open_to("FR"))
    entries = Entry.objects.count()
    check_after(begun.home, begun.chiara)
    assert (said_and_waiting(begun), Entry.objects.count()) == (([1], [1], 0), entries)
    restrict(begun.home, begun.anke, "series", series.reference, open_to("IT"))
    for _ in range(2):  # once it may know again it hears of it, once
        check_after(begun.home, begun.chiara)
        assert said_and_waiting(begun)[0] == [1, 3]
    held = Notice.objects.filter(unit=begun.chiara.unit, about=About.HELD, told__media=3)
    assert held.get().read_at is None


def said_and_waiting(here: Node) -> tuple[list[int], list[int], int]:
    """How many media each entry of the log says were found, and passed over; how many wait to be told."""
    found, over = (
        [json.loads(each.detail)["media"] for each in Entry.objects.filter(detail__contains=said)]
        for said in ("found elsewhere", "passed over")
    )
    waiting = SameMedium.objects.filter(unit=here.chiara.unit, untold=True).count()
    return found, over, waiting + PassedOver.objects.filter(unlogged=True).count()


def test_what_is_passed_over_as_the_log_names_others_is_named_next(begun: Node) -> None:
    shared(begun, "IT")
    check_after(begun.home, begun.chiara)
    came = [2]

    def passed(key: int) -> None:
        PassedOver.objects.create(pk=key, unit=begun.chiara.unit, why=f"reason {key}", at=NOON)

    def ask(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.startswith("INSERT") and Entry._meta.db_table in sql and came:
            passed(came.pop())
        return execute(sql, params, many, context)

    passed(9)
    with connection.execute_wrapper(ask):
        check_after(begun.home, begun.chiara)
    assert PassedOver.objects.get(unlogged=True).pk == 2
    check_after(begun.home, begun.chiara)
    named = [json.loads(each.detail)["which"] for each in Entry.objects.filter(detail__contains="passed over")]
    assert [each[0].endswith(said) for each, said in zip(named, ("reason 9", "reason 2"), strict=True)] == [True, True]
