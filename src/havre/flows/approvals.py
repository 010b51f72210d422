"""Give a second person's word for what a colleague asked for, and see what waits for it."""

from typing import Any

from havre.flows.home import Home, consulted, durable, log, seal_log
from havre.units.acting import Acting
from havre.units.approve import give, waiting_for
from havre.units.models import Approval, RoleName

MAY_APPROVE = (RoleName.ANALYST, RoleName.SUPERVISOR, RoleName.ADMINISTRATOR)
"""An auditor alone only looks."""


def approve(home: Home, acting: Acting, number: int) -> dict[str, Any]:
    """Approve a request of the same unit.

    Raises NotFound for another unit's request, Refused for one's own.
    """
    acting.must_be(*MAY_APPROVE, to="approve")
    with durable():
        approval = give(number, acting.person, acting.now())
        detail = {"act": "approved", "for": approval.act, "subject": approval.subject}
        log(home, acting, "change", f"approval {approval.pk}", detail)
    seal_log(home, acting)
    return _shown(approval)


def waiting(home: Home, acting: Acting) -> list[dict[str, Any]]:
    """What waits for approval in this unit, oldest first."""
    consulted(home, acting, f"open approvals of {acting.unit.name}")
    return [_shown(approval) for approval in waiting_for(acting.person)]


def _shown(approval: Approval) -> dict[str, Any]:
    return {
        "approval": approval.pk,
        "act": approval.act,
        "subject": approval.subject,
        "asked_by": approval.asked_by.name,
        "asked_at": approval.asked_at.isoformat(),
        "given_by": approval.given_by.name if approval.given_by else None,
    }
