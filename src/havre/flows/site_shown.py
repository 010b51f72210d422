"""The dossier of a site as people read it, and what two sites share. That somebody looked is logged."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from havre.errors import Invalid, NotFound
from havre.flows.home import Home, consulted, durable, take_turn
from havre.flows.site import may_work, thing_of
from havre.flows.site_origin import by_platform
from havre.hosting.over_time import facts_over_time
from havre.hotline.queries import pages_of
from havre.notices.queries import notices_of
from havre.sites.models import Capture, Captured, FactKind, SiteAddress, SiteFact
from havre.sites.open_platforms import platforms_of
from havre.sites.queries import (
    Overlap,
    addresses_of,
    captures_of,
    cases_of,
    facts_of,
    known_in,
    newest_capture,
    overlap,
    series_touched,
    shared_sample,
    site_for,
    sites_for,
)
from havre.sites.told import told_of
from havre.units.acting import Acting

FEW = 20_000
"""Contents of a capture up to which the known share is counted whenever somebody looks."""
MOST_PAGES = 500
"""Reported pages, and notices, in one dossier; more are counted and not listed."""
MOST_HOSTS = 20
"""Hosts of a site whose history is shown."""
MOST_FACTS = 200
HOSTING = ("country", "holder", "network", "cdn", "registrar")
"""What of the history a dossier shows."""
SAMPLE = 100
"""Shared contents that are named."""


def list_sites(home: Home, acting: Acting) -> list[dict[str, Any]]:
    """Every site of which the unit has a dossier, by name."""
    may_work(acting)
    counted = sites_for(acting.person).annotate(
        read=Count("captures", filter=Q(captures__finished_at__isnull=False), distinct=True),
        standing=Count("addresses", distinct=True),
        media=Max("captures__media"),
    )
    rows = [
        {
            "number": site.pk,
            "site": site.name,
            "opened_at": _time(site.opened_at),
            "addresses": site.standing,
            "captures": site.read,
            "media": site.media or 0,
        }
        for site in counted
    ]
    consulted(home, acting, "sites", {"sites": len(rows)})
    return rows


def show_site(home: Home, acting: Acting, name: str, *, count: bool = False) -> dict[str, Any]:
    """Everything that the unit knows of a site; with `count` the known share is counted anew, however long it takes."""
    may_work(acting)
    site = site_for(acting.person, name)
    captures = list(captures_of(acting.person, site))
    for capture in captures:
        _counted(acting, capture, anew=count)
    read = [capture for capture in captures if capture.finished_at is not None]
    addresses, facts = list(addresses_of(acting.person, site)), list(facts_of(acting.person, site))
    told = {
        "number": site.pk,
        "site": site.name,
        "opened_at": _time(site.opened_at),
        "opened_by": site.opened_by.name,
        "addresses": [_address(each) for each in addresses],
        "hosting": _hosting(addresses),
        **_facts(facts),
        "reports": _reports(acting, addresses),
        "captures": [told_of(each) | {"known_at": _time(each.known_at)} for each in captures],
        "series": _series(acting, read),
        "cases": [
            {"case": each.case.reference, "since": _time(each.at), "by": each.by.name}
            for each in cases_of(acting.person, site)
        ],
        "origin": by_platform(platforms_of(home.settings.home), read[0].origins) if read else [],
    }
    consulted(home, acting, thing_of(site), {"act": "dossier"})
    return told


def compare_sites(home: Home, acting: Acting, one: str, other: str) -> dict[str, Any]:
    """What the newest captures of two sites share; `NAME#12` means that capture of the site instead."""
    may_work(acting)
    first, second = _capture(acting, one), _capture(acting, other)
    found = overlap(acting.person, first, second)
    told = _overlap(acting, found)
    consulted(home, acting, thing_of(first.site), {"act": "compared", "with": second.site_id, "shared": found.shared})
    return told


def _capture(acting: Acting, named: str) -> Capture:
    name, sign, number = named.rpartition("#")
    numbered = sign and number.isascii() and number.isdecimal() and len(number) < 19
    # A site may be called so: then that is meant.
    if not numbered or sites_for(acting.person).filter(name=" ".join(named.split())).exists():
        return newest_capture(acting.person, site_for(acting.person, named))
    site = site_for(acting.person, name)
    found = captures_of(acting.person, site).exclude(finished_at=None).filter(pk=int(number)).first()
    if found is None:
        raise NotFound(_("there is no such capture of this site"))
    return found


def _overlap(acting: Acting, found: Overlap) -> dict[str, Any]:
    one, other = found.one, found.other
    if one.pk == other.pk:
        raise Invalid(_("that is one capture twice: name two sites, or two captures as NAME#NUMBER"))
    earlier = one if (one.begun_at, one.pk) <= (other.begun_at, other.pk) else other
    sample = shared_sample(acting.person, one, other, SAMPLE) if found.shared else []
    return {
        "one": _side(one, found.shared),
        "other": _side(other, found.shared),
        "shared": found.shared,
        "compared_by": list(found.by),
        "comparable": bool(found.by),
        "first_seen": earlier.site.name if found.shared else None,
        "sample": [
            {"digest": digest.hex(), "in_one": a.address, "in_other": b.address, "first_seen": _first(earlier, a, b)}
            for digest, a, b in sample
        ],
    }


def _first(earlier: Capture, *rows: Captured) -> str:
    return next(row.address for row in rows if row.capture_id == earlier.pk)


def _side(capture: Capture, shared: int) -> dict[str, Any]:
    share = round(shared / capture.media, 4) if capture.media else None
    begun = _time(capture.begun_at)
    return {"site": capture.site.name, "capture": capture.pk, "at": begun, "media": capture.media, "share": share}


def _counted(acting: Acting, capture: Capture, *, anew: bool) -> None:
    """The known share as it is now, where that is quickly counted or asked for."""
    if capture.finished_at is None or not (anew or capture.media <= FEW):
        return
    capture.known, capture.known_at = known_in(acting.person, capture), acting.now()
    if anew:
        with durable():
            take_turn()
            capture.save(update_fields=["known", "known_at"])


def _address(said: SiteAddress) -> dict[str, Any]:
    return {
        "address": said.address,
        "kind": said.kind,
        "since": _day(said.since),
        "until": _day(said.until),
        "source": said.source or None,
        "by": said.by.name,
        "at": _time(said.at),
    }


def _facts(facts: Iterable[SiteFact]) -> dict[str, Any]:
    rows = [
        {
            "statement": each.pk,
            "kind": each.kind,
            "value": each.value,
            "count": each.count,
            "source": each.source or None,
            "on": _day(each.said_on),
            "by": each.by.name,
            "at": _time(each.at),
        }
        for each in facts
    ]
    return {name: [row for row in rows if row["kind"] == kind] for name, kind in HEADINGS.items()}


HEADINGS = {
    "operators": FactKind.OPERATOR,
    "contacts": FactKind.CONTACT,
    "sections_behind_a_password": FactKind.SECTION,
    "comments": FactKind.COMMENTS,
    "visitors": FactKind.VISITORS,
    "arrests": FactKind.ARREST,
    "other": FactKind.OTHER,
}
"""Under which heading each kind of statement stands."""


def _hosting(addresses: list[SiteAddress]) -> list[dict[str, Any]]:
    """Where the hosts of a site were, over time, as the operator's data have it."""
    hosts = list(dict.fromkeys(each.host for each in addresses))[:MOST_HOSTS]
    return [
        {
            "host": host,
            "kind": fact.kind,
            "value": fact.value,
            "since": _time(fact.since),
            "until": _time(fact.until),
            "source": fact.source,
        }
        for host in hosts
        for fact in facts_over_time(host)[:MOST_FACTS]
        if fact.kind in HOSTING
    ]


