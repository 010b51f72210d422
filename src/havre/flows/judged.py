"""What people judged is known to their unit: later intakes say so. Taken back, it is known no more.

Called inside a transaction that holds the unit.
"""

from collections.abc import Collection, Iterator, Sequence

from django.db.models import QuerySet

from havre.assessments.mapping import Label, label, labels
from havre.assessments.models import Stack, Stacked
from havre.cases.models import Item
from havre.compiled import compiled
from havre.fingerprints.pdq import MIN_QUALITY
from havre.flows.home import Home
from havre.flows.rejudging import judge_again, open_indexes
from havre.matches.digests import knowledge_of, named
from havre.matches.learn import learn_files
from havre.matches.models import Knowledge, Source
from havre.matches.queries import sources_for
from havre.media.models import Fingerprint, Medium
from havre.restrictions.visible import owned_by
from havre.units.acting import Acting
from havre.units.models import Person

JUDGED = "judged"
"""The format of a source that is what people of the unit judged stack by stack."""

SCHEME = "vics-us"
"""Whose names the labels bear."""


def keep_judged(acting: Acting, stacks: Sequence[Stack]) -> None:
    """Everything in these stacks is known by the label that each is judged."""
    said = {stack.label for stack in stacks}
    for key in labels():
        media = _media_of([stack for stack in stacks if stack.label == key]) if key in said else []
        if media:
            source = _source(acting, label(key))
            learn_files(_rows(source, label(key), media))


def forget_judged(home: Home, acting: Acting, stacks: Sequence[Stack]) -> None:
    """Nothing in these stacks is known from being judged; what rested on that is judged again."""
    media = _media_of(stacks)
    if not media:
        return
    rows = owned_by(acting.unit, Knowledge.objects).filter(source__format=JUDGED)
    said = rows.filter(sha256__in=[medium.sha256 for medium in media])
    keys = list(said.values_list("id", flat=True))
    frames = list(rows.filter(whole__in=keys).values_list("id", flat=True))
    resting = list(owned_by(acting.unit, Item.objects, "intake__case__unit").filter(matches__knowledge__in=keys))
    items = sorted({item.pk: item for item in resting}.values(), key=lambda item: item.pk)
    if not keys:
        return
    home.shelf(acting.unit, "known").index.remove([*keys, *frames])
    rows.filter(id__in=keys).delete()
    if items:
        judge_again(acting.unit, items, open_indexes(home, acting.unit))


def _media_of(stacks: Sequence[Stack]) -> list[Medium]:
    return [stacked.medium for stacked in _held([stack.pk for stack in stacks])] if stacks else []


@compiled
def _held(stacks: Collection[int]) -> "QuerySet[Stacked]":
    return Stacked.objects.filter(stack__in=stacks).select_related("medium").order_by("medium")


def _source(acting: Acting, said: Label) -> Source:
    """Where the unit keeps what it judged itself under this label: one source, until it is withdrawn."""
    return next(iter(_own(acting.person, said.name)), None) or Source.objects.create(
        unit=acting.unit,
        path=f"judged here: {said.title}",
        format=JUDGED,
        scheme=SCHEME,
        label=said.name,
        listing=b"",
        added_by=acting.person,
        added_at=acting.now(),
        finished_at=acting.now(),
    )


@compiled
def _own(viewer: Person, label: str) -> "QuerySet[Source]":
    mine = sources_for(viewer).filter(format=JUDGED, label=label, withdrawn_at=None)
    return mine.select_related("unit").order_by("-id")[:1]


def _rows(source: Source, said: Label, media: Sequence[Medium]) -> Iterator[tuple[Knowledge, list[Knowledge]]]:
    known = knowledge_of(source.unit, [named(medium) for medium in media])
    prints = _prints(media)
    for medium in media:
        if any(each.source_id == source.pk for each in known[named(medium)]):
            continue
        first, *further = prints.get(medium.pk, [None])
        whole = _row(source, said, first, md5=medium.md5, sha1=medium.sha1, sha256=medium.sha256, facts=_facts(medium))
        yield whole, [_row(source, said, each, whole=whole) for each in further if each]


def _prints(media: Sequence[Medium]) -> dict[int, list[Fingerprint | None]]:
    """The fingerprints by which a copy is found near, also when the medium itself is erased one day."""
    found: dict[int, list[Fingerprint | None]] = {}
    for each in _fit([medium.pk for medium in media]):
        found.setdefault(each.medium_id, []).append(each)
    return found


@compiled
def _fit(media: Collection[int]) -> "QuerySet[Fingerprint]":
    rows = Fingerprint.objects.filter(medium__in=media, partial=False, quality__gte=MIN_QUALITY)
    return rows.order_by("medium", "frame")


def _row(source: Source, said: Label, print_: Fingerprint | None, **values: object) -> Knowledge:
    return Knowledge(
        source=source,
        unit=source.unit,
        label=said.name,
        pertinent=said.pertinent,
        category=said.key,
        pdq=bytes(print_.orientations)[:32] if print_ else None,
        pdq_quality=print_.quality if print_ else None,
        **values,
    )


def _facts(medium: Medium) -> dict[str, object]:
    size = {"width": medium.width, "height": medium.height} if medium.width else {}
    return {"size": medium.bytes, **size}
