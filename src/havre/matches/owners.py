"""Whose an imprint is that was hit: a medium's or an entry's, and whether it may be told now."""

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from django.db.models import Exists, OuterRef, Q, QuerySet

from havre.fingerprints import video
from havre.fingerprints.video import Film
from havre.matches.digests import knowledge_of, named
from havre.matches.models import Imprint
from havre.matches.shelves import imprints_of
from havre.matching.hashes import Records
from havre.media.models import Exhibit
from havre.restrictions.visible import owned_by
from havre.units.models import Unit


class Owners:
    """Imprints of a unit by their number, for one question: who asks does not meet itself, nor what came later."""

    def __init__(self, unit: Unit, own: int | None = None, before: int | None = None) -> None:
        """`own` is the medium that asks; `before` the item that is judged again: what came later is not told."""
        self.unit, self.own, self.before = unit, own, before
        self._rows: dict[int, Imprint | None] = {}
        self._spans: list[tuple[int, int, int]] = []

    def rows(self, keys: Iterable[int], method: str) -> dict[int, Imprint]:
        """Those of these imprints that may be told, with whom they belong to."""
        wanted = list(keys)
        asked = [key for key in wanted if key not in self._rows]
        if asked:
            # What sounds and scenes are made of is large, and read only for those that are looked at.
            left = () if method == video.METHOD else ("data", "sealed")
            self._rows |= dict.fromkeys(asked)
            self._rows |= {row.pk: row for row in self._told(method).defer(*left).filter(id__in=asked)}
        return {key: row for key in wanted if (row := self._rows[key]) is not None}

    def _told(self, method: str) -> "QuerySet[Imprint]":
        rows = imprints_of(self.unit, method).select_related("medium", "knowledge__whole")
        if self.own is not None:
            rows = rows.exclude(medium=self.own)
        if self.before is not None:
            earlier = Exhibit.objects.filter(medium=OuterRef("medium"), item__lt=self.before)
            rows = rows.filter(Q(medium=None) | Exists(earlier))
        return rows

    def whole(self, keys: Iterable[int], method: str) -> dict[int, Imprint]:
        """Those of these imprints that may be told, with all that they are made of."""
        return {row.pk: row for row in self._told(method).filter(id__in=list(keys))}

    def in_turn(self, keys: Sequence[int], method: str, most: int) -> list[int]:
        """Of these imprints, the likeliest first, those to look at: up to `most` of what is judged, then of the others.

        What was judged must not be hidden by copies that were not.
        """
        rows = self.rows(keys, method)
        told = [key for key in keys if key in rows]
        if len(told) <= most:
            return told
        judged = self._judged(rows)
        return [key for key in told if key in judged][:most] + [key for key in told if key not in judged][:most]

    def _judged(self, rows: Mapping[int, Imprint]) -> set[int]:
        """Those of imprints whose entry, or whose medium's bytes, were judged."""
        media = {key: named(row.medium) for key, row in rows.items() if row.medium is not None}
        entries = knowledge_of(self.unit, set(media.values())) if media else {}
        judged = {key for key, name in media.items() if any(each.pertinent is not None for each in entries[name])}
        known = ((key, row.knowledge) for key, row in rows.items() if row.knowledge is not None)
        return judged | {key for key, entry in known if (entry.whole or entry).pertinent is not None}

    def own_records(self, method: str) -> Records:
        """The imprints of who asks, which must not stand among the candidates in the place of others."""
        if self.own is None:
            return np.zeros(0, np.uint32)
        rows = owned_by(self.unit, Imprint.objects).filter(medium=self.own, method=method).order_by("id")
        return np.array(list(rows.values_list("id", flat=True)), np.uint32)

    # ---- films, each with many records ----

    def film(self, record: int) -> tuple[int, int] | None:
        """The film that has this record, and its place in it; None where it may not be told."""
        at = bisect_right(self._spans, (record, LAST, LAST)) - 1
        if at < 0 or record >= self._spans[at][1]:
            found = self._span(record)
            if found is None:
                return None
            insort(self._spans, found)
        else:
            found = self._spans[at]
        first, _, key = found
        return (key, record - first) if self.rows([key], video.METHOD) else None

    def _span(self, record: int) -> tuple[int, int, int] | None:
        rows = owned_by(self.unit, Imprint.objects).filter(method=video.METHOD, first__lte=record)
        found = rows.order_by("-first").values_list("first", "count", "id").first()
        if found is None or record >= (found[0] or 0) + found[1]:
            return None
        return found[0] or 0, (found[0] or 0) + found[1], found[2]

    def load(self, key: int) -> Film | None:
        """The film of this number."""
        row = self.rows([key], video.METHOD).get(key)
        return video.unpack(bytes(row.data)) if row is not None else None


LAST = 2**63
"""Larger than any number here."""
