"""What a page's route says of notices: its rule, whom it means, and why nothing may be written where that is so."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused
from havre.flows.home import Home
from havre.hotline.models import Page, Routing
from havre.hotline.policy import Policy, Rule
from havre.hotline.policy_file import policy_of
from havre.notices.ladder import Wanted, Where, contact_for, first_wanted, rungs_above
from havre.notices.models import Notice, Recipient
from havre.notices.queries import actionable, contacts_of, routing_of, words_on
from havre.units.models import Person
from havre.units.queries import colleagues


@dataclass(frozen=True, slots=True)
class Way:
    """The route of a page that stands judged actionable."""

    page: Page
    routing: Routing
    rule: Rule
    policy: Policy
    where: Where

    @property
    def first(self) -> list[Wanted]:
        """To whom it goes first of all."""
        return first_wanted(self.rule, self.policy, self.routing.recipient)

    def above(self, notice: Notice) -> list[Wanted]:
        """The rungs that follow this notice; none for one that is no rung."""
        ladder = self.rule.ladder if self.rule.writes_to_host else ()
        on_ladder = notice.rung < len(ladder) and ladder[notice.rung].kind in _rungs_of(notice)
        return list(rungs_above(self.rule, notice.rung)) if on_ladder else []


def _rungs_of(notice: Notice) -> tuple[str, ...]:
    kind = notice.recipient.kind
    return (kind, "host") if kind == "platform" else (kind,)


def way_of(home: Home, viewer: Person, page: Page) -> Way:
    """The route of a page. Raises Refused where it does not stand judged actionable, or is not routed."""
    must_stand(home, viewer, page)
    routing = routing_of(viewer, page)
    if routing is None or routing.route == "undetermined":
        raise Refused(_("nothing can be written of this page before it has a route: find out where it is hosted"))
    policy = policy_of(page.unit.country, home.settings.home)
    rule = next((each for each in policy.rules if each.name == routing.rule), None)
    if rule is None:
        raise Refused(_("the policy has changed since this page was routed: route it again"))
    return Way(page, routing, rule, policy, where_of(page, routing))


def must_stand(home: Home, viewer: Person, page: Page) -> None:
    """Raises Refused unless the page stands judged actionable, by two people where the policy says so."""
    if not actionable(viewer, Page.objects.filter(pk=page.pk)).exists():
        raise Refused(_("this page does not stand judged actionable: nothing is written to anybody about it"))
    policy = policy_of(page.unit.country, home.settings.home)
    people = {word.person_id for word in words_on(viewer, page)}
    if "actionable" in policy.two_people and len(people) < 2 and colleagues(viewer):
        raise Refused(_("a second person must judge this page before anything is written about it"))


def where_of(page: Page, routing: Routing) -> Where:
    """Where the page is, as contacts are found by it."""
    return Where(page.host, page.site, country=routing.hosting_country)


def contact_wanted(viewer: Person, wanted: Wanted, where: Where) -> Recipient | None:
    """Whom of the unit's contacts this means."""
    return contact_for(wanted, where, contacts_of(viewer))


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
