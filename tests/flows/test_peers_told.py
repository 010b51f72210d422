"""What peers tell is put where it belongs, under its source's word; a bad thing costs no other."""

import json
from typing import Any
from uuid import UUID

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid
from havre.exchange.imprint_shape import told as imprint
from havre.exchange.imprinted import told_imprints
from havre.exchange.models import Shared
from havre.flows.introduce import get_to_know, introduce
from havre.flows.peers_told import MOST_THINGS, take_alarm, take_things, take_word
from havre.flows.taking_from import From
from havre.flows.witness import take_checkpoint
from havre.network.models import Alarm, Peer, Word
from havre.restrictions.model import Action, Actor, Level, Restriction, may, told
from havre.sealing.peer import fingerprint
from havre.sealing.sign import NO_PREVIOUS, Checkpoint, Signer, signed_note
from tests.cast import NOON, Node
from tests.imprinted import film
from tests.network.known import file_of
from tests.sealing.wire import NODES, SEEDS

OPEN = Restriction(Level.OPEN, countries=frozenset({"IT"}))


@pytest.fixture
def france(begun: Node) -> From:
    """A message of France, the first."""
    introduce(begun.home, begun.anke, "Belgium")
    peer = get_to_know(begun.home, begun.anke, file_of("FR"), fingerprint(NODES["FR"]))
    return From(begun.home, begun.anke, peer, 1)


def body(name: str) -> dict[str, str]:
    """What is told of a series."""
    return {"name": name, "life": "grouped"}


def thing(number: int, **other: object) -> dict[str, Any]:
    """A series of Paris."""
    named = {"kind": "series", "ref": str(UUID(int=number)), "unit": "Paris", "country": "FR"}
    return named | {"restriction": told(OPEN), "body": body(f"S{number}")} | other


def later(source: From, number: int) -> From:
    """A later message of the same node."""
    return From(source.home, source.acting, source.peer, number)


def test_a_thing_stands_on_the_board_under_its_sources_word(france: From) -> None:
    assert take_things(france, {"things": [thing(1), thing(2)]}) == ""
    row = Shared.objects.get(ref=UUID(int=1))
    assert (row.node, row.unit, row.body, row.version) == (NODES["FR"], "Paris", body("S1"), 1)
    italy, police = Actor("", "Polizia Postale", "IT"), Actor("", "Federal Police", "BE")
    value = row.condition.value
    assert may(italy, row.source, value, Action.SEE, NOON)
    assert not may(police, row.source, value, Action.KNOW, NOON)


def test_a_group_that_a_peer_names_is_the_peers_own_or_that_of_the_node_it_names(france: From) -> None:
    here = france.home.node
    for code, number in (("tf-1", 1), (f"tf-1_{here[:32]}", 2), ("tf-1_" + "9" * 32, 3)):
        restriction = told(Restriction(Level.OPEN, groups=frozenset({code})))
        assert take_things(later(france, number), {"things": [thing(number, restriction=restriction)]}) == ""
    named = [set(row.condition.value.groups) for row in Shared.objects.order_by("ref")]
    assert named == [{f"tf-1_{NODES['FR'][:32]}"}, {"tf-1"}, {"tf-1_" + "9" * 32}]


def test_a_unit_to_which_a_claim_is_handed_is_called_as_its_node_is_here(france: From) -> None:
    here, third = france.home.node, "9" * 64
    for number, node in enumerate(("", here, third), start=1):
        to = {"node": node, "unit": "Police", "country": "BE"}
        claimed = {"series": str(UUID(int=9)), "since": NOON.isoformat(), "until": NOON.isoformat(), "hand_to": to}
        assert take_things(later(france, number), {"things": [thing(number, kind="claim", body=claimed)]}) == ""
    named = [row.body["hand_to"]["node"] for row in Shared.objects.order_by("ref")]
    assert named == [NODES["FR"], "", third]


def test_a_bad_thing_costs_no_other_and_is_told(france: From) -> None:
    bad: list[object] = [
        7,
        thing(2, ref="nonsense"),
        thing(3, unit=""),
        thing(4, unit="two\nlines"),
        thing(5, body=[]),
        thing(5, body={"name": "without life"}),
        thing(6, restriction={"level": "everything"}),
        thing(7, kind="rumour"),
        thing(8, kind="media", body={"sha256": "short"}),
        thing(8, kind="media", body={"camera": {"serial": 7}}),
        thing(8, kind="claim", body={"since": "0", "until": "9"}),
        thing(10, country="Belgium"),
        thing(11, kind="\x00\ud800"),
    ]
    for each in bad:
        said = take_things(france, {"things": [thing(1), each, thing(9)]})
        assert said.startswith("1 of 3 were not taken: "), each
        assert said.isprintable()
    assert {row.ref.int for row in Shared.objects.all()} == {1, 9}


BAD = {"method": "film", "version": "1", "at": None, "data": "AA=="}


