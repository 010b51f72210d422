"""Whose pictures they are: which come from open pages, by platform, and of one child with its family's consent.

What tells it is the capture, what stands in pictures that are held, or what a parent declared. Lists for platforms name
the platform's own addresses alone; lists for a family, where the child's pictures stand.
"""

import csv
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.flows.home import Home, consulted, durable, log, seal_log
from havre.flows.site import may_work, thing_of
from havre.matches.formats.table import guarded
from havre.sites.family import must_consent
from havre.sites.models import Capture, Captured, Family, Site, Told
from havre.sites.open_platforms import Platforms, platforms_of
from havre.sites.queries import (
    captures_of,
    families_of,
    family_for,
    newest_capture,
    origins,
    rows_from,
    rows_of_family,
    said_in_pictures,
    site_for,
)
from havre.units.acting import Acting

PLATFORM_COLUMNS = ("platform", "address", "told by")
FAMILY_COLUMNS = ("family", "found at", "page", "taken from", "sha256", "sha1", "md5")

Line = dict[str, str]


def origin(home: Home, acting: Acting, name: str) -> dict[str, Any]:
    """Which open pages the pictures of a site come from; that somebody looked is logged."""
    may_work(acting)
    site = site_for(acting.person, name)
    told = origin_of(home, acting, site, newest_capture(acting.person, site))
    consulted(home, acting, thing_of(site), {"act": "origin", "platforms": len(told["platforms"])})
    return told


def origin_of(home: Home, acting: Acting, site: Site, capture: Capture) -> dict[str, Any]:
    """The same, for whoever logs the look themselves."""
    platforms = platforms_of(home.settings.home)
    found = {row["platform"]: row for row in by_platform(platforms, map(asdict, origins(acting.person, capture)))}
    for code, count in _in_pictures(acting, platforms, capture).items():
        found.setdefault(code, _none_of(platforms, code))["in_pictures"] = count
    families = list(families_of(acting.person, site))
    for family in families:
        if family.withdrawn_on is None and family.platform:
            found.setdefault(family.platform, _none_of(platforms, family.platform))["families"] += 1
    return {
        "site": site.name,
        "capture": capture.pk,
        "list_of_platforms": capture.platforms,
        "good": capture.good,
        "platforms": sorted(found.values(), key=_most_first),
        "families": [family_shown(each) for each in families],
    }


