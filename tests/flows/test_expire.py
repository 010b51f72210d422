"""What has expired is destroyed: bodies, keys and prints; reviewed before, held where a court asks, and logged."""

import json
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest

from havre.audit.models import Entry
from havre.errors import Broken, Invalid, NotFound, Refused
from havre.exchange.board import put
from havre.exchange.imprint_shape import told
from havre.exchange.models import About, BodyKey, Kind, Notice, SameMedium, Shared, SharedImprint, SharedPrint
from havre.exchange.queries import standing_for
from havre.flows.backup import back_up, keys_beside
from havre.flows.check import elsewhere
from havre.flows.expire import due, expire, expire_now, let_end, prolong
from havre.flows.restore import restore
from havre.flows.restrict import Restricted, hold, restrict
from havre.flows.staging import prepared
from havre.restrictions.model import Level, Restriction
from havre.sealing.body import commitment, open_body
from havre.settings import Settings
from havre.units.acting import Acting
from havre.units.queries import person_named
from tests.cast import NOON, Node, acting
from tests.databases import connected
from tests.exchange.shared import confirmed, held_too, open_to, shared

MADE = told("gait", "1", None, b"features")
DAY = NOON + timedelta(days=30)


def for_a_month(here: Node) -> Restricted:
    """Belgium's series, open to Italy for a month."""
    series = confirmed(here.anke)
    return restrict(
        here.home,
        here.anke,
        "series",
        series.reference,
        Restriction(Level.OPEN, countries=frozenset({"IT"}), retain_until=DAY),
    )


def later(by: Acting, days: int) -> Acting:
    """The same person so many days later."""
    return Acting(by.person, lambda: NOON + timedelta(days=days), by.reason)


def test_on_its_day_body_key_and_prints_are_gone_and_the_log_keeps_a_commitment(begun: Node) -> None:
    for_a_month(begun)
    held_too(begun, confirmed(begun.bram, name="Other"))
    row = Shared.objects.get(kind=Kind.SERIES)
    for each in Shared.objects.filter(kind=Kind.MEDIA):
        put(each.source, each.kind, each.ref, {**each.body, "imprints": [MADE]}, each.condition.value, 2, NOON)
    assert SharedImprint.objects.count() == 3
    sealed, key, version = bytes(row.sealed), bytes(row.body_key.key), row.version
    assert expire(begun.home, lambda: DAY - timedelta(seconds=1)) == 0
    assert expire(begun.home, lambda: DAY) == Shared.objects.count() == 4
    assert [table.objects.count() for table in (BodyKey, SharedPrint, SharedImprint, SameMedium)] == [0] * 4
    assert [bytes(each.sealed) for each in Shared.objects.all()] == [b""] * 4
    told = json.loads(Entry.objects.filter(verb="erasure").get().detail)
    assert [str(row.ref), version, commitment(sealed, key)] in told["things"]
    assert open_body(sealed, key, row.ref, version)["name"] == "Green chair"  # whoever kept both can show it
    assert expire(begun.home, lambda: DAY) == 0


def test_who_held_the_same_sees_nothing_of_it_afterwards_and_hears_that_it_is_withdrawn(begun: Node) -> None:
    done = for_a_month(begun)
    own = held_too(begun, done.thing.series[0])
    assert elsewhere(begun.chiara, own)
    expire(begun.home, lambda: DAY)
    assert elsewhere(later(begun.chiara, 30), own) == []
    assert not standing_for(begun.chiara.person, DAY).exists()
    assert Notice.objects.filter(about=About.WITHDRAWN, unit=begun.chiara.unit).exists()


def test_a_change_after_its_day_brings_nothing_back(begun: Node) -> None:
    done = for_a_month(begun)
    expire(begun.home, lambda: DAY)
    restricted = restrict(
        begun.home,
        later(begun.anke, 31),
        "series",
        done.thing.called,
        open_to("IT", level=Level.CLOSED),
    )
    assert restricted.changed.put == []
    assert not BodyKey.objects.exists()


