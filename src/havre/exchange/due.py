"""What a check left for whoever comes after it: media nobody compared to the end, hits and failures not told yet."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from havre.compiled import compiled
from havre.exchange.find import others
from havre.exchange.models import Checked, PassedOver, SameMedium
from havre.restrictions.visible import owned_by
from havre.units.models import Unit


def due(unit: Unit, at: datetime) -> None:
    """Media of the unit came. Called in the transaction that ends their intake."""
    Checked.objects.update_or_create(unit=unit, defaults={"due_at": at})


def compared(mark: Checked) -> None:
    """All that had come when this mark was read is compared; what came meanwhile is not."""
    Checked.objects.filter(pk=mark.pk, due_at=mark.due_at).update(due_at=None)


def untold(unit: Unit) -> QuerySet[SameMedium]:
    """What was found and nobody of the unit heard of."""
    return owned_by(unit, SameMedium.objects).filter(untold=True)


def unlogged(unit: Unit) -> QuerySet[PassedOver]:
    """What was passed over and the log does not name."""
    return owned_by(unit, PassedOver.objects).filter(unlogged=True)


def keep_silent(unit: Unit, at: datetime) -> None:
    """What was found or passed over, and its source lets the unit know of no more, was not: nobody was to say it yet.

    Where its source lets the unit know of it again, it counts as changed, and is found and told then.
    """
    unseen = ~Exists(others(unit, at).filter(pk=OuterRef("theirs")))  # NOT IN goes through the whole board for each row
    untold(unit).filter(unseen).delete()
    unlogged(unit).filter(unseen, theirs__isnull=False).delete()


def left_behind() -> set[int]:
    """The units for which somebody began and did not end, as far as can be told, or is at it still."""
    due = Checked.objects.exclude(due_at=None).values_list("unit", flat=True)
    found = SameMedium.objects.filter(untold=True).values_list("unit", flat=True).distinct()
    over = PassedOver.objects.filter(unlogged=True).values_list("unit", flat=True).distinct()
    return {*due, *found, *over}


def passed_over(unit: Unit, at: datetime) -> int:
    """How many media of the unit, and of others that let it know of them, could not be compared."""
    return next((count for _unit, count in _passed_over(unit, at)), 0)


@compiled
def _passed_over(unit: Unit, at: datetime) -> "QuerySet[PassedOver, tuple[int, int]]":
    theirs = Q(theirs__in=others(unit, at)) | Q(theirs=None)
    rows = owned_by(unit, PassedOver.objects).filter(theirs).order_by()
    return rows.values_list("unit").annotate(count=Count("pk"))


def pass_over(unit: Unit, asked: Sequence[PassedOver]) -> int:
    """Of these media of a unit or of others, each asked now, those with a reason could not be compared; how many.

    What could be compared after all is no longer among them.
    """
    media, theirs = [each.medium_id for each in asked], [each.theirs_id for each in asked]
    of_these = Q(medium__in=[key for key in media if key]) | Q(theirs__in=[key for key in theirs if key])
    before = {(row.medium_id, row.theirs_id): row for row in owned_by(unit, PassedOver.objects).filter(of_these)}
    unfit = {(each.medium_id, each.theirs_id): each for each in asked if each.why}
    stays = {which for which, each in unfit.items() if which in before and before[which].why == each.why}
    owned_by(unit, PassedOver.objects).filter(
        pk__in=[row.pk for key, row in before.items() if key not in stays]
    ).delete()
    PassedOver.objects.bulk_create([each for which, each in unfit.items() if which not in stays])
    return len(unfit)
