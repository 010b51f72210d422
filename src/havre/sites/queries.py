"""Reads of sites and of what captures of them hold; the first parameter is who asks.

What is asked of millions of rows is one question in which the database sorts or joins by its own index.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Length
from django.utils.translation import gettext as _

from havre.addresses.address import address_of
from havre.errors import NotFound
from havre.matches.models import Knowledge
from havre.media.models import Fact, Medium
from havre.restrictions.visible import visible_to
from havre.series.models import Member, Series
from havre.sites.models import Capture, Captured, Content, Family, Site, SiteAddress, SiteCase, SiteFact
from havre.sites.rows import KINDS
from havre.sites.under import is_under, telling
from havre.units.models import Person

PAGE = 50
"""Sites on one page."""
SAID = ("source", "credit", "copyright", "creator", "comment", "description", "software", "title", "keyword")
"""Facts of a picture that may name a platform."""


# ---- dossiers ----


def sites_for(viewer: Person) -> QuerySet[Site]:
    """Every site of which this viewer's unit has a dossier, by name."""
    return visible_to(viewer, Site.objects).order_by("name")


def site_for(viewer: Person, name: str) -> Site:
    """The site of this name, if this viewer may know that there is a dossier."""
    found = visible_to(viewer, Site.objects).filter(name=" ".join(name.split())).first()
    if found is None:
        raise NotFound(_("there is no dossier of a site %(name)r: `havre site list` lists them") % {"name": name})
    return found


def site_numbered(viewer: Person, number: int) -> Site:
    """The site with this number, if this viewer may know that there is a dossier."""
    found = visible_to(viewer, Site.objects).filter(pk=number).first()
    if found is None:
        raise NotFound(_("there is no such site"))
    return found


def addresses_of(viewer: Person, site: Site) -> QuerySet[SiteAddress]:
    """The addresses of a site, as they were learnt."""
    rows = visible_to(viewer, SiteAddress.objects.all(), "site__unit").filter(site=site)
    return rows.select_related("by").order_by("at", "id")


def facts_of(viewer: Person, site: Site) -> QuerySet[SiteFact]:
    """What is said of a site and was not withdrawn, as it was learnt."""
    rows = visible_to(viewer, SiteFact.objects.all(), "site__unit").filter(site=site, withdrawn_at=None)
    return rows.select_related("by").order_by("at", "id")


def fact_for(viewer: Person, number: int) -> SiteFact:
    """The statement with this number, if this viewer may know of it."""
    rows = visible_to(viewer, SiteFact.objects.all(), "site__unit").filter(pk=number, withdrawn_at=None)
    found = rows.select_related("site").first()
    if found is None:
        raise NotFound(_("there is no such statement"))
    return found


def cases_of(viewer: Person, site: Site) -> QuerySet[SiteCase]:
    """The dossiers that belong to a site; erased ones are left out."""
    rows = visible_to(viewer, SiteCase.objects.all(), "site__unit").filter(site=site, case__erased_at=None)
    return rows.select_related("case", "by").order_by("at", "id")


def captures_of(viewer: Person, site: Site) -> QuerySet[Capture]:
    """The captures of a site, the newest first."""
    rows = visible_to(viewer, Capture.objects.all(), "site__unit").filter(site=site)
    return rows.select_related("begun_by", "intake__case").order_by("-begun_at", "-id")


def captures_due(viewer: Person, day: date) -> QuerySet[Capture]:
    """The captures of the unit whose rows are erased by that day, the first first; those that were are left out.

    Before them those that have no last day: read before captures had one, they stay until somebody gives them one.
    """
    rows = visible_to(viewer, Capture.objects.all(), "site__unit").filter(erased_at=None)
    due = rows.filter(Q(retain_until__lt=day) | Q(retain_until=None))
    return due.select_related("site").order_by(F("retain_until").asc(nulls_first=True), "id")


def newest_capture(viewer: Person, site: Site) -> Capture:
    """The newest capture of a site that was read to its end."""
    found = captures_of(viewer, site).exclude(finished_at=None).first()
    if found is None:
        raise NotFound(
            _("there is no capture of %(site)s yet: `havre site import FILE --site NAME` reads one")
            % {"site": site.name}
        )
    return found


def families_of(viewer: Person, site: Site) -> QuerySet[Family]:
    """What families declared of a site, withdrawn ones too."""
    rows = visible_to(viewer, Family.objects.all(), "site__unit").filter(site=site)
    return rows.select_related("by").order_by("number")


