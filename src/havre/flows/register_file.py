"""A register as a file to publish: JSON with everything, CSV with a line a provider, HTML for people."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from havre.errors import Invalid
from havre.platforms.written import as_csv, as_html, flat

COLUMNS = (
    *("provider", "kind", "notices", "retracted", "receipts", "answer.count", "answer.median", "answer.ninety"),
    *("answered_share", "removal.count", "removal.median", "removal.ninety", "silent", "silent_share", "repeats"),
    *("reappeared", "requests", "requests_answered", "requests_full", "requests_silent"),
    *("open_contests", "corrected_at"),
)


LANGUAGES = ("en", "fr", "nl")


def register_as(fields: Mapping[str, Any], form: str, language: str = "en") -> str:
    """The register in this form; the page for people in this language. Raises Invalid for any other."""
    if form == "json":
        return json.dumps(fields, ensure_ascii=False, sort_keys=True) + "\n"
    rows = [{**each, **flat(each["figures"])} for each in fields["providers"]]
    if form == "csv":
        return as_csv(COLUMNS, rows)
    if form != "html":
        raise Invalid(_("a register is written as json, csv or html"))
    if language not in LANGUAGES:
        raise Invalid(_("the report is written in: %(languages)s") % {"languages": ", ".join(LANGUAGES)})
    with override(language):
        return _page(fields, rows, language)


def _page(fields: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], language: str) -> str:
    told = {"unit": fields["unit"], "begins": fields["begins"][:10], "ends": fields["ends"][:10]}
    notes = [
        _("From %(begins)s to %(ends)s, not included.") % told,
        _("Policy %(policy)s.") % {"policy": fields["policy"]},
        *_meaning(),
    ]
    headings, lines = _headings(), [[row.get(each) for each in COLUMNS] for row in rows]
    table = (_("Providers"), [headings[each] for each in COLUMNS], lines)
    sources = [
        (row["provider"], each["reference"], each.get("left_at") or each.get("asked_at"), _yes(each.get("silent")))
        for row in rows
        for each in row["sources"]
    ]
    names = (headings["provider"], _("Reference"), _("From"), headings["silent"])
    behind = (_("What stands behind it"), names, sources)
    return as_html(language, _("%(unit)s: how providers answer") % told, notes, [table, behind])


def _yes(value: object) -> str | None:
    return None if value is None else _("yes") if value else _("no")


def _meaning() -> list[str]:
    """What `register.MEANING` says, for people."""
    return [
        _("Answered: somebody decided, objected or wrote about the notice; a receipt alone is not counted."),
        _("Gone: somebody looked after the notice had left, and the page was gone."),
        _("Silent: neither within the hours that the policy gives."),
        _("A share, a median or a 90th percentile is left out where too few stand behind it."),
    ]


def _headings() -> dict[str, str]:
    return {
        "provider": _("Provider"),
        "kind": _("Kind"),
        "notices": _("Notices"),
        "retracted": _("Retracted"),
        "receipts": _("Receipts"),
        "answer.count": _("Answered"),
        "answer.median": _("Hours to answer, median"),
        "answer.ninety": _("Hours to answer, 90th percentile"),
        "answered_share": _("Share answered"),
        "removal.count": _("Gone"),
        "removal.median": _("Hours until gone, median"),
        "removal.ninety": _("Hours until gone, 90th percentile"),
        "silent": _("Silent"),
        "silent_share": _("Share silent"),
        "repeats": _("Letters sent again"),
        "reappeared": _("Came back"),
        "requests": _("Requests"),
        "requests_answered": _("Requests answered"),
        "requests_full": _("Requests answered in full"),
        "requests_silent": _("Requests without a word until their deadline"),
        "open_contests": _("Open challenges"),
        "corrected_at": _("Corrected"),
    }
