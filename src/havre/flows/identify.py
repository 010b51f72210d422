"""Record who is seen, by pseudonym: a victim identified makes the series identified, all of them safe make it safe."""

from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused
from havre.flows.home import Home, log
from havre.flows.identified_otherwise import tell_side
from havre.flows.series import thing_of, working_on
from havre.flows.tell_countries import bring
from havre.series.models import Life, Series
from havre.series.moves import FORWARD, move
from havre.series.queries import series_for
from havre.series.united import united
from havre.units.acting import Acting
from havre.units.models import RoleName
from havre.victims.identify import correct, identify, safeguard
from havre.victims.models import Offender, Victim
from havre.victims.queries import offender_for, victim_for, victims_of
from havre.victims.record import Child, Suspect, country, offender, pseudonym, pursue, victim

TO = "record victims and offenders"


def record_victim(home: Home, acting: Acting, named: str, child: Child, identified_by: str = "") -> Victim:
    """A child of a series; identified already where a country is named whose police know who it is. Raises Invalid for
    another country than the one that is recorded of the child."""
    with working_on(home, acting, named, TO) as series:
        found = victim(series, child, acting.person, acting.now())
        _keeps_its_police(found, identified_by)
        log(home, acting, "change", thing_of(series), {"act": "victim recorded", "victim": found.pk})
        if identified_by.strip() or found.identified_at is not None:
            _identified(home, acting, series, found, identified_by)
        if series.life == Life.SAFEGUARDED and found.safeguarded_at is None:
            _moved(home, acting, series, Life.IDENTIFIED)
        _safe_once_all_are(home, acting, series)
    return found


def identify_called(home: Home, acting: Acting, named: str, called: str, by_country: str) -> Victim:
    """The police of a country know who the child of this pseudonym is, whether it is recorded in the series or not."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to=TO)
    family = united(series_for(acting.person, named))
    known = pseudonym(called)
    found = next((each for each in victims_of(acting.person, family) if each.pseudonym == known), None)
    if found is None:
        return record_victim(home, acting, named, Child(called), by_country)
    return identify_victim(home, acting, named, found.pk, by_country)


def identify_victim(
    home: Home, acting: Acting, named: str, number: int, by_country: str, was: str | None = None
) -> Victim:
    """The police of a country know who the child is; said again of another country, that corrects what was said.

    Whoever says it of the whole says it of a child in it, also where only a part of it had that child recorded. `was`
    is the country that whoever says it read there, empty for none; None where nobody read. Raises Refused where a
    colleague says another by now.
    """
    with working_on(home, acting, named, TO) as series:
        found = victim_for(acting.person, united(series), number)
        _as_it_was_read(found, by_country, was)
        found.series.add(series)
        _identified(home, acting, series, found, by_country)
    return found


def safeguard_victim(home: Home, acting: Acting, named: str, number: int) -> Victim:
    """The child is safe; the series is, once all its victims are."""
    with working_on(home, acting, named, TO) as series:
        found = victim_for(acting.person, united(series), number)
        first = safeguard(found, acting.now())
        log(home, acting, "change", thing_of(series), _detail("victim safeguarded", found, not first))
        _safe_once_all_are(home, acting, series)
    return found


def record_offender(home: Home, acting: Acting, named: str, suspect: Suspect) -> Offender:
    """An offender of a series."""
    with working_on(home, acting, named, TO) as series:
        found = offender(series, suspect, acting.person, acting.now())
        log(home, acting, "change", thing_of(series), {"act": "offender recorded", "offender": found.pk})
    return found


def pursue_offender(home: Home, acting: Acting, named: str, number: int, status: str) -> Offender:
    """How far the police are with an offender now."""
    with working_on(home, acting, named, TO) as series:
        found = offender_for(acting.person, united(series), number)
        was = pursue(found, status)
        detail = {"act": "offender pursued", "offender": found.pk, "was": was, "status": status}
        log(home, acting, "change", thing_of(series), detail)
    return found


def _keeps_its_police(found: Victim, by_country: str) -> None:
    """Who only records a known child in one more series does not correct what all of them tell of it."""
    if found.identified_at is None or not by_country.strip() or country(by_country) == found.identified_by:
        return
    raise Invalid(
        _(
            "%(victim)s is identified by the police of %(country)s already, and that is kept: record the child without "
            "another country; where %(country)s is wrong, correct it then, for all series of the child"
        )
        % {"victim": found.pseudonym, "country": found.identified_by}
    )


def _as_it_was_read(found: Victim, by_country: str, was: str | None) -> None:
    """Who did not see what a colleague said does not put it aside; whoever says the same, perhaps twice, may."""
    if was in (None, found.identified_by) or country(by_country) == found.identified_by:
        return
    raise Refused(
        _(
            "a colleague said meanwhile that %(victim)s is identified by the police of %(country)s: look, and say it "
            "again where that is wrong"
        )
        % {"victim": found.pseudonym, "country": found.identified_by}
    )


def _identified(home: Home, acting: Acting, series: Series, found: Victim, by_country: str) -> None:
    first = identify(found, by_country, acting.now()) if found.identified_at is None else False
    was = correct(found, by_country) if by_country.strip() and not first else ""
    if was:
        detail = {"act": "identification corrected", "victim": found.pk, "was": was, "becomes": found.identified_by}
        log(home, acting, "change", thing_of(series), detail)
        for other in found.series.exclude(pk=series.pk).select_related("unit").order_by("pk"):
            bring(home, other, acting.now(), media=False)
            tell_side(other, acting.now())
    else:
        log(home, acting, "change", thing_of(series), _detail("victim identified", found, not first))
    tell_side(series, acting.now())
    behind = Life(series.life) in FORWARD and FORWARD.index(Life(series.life)) < FORWARD.index(Life.IDENTIFIED)
    if behind or series.life == Life.WITHDRAWN:
        _moved(home, acting, series, Life.IDENTIFIED)


def _safe_once_all_are(home: Home, acting: Acting, series: Series) -> None:
    victims = victims_of(acting.person, united(series))
    if series.life == Life.IDENTIFIED and all(victim.safeguarded_at is not None for victim in victims):
        _moved(home, acting, series, Life.SAFEGUARDED)


def _moved(home: Home, acting: Acting, series: Series, to: Life) -> None:
    moved = move(series, to, acting.person, acting.now())
    log(home, acting, "change", thing_of(series), {"act": "moved", "was": moved.was, "became": moved.became})


def _detail(act: str, found: Victim, before: bool) -> dict[str, object]:
    return {"act": act, "victim": found.pk, "before": before}
