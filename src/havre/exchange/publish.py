"""Bring the board to what a series is now: its row, media, clues, claim, hypothesis and identifications."""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet

from havre.assessments.agreement import told as judged_told
from havre.assessments.settled import settled
from havre.errors import Invalid
from havre.exchange import terms
from havre.exchange.beside import narrow_beside
from havre.exchange.board import Here, put, withdraw
from havre.exchange.further import further_of
from havre.exchange.imprint_shape import as_kept
from havre.exchange.models import Kind, Shared
from havre.exchange.rules import points_to
from havre.fingerprints.pdq import MIN_QUALITY
from havre.linking.countries import Constraint, Where, constraint, where
from havre.linking.countries import Said as SaidOfCountry
from havre.media.models import Fingerprint, Medium
from havre.restrictions.model import Level, Owner, Restriction, also, digest, expired
from havre.series.claims import standing
from havre.series.clues import MOST_CONSTRAINTS, suggested
from havre.series.models import Clue, Comment, Series
from havre.series.united import united
from havre.units.models import Unit
from havre.victims.models import Victim

MOST_PDQ = 100
"""PDQ fingerprints of one medium that are shared."""
CHUNK = 500


ABOUT = (Kind.CLUE, Kind.CLAIM, Kind.HYPOTHESIS, Kind.IDENTIFICATION, Kind.COMMENT)
"""What stands beside a series of its own source."""
CARRIED = (Kind.CLUE, Kind.COMMENT)
"""What of a series stays the same thing to others as that becomes part of another: who had it knows it already."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing as it is to stand on the board."""

    body: Mapping[str, Any]
    restriction: Restriction
    here: Here


@dataclass(frozen=True, slots=True)
class Changed:
    """What a look at a series changed on the board."""

    put: list[Shared]
    withdrawn: list[Shared]


CropOf = Callable[[Clue], str]
"""The confirmed crop of a clue as base64, or nothing."""


def no_crop(_clue: Clue) -> str:
    """Clues go without."""
    return ""


def publish(series: Series, at: datetime, *, media: bool = True, crop_of: CropOf = no_crop) -> Changed:
    """Put on the board what of this series is to stand there and withdraw what is not; cheap where nothing is shared.

    `media` says whether its media may have changed too; `crop_of` gives what others see of a clue.
    """
    restriction = terms.of_series(series)
    if restriction is not None and expired(restriction, at):
        restriction = None
    row = Shared.objects.filter(owner=series.unit_id, kind=Kind.SERIES, series=series).first()
    changed = Changed([], [])
    if restriction is None and row is None:
        return changed
    if restriction is None and row is not None:
        _withdraw_all(row, at, changed)
        return changed
    assert restriction is not None
    ref = row.ref if row is not None else uuid4()
    plain = terms.without_experts(restriction)
    _bring(series.unit, Kind.SERIES, {series.pk: Told(_series_body(series), plain, Here(series, None, series.pk))},
           {series.pk: row} if row else {}, at, changed, {series.pk: ref})  # fmt: skip
    for shared in list(changed.put):
        changed.put.extend(narrow_beside(shared, at))
    for kind, told in _about(series, ref, (restriction, plain), at, crop_of).items():
        _bring(series.unit, kind, told, _rows(series, kind, ref), at, changed)
    if media:
        publish_media(series.unit, list(_media(series, ref)), at, changed)
    return changed


def publish_media(unit: Unit, media: Collection[int], at: datetime, changed: Changed) -> None:
    """The same for media, by what was said of each, of its series and of its cases."""
    rows = Shared.objects.filter(owner=unit, kind=Kind.SERIES, withdrawn_at=None).values_list("series", "ref")
    refs = {series: ref for series, ref in rows if series is not None}
    ordered = sorted(media)
    for at_ in range(0, len(ordered), CHUNK):
        some = ordered[at_ : at_ + CHUNK]
        restrictions = {key: terms.without_experts(value) for key, value in terms.of_media(some).items()}
        told = _media_told(restrictions, refs)
        held = Shared.objects.filter(owner=unit, kind=Kind.MEDIA, key__in=some).select_related("condition")
        _bring(unit, Kind.MEDIA, told, {row.key or 0: row for row in held}, at, changed)


def clues_about(own: Iterable[Clue], others: Iterable[Shared]) -> Where:
    """What clues say of where a series is: its owner's, and those that others put beside it."""
    said = [SaidOfCountry(clue.pk, each) for clue in own for each in suggested(clue)]
    for row in others:
        said += [SaidOfCountry(-row.pk, each) for each in suggested_by(row)]
    return where(said)


