"""An analyst puts stacks into a series: a word that is kept, as every word on a series."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from havre.assessments.models import Stacked
from havre.assessments.queries import stacks_named
from havre.errors import Invalid, Refused
from havre.flows.group_anew import group_anew, settle_word
from havre.flows.home import Home, log, seal_log, take_turn
from havre.flows.series import thing_of
from havre.flows.source import holding
from havre.flows.stacks_follow import stacks_follow
from havre.restrictions.visible import owned_by
from havre.series.decide import decide
from havre.series.keep import move
from havre.series.models import Series, Word
from havre.series.queries import OVER, series_for
from havre.units.acting import NO_REASON, Acting
from havre.units.models import RoleName


def add_stacks(home: Home, acting: Acting, named: str, stacks: Sequence[int]) -> tuple[Series, int]:
    """All media of these stacks belong into this series; the series, and how many media were added."""
    acting.must_be(RoleName.ANALYST, to="decide on series")
    if not stacks:
        raise Invalid(_("name the stacks that belong into the series"))
    found = series_for(acting.person, named)
    with holding(acting.unit):
        take_turn()  # before any series is written: whoever works on one has the turn and waits for it
        found.refresh_from_db()
        if found.status in OVER:
            raise Refused(_("%(found)s is over: choose another series") % {"found": found.reference})
        keys = [stack.pk for stack in stacks_named(acting.person, stacks)]
        added = set(Stacked.objects.filter(stack__in=keys).values_list("medium", flat=True))
        held = owned_by(acting.unit, Series.objects).filter(members__medium__in=added)
        left = list(held.exclude(pk=found.pk).distinct())
        media = added | set(found.members.values_list("medium", flat=True))
        reason = "" if acting.reason == NO_REASON else acting.reason
        decide(found, Word.CONFIRMED, [media], acting.person, acting.now(), reason)
        move(acting.unit, media)
        group_anew(home, acting.unit, acting.now())
        stacks_follow(acting.unit)
        for each in (found, *left):
            each.refresh_from_db()
        settle_word(home, acting, found, left)
        log(home, acting, "change", thing_of(found), {"act": "added", "stacks": keys, "media": len(added)})
        seal_log(home, acting)
    return found, len(added)
