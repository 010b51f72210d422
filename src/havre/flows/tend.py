"""What time alone does to the board: what is over is destroyed, who is in no group any more is told of nothing in it,
claims lapse, alerts that nobody answered escalate."""

from dataclasses import asdict, dataclass
from datetime import datetime

from havre.exchange.board import withdraw
from havre.exchange.board_stock import KINDS
from havre.exchange.models import Kind, Leaning, Shared
from havre.exchange.numbered import number_later, with_room
from havre.exchange.rules import stands
from havre.exchange.written_out import write_out
from havre.flows.contest import log_for
from havre.flows.expire import expire
from havre.flows.home import Home, durable, take_turn
from havre.flows.notices import escalate
from havre.flows.run_out import run_out
from havre.flows.tell_countries import ask_again, bring, tell_withdrawn
from havre.series.models import Series
from havre.units.acting import Clock

MOST_LEANING = 50
"""Series that a round looks at again."""


@dataclass(frozen=True, slots=True)
class Tended:
    """How many things changed, and how."""

    destroyed: int
    ended: int
    lapsed: int
    escalated: int
    looked_again: int
    """Series that followed others before an update, of which was asked whether they still do."""
    numbered: int
    """Films of others that were beyond what a year had numbers for."""
    written_out: int
    """Records that the indexes of the board lost for good."""

    def to_json(self) -> dict[str, int]:
        """The fields of the command line."""
        return asdict(self)


def tend(home: Home, clock: Clock) -> Tended:
    """Everything that is due at this moment; done again, nothing."""
    done = (
        expire(home, clock),
        run_out(home, clock()),
        lapse(home, clock()),
        escalate(home, clock()),
        lean(home, clock()),
        number_films(clock()),
    )
    return Tended(*done, write_out(home.settings.index, KINDS, clock()))


def lean(home: Home, at: datetime) -> int:
    """Some of the series that are to be looked at again are, each once; how many."""
    keys = list(Leaning.objects.order_by("pk").values_list("pk", flat=True)[:MOST_LEANING])
    for key in keys:
        with durable():
            take_turn()
            found = Series.objects.select_related("unit").filter(pk=key).first()
            if found is not None and Leaning.objects.filter(pk=key).delete()[0]:
                ask_again(home, found, at)
    return len(keys)


def number_films(at: datetime) -> int:
    """Some films that were told beyond the bound of a year are found from now on; how many."""
    if not with_room(at).exists():
        return 0
    with durable():
        take_turn()
        return number_later(at)


def lapse(home: Home, at: datetime) -> int:
    """Claims of units here that ran out are withdrawn, so that others may claim; how many."""
    rows = Shared.objects.filter(kind=Kind.CLAIM, node="", withdrawn_at=None)
    over = [row for row in rows.select_related("owner", "series__unit", "condition") if not stands(row, at)]
    for row in over:
        with durable():
            _lapse(home, row, at)
    return len(over)


def _lapse(home: Home, row: Shared, at: datetime) -> None:
    if row.series is not None:
        bring(home, row.series, at, media=False)
    else:
        withdraw(row.source, row.ref, row.version + 1, at)
        tell_withdrawn(home, [row], at)
    if row.owner is not None:
        log_for(home, row.owner, "change", f"claim {row.ref}", at, {"act": "claim lapsed"})