def _series(acting: Acting, captures: list[Capture]) -> list[dict[str, Any]]:
    touched = series_touched(acting.person, [each.pk for each in captures]) if captures else []
    return [
        {"series": series.reference, "number": series.number, "name": series.name, "media": count, "life": series.life}
        for series, count in touched
    ]


def _reports(acting: Acting, addresses: list[SiteAddress]) -> dict[str, Any]:
    """Pages of the site that the public reported, and what was written of them."""
    domains = {each.registrable for each in addresses}
    pages = pages_of(acting.person).filter(site__in=domains)
    notices = notices_of(acting.person).filter(page__site__in=domains)
    return {
        "pages": pages.count(),
        "by_state": dict(pages.order_by("state").values_list("state").annotate(count=Count("id"))),
        "newest": [
            {"page": page.pk, "address": page.address, "state": page.state, "reports": page.reports}
            for page in pages.order_by("-last_at", "-pk")[:MOST_PAGES]
        ],
        "notices": [
            _notice(each)
            for each in notices.annotate(answers=Count("responses")).order_by("-drafted_at", "-pk")[:MOST_PAGES]
        ],
    }


def _notice(notice: Any) -> dict[str, Any]:
    return {
        "notice": notice.reference,
        "recipient": notice.recipient.name,
        "act": notice.act,
        "state": notice.state,
        "answers": notice.answers,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _time(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at is not None else None
