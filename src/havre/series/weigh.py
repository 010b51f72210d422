"""Links as they weigh today: what the tables hold, scaled to the size of the database, or counted anew."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from havre.compiled import Most, compiled
from havre.linking import camera, links
from havre.linking.links import Kind, at_size, between
from havre.linking.web import LinksOf
from havre.restrictions.visible import owned_by
from havre.series.models import Link, LinkKind, Series
from havre.series.origins import Origins, chunks
from havre.units.models import Unit

COUNTED: frozenset[str] = frozenset({LinkKind.CAMERA, LinkKind.SESSION})
"""Kinds that are read from the facts each time: how common a value is changes with every intake."""

Pair = tuple[int, int]
Row = tuple[int, int, int, str, float, int, dict[str, object]]
FIELDS = ("id", "one", "other", "kind", "expected_false", "media_then", "evidence")


def held_links(unit: Unit) -> QuerySet[Link]:
    """The unit's links, without those that rest on a source that was withdrawn."""
    return owned_by(unit, Link.objects).filter(knowledge__source__withdrawn_at=None)


@compiled
def _inside(unit: Unit, ends: Collection[int]) -> "QuerySet[Link, Row]":
    return held_links(unit).filter(one__in=ends, other__in=ends).values_list(*FIELDS)


@compiled
def _leading_out(unit: Unit, series: int, ends: Collection[int], most: int) -> "QuerySet[Link, Row]":
    out = held_links(unit).filter(Q(one__in=ends) | Q(other__in=ends))
    out = out.exclude(one__member__series=series, other__member__series=series).order_by("expected_false", "id")
    return out.values_list(*FIELDS)[:most]


@compiled
def _touching(unit: Unit, some: Collection[int]) -> "QuerySet[Link, Row]":
    return held_links(unit).filter(Q(one__in=some) | Q(other__in=some)).values_list(*FIELDS)


def links_of(origins: Origins) -> LinksOf:
    """All links that touch any of the media asked for, as they weigh now."""
    return Weighing(origins).of


@dataclass
class Weighing:
    """The links of one unit, weighed at the size of its database; a pair's facts are compared once."""

    origins: Origins
    _compared: dict[Pair, tuple[links.Link, ...]] = field(default_factory=dict)

    def of(self, media: Collection[int]) -> Iterable[links.Link]:
        """All links that touch any of these media, each once."""
        return self._weighed(self._rows(media))

    def held(self, rows: Iterable[Link]) -> list[links.Link]:
        """These links, which were read before, and what else agrees in the facts of the same pairs."""
        return self._weighed(
            (row.pk, row.one_id, row.other_id, row.kind, row.expected_false, row.media_then, row.evidence)
            for row in rows
        )

    def around(self, series: Series, media: Collection[int], leaving: int) -> list[links.Link]:
        """The links between these few members of a series, and the rarest `leaving` that lead out of the series."""
        unit, ends = self.origins.unit, list(media)
        return self._weighed([*_inside(unit, ends), *_leading_out(unit, series.pk, ends, Most(leaving))])

    def _weighed(self, rows: Iterable[Row]) -> list[links.Link]:
        found: dict[int, links.Link] = {}
        pairs: set[Pair] = set()
        for key, one, other, kind, expected, then, evidence in rows:
            if kind in COUNTED:
                pairs.add((one, other))
            else:
                found[key] = at_size(between(one, other, Kind(kind), expected, evidence), then, self.origins.size)
        return [*found.values(), *self._counted(pairs)]

    def _rows(self, media: Collection[int]) -> Iterator[Row]:
        for some in chunks(media):
            yield from _touching(self.origins.unit, some)

    def _counted(self, pairs: Collection[Pair]) -> Iterator[links.Link]:
        self._compare([pair for pair in pairs if pair not in self._compared])
        for pair in pairs:
            yield from self._compared[pair]

    def _compare(self, pairs: Collection[Pair]) -> None:
        """Compare facts; always asking for the medium that came later, so that a pair has one answer."""
        told = self.origins.of({medium for pair in pairs for medium in pair})
        earlier: dict[int, list[int]] = defaultdict(list)
        for one, other in pairs:
            self._compared[one, other] = ()
            if one in told and other in told:
                earlier[other].append(one)
        self.origins.counted([told[other] for other in earlier])
        for other, ones in earlier.items():
            new, counts = told[other], self.origins.counts(told[other])
            for link in camera.links(new, [told[one] for one in ones], counts):
                self._compared[link.one, link.other] += (link,)
