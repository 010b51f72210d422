"""Pictures of one camera: by the model and serial number that files state, in both directions."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from havre.exchange.find import CHUNK, Agrees, others
from havre.exchange.imprint_shape import camera
from havre.exchange.models import SameMedium, Shared, SharedPrint
from havre.linking.stated import Stated, stated
from havre.media.models import Fact
from havre.restrictions.visible import owned_by
from havre.units.models import Unit

SERIAL = "camera serial"
NAMES = (SERIAL, "camera make", "camera model")

MOST_PAIRS = 100
"""Pairs of one medium of a unit with media of one source: what a peer shares must not become rows without end."""

By = dict[bytes, list[int]]


def cameras_of(media: Collection[int]) -> Mapping[int, Stated]:
    """What these media state of their camera, those of which the serial number tells one from others."""
    facts: dict[int, list[tuple[str, str]]] = {}
    keys = sorted(media)
    for start in range(0, len(keys), CHUNK):
        rows = Fact.objects.filter(medium__in=keys[start : start + CHUNK], name__in=NAMES).order_by("id")
        for medium, name, value in rows.values_list("medium", "name", "value"):
            facts.setdefault(medium, []).append((name, value))
    said = {medium: stated(medium, each) for medium, each in facts.items()}
    return {medium: each for medium, each in said.items() if SERIAL not in each.disputed and _named(each)}


def _named(said: Stated) -> bytes | None:
    return camera(said.camera, said.body)


def own_cameras(unit: Unit) -> By:
    """All media of the unit that state a camera, by it."""
    stating = owned_by(unit, Fact.objects.all(), "medium__unit").filter(name=SERIAL)
    return _by_camera(set(stating.values_list("medium", flat=True)))


def _by_camera(media: Collection[int]) -> By:
    found: By = {}
    for medium, said in sorted(cameras_of(media).items()):
        found.setdefault(_named(said) or b"", []).append(medium)
    return found


def shared_with(unit: Unit, media: Collection[int], at: datetime) -> Iterator[Agrees]:
    """Shared media of the same cameras as these of the unit."""
    own = _by_camera(media)
    named = sorted(own)
    told = SharedPrint.objects.filter(shared__in=others(unit, at)).order_by("id")
    parts = (told.filter(camera__in=named[start : start + CHUNK]) for start in range(0, len(named), CHUNK))
    yield from _paired(unit, own, [each for part in parts for each in _read(part)])


def held_with(unit: Unit, rows: Sequence[Shared], own: Callable[[], By]) -> Iterator[Agrees]:
    """Media of the unit, as `own` has them, of the same cameras as these few that others shared."""
    if told := _read(SharedPrint.objects.filter(shared__in=rows, camera__isnull=False).order_by("id")):
        yield from _paired(unit, own(), told)


@dataclass(frozen=True, slots=True)
class _Told:
    """A shared medium, its camera, and whose word it is: a unit's here, or a peer's, whichever units it names."""

    camera: bytes
    shared: int
    source: tuple[str, int | None]


def _read(prints: "QuerySet[SharedPrint]") -> list[_Told]:
    rows = prints.values_list("camera", "shared", "shared__node", "shared__owner")
    return [_Told(bytes(camera or b""), shared, (node, owner)) for camera, shared, node, owner in rows]


def _paired(unit: Unit, own: By, told: Iterable[_Told]) -> Iterator[Agrees]:
    """Each medium of the one side with one of the other, source by source: never each with each."""
    theirs: dict[tuple[tuple[str, int | None], bytes], list[int]] = {}
    for each in told:
        theirs.setdefault((each.source, each.camera), []).append(each.shared)
    for (source, named), keys in sorted(theirs.items(), key=lambda item: str(item[0])):
        if media := own.get(named, []):
            yield from _few(media, list(dict.fromkeys(keys)), *_known(unit, source))


def _known(unit: Unit, source: tuple[str, int | None]) -> tuple[Counter[int], set[int]]:
    """How often each medium of the unit is paired with one of this source by its camera, and with which ones."""
    node, owner = source
    rows = SameMedium.objects.filter(unit=unit, kind="camera", theirs__node=node, theirs__owner=owner)
    pairs = rows.values_list("medium", "theirs")
    return Counter(medium for medium, _ in pairs), {theirs for _, theirs in pairs}


def _few(media: Sequence[int], keys: Sequence[int], before: Counter[int], paired: set[int]) -> Iterator[Agrees]:
    """One pair for each of theirs and for each of ours that has none yet, those with fewest first."""
    new = [key for key in keys if key not in paired]
    alone = sum(not before[medium] for medium in media)
    rising = sorted(media, key=lambda medium: before[medium])
    for turn in range(max(len(new), alone)):
        medium = rising[turn % len(media)]
        if before[medium] + turn // len(media) < MOST_PAIRS:
            yield Agrees(100, "camera", medium, (new or keys)[turn % len(new or keys)])
