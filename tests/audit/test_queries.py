"""The log is searched by who, what and why, and nobody finds another unit's entries."""

import pytest
from django.db import connection

from havre.audit.models import Entry, Head
from havre.audit.queries import SPAN, Sought, entries_about, entries_of, entry_for
from havre.audit.record import record
from havre.errors import NotFound
from havre.flows.home import consulted
from havre.settings import Settings
from tests.audit.tampering import NODE, NOON
from tests.cast import Cast, introduce, node


@pytest.fixture
def cast(database: Settings) -> Cast:
    cast = introduce()
    for number in range(20):
        person = (cast.anke, cast.chiara)[number % 2]
        verb = "disclosure" if number % 10 < 2 else "consultation"
        record(
            NODE,
            person=person.name,
            unit=person.unit.name,
            verb=verb,
            thing=f"series S{number}",
            reason=f"why {number}",
            at=NOON.replace(day=number + 1),
        )
    return cast


def things(cast: Cast, **sought: str) -> list[str]:
    return [entry.thing for entry in entries_of(cast.anke, Sought(**sought), 100).entries]


def test_only_the_own_units_entries_are_found_newest_first(cast: Cast) -> None:
    assert things(cast) == [f"series S{number}" for number in range(18, -1, -2)]
    assert things(cast, person="chiara") == []
    assert things(cast, reason="why 3") == []


def test_each_thing_sought_narrows(cast: Cast) -> None:
    assert things(cast, thing="s1") == [f"series S{number}" for number in (18, 16, 14, 12, 10)]
    assert things(cast, thing="S1", verb="disclosure") == ["series S10"]
    assert things(cast, reason="why 4") == ["series S4"]
    assert things(cast, since="2026-03-05", until="2026-03-09") == ["series S6", "series S4"]


def test_pages_follow_one_another_without_a_gap(cast: Cast) -> None:
    seen, before = [], None
    while True:
        found = entries_of(cast.anke, Sought(), 3, before)
        seen += [entry.index for entry in found.entries]
        if found.before is None:
            break
        before = found.before
    assert seen == list(range(18, -1, -2))


def test_what_is_rare_is_looked_for_span_by_span(cast: Cast) -> None:
    Entry.objects.filter(index=19).update(index=SPAN + 19)
    Head.objects.update(size=SPAN + 20)
    first = entries_of(cast.anke, Sought(thing="S0"), 10)
    assert (first.entries, first.before) == ((), 20)
    second = entries_of(cast.anke, Sought(thing="S0"), 10, first.before)
    assert ([entry.index for entry in second.entries], second.before) == ([0], None)


def test_another_units_entry_is_as_absent_as_one_that_is_not_there(cast: Cast) -> None:
    assert entry_for(cast.anke, 4).thing == "series S4"
    messages = []
    for index in (5, 99):
        with pytest.raises(NotFound) as told:
            entry_for(cast.anke, index)
        messages.append(str(told.value).replace(str(index), "N"))
    assert messages[0] == messages[1]


def test_only_the_own_unit_s_entries_about_the_thing_are_told_newest_first(database: Settings) -> None:
    with node(database) as here:
        for acting in (here.anke, here.chiara, here.bram):
            consulted(here.home, acting, "medium 7", {"act": "looked at"})
        consulted(here.home, here.anke, "medium 70")
        told = entries_about(here.anke.person, ["medium 7"], 10)
        assert [entry.person for entry in told] == ["bram", "anke"]
        assert [entry.person for entry in entries_about(here.chiara.person, ["medium 7"], 10)] == ["chiara"]
        assert len(entries_about(here.anke.person, ["medium 7", "medium 70"], 2)) == 2


def test_a_thing_as_long_as_a_path_can_be_is_logged_and_found(database: Settings) -> None:
    with node(database) as here:
        thing = "what is like the file " + "ü/" * 3000
        consulted(here.home, here.anke, thing)
        assert len(entries_about(here.anke.person, [thing], 5)) == 1


def test_the_log_has_an_index_of_things(database: Settings) -> None:
    with node(database), connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Entry._meta.db_table)
        assert found["audit_entries_by_thing"]["columns"] == ["thing"]
