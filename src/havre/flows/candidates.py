"""What is to be judged, from wherever it comes: a file just looked at, an entry of a list, an item judged before."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Min, Q, QuerySet

from havre.cases.models import Item
from havre.fingerprints.pdq import MIN_QUALITY
from havre.flows.listed import NO_BYTES
from havre.matches.digests import DIGESTS, Named, held_of, same_bytes
from havre.matches.judge import Candidate, Print
from havre.matches.marks import Looks, Mark, marks_of
from havre.media.keep import Batch
from havre.media.look import Listed, Looked
from havre.media.models import Exhibit, Fingerprint, Medium
from havre.restrictions.visible import owned_by
from havre.units.models import Unit

Marks = Mapping[int, Sequence[Mark]]
"""The imprints of media, by medium."""

CALLED = {"video": "a film", "audio": "a sound"}

TURNS = 8
"""A list states one fingerprint: it is asked as it is, in the place of all eight."""


# ---- what an intake brings ----


def candidates_of(looks: Looks, batch: Sequence[Looked], kept: Batch, marks: Marks) -> list[Candidate]:
    """The files of a batch in order, each with whether something before it was the same."""
    lists = lists_of(looks, [looked.listed for looked in batch if looked.listed is not None])
    waiting = {sha256 for sha256 in kept.media if sha256 not in kept.before}
    candidates: list[Candidate] = []
    for looked in batch:
        if looked.listed is not None:
            candidates.append(lists.candidate(looked.listed, lambda twin: bytes(twin.sha256) not in waiting))
            continue
        candidates.append(_candidate(looked, kept, marks, waiting))
        if looked.digests is not None:
            waiting.discard(looked.digests.sha256)
    return candidates


def _candidate(looked: Looked, kept: Batch, marks: Marks, waiting: set[bytes]) -> Candidate:
    digests = looked.digests
    name = Named(digests.md5, digests.sha1, digests.sha256) if digests else Named()
    medium = kept.media.get(digests.sha256) if digests and not looked.refusal else None
    if medium is None or digests is None:
        return Candidate(name, refusal=looked.refusal, quarantine=looked.quarantine)
    found = Found(kept.fingerprints.get(medium.pk, ()), marks.get(medium.pk, ()))
    return _of_medium(name, medium, found, held_before=digests.sha256 not in waiting)


@dataclass(frozen=True, slots=True)
class Found:
    """All by which a medium is found: its fingerprints, and its imprints."""

    prints: Sequence[Fingerprint] = ()
    marks: Sequence[Mark] = ()


def _of_medium(name: Named, medium: Medium, found: Found, *, held_before: bool, again: int | None = None) -> Candidate:
    return Candidate(
        name=name,
        prints=tuple(_print(each) for each in found.prints),
        marks=tuple(found.marks),
        family=medium.family,
        size=(medium.width, medium.height) if medium.width and medium.height else None,
        medium=medium.pk,
        held_before=held_before,
        quarantine=medium.quarantine,
        damage=medium.damage,
        unfingerprinted=_unfingerprinted(medium),
        again=again,
    )


def _unfingerprinted(medium: Medium) -> str:
    called = CALLED.get(medium.family)
    if called and medium.width is None:
        return f"{called} that waits for `havre work`"
    return f"{called} in which nothing can be told from anything else" if called else ""


def _print(each: Fingerprint) -> Print:
    return Print(each.pk, bytes(each.orientations), each.quality, each.partial)


# ---- what a list names without bytes ----


def lists_of(looks: Looks, listed: Sequence[Listed], before: int | None = None) -> "Lists":
    """What is needed to judge these entries: media of the same bytes, and items that listed the same earlier."""
    if not listed:
        return Lists({}, {})
    held = held_of(looks.unit, {_named(each) for each in listed})
    found = found_by(looks, {medium.pk for media in held.values() for medium in media})
    items = _items_like(looks.unit, listed)
    return Lists(held, found, [_listed_in(item) for item in (items if before is None else items.filter(pk__lt=before))])


@dataclass
class Lists:
    """Entries without bytes, judged one after the other: an entry that was named before is a repeat."""

    held: Mapping[Named, Sequence[Medium]]
    found: Mapping[int, Found]
    earlier: list[Listed] = field(default_factory=list)

    def candidate(self, listed: Listed, there: Callable[[Medium], bool], again: int | None = None) -> Candidate:
        """An entry; `there` says whether a medium was held when the entry was reached."""
        name = _named(listed)
        before = any(_same(listed, other) for other in self.earlier)
        self.earlier.append(listed)
        twin = next((medium for medium in self.held[name] if there(medium)), None)
        if twin is None:
            return Candidate(name, _stated(listed), listed_before=before, unfingerprinted=NO_BYTES, again=again)
        found = _of_medium(name, twin, self.found[twin.pk], held_before=True, again=again)
        return replace(found, medium=None, twin=twin.pk)


def _named(listed: Listed) -> Named:
    return Named(listed.md5, listed.sha1, listed.sha256)


def _same(one: Listed, other: Listed) -> bool:
    """Whether two entries name the same: by their digests, or by the fingerprint where there is nothing else."""
    if any(getattr(one, kind) for kind in DIGESTS):
        return same_bytes(_named(one), _named(other))
    return one.pdq is not None and one.pdq == other.pdq


def _stated(listed: Listed) -> tuple[Print, ...]:
    """The fingerprint that a list states, if it can be matched; one without a quality is taken to be good enough."""
    pdq = usable_pdq(listed)
    return () if pdq is None else (Print(None, pdq * TURNS, listed.pdq_quality or MIN_QUALITY),)


def usable_pdq(listed: Listed) -> bytes | None:
    """The stated fingerprint, unless it says itself that it is too flat to mean anything."""
    too_flat = listed.pdq_quality is not None and listed.pdq_quality < MIN_QUALITY
    return None if too_flat else listed.pdq


def _items_like(unit: Unit, listed: Sequence[Listed]) -> QuerySet[Item]:
    """Items without bytes that share a digest or the fingerprint with one of these."""
    like = Q()
    for kind in (*DIGESTS, "pdq"):
        if wanted := {value for each in listed if (value := getattr(each, kind)) is not None}:
            like |= Q(**{f"{kind}__in": wanted})
    items = owned_by(unit, Item.objects, "intake__case__unit").filter(bytes__isnull=True)
    return items.filter(like).order_by("pk") if like else items.none()


def _listed_in(item: Item) -> Listed:
    return Listed(item.path, _value(item.md5), _value(item.sha1), _value(item.sha256), _value(item.pdq))


def _value(stored: bytes | memoryview | None) -> bytes | None:
    return bytes(stored) if stored is not None else None


# ---- what was judged before ----


def judged_again(looks: Looks, items: Sequence[Item]) -> list[Candidate]:
    """Items as candidates once more, each seeing only what had been found before it."""
    media = dict(Exhibit.objects.filter(item__in=items).values_list("item_id", "medium_id"))
    rows = owned_by(looks.unit, Medium.objects).in_bulk(list(set(media.values())))
    found, first = found_by(looks, rows), _first_items(rows)
    candidates = []
    for item in items:
        medium = rows.get(media.get(item.pk, 0))
        if medium is None:
            candidates.append(_listed_again(looks, item))
            continue
        name = Named(bytes(medium.md5), bytes(medium.sha1), bytes(medium.sha256))
        before = first[medium.pk] < item.pk
        candidates.append(_of_medium(name, medium, found[medium.pk], held_before=before, again=item.pk))
    return candidates


def _listed_again(looks: Looks, item: Item) -> Candidate:
    listed = _listed_in(item)
    lists = lists_of(looks, [listed], before=item.pk)
    first = _first_items(medium.pk for media in lists.held.values() for medium in media)
    return lists.candidate(listed, lambda medium: first.get(medium.pk, item.pk) < item.pk, again=item.pk)


def _first_items(media: Iterable[int]) -> dict[int, int]:
    """The item that brought each medium."""
    rows = Exhibit.objects.filter(medium__in=list(media)).order_by().values("medium")
    return dict(rows.annotate(first=Min("item")).values_list("medium", "first"))


def found_by(looks: Looks, media: Iterable[int]) -> dict[int, Found]:
    """By what each of these media is found: fingerprints in order of frames, imprints."""
    keys = list(media)
    prints: dict[int, list[Fingerprint]] = {}
    for each in Fingerprint.objects.filter(medium__in=keys).order_by("id"):
        prints.setdefault(each.medium_id, []).append(each)
    marks = marks_of(looks, keys)
    return {key: Found(prints.get(key, ()), marks.get(key, ())) for key in keys}
