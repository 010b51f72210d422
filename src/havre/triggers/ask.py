"""Ask triggers of the board and of what a unit holds: what answers, and how far."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db.models import Q, QuerySet

from havre.exchange.board import told_to
from havre.exchange.find import CHUNK, index_of, others
from havre.exchange.models import Kind, Shared, SharedPrint
from havre.exchange.rules import reference
from havre.fingerprints.pdq import MATCH_DISTANCE, MIN_QUALITY
from havre.matching.reference import ORIENTATIONS
from havre.media.models import Fact, Fingerprint, Medium
from havre.restrictions.keep import actor
from havre.restrictions.visible import owned_by
from havre.series.models import Clue, Series, Status
from havre.triggers.models import AlertHit, Trigger
from havre.triggers.rules import ALL, SAYS, near_percent, says
from havre.units.models import Unit

DIGESTS = ("md5", "sha1", "sha256")
SERIAL = "camera serial"
"""What a file says of the camera, as havre.media.decode.facts names it."""
TALKS = (Kind.SERIES, Kind.CLUE, Kind.COMMENT, Kind.QUESTION, Kind.HYPOTHESIS)


@dataclass(frozen=True, slots=True)
class Since:
    """What was asked before: media of the unit and changes of the board after these are new."""

    medium: int
    changed: int


@dataclass(frozen=True, slots=True)
class Asking:
    """Triggers of one unit that were asked of equally much."""

    unit: Unit
    triggers: Sequence[Trigger]
    since: Since
    at: datetime

    def of(self, *kinds: str) -> list[Trigger]:
        """Those of these kinds."""
        return [each for each in self.triggers if each.kind in kinds]

    def hit(self, trigger: Trigger, percent: int, **what: object) -> AlertHit:
        """A hit of one of them."""
        values = {"alert_id": trigger.alert_id, "trigger": trigger, "unit": self.unit, "at": self.at}
        return AlertHit(ref=uuid4(), percent=percent, **values, **what)

    @property
    def changed(self) -> QuerySet[Shared]:
        """What others let the unit know of, and changed since."""
        return others(self.unit, self.at).filter(changed__gt=self.since.changed)

    @property
    def media(self) -> QuerySet[Medium]:
        """What the unit holds and got since."""
        return owned_by(self.unit, Medium.objects).filter(pk__gt=self.since.medium)


def answers(asking: Asking) -> Iterator[AlertHit]:
    """Everything that answers one of them, of the unit and of others."""
    for ask in (_digests, _looks_of_board, _looks_held, _words_of_board, _serials, _words_held):
        yield from ask(asking)


def _digests(asking: Asking) -> Iterator[AlertHit]:
    for kind in DIGESTS:
        triggers = asking.of(kind)
        for start in range(0, len(triggers), CHUNK):
            some: dict[bytes, list[Trigger]] = {}
            for each in triggers[start : start + CHUNK]:
                some.setdefault(bytes.fromhex(each.value), []).append(each)
            named = Q(**{f"{kind}__in": list(some)})
            prints = SharedPrint.objects.filter(named, shared__in=asking.changed).values_list("shared", kind)
            held = asking.media.filter(named).values_list("pk", kind)
            for what, rows in (("shared_id", prints), ("medium_id", held)):
                for key, value in rows.iterator(CHUNK):
                    yield from (asking.hit(each, ALL, **{what: key}) for each in some[bytes(value or b"")])


Near = Mapping[tuple[int, int], int]
"""The smallest distance, by trigger and thing."""


def _nearest(triggers: Sequence[Trigger], rows: Iterator[tuple[int, bytes]], turns: int) -> Near:
    """Things of which a fingerprint, in any of so many turns, is near that of a trigger."""
    best: dict[tuple[int, int], int] = {}
    with index_of([(each.pk, bytes.fromhex(each.value)) for each in triggers]) as index:
        for keys, hashes in _pieces(rows):
            for place, hits in enumerate(index.search_batch(hashes, MATCH_DISTANCE)):
                for hit in hits:
                    pair = (hit.record, keys[place // turns])
                    best[pair] = min(best.get(pair, MATCH_DISTANCE), hit.distance)
    return best


def _pieces(rows: Iterator[tuple[int, bytes]]) -> Iterator[tuple[list[int], bytes]]:
    keys: list[int] = []
    hashes: list[bytes] = []
    for key, value in rows:
        keys.append(key)
        hashes.append(value)
        if len(keys) == CHUNK:
            yield keys, b"".join(hashes)
            keys, hashes = [], []
    if keys:
        yield keys, b"".join(hashes)


def _looks_of_board(asking: Asking) -> Iterator[AlertHit]:
    triggers = asking.of("pdq")
    if triggers:
        prints = SharedPrint.objects.filter(shared__in=asking.changed, pdq__isnull=False, quality__gte=MIN_QUALITY)
        rows = ((key, bytes(pdq or b"")) for key, pdq in prints.values_list("shared", "pdq").iterator(CHUNK))
        yield from _as_hits(asking, triggers, _nearest(triggers, rows, 1), "shared_id")


def _looks_held(asking: Asking) -> Iterator[AlertHit]:
    triggers = asking.of("pdq")
    if triggers:
        prints = Fingerprint.objects.filter(medium__in=asking.media, partial=False, quality__gte=MIN_QUALITY)
        rows = ((key, bytes(ways)) for key, ways in prints.values_list("medium", "orientations").iterator(CHUNK))
        yield from _as_hits(asking, triggers, _nearest(triggers, rows, ORIENTATIONS), "medium_id")


def _as_hits(asking: Asking, triggers: Sequence[Trigger], near: Near, what: str) -> Iterator[AlertHit]:
    by_key = {each.pk: each for each in triggers}
    for (trigger, thing), distance in near.items():
        yield asking.hit(by_key[trigger], near_percent(distance), **{what: thing})


def _words_of_board(asking: Asking) -> Iterator[AlertHit]:
    """Only of what its source lets the unit see: at level `hit` words are not told, and so not answered."""
    triggers, here = asking.of(*SAYS), actor(asking.unit, asking.at)
    if not triggers:
        return
    for row in asking.changed.filter(kind__in=TALKS).select_related("condition").order_by("pk").iterator(CHUNK):
        body: Mapping[str, object] = (told_to(here, row, asking.at) or {}).get("body") or {}
        called = reference(row) if row.kind == Kind.SERIES else ""
        for trigger in triggers if body else []:
            if percent := says(trigger.kind, trigger.value, body, called):
                yield asking.hit(trigger, percent, shared_id=row.pk)


def _serials(asking: Asking) -> Iterator[AlertHit]:
    facts = Fact.objects.filter(medium__in=asking.media, name=SERIAL)
    for trigger in asking.of("camera"):
        for key in set(facts.filter(value__iexact=trigger.value).values_list("medium", flat=True)):
            yield asking.hit(trigger, ALL, medium_id=key)


def _words_held(asking: Asking) -> Iterator[AlertHit]:
    """Of the unit's own confirmed series: their names, and their clues."""
    triggers = asking.of("word", "series", "place", "camera")
    live = owned_by(asking.unit, Series.objects).filter(status=Status.CONFIRMED) if triggers else Series.objects.none()
    for series in live.iterator(CHUNK):
        yield from _of_series(asking, series, triggers)


def _of_series(asking: Asking, series: Series, triggers: Sequence[Trigger]) -> Iterator[AlertHit]:
    clues = [
        {"name": clue.name, "suggests": clue.suggests} for clue in Clue.objects.filter(series=series, withdrawn_at=None)
    ]
    for trigger in triggers:
        told: list[tuple[Mapping[str, object], str]] = [({"name": series.name}, series.reference)]
        told += [(clue, "") for clue in clues]
        best = max(says(trigger.kind, trigger.value, body, called) for body, called in told)
        if best:
            yield asking.hit(trigger, best, series=series)
