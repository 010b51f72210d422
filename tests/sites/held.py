"""Captures written straight into the tables, for questions to them."""

from collections.abc import Sequence
from hashlib import md5, sha256

from havre.sites.models import Capture, Site
from havre.sites.rows import Row, make_contents, write_rows
from havre.units.models import Person
from tests.cast import NOON


def site_of(person: Person, name: str) -> Site:
    """An open dossier."""
    return Site.objects.create(unit=person.unit, name=name, opened_at=NOON, opened_by=person)


def capture_of(
    site: Site, contents: Sequence[int], kinds: str = "sha256", source: str = "", platform: str = ""
) -> Capture:
    """A finished capture in which these contents stand, in this order, by these kinds of digests."""
    count = site.captures.count()
    capture = Capture.objects.create(
        site=site,
        path="x",
        format="list",
        sha256=sha256(f"{site.pk} {count}".encode()).digest(),
        begun_at=NOON,
        begun_by=site.opened_by,
    )
    rows = [
        row(capture, position, number, kinds, source, platform) for position, number in enumerate(contents, start=1)
    ]
    write_rows(rows)
    make_contents(capture)
    capture.good, capture.finished_at = len(rows), NOON
    capture.save()
    return capture


def row(capture: Capture, position: int, number: int, kinds: str, source: str, platform: str) -> Row:
    """One row of it."""
    raw = str(number).encode()
    named = sha256(raw).digest() if "sha256" in kinds else None
    by_md5 = md5(raw).digest() if "md5" in kinds else None
    told = "source" if platform else ""
    where = f"http://{capture.site.name}.example/{position}"
    return (capture.pk, position, where, "", source, "jpeg", named, None, by_md5, platform, told)