def suggested_by(row: Shared) -> list[Constraint]:
    """What a clue on the board suggests; what cannot be read, for it may come from anywhere, is left out."""
    given, found = row.body.get("suggests"), []
    for each in given[:MOST_CONSTRAINTS] if isinstance(given, list) else []:
        with suppress(Invalid):
            found.append(constraint(each if isinstance(each, Mapping) else {}))
    return found


def _others_clues(ref: UUID) -> QuerySet[Shared]:
    rows = Shared.objects.filter(kind=Kind.CLUE, series_ref=ref, withdrawn_at=None, key=None)
    return rows.select_related("condition").order_by("pk")


def owner_of(unit: Unit) -> Owner:
    """A unit of this node as the source of its things."""
    return Owner("", unit.name, unit.country)


# ---- what stands there ----


def _series_body(series: Series) -> dict[str, Any]:
    media = series.members.filter(confirmed=True).count()
    return {"name": series.name, "life": series.life, "media": media, "contact": str(series.unit)}


def _about(
    series: Series, ref: UUID, said: tuple[Restriction, Restriction], at: datetime, crop_of: CropOf
) -> dict[Kind, dict[int, Told]]:
    """What others may see of it besides its media; who learns only that it is held learns none of this."""
    restriction, plain = said
    parts = united(series)
    clues = list(Clue.objects.filter(series__in=parts, withdrawn_at=None).order_by("at", "pk"))
    words = terms.of_clues(restriction, clues)
    head = {"series": str(ref), "contact": str(series.unit)}
    clues_told = {
        clue.pk: Told(head | _clue_body(clue, crop_of), words[clue.pk], _here(series, clue.pk))
        for clue in clues
        if clue.pk in words
    }
    if plain.most is not Level.OPEN:
        nothing: dict[int, Told] = {}
        return dict.fromkeys(ABOUT, nothing) | {Kind.CLUE: clues_told}
    alike = [clue for clue in clues if words.get(clue.pk) == restriction]
    return {
        Kind.CLUE: clues_told,
        Kind.CLAIM: _told_by_key(series, head, plain, _claim_bodies(series, at)),
        Kind.HYPOTHESIS: _told_by_key(series, head, plain, _hypothesis_bodies(series, ref, alike, plain)),
        Kind.IDENTIFICATION: _told_by_key(series, head, plain, _identified_bodies(series)),
        Kind.COMMENT: _comments_told(series, parts, head, plain),
    }


def _comments_told(series: Series, parts: Collection[int], head: dict[str, Any], plain: Restriction) -> dict[int, Told]:
    """Comments of which somebody said that others may read them; who wrote one is not told."""
    texts = dict(Comment.objects.filter(series__in=parts, withdrawn_at=None).values_list("pk", "text"))
    words = terms.of_comments(plain, texts.keys()) if texts else {}
    return {key: Told(head | {"text": texts[key]}, word, _here(series, key)) for key, word in words.items()}


def _told_by_key(
    series: Series, head: dict[str, Any], restriction: Restriction, bodies: Mapping[int, dict[str, Any]]
) -> dict[int, Told]:
    return {key: Told(head | body, restriction, _here(series, key)) for key, body in bodies.items()}


def _here(series: Series, key: int) -> Here:
    return Here(series, None, key)


def _clue_body(clue: Clue, crop_of: CropOf) -> dict[str, Any]:
    crop = crop_of(clue)
    told = {"name": clue.name, "kind": clue.kind, "suggests": clue.suggests}
    return told | ({"crop": crop} if crop else {})


def _claim_bodies(series: Series, at: datetime) -> dict[int, dict[str, Any]]:
    held = standing(series, at)
    if held is None:
        return {}
    to = (
        {"hand_to": {"node": held.hand_to_node, "unit": held.hand_to, "country": held.hand_to_country}}
        if held.hand_to
        else {}
    )
    return {held.pk: {"since": held.since.isoformat(), "until": held.until.isoformat(), **to}}


def _hypothesis_bodies(
    series: Series, ref: UUID, clues: Collection[Clue], plain: Restriction
) -> dict[int, dict[str, Any]]:
    """Made only of clues that all who see the series see too: nothing of the others goes out with it."""
    alike = digest(also(plain, owner_of(series.unit)))
    others = [row for row in _others_clues(ref) if row.condition.digest == alike]
    found = clues_about(clues, others)
    names = {clue.pk: clue.name for clue in clues}
    names |= {-row.pk: str(row.body.get("name", "")) for row in others}
    countries = {
        each.country: sorted({names.get(said.clue, "") for said in each.speaks_for}) for each in points_to(found)
    }
    return {series.pk: {"countries": countries}} if countries else {}


def _identified_bodies(series: Series) -> dict[int, dict[str, Any]]:
    victims = series.victims.exclude(identified_at=None).order_by("pk")
    return {victim.pk: _identified_body(victim) for victim in victims}


