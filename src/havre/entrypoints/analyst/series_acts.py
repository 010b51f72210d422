"""What the forms of a series' page do: each reads its fields, runs one flow, and says in a sentence what came of it."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from havre.entrypoints.analyst.jinja import dated
from havre.entrypoints.analyst.pages import Visit
from havre.entrypoints.analyst.series_words import LIVES, STEPS
from havre.errors import Invalid, NotFound
from havre.flows import claim, comment, identify, series_decided, series_joined, series_life
from havre.series.models import Life, Series, Step
from havre.series.queries import held_media, in_stacks, series_for
from havre.units.acting import Acting
from havre.victims.record import Child, Suspect

Act = Callable[[Visit, str], int]
"""Does it, and gives the number of the series to show then."""


def _field(visit: Visit, name: str) -> str:
    return str(visit.request.POST.get(name, ""))


def _which(visit: Visit) -> int:
    """The thing of the series that a form is about."""
    said = _field(visit, "thing")
    if not said.isascii() or not said.isdecimal() or len(said) > 18:
        raise NotFound(_("there is no such thing in this series"))
    return int(said)


def _acting(visit: Visit) -> Acting:
    return visit.acting(_field(visit, "why").strip())


def _say(visit: Visit, sentence: str) -> None:
    messages.success(visit.request, sentence)


def _done(visit: Visit, named: str, sentence: str) -> int:
    _say(visit, sentence)
    return int(named)


# ---- what it is called, who works on it, how far it is ----


def _name(visit: Visit, named: str) -> int:
    found = series_life.name_series(visit.home, visit.acting(), named, _field(visit, "name"))
    return _done(visit, named, _("It is called %(name)s now.") % {"name": found.name or found.reference})


def _claim(visit: Visit, named: str) -> int:
    held = claim.take(visit.home, visit.acting(), named)
    said = _("You work on it now. The claim runs out after seven days without anything done: %(until)s.")
    return _done(visit, named, said % {"until": dated(held.until, "DATE_FORMAT")})


def _release(visit: Visit, named: str) -> int:
    claim.give_back(visit.home, visit.acting(), named)
    return _done(visit, named, _("Nobody works on it now."))


def _hand(visit: Visit, named: str) -> int:
    held = claim.hand_over(visit.home, visit.acting(), named, _field(visit, "unit").strip())
    said = _("%(unit)s is asked to go on; until it says so, it stays yours.")
    return _done(visit, named, said % {"unit": f"{held.hand_to} ({held.hand_to_country})"})


def _move(visit: Visit, named: str) -> int:
    to = _field(visit, "to")
    if to not in Life.values:
        raise Invalid(_("Choose what the series is now."))
    series_life.move_series(visit.home, _acting(visit), named, Life(to))
    return _done(visit, named, _("It is %(state)s now.") % {"state": str(LIVES[to]).lower()})


def _step(visit: Visit, named: str) -> int:
    step = _field(visit, "step")
    if step not in Step.values:
        raise Invalid(_("Choose the step that is done."))
    series_life.stamp_step(visit.home, visit.acting(), named, Step(step))
    return _done(visit, named, _("Step done: %(step)s.") % {"step": STEPS[step]})


def _comment(visit: Visit, named: str) -> int:
    comment.say(visit.home, visit.acting(), named, _field(visit, "text"))
    return _done(visit, named, _("Your comment stands below."))


def _uncomment(visit: Visit, named: str) -> int:
    comment.take_back(visit.home, visit.acting(), named, _which(visit))
    return _done(visit, named, _("Nobody is shown that comment any more."))


# ---- what belongs to it ----


def _confirm(visit: Visit, named: str) -> int:
    said = series_decided.confirm(visit.home, _acting(visit), named)
    counted = ngettext("%(count)d file stays together.", "%(count)d files stay together.", said.media)
    return _done(visit, named, _("Confirmed: ") + counted % {"count": said.media})


def _reject(visit: Visit, named: str) -> int:
    series_decided.reject(visit.home, _acting(visit), named)
    return _done(visit, named, _("Rejected: its files are not proposed together again."))


def _split(visit: Visit, named: str) -> int:
    chosen = {int(said) for said in visit.request.POST.getlist("stack") if said.isascii() and said.isdecimal()}
    if not chosen:
        raise Invalid(_("Select the stacks that do not belong first."))
    series = series_for(visit.person, named)
    away = [medium for stack in in_stacks(visit.person, series) if stack.first in chosen for medium in stack.media]
    digests = [held.sha256 for held in held_media(visit.person, away).values()]
    said = series_decided.split(visit.home, _acting(visit), named, digests)
    counted = ngettext("%(count)d file is apart now.", "%(count)d files are apart now.", said.media)
    others = _(" Now in: %(series)s.") % {"series": ", ".join(said.others)} if said.others else ""
    return _done(visit, named, counted % {"count": said.media} + others)


def _merge(visit: Visit, named: str) -> int:
    fewer: list[Series] = []
    other, read = _field(visit, "other"), _field(visit, "read")
    goes_on = series_joined.join(visit.home, _acting(visit), named, other, narrowed=fewer.append, read=read)
    said = _("Both are one now: %(series)s.") % {"series": goes_on.reference}
    if fewer:
        said += " " + _("What was said of each holds for both: only whom both let in may know of it now.")
    return _done(visit, str(goes_on.number), said)


# ---- who is seen ----


def _victim(visit: Visit, named: str) -> int:
    child = Child(*(_field(visit, name) for name in ("pseudonym", "age", "sex", "country")))
    by = _field(visit, "identified_by") if _field(visit, "identified") else ""
    if _field(visit, "identified") and not by.strip():
        raise Invalid(_("Say which country's police identified the child: two letters, as BE for Belgium."))
    found = identify.record_victim(visit.home, visit.acting(), named, child, by)
    said = _("%(victim)s is recorded as identified.") if found.identified_at else _("%(victim)s is recorded.")
    return _done(visit, named, said % {"victim": found.pseudonym})


def _identified(visit: Visit, named: str) -> int:
    said, was = _field(visit, "identified_by"), visit.request.POST.get("was")
    found = identify.identify_victim(visit.home, visit.acting(), named, _which(visit), said, was)
    return _done(visit, named, _("%(victim)s is recorded as identified.") % {"victim": found.pseudonym})


def _safeguarded(visit: Visit, named: str) -> int:
    found = identify.safeguard_victim(visit.home, visit.acting(), named, _which(visit))
    return _done(visit, named, _("%(victim)s is safe.") % {"victim": found.pseudonym})


def _offender(visit: Visit, named: str) -> int:
    suspect = Suspect(*(_field(visit, name) for name in ("pseudonym", "age", "sex", "relation", "status")))
    found = identify.record_offender(visit.home, visit.acting(), named, suspect)
    return _done(visit, named, _("%(offender)s is recorded.") % {"offender": found.pseudonym})


def _pursue(visit: Visit, named: str) -> int:
    found = identify.pursue_offender(visit.home, visit.acting(), named, _which(visit), _field(visit, "status"))
    return _done(visit, named, _("%(offender)s is recorded.") % {"offender": found.pseudonym})


ACTS: Mapping[str, Act] = {
    "name": _name,
    "claim": _claim,
    "release": _release,
    "hand": _hand,
    "move": _move,
    "step": _step,
    "comment": _comment,
    "uncomment": _uncomment,
    "confirm": _confirm,
    "reject": _reject,
    "split": _split,
    "merge": _merge,
    "victim": _victim,
    "identified": _identified,
    "safeguarded": _safeguarded,
    "offender": _offender,
    "pursue": _pursue,
}
"""By the last part of their address."""

PLACES: Mapping[str, str] = {
    "hand": "others",
    "comment": "talk",
    "uncomment": "talk",
    "split": "members",
    "merge": "members",
    "victim": "victims",
    "identified": "victims",
    "safeguarded": "victims",
    "offender": "victims",
    "pursue": "victims",
}
"""Where on the page each is done; the others at its head."""
