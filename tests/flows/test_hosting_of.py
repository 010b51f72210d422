"""Where an address is hosted is told with everything that says so, and that somebody asked is in the log."""

from datetime import timedelta
from pathlib import Path

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, Refused
from havre.flows.hosting_of import fact_told, hosting_history, hosting_of
from havre.flows.load_hosting import load_hosting
from havre.units.models import Role
from tests.cast import NOON, Node
from tests.flows.test_load_hosting import written
from tests.hosting.readers.test_delegations import RIPE

FIELDS = [
    *("address", "host", "site", "kind", "inner", "numbers", "network", "asn", "holder", "country", "reason", "cdn"),
    *("is_cdn", "registrar", "facts"),
]


@pytest.fixture
def loaded(begun: Node, tmp_path: Path) -> Node:
    """A node that knows a block and a name."""
    load_hosting(begun.home, begun.anke, written(tmp_path, "delegated.txt", RIPE))
    load_hosting(begun.home, begun.anke, written(tmp_path, "zone.txt", "a.example. 300 IN A 192.0.2.7\n"))
    return begun


def test_an_address_is_told_with_its_facts(loaded: Node) -> None:
    told = hosting_of(loaded.home, loaded.bram, "hxxp://user@www[.]A.example/x").told()
    assert list(told) == FIELDS
    assert (told["address"], told["country"], told["reason"]) == (
        "http://www.a.example/x",
        None,
        "no network address is known for this name",
    )
    told = hosting_of(loaded.home, loaded.bram, "a.example/x").told()
    assert (told["host"], told["site"], told["numbers"], told["country"]) == (
        "a.example",
        "a.example",
        ["192.0.2.7"],
        "BE",
    )
    assert [(fact["kind"], fact["value"], fact["source"]) for fact in told["facts"]] == [
        ("number", "192.0.2.7", "zone.txt"),
        ("network", "192.0.2.0/24", "delegated.txt"),
        ("country", "BE", "delegated.txt"),
    ]
    assert told["facts"][1]["since"] == "2025-11-25T00:00:00+00:00"


def test_it_may_be_asked_for_a_time(loaded: Node) -> None:
    assert hosting_of(loaded.home, loaded.bram, "a.example", NOON - timedelta(days=1)).told()["numbers"] == []


def test_an_archive_shows_a_page_of_others(loaded: Node) -> None:
    told = hosting_of(loaded.home, loaded.bram, "https://web.archive.org/web/2020/http://a.example/x").told()
    assert (told["kind"], told["inner"]) == ("archive", "http://a.example/x")


def test_a_history_has_the_same_facts(loaded: Node) -> None:
    address, facts = hosting_history(loaded.home, loaded.bram, "a.example")
    assert str(address) == "https://a.example/"
    assert [fact_told(fact)["value"] for fact in facts] == ["BE", "192.0.2.0/24", "192.0.2.7"]


def test_the_log_has_that_somebody_asked_and_not_about_what(loaded: Node) -> None:
    hosting_of(loaded.home, loaded.bram, "http://anna-of-somewhere.example/her-name")
    entry = Entry.objects.order_by("pk").last()
    assert entry is not None
    assert (entry.verb, entry.thing, entry.person) == ("consultation", "hosting", "bram")
    assert "anna" not in str(entry.__dict__)


def test_what_is_no_address_is_told_so(loaded: Node) -> None:
    with pytest.raises(Invalid, match="begins with http"):
        hosting_of(loaded.home, loaded.bram, "file:///etc/passwd")


def test_an_auditor_alone_may_not_ask(loaded: Node) -> None:
    Role.objects.filter(person=loaded.bram.person).update(name="auditor")
    with pytest.raises(Refused, match="may not ask where something is hosted"):
        hosting_of(loaded.home, loaded.bram, "a.example")
