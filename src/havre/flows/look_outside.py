"""Whether pages are gone, asked by the isolated fetcher: for one page on somebody's word, for all that wait by itself.

Decision 0236. What it finds absent counts as gone once it found that again some time later and nothing spoke against
it; whatever is no proof is shown to a person, with why, and a person's word stands against it.
"""

import fcntl
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from hashlib import sha256

from django.utils.translation import gettext as _

from havre.addresses.address import Address, address_of
from havre.addresses.hosts import number_of
from havre.addresses.recognised import SHORTENER
from havre.errors import HavreError, Invalid, Refused
from havre.flows.at_page import WORKING, Desk, at_page, policy_for, thing_of
from havre.flows.egress_refuses import SEVERAL, connects, refused, refuses
from havre.flows.holding import alone_at, held
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.flows.notice_checked import NOT_TOLD, ends, is_back
from havre.flows.send_notices import speaks
from havre.hosting.where import Fact, where_is
from havre.hotline.models import Page
from havre.hotline.place import target_of
from havre.hotline.queries import found_out, reopenings_of
from havre.media.outside.glance import Ask, Glance, glance
from havre.media.outside.numbers import outside
from havre.media.outside.signs import Saw, Why
from havre.media.outside.visit import Asked
from havre.notices.models import BY_FETCHER, Look, Lookout, State
from havre.notices.queries import about_page, pages_meant, pages_to_look_at
from havre.settings import Egress
from havre.units.acting import Acting, Clock
from havre.units.models import RoleName

ANSWERS_AGAIN = "it answers again"
WHY = "whether pages are gone"

FRESH = timedelta(days=7)
"""So old at most may be what says at which number a host is, where it is to be believed that it has no such page."""
MOST_NUMBERS = 4
"""Of a host that are asked: it is absent where all of them say so."""
AT_ONCE = 5
"""Pages of a unit in one go, each of another host; as many again where the proxy connected to none of them."""


@dataclass(frozen=True, slots=True)
class Where:
    """At which numbers a page is asked for; at none where it is newly known that its host has no name any more."""

    numbers: tuple[str, ...]
    fresh: bool
    """Whether what says so is new enough."""


@dataclass
class Looked:
    """What became of one go."""

    asked: int = 0
    gone: int = 0
    unclear: int = 0
    back: int = 0

    def to_json(self) -> dict[str, int]:
        """The fields of the command line."""
        return asdict(self)


def look(home: Home, acting: Acting, named: str, *, number: str = "", ask: Ask = glance) -> Look:
    """Have the fetcher ask whether one page is gone; who wanted that and why is logged before.

    Raises Refused where no proxy is set, another process asks this host, or a number is not on the open internet;
    Invalid where no number is known for its host.
    """
    acting.must_be(*WORKING, to="have the fetcher look")
    egress, page = _egress(home), pages_meant(acting.person, named)
    where = _given(number) if number else _where(home, address_of(page.address), acting)
    return _noted(home, acting, page, _asked(home, acting, page, where, egress, ask))


def look_at_waiting(home: Home, clock: Clock, ask: Ask = glance) -> dict[str, int]:
    """Ask for the next pages of which notices wait, for each unit that wants it: no host twice, none too often.

    What is wrong with one unit stops no other; raises the first of it after the last: where the proxy does not answer,
    or connects to nobody, that says nothing of any page.
    """
    met, egress = list[HavreError](), home.settings.egress
    if egress is None:
        return Looked().to_json()
    go = _Go(egress, ask)
    with alone_at(home, "looks") as mine:
        if not mine:
            return go.done.to_json()
        if (before := refuses(home)) is not None and before.waits(clock()):
            raise before.trouble()
        for lookout in Lookout.objects.select_related("unit").order_by("pk"):
            person = speaks(lookout.unit)
            if person is not None:
                try:
                    _in_turn(home, Acting(person, clock, WHY), go)
                except HavreError as error:
                    met.append(error)
        _settle(home, go, clock)
    if met:
        raise met[0]
    return go.done.to_json()


@dataclass
class _Go:
    """One go over all units."""

    egress: Egress
    ask: Ask
    done: Looked = field(default_factory=Looked)
    hosts: set[str] = field(default_factory=set)
    """That were asked: none twice."""
    refused: list[tuple[Acting, Page]] = field(default_factory=list)
    """To which the proxy did not connect: noted once it is known that it does connect elsewhere."""
    through: bool = False
    """Whether it does."""

    @property
    def in_doubt(self) -> bool:
        """Whether it looks as if the proxy connects to nobody."""
        return not self.through and len(self.refused) >= SEVERAL


