"""The letters of a request, in the provider's language: what is asked, by which law, until when, and how to answer.

They name no child, carry no picture and no hash.
"""

from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from havre.notices.letters import Section, Written, must_be_one_line
from havre.notices.models import Letter
from havre.platforms.models import Asks, Request

FORMAT = "havre request 1"


def letter_of(request: Request, letter: Letter = Letter.REQUEST) -> Written:
    """A letter of it, with the deadline it has. Raises Invalid where something would bring lines of its own."""
    for text in (request.basis, request.provider.name, request.unit.name, request.page.address if request.page else ""):
        must_be_one_line(text)
    with override(request.provider.language or "en"):
        words = {"reference": request.reference, "provider": request.provider.name}
        kept = date_format(request.kept_until, "DATE_FORMAT") if request.kept_until else ""
        wanted, closing = _wanted(request), [_("Keep this reference in your answer: %(reference)s") % words]
        subject = _("Request %(reference)s") % words
        if letter == Letter.RETRACTION:
            subject, wanted = _("Request %(reference)s is withdrawn") % words, _withdrawn()
        elif letter == Letter.LONGER:
            subject, wanted = _("Request %(reference)s: please keep it for longer") % words, _("It is still needed.")
        elif request.deadline is not None:
            closing.insert(0, _("Please answer by %(day)s.") % {"day": date_format(request.deadline, "DATE_FORMAT")})
        if kept and letter != Letter.RETRACTION:
            closing.insert(0, _("Please keep it until %(day)s.") % {"day": kept})
        about = [(_("Legal basis"), request.basis)] if letter != Letter.RETRACTION else []
        about += [(_("Exact address"), request.page.address)] if request.page else []
        about += [(_("Our case"), request.case.reference)] if request.case else []
        sections = tuple(Section(heading, (text,)) for heading, text in about)
        greeting = _("To %(provider)s") % words
        colon = "\u00a0:" if request.provider.language == "fr" else ":"
        return Written(subject, greeting, (wanted,), sections, (*closing, request.unit.name), colon)


def _wanted(request: Request) -> str:
    return {
        Asks.PRESERVE: _("We ask you to preserve the content and all data about it."),
        Asks.DISCLOSE: _("We ask you to disclose to us what you hold about the content."),
        Asks.REMOVE: _("We ask you to remove the content."),
        Asks.INFORM: _("We inform you of the content."),
    }[Asks(request.kind)]


def _withdrawn() -> str:
    return _("We withdraw this request: nothing is asked of you any more. We are sorry for the trouble.")


def as_json(request: Request, letter: Letter, number: int, at: datetime) -> dict[str, Any]:
    """The letter for a machine: the same facts, as values."""
    return {
        "format": FORMAT,
        "letter": str(letter),
        "reference": request.reference,
        "number": number,
        "at": at.isoformat(),
        "recipient": {"name": request.provider.name, "kind": str(request.provider.kind)},
        "act": str(request.kind),
        "addresses": [request.page.address] if request.page else [],
        "case": request.case.reference if request.case else None,
        "legal_basis": request.basis,
        "answer_by": request.deadline.isoformat() if request.deadline else None,
        "keep_until": request.kept_until.isoformat() if request.kept_until else None,
        "sender": f"{request.unit.name}, {request.unit.country}",
        "language": request.provider.language,
        "text": letter_of(request, letter).text(),
    }
