"""The worker looks for those who asked to be told if their picture is found: what it finds waits for a person.

Only hashes whose owner lets the unit look are looked for. Each is looked for anew once the unit holds more than when it
was last looked for; killed at any moment, whoever comes next looks again, and what was found is found once. Nothing is
said to anybody: whether there is anything to tell, a person decides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import F, Q, QuerySet

from havre.flows.contest import log_for
from havre.flows.home import Home, durable, take_turn
from havre.flows.self_held import Held, Holding, upto
from havre.flows.self_report import thing_of
from havre.media.models import Medium
from havre.restrictions.visible import owned_by
from havre.selfservice.models import Finding, Protected, State
from havre.series.origins import chunks
from havre.units.acting import Clock
from havre.units.models import Unit

FILES_AT_ONCE = 200
HASHES_AT_ONCE = 1_000
"""Files and hashes that are looked for in one turn of a unit: others wait meanwhile."""

MOST_OF_A_FILE = 100
FILMS_OF_A_FILE = 20
"""New media that are written down of one file in a turn, and how many of them films have room for: a person who saw
so many knows."""


@dataclass
class Looked:
    """How many of each."""

    sought: int = 0
    """Files that were looked for."""
    found: int = 0
    """Media that look as if they were one of them, and were not known to."""

    def to_json(self) -> dict[str, int]:
        """The fields of the command line."""
        return asdict(self)


def look_for_submitted(home: Home, clock: Clock) -> Looked:
    """A turn for every unit to which somebody sent hashes; done again, nothing, until the unit holds more.

    What fails keeps nobody waiting and is looked for again in the next turn. Raises what the first met, after the last.
    """
    looked, met = Looked(), list[Exception]()
    for unit in Unit.objects.filter(submissions__tell=True, submissions__withdrawn_at=None).distinct().order_by("pk"):
        older = [Q(**{f"{name}__lt": last}) for name, last in asdict(upto(unit)).items()]
        due = sought(unit).filter(reduce(or_, older, Q(looked_at=None)))
        try:
            met += _look(home, unit, clock(), _some(due), looked)
        except Exception as error:  # whatever one unit meets, the next is looked for
            met.append(error)
    if met:
        raise met[0]
    return looked


def look_at_all(home: Home, unit: Unit, at: datetime) -> Looked:
    """Look for everything that may be looked for, due or not: somebody asked. Raises as the worker's look does."""
    looked, last, met = Looked(), 0, list[Exception]()
    while files := _some(sought(unit).filter(pk__gt=last).order_by("pk")):
        met += _look(home, unit, at, files, looked)
        last = files[-1].pk
    if met:
        raise met[0]
    return looked


def sought(unit: Unit) -> "QuerySet[Protected]":
    """The files for which the unit may look, those first that were not looked for for longest."""
    rows = owned_by(unit, Protected.objects, "submission__unit").exclude(state=State.WITHDRAWN)
    rows = rows.filter(submission__tell=True).select_related("submission")
    return rows.order_by(F("looked_at").asc(nulls_first=True), "pk")


def _some(rows: "QuerySet[Protected]") -> list[Protected]:
    """As many as one turn looks for, one at least."""
    some, hashes = list[Protected](), 0
    for file in rows[:FILES_AT_ONCE]:
        hashes += len(file.prints)
        if some and hashes > HASHES_AT_ONCE:
            break
        some.append(file)
    return some


def _look(home: Home, unit: Unit, at: datetime, files: Sequence[Protected], looked: Looked) -> list[Exception]:
    """Look for these files; what those met that failed, which stay due and go behind all others."""
    if not files:
        return []
    # Taken before anything is opened: what comes meanwhile is looked at in the next turn.
    now, holding = upto(unit), Holding(home, unit)
    found, met = dict[int, Sequence[Held]](), list[Exception]()
    for file in files:
        try:
            found[file.pk] = holding.held(file)
        except Exception as error:  # whatever one file meets, others wait behind it
            met.append(error)
    with durable():
        take_turn()
        # Taken back, or not to be looked for any more: whoever says so has the same turn.
        still = sought(unit).filter(pk__in=found).select_for_update(of=("self",))
        for file in still:
            looked.found += _kept(home, unit, at, file, found[file.pk])
        Protected.objects.filter(pk__in=[file.pk for file in still]).update(looked_at=at, **asdict(now))
        Protected.objects.filter(pk__in=[file.pk for file in files if file.pk not in found]).update(looked_at=at)
    looked.sought += len(found)
    return met


def _kept(home: Home, unit: Unit, at: datetime, file: Protected, held: Sequence[Held]) -> int:
    """Write down what is new of it; how much that is."""
    there = set(file.findings.values_list("medium", flat=True))
    fresh = _some_of(list(_fresh(unit, held, there)))
    Finding.objects.bulk_create(
        Finding(file=file, medium_id=each.medium, distance=each.distance, frames=each.frames, at=at) for each in fresh
    )
    if fresh:
        detail = {"act": "found by itself, waits for a person", "count": len(fresh)}
        log_for(home, unit, "change", thing_of(file.submission), at, detail)
    return len(fresh)


def _some_of(fresh: Sequence[Held]) -> list[Held]:
    """As many as are written down, the nearest first; pictures leave films their room."""
    films = [each for each in fresh if each.frames]
    others = [each for each in fresh if not each.frames][: MOST_OF_A_FILE - min(len(films), FILMS_OF_A_FILE)]
    return others + films[: MOST_OF_A_FILE - len(others)]


def _fresh(unit: Unit, held: Sequence[Held], there: set[int]) -> Iterator[Held]:
    """Those that are not written down yet, and were not erased meanwhile."""
    media = {each.medium for each in held} - there
    left = set[int]()
    for some in chunks(media):
        left.update(owned_by(unit, Medium.objects).filter(pk__in=some).values_list("pk", flat=True))
    yield from (each for each in held if each.medium in left)