def _in_turn(home: Home, acting: Acting, go: _Go) -> None:
    pages = pages_to_look_at(acting.person, acting.now(), policy_for(home, acting.unit).looks)
    for number, page in enumerate(_of_other_hosts(pages.iterator(), go.hosts)):
        if number >= AT_ONCE and not go.in_doubt:
            break
        go.hosts.add(page.host)
        with suppress(Refused):  # somebody asks this host at this moment: it comes again
            _of_itself(home, acting, page, go)


def _of_itself(home: Home, acting: Acting, page: Page, go: _Go) -> None:
    try:
        where = _where(home, address_of(page.address), acting)
    except HavreError:  # no number, or one that nobody may ask: a person is told, and it waits like the others
        _counted(home, acting, page, Glance(Saw.UNCLEAR, Why.NO_NUMBER), go)
        return
    seen = _asked(home, acting, page, where, go.egress, go.ask)
    if seen.why == Why.PROXY:
        go.refused.append((acting, page))
        return
    go.through = go.through or bool(where.numbers)
    _counted(home, acting, page, seen, go)


def _settle(home: Home, go: _Go, clock: Clock) -> None:
    """Note what the proxy did not connect to; where that is everything, nothing: raises Unavailable."""
    if go.in_doubt:
        raise refused(home, clock()).trouble()
    if go.through or go.refused:
        connects(home)
    for acting, page in go.refused:
        _counted(home, acting, page, Glance(Saw.UNCLEAR, Why.PROXY), go)


def _counted(home: Home, acting: Acting, page: Page, seen: Glance, go: _Go) -> None:
    made = _noted(home, acting, page, seen)
    go.done.asked += 1
    go.done.gone += made.gone
    go.done.unclear += made.saw == Saw.UNCLEAR
    go.done.back += made.saw == Saw.ANSWERS and page.gone_at is not None


def _of_other_hosts(pages: Iterable[Page], hosts: Collection[str]) -> list[Page]:
    """The first pages, each of another host, and of none of these; as many again, for a proxy that is in doubt."""
    found: dict[str, Page] = {}
    for page in pages:
        if page.host not in hosts:
            found.setdefault(page.host, page)
        if len(found) == 2 * AT_ONCE:
            break
    return list(found.values())


def _egress(home: Home) -> Egress:
    if home.settings.egress is None:
        raise Refused(_("this node asks for no pages: HAVRE_EGRESS names the proxy through which it may"))
    return home.settings.egress


# ---- where ----


def _given(number: str) -> Where:
    """What somebody says now is as new as can be."""
    return Where((outside(number),), fresh=True)


def _where(home: Home, address: Address, acting: Acting) -> Where:
    """Where the whole world asks for the host, by what was loaded; of two families the older, which every proxy has.

    What stands behind a CDN is not asked: that it refuses strangers says nothing. Two looks that are far enough apart
    to count as two rest on no answer in common: each on one that is newer than the other look.
    """
    if (itself := number_of(address.host)) is not None:
        return Where((outside(str(itself)),), fresh=True)
    facts, apart = where_is(address.host, acting.now()).facts, policy_for(home, acting.unit).looks.apart
    since = acting.now() - min(FRESH, timedelta(hours=apart))
    named = {fact.value: fact.at > since for fact in facts if fact.kind == "number"}
    on_the_way = all(fact.at > since for fact in _followed(facts))
    if on_the_way and any(fact.kind == "no name" and fact.at > since for fact in facts):
        return Where((), fresh=True)
    if not named:
        raise Invalid(
            _("no network address is known for %(host)s: load an answer of DNS with `havre hosting load`, or give one")
            % {"host": address.host}
        )
    chosen = ([number for number in named if ":" not in number] or list(named))[:MOST_NUMBERS]
    return Where(tuple(map(outside, chosen)), on_the_way and all(named[number] for number in chosen))


def _followed(facts: Iterable[Fact]) -> list[Fact]:
    """The aliases that lead on: not those of a name that was given numbers of its own since."""
    own = [fact for fact in facts if fact.kind == "number"]
    return [
        fact
        for fact in facts
        if fact.kind == "alias" and not any(each.subject == fact.subject and each.at > fact.at for each in own)
    ]


# ---- asked ----


def _asked(home: Home, acting: Acting, page: Page, where: Where, egress: Egress, ask: Ask) -> Glance:
    address = address_of(page.address)
    consulted(home, acting, thing_of(page), {"act": "asked whether it is gone", "numbers": list(where.numbers)})
    name = f"look-{sha256(address.host.encode()).hexdigest()[:32]}"
    with held(home, name, fcntl.LOCK_EX, _("this host is being asked already: one question at a time")):
        return _seen(address, where, egress, ask)


