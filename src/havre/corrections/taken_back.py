"""Who was told that a notice is taken back, and who said that they know."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from havre.notices.following import LEFT
from havre.notices.models import Answers, Letter, Notice, Outcome, Response, State, Transmission

CONFIRMS = (Answers.RECEIPT, Answers.DECISION)
"""What says, after a retraction left, that it was taken in."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """One recipient of what was taken back: whether they were told, and whether they said that they know."""

    notice: Notice
    letters: int
    told_at: datetime | None
    """When the first letter that takes it back left; None while none did."""
    confirmed_at: datetime | None
    waits: bool
    """Whether a letter waits to be sent."""
    backs: tuple[Transmission, ...] = ()
    """The letters that take it back, in their order."""

    @property
    def dead(self) -> bool:
        """Whether the last of them reached nobody: the address takes nothing, or it came back."""
        return bool(self.backs) and self.backs[-1].outcome == Outcome.REFUSED

    @property
    def reached(self) -> bool:
        """Whether the notice itself ever left: nobody else need be told."""
        return self.letters > 0


def taken_back(notices: "QuerySet[Notice]") -> list[TakenBack]:
    """Of these notices, those that were retracted, with how far each recipient is; two questions for all."""
    rows = list(notices.filter(state=State.RETRACTED).select_related("recipient").order_by("pk"))
    letters = _letters(rows)
    confirming = Q(kind__in=CONFIRMS) | Q(by__isnull=False)
    said = Response.objects.filter(confirming, notice__in=rows)
    answers: dict[int, list[datetime]] = {}
    for key, at in said.order_by("at").values_list("notice", "at"):
        answers.setdefault(key, []).append(at)
    return [_taken_back(each, letters.get(each.pk, []), answers.get(each.pk, [])) for each in rows]


def _letters(notices: list[Notice]) -> dict[int, list[Transmission]]:
    found: dict[int, list[Transmission]] = {}
    rows = Transmission.objects.filter(notice__in=notices)
    for each in rows.order_by("notice", "number"):
        found.setdefault(each.notice_id, []).append(each)
    return found


def _taken_back(notice: Notice, letters: list[Transmission], answers: list[datetime]) -> TakenBack:
    left = [each for each in letters if each.outcome in LEFT]
    backs = [each for each in letters if each.letter == Letter.RETRACTION]
    told = next((each.at or each.begun_at for each in left if each.letter == Letter.RETRACTION), None)
    confirmed = next((at for at in answers if told is not None and at >= told), None)
    waits = any(each.outcome == Outcome.BEGUN for each in backs)
    return TakenBack(notice, sum(each.letter == Letter.NOTICE for each in left), told, confirmed, waits, tuple(backs))
