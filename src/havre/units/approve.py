"""Two people for one act: one asks, another approves, the approval serves once."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from havre.compiled import compiled
from havre.errors import NotFound, Refused
from havre.units.models import Approval, Person
from havre.units.queries import colleagues


def approval_for(asking: Person, act: str, subject: str, at: datetime) -> Approval:
    """The open approval of this act on this subject, asked for now if nobody has.

    In a unit of one the one person approves themself; the flow logs that as such.
    """
    approval, _ = Approval.objects.get_or_create(
        unit=asking.unit,
        act=act,
        subject=subject,
        used_at=None,
        defaults={"asked_by": asking, "asked_at": at},
    )
    if approval.given_by is None and not colleagues(asking):
        _give(approval, asking, at)
    return approval


def give(number: int, by: Person, at: datetime) -> Approval:
    """A second person's word.

    Raises NotFound for another unit's request, Refused where the one who asked approves alone.
    """
    approval = Approval.objects.filter(id=number, unit=by.unit, used_at=None).first()
    if approval is None:
        raise NotFound(_("there is no open request %(number)s to approve") % {"number": number})
    if approval.asked_by == by:
        raise Refused(
            _("%(by)s asked for this: another person of %(unit)s must approve it")
            % {"by": by.name, "unit": by.unit.name}
        )
    _give(approval, by, at)
    return approval


def waiting_for(person: Person) -> list[Approval]:
    """Requests of this unit that nobody has approved yet, oldest first."""
    return _waiting(person.unit_id)


@compiled
def _waiting(unit: int) -> QuerySet[Approval]:
    waiting = Approval.objects.filter(unit=unit, given_by=None, used_at=None)
    return waiting.select_related("asked_by").order_by("id")


def use(approval: Approval, at: datetime) -> None:
    """The approval has served: the same act needs a new one."""
    approval.used_at = at
    approval.save(update_fields=["used_at"])


def self_approved(approval: Approval) -> bool:
    """Whether the one who asked also approved, because the unit has nobody else."""
    return approval.given_by_id == approval.asked_by_id


def _give(approval: Approval, by: Person, at: datetime) -> None:
    approval.given_by = by
    approval.given_at = at
    approval.save(update_fields=["given_by", "given_at"])
