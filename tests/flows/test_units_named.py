"""Units are named in restrictions here and on other nodes, and the rule that follows reaches there."""

import pytest

from havre.errors import Invalid
from havre.exchange.models import Kind, Shared
from havre.flows.restrict import restrict, restriction_for
from havre.flows.units_named import as_written, told_apart, units_named
from havre.network.models import Peer
from havre.restrictions.keep import peer as actor_of
from havre.restrictions.model import Action, Actor, Level, Name, Restriction, may, moved
from havre.units.found import found_unit
from tests.cast import NOON, Cast, Node
from tests.exchange.shared import confirmed
from tests.network.known import accepted
from tests.sealing.wire import NODES


def peer(here: Node, country: str) -> Peer:
    """A node that Belgium accepted."""
    return accepted(Cast(here.anke.person, here.bram.person, here.chiara.person), country)


def test_a_unit_of_another_node_is_let_in_alone(begun: Node) -> None:
    france, italy = peer(begun, "FR"), peer(begun, "IT")
    series = confirmed(begun.anke)
    named = units_named(["Police  Nationale@Node FR"])
    assert named == {Name(NODES["FR"], "Police Nationale")}
    restrict(begun.home, begun.anke, "series", series.reference, Restriction(Level.OPEN, units=named))
    row = Shared.objects.get(kind=Kind.SERIES)
    told = [
        may(actor_of(each.node, each.country, NOON), row.source, row.condition.value, Action.SEND, NOON)
        for each in (france, italy)
    ]
    sees = [
        may(actor_of(each.node, each.country, NOON), row.source, row.condition.value, Action.SEE, NOON)
        for each in (france, italy)
    ]
    assert (told, sees) == ([False, False], [True, False])
    there = moved(row.condition.value, NODES["FR"], "")  # as France keeps it
    source = row.source
    assert may(Actor("", "Police Nationale", "FR"), source, there, Action.SEE, NOON)
    assert not may(Actor("", "Gendarmerie", "FR"), source, there, Action.SEE, NOON)
    assert as_written(restriction_for(begun.anke, "series", series.reference)[1].units) == ["Police Nationale@Node FR"]


def test_units_that_are_called_the_same_are_told_apart_by_their_node(begun: Node) -> None:
    peer(begun, "FR")
    here, there = ({"unit": "Police", "country": "FR", "node": node} for node in ("", NODES["FR"]))
    other = {"unit": "Police", "country": "BE", "node": NODES["IT"]}
    assert told_apart([here, other]) == ["Police (FR)", "Police (BE)"]
    assert told_apart([here, there, other]) == ["Police (FR)", "Police@Node FR (FR)", "Police (BE)"]
    unmet = here | {"node": "ab" * 32}
    assert told_apart([unmet, here]) == [f"Police@{'ab' * 8} (FR)", "Police (FR)"]


def test_a_unit_of_another_node_is_kept_out_of_its_country(begun: Node) -> None:
    peer(begun, "FR")
    without = Restriction(Level.OPEN, countries=frozenset({"FR"}), no_units=units_named(["Gendarmerie@Node FR"]))
    there = moved(without, NODES["FR"], "")
    source = Shared(node="aa", unit="Federal Police", country="BE").source
    sees = [may(Actor("", unit, "FR"), source, there, Action.SEE, NOON) for unit in ("Police", "Gendarmerie")]
    assert sees == [True, False]


def test_nodes_are_named_by_name_or_by_how_their_id_begins(begun: Node) -> None:
    italy = peer(begun, "IT")
    assert units_named([f"X@{NODES['IT'][:16].upper()}"]) == {Name(NODES["IT"], "X")}
    assert units_named(["Polizia Postale"]) == {Name("", "Polizia Postale")}
    for wrong in ("X@Nobody", "X@", "@Node IT", f"X@{NODES['IT'][:15]}", "X" * 201 + "@Node IT", "a\x07b@Node IT"):
        with pytest.raises(Invalid):
            units_named([wrong])
    Peer.objects.filter(pk=italy.pk).update(name="Rome @ Sea, Italy")
    written = as_written([Name(italy.node, "X"), Name("dd" * 32, "Y")])
    assert sorted(written) == [f"X@{italy.node[:16]}", f"Y@{'d' * 16}"]
    assert units_named([f"X@{italy.node[:16]}"]) == {Name(italy.node, "X")}


def test_digits_with_which_two_nodes_begin_name_neither(begun: Node) -> None:
    italy, france = peer(begun, "IT"), peer(begun, "FR")
    ground = italy.node[:20] + "0" * 44
    Peer.objects.filter(pk=france.pk).update(node=ground)
    with pytest.raises(Invalid, match="more than one node is called"):
        units_named([f"X@{italy.node[:16]}"])
    assert units_named([f"X@{ground[:24]}"]) == {Name(ground, "X")}


def test_a_unit_of_this_node_may_have_the_sign_in_its_name(begun: Node) -> None:
    found_unit("Desk @ Sea", "BE", NOON)
    assert units_named(["Desk @ Sea"]) == {Name("", "Desk @ Sea")}
