"""Reads of cases, intakes and items; the first parameter is who asks."""

from collections.abc import Collection

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from havre.cases.models import Case, Intake, Item, Order, Upload
from havre.compiled import Most, compiled
from havre.errors import NotFound
from havre.restrictions.visible import visible_to
from havre.units.models import Person


def case_for(viewer: Person, reference: str) -> Case:
    """The case of this reference, if this viewer may know that it exists; an erased one still says that it was."""
    found = visible_to(viewer, Case.objects).filter(reference=reference).first()
    if found is None:
        raise NotFound(_("there is no case %(reference)r: open it with `havre case open`") % {"reference": reference})
    return found


def case_numbered(viewer: Person, number: int) -> Case:
    """The case of this number, if this viewer may know that it exists."""
    found = visible_to(viewer, Case.objects).filter(pk=number).first()
    if found is None:
        raise NotFound(_("there is no such case"))
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


def intake_for(viewer: Person, intake: int) -> Intake:
    """The intake with this number, if this viewer may know that it exists."""
    found = _intake(viewer, intake)
    if not found:
        raise NotFound(_("there is no such intake"))
    return found[0]


@compiled
def _intake(viewer: Person, intake: int) -> QuerySet[Intake]:
    seen = visible_to(viewer, Intake.objects, "case__unit").select_related("case", "begun_by", "order")
    return seen.filter(pk=intake, case__erased_at=None)


def intakes_for(viewer: Person) -> QuerySet[Intake]:
    """Every intake this viewer may know of, newest first."""
    seen = visible_to(viewer, Intake.objects, "case__unit").filter(case__erased_at=None)
    return seen.select_related("case", "begun_by", "order").order_by("-id")


@compiled
def intakes_page(viewer: Person, before: int | None, most: Most) -> QuerySet[Intake]:
    """The newest of them, below this number."""
    rows = intakes_for(viewer)
    return (rows if before is None else rows.filter(id__lt=before))[:most]


@compiled
def orders_page(viewer: Person, states: Collection[str], most: Most) -> QuerySet[Order]:
    """The newest orders in these states that have not become an intake."""
    return orders_for(viewer).filter(intake=None, state__in=states)[:most]


@compiled
def orders_of(viewer: Person, intake: int) -> QuerySet[Order]:
    """The order that became this intake."""
    return orders_for(viewer).filter(intake=intake)


def orders_for(viewer: Person) -> QuerySet[Order]:
    """Orders of this viewer's unit, newest first; an erased case has none."""
    seen = visible_to(viewer, Order.objects, "case__unit").filter(case__erased_at=None)
    return seen.select_related("case", "by", "intake").order_by("-id")


def order_for(viewer: Person, order: int) -> Order:
    """The order with this number, if this viewer may know that it exists."""
    found = orders_for(viewer).filter(pk=order).first()
    if found is None:
        raise NotFound(_("there is no such intake"))
    return found


def own_order(viewer: Person, order: int) -> Order:
    """An order of this person's own: nobody else sends files to it."""
    found = orders_for(viewer).filter(pk=order, by=viewer).first()
    if found is None:
        raise NotFound(_("there is no such intake"))
    return found


def upload_for(viewer: Person, upload: int) -> Upload:
    """An upload of this person's own: nobody else may know of it."""
    seen = visible_to(viewer, Upload.objects, "order__case__unit").filter(order__by=viewer, order__case__erased_at=None)
    found = seen.select_related("order__case").filter(pk=upload).first()
    if found is None:
        raise NotFound(_("there is no such upload"))
    return found


def uploads_of(viewer: Person, order: Order) -> QuerySet[Upload]:
    """What was sent to an order, in the order in which it was announced."""
    return visible_to(viewer, Upload.objects, "order__case__unit").filter(order=order).order_by("id")


def left_out(viewer: Person, intake: Intake, outcome: str, after: int = 0) -> QuerySet[Item]:
    """Items of one outcome behind the item with this number."""
    return items_of(viewer, intake).filter(outcome=outcome, id__gt=after).order_by("id")
