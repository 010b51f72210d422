"""A need: one thing that waits for a person, in a sentence, with the one verb."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from havre.entrypoints.analyst.series_words import lasted
from havre.units.models import Person

COUNTED_TO = 100
"""Where a number is shown as "100 and more": nothing is counted to its end."""


class Near(IntEnum):
    """How near to a child a need is; the nearest is shown first."""

    DANGER = 0
    ANSWER = 1
    HIT = 2
    CLAIM = 3
    SERIES = 4
    SECOND = 5
    REPORT = 6
    LIST = 7
    APPROVAL = 8
    QUARANTINE = 9
    REVIEW = 10


KINDS: "dict[Near, tuple[str | Promise, str]]" = {
    Near.DANGER: (gettext_lazy("Danger"), "alert"),
    Near.ANSWER: (gettext_lazy("Answer"), "good"),
    Near.HIT: (gettext_lazy("Hit"), "new"),
    Near.CLAIM: (gettext_lazy("Claim"), "near"),
    Near.SERIES: (gettext_lazy("Series"), "new"),
    Near.SECOND: (gettext_lazy("Second person"), "new"),
    Near.REPORT: (gettext_lazy("Report"), "new"),
    Near.LIST: (gettext_lazy("Hash list"), "near"),
    Near.APPROVAL: (gettext_lazy("Approval"), "near"),
    Near.QUARANTINE: (gettext_lazy("Quarantine"), "hold"),
    Near.REVIEW: (gettext_lazy("Review"), "near"),
}
"""The word and the colour of each."""


@dataclass(frozen=True, slots=True)
class Need:
    """One sentence, why, since when, and the one verb."""

    near: Near
    what: str
    why: str
    at: datetime
    """Since when it waits."""
    when: str
    """That time in words."""
    verb: str
    address: str
    post: bool = False
    """Whether the verb acts at once, instead of leading to a page."""

    @property
    def kind(self) -> "str | Promise":
        """The word on its chip."""
        return KINDS[self.near][0]

    @property
    def tone(self) -> str:
        """The colour of its chip."""
        return KINDS[self.near][1]


Source = Callable[[Person, datetime], Iterator[Need]]


def ago(at: datetime, now: datetime) -> str:
    """How long ago something was, in a few characters."""
    took = now - at
    if took < timedelta(hours=1):
        return _("%(minutes)d min ago") % {"minutes": max(0, int(took.total_seconds() // 60))}
    return lasted(took)


def to_many(count: int) -> str:
    """A number of things, up to where it was counted."""
    return _("%(count)d and more") % {"count": count} if count >= COUNTED_TO else str(count)