def by_platform(platforms: Platforms, grouped: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What a capture says of open pages, added up for each platform; the most first."""
    found: dict[str, dict[str, Any]] = {}
    for each in grouped:
        of = found.setdefault(each["platform"], _none_of(platforms, each["platform"]))
        of["rows"] += each["rows"]
        of["media"] += each["media"]
        of["told_by"][each["told"]] = {"rows": each["rows"], "media": each["media"]}
    return sorted(found.values(), key=_most_first)


def _none_of(platforms: Platforms, code: str) -> dict[str, Any]:
    name = platforms.names.get(code, code)
    return {"platform": code, "name": name, "rows": 0, "media": 0, "told_by": {}, "in_pictures": 0, "families": 0}


def _most_first(row: Mapping[str, Any]) -> tuple[int, str]:
    return -row["rows"], row["platform"]


def family_shown(family: Family) -> dict[str, Any]:
    """A family's declaration without anything that reaches it."""
    return {
        "family": family.reference,
        "platform": family.platform or None,
        "consent_on": family.consent_on.isoformat(),
        "withdrawn_on": family.withdrawn_on.isoformat() if family.withdrawn_on else None,
        "by": family.by.name,
    }


def list_for_platform(home: Home, acting: Acting, name: str, platform: str, file: Path) -> dict[str, Any]:
    """Write the addresses of a platform from which pictures were taken, for a notice that it preserves or is informed.

    CSV, or JSON where the file is called so. Each address once where it follows itself; nothing of the site is named.
    """
    may_work(acting)
    site = site_for(acting.person, name)
    capture = newest_capture(acting.person, site)
    platforms = platforms_of(home.settings.home)
    if platform not in platforms.names:
        raise Invalid(_("there is no platform %(code)r in the list of platforms") % {"code": platform})
    told = (_for_platform(row, platforms) for row in rows_from(acting.person, capture, platform))
    rows = _once(line for line in told if line["address"])
    detail = {"act": "list for a platform", "platform": platform}
    written = write_list(file, PLATFORM_COLUMNS, rows, _disclosed(home, acting, site, detail))
    return {"site": site.name, "platform": platform, "file": str(file), "written": written}


def list_for_family(home: Home, acting: Acting, name: str, reference: str, file: Path) -> dict[str, Any]:
    """Write where a child's pictures stand, for the family alone. Raises Refused where it consents no more."""
    may_work(acting)
    site = site_for(acting.person, name)
    family = family_for(acting.person, site, reference)
    must_consent(family)
    numbers = [each.pk for each in captures_of(acting.person, site).exclude(finished_at=None)]
    rows = (_for_family(family, row) for row in rows_of_family(acting.person, family, numbers))
    detail = {"act": "list for a family", "family": family.reference}
    written = write_list(file, FAMILY_COLUMNS, rows, _disclosed(home, acting, site, detail))
    return {"site": site.name, "family": family.reference, "file": str(file), "written": written}


def _disclosed(home: Home, acting: Acting, site: Site, detail: dict[str, Any]) -> Callable[[int], None]:
    """Writes down that a list leaves, before it does."""

    def logged(rows: int) -> None:
        with durable():
            log(home, acting, "disclosure", thing_of(site), detail | {"rows": rows})
        seal_log(home, acting)

    return logged


def _in_pictures(acting: Acting, platforms: Platforms, capture: Capture) -> dict[str, int]:
    """Of how many held pictures of a capture their own fields name a platform."""
    found: dict[str, int] = defaultdict(int)
    last: dict[str, int] = {}
    for medium, text in said_in_pictures(acting.person, [capture.pk]):
        code = platforms.in_text(text)
        if code and last.get(code) != medium:
            found[code] += 1
            last[code] = medium
    return found


def _for_platform(row: Captured, platforms: Platforms) -> Line:
    """Without what stands around the platform's own address; empty where the list that holds now knows none."""
    said = {Told.SOURCE: row.source, Told.ADDRESS: row.address}.get(Told(row.told), row.page)
    return {"platform": row.platform, "address": platforms.own(said, row.platform), "told by": row.told}


def _for_family(family: Family, row: Captured) -> Line:
    digests = {kind: bytes(value).hex() if (value := getattr(row, kind)) else "" for kind in ("sha256", "sha1", "md5")}
    told = {"family": family.reference, "found at": row.address, "page": row.page, "taken from": row.source}
    return told | digests


def _once(rows: Iterable[Line]) -> Iterator[Line]:
    last: Line | None = None
    for row in rows:
        if row != last:
            yield row
        last = row


# ---- files ----


def write_list(file: Path, columns: tuple[str, ...], rows: Iterable[Line], before: Callable[[int], None]) -> int:
    """Write rows as they come; the file is whole or not there, and there after `before` was told how many they are.

    No cell is a formula to a spreadsheet.
    """
    form = _as_json if file.suffix.lower() == ".json" else _as_csv
    with _whole(file) as out:
        count = form(out, columns, rows)
        out.flush()
        before(count)
    return count


def _as_csv(out: IO[str], columns: tuple[str, ...], rows: Iterable[Line]) -> int:
    writer, count = csv.writer(out, lineterminator="\r\n"), 0
    writer.writerow(columns)
    for count, row in enumerate(rows, start=1):  # noqa: B007 - the last one is the count
        writer.writerow([guarded(row[column]) for column in columns])
    return count


def _as_json(out: IO[str], columns: tuple[str, ...], rows: Iterable[Line]) -> int:
    count = 0
    out.write("[")
    for count, row in enumerate(rows, start=1):
        out.write(",\n" if count > 1 else "\n")
        out.write(json.dumps({column: row[column] for column in columns}, ensure_ascii=False))
    out.write("\n]\n")
    return count


@contextmanager
def _whole(file: Path) -> Iterator[IO[str]]:
    temporary = file.with_name(f".{file.name}.part")
    try:
        with open(temporary, "w", encoding="utf-8", newline="", opener=_for_oneself) as out:
            yield out
        temporary.replace(file)
    except OSError as error:
        raise Invalid(_("%(file)s can't be written: %(why)s") % {"file": file, "why": error.strerror}) from error
    finally:
        temporary.unlink(missing_ok=True)


def _for_oneself(path: str, flags: int) -> int:
    """A list says where a child's pictures stand: nobody else on this machine reads it."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
