"""Who works on a series: taken, kept up by work, given back, or run out."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused
from havre.restrictions.model import Owner
from havre.series.models import Claim, Series
from havre.units.models import Person

RUNS_OUT_AFTER = timedelta(days=7)
"""Without anything done on the series by whoever holds it."""


def standing(series: Series, at: datetime) -> Claim | None:
    """The claim that holds at this moment."""
    return series.claims.filter(released_at=None, until__gt=at).select_related("by__unit").first()


def claim(series: Series, by: Person, at: datetime) -> Claim:
    """This person works on it from now on; a claim of their own is renewed. Raises Refused while another's holds."""
    held = standing(series, at)
    if held is not None and held.by_id != by.pk:
        raise Refused(
            _("%(by)s works on %(series)s until %(until)s: ask them, or wait until then")
            % {"by": held.by.name, "series": series.reference, "until": f"{held.until:%Y-%m-%d}"}
        )
    if held is not None:
        return _renewed(held, at)
    series.claims.filter(released_at=None).update(released_at=at)  # ran out
    return Claim.objects.create(series=series, by=by, since=at, until=at + RUNS_OUT_AFTER)


def release(series: Series, by: Person, at: datetime, of_another: bool = False) -> Claim:
    """Nobody works on it any more. Raises Refused where it is another's, unless whoever asks may take it from them."""
    held = _held(series, by, at, of_another)
    held.released_at = at
    held.save(update_fields=["released_at"])
    return held


def hand(series: Series, by: Person, at: datetime, to: Owner, *, of_another: bool = False) -> Claim:
    """That unit is to go on with it; raises as `release` does."""
    held = _held(series, by, at, of_another)
    held.hand_to_node, held.hand_to, held.hand_to_country = to.node, to.unit, to.country
    held.save(update_fields=["hand_to_node", "hand_to", "hand_to_country"])
    return held


def _held(series: Series, by: Person, at: datetime, of_another: bool) -> Claim:
    held = standing(series, at)
    if held is None:
        raise Invalid(_("nobody works on %(series)s") % {"series": series.reference})
    if held.by_id != by.pk and not of_another:
        raise Refused(
            _("%(by)s works on %(series)s: they or a supervisor can give it back")
            % {"by": held.by.name, "series": series.reference}
        )
    return held


def renewed(series: Series, by: Person, at: datetime) -> None:
    """Somebody did something on the series: if the claim is theirs, it lasts as long again."""
    held = standing(series, at)
    if held is not None and held.by_id == by.pk:
        _renewed(held, at)


def carried(into: Series, other: Series, at: datetime) -> None:
    """The other became part of this series: its claim goes on here, unless somebody works on this one already."""
    held = standing(other, at)
    if held is not None and standing(into, at) is None:
        into.claims.filter(released_at=None).update(released_at=at)  # ran out
        other.claims.filter(pk=held.pk).update(series=into)
    other.claims.filter(released_at=None).update(released_at=at)


def _renewed(held: Claim, at: datetime) -> Claim:
    held.until = max(held.until, at + RUNS_OUT_AFTER)
    held.save(update_fields=["until"])
    return held