def family_for(viewer: Person, site: Site, reference: str) -> Family:
    """A family's declaration, if this viewer may know of it."""
    digits = reference.strip().upper().removeprefix("F")
    number = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else 0
    found = families_of(viewer, site).filter(number=number).first()
    if found is None:
        raise NotFound(_("there is no family %(reference)r of this site") % {"reference": reference})
    return found


# ---- media ----


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a content was seen: on which site, where a capture of it has it first, and how often."""

    digest: bytes
    site: Site
    capture: Capture
    address: str
    page: str
    times: int

    @property
    def at(self) -> datetime:
        """When the capture was taken in."""
        return self.capture.begun_at


MOST_SEEN = 1_000
"""Sightings in one answer."""


def captures_since(viewer: Person, since: datetime) -> QuerySet[Capture]:
    """The captures of the unit that were taken in after this moment and read to their end."""
    rows = visible_to(viewer, Capture.objects.all(), "site__unit").exclude(finished_at=None)
    return rows.filter(begun_at__gt=since)


def seen_at(viewer: Person, *digests: bytes, since: datetime | None = None) -> list[Sighting]:
    """Where contents with these digests (SHA-256, SHA-1 or MD5) were seen, the earliest capture first."""
    captures = visible_to(viewer, Capture.objects.all(), "site__unit").exclude(finished_at=None)
    if since is not None:
        captures = captures.filter(begun_at__gt=since)
    by_number = {capture.pk: capture for capture in captures.select_related("site").order_by("begun_at", "id")}
    rows = Content.objects.filter(capture__in=list(by_number), digest__in=list(digests))
    found = list(rows.order_by("capture__begun_at", "capture", "digest")[:MOST_SEEN])
    places = _rows_at(found)
    return [
        Sighting(
            bytes(row.digest),
            by_number[row.capture_id].site,
            by_number[row.capture_id],
            places[row.capture_id, row.first].address,
            places[row.capture_id, row.first].page,
            row.times,
        )
        for row in found
    ]


def _rows_at(found: Sequence[Content]) -> dict[tuple[int, int], Captured]:
    """The first row of each of these."""
    wanted: dict[int, list[int]] = {}
    for each in found:
        wanted.setdefault(each.capture_id, []).append(each.first)
    return {
        (row.capture_id, row.position): row
        for capture, positions in wanted.items()
        for row in Captured.objects.filter(capture=capture, position__in=positions)
    }


def known_in(viewer: Person, capture: Capture) -> int:
    """How many distinct contents of a capture the unit holds or knows by a digest."""
    mine = visible_to(viewer, Content.objects.all(), "capture__site__unit").filter(capture=capture)
    one_kind = len(capture.kinds) == 1
    rows = mine.alias(size=Length("digest")).filter(_known_by(viewer, capture.kinds))
    return rows.count() if one_kind else rows.values("first").distinct().count()


def _known_by(viewer: Person, kinds: Collection[str]) -> Q:
    known = Q(pk__in=[])
    for kind in kinds:
        said = visible_to(viewer, Knowledge.objects).filter(source__withdrawn_at=None, **{kind: OuterRef("digest")})
        held = visible_to(viewer, Medium.objects).filter(**{kind: OuterRef("digest")})
        known |= Q(size=KINDS[kind]) & (Q(Exists(said)) | Q(Exists(held)))
    return known


def series_touched(viewer: Person, captures: Collection[int]) -> list[tuple[Series, int]]:
    """The series of which media were seen in these captures, with how many of each; the most first."""
    seen = Q()
    for kind in KINDS:
        seen |= Q(Exists(Content.objects.filter(capture__in=captures, digest=OuterRef(f"medium__{kind}"))))
    rows = visible_to(viewer, Member.objects.all(), "series__unit").filter(seen)
    counted = dict(rows.values_list("series").annotate(count=Count("id")))
    found = visible_to(viewer, Series.objects).filter(pk__in=counted)
    return sorted(((each, counted[each.pk]) for each in found), key=lambda pair: (-pair[1], pair[0].number))


# ---- two captures ----


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many contents two captures share; None of each other's digests where they name none of one kind."""

    one: Capture
    other: Capture
    shared: int
    by: tuple[str, ...]
    """The kinds of digests by which they can be compared."""


