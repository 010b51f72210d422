"""Every address, for everybody, about everything: as the reference model says, and without a word of another unit."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from difflib import unified_diff
from itertools import product
from random import Random

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from havre.audit.models import Entry
from havre.entrypoints.analyst.pages import PAGES
from havre.entrypoints.analyst.sessions import BEGAN, SEEN
from havre.settings import Settings
from havre.units.models import Person, RoleName
from tests.attacks.ground import Ground, laid
from tests.attacks.routes import Answer, Owner, Route, Who, expected, routes, unknown
from tests.attacks.texts import put_everywhere
from tests.cast import Node, node
from tests.web import visiting

pytestmark = pytest.mark.xdist_group("routes")

ITALIAN = "Tegola9f3a"
BELGIAN = "Dakpan77c1"
ABSENT = (0, 999_983, 2**31 - 5)
FULL = 50_000

WHO_LOOKS = 4
"""How often the word of the own unit may stand in a refusal: the names of the person and the unit at the top."""

DAY = 24 * 3600

METHODS = ("get", "post")
LANGUAGES = ("en", "fr", "nl")


@dataclass(frozen=True)
class Visitor:
    """Somebody of one unit, with the proofs they came with."""

    own: Ground
    other: Ground
    who: Who
    roles: frozenset[str]
    client: Client


@dataclass
class Walk:
    """One node, its two units and all who come."""

    here: Node
    belgian: Ground
    italian: Ground
    visitors: list[Visitor] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    def word(self, ground: Ground) -> str:
        """What stands in every text of this unit and in none of the other."""
        return BELGIAN if ground is self.belgian else ITALIAN


@dataclass(frozen=True)
class Step:
    """One request."""

    visitor: Visitor
    route: Route
    method: str
    named: Mapping[str, object]
    owner: Owner
    htmx: bool
    language: str


@pytest.fixture(scope="module")
def walk(lasting_database: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """Both units hold something of everything, and each text of theirs says whose it is."""
    folder = tmp_path_factory.mktemp("seized")
    with node(lasting_database) as here:
        found = Walk(here, laid(here, here.anke, folder / "BE"), laid(here, here.chiara, folder / "IT"))
        for ground in (found.belgian, found.italian):
            put_everywhere(here.home, ground.acting, found.word(ground))
            ground.things["entry"] = list(
                Entry.objects.filter(unit=ground.acting.unit.name).values_list("pk", flat=True)
            )
        found.visitors = [*visitors(here, found.belgian, found.italian), *visitors(here, found.italian, found.belgian)]
        yield found


def visitors(here: Node, own: Ground, other: Ground) -> Iterator[Visitor]:
    """People of one unit, each role alone and all at once, with all proofs; and some with fewer."""
    yield Visitor(own, other, Who.NOBODY, frozenset(), visiting(here, None))
    for name, person in own.people.items():
        person.refresh_from_db()
        roles = frozenset(RoleName.values) if name == "all" else frozenset({name})
        yield Visitor(own, other, Who.IN, roles, lasting(visiting(here, person)))
        if name in ("all", RoleName.ANALYST):
            yield Visitor(own, other, Who.HALF, roles, lasting(visiting(here, person), factors=1))
            yield Visitor(own, other, Who.STALE, roles, lasting(visiting(here, person), old=True))
    unit = own.acting.unit
    left = Person.objects.create(name=f"gone {unit.country}", unit=unit, added_at=timezone.now())
    for role in RoleName.values:
        left.roles.create(name=role, given_at=timezone.now())
    client = lasting(visiting(here, left))
    Person.objects.filter(pk=left.pk).update(left_at=timezone.now())
    yield Visitor(own, other, Who.LEFT, frozenset(RoleName.values), client)


def lasting(client: Client, factors: int = 2, old: bool = False) -> Client:
    """The same session, however long the walk takes; with fewer proofs, or old ones. A fault is an answer too."""
    client.raise_request_exception = False
    session, later = client.session, time.time() + DAY
    at = time.time() - DAY if old else later
    kept = session["account_authentication_methods"][:factors]
    session["account_authentication_methods"] = [{**proof, "at": at} for proof in kept]
    session[BEGAN] = session[SEEN] = later
    session.save()
    return client


def steps(walk: Walk) -> Iterator[Step]:
    """Every combination there is."""
    ways = list(product(METHODS, (False, True), LANGUAGES))
    for route, visitor in product(routes(), walk.visitors):
        for owner, named in arguments(visitor, route):
            for method, htmx, language in ways:
                yield Step(visitor, route, method, named, owner, htmx, language)


def arguments(visitor: Visitor, route: Route) -> Iterator[tuple[Owner, Mapping[str, object]]]:
    """Things of the own unit, of the other and of nobody, in every place of an address that names one."""
    places = list(route.things.items())
    for words in route.words:
        if not places:
            yield Owner.NONE, words
        for owner, things in ((Owner.OWN, visitor.own.things), (Owner.OTHER, visitor.other.things)):
            for index in range(max((len(things.get(kind, ())) for _, kind in places), default=0)):
                named = {name: things[kind][index % len(things[kind])] for name, kind in places if things.get(kind)}
                if len(named) == len(places) and not (owner is Owner.OTHER and shared(visitor, route, named)):
                    yield owner, {**words, **named}
        for number in ABSENT if places else ():
            yield Owner.ABSENT, {**words, **{name: number for name, _ in places}}


def shared(visitor: Visitor, route: Route, named: Mapping[str, object]) -> bool:
    """Whether the numbers also name things of the own unit: each unit counts its series from one."""
    return all(named[name] in visitor.own.things.get(kind, ()) for name, kind in route.things.items())


def asked(step: Step) -> HttpResponse:
    """The answer; whatever the request did is undone."""
    headers = {"Accept-Language": step.language} | ({"HX-Request": "true"} if step.htmx else {})
    address, client = step.route.address(step.named), step.visitor.client
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        answer = getattr(client, step.method)(address, headers=headers)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer  # type: ignore[no-any-return]


def wrong(walk: Walk, step: Step, absent: Callable[[Step], str]) -> str:
    """What is wrong with the answer; empty where it is what the model says."""
    answer = asked(step)
    text = told(answer)
    must = expected(step.route, step.visitor.who, step.visitor.roles, step.owner)
    walk.seen[must] += 1
    own, other = walk.word(step.visitor.own), walk.word(step.visitor.other)
    walk.seen["own"] += own in text
    if other in text:
        return "it has a word of another unit"
    if answer.status_code == 405:
        return ""
    if must is Answer.LED:
        return "" if answer.status_code in (302, 401) and own not in text else f"{answer.status_code}, not led away"
    if must is Answer.REFUSED:
        return (
            "" if answer.status_code == 403 and text.count(own) <= WHO_LOOKS else f"{answer.status_code}, not refused"
        )
    if must is Answer.MISSING:
        if answer.status_code < 300 or own in text.partition("<main")[2]:
            return f"{answer.status_code}, not missing"
        return differs(plain(text), absent(step))
    return "" if answer.status_code < 500 else f"{answer.status_code}"


def told(answer: HttpResponse) -> str:
    """All that an answer says: headers, body."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return f"{dict(answer.headers)}\n{body.decode('utf-8', 'replace')}"


