"""Tell what each file of an intake turned out to be, one JSON object a line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from havre.assessments.queries import labels_of
from havre.cases.models import Intake, Item
from havre.cases.queries import case_for, intakes_of, items_of
from havre.errors import Invalid, NotFound
from havre.flows.home import Home, consulted
from havre.matches.queries import Totals, matched
from havre.media.models import Exhibit
from havre.units.acting import Acting

CHUNK = 2000
"""Items read from the database at a time."""


def write_items(home: Home, acting: Acting, totals: Totals, file: Path) -> None:
    """Write every item of an intake to a file, in the order of paths; the file is whole or not there."""
    case = case_for(acting.person, totals.case)
    intake = intakes_of(acting.person, case).filter(id=totals.intake).first()
    if intake is None:
        raise NotFound("there is no such intake")
    consulted(home, acting, f"items of intake {intake.pk} of case {case.reference}", {"shown": totals.found})
    temporary = file.with_name(f".{file.name}.part")
    try:
        with temporary.open("w", encoding="utf-8") as out:
            for item in _told(acting, intake):
                out.write(json.dumps(item, ensure_ascii=False) + "\n")
        temporary.replace(file)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise Invalid(f"{file} can't be written: {error.strerror}") from error


def _told(acting: Acting, intake: Intake) -> Iterator[dict[str, Any]]:
    judged = labels_of(acting.person, Exhibit.objects.filter(item__intake=intake))
    for item in items_of(acting.person, intake).iterator(CHUNK):
        yield _shown(acting, item) | ({"judged": judged[item.pk]} if item.pk in judged else {})


def _shown(acting: Acting, item: Item) -> dict[str, Any]:
    return {
        "path": item.path,
        "outcome": item.outcome,
        "sha256": bytes(item.sha256).hex() if item.sha256 else None,
        "matched": matched(acting.person, item),
        "reason": "; ".join(filter(None, (item.reason, item.note))),
    }
