"""Media are grouped anew; series that are what they are by the word of others are looked at again where any moved."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import partial

from havre.flows.contest import log_for
from havre.flows.home import Home, take_turn
from havre.flows.tell_countries import ask_again, bring, catch_up, same_here
from havre.restrictions.model import Restriction, told
from havre.restrictions.visible import owned_by
from havre.series.claims import renewed
from havre.series.models import Member, Moved, Series
from havre.series.moves import BY_TOLD
from havre.series.regroup import regroup
from havre.series.united import goes_on
from havre.units.acting import Acting
from havre.units.models import Unit


def group_anew(home: Home, unit: Unit, at: datetime) -> Counter[str]:
    """What hangs together with the media that moved; how many series became what. What followed others by a medium that
    is in it no more follows no longer, and a series of which one became part is asked about as that one was."""
    moved = owned_by(unit, Moved.objects).values("medium")
    known = owned_by(unit, Series.objects).filter(life__in=BY_TOLD)
    leaning = list(known.filter(pk__in=Member.objects.filter(medium__in=moved).values("series")).order_by("pk"))
    if leaning:
        take_turn()  # before the end of the log, in which what follows no longer is written down
    became = regroup(unit, at, partial(_narrowed, home, at), take_turn)
    for each in leaning:
        each.refresh_from_db()
    for series in dict.fromkeys(goes_on(each) for each in leaning):
        catch_up(home, unit, same_here(series), at)
        series.refresh_from_db()
        ask_again(home, series, at)
    return became


def settle_word(home: Home, acting: Acting, series: Series, others: Iterable[Series] = ()) -> None:
    """After a word on a series: its claim goes on, who may know of it and of these hears what they are now, and it
    hears what others say of what agrees with it."""
    at = acting.now()
    renewed(series, acting.person, at)
    for each in (series, *others):  # what goes on elsewhere stands there before it is withdrawn here
        bring(home, each, at)
    catch_up(home, acting.unit, same_here(series), at)
    ask_again(home, series, at)


def _narrowed(home: Home, at: datetime, series: Series, was: Restriction, becomes: Restriction) -> None:
    take_turn()  # before the end of the log
    detail = {"act": "restricted", "was": told(was), "becomes": told(becomes)}
    log_for(home, series.unit, "change", f"series {series.reference}", at, detail)
