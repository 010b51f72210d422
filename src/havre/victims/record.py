"""Write down victims and offenders: a pseudonym and facts that many share."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from havre.errors import Invalid
from havre.series.models import Series
from havre.units.models import Person
from havre.victims.models import ChildAge, Offender, OffenderAge, Pursued, Relation, Sex, Victim

LONGEST = 40


@dataclass(frozen=True, slots=True)
class Child:
    """What is written down of a victim."""

    pseudonym: str
    age: str = ChildAge.UNKNOWN
    sex: str = Sex.UNKNOWN
    country: str = ""


@dataclass(frozen=True, slots=True)
class Suspect:
    """What is written down of an offender."""

    pseudonym: str
    age: str = OffenderAge.UNKNOWN
    sex: str = Sex.UNKNOWN
    relation: str = Relation.UNKNOWN
    status: str = Pursued.UNKNOWN


def victim(series: Series, child: Child, by: Person, at: datetime) -> Victim:
    """A child of this series; one that has this pseudonym already is the same child, and keeps its facts."""
    called = pseudonym(child.pseudonym)
    one_of("age band", child.age, ChildAge)
    one_of("sex", child.sex, Sex)
    facts = {"age": child.age, "sex": child.sex, "country": country(child.country, needed=False)}
    found, new = Victim.objects.get_or_create(
        unit_id=series.unit_id, pseudonym=called, defaults=facts | {"recorded_by": by, "recorded_at": at}
    )
    if not new and found.series.filter(pk=series.pk).exists():
        raise Invalid(
            _("%(called)s is recorded in %(series)s already") % {"called": called, "series": series.reference}
        )
    found.series.add(series)
    return found


def offender(series: Series, suspect: Suspect, by: Person, at: datetime) -> Offender:
    """An offender of this series; one that has this pseudonym already is the same person, and keeps its facts."""
    called = pseudonym(suspect.pseudonym)
    one_of("age band", suspect.age, OffenderAge)
    one_of("sex", suspect.sex, Sex)
    one_of("relation", suspect.relation, Relation)
    one_of("status", suspect.status, Pursued)
    facts = {"age": suspect.age, "sex": suspect.sex, "relation": suspect.relation, "status": suspect.status}
    found, new = Offender.objects.get_or_create(
        unit_id=series.unit_id, pseudonym=called, defaults=facts | {"recorded_by": by, "recorded_at": at}
    )
    if not new and found.series.filter(pk=series.pk).exists():
        raise Invalid(
            _("%(called)s is recorded in %(series)s already") % {"called": called, "series": series.reference}
        )
    found.series.add(series)
    return found


def pursue(offender: Offender, status: str) -> str:
    """How far the police are with an offender now; what it was before."""
    one_of("status", status, Pursued)
    was, offender.status = offender.status, status
    offender.save(update_fields=["status"])
    return was


def pseudonym(said: str) -> str:
    """One line. Raises Invalid otherwise."""
    called = " ".join(said.split())
    if not called:
        raise Invalid(_("give a pseudonym, never a name: the unit's own file says who it is"))
    if len(called) > LONGEST or not called.isprintable():
        raise Invalid(_("a pseudonym is one line of %(most)s characters at most") % {"most": LONGEST})
    return called


def country(said: str, needed: bool = True) -> str:
    """Two capital letters. Raises Invalid otherwise, or where it is missing and needed."""
    code = said.strip().upper()
    if not code and not needed:
        return ""
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise Invalid(_("a country is two letters, as BE for Belgium, not %(said)r") % {"said": said.strip()})
    return code


def one_of(what: str, said: str, choices: type[ChildAge | OffenderAge | Sex | Relation | Pursued]) -> None:
    """Raises Invalid for what is none of the choices."""
    if said not in choices.values:
        raise Invalid(
            _("%(what)s is one of %(choices)s, not %(said)r")
            % {"what": pgettext("field", what), "choices": ", ".join(choices.values), "said": said}
        )
