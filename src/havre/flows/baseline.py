"""Baseline of what this unit and others judged of the same media, as far as others let it see; and told to others."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import QuerySet

from havre.assessments.agreement import Baseline, Judgement, baseline_of, judgement_of
from havre.assessments.models import Stack, Stacked
from havre.assessments.settled import settled
from havre.compiled import compiled
from havre.exchange.models import Kind, SameMedium, Shared
from havre.exchange.sight import sighted
from havre.flows.home import Home
from havre.flows.judged_otherwise import tell_otherwise
from havre.flows.publish_again import publish_again
from havre.restrictions.keep import actor
from havre.restrictions.visible import owned_by, seen_by, visible_to
from havre.units.acting import Acting
from havre.units.models import Person, Unit


def baselines(acting: Acting, media: Collection[int]) -> dict[int, Baseline]:
    """What countries say of each of these media of the unit: of the very same bytes, not of what is only near."""
    unit = acting.unit
    found: dict[int, list[Judgement]] = {key: [] for key in media}
    for key, (label, facts) in settled(media).items():
        found[key].append(Judgement(unit.name, unit.country, label, facts))
    theirs = _theirs(acting, media)
    for row in theirs:
        said = judgement_of(row.theirs.unit, row.theirs.country, row.theirs.body.get("assessment"))
        found[row.medium_id] += [said] if said is not None else []
    judged = [row.theirs for row in theirs if "assessment" in row.theirs.body]
    if judged:
        sighted(judged, actor(unit, acting.now()), "look", acting.now())
    return {key: baseline_of(said) for key, said in found.items()}


def _theirs(acting: Acting, media: Collection[int]) -> list[SameMedium]:
    return _identical(acting.person, list(media), acting.now())


@compiled
def _identical(viewer: Person, media: Collection[int], at: datetime) -> QuerySet[SameMedium]:
    seen = seen_by(viewer, Shared.objects.filter(withdrawn_at=None, kind=Kind.MEDIA), at)
    rows = visible_to(viewer, SameMedium.objects).filter(medium__in=media, kind="identical")
    return rows.filter(theirs__in=seen).select_related("theirs__condition").order_by("pk")


def tell_judged(home: Home, acting: Acting, stacks: Sequence[Stack]) -> None:
    """What the unit judged of media that stand on the board is told there, in the transaction of the judgement.

    Where others judged the same otherwise, it hears that.
    """
    media = _stacked([stack.pk for stack in stacks]) if stacks else []
    publish_again(home, acting, media)
    tell_otherwise(acting.unit, set(_same(acting.unit, media)) if media else set(), acting.now())


@compiled
def _stacked(stacks: Collection[int]) -> "QuerySet[Stacked, int]":
    return Stacked.objects.filter(stack__in=stacks).values_list("medium", flat=True)


@compiled
def _same(unit: Unit, media: Collection[int]) -> "QuerySet[SameMedium, int]":
    same = owned_by(unit, SameMedium.objects).filter(medium__in=media, kind="identical")
    return same.values_list("medium", flat=True)
