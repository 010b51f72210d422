"""A register as a file to publish: JSON with everything, CSV with a line a provider, HTML for people."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.platforms.written import as_csv, as_html, flat

COLUMNS = (
    *("provider", "kind", "notices", "retracted", "receipts", "answer.count", "answer.median", "answer.ninety"),
    *("answered_share", "removal.count", "removal.median", "removal.ninety", "silent", "silent_share", "repeats"),
    *("reappeared", "requests", "requests_answered", "requests_full", "open_contests", "corrected_at"),
)


def register_as(fields: Mapping[str, Any], form: str) -> str:
    """The register in this form. Raises Invalid for any other."""
    if form == "json":
        return json.dumps(fields, ensure_ascii=False, sort_keys=True) + "\n"
    rows = [{**each, **flat(each["figures"])} for each in fields["providers"]]
    if form == "csv":
        return as_csv(COLUMNS, rows)
    if form != "html":
        raise Invalid(_("a register is written as json, csv or html"))
    told = {"unit": fields["unit"], "begins": fields["begins"][:10], "ends": fields["ends"][:10]}
    notes = [
        _("From %(begins)s to %(ends)s, not included.") % told,
        _("Policy %(policy)s.") % {"policy": fields["policy"]},
        *(f"{name}: {text}" for name, text in fields["meaning"].items()),
    ]
    table = (_("Providers"), COLUMNS, [[row.get(column) for column in COLUMNS] for row in rows])
    sources = [
        (row["provider"], each["reference"], each.get("left_at") or each.get("asked_at"), each.get("silent"))
        for row in rows
        for each in row["sources"]
    ]
    behind = (_("What stands behind it"), ("provider", "reference", "from", "silent"), sources)
    return as_html("en", _("%(unit)s: how providers answer") % told, notes, [table, behind])
