"""The log as the unit's auditor sees it: who saw what and why, its checkpoints, the proof of one entry. Never media."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.http import HttpResponse, QueryDict
from django.urls import path
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from havre.audit.entry import Entry
from havre.audit.queries import Sought
from havre.entrypoints.analyst import log_things
from havre.entrypoints.analyst import log_words as words
from havre.entrypoints.analyst.answers import sentence
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.zones import begins
from havre.errors import Invalid
from havre.flows.logbook import prove_entry, read_entry, search_log, signed_checkpoints
from havre.units.models import RoleName

SHOWN = 50
"""Entries on one page."""

CHECKPOINTS_SHOWN = 10

TONES = {"change": "near", "disclosure": "new", "erasure": "alert"}
"""The colour of a verb's chip, beside its word."""

ASKED = ("person", "verb", "thing", "reason", "since", "until")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as the page shows it."""

    entry: Entry
    at: datetime
    verb: str
    detail: Mapping[str, str]

    @property
    def reason(self) -> str:
        """Why, in the person's words."""
        return words.reason_said(self.entry.reason)

    @property
    def thing(self) -> str:
        """Of what, in the words of the page."""
        return log_things.thing_said(self.entry.thing)

    @property
    def tone(self) -> str:
        """The colour of the verb."""
        return TONES.get(self.entry.verb, "")

    @property
    def act(self) -> str:
        """What was done, where the verb alone does not say it."""
        return words.act_said(self.detail.get("act", ""))


@require_GET
@page(RoleName.AUDITOR)
def audit(visit: Visit) -> HttpResponse:
    """Who saw what and why, newest first; what is sought stands in the address."""
    asked = {name: visit.request.GET.get(name, "").strip() for name in ASKED}
    shown: dict[str, object] = {"asked": asked, "verbs": words.VERBS, "any": any(asked.values())}
    try:
        sought, before = _sought(asked), _number(visit.request.GET)
    except Invalid as error:
        return visit.show("audit.html", shown | {"problem": sentence(error)}, status=400)
    found = search_log(visit.home, visit.acting(), sought, SHOWN, before)
    rest = {name: value for name, value in asked.items() if value} | {"before": str(found.before)}
    older = f"?{urlencode(rest)}" if found.before is not None else ""
    lines = [_line(entry) for entry in found.entries]
    return visit.show("audit.html", shown | {"lines": lines, "older": older, "reached": found.before})


@require_GET
@page(RoleName.AUDITOR)
def entry(visit: Visit, index: int) -> HttpResponse:
    """One entry with all that was signed."""
    line = _line(read_entry(visit.home, visit.acting(), index))
    return visit.show("audit_entry.html", {"line": line, "key": visit.home.signer.verifier.text()})


@require_POST
@page(RoleName.AUDITOR, fresh=True, file_from="audit_entry")
def proof(visit: Visit, index: int) -> HttpResponse:
    """The proof of one entry, as a file that a court verifies with one command."""
    answer = HttpResponse(prove_entry(visit.home, visit.acting(), index), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="entry-{index}.json"'
    return answer


@require_GET
@page(RoleName.AUDITOR)
def checkpoints(visit: Visit) -> HttpResponse:
    """The signed checkpoints: whoever keeps a copy elsewhere sees when the log is set back."""
    found = signed_checkpoints(visit.home, visit.acting(), CHECKPOINTS_SHOWN + 1, _number(visit.request.GET))
    shown = found[:CHECKPOINTS_SHOWN]
    older = f"?before={shown[-1].number}" if len(found) > CHECKPOINTS_SHOWN else ""
    key = visit.home.signer.verifier.text()
    return visit.show("audit_checkpoints.html", {"checkpoints": shown, "older": older, "key": key})


def _line(entry: Entry) -> Line:
    return Line(entry, datetime.fromisoformat(entry.at), words.verb_said(entry.verb), _detail(entry.detail))


def _detail(text: str) -> Mapping[str, str]:
    try:
        detail = json.loads(text)
    except ValueError:
        return {"": text}
    told = detail if isinstance(detail, dict) else {"": detail}
    return {str(name): _plain(value) for name, value in told.items()}


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(each) for each in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _sought(asked: Mapping[str, str]) -> Sought:
    if asked["verb"] and asked["verb"] not in words.VERBS:
        raise Invalid(_("The log knows consultations, changes, disclosures and erasures: choose one of them."))
    since, until = _day(asked["since"]), _day(asked["until"])
    return Sought(
        **{name: asked[name] for name in ("person", "verb", "reason")},
        thing=log_things.thing_sought(asked["thing"]),
        since=_from(since) if since else "",
        until=_from(until + timedelta(days=1)) if until and until < date.max else "",
    )


def _from(day: date) -> str:
    """When a day begins on the clock of whoever looks, as the log writes it: in UTC."""
    return begins(day).isoformat(timespec="microseconds")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(_("A day is written year-month-day, as 2026-03-01.")) from None


def _number(asked: QueryDict) -> int | None:
    text = asked.get("before", "")
    if text and not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Invalid(_("The address names no place in the log: open the log from the rail."))
    return int(text) if text else None


ADDRESSES = [
    path("audit", audit, name="audit"),
    path("audit/entries/<int:index>", entry, name="audit_entry"),
    path("audit/entries/<int:index>/proof", proof, name="audit_proof"),
    path("audit/checkpoints", checkpoints, name="audit_checkpoints"),
]
