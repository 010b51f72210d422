"""The history of a host is everything that was ever said of it, oldest first."""

from havre.hosting.models import NO_NAME
from havre.hosting.over_time import facts_over_time
from havre.hosting.rows import Answered, Registered
from havre.units.models import Person
from tests.hosting.loaded import block, day, loaded, system


def test_a_host_that_moved_has_both_places(anke: Person) -> None:
    loaded(anke, "answers", day(1), Answered("www.a.example", "CNAME", "a.example", day(1)))
    loaded(anke, "answers", day(2), Answered("a.example", "A", "192.0.2.7", day(2)))
    loaded(anke, "answers", day(6), Answered("a.example", "A", "198.51.100.7", day(6)))
    loaded(anke, "prefixes", day(1), block("192.0.2.0/24", system=64500), block("198.51.100.0/24", system=64501))
    loaded(anke, "systems", day(1), system(64500, "Old"), system(64501, "New"))
    loaded(anke, "delegations", day(4), block("192.0.2.0/24", "BE"), scope="ripencc")
    loaded(anke, "delegations", day(8), block("192.0.2.0/24", "FR"), scope="ripencc")
    loaded(anke, "records", day(3), Registered("a.example", "Names"), scope="domain a.example")
    said = [(f.since.day, f.until and f.until.day, f.kind, f.value) for f in facts_over_time("www.a.example")]
    assert said == [
        (1, None, "alias", "a.example"),
        (1, None, "holder", "Old"),
        (1, None, "holder", "New"),
        (1, None, "network", "192.0.2.0/24"),
        (1, None, "network", "198.51.100.0/24"),
        (1, None, "system", "AS64500"),
        (1, None, "system", "AS64501"),
        (2, 6, "number", "192.0.2.7"),
        (3, None, "registrar", "Names"),
        (4, 8, "country", "BE"),
        (4, 8, "network", "192.0.2.0/24"),
        (6, None, "number", "198.51.100.7"),
        (8, None, "country", "FR"),
        (8, None, "network", "192.0.2.0/24"),
    ]


def test_a_number_ends_where_the_name_or_its_record_is_said_to_be_none(anke: Person) -> None:
    said = [
        *((1, "A", "192.0.2.7"), (1, "AAAA", "2001:db8::7"), (2, "A", "192.0.2.7"), (3, NO_NAME, "")),
        *((5, "A", "192.0.2.7"), (7, "AAAA", "2001:db8::7"), (8, "AAAA", ""), (9, "CNAME", "b.example")),
    ]
    for number, kind, value in said:
        loaded(anke, "answers", day(number), Answered("a.example", kind, value, day(number)))
    facts = [(f.since.day, f.until and f.until.day, f.kind, f.value) for f in facts_over_time("a.example")]
    assert facts == [
        (1, 3, "number", "192.0.2.7"),
        (1, 3, "number", "2001:db8::7"),
        (3, 5, "no name", ""),
        (5, None, "number", "192.0.2.7"),
        (7, 8, "number", "2001:db8::7"),
        (9, None, "alias", "b.example"),
    ]


def test_the_history_of_a_number_and_of_nothing(anke: Person) -> None:
    loaded(anke, "delegations", day(1), block("192.0.2.0/24", "BE"), scope="ripencc")
    assert [(f.kind, f.value) for f in facts_over_time("192.0.2.7")] == [("country", "BE"), ("network", "192.0.2.0/24")]
    assert facts_over_time("nowhere.example") == []


def test_names_that_lead_in_circles_end(anke: Person) -> None:
    loaded(
        anke,
        "answers",
        day(1),
        Answered("a.example", "CNAME", "b.example"),
        Answered("b.example", "CNAME", "a.example"),
    )
    assert [(f.subject, f.value) for f in facts_over_time("a.example")] == [
        ("a.example", "b.example"),
        ("b.example", "a.example"),
    ]
