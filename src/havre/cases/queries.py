"""Reads of cases, intakes and items; the first parameter is who asks."""

from django.db.models import Count, Q, QuerySet

from havre.cases.models import Case, Intake, Item
from havre.errors import NotFound
from havre.restrictions.visible import visible_to
from havre.units.models import Person


def case_for(viewer: Person, reference: str) -> Case:
    """The case of this reference, if this viewer may know that it exists; an erased one still says that it was."""
    found = visible_to(viewer, Case.objects).filter(reference=reference).first()
    if found is None:
        raise NotFound(f"there is no case {reference!r}: open it with `havre case open`")
    return found


def cases_for(viewer: Person) -> QuerySet[Case]:
    """Every case this viewer may know of, newest first."""
    return visible_to(viewer, Case.objects).order_by("-opened_at", "-id")


def intakes_of(viewer: Person, case: Case) -> QuerySet[Intake]:
    """The intakes of a case, oldest first."""
    return visible_to(viewer, Intake.objects, "case__unit").filter(case=case).order_by("id")


def newest_intake(viewer: Person, case: Case, path: str) -> Intake | None:
    """The last intake of this path into this case, finished or not."""
    return intakes_of(viewer, case).filter(path=path).last()


def items_of(viewer: Person, intake: Intake) -> QuerySet[Item]:
    """The items of an intake in the order of paths."""
    return visible_to(viewer, Item.objects, "intake__case__unit").filter(intake=intake).order_by("position")


def tally(viewer: Person, intake: Intake) -> dict[str, int]:
    """How many items of each outcome, how many stacks, and how many new ones stand apart from stacks."""
    items = items_of(viewer, intake).order_by()
    counts = {row["outcome"]: row["count"] for row in items.values("outcome").annotate(count=Count("id"))}
    extra = items.aggregate(
        stacks=Count("id", filter=Q(stack=True)),
        damaged=Count("id", filter=Q(apart="damaged")),
        flat=Count("id", filter=Q(apart="flat")),
        unfingerprinted=Count("id", filter=Q(apart="unfingerprinted")),
    )
    return counts | extra
