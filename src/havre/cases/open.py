"""Open and close a dossier."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from havre.cases.models import Case
from havre.errors import Invalid
from havre.restrictions.visible import visible_to
from havre.units.models import Person

RETENTION_YEARS = 5
"""How long a case is kept before its review where nothing else was said (INTERPOL's data rules, Art. 49)."""


def open_case(reference: str, basis: str, purpose: str, by: Person, at: datetime) -> Case:
    """A new case of this person's unit, to be reviewed after RETENTION_YEARS."""
    reference = reference.strip()
    if not reference or not reference.isprintable() or len(reference) > 200:
        raise Invalid(_("a case needs a printable reference of at most 200 characters"))
    if not basis.strip():
        raise Invalid(_("a case needs its legal basis: give --basis TEXT"))
    if visible_to(by, Case.objects).filter(reference=reference).exists():
        raise Invalid(
            _("there is a case %(reference)r already, open, closed or erased: choose another reference")
            % {"reference": reference}
        )
    return Case.objects.create(
        unit=by.unit,
        reference=reference,
        basis=basis.strip(),
        purpose=purpose.strip(),
        opened_at=at,
        opened_by=by,
        retain_until=years_later(at.date(), RETENTION_YEARS),
    )


def close_case(case: Case, at: datetime) -> None:
    """Nothing more is brought into this case; what it holds stays until its retention ends."""
    must_be_open(case)
    case.closed_at = at
    case.save(update_fields=["closed_at"])


def must_be_open(case: Case) -> None:
    """Raises Invalid for a case that was erased or closed."""
    if case.erased_at is not None:
        raise Invalid(
            _("case %(case)r was erased on %(day)s: open a new one")
            % {"case": case.reference, "day": f"{case.erased_at:%Y-%m-%d}"}
        )
    if case.closed_at is not None:
        raise Invalid(
            _("case %(case)r was closed on %(day)s: open a new one")
            % {"case": case.reference, "day": f"{case.closed_at:%Y-%m-%d}"}
        )


def years_later(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
