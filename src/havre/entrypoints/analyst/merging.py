"""Two series are to be one: what comes of it is read before it is done."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from havre.entrypoints.analyst.pages import Visit
from havre.flows.series_joined import Joining, Part, would_join
from havre.flows.units_named import as_written
from havre.restrictions.model import Level, Restriction
from havre.restrictions.rules import widens


def asked_first(visit: Visit, named: str) -> HttpResponse | None:
    """The page that says what comes of it; None where whoever merges has read it as it is now."""
    given = visit.request.POST
    joining = would_join(visit.home, visit.acting(), named, given.get("other", ""))
    read = given.get("read", "")
    if read == joining.mark:
        return None
    context = {"joining": joining, "sentences": list(sentences(joining)), "number": named, "changed": bool(read)}
    return visit.show("series_merge.html", context | {"other": given.get("other", "")})


def sentences(joining: Joining) -> Iterator[str]:
    """What comes of it, in sentences."""
    one, other = joining.goes_on, joining.other
    names, count = {"series": one.series.reference, "other": other.series.reference}, one.media + other.media
    goes_on = _("%(series)s goes on. %(other)s becomes part of it, with its clues, comments and whoever is recorded.")
    yield goes_on % names
    together = ngettext(
        "%(count)d file is then together: %(one)d of %(series)s and %(two)d of %(other)s.",
        "%(count)d files are then together: %(one)d of %(series)s and %(two)d of %(other)s.",
        count,
    )
    yield together % (names | {"count": count, "one": one.media, "two": other.media})
    yield _who(joining.said)
    yield from (_changes(part, joining.said) for part in (one, other) if _differs(part, joining.said))
    yield _("It is undone by splitting off the stacks that do not belong.")


def _who(said: Restriction) -> str:
    if said.level is Level.CLOSED:
        return _("Your unit alone knows of it then.")
    names = ", ".join([*as_written(said.units), *sorted(said.countries), *sorted(said.groups)])
    without = ", ".join([*as_written(said.no_units), *sorted(said.no_countries)])
    seen = said.level is Level.OPEN
    sentence = _("These see it then: %(names)s.") if seen else _("These learn then that it is held: %(names)s.")
    return sentence % {"names": names} + (" " + _("Not these: %(names)s.") % {"names": without} if without else "")


def _differs(part: Part, said: Restriction) -> bool:
    return widens(said, part.said) or widens(part.said, said)


def _changes(part: Part, said: Restriction) -> str:
    """How far that is from what holds for this part now."""
    if widens(said, part.said):
        sentence = _(
            "Fewer than now may know of %(series)s, or less long: who no longer may hears that it is withdrawn."
        )
    else:
        sentence = _("More than now may know of %(series)s, or longer.")
    return sentence % {"series": part.series.reference}
