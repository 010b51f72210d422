"""Pictures of one camera: by the model and serial number that files state, in both directions."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from havre.exchange.find import CHUNK, Agrees, others
from havre.exchange.imprint_shape import camera
from havre.exchange.models import SameMedium, Shared, SharedPrint
from havre.linking.stated import Stated, stated
from havre.media.models import Fact
from havre.restrictions.visible import owned_by
from havre.units.models import Unit

SERIAL = "camera serial"
NAMES = (SERIAL, "camera make", "camera model")

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


def _by_camera(media: Collection[int]) -> By:
    found: By = {}
    for medium, said in sorted(cameras_of(media).items()):
        found.setdefault(_named(said) or b"", []).append(medium)
    return found


def shared_with(unit: Unit, media: Collection[int], at: datetime) -> Iterator[Agrees]:
    """Shared media of the same cameras as these of the unit."""
    own = _by_camera(media)
    prints = SharedPrint.objects.filter(camera__in=list(own), shared__in=others(unit, at)) if own else []
    yield from _paired(own, prints)


def held_with(unit: Unit, rows: Sequence[Shared]) -> Iterator[Agrees]:
    """Media of the unit of the same cameras as these few that others shared."""
    prints = list(SharedPrint.objects.filter(shared__in=rows, camera__isnull=False))
    if prints:
        stating = owned_by(unit, Fact.objects.all(), "medium__unit").filter(name=SERIAL)
        yield from _paired(_by_camera(set(stating.values_list("medium", flat=True))), prints)


def _paired(own: By, prints: Iterable[SharedPrint]) -> Iterator[Agrees]:
    """Each medium of the one side with one of the other, series by series: not each with each."""
    theirs: dict[tuple[bytes, UUID | None], list[int]] = {}
    series = dict(Shared.objects.filter(prints__in=[each.pk for each in prints]).values_list("pk", "series_ref"))
    for each in prints:
        theirs.setdefault((bytes(each.camera or b""), series[each.shared_id]), []).append(each.shared_id)
    for (named, of), keys in theirs.items():
        media = _not_yet(own.get(named, []), of)
        for turn in range(max(len(media), len(keys)) if media else 0):
            yield Agrees(100, "camera", media[turn % len(media)], keys[turn % len(keys)])


def _not_yet(media: Sequence[int], series: UUID | None) -> Sequence[int]:
    """Those of which it is not known already that this series has the same camera."""
    if series is None or not media:
        return media
    same = SameMedium.objects.filter(kind="camera", theirs__series_ref=series, medium__in=media)
    known = set(same.values_list("medium", flat=True))
    return [medium for medium in media if medium not in known]