def test_a_legal_hold_suspends_it_and_lifted_it_goes(begun: Node) -> None:
    done = for_a_month(begun)
    named = done.thing.called
    hold(begun.home, begun.anke, "series", named, held=True)
    assert expire(begun.home, lambda: DAY + timedelta(days=1)) == 0
    hold(begun.home, begun.anke, "series", named, held=False)
    assert expire(begun.home, lambda: DAY) == 4


def test_what_ends_soon_is_listed_with_its_review_and_either_decision_is_logged(begun: Node) -> None:
    done = for_a_month(begun)
    named = done.thing.called
    assert [(each.called, each.ends_at) for each in due(begun.home, begun.anke, 30)] == [(named, DAY)]
    assert due(begun.home, begun.chiara, 365) == []
    for wrong in (
        lambda: let_end(begun.home, begun.anke, "series", named, " "),
        lambda: due(begun.home, begun.anke, -1),
    ):
        with pytest.raises(Invalid):
            wrong()
    assert let_end(begun.home, begun.anke, "series", named, "solved") == DAY
    assert due(begun.home, begun.anke, 30) == []
    assert len(due(begun.home, begun.anke, 30, decided=True)) == 1
    with pytest.raises(Invalid, match="later day"):
        prolong(begun.home, begun.anke, "series", named, DAY, "again")
    prolong(begun.home, begun.anke, "series", named, DAY + timedelta(days=365), "a court asks")
    assert due(begun.home, begun.anke, 30) == []
    assert expire(begun.home, lambda: DAY) == 0
    said = [json.loads(each.detail) for each in Entry.objects.filter(verb="change")]
    decisions = [(each["decision"], each["because"]) for each in said if each["act"] == "reviewed"]
    assert decisions == [("ends on its day", "solved"), ("prolonged", "a court asks")]


def test_it_is_for_those_whose_thing_it_is(begun: Node) -> None:
    done = for_a_month(begun)
    with pytest.raises(NotFound):
        prolong(begun.home, begun.chiara, "series", done.thing.called, DAY, "mine")
    with pytest.raises(Invalid, match="nothing that ends"):
        let_end(begun.home, begun.bram, "series", confirmed(begun.bram).reference, "no")
    assert expire_now(begun.home, later(begun.bram, 31)) == 4


def test_a_body_put_in_anothers_place_does_not_open(begun: Node) -> None:
    shared(begun, "IT")
    one, other = Shared.objects.filter(kind=Kind.MEDIA)[:2]
    Shared.objects.filter(pk=one.pk).update(sealed=other.sealed)
    with pytest.raises(Broken):
        _ = Shared.objects.get(pk=one.pk).body


@pytest.mark.parametrize("destroyed", [False, True], ids=["kept", "destroyed since"])
def test_an_old_backup_with_the_newest_keys_gives_back_only_what_was_not_destroyed(
    begun: Node, tmp_path: Path, destroyed: bool
) -> None:
    identity = pyrage.x25519.Identity.generate()
    for_a_month(begun)
    back_up(begun.home, begun.anke, tmp_path / "old", str(identity.to_public()))
    if destroyed:
        expire(begun.home, lambda: DAY)
    back_up(begun.home, begun.anke, tmp_path / "new", str(identity.to_public()))
    with pytest.raises(Refused):
        back_up(begun.home, begun.anke, tmp_path / "new", str(identity.to_public()))
    with connected(prepared(Settings(home=tmp_path / "back"))) as staged:
        found = restore(
            staged,
            tmp_path / "old",
            [identity],
            lambda: acting(person_named("anke")),
            keys=keys_beside(tmp_path / "new"),
        )
    with connected(Settings(home=tmp_path / "back")):
        assert (found.destroyed, BodyKey.objects.count()) == ((4, 0) if destroyed else (0, 4))
        assert SharedPrint.objects.exists() is not destroyed
