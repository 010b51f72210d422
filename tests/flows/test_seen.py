"""The source can prove who outside saw what, when, under which restriction, and in which entry of the log."""

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound
from havre.exchange.models import Shared
from havre.flows.check import check
from havre.flows.restrict import restrict
from havre.flows.seen import enter_seen, who_saw
from havre.flows.theirs import see
from havre.network.models import Receipt, Told
from havre.restrictions.model import CLOSED
from tests.cast import NOON, Cast, Node
from tests.exchange.shared import held_too, open_to, shared
from tests.network.known import accepted


def test_whoever_saw_it_is_told_with_the_entry_of_the_log(begun: Node) -> None:
    shared(begun, "IT")
    assert who_saw(begun.home, begun.anke, "series", "S1").rows == ()
    ref = f"BE-{Shared.objects.get(kind='series').ref.hex[:8]}"
    see(begun.home, begun.chiara, ref)
    found = who_saw(begun.home, begun.anke, "series", "S1").to_json()
    (line,) = found["seen"]
    assert (line["unit"], line["country"], line["how"], line["level"]) == ("Polizia Postale", "IT", "look", "open")
    assert line["restriction"]["countries"] == ["IT"]
    entry = Entry.objects.get(index=line["entry"])
    assert (entry.unit, entry.verb, entry.thing) == ("Polizia Postale", "consultation", f"series {ref}")
    assert found["log"]["size"] > line["entry"]


def test_it_stays_when_the_thing_is_withdrawn(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    held_too(begun, series)
    check(begun.home, begun.chiara)
    restrict(begun.home, begun.anke, "series", "S1", CLOSED)
    rows = who_saw(begun.home, begun.anke, "series", "S1").rows
    assert {row["what"] for row in rows} == {"series", "media"}
    assert all(row["entry"] is not None for row in rows)
    digest = bytes(series.members.order_by("pk")[0].medium.sha256).hex()
    assert {row["what"] for row in who_saw(begun.home, begun.anke, "media", digest).rows} == {"media"}


def test_it_is_told_to_the_source_alone(begun: Node) -> None:
    shared(begun, "IT")
    with pytest.raises(NotFound):
        who_saw(begun.home, begun.chiara, "series", "S1")
    with pytest.raises(Invalid):
        who_saw(begun.home, begun.anke, "case", "x")


def test_what_a_page_told_is_written_once(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    held_too(begun, series)
    enter_seen(begun.home, begun.chiara)
    count = Entry.objects.count()
    enter_seen(begun.home, begun.chiara)
    assert Entry.objects.count() == count


def test_what_was_withdrawn_from_other_nodes_stands_with_their_receipts(begun: Node) -> None:
    shared(begun, "FR", "IT", count=2)
    france, italy = (
        accepted(Cast(begun.anke.person, begun.bram.person, begun.chiara.person), each) for each in ("FR", "IT")
    )
    rows = list(Shared.objects.order_by("pk"))
    for peer in (france, italy):
        Told.objects.bulk_create(Told(peer=peer, ref=row.ref, told_at=NOON) for row in rows)
    assert who_saw(begun.home, begun.anke, "series", "S1").withdrawn == ()
    restrict(begun.home, begun.anke, "series", "S1", open_to("IT"))
    gone = who_saw(begun.home, begun.anke, "series", "S1").withdrawn
    assert {(each["node"], each["receipt"]) for each in gone} == {("Node FR", None)}
    assert sorted(each["ref"] for each in gone) == sorted(str(row.ref) for row in rows)
    first = rows[0]
    for number in (7, 9):  # told again after it was withdrawn once
        Receipt.objects.create(peer=france, ref=first.ref, number=number, digest="aa", answer="signed", at=NOON)
    france.told.filter(ref=first.ref).update(withdrawn_at=NOON)
    found = {each["ref"]: each for each in who_saw(begun.home, begun.anke, "series", "S1").to_json()["withdrawn"]}
    signed = found.pop(str(first.ref))
    assert (signed["receipt"], signed["number"], signed["statement"]) == (NOON.isoformat(), 9, "signed")
    assert [each["receipt"] for each in found.values()] == [None, None]