@pytest.mark.parametrize("alone", [True, False])
def test_a_bad_imprint_costs_neither_its_medium_nor_another_imprint(france: From, alone: bool) -> None:
    made = film(1, 2)
    good = imprint(made.method, made.version, made.at, made.data)
    told_of = {"sha256": "0a" * 32, "imprints": [good, BAD, 7, good | {"at": 3.0}]}
    others = [] if alone else [thing(1), thing(2, ref="nonsense")]
    said = take_things(france, {"things": [*others, thing(8, kind="media", body=told_of)]})
    assert ("1 of 3 were not taken" in said) is not alone
    assert f"2 imprints were not taken: {UUID(int=8)}, imprint 1: a packed film has a header" in said
    row = Shared.objects.get(kind="media")
    assert bytes(row.prints.get().sha256 or b"").hex() == "0a" * 32
    assert told_imprints(row) == [good, good | {"at": 3.0}]
    (which,) = [json.loads(each.detail) for each in Entry.objects.filter(detail__contains="imprints refused")]
    assert (which["imprints"], [each.split(": ")[0] for each in which["which"]]) == (
        2,
        [f"{UUID(int=8)}, imprint {place}" for place in (1, 2)],
    )


def test_of_a_medium_without_any_good_imprint_the_rest_stands(france: From) -> None:
    for number, imprints in enumerate(([BAD], "x", [BAD] * 50), start=1):
        assert "not taken" in take_things(
            later(france, number), {"things": [thing(8, kind="media", body={"md5": "0a" * 16, "imprints": imprints})]}
        )
        row = Shared.objects.get()
        assert (row.version, row.prints.count(), row.imprints.count()) == (number, 1, 0)
    assert take_things(later(france, 9), {"things": [thing(8, kind="media", body={"md5": "0a" * 16})]}) == ""


def test_things_come_as_a_list(france: From) -> None:
    for wrong in ({}, {"things": "x"}, {"things": [thing(1)] * (MOST_THINGS + 1)}):
        with pytest.raises(Invalid, match="list"):
            take_things(france, wrong)


def test_a_withdrawal_holds_whatever_comes_late(france: From) -> None:
    take_things(later(france, 2), {"things": [thing(1)]})
    gone = {"kind": "series", "ref": str(UUID(int=1)), "unit": "Paris", "country": "FR", "withdrawn": True}
    assert take_things(later(france, 3), {"things": [gone]}) == ""
    take_things(later(france, 2), {"things": [thing(1, body=body("late"))]})
    row = Shared.objects.get()
    assert (row.body, row.withdrawn_at) == ({}, NOON)
    take_things(later(france, 4), {"things": [{**gone, "ref": str(UUID(int=99))}]})  # never heard of
    assert Shared.objects.count() == 1


def test_the_last_word_in_one_message_holds(france: From) -> None:
    take_things(france, {"things": [thing(1)]})
    take_things(later(france, 2), {"things": [thing(1, body=body("new")), thing(2)]})
    assert Shared.objects.get(ref=UUID(int=1)).body == body("new")


def test_nobody_speaks_for_another_node_or_for_a_unit_here(france: From) -> None:
    take_things(france, {"things": [thing(1, unit="Federal Police", country="BE", node="")]})
    assert Shared.objects.get().source.node == NODES["FR"]
    assert Shared.objects.get().owner is None


def test_a_word_is_kept_as_text(france: From) -> None:
    assert take_word(france, {"text": "good\x00 morning"}) == ""
    assert Word.objects.get().text == "good morning"
    for wrong in ({}, {"text": 1}, {"text": ""}, {"text": "x" * 10_001}):
        with pytest.raises(Invalid):
            take_word(france, wrong)


def note(number: int, size: int) -> str:
    """A checkpoint that Italy signed."""
    log = Signer(SEEDS["IT"])
    return signed_note(Checkpoint(log.verifier.name, size, bytes(32), number, NOON, NO_PREVIOUS), log)


def alarm(*notes: str) -> dict[str, object]:
    """France says that Italy lied."""
    return {"node": NODES["IT"], "name": "Node IT", "why": "it shrank", "notes": list(notes)}


def test_an_alarm_that_proves_itself_is_believed_and_another_is_only_kept(france: From, begun: Node) -> None:
    get_to_know(begun.home, begun.anke, file_of("IT"), fingerprint(NODES["IT"]))
    take_alarm(france, alarm(note(1, 10)))
    take_alarm(france, alarm(note(1, 10), note(2, 11)))
    assert (Alarm.objects.get().proven, Peer.objects.get(node=NODES["IT"]).doubted) == (False, "")
    Alarm.objects.all().delete()
    take_alarm(france, alarm(note(1, 10), note(2, 9)))
    assert Alarm.objects.get().proven
    assert "contradict each other" in Peer.objects.get(node=NODES["IT"]).doubted


def test_an_alarm_names_a_node_by_its_id(france: From) -> None:
    with pytest.raises(Invalid, match="64 hex"):
        take_alarm(france, alarm(note(1, 10)) | {"node": "x" * 200})


def test_an_alarm_of_somebody_unknown_is_kept(france: From) -> None:
    take_alarm(france, alarm(note(1, 10), note(2, 9)) | {"notes": "none"})
    take_alarm(france, alarm("not a note", "nor this"))
    assert Alarm.objects.get().told_by == france.peer


def test_notes_of_megabytes_are_refused(france: From) -> None:
    with pytest.raises(Invalid, match="10000 characters"):
        take_alarm(france, alarm("x" * 10_001))
    with pytest.raises(Invalid, match="10000 characters"):
        take_checkpoint(france, {"since": 0, "note": "x" * 10_001, "frontier": ""})


def test_what_a_node_says_is_broken_is_one_short_line(france: From) -> None:
    take_checkpoint(france, {"broken": "two\nlines\x00" + "x" * 10_000})
    told = Alarm.objects.get().why
    assert told.startswith("its own node says: two lines x")
    assert told.isprintable()
    assert len(told) < 600