def _seen(address: Address, where: Where, egress: Egress, ask: Ask) -> Glance:
    """What the host says at each of its numbers, up to the first that does not say that the page is absent."""
    seen = Glance(Saw.ABSENT, Why.NO_NAME)
    query = f"?{address.query}" if address.query else ""
    for number in where.numbers:
        try:
            seen = ask(egress, Asked(address.scheme, address.host, number, f"{address.path}{query}", address.port))
        except Invalid:  # it can't be asked for as it is written
            return Glance(Saw.UNCLEAR, Why.OTHER)
        if seen.saw != Saw.ABSENT:
            return seen
    # Who had the number before may say so of every page that is not theirs.
    return seen if where.fresh else Glance(Saw.UNCLEAR, Why.OLD_NUMBER, seen.status)


# ---- noted ----


def _noted(home: Home, acting: Acting, page: Page, seen: Glance) -> Look:
    """Write down what was seen, and do what follows of it."""
    with at_page(home, acting, page.pk) as desk:
        before = list(Look.objects.filter(page=page).order_by("-at", "-pk"))
        if seen.saw == Saw.ABSENT and _leads_on(desk):
            seen = Glance(Saw.UNCLEAR, Why.LEADS_ON, seen.status)
        elif seen.saw == Saw.ABSENT and _doubted(before):
            seen = Glance(Saw.UNCLEAR, Why.DOUBTED, seen.status)
        told = {"saw": seen.saw.value, "why": seen.why.value, "status": seen.status}
        made = Look.objects.create(page=page, gone=False, by=acting.person, at=desk.at, how=BY_FETCHER, **told)
        if seen.saw == Saw.ABSENT:
            _absent(desk, made, before)
        elif seen.saw == Saw.ANSWERS and _found_absent(before):
            _answers(desk)
        desk.log("looked", gone=made.gone, **told)
    return made


def _leads_on(desk: Desk) -> bool:
    """Whether what was written about is elsewhere, and may be there still when this no longer leads to it."""
    found = found_out(desk.acting.person, desk.page)
    return desk.page.kind == SHORTENER or target_of(desk.page, found) is not None


def _doubted(before: list[Look]) -> bool:
    """Whether a person last saw it there when the fetcher had been told that it is not: it may be lied to."""
    seen = next(((at, each) for at, each in enumerate(before) if each.how != BY_FETCHER), None)
    return seen is not None and not seen[1].gone and _found_absent(before[seen[0] :])


def _found_absent(before: list[Look]) -> bool:
    """Whether absent is what the fetcher last found of which it could tell."""
    return next((each.saw == Saw.ABSENT for each in before if each.saw not in ("", Saw.UNCLEAR)), False)


def _absent(desk: Desk, made: Look, before: list[Look]) -> None:
    """It counts as gone since the first of the looks in a row that found it absent, once that is some time ago.

    Whoever reported it since, or opened it again, begins the count anew.
    """
    since = max([desk.page.last_at, *(each.at for each in reopenings_of(desk.acting.person, desk.page)[:1])])
    row = [made]
    for each in before:
        if each.saw != Saw.ABSENT or each.at <= since:
            break
        row.append(each)
    waits = about_page(desk.acting.person, desk.page).exclude(state__in=NOT_TOLD)
    # What was said to be there again, and waits for a person, is not ended by what was told once already.
    if waits.filter(state=State.REAPPEARED, due_at=None).exists():
        return
    over = desk.page.gone_at is not None and not waits.exists()
    if not over and made.at - row[-1].at < timedelta(hours=desk.policy.looks.apart):
        return
    Look.objects.filter(pk__in=[each.pk for each in row]).update(gone=True)
    made.gone = True
    if not over:
        ends(desk, max(row[-1].at, desk.page.first_at))


def _answers(desk: Desk) -> None:
    """What had been absent answers: whether it is there again, a person looks."""
    for notice in about_page(desk.acting.person, desk.page).filter(state=State.REMOVED, rung=0):
        is_back(desk.home, desk.acting, notice, desk.page, ANSWERS_AGAIN)


# ---- by itself ----


def look_by_itself(home: Home, acting: Acting, *, on: bool) -> bool:
    """Whether the fetcher looks at what waits by itself, for this unit, from now on; said again, it is as it was.

    Raises Refused where it could not.
    """
    acting.must_be(RoleName.SUPERVISOR, to="say whether the fetcher looks by itself")
    if on:
        _egress(home)
    with durable():
        take_turn()
        rows = Lookout.objects.filter(unit=acting.unit)
        if on != rows.exists():
            rows.delete() if not on else Lookout.objects.create(unit=acting.unit, since=acting.now(), by=acting.person)
            log(home, acting, "change", "notices", {"act": "looks by itself", "on": on})
    seal_log(home, acting)
    return on