def differs(unseen: str, absent: str) -> str:
    """What tells the two apart; empty where nothing does."""
    lines = list(unified_diff(absent.splitlines(), unseen.splitlines(), lineterm="", n=0))[3:]
    return f"what is another unit's is told from what is not there: {lines[:4]}" if lines else ""


RANDOM = re.compile(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]*"|csrftoken=\w+|\d+')
"""What is random in an answer; and numbers, for the one that was asked for stands in it."""


def plain(text: str) -> str:
    """An answer to be compared with another, letter by letter."""
    return RANDOM.sub("N", text)


def refused(walk: Walk, chosen: list[Step]) -> list[str]:
    """The steps that went wrong."""
    known: dict[object, str] = {}

    def absent(step: Step) -> str:
        places, own = step.route.things.items(), step.visitor.own.things
        nobodys = {name: ABSENT[1] for name, kind in places if step.named[name] not in own.get(kind, ())}
        named = {**step.named, **nobodys}
        key = (id(step.visitor), step.route.pattern, step.method, step.htmx, step.language, str(named))
        if key not in known:
            other = Step(step.visitor, step.route, step.method, named, Owner.ABSENT, step.htmx, step.language)
            known[key] = plain(told(asked(other)))
        return known[key]

    return [
        f"{step.method} {step.route.address(step.named)} by {step.visitor.who} {sorted(step.visitor.roles)}: {said}"
        for step in chosen
        if (said := wrong(walk, step, absent))
    ]


def test_the_model_knows_every_address_and_every_page_has_one() -> None:
    found = routes()
    assert unknown(found) == []
    assert {route.declared.name for route in found if route.declared} == set(PAGES)


@pytest.mark.proof
def test_every_address_answers_everybody_as_the_model_says(walk: Walk, count: Callable[[int, int], int]) -> None:
    every = list(steps(walk))
    assert len(every) >= FULL
    chosen = Random(4).sample(every, count(700, FULL))
    found = refused(walk, chosen)
    assert not found, "\n".join(["", *found[:40]])
    assert min(walk.seen[answer] for answer in Answer) > len(chosen) // 100
    assert walk.seen["own"] > len(chosen) // 50  # there was something to leak


def test_no_change_is_made_without_the_token_of_a_form(walk: Walk) -> None:
    strict = Client(enforce_csrf_checks=True)
    someone = next(visitor for visitor in walk.visitors if visitor.who is Who.IN and len(visitor.roles) == 4)
    strict.cookies = someone.client.cookies
    for route in routes():
        for _, named in list(arguments(someone, route))[:1]:
            assert strict.post(route.address(named), {"x": "1"}).status_code in (403, 405), route.pattern


def test_texts_are_planted_in_every_table(walk: Walk) -> None:
    planted = put_everywhere(walk.here.home, walk.italian.acting, ITALIAN)
    assert [name for name, rows in planted.items() if not rows] == []
    assert len(planted) > 30
