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
    """One address of what was taken back: whether they were told there, and whether they said that they know."""

    notice: Notice
    to: str
    """Empty where it was handed over, or nothing ever left."""
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
        """Whether anything ever left to there: nobody else need be told."""
        return self.letters > 0 or bool(self.backs)


def taken_back(notices: "QuerySet[Notice]") -> list[TakenBack]:
    """Of these notices, those that were retracted, with how far each address is to which a letter ever left.

    Two questions for all. One that never left stands there once.
    """
    rows = list(notices.filter(state=State.RETRACTED).select_related("recipient").order_by("pk"))
    letters = _letters(rows)
    confirming = Q(kind__in=CONFIRMS) | Q(by__isnull=False)
    said = Response.objects.filter(confirming, notice__in=rows)
    answers: dict[int, list[tuple[datetime, str | None]]] = {}
    for key, at, to in said.order_by("at").values_list("notice", "at", "letter__to"):
        answers.setdefault(key, []).append((at, to))
    found = []
    for each in rows:
        mine, words = letters.get(each.pk, []), answers.get(each.pk, [])
        for to in dict.fromkeys(one.to for one in mine if _counts(one)) or ("",):
            # Who names no letter answers for all of them.
            heard = [at for at, named in words if named in (None, to)]
            found.append(_taken_back(each, to, [one for one in mine if one.to == to], heard))
    return found


def _counts(letter: Transmission) -> bool:
    return letter.letter == Letter.RETRACTION or letter.outcome in LEFT


def _letters(notices: list[Notice]) -> dict[int, list[Transmission]]:
    found: dict[int, list[Transmission]] = {}
    rows = Transmission.objects.filter(notice__in=notices)
    for each in rows.order_by("notice", "number"):
        found.setdefault(each.notice_id or 0, []).append(each)
    return found


def _taken_back(notice: Notice, to: str, letters: list[Transmission], answers: list[datetime]) -> TakenBack:
    left = [each for each in letters if each.outcome in LEFT]
    backs = [each for each in letters if each.letter == Letter.RETRACTION]
    told = next((each.at or each.begun_at for each in left if each.letter == Letter.RETRACTION), None)
    confirmed = next((at for at in answers if told is not None and at >= told), None)
    waits = any(each.outcome == Outcome.BEGUN for each in backs)
    count = sum(each.letter == Letter.NOTICE for each in left)
    return TakenBack(notice, to, count, told, confirmed, waits, tuple(backs))