def overlap(viewer: Person, one: Capture, other: Capture) -> Overlap:
    """What two captures share, by one question to the database: each digest of the one is looked up in the other."""
    by = tuple(kind for kind in KINDS if kind in one.kinds and kind in other.kinds)
    if not by:
        return Overlap(one, other, 0, ())
    rows = _shared(viewer, one, other)
    alone = len(one.kinds) == 1 or len(other.kinds) == 1
    return Overlap(one, other, rows.count() if alone else rows.values("first").distinct().count(), by)


def _shared(viewer: Person, one: Capture, other: Capture) -> QuerySet[Content]:
    there = visible_to(viewer, Content.objects.all(), "capture__site__unit").filter(capture=other)
    mine = visible_to(viewer, Content.objects.all(), "capture__site__unit").filter(capture=one)
    return mine.filter(Exists(there.filter(digest=OuterRef("digest"))))


def shared_sample(viewer: Person, one: Capture, other: Capture, most: int) -> list[tuple[bytes, Captured, Captured]]:
    """Some of what they share, by digest, with where it stands first in each."""
    mine = list(_shared(viewer, one, other).order_by("digest")[:most])
    theirs = list(Content.objects.filter(capture=other, digest__in=[row.digest for row in mine]))
    there = {bytes(row.digest): row for row in theirs}
    places = _rows_at(mine) | _rows_at(theirs)
    pairs = ((bytes(row.digest), row, there[bytes(row.digest)]) for row in mine)
    return [(digest, places[one.pk, a.first], places[other.pk, b.first]) for digest, a, b in pairs]


# ---- origin ----


@dataclass(frozen=True, slots=True)
class FromPlatform:
    """What comes from one platform, and what tells it."""

    platform: str
    told: str
    rows: int
    media: int
    first: int
    """Position of the first such row of the capture."""


def origins(viewer: Person, capture: Capture) -> list[FromPlatform]:
    """What a capture itself says of open pages, by platform: one grouped question, however many rows it has."""
    rows = visible_to(viewer, Captured.objects.all(), "capture__site__unit").filter(capture=capture)
    grouped = rows.exclude(platform="").values("platform", "told").order_by("platform", "told")
    counted = grouped.annotate(
        rows=Count("id"),
        media=Count(Coalesce("sha256", "sha1", "md5"), distinct=True),
        first=Min("position"),
    )
    return [FromPlatform(**row) for row in counted]


def rows_from(viewer: Person, capture: Capture, platform: str) -> Iterator[Captured]:
    """The rows of a capture that come from a platform, or from any, in their order."""
    rows = visible_to(viewer, Captured.objects.all(), "capture__site__unit").filter(capture=capture)
    of = rows.filter(platform=platform) if platform else rows.exclude(platform="")
    return of.order_by("position").iterator(chunk_size=2_000)


def rows_of_family(viewer: Person, family: Family, captures: Collection[int]) -> Iterator[Captured]:
    """Where a child's pictures stand: by the digests that the family gave, or taken from its page."""
    rows = visible_to(viewer, Captured.objects.all(), "capture__site__unit").filter(capture__in=captures)
    digests = [bytes(each) for each in family.digests.values_list("digest", flat=True)]
    theirs = Q(pk__in=[])
    for kind, size in KINDS.items():
        if named := [digest for digest in digests if len(digest) == size]:
            theirs |= Q(**{f"{kind}__in": named})
    page = address_of(family.page) if family.page else None
    if page is not None:
        for column in PLACES:
            theirs |= Q(**{f"{column}__icontains": telling(page)})
    given = frozenset(digests)
    for row in rows.filter(theirs).order_by("capture", "position").iterator(chunk_size=2_000):
        named_too = any(each is not None and bytes(each) in given for each in (row.sha256, row.sha1, row.md5))
        if named_too or (page is not None and any(is_under(page, getattr(row, each)) for each in PLACES)):
            yield row


PLACES = ("source", "address", "page")
"""Where a row may name a page of the family."""


def said_in_pictures(viewer: Person, captures: Collection[int]) -> Iterator[tuple[int, str]]:
    """What files that are held, and stand in these captures, say of where they come from: medium and text."""
    there = Content.objects.filter(capture__in=captures, digest=OuterRef("medium__sha256"))
    rows = visible_to(viewer, Fact.objects.all(), "medium__unit").filter(Exists(there), name__in=SAID)
    return rows.order_by("medium", "id").values_list("medium", "value").iterator(chunk_size=2_000)
