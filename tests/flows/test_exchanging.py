"""The background exchanges as long as the node runs, tells trouble once, and compares what came."""

import math
import threading
from datetime import datetime, timedelta

from django.db.models import F

from havre.exchange.due import due
from havre.exchange.imprint_shape import told as imprint
from havre.exchange.models import Checked, Counter, SameMedium, Shared
from havre.flows.check import at_check
from havre.flows.exchanging import (
    check_what_came,
    exchange_once,
    exchanging,
    forget,
    keep_exchanging,
    look_a_while,
    transport_of,
)
from havre.flows.holding import at_work
from havre.flows.introduce import get_to_know, introduce, say
from havre.flows.peers_told import take_things
from havre.flows.taking_from import From
from havre.matches.models import Imprint as Made
from havre.media.models import Medium
from havre.network.models import Peer
from havre.restrictions.model import Level, Restriction, told
from havre.sealing.peer import fingerprint
from tests.cast import NOON, Node, noon
from tests.exchange.imprints import imprinted
from tests.exchange.shared import confirmed, same_here, shared
from tests.imprinted import film
from tests.network.known import file_of
from tests.sealing.wire import NODES


def know_france(here: Node) -> Peer:
    """France is accepted, at an address where nobody is."""
    introduce(here.home, here.anke, "Belgium")
    file = file_of("FR", addresses=("https://127.0.0.1:1",))
    return get_to_know(here.home, here.anke, file, fingerprint(NODES["FR"]))


def test_a_node_that_never_introduced_itself_exchanges_with_nobody(begun: Node) -> None:
    assert exchange_once(begun.home, noon) == {}


def test_a_peer_that_does_not_answer_is_asked_later_and_nothing_is_lost(begun: Node) -> None:
    know_france(begun)
    say(begun.home, begun.anke, "Node FR", "hello")
    assert "does not answer" in exchange_once(begun.home, noon)["Node FR"].trouble
    peer = Peer.objects.get()
    assert (peer.tries, peer.outgoing.filter(acknowledged_at=None, kind="word").count()) == (1, 1)
    assert exchange_once(begun.home, noon) == {}  # not its turn
    assert "Node FR" in exchange_once(begun.home, noon, everyone=True)
    assert callable(transport_of(begun.home))


def test_trouble_of_the_node_is_told_once(begun: Node) -> None:
    know_france(begun)
    begun.home.settings.halted.write_text("it went back")
    said: list[str] = []
    looks = iter([False, False, False, True])
    keep_exchanging(begun.home, noon, lambda _seconds: next(looks), said.append)
    assert len(said) == 1
    assert "signs nothing" in said[0]


def test_whatever_one_round_meets_the_next_begins(begun: Node) -> None:
    def broken() -> datetime:
        raise ZeroDivisionError

    said: list[str] = []
    looks = iter([False, False, False, True])
    times = iter([broken])

    def clock() -> datetime:
        return next(times, noon)()

    keep_exchanging(begun.home, clock, lambda _seconds: next(looks), said.append)
    assert (len(said), next(looks, None)) == (1, None)
    assert "ZeroDivisionError" in said[0]


def test_what_proves_nothing_any_more_is_forgotten(begun: Node) -> None:
    peer = know_france(begun)
    say(begun.home, begun.anke, "Node FR", "hello")
    say(begun.home, begun.anke, "Node FR", "hello again")
    peer.outgoing.filter(body__text="hello").update(acknowledged_at=NOON)
    assert forget(begun.home, NOON + timedelta(days=89)) == 0
    assert forget(begun.home, NOON + timedelta(days=91)) == 1
    assert [each.body["text"] for each in peer.outgoing.all()] == ["hello again"]


def test_it_ends_with_what_it_stands_beside(begun: Node) -> None:
    before = threading.active_count()
    with exchanging(begun.home, noon, print):
        assert threading.active_count() == before + 1
    assert threading.active_count() == before


