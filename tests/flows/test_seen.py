"""The source can prove who outside saw what, when, under which restriction, and in which entry of the log."""

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound
from havre.exchange.models import Shared
from havre.flows.check import check
from havre.flows.restrict import restrict
from havre.flows.seen import enter_seen, who_saw
from havre.flows.theirs import see
from havre.restrictions.model import CLOSED
from tests.cast import Node
from tests.exchange.shared import held_too, shared


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
