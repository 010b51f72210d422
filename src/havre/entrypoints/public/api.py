"""`POST /api/reports`: a batch of a partner's program. Each report is kept by itself; what can't be comes back.

One report may come as the CyberTipline has it, in XML; `Idempotency-Key` is then how the partner calls it.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from havre.cybertip.told import gist_of
from havre.entrypoints.public import node
from havre.entrypoints.public.answers import not_now, refused, sentence
from havre.entrypoints.public.letters import turn
from havre.entrypoints.public.limits import XML
from havre.errors import HavreError, Invalid, Refused
from havre.hotline.cybertips import told_by
from havre.hotline.models import Door, Partner, Relation
from havre.hotline.partners import bring, partner_of
from havre.hotline.telling import LANGUAGES, LONGEST_LINE, Told

MOST_REPORTS = 200
LATER = {"again": True}
"""Said of a report that was good, and could not be kept now."""
FIELDS = frozenset({"reference", "addresses", "seen", "where", "when", "relation", "danger", "language", "contact"})


def reports(request: HttpRequest) -> HttpResponse:
    """Take a batch; for each report its receipt code and what of it was new, or its place and why it was not kept."""
    if request.method != "POST":
        return refused(request, 405, _("Reports are sent here with POST."))
    door = node.door()
    try:
        key = _key(request)
        partner = partner_of(door, key)
        if request.content_type in XML:
            return _answered([_taken_xml(door, partner, key, request)])
        batch = _batch(request.body)
    except Refused as error:
        return refused(request, 401, sentence(error))
    return _answered([_taken(door, partner, key, place, each) for place, each in enumerate(batch)])


def _answered(told: list[dict[str, object]]) -> HttpResponse:
    if any("receipt" in each for each in told):
        return JsonResponse({"reports": told})
    return JsonResponse({"reports": told}, status=503 if any("again" in each for each in told) else 422)


def _key(request: HttpRequest) -> str:
    kind, _space, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else ""


def _batch(body: bytes) -> list[Any]:
    """The reports of a batch. Raises Invalid where it is none."""
    try:
        read = json.loads(body)
        batch = read["reports"]
    except (ValueError, KeyError, TypeError, RecursionError):
        batch = None
    if not isinstance(batch, list) or not 0 < len(batch) <= MOST_REPORTS:
        raise Invalid(_('send {"reports": [...]} with at least one report and at most 200'))
    return batch


def _taken(door: Door, partner: Partner, key: str, place: int, report: Any) -> dict[str, object]:
    """What became of one report."""
    reference = report.get("reference") if isinstance(report, dict) else None
    told: dict[str, object] = {"position": place, "reference": reference}
    try:
        said = _told(report)
        with turn():
            kept = bring(door, partner, key, str(reference), said, node.now(), node.random)
    except HavreError as error:
        return told | {"error": sentence(error)}
    except DatabaseError as error:  # this one costs no other: what was kept keeps its code
        return told | {"error": not_now(error), **LATER}
    return told | {"receipt": str(kept.code), "new": kept.new, "added": kept.added, "danger": kept.danger}


def _taken_xml(door: Door, partner: Partner, key: str, request: HttpRequest) -> dict[str, object]:
    """What became of one report in XML; what does not fit into one letter follows it as additions."""
    told: dict[str, object] = {"position": 0, "reference": request.headers.get("Idempotency-Key")}
    try:
        gist = gist_of(request.body)
        reference = str(told["reference"] or sha256(request.body).hexdigest())
        told["reference"] = reference
        with turn():
            kept = [
                bring(door, partner, key, reference, each, node.now(), node.random)
                for each in told_by(gist, about=reference[:LONGEST_LINE])
            ]
    except HavreError as error:
        return told | {"error": sentence(error)}
    except DatabaseError as error:
        return told | {"error": not_now(error), **LATER}
    new, added = kept[0].new, any(each.added for each in kept) and not kept[0].new
    return told | {"receipt": str(kept[0].code), "new": new, "added": added, "danger": any(k.danger for k in kept)}


def _told(report: Any) -> Told:
    """A report as a value. Raises Invalid with what is wrong of its form."""
    if not isinstance(report, dict) or not isinstance(report.get("reference"), str):
        raise Invalid(_("a report is an object with a reference"))
    unknown = sorted(set(report) - FIELDS)
    if unknown:
        raise Invalid(_("a report has no field of this name: %(name)s") % {"name": str(unknown[0])[:40]})
    addresses = report.get("addresses", [])
    if not isinstance(addresses, list) or not all(isinstance(each, str) for each in addresses):
        raise Invalid(_("addresses are a list of texts"))
    language, relation = _text(report, "language") or "en", _text(report, "relation")
    if language not in LANGUAGES or relation not in Relation.values:
        raise Invalid(_("the language is en, fr or nl; the relation child, parent, knows, passed by or nothing"))
    if not isinstance(report.get("danger", False), bool):
        raise Invalid(_("danger is true or false"))
    return Told(
        addresses=tuple(addresses),
        seen=_text(report, "seen"),
        where=_text(report, "where"),
        when=_text(report, "when"),
        contact=_text(report, "contact"),
        relation=relation,
        danger=report.get("danger", False),
        language=language,
        about=report["reference"],
    )


def _text(report: Mapping[str, Any], name: str) -> str:
    said = report.get(name, "")
    if not isinstance(said, str):
        raise Invalid(_("this field is a text: %(name)s") % {"name": name})
    return said
