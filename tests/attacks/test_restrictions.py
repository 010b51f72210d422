"""Every query, page function, message and count of the board against the reference model, thing by thing."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from havre.errors import HavreError
from havre.exchange.board import changed_after, put, told_to
from havre.exchange.board_stock import BoardOwners, open_board_stock
from havre.exchange.cameras import shared_with
from havre.exchange.find import others
from havre.exchange.imprint_shape import told
from havre.exchange.models import About, Kind, Shared
from havre.exchange.notify import Concerned, may_know, notify
from havre.exchange.queries import about_series, notices_for, standing_for, theirs_for
from havre.exchange.rules import reference
from havre.matches.finds import Asker, finds_in
from havre.restrictions.keep import actor, peer, reach_again
from havre.restrictions.model import Action, Actor, Owner, Restriction, may
from havre.restrictions.models import Group, GroupMember
from havre.restrictions.visible import known_to, seen_by
from havre.units.found import add_person, found_unit
from havre.units.models import Person, RoleName
from tests.cast import NOON
from tests.exchange.imprints import stating
from tests.imprinted import film, held, marks, sound, view
from tests.pictures import photograph
from tests.restrictions.drawn import COUNTRIES, GROUPS, PEERS, UNITS, by_chance

THINGS = 120
"""On the board in each round."""

FULL = 50_000


@dataclass
class World:
    """Four units here, three nodes elsewhere, and what all of them put on the board."""

    people: list[Person]
    rows: list[tuple[Shared, Owner, Restriction]]
    checks: int = 0

    def says(self, one: Actor, action: Action) -> set[int]:
        """What the model lets this actor."""
        self.checks += len(self.rows)
        return {row.pk for row, owner, said in self.rows if may(one, owner, said, action, NOON)}


def world(seed: int) -> World:
    """Units, groups with members whose time is over or not, and a thing of each kind under some restriction."""
    random = Random(seed)
    Shared.objects.all().delete()
    units = [found_unit(name, random.choice(COUNTRIES), NOON) for name in UNITS] if not Group.objects.exists() else []
    people = [add_person(unit.name.lower(), unit, NOON, [RoleName.ANALYST]) for unit in units]
    people = people or list(Person.objects.select_related("unit").order_by("pk"))
    _group(random, people)
    made = World(people, [])
    for number in range(THINGS):
        node = random.choice(("", "", "", *PEERS))
        unit = random.choice(people).unit
        owner = Owner(node, unit.name, unit.country if not node else random.choice(COUNTRIES))
        said = by_chance(random)
        ref = UUID(int=random.getrandbits(128))
        series = UUID(int=number % 7 + 1)
        row = put(owner, random.choice(Kind.values), ref, {"series": str(series), "contact": "c"}, said, 1, NOON)
        made.rows.append((row, owner, said))
    return made


def _group(random: Random, people: list[Person]) -> None:
    Group.objects.all().delete()
    ends = [NOON, *(NOON.replace(year=year) for year in (2025, 2027, 2028, 2029))]
    for code in GROUPS:
        first = people[0]
        group = Group.objects.create(
            name=code, code=code, led_by=first.unit, made_by=first, made_at=NOON, until=random.choice(ends)
        )
        members = [("", person.unit.name) for person in people] + [(node, "North") for node in PEERS]
        for node, unit in members:
            if random.random() < 0.5:
                GroupMember.objects.create(
                    group=group, node=node, unit=unit, country="BE", since=NOON, until=random.choice(ends)
                )
    reach_again()


# ---- channels: what comes out of the product ----


def _found(viewer: Person, rows: Collection[Shared]) -> Iterator[Shared]:
    for row in rows:
        try:
            yield theirs_for(viewer, reference(row), NOON)
        except HavreError:
            continue


def _keys(rows: Collection[Shared]) -> set[int]:
    return {row.pk for row in rows}


Channel = Callable[[Person, World], set[int]]

KNOWING: dict[str, Channel] = {
    "query": lambda viewer, _: _keys(list(known_to(viewer, Shared.objects.all(), NOON))),
    "check": lambda viewer, world: _keys(list(others(viewer.unit, NOON))) | _own(viewer, world, Action.KNOW),
    "desk": lambda viewer, world: _keys(list(standing_for(viewer, NOON))) | _own(viewer, world, Action.KNOW),
    "notices": lambda viewer, _: {notice.shared_id or 0 for notice in notices_for(viewer, NOON)},
    "alerts": lambda viewer, world: {row.pk for row, _, _ in world.rows if may_know(viewer.unit, row, NOON)},
    "message": lambda viewer, world: {
        row.pk for row, _, _ in world.rows if told_to(actor(viewer.unit, NOON), row, NOON) is not None
    },
}
"""How somebody could learn that there is a thing."""

SEEING: dict[str, Channel] = {
    "query": lambda viewer, _: _keys(list(seen_by(viewer, Shared.objects.all(), NOON))),
    "message": lambda viewer, world: {
        row.pk for row, _, _ in world.rows if "body" in (told_to(actor(viewer.unit, NOON), row, NOON) or {})
    },
}
"""How somebody could read it."""


def _own(viewer: Person, world: World, action: Action) -> set[int]:
    """What the channel leaves out on purpose: the unit's own things, as far as they are not over."""
    here = actor(viewer.unit, NOON)
    own = [(row, owner, said) for row, owner, said in world.rows if row.owner_id == viewer.unit_id]
    return {row.pk for row, owner, said in own if may(here, owner, said, action, NOON)}