def _identified_body(victim: Victim) -> dict[str, Any]:
    safe = victim.safeguarded_at.isoformat() if victim.safeguarded_at else None
    at = victim.identified_at.isoformat() if victim.identified_at else None
    return {"country": victim.identified_by, "at": at, "safeguarded_at": safe}


def _media(series: Series, ref: UUID) -> set[int]:
    members = set(series.members.values_list("medium", flat=True))
    shared = Shared.objects.filter(owner=series.unit_id, kind=Kind.MEDIA, series_ref=ref, withdrawn_at=None)
    return members | {key for key in shared.values_list("key", flat=True) if key is not None}


def _media_told(restrictions: Mapping[int, Restriction], refs: Mapping[int, UUID]) -> dict[int, Told]:
    rows = Medium.objects.filter(pk__in=list(restrictions)).select_related("member__series")
    further = further_of(list(restrictions))
    prints: dict[int, list[Fingerprint]] = {}
    usable = Fingerprint.objects.filter(medium__in=list(restrictions), partial=False, quality__gte=MIN_QUALITY)
    for each in usable.order_by("medium", "frame"):
        prints.setdefault(each.medium_id, []).append(each)
    judged = {key: {"assessment": judged_told(*said)} for key, said in settled(restrictions).items()}
    bodies = {
        row.pk: _media_body(row, prints.get(row.pk, []), refs) | judged.get(row.pk, {}) | further.get(row.pk, {})
        for row in rows
    }
    return {row.pk: Told(bodies[row.pk], restrictions[row.pk], Here(None, row, row.pk)) for row in rows}


def _media_body(medium: Medium, prints: list[Fingerprint], refs: Mapping[int, UUID]) -> dict[str, Any]:
    member = getattr(medium, "member", None)
    series = refs.get(member.series_id) if member is not None and member.confirmed else None
    some = prints[:MOST_PDQ]
    return {
        **({"series": str(series)} if series else {}),
        **{name: bytes(getattr(medium, name)).hex() for name in ("md5", "sha1", "sha256")},
        "pdq": [bytes(each.orientations)[:32].hex() for each in some],
        "quality": some[0].quality if some else 0,
        "family": medium.family,
        "width": medium.width,
        "height": medium.height,
        "contact": str(medium.unit),
    }


# ---- bringing it there ----


def _rows(series: Series, kind: Kind, ref: UUID) -> dict[int, Shared]:
    """What stands beside it, by what it was made from; also as it stood beside a series that is part of it now."""
    rows = Shared.objects.filter(owner=series.unit, kind=kind).exclude(key=None).select_related("condition")
    parts = set(united(series)) - {series.pk} if kind in CARRIED else set()
    carried = rows.filter(series__in=parts, withdrawn_at=None).order_by("pk") if parts else ()
    return {row.key or 0: row for row in (*carried, *rows.filter(series_ref=ref))}


def _bring(
    unit: Unit,
    kind: Kind,
    told: Mapping[int, Told],
    rows: Mapping[int, Shared],
    at: datetime,
    changed: Changed,
    refs: Mapping[int, UUID] | None = None,
) -> None:
    origin = owner_of(unit)
    lasting = {key: each for key, each in told.items() if not expired(each.restriction, at)}
    for key, row in rows.items():
        if key not in lasting and row.withdrawn_at is None:
            withdraw(origin, row.ref, row.version + 1, at)
            changed.withdrawn.append(Shared.objects.get(pk=row.pk))
    for key, each in lasting.items():
        held = rows.get(key)
        if held is not None and _stands(held, each):
            continue
        ref = held.ref if held is not None else (refs or {}).get(key) or uuid4()
        version = held.version + 1 if held is not None else 1
        changed.put.append(put(origin, kind, ref, each.body, each.restriction, version, at, each.here))


def _stands(row: Shared, told: Told) -> bool:
    same = row.body == as_kept(told.body) and row.condition.digest == digest(told.restriction)
    return row.withdrawn_at is None and same


def _withdraw_all(row: Shared, at: datetime, changed: Changed) -> None:
    """The series and everything of its unit about it; media that stand by their own word stay."""
    unit = row.owner
    assert unit is not None
    about = Shared.objects.filter(owner=unit, series_ref=row.ref, withdrawn_at=None)
    own = Shared.objects.filter(pk=row.pk, withdrawn_at=None)
    media = [key for key in about.filter(kind=Kind.MEDIA).values_list("key", flat=True) if key is not None]
    for each in [*own, *about.exclude(kind=Kind.MEDIA)]:
        withdraw(owner_of(unit), each.ref, each.version + 1, at)
        changed.withdrawn.append(Shared.objects.get(pk=each.pk))
    publish_media(unit, media, at, changed)