def test_what_a_peer_told_is_compared_with_what_units_hold(begun: Node) -> None:
    assert check_what_came(begun.home, noon) == 0
    peer = know_france(begun)
    confirmed(begun.anke)
    medium = Medium.objects.earliest("id")
    body = {"sha256": bytes(medium.sha256).hex()}
    thing = {"kind": "media", "ref": "00000000-0000-0000-0000-000000000001", "unit": "Paris", "country": "FR"}
    opened = told(Restriction(Level.OPEN, countries=frozenset({"BE"})))
    take_things(From(begun.home, begun.anke, peer, 1), {"things": [thing | {"restriction": opened, "body": body}]})
    assert check_what_came(begun.home, noon) == 2
    assert SameMedium.objects.get().medium == medium
    assert Checked.objects.count() == 2
    assert check_what_came(begun.home, noon) == 0


def test_media_that_an_intake_left_are_compared_unless_somebody_is_at_it(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    assert check_what_came(begun.home, noon) == 2
    same_here(begun.chiara, series)
    assert check_what_came(begun.home, noon) == 0
    due(begun.chiara.unit, NOON)  # their intake ended, and was killed before it compared them
    with at_work(begun.home, at_check(begun.chiara.unit)):
        assert check_what_came(begun.home, noon) == 0
    assert check_what_came(begun.home, noon) == 1
    assert SameMedium.objects.count() == 3
    assert check_what_came(begun.home, noon) == 0


def test_films_that_a_peer_told_of_are_compared_by_every_unit_and_once(begun: Node) -> None:
    peer, until_all_are = know_france(begun), math.inf
    ours, made = imprinted(begun.home, begun.anke, film(3, 4, 5, 6)), film(*range(1, 9))
    assert look_a_while(begun.home, noon, until_all_are) == 0
    body = {"imprints": [imprint(made.method, made.version, made.at, made.data)]}
    thing = {"kind": "media", "ref": "00000000-0000-0000-0000-000000000001", "unit": "Paris", "country": "FR"}
    opened = told(Restriction(Level.OPEN, countries=frozenset({"BE"})))
    take_things(From(begun.home, begun.anke, peer, 1), {"things": [thing | {"restriction": opened, "body": body}]})
    assert look_a_while(begun.home, noon, until_all_are) == 2
    assert [(row.medium, row.kind) for row in SameMedium.objects.all()] == [(ours, "segment")]
    assert look_a_while(begun.home, noon, until_all_are) == 0


def test_a_step_or_a_unit_that_fails_keeps_nothing_else_from_its_turn(begun: Node) -> None:
    """Belgium's index is spoilt: Italy, later in turn, is compared all the same, and the trouble is told once."""
    peer = know_france(begun)
    ours, made = imprinted(begun.home, begun.chiara, film(3, 4, 5, 6)), film(*range(1, 9))
    imprinted(begun.home, begun.anke, film(11, 12))
    body = {"imprints": [imprint(made.method, made.version, made.at, made.data)]}
    thing = {"kind": "media", "ref": "00000000-0000-0000-0000-000000000001", "unit": "Paris", "country": "FR"}
    opened = told(Restriction(Level.OPEN, countries=frozenset({"BE", "IT"})))
    take_things(From(begun.home, begun.anke, peer, 1), {"things": [thing | {"restriction": opened, "body": body}]})
    Made.objects.filter(medium__unit=begun.anke.unit).update(data=b"x")
    Checked.objects.create(unit=begun.anke.unit, imprint=2**31, further=1)  # what came asks what it holds
    Counter.objects.update(last=F("last") + 1)
    Shared.objects.update(changed=F("changed") + 1)
    said: list[str] = []
    looks = iter([False, False, False, True])
    keep_exchanging(begun.home, noon, lambda _seconds: next(looks), said.append)
    assert said.count("a packed film has a header") == 1
    assert [(row.medium, row.kind) for row in SameMedium.objects.all()] == [(ours, "segment")]
