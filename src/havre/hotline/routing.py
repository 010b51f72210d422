"""The way a page takes, written down with its rule and version and all that follows from it."""

from collections.abc import Mapping
from datetime import datetime

from havre.hotline.models import Page, Routing
from havre.hotline.policy import Policy, Rung, To, Way
from havre.units.models import Person

NOT_KNOWN = {"host": "whoever hosts it", "cdn": "the CDN", "hotline": "the member of INHOPE"}
"""How a recipient is called whose name follows from where the page is, and is not known."""


def outcome_of(way: Way) -> dict[str, object]:
    """What follows, as it is kept: a policy of later says nothing about a way that was taken before."""
    rule = way.rule
    return {
        "recipients": [{"kind": to.kind, "name": to.name} for to in way.recipients],
        "acts": list(rule.acts),
        "needs": rule.needs,
        "hours": rule.hours,
        "writes_to_host": rule.writes_to_host,
        "ladder": [{"kind": rung.kind, "hours": rung.hours} for rung in rule.ladder],
        "cdn": way.place.cdn,
        **({"words": rule.words} if rule.words else {}),
    }


def recipients_in(outcome: Mapping[str, object]) -> tuple[To, ...]:
    """The recipients of a way that was taken."""
    return tuple(To(str(each["kind"]), str(each["name"])) for each in _tables(outcome, "recipients"))


def ladder_in(outcome: Mapping[str, object]) -> tuple[Rung, ...]:
    """Its ladder for who stays silent."""
    return tuple(Rung(str(each["kind"]), int(str(each["hours"]))) for each in _tables(outcome, "ladder"))


def _tables(outcome: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    found = outcome.get(name)
    return found if isinstance(found, list) else []


def called(recipients: tuple[To, ...]) -> str:
    """All recipients in one line."""
    return ", ".join(to.name or NOT_KNOWN.get(to.kind, to.kind) for to in recipients)


def routing_of(page: Page, policy: Policy, way: Way, at: datetime, by: Person | None) -> Routing:
    """The row of this way, not written yet."""
    return Routing(
        page=page,
        route=way.rule.route,
        rule=way.rule.name,
        policy=policy.name,
        policy_version=policy.version,
        hosting_country=way.place.country,
        inhope=way.inhope,
        recipient=called(way.recipients)[:200],
        outcome=outcome_of(way),
        at=at,
        by=by,
    )
