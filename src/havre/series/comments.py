"""What people say of a series: written once, withdrawn at most."""

from datetime import datetime

from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused
from havre.series.models import Comment, Series
from havre.units.models import Person

LONGEST = 4000
"""Characters of a comment."""


def comment(series: Series, text: str, by: Person, at: datetime) -> Comment:
    """Say something of a series. Raises Invalid for nothing, or too much."""
    said = text.strip()
    if not said:
        raise Invalid(_("write the comment first"))
    if len(said) > LONGEST:
        raise Invalid(
            _("a comment has %(most)s characters at most, this one %(count)s") % {"most": LONGEST, "count": len(said)}
        )
    return Comment.objects.create(series=series, text=said, by=by, at=at)


def withdraw(said: Comment, by: Person, at: datetime) -> bool:
    """Nobody is shown it any more; whether anybody was until now. Raises Refused for another's."""
    if said.by_id != by.pk:
        raise Refused(_("only %(by)s can withdraw what %(by)s said") % {"by": said.by.name})
    first = said.withdrawn_at is None
    if first:
        said.withdrawn_at = at
        said.save(update_fields=["withdrawn_at"])
    return first
