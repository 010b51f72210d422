"""Where a page goes: by where it is hosted, and the policy of the unit's country.

What an analyst found out wins over what the operator's data say, and a page that went somewhere already is routed
again. Only a page that was judged actionable takes its way; of any other one may ask which it would be.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from havre.addresses.address import address_of
from havre.errors import Invalid, Refused
from havre.flows.answer_by_itself import tell_reporters
from havre.flows.at_page import WORKING, Desk, at_page, members_for, policy_for, said, thing_of
from havre.flows.home import Home, consulted
from havre.hosting.where import Hosting, where_is
from havre.hotline.category import category_of
from havre.hotline.life import become
from havre.hotline.models import Finding, Findings, Page, Routing, State
from havre.hotline.place import place_of, target_of
from havre.hotline.policy import UNDETERMINED, Policy, Way, way_of
from havre.hotline.queries import found_out, page_for, routings_of, words_on
from havre.hotline.routing import routing_of
from havre.hotline.said import NO, YES
from havre.hotline.standing import standing_of
from havre.units.acting import Acting

COUNTRY = re.compile(r"[A-Z]{2}")
TAKES_ITS_WAY = (State.TRIAGED, State.ROUTED, State.ACTED_ON)


@dataclass(frozen=True, slots=True)
class Routed:
    """The way of one page."""

    page: Page
    routing: Routing
    hosting: Hosting
    taken: bool
    """Whether it goes that way; else it would, once it is judged."""

    def to_json(self) -> dict[str, object]:
        """The fields of the command line."""
        way = self.routing
        return {
            "page": self.page.pk,
            "address": self.page.address,
            "state": str(self.page.state),
            "route": way.route,
            "rule": way.rule,
            "policy": way.policy,
            "policy_version": way.policy_version,
            "hosting_country": way.hosting_country or None,
            "inhope": way.inhope,
            "recipient": way.recipient,
            "taken": self.taken,
            **{name: way.outcome[name] for name in ("acts", "needs", "hours", "writes_to_host", "ladder")},
        }


def route_page(home: Home, acting: Acting, number: int) -> Routed:
    """The page takes its way, where it was judged actionable; asked again, by what is known now."""
    acting.must_be(*WORKING, to="route pages")
    page = page_for(acting.person, number)
    if page.state not in TAKES_ITS_WAY:
        routed = way_for(home, acting, page)
        consulted(home, acting, thing_of(page), {"act": "way asked", "route": routed.routing.route})
        return routed
    with at_page(home, acting, number) as desk:
        return _take(desk)


def way_for(home: Home, acting: Acting, page: Page, policy: Policy | None = None) -> Routed:
    """Which way the page would take now; nothing is written."""
    rules = policy or policy_for(home, acting.unit)
    hosting, way = _asked(home, acting, page, rules)
    return Routed(page, routing_of(page, rules, way, acting.now(), acting.person), hosting, taken=False)


def _asked(home: Home, acting: Acting, page: Page, policy: Policy) -> tuple[Hosting, Way]:
    found = found_out(acting.person, page)
    target = target_of(page, found)
    hosting = where_is(target.host if target is not None else page.host, acting.now())
    standing = standing_of(words_on(acting.person, page), policy, alone=True)
    category = category_of(acting.unit.country, standing.verdict, standing.facts).category if standing.verdict else ""
    place = place_of(page, hosting.country, hosting.is_cdn, found)
    return hosting, way_of(policy, members_for(home), acting.unit.country, place, page.danger, category)


def _take(desk: Desk) -> Routed:
    """Write the way down, unless the page goes it already by the same rule."""
    page, before = desk.page, routings_of(desk.acting.person, desk.page)
    if page.state not in TAKES_ITS_WAY:
        raise Refused(_("this page was judged otherwise meanwhile: look at it again"))
    routed = way_for(desk.home, desk.acting, page, desk.policy)
    # Of what nobody knows where it goes, nobody can wait that somebody acts: it stays with the analysts.
    goes = State.TRIAGED if routed.routing.route == UNDETERMINED else State.ROUTED
    there = page.state in (goes, State.ACTED_ON) if goes == State.ROUTED else page.state == goes
    if there and before and _same(before[0], routed.routing):
        return Routed(page, before[0], routed.hosting, taken=goes == State.ROUTED)
    routed.routing.save()
    if goes == State.ROUTED or page.state != goes:
        become(page, goes, desk.at, desk.policy.times)
    tell_reporters(page, desk.at)
    desk.log("routed", route=routed.routing.route, rule=routed.routing.rule, version=routed.routing.policy_version)
    return Routed(page, routed.routing, routed.hosting, taken=goes == State.ROUTED)


def _same(one: Routing, other: Routing) -> bool:
    names = ("route", "rule", "policy", "policy_version", "hosting_country", "inhope", "recipient", "outcome")
    return all(getattr(one, name) == getattr(other, name) for name in names)


# ---- what analysts find out ----


def find(home: Home, acting: Acting, number: int, kind: str, value: str, source: str = "") -> Finding:
    """Somebody found something out about a page; where that says where it is, its way is asked again.

    Raises Invalid for what cannot be kept.
    """
    acting.must_be(*WORKING, to="say what they found out")
    kept, origin = _checked(kind, value), said(source, must=False)
    with at_page(home, acting, number) as desk:
        about = {"page": desk.page, "kind": kind, "value": kept, "source": origin}
        made = Finding.objects.create(**about, by=acting.person, at=desk.at)
        desk.log("found out", kind=kind, finding=made.pk)
        if kind != Findings.ON_PAGE and desk.page.state in TAKES_ITS_WAY and routings_of(acting.person, desk.page):
            _take(desk)
    return made


def _checked(kind: str, value: str) -> str:
    kept = said(value, must=True)
    if kind == Findings.HOSTING:
        kept = kept.upper()
        if not COUNTRY.fullmatch(kept):
            raise Invalid(_("a country is two letters, as in BE"))
        return kept
    if kind == Findings.LINKS_ONLY:
        if kept.casefold() not in YES | NO:
            raise Invalid(_("say yes or no: whether it only links"))
        return "yes" if kept.casefold() in YES else "no"
    if kind == Findings.TARGET:
        return str(address_of(kept))
    if kind not in Findings.values:
        raise Invalid(_("take one of the things that can be found out"))
    return kept