@pytest.mark.proof
@pytest.mark.usefixtures("database")
def test_nothing_says_more_or_less_than_the_model(count: Callable[[int, int], int]) -> None:
    full, checks, seed = count(4_000, FULL), 0, 0
    while checks < full:
        here = world(seed)
        for viewer in here.people:
            for row, _, _ in here.rows:
                notify(Concerned(viewer.unit, None), About.HELD, row, {}, NOON)
            _one_unit(viewer, here)
        _peers(here)
        checks, seed = checks + here.checks, seed + 1
    assert checks >= full


@pytest.mark.proof
@pytest.mark.usefixtures("database")
def test_imprints_and_cameras_of_others_are_found_as_far_as_the_model_lets_it(
    tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    """Every medium on the board holds what is asked about: whoever finds one may know of it, and finds all such."""
    made, seen = (film(*range(1, 9)), sound(1, 20), view(photograph("coffee"))), 0
    asked = marks(film(3, 4, 5, 6), sound(1, 10, begin=5), view(photograph("coffee")))
    body = {"imprints": [told(each.method, each.version, each.at, each.data) for each in made], "camera": CAMERA}
    for seed in range(count(2, 20)):
        here = world(seed)
        media = [(row, owner, said) for row, owner, said in here.rows if row.kind == Kind.MEDIA]
        for row, owner, said in media:
            put(owner, row.kind, row.ref, body, said, 2, NOON)
        stock = open_board_stock(tmp_path)
        for viewer in here.people:
            known = here.says(actor(viewer.unit, NOON), Action.KNOW)
            theirs = known & {row.pk for row, _, _ in media if row.owner_id != viewer.unit_id}
            found = finds_in(stock, Asker(asked), BoardOwners(viewer.unit, NOON))
            for kind in ("segment", "sound", "near"):
                assert {each.row.shared_id for each in found if each.kind == kind} == theirs, kind
            own = stating(held(viewer.unit), CAMERA["serial"])
            assert {each.theirs for each in shared_with(viewer.unit, [own.pk], NOON)} == theirs
            seen += len(theirs)
    assert seen > count(5, 50)


CAMERA = {"model": "nikon d810", "serial": "be00471193"}


def _one_unit(viewer: Person, here: World) -> None:
    me = actor(viewer.unit, NOON)
    for name, channel in KNOWING.items():
        assert channel(viewer, here) == here.says(me, Action.KNOW), (name, viewer.name)
    for name, channel in SEEING.items():
        assert channel(viewer, here) == here.says(me, Action.SEE), (name, viewer.name)
    series = [row for row, _, _ in here.rows if row.kind == Kind.SERIES]
    opened = {row.pk for row in _found(viewer, series)}
    may_open = here.says(me, Action.SEE) - {row.pk for row in series if row.owner_id == viewer.unit_id}
    assert opened == may_open & _keys(series)
    beside = {row.pk for number in range(1, 8) for row in about_series(viewer, [UUID(int=number)], NOON)}
    not_own = {row.pk for row, _, _ in here.rows if row.owner_id != viewer.unit_id and row.kind != Kind.MEDIA}
    assert beside == here.says(me, Action.KNOW) & not_own
    counted = standing_for(viewer, NOON).count()
    assert counted == len(here.says(me, Action.KNOW) - {r.pk for r, _, _ in here.rows if r.owner_id == viewer.unit_id})


def _peers(here: World) -> None:
    """Messages to other nodes: what this node's sources let them see, and nothing of third ones."""
    for node in PEERS:
        for country in COUNTRIES:
            one = peer(node, country, NOON)
            sent = {row.pk for row in changed_after(0).iterator() if told_to(one, row, NOON) is not None}
            ours = {row.pk for row, owner, _ in here.rows if not owner.node}
            assert sent == here.says(one, Action.SEE) & ours
            third = [row for row, owner, _ in here.rows if owner.node not in ("", node)]
            assert [row for row in third if told_to(one, row, NOON) is not None] == []
            here.checks += len(third)
