"""What the unit holds that looks as if it were a picture or film of which somebody sent hashes alone.

Pictures by their bytes and their PDQ, films by their bytes and their frames: a browser says which frames a film has,
and not when they are shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from havre.fingerprints import video
from havre.fingerprints.pdq import MATCH_DISTANCE, MIN_QUALITY
from havre.fingerprints.pdq_turned import turned
from havre.flows.home import Home
from havre.matches.digests import Named, held_of
from havre.matches.marks import Looks
from havre.matches.models import Imprint
from havre.matches.owners import Owners
from havre.matches.shelves import Shelf
from havre.matching.unclocked import holding, nearest
from havre.media.models import Fingerprint, Medium
from havre.restrictions.visible import owned_by
from havre.selfservice.models import Protected
from havre.series.origins import chunks
from havre.units.models import Unit

FILM = "video"


@dataclass(frozen=True, slots=True)
class Upto:
    """How much the unit held when it was asked: its last medium, fingerprint of a picture, and run of a film."""

    to_medium: int = 0
    to_picture: int = 0
    to_film: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """A medium that the unit holds, and how it agrees with what was sent."""

    medium: int
    distance: int | None
    """Bits by which the nearest hash differs; none where it has the same bytes."""
    frames: int = 0
    """Of a film, how many of the frames that were sent are in it."""


def upto(unit: Unit) -> Upto:
    """How much the unit holds now, by which it may be found."""
    pictures = owned_by(unit, Fingerprint.objects, "medium__unit").filter(partial=False, quality__gte=MIN_QUALITY)
    films = owned_by(unit, Imprint.objects).filter(method=video.METHOD, medium__isnull=False, first__isnull=False)
    # Backwards along their indexes, to the first: this is asked every turn, and there may be millions.
    runs = films.order_by("-first").values_list("first", "count").first() or (0, 0)
    return Upto(_last(owned_by(unit, Medium.objects)), _last(pictures), (runs[0] or 0) + runs[1])


def _last(rows: "QuerySet[Any]") -> int:
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


@dataclass(frozen=True)
class Holding:
    """All that a unit holds, opened once for some questions."""

    home: Home
    unit: Unit

    def held(self, file: Protected) -> list[Held]:
        """Each medium once: the same bytes first, then pictures that are near, then films that have its frames."""
        named = Named(md5=bytes.fromhex(file.md5), sha256=bytes.fromhex(file.sha256))
        same = (each.pk for media in held_of(self.unit, [named]).values() for each in media)
        found = {medium: Held(medium, None) for medium in same}
        hashes = [turned(bytes.fromhex(value)) for _quality, value in file.prints]
        for each in (*self._near(hashes), *self._with_frames(hashes)):
            found.setdefault(each.medium, each)
        return list(found.values())

    @cached_property
    def _pictures(self) -> Shelf:
        return self.home.shelf(self.unit, "held")

    @cached_property
    def _films(self) -> Shelf:
        return self.home.shelf(self.unit, "films")

    @cached_property
    def _owners(self) -> Owners:
        return Owners(Looks(self.unit, self.home.keys.unit(str(self.unit.pk))))

    def _near(self, hashes: Sequence[bytes]) -> Iterator[Held]:
        hits: dict[int, int] = {}
        for each in hashes:
            for hit in self._pictures.index.search_oriented(each, MATCH_DISTANCE):
                hits[hit.record] = min(hit.distance, hits.get(hit.record, hit.distance))
        prints = owned_by(self.unit, Fingerprint.objects, "medium__unit")
        rows = (row for some in chunks(hits) for row in prints.filter(pk__in=some).values_list("pk", "medium"))
        near = nearest((medium, hits[key]) for key, medium in rows)
        yield from (Held(medium, near[medium]) for medium in sorted(near, key=lambda key: (near[key], key)))

    def _with_frames(self, hashes: Sequence[bytes]) -> Iterator[Held]:
        frames = [self._in_films(each) for each in hashes]
        for medium, holds in sorted(holding(frames).items(), key=lambda each: (-each[1].frames, each[0])):
            yield Held(medium, holds.distance, holds.frames)

    def _in_films(self, orientations: bytes) -> dict[int, int]:
        """The films that have this frame, turned or mirrored too, by their medium."""
        index, owners = self._films.index, self._owners
        asked = index.search_few(orientations, MATCH_DISTANCE, owners.keeps)
        hits = [(owned[0], hit.distance) for answers in asked for hit in answers if (owned := owners.film(hit.record))]
        rows = owners.rows({film for film, _ in hits}, video.METHOD)
        media = {key: row.medium for key, row in rows.items() if row.medium is not None}
        return nearest((media[film].pk, apart) for film, apart in hits if film in media and media[film].family == FILM)
