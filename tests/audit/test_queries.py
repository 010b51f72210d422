"""Entries about a thing are told to the unit that made them, and found without reading the whole log."""

from django.db import connection

from havre.audit.models import Entry
from havre.audit.queries import entries_about
from havre.flows.home import consulted
from havre.settings import Settings
from tests.cast import node


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
