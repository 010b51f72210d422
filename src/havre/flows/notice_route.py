"""What a page's route says of notices: whom it means, and why nothing may be written where that is so."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from havre.addresses.recognised import SHORTENER
from havre.errors import Invalid, Refused
from havre.flows.at_page import alone, policy_for
from havre.flows.home import Home
from havre.hosting.queries import where_is
from havre.hotline.models import Page
from havre.hotline.place import target_of
from havre.hotline.policy import Hosting, Policy
from havre.hotline.queries import actionable, found_out, routings_of, words_on
from havre.hotline.standing import standing_of
from havre.hotline.worded import worded
from havre.notices.ladder import Ladder, Wanted, Where, contact_for
from havre.notices.models import Act, Kind, Notice, Recipient
from havre.notices.queries import about_page, contacts_of
from havre.units.acting import Acting


@dataclass(frozen=True, slots=True)
class Way:
    """The route of a page that stands judged actionable."""

    page: Page
    rule: str
    ladder: Ladder
    policy: Policy
    where: Where
    needs: str
    """What must have happened before anybody is asked to act, in the policy's words: a magistrate's approval."""
    taken_at: datetime
    itself: Where | None = None
    """Where a shortener stands of which it is known where it leads: the policy may have it written to too."""


def way_of(home: Home, acting: Acting, page: Page) -> Way:
    """The route of a page. Raises Refused where it does not stand judged actionable, or is not routed."""
    policy = policy_for(home, acting.unit)
    must_stand(acting, page, policy)
    routing = next(iter(routings_of(acting.person, page)), None)
    if routing is None or not (routing.outcome.get("recipients") or routing.outcome.get("ladder")):
        raise Refused(_("the route of this page names nobody to write to: find out where it is hosted, then route it"))
    ladder = Ladder(routing.outcome, policy.times.act)
    where = where_of(acting, page, routing.hosting_country)
    said = worded(routing)
    return Way(page, said.rule, ladder, policy, where, said.needs, routing.at, _itself(acting, page, policy))


def _itself(acting: Acting, page: Page, policy: Policy) -> Where | None:
    rule = next((rule for rule in policy.rules if Hosting.SHORTENER in rule.hosting), None)
    if page.kind != SHORTENER or rule is None or not rule.writes_to_host:
        return None
    return where_at(acting, page.host, page.site)


def must_stand(acting: Acting, page: Page, policy: Policy) -> None:
    """Raises Refused unless the page stands judged actionable, by two people where the policy says so."""
    if not actionable(acting.person).filter(pk=page.pk).exists():
        raise Refused(_("this page does not stand judged actionable: nothing is written to anybody about it"))
    words = words_on(acting.person, page)
    if not standing_of(words, policy, alone(acting.unit, acting.person.pk)).settled:
        raise Refused(_("a second person must judge this page before anything is written about it"))


def must_be_meant(way: Way, contact: Recipient) -> Wanted:
    """As what the route means them. Raises Refused where it does not: it was routed again, or they moved."""
    found = way.ladder.wanted(contact, way.where) or _as_shortener(way, contact)
    if found is None:
        raise Refused(
            _("by the route of this page (%(rule)s) nothing is written to %(name)s")
            % {"rule": way.rule, "name": contact.name}
        )
    return found


def _as_shortener(way: Way, contact: Recipient) -> Wanted | None:
    wanted = Wanted(Kind.HOST, Act.REMOVE, 0, way.ladder.act_hours)
    meant = way.itself is not None and contact_for(wanted, way.itself, [contact]) is not None
    return wanted if meant else None


def where_is_meant(way: Way, contact: Recipient) -> Where:
    """Where it is of which this contact is somebody: the page, or the short address that leads there."""
    return way.where if way.itself is None or way.ladder.wanted(contact, way.where) else way.itself


def lacks(acting: Acting, way: Way, act: Act) -> str:
    """What must happen before this is asked, and nobody of the unit said yet of this page that it has; empty: nothing.

    Whoever confirms a notice says so; it holds for the notices of the page that follow, until it is routed again.
    """
    if act == Act.INFORM or not way.needs:
        return ""
    said = about_page(acting.person, way.page).exclude(act=Act.INFORM).filter(confirmed_at__gte=way.taken_at)
    return "" if said.exists() else way.needs


def must_go(home: Home, acting: Acting, notice: Notice) -> Way:
    """The route by which this notice goes. Raises Refused for one that may not leave as things stand now."""
    way = way_of(home, acting, notice.page)
    must_be_meant(way, notice.recipient)
    must_be_verified(notice.recipient)
    return way


def where_of(acting: Acting, page: Page, country: str) -> Where:
    """Where the page is, as contacts are found by it; of one that only leads elsewhere, where that is."""
    target = target_of(page, found_out(acting.person, page))
    host, site = (page.host, page.site) if target is None else (target.host, target.site)
    return where_at(acting, host, site, country)


def where_at(acting: Acting, host: str, site: str, country: str = "") -> Where:
    """Where a host is, as contacts are found by it."""
    found = where_is(host, acting.now())
    named = country or found.country
    system = f"as{found.system}" if found.system is not None else ""
    return Where(host, site, system, found.holder, found.registrar, named)


def contact_wanted(acting: Acting, wanted: Wanted, where: Where) -> Recipient | None:
    """Whom of the unit's contacts this means."""
    return contact_for(wanted, where, contacts_of(acting.person))


def must_be_verified(contact: Recipient) -> None:
    """Raises Refused where nobody has verified how to reach them."""
    if contact.verified_at is None:
        raise Refused(
            _("nobody has verified the contact %(name)s: call them, then `havre notices contacts verify`")
            % {"name": contact.name}
        )


def nobody_known(wanted: Wanted, where: Where) -> Invalid:
    """That no contact is known for this."""
    about = wanted.name or ", ".join(sorted(where.names)) or where.country
    return Invalid(
        _("no contact is known as %(kind)s for %(about)s: `havre notices contacts add` adds one")
        % {"kind": wanted.kind, "about": about}
    )
